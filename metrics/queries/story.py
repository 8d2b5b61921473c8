"""How a programme went, for the lead who ran it: its time line, what kept people, what was done about it, what was learned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.disclosure.queries import aside
from adoption.disclosure.rules import Audience
from adoption.programs.models import Program, Specification, Step
from adoption.programs.queries.calendar import step_words
from adoption.tenancy.rules import local_date
from champions.models import Win
from pods.models import Remedy
from pods.queries.remedies import HINDRANCE_WORDS, STEP_WORDS, Diagnosis, diagnosis
from pods.rules import Hindrance

Words = str | Promise

# What comes every week fills pages and says nothing; where somebody left one out it is told.
_EVERY_WEEK = ("week-", "look-after-", "champion-", "digest-")
MOST_WINS = 6


@dataclass(frozen=True)
class Moment:
    """One day of the time line: what it was, and whether it is over, was left out, or is to come."""

    on: date
    what: Words
    state: Words
    why: str = ""


@dataclass(frozen=True)
class Helped:
    """A hindrance, the step against it, and how many people it was agreed with, done with and worked for, as may be said."""

    hindrance: Words
    step: Words
    agreed: Words
    worked: Words


@dataclass(frozen=True)
class Learned:
    """A win that was shared with everybody: what it was, how long it took and used to take. Never whose."""

    task: str
    minutes_now: int
    minutes_before: int
    output: str


@dataclass(frozen=True)
class Story:
    """How a programme went."""

    moments: tuple[Moment, ...]
    causes: Diagnosis
    helped: tuple[Helped, ...]
    changes: tuple[Specification, ...]
    wins: tuple[Learned, ...]


def story(program: Program, *, at: datetime) -> Story:
    """Everything a lead's report tells beside the evidence. Seven queries."""
    return Story(
        moments=tuple(_moments(program, at)),
        causes=diagnosis(program, at=at),
        helped=tuple(_helped(program)),
        changes=tuple(Specification.objects.filter(program=program).order_by("version")),
        wins=tuple(
            Learned(one.task, one.minutes_now, one.minutes_before, one.output)
            for one in Win.objects.shown().filter(workflow=program.workflow).newest_first()[:MOST_WINS]
        ),
    )


def _moments(program: Program, at: datetime) -> list[Moment]:
    zone = program.organization.zone
    found = [
        Moment(local_date(when, zone), what, _("done"))
        for when, what in (
            (program.baseline_opened_at, _("The baseline was opened")),
            (program.launched_at, _("The programme was launched; measures and groups were fixed")),
            (program.stopped_because and program.closed_at, _("The programme was stopped before its end")),
        )
        if when
    ]
    for step in Step.objects.filter(program=program).order_by("due_on", "hour", "key"):
        if step.skipped_at:
            found.append(Moment(step.due_on, step_words(step.key, step.about), _("left out"), step.skip_reason))
        elif not step.key.startswith(_EVERY_WEEK):
            words = step_words(step.key, step.about)
            found.append(Moment(step.due_on, words, _("done") if step.done_at else _("to come")))
    return sorted(found, key=lambda one: one.on)


def _helped(program: Program) -> list[Helped]:
    """Steps by what stood in the way, counted by people; no totals, so that none can be told from another."""
    people: dict[Hindrance, set[int]] = {}
    worked: dict[Hindrance, set[int]] = {}
    rows = Remedy.objects.not_private().filter(program=program).values_list("hindrance", "person_id", "worked")
    for hindrance, person, did in rows:
        people.setdefault(Hindrance(hindrance), set()).add(person)
        if did:
            worked.setdefault(Hindrance(hindrance), set()).add(person)
    thresholds = program.thresholds
    return [
        Helped(
            HINDRANCE_WORDS[one],
            STEP_WORDS[one],
            aside(len(people[one]), Audience.LEAD, thresholds),
            aside(len(worked.get(one, ())), Audience.LEAD, thresholds),
        )
        for one in Hindrance
        if one in people
    ]
