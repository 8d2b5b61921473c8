"""Before a launch: everything that it sets going, to whom, and when. From the calendar that the launch itself writes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs import rules
from adoption.programs.models import Program, Step
from adoption.programs.queries.calendar import Coming, as_wished, preview
from adoption.programs.queries.design import reserved
from adoption.tenancy.models import Person
from adoption.tenancy.queries.closures import closed_everywhere
from adoption.tenancy.rules import MOST_CLOSED_DAYS, instant, local_date, working_instant

Words = str | Promise

# To whom each kind of step writes; the others write to nobody.
TO: dict[str, Words] = {
    rules.OPEN_WAVE: _("everybody in the groups"),
    rules.REMIND_WAVE: _("whoever in the groups has not answered"),
    rules.ASK_WEEK: _("everybody in the groups who is at work"),
    rules.ASK_CHAMPIONS: _("the champions who are at work"),
    rules.TELL_EVIDENCE: _("executives and the sponsor, where something is new"),
    rules.TELL_WINS: _("members of pods who use it unasked, each once on their own day"),
}


@dataclass(frozen=True)
class Row(Coming):
    """A step of the calendar as it will come: when, to whom, and to how many it writes at most."""

    at: datetime
    to: Words
    # None where nothing is sent at that moment.
    people: int | None
    # The day on which its mails go out, where its own is not worked on.
    goes_on: date | None = None

    @property
    def is_at_most(self) -> bool:
        """Whether it may be fewer: who has answered by then, or whether there is anything new, is not known yet."""
        return self.step.task in {rules.REMIND_WAVE, rules.TELL_EVIDENCE}

    @property
    def key(self) -> str:
        return self.step.key


@dataclass(frozen=True)
class LaunchPreview:
    """What follows a launch at a moment. Numbers are those of the groups, leaves and champions as they are known now."""

    rows: tuple[Row, ...]
    champions: tuple[str, ...]
    # What a lead leaves out.
    skipped: tuple[Coming, ...] = ()

    @property
    def skipped_keys(self) -> list[str]:
        return [one.step.key for one in self.skipped]

    @property
    def messages(self) -> int:
        """How many messages that is at most, over all of it."""
        return sum(row.people or 0 for row in self.rows)


def row_of(step: Step, *, at: datetime, closed: Collection[date] = ()) -> Row:
    """A step as it will come, seen from a moment. At most a few queries, whatever the number of people.

    `closed` are days on which nobody works.
    """
    zone = step.program.organization.zone
    today, comes_at = local_date(at, zone), max(instant(step.due_on, step.hour, zone), at)
    would, to = preview(step, at=comes_at), TO.get(step.task, "")
    people = would.people if would else None
    goes_on = local_date(working_instant(comes_at, zone, closed), zone)
    waits = to and people != 0 and goes_on > local_date(comes_at, zone)
    return Row(step, today, comes_at, to, people, goes_on if waits else None)


def closed_ahead(steps: Collection[Step]) -> frozenset[date]:
    """The days on which everybody's work rests while these steps come, and shortly after. One query; none without steps."""
    if not steps:
        return frozenset()
    days = [step.due_on for step in steps]
    return closed_everywhere(min(days), max(days) + timedelta(days=MOST_CLOSED_DAYS))


def launch_preview(program: Program, *, at: datetime) -> LaunchPreview:
    """Everything that is still to come of a programme that is launched at a moment, in order.

    At most a few queries for each step, whatever the number of people. What comes of people's own doing - a day 7 after a
    session, a question that is asked - is not on a calendar and not among it.
    """
    today = local_date(at, program.organization.zone)
    related = ("program__organization", "program__workflow")
    written = Step.objects.filter(program=program, done_at__isnull=True).select_related(*related)
    plan = [] if program.launched_at else program.active_plan
    steps = sorted([*written, *as_wished(program, plan)], key=lambda one: (one.due_on, one.hour, one.key))
    names = Person.objects.filter(pk__in=reserved(program)).in_name_order().values_list("name", flat=True)
    closed = closed_ahead(steps)
    return LaunchPreview(
        rows=tuple(row_of(step, at=at, closed=closed) for step in steps if not step.skipped_at),
        champions=tuple(names),
        skipped=tuple(Coming(step, today) for step in steps if step.skipped_at),
    )
