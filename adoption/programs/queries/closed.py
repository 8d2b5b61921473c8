"""Which steps of a programme fall on days on which nobody works, said before anything is written or sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as translate

from adoption.programs import rules
from adoption.programs.models import Program
from adoption.programs.queries.calendar import Coming, planned
from adoption.programs.queries.design import clash_words, closures_for
from adoption.programs.queries.launch import TO
from adoption.programs.queries.programs import start_choices
from adoption.programs.rules.design import Hit, better_start, clashes, is_lost
from adoption.tenancy.models import Closure
from adoption.tenancy.rules import MOST_CLOSED_DAYS, days_of, instant, local_date, working_instant


@dataclass(frozen=True)
class OnClosed:
    """A step that writes to people and falls on closed days: its own, or most of those of the week that it asks about.

    `goes_on`: the day on which its mails go out, where everybody's work rests on its own.
    """

    step: Coming
    its_day: tuple[Closure, ...]
    its_week: tuple[Closure, ...]
    goes_on: date | None

    @property
    def said(self) -> str:
        """What there is to know about it, in a sentence or two."""
        found = []
        if self.its_day:
            found.append(translate("Closed: %(names)s.") % {"names": _names(self.its_day)})
        if self.goes_on:
            found.append(translate("Its mails go out on %(day)s.") % {"day": date_format(self.goes_on, "l j F")})
        if self.its_week:
            found.append(
                translate("Most of the week that it asks about is closed: %(names)s.")
                % {"names": _names(self.its_week)}
            )
        return " ".join(found)


def on_closed_days(program: Program, steps: Sequence[Coming]) -> list[OnClosed]:
    """Those of some steps of a programme that fall on closed days, in their order. One query, or two; none without steps."""
    writing = [one for one in steps if one.step.task in TO and not one.step.skipped_at]
    if not writing:
        return []
    days = [day for one in writing for day in (one.due_on, *_week_of(one)[:1])]
    return _fallen(program, writing, closures_for(program, min(days), max(days) + timedelta(days=MOST_CLOSED_DAYS)))


def warnings_of(program: Program, *, on: date) -> list[str]:
    """What of a programme before its launch falls on closed days, and which start falls on fewer. Three queries, or four."""
    if program.launched_at or program.closed_at:
        return []
    weeks = rules.length_of(program.template, program.weeks)
    choices = start_choices(today=on)
    starts = sorted({program.starts_on, *choices})
    last = rules.closing_day(starts[-1], weeks) + timedelta(days=MOST_CLOSED_DAYS)
    rows = closures_for(program, rules.baseline_starts_on(starts[0]), last)
    closed = days_of(one.span for one in rows)
    steps = planned(program, program.plan_ahead, on=on).coming
    found = [
        translate("%(step)s, %(day)s. %(said)s")
        % {"step": one.step.words, "day": date_format(one.step.due_on, "l j F Y"), "said": one.said}
        for one in _fallen(program, [one for one in steps if one.step.task in TO], rows)
    ]
    hits = clashes(program.starts_on, weeks, program.mode, program.template, closed)
    found += [
        translate("%(day)s falls into closed days: %(what)s.")
        % {"day": date_format(one.day, "l j F Y"), "what": clash_words(one)}
        for one in hits
        # Weeks of the baseline are named by the question about them.
        if one.hit is not Hit.BASELINE
    ]
    better = better_start(program.starts_on, choices, weeks, program.mode, program.template, closed) if hits else None
    if better:
        day = date_format(better, "j F Y")
        found.append(translate("A start on %(day)s falls into fewer of them, or into none.") % {"day": day})
    return found


def _fallen(program: Program, steps: Sequence[Coming], closures: Sequence[Closure]) -> list[OnClosed]:
    closed = days_of(one.span for one in closures)
    everywhere = days_of(one.span for one in closures if not one.location)
    found = []
    for one in steps:
        week = _week_of(one)
        is_shut = bool(week) and is_lost(week[0], closed)
        if one.due_on in closed or is_shut:
            found.append(
                OnClosed(
                    step=one,
                    its_day=_closing(closures, [one.due_on]),
                    its_week=_closing(closures, week) if is_shut else (),
                    goes_on=_opens(one, program.organization.zone, everywhere),
                )
            )
    return found


def _week_of(one: Coming) -> list[date]:
    """The working days that a step asks about."""
    if one.step.task != rules.ASK_WEEK:
        return []
    monday = date.fromisoformat(one.step.about)
    return [monday + timedelta(days=number) for number in range(5)]


def _closing(closures: Sequence[Closure], days: Collection[date]) -> tuple[Closure, ...]:
    return tuple(one for one in closures if any(one.starts_on <= day <= one.ends_on for day in days))


def _opens(one: Coming, zone: str, everywhere: Collection[date]) -> date | None:
    if one.due_on not in everywhere:
        return None
    return local_date(working_instant(instant(one.due_on, one.hour, zone), zone, everywhere), zone)


def _names(closures: Collection[Closure]) -> str:
    """What closures are called, each once, with the place of those that hold at one."""
    named = [f"{one.name} ({one.location})" if one.location else one.name for one in closures]
    return ", ".join(dict.fromkeys(named))
