"""Who wants a colleague's attention, why, and what helps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.outbox.models import Message
from adoption.programs import rules
from adoption.programs.models import Assignment, Attention, AttentionQuerySet, Program
from adoption.programs.rules import GUIDES, Kind, Mode
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date

Words = str | Promise

KIND_WORDS: dict[Kind, Words] = {
    Kind.FOLLOW_UP_DUE: _("The day-7 follow-up is due."),
    Kind.STUCK: _("On day 7 something did not work, and it was not fixed."),
    Kind.BELOW_THRESHOLD: _("Past the second week, and fewer than three uses a week."),
    Kind.SILENT: _("No answer for two weeks."),
    Kind.CHAMPION_TIME: _("A champion who is running out of time. Champions without any stop by week three."),
    Kind.CHAMPION_STOPPED: _("A champion who began, and has done nothing in the pod since."),
}
# The same of work that comes up less than weekly.
SELDOM_WORDS: dict[Kind, Words] = {
    Kind.BELOW_THRESHOLD: _("Past the second week, and AI used on fewer than half of their occasions."),
}
# What helps, person by person: never another session for everybody.
STEP_WORDS: dict[Kind, Words] = {
    Kind.FOLLOW_UP_DUE: _("Their champion asks three questions: fifteen minutes"),
    Kind.STUCK: _("One to one with their champion, on their own next piece of work"),
    Kind.BELOW_THRESHOLD: _("One to one with their champion, on their own next piece of work"),
    Kind.SILENT: _("Their champion asks how it goes; nothing is a fine answer"),
    Kind.CHAMPION_TIME: _("Ask what did not come off the plate, and settle it with their manager this week"),
    Kind.CHAMPION_STOPPED: _("Ask them what got in the way; where nothing helps, hand the pod over to a successor"),
}


def why_words(kind: Kind, mode: str) -> Words:
    """Why somebody wants attention, in a programme of this mode."""
    return SELDOM_WORDS.get(kind, KIND_WORDS[kind]) if mode == Mode.OPPORTUNITY else KIND_WORDS[kind]


@dataclass(frozen=True)
class Wanting:
    """Somebody who wants attention: where, why, since when, what helps, and who helps them along."""

    row: Attention
    cluster: str
    # Their champion; nobody where the pod has none at present.
    guide: Person | None
    may_ask: bool

    @property
    def person(self) -> Person:
        return self.row.person

    @property
    def why(self) -> Words:
        return why_words(Kind(self.row.kind), self.row.program.mode)

    @property
    def step(self) -> Words:
        return STEP_WORDS[Kind(self.row.kind)]

    @property
    def guide_called(self) -> str:
        """The champion's first name, as a button says it."""
        return self.guide.name.split()[0] if self.guide else ""

    @property
    def since(self) -> date:
        return self.row.since


def wanting(program: Program, *, on: date, at: datetime, most: int | None = None) -> list[Wanting]:
    """Who wants attention on a day, longest waiting first. Two queries, whatever the numbers."""
    rows = _with_people(Attention.objects.wanting(on).filter(program=program)).longest_first()
    return _told([program], rows[:most], at=at)


def first_wanting(programs: Collection[Program], *, on: date, at: datetime, most: int) -> list[Wanting]:
    """Who has waited longest in some programmes. Two queries, whatever the numbers."""
    if not programs:
        return []
    rows = _with_people(Attention.objects.wanting(on).filter(program__in=programs)).select_related("program", "person")
    return _told(programs, rows.longest_first()[:most], at=at)


def people_wanting(program: Program, *, on: date) -> int:
    """How many people that is."""
    found: int = Attention.objects.wanting(on).filter(program=program).values("person").distinct().count()
    return found


@dataclass(frozen=True)
class AttentionList:
    """A programme's whole list: what waits, what was put off, and what was done lately."""

    now: tuple[Wanting, ...]
    later: tuple[Wanting, ...]
    done: tuple[Wanting, ...]


def attention_list(program: Program, *, on: date, at: datetime) -> AttentionList:
    """Everything a lead can act on or take back. Six queries, whatever the numbers."""
    rows = _with_people(Attention.objects.filter(program=program))
    return AttentionList(
        now=tuple(wanting(program, on=on, at=at)),
        later=tuple(_told([program], rows.put_off(on).order_by("snoozed_until", "id"), at=at)),
        done=tuple(
            _told([program], rows.handled_since(at - rules.SETTLED_SHOWN).order_by("-handled_at", "-id"), at=at)
        ),
    )


def one_wanting(attention: Attention, *, at: datetime) -> Wanting:
    """One row of the list, in words."""
    return _told([attention.program], [attention], at=at)[0]


def guide_of(attention: Attention) -> Person | None:
    """Who helps this person along."""
    return guides([attention.program]).get((attention.program_id, attention.person_id))


def guides(programs: Collection[Program]) -> dict[tuple[int, int], Person]:
    """Who helps whom along, by the ids of the programme and of who is helped: as upper floors have registered it."""
    found: dict[tuple[int, int], Person] = {}
    for entry in GUIDES:
        found |= entry.load()(programs=programs)
    return found


def _with_people(rows: AttentionQuerySet) -> AttentionQuerySet:
    place = Assignment.objects.current().filter(program=OuterRef("program"), person=OuterRef("person"))
    return rows.select_related("person", "program").annotate(cluster=Subquery(place.values("cluster")[:1]))


def _told(programs: Collection[Program], rows: Iterable[Any], *, at: datetime) -> list[Wanting]:
    helping = guides(programs)
    return [
        Wanting(row, getattr(row, "cluster", "") or "", guide, guide is not None and _may_ask(row, at))
        for row in rows
        for guide in [helping.get((row.program_id, row.person_id))]
    ]


def _may_ask(row: Attention, at: datetime) -> bool:
    return row.asked_at is None or at >= row.asked_at + rules.ASK_AGAIN_AFTER


def facts_of_asking(*, message: Message, at: datetime) -> dict[str, Any]:
    """What a champion reads whom a lead has asked to see to somebody. Never the reason: some are not theirs to know."""
    row = Attention.objects.select_related("person", "program__organization").get(pk=message.row_id)
    return {
        "member": row.person.name,
        "program": row.program.name,
        "address": f"{settings.BASE_URL}/o/{row.program.organization.slug}/pods/",
    }


def asking_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the champion is still asked, by this very message, and the person is there to be talked to."""
    row = Attention.objects.filter(pk=message.row_id, asked_at=message.said_at).select_related("program__organization")
    return any(
        Attention.objects.open()
        .filter(pk=one.pk)
        .of_people_there(local_date(at, one.program.organization.zone))
        .exists()
        for one in row
    )
