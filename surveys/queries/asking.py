"""What somebody is asked and has said, for themselves, for the mails and for the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery

from adoption.outbox.models import Message
from adoption.programs.models import Assignment, Objection, Program, Step
from adoption.programs.rules import REMIND_WAVE, Arm, Preview
from adoption.tenancy.models import Person
from adoption.tenancy.rules import instant, local_date
from surveys import rules
from surveys.models import Answer, Ask, Question, Wave
from surveys.rules import ANSWERED_WITHIN, Item, ItemKind, Option, WaveKind


def version_of(program: Program) -> int:
    """The version of the survey's words in a programme: the baseline's, so that before and after are the same words."""
    asked = Ask.objects.filter(wave__program=program, wave__kind=WaveKind.BASELINE)
    version: int | None = asked.order_by("pk").values_list("instrument_version", flat=True).first()
    return rules.WORK.version if version is None else version


def own_item(question: Question) -> Item:
    """A lead's own question as an item of the survey. Its words are the lead's, in the lead's language."""
    scale = tuple(Option(str(number), str(number)) for number in range(1, rules.SCALE_TOP + 1))
    chosen = tuple(Option(str(place), words) for place, words in enumerate(question.options, start=1))
    kind = ItemKind(question.kind)
    return Item(
        key=f"own-{question.public_id.hex}",
        kind=kind,
        words=question.words,
        options={ItemKind.SCALE: scale, ItemKind.CHOICE: chosen}.get(kind, ()),
        language=question.language,
    )


def items_of_survey(program: Program, kind: WaveKind, version: int) -> tuple[Item, ...]:
    """Every question of one survey of a programme: the instrument's, then the lead's own."""
    own = Question.objects.asked_in(program, kind)
    return (*rules.items_of(kind, version), *(own_item(question) for question in own))


def takes_pulse(ask: Ask) -> bool:
    """Whether somebody can still send the anonymous part of a survey: once, and until its figures are published."""
    return ask.wave.kind in rules.PULSE_WAVES and not ask.pulse_taken and ask.wave.published_at is None


def open_surveys(person: Person, *, at: datetime) -> list[Ask]:
    """The surveys somebody can still answer or change, the one that closes first first. One query."""
    asks = Ask.objects.of_person(person).still_open(at).select_related("wave__program__workflow")
    return list(asks.order_by("wave__closes_at", "pk"))


@dataclass(frozen=True)
class Sheet:
    """What somebody is asked in one survey, and the newest version of each of their answers, by item."""

    items: tuple[Item, ...]
    newest: dict[str, Answer]

    @property
    def given(self) -> dict[str, str]:
        """What they have answered so far, as a form shows it."""
        return _as_shown(self.newest)


def sheet_of(ask: Ask) -> Sheet:
    """The sheet of one ask. Two queries; expects `wave__program` to be loaded."""
    items = items_of_survey(ask.wave.program, WaveKind(ask.wave.kind), ask.instrument_version)
    return Sheet(items, _newest(ask))


def given_answers(ask: Ask) -> dict[str, str]:
    """What a person has answered so far, as a form shows it."""
    return _as_shown(_newest(ask))


def _newest(ask: Ask) -> dict[str, Answer]:
    rows = Answer.objects.filter(ask=ask).order_by("item", "-version").distinct("item")
    return {row.item: row for row in rows}


def _as_shown(newest: dict[str, Answer]) -> dict[str, str]:
    return {
        item: str(row.number) if row.number is not None else row.choice or row.text
        for item, row in newest.items()
        if row.number is not None or row.choice or row.text
    }


@dataclass(frozen=True)
class Returned:
    """Of how many people of an arm something is there, and of how many it could be."""

    arm: Arm
    there: int
    of: int

    @property
    def is_enough(self) -> bool:
        """Whether a figure could be made of it."""
        return self.of > 0 and self.there >= rules.needed(self.of, rules.ENOUGH_FOR_A_RANGE)


def baseline_returns(program: Program) -> list[Returned]:
    """How many of each arm that the programme has were asked the baseline survey, and have sent it off. One query."""
    asks = Ask.objects.filter(wave__program=program, wave__kind=WaveKind.BASELINE)
    place = Assignment.objects.current().filter(program=program, person=OuterRef("person"))
    rows = asks.annotate(arm=Subquery(place.values("arm")[:1])).order_by().values_list("arm")
    found = {arm: (there, of) for arm, there, of in rows.annotate(there=Count("completed_at"), of=Count("pk"))}
    return [Returned(arm, *found.get(arm, (0, 0))) for arm in program.arms]


def facts_of_survey(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the invitation to a survey says."""
    ask = Ask.objects.select_related("wave__program__workflow").get(pk=message.row_id)
    program = ask.wave.program
    return {
        "program": program.name,
        "workflow": program.workflow.name,
        "kind": ask.wave.kind,
        "closes_at": ask.wave.closes_at,
    }


def preview_wave(*, step: Step, at: datetime) -> Preview:
    """What a survey or its reminder would say, and to how many at most: who has answered is not told apart."""
    program = step.program
    today = local_date(at, program.organization.zone)
    assigned = Assignment.objects.current().filter(program=program, person=OuterRef("pk"))
    facts = {
        "program": program.name,
        "workflow": program.workflow.name,
        "kind": WaveKind(step.about),
        "closes_at": instant(step.due_on, step.hour, program.organization.zone) + ANSWERED_WITHIN,
    }
    if step.task == REMIND_WAVE and (wave := Wave.objects.filter(program=program, kind=step.about).first()):
        facts["closes_at"] = wave.closes_at
    kind = "survey_reminder" if step.task == REMIND_WAVE else "survey"
    return Preview(Person.objects.here(today).filter(Exists(assigned)).count(), kind, facts)


def survey_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the survey is still unanswered and open, and the person may be asked."""
    let_be = Objection.objects.standing().filter(program=OuterRef("wave__program"), person=OuterRef("person"))
    open_asks = Ask.objects.unanswered().filter(pk=message.row_id, wave__closes_at__gt=at)
    return bool(open_asks.exclude(Exists(let_be)).exists())
