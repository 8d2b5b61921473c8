"""The calendar of a programme in words: what comes, what was changed, and what a step would do today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs import rules
from adoption.programs.models import Program, Step, Wish
from adoption.programs.rules import PREVIEWS, Planned, Preview

Words = str | Promise

_TASK_WORDS: dict[str, Words] = {
    "baseline-survey": _("Baseline survey"),
    "baseline-survey-reminder": _("Reminder of the baseline survey"),
    "post-survey": _("Second survey"),
    "post-survey-reminder": _("Reminder of the second survey"),
    "retention-survey": _("Survey 90 days later"),
    "freeze-S0": _("The starting line is frozen"),
    "freeze-S30": _("Day 30 is frozen"),
    "freeze-S56": _("Week 8 is frozen"),
    "freeze-SE": _("The end of the phase is frozen"),
    "freeze-S90": _("90 days after the end is frozen"),
    "freeze-start+90": _("Day 90 from the start is frozen"),
    "tell-wins": _("Invitations to tell of a win begin"),
    "one-to-ones": _("Look: who has had no one-to-one yet"),
    "end": _("The active phase ends"),
    "followed": _("90 days after the end"),
    "close": _("The programme is closed"),
}


def step_words(key: str, about: str) -> Words:
    """What a step of the calendar is called: by its key, and for a weekly question by its week."""
    if key.startswith("week-"):
        day = date_format(date.fromisoformat(about), "j F")
        return _("Weekly question about the week of %(day)s") % {"day": day}
    if key.startswith("digest-"):
        return _("Monthly summary of %(month)s") % {"month": date_format(date.fromisoformat(about), "F")}
    if key.startswith("look-after-"):
        return _("Weekly look: who needs a hand")
    if key.startswith("champion-check-"):
        return _("Question to champions about their time")
    if key.startswith("champion-look-"):
        return _("Weekly look: which champion is short of time")
    return _TASK_WORDS.get(key, key)


_LOOKS_AT_OCCASIONS = _(
    "Members of pods who are past their second week and used AI on fewer than half of their occasions, or who have been silent "
    "for two weeks, come onto the attention list. Nothing is sent."
)
# What each kind of step does, for somebody who decides whether it should.
_DOES: dict[str, Words] = {
    rules.OPEN_WAVE: _(
        "Everybody in both groups who has not left is asked by mail. Whoever is away or has answered is not."
    ),
    rules.REMIND_WAVE: _("Whoever has not answered the survey is reminded, once. Nobody sees who that is."),
    rules.ASK_WEEK: _(
        "Everybody in both groups who is at work is asked by mail about the week that has ended: two taps."
    ),
    rules.LOOK_AFTER: _(
        "Members of pods who are past their second week with fewer than three uses a week, or who have been silent for "
        "two weeks, come onto the attention list. Nothing is sent."
    ),
    rules.LOOK_FOR_ONE_TO_ONES: _(
        "Members of pods who have had no one-to-one by then come onto the attention list. Nothing is sent."
    ),
    rules.ASK_CHAMPIONS: _(
        "Every champion who is at work is asked by mail whether their time was kept free: one minute."
    ),
    rules.TELL_WINS: _(
        "From then on to the end of the phase: two weeks after somebody’s own start, once, whoever uses AI unasked is "
        "invited by mail to tell of a win in two minutes."
    ),
    rules.LOOK_AT_CHAMPIONS: _(
        "A champion who says twice that it cannot be kept up, is silent, or whose follow-ups slip comes onto the attention "
        "list, and the sponsor is told. So does one who has stopped. Of leaders whom nobody has seen use it for four weeks "
        "leads alone read."
    ),
    rules.FREEZE: _("The figures of this look are written down, and never change again. Nothing is sent."),
    rules.TELL_EVIDENCE: _(
        "Executives and the sponsor read by mail how the evidence stands: whole groups, one picture, one thing to do. Where "
        "nothing is new, nothing is sent."
    ),
    rules.END: _("The active phase is over: nobody is to be helped along any more. Nothing is sent."),
    rules.FOLLOWED: _("Ninety days have passed. Nothing is sent."),
    rules.CLOSE: _("Nothing more is asked of anybody. Nothing is sent."),
}


@dataclass(frozen=True)
class Coming:
    """A step of the calendar: what it is called, what it does, and whether a lead may change it."""

    step: Step
    today: date

    @property
    def words(self) -> Words:
        return step_words(self.step.key, self.step.about)

    @property
    def does(self) -> Words:
        if self.step.task == rules.LOOK_AFTER and self.step.program.mode == rules.Mode.OPPORTUNITY:
            return _LOOKS_AT_OCCASIONS
        return _DOES.get(self.step.task, "")

    @property
    def due_on(self) -> date:
        return self.step.due_on

    @property
    def hour(self) -> time:
        return self.step.hour

    @property
    def is_planned(self) -> bool:
        """Whether it is only planned: the opening of the baseline or the launch writes it down."""
        return self.step.pk is None

    @property
    def is_of_baseline(self) -> bool:
        """Whether the opening of the baseline writes it, and not the launch."""
        return any(line.key == self.step.key for line in self.step.program.baseline_plan)

    @property
    def is_late(self) -> bool:
        """Whether its day has passed: then it comes at once."""
        return self.due_on < self.today

    @property
    def may_change(self) -> bool:
        """Whether it may be moved or left out: it is not fixed by the launch, and is not over."""
        return self.step.task in rules.LEEWAY and not self.step.done_at

    @property
    def earliest(self) -> date | None:
        return self.room[0] if self.may_change and self.room else None

    @property
    def latest(self) -> date | None:
        return self.room[1] if self.may_change and self.room else None

    @property
    def room(self) -> tuple[date, date] | None:
        """The first and last day to which it may be moved."""
        starts_on = self.step.program.starts_on
        return rules.room_to_move(self.step.task, self.step.about, self.step.promised_on, starts_on, self.today)


def whole_calendar(program: Program, *, on: date) -> list[Coming]:
    """Every step in its order: what is written down, and what is only planned. Two queries; one once it is launched."""
    written = list(Step.objects.filter(program=program).select_related("program"))
    plan = program.plan_ahead
    steps = [*written, *(as_wished(program, plan) if plan else ())]
    return [Coming(one, on) for one in sorted(steps, key=lambda one: (one.due_on, one.hour, one.key))]


def coming(program: Program, *, on: date) -> list[Coming]:
    """What is still to come, in its order. One query."""
    related = ("program__organization", "program__workflow")
    steps = Step.objects.open().filter(program=program).select_related(*related)
    return [Coming(one, on) for one in steps.in_order()]


@dataclass(frozen=True)
class Calendar:
    """Every step of a programme: what comes, what was left out, and what is done, the latest first."""

    coming: tuple[Coming, ...]
    skipped: tuple[Coming, ...]
    done: tuple[Coming, ...]

    @property
    def changed(self) -> list[Coming]:
        """What is not as it was promised: moved or left out, in its order."""
        found = [one for one in (*self.coming, *self.skipped) if one.step.moved_from or one.step.skipped_at]
        return sorted(found, key=lambda one: (one.due_on, one.hour, one.step.key))


def calendar_of(program: Program, *, on: date) -> Calendar:
    """The whole calendar. One query."""
    steps = [Coming(one, on) for one in Step.objects.filter(program=program).select_related("program").in_order()]
    return Calendar(
        coming=tuple(one for one in steps if not one.step.done_at and not one.step.skipped_at),
        skipped=tuple(one for one in steps if one.step.skipped_at),
        done=tuple(reversed([one for one in steps if one.step.done_at])),
    )


def preview(step: Step, *, at: datetime) -> Preview | None:
    """What a step would do if it came now, as the floor that carries it out has registered it. None: it sends nothing."""
    entry = next((one for one in PREVIEWS if one.name == step.task), None)
    found: Preview | None = entry.load()(step=step, at=at) if entry else None
    return found


def as_wished(program: Program, plan: Sequence[Planned]) -> list[Step]:
    """The steps of a plan as a lead wishes them, also those to be left out. None of them is written down. One query."""
    wishes = {wish.key: wish for wish in Wish.objects.filter(program=program)}
    steps = []
    for line in plan:
        step = Step(program=program, key=line.key, task=line.task, about=line.about, due_on=line.due_on, hour=line.hour)
        wish = wishes.get(line.key)
        if wish and wish.planned_on == line.due_on:
            step.skipped_at, step.skip_reason = wish.skipped_at, wish.skip_reason
            if wish.moved_to:
                step.due_on, step.moved_from = wish.moved_to, line.due_on
        steps.append(step)
    return sorted(steps, key=lambda one: (one.due_on, one.hour, one.key))


def step_called(program: Program, key: str) -> Step | None:
    """A step by its key, written down or only planned. At most two queries."""
    found: Step | None = Step.objects.filter(program=program, key=key).first()
    if found is None:
        plan = [line for line in program.plan_ahead if line.key == key]
        return next(iter(as_wished(program, plan)), None) if plan else None
    # With its work and its organisation, which are there already.
    found.program = program
    return found


def planned(program: Program, plan: Sequence[Planned], *, on: date) -> Calendar:
    """The steps of a plan in words, before they are written. One query."""
    steps = [Coming(one, on) for one in as_wished(program, plan)]
    return Calendar(
        coming=tuple(one for one in steps if not one.step.skipped_at),
        skipped=tuple(one for one in steps if one.step.skipped_at),
        done=(),
    )


def wished(program: Program) -> dict[str, Words]:
    """What a lead wants of steps that are only planned: key by key, in words. One query."""
    abouts = {line.key: line.about for line in program.plan_ahead}
    keys = Wish.objects.filter(program=program).order_by("planned_on", "key").values_list("key", flat=True)
    return {key: step_words(key, abouts.get(key, "")) for key in keys}
