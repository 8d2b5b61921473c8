"""Who wants a colleague's attention, why, and what helps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.outbox.models import Message
from adoption.programs import rules
from adoption.programs.models import Assignment, Attention, AttentionQuerySet, Program
from adoption.programs.rules import GUIDES, TELLINGS, Kind, Mode, Told
from adoption.tenancy.models import Person
from adoption.tenancy.queries.members import Page, keyset_page
from adoption.tenancy.rules import local_date

Words = str | Promise

KIND_WORDS: dict[Kind, Words] = {
    Kind.FOLLOW_UP_DUE: _("The day-7 follow-up is due."),
    Kind.STUCK: _("On day 7 something did not work, and it was not fixed."),
    Kind.BELOW_THRESHOLD: _("Past the second week, and fewer than three uses a week."),
    Kind.SILENT: _("No answer for two weeks."),
    Kind.NOT_BEGUN: _("No one-to-one yet. A replacement begins with one for everybody."),
    Kind.CHAMPION_TIME: _("A champion who is running out of time. Champions without any stop by week three."),
    Kind.CHAMPION_STOPPED: _("A champion who began, and has done nothing in the pod since."),
    Kind.PLATEAU: _("A plateau: for four weeks between 15 and 35 % use it three times a week, and no more do."),
    Kind.TARGET_MISSED: _("Day 30 missed its target: 70 % of everybody on the team."),
    Kind.NO_CHAMPION: _("Nobody leads %(pods)s any more."),
    Kind.LEADER_ABSENT: _("A leader whom nobody has seen use it for four weeks. People do what they see leaders do."),
}
# The same in a word or two, as a list is narrowed by.
KIND_NAMES: dict[Kind, Words] = {
    Kind.PLATEAU: _("Plateau"),
    Kind.TARGET_MISSED: _("Target missed"),
    Kind.NO_CHAMPION: _("No champion"),
    Kind.LEADER_ABSENT: _("Leader who does not use it"),
    Kind.FOLLOW_UP_DUE: _("Day 7 is due"),
    Kind.STUCK: _("Stuck"),
    Kind.BELOW_THRESHOLD: _("Few uses"),
    Kind.SILENT: _("Silent"),
    Kind.NOT_BEGUN: _("No one-to-one yet"),
    Kind.CHAMPION_TIME: _("Champion short of time"),
    Kind.CHAMPION_STOPPED: _("Champion who stopped"),
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
    Kind.NOT_BEGUN: _("Their champion plans fifty minutes with them this week, on their own next piece of work"),
    Kind.CHAMPION_TIME: _("Ask what did not come off the plate, and settle it with their manager this week"),
    Kind.CHAMPION_STOPPED: _("Ask them what got in the way; where nothing helps, hand the pod over to a successor"),
    Kind.PLATEAU: _(
        "Replace it: thirty days with the whole team, one to one. Target on day 30: %(target)d of all %(team)d, whoever is silent"
    ),
    Kind.TARGET_MISSED: _(
        "Check the context pack first, with one real task for each role. Where what comes out is generic even for somebody "
        "who knows how, no talk with anybody helps"
    ),
    Kind.NO_CHAMPION: _(
        "Hand it over to a successor this week: a member who works with it already, or another champion"
    ),
    Kind.LEADER_ABSENT: _(
        "Speak with them alone, and sit down to a piece of their own work: the same one-to-one as everybody’s. Leads alone read this"
    ),
}


def why_words(kind: Kind, mode: str) -> Words:
    """Why somebody wants attention, in a programme of this mode."""
    return SELDOM_WORDS.get(kind, KIND_WORDS[kind]) if mode == Mode.OPPORTUNITY else KIND_WORDS[kind]


def told_of(row: Attention) -> Told:
    """A reason in words: as the floor that found its cause tells it, else as its kind is told."""
    kind = Kind(row.kind)
    if row.detail.get("cause"):
        told: Told = TELLINGS[kind].load()(detail=row.detail)
        return told
    why, step = why_words(kind, row.program.mode), STEP_WORDS[kind]
    return Told(
        why=why % row.detail if kind is Kind.NO_CHAMPION else why,
        step=step % row.detail if kind is Kind.PLATEAU else step,
        cause="",
        begins_with="",
    )


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
        return self.row.somebody

    @property
    def called(self) -> str:
        """Whom or what it is about."""
        return self.row.called

    @property
    def is_of_program(self) -> bool:
        """Whether it is about the programme, and nobody in it."""
        return self.row.person_id is None

    @property
    def told(self) -> Told:
        return told_of(self.row)

    @property
    def why(self) -> Words:
        words: Words = self.told.why
        return words

    @property
    def step(self) -> Words:
        words: Words = self.told.step
        return words

    @property
    def cause(self) -> str | None:
        """The key of what keeps them, where that was found."""
        return self.told.cause or None

    @property
    def may_be_done(self) -> bool:
        """Whether a word closes it: a day 7 takes its answer, and whoever is stuck a step."""
        return Kind(self.row.kind) not in rules.NOT_TALKED_AWAY

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
    rows = Attention.objects.wanting(on).filter(program=program, person__isnull=False)
    found: int = rows.values("person").distinct().count()
    return found


@dataclass(frozen=True)
class Everywhere:
    """What waits in every programme, a page at a time: what is about a programme before anybody in it."""

    programs: tuple[Program, ...]
    kinds: tuple[tuple[Kind, Words], ...]
    of_programs: tuple[Wanting, ...]
    page: Page[Attention]
    people: tuple[Wanting, ...]
    # How many reasons wait, of programmes and people, in all that were asked for.
    number: int


@dataclass(frozen=True)
class Narrowed:
    """What somebody asks for: one programme, one kind, or what was put off or done instead of what waits."""

    program: str = ""
    kind: str = ""
    show: str = ""


LATER, DONE = "later", "done"
MOST_DONE = 50


def everywhere(asked: Narrowed, *, on: date, at: datetime, after: UUID | None, before: UUID | None) -> Everywhere:
    """The attention list over all programmes. Six queries at most, whatever the numbers."""
    programs = tuple(Program.objects.filter(launched_at__isnull=False, closed_at__isnull=True).order_by("name", "id"))
    rows = Attention.objects.filter(program__in=[one.pk for one in programs])
    if asked.program:
        rows = rows.filter(program__slug=asked.program)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    by = ("since", "id")
    if asked.show == LATER:
        rows, by = rows.put_off(on), ("snoozed_until", "id")
    elif asked.show == DONE:
        rows = rows.handled_since(at - rules.SETTLED_SHOWN)
    else:
        rows = rows.wanting(on)
    number = rows.count()
    if asked.show == DONE:
        # The latest is what one takes back: no further pages.
        shown = list(_with_people(rows).order_by("-handled_at", "-id")[:MOST_DONE])
        page: Page[Attention] = Page(shown, None, None)
        return _everywhere(programs, [], page, number, at)
    known = {one.public_id: one for one in rows.filter(public_id__in=[key for key in (after, before) if key])}
    people = _with_people(rows.filter(person__isnull=False))
    page = keyset_page(
        people,
        by=by,
        after=known.get(after) if after else None,
        before=known.get(before) if before else None,
        name=lambda row: row.public_id,
    )
    first = [] if page.previous else list(_with_people(rows.of_programs()).order_by(*by))
    return _everywhere(programs, first, page, number, at)


def waiting_rows(*, program: str, kind: str, on: date) -> AttentionQuerySet:
    """What waits in every programme that is launched and not closed, or in one; of every kind, or of one."""
    rows = _with_people(Attention.objects.wanting(on).filter(program__launched_at__isnull=False))
    rows = rows.filter(program__closed_at__isnull=True)
    if program:
        rows = rows.filter(program__slug=program)
    if kind:
        rows = rows.filter(kind=kind)
    return rows


def told(rows: Collection[Attention], *, at: datetime) -> list[Wanting]:
    """Rows of several programmes in words."""
    return _told({row.program_id: row.program for row in rows}.values(), rows, at=at)


def _everywhere(
    programs: tuple[Program, ...], first: list[Attention], page: Page[Attention], number: int, at: datetime
) -> Everywhere:
    told = _told(programs, [*first, *page.rows], at=at)
    return Everywhere(
        programs, tuple(KIND_NAMES.items()), tuple(told[: len(first)]), page, tuple(told[len(first) :]), number
    )


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


def guide_of(attention: Attention, *, at: datetime) -> Person | None:
    """Who helps this person along; nobody what is about a programme, or for leads alone."""
    if attention.person_id is None or attention.is_for_leads:
        return None
    return guides([attention.program], at=at).get((attention.program_id, attention.person_id))


def guides(programs: Collection[Program], *, at: datetime) -> dict[tuple[int, int], Person]:
    """Who helps whom along, by the ids of the programme and of who is helped: as upper floors have registered it."""
    found: dict[tuple[int, int], Person] = {}
    for entry in GUIDES:
        found |= entry.load()(programs=programs, at=at)
    return found


def _with_people(rows: AttentionQuerySet) -> AttentionQuerySet:
    place = Assignment.objects.current().filter(program=OuterRef("program"), person=OuterRef("person"))
    return rows.select_related("person", "program").annotate(cluster=Subquery(place.values("cluster")[:1]))


def _told(programs: Iterable[Program], rows: Iterable[Any], *, at: datetime) -> list[Wanting]:
    helping = guides(list(programs), at=at)
    return [
        Wanting(row, getattr(row, "cluster", "") or "", guide, guide is not None and _may_ask(row, at))
        for row in rows
        for guide in [None if row.is_for_leads else helping.get((row.program_id, row.person_id or 0))]
    ]


def _may_ask(row: Attention, at: datetime) -> bool:
    return row.asked_at is None or at >= row.asked_at + rules.ASK_AGAIN_AFTER


def facts_of_asking(*, message: Message, at: datetime) -> dict[str, Any]:
    """What a champion reads whom a lead has asked to see to somebody. Never the reason: some are not theirs to know."""
    row = Attention.objects.select_related("person", "program__organization").get(pk=message.row_id)
    return {
        "member": row.called,
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
