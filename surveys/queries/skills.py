"""The skills matrix as its lead reads it, and what somebody is asked about their own work."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.disclosure.rules import (
    Audience,
    Block,
    Cell,
    Display,
    Facts,
    Kind,
    Margin,
    Measure,
    Table,
    Thresholds,
    arrange,
    may_show_texts,
    publish,
)
from adoption.outbox.models import Message
from adoption.programs.models import Program, Workflow
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from surveys import rules
from surveys.models import Anchor, RoleWork, SkillAnswer, SkillFinding, SkillsAsk, SkillsWave
from surveys.rules.skills import MINUTES, Fit, Hours, Level, gap, priority, upside

Words = str | Promise

# The gate knows groups by an arm. Here it is everybody.
EVERYBODY = "everybody"
_MEDIAN = Measure(Kind.MEDIAN, 0, None)

LEVEL_WORDS: tuple[Words, ...] = (_("cannot"), _("with help"), _("alone"), _("reliably"), _("can teach it"))
HOURS_WORDS: dict[Hours, Words] = {
    Hours.NONE: _("none"),
    Hours.UNDER_ONE: _("less than 1"),
    Hours.ONE_TO_THREE: _("1 to 3"),
    Hours.THREE_TO_SIX: _("3 to 6"),
    Hours.OVER_SIX: _("more than 6"),
}


@dataclass(frozen=True)
class Spot:
    """A workflow in a role: both views of it, and what follows. `number` is its rank among those that have a priority.

    `said` is the people's own level and `said_hours` their hours a week: None before they were asked, and where the gate
    shows nothing. `is_hidden` tells the second from the first.
    """

    work: RoleWork
    people: int
    said: Decimal | None
    said_hours: Decimal | None
    is_hidden: bool
    program: Program | None
    number: int = 0

    @property
    def is_off(self) -> bool:
        """Taken off the matrix, for the reason beside it."""
        return self.work.fit != Fit.SUITABLE

    @property
    def level(self) -> Level | None:
        """What people say; where that is not known, what their lead sees."""
        return self.work.seen_level if self.said is None else self.said

    @property
    def hours(self) -> Decimal | None:
        """Hours a week, likewise."""
        if self.said_hours is not None:
            return self.said_hours
        return _hours(Decimal(MINUTES[Hours(self.work.seen_hours)])) if self.work.seen_hours else None

    @property
    def is_by_lead(self) -> bool:
        """Whether the priority rests on the lead's view alone, in one of its two halves."""
        return self.said is None or self.said_hours is None

    @property
    def gap(self) -> Level | None:
        return None if self.level is None else gap(self.work.needed, self.level)

    @property
    def upside(self) -> int | None:
        return None if self.hours is None else upside(self.hours, data_allowed=self.work.data_allowed)

    @property
    def priority(self) -> Level | None:
        """0 to 16; None while one half of it is not known."""
        if self.level is None or self.hours is None:
            return None
        return priority(
            need=self.work.needed,
            current=self.level,
            hours_a_week=self.hours,
            data_allowed=self.work.data_allowed,
            suitable=not self.is_off,
        )

    @property
    def heat(self) -> int:
        """The shade of its cell, 0 to 6."""
        found = self.priority
        return 0 if found is None else min(6, int(found) // 2 + (found > 0))

    @property
    def seen_level_words(self) -> Words:
        return "" if self.work.seen_level is None else LEVEL_WORDS[self.work.seen_level]

    @property
    def needed_words(self) -> Words:
        return LEVEL_WORDS[self.work.needed]

    @property
    def hours_words(self) -> Words:
        return HOURS_WORDS[Hours(self.work.seen_hours)] if self.work.seen_hours else ""


def roles_of(on: date) -> list[str]:
    """The job roles of the directory of people who are here, by name."""
    found = Person.objects.here(on).exclude(job_role="").order_by("job_role").values_list("job_role", flat=True)
    return list(found.distinct())


@dataclass(frozen=True)
class Row:
    """A role of the directory, how many people have it, and its workflows in the order of the columns: None is no part of it."""

    role: str
    people: int
    spots: tuple[Spot | None, ...]


@dataclass(frozen=True)
class Matrix:
    """Role by workflow. `wave` is what people were last asked in and `asked` how many; `is_open` while it takes answers."""

    workflows: tuple[Workflow, ...]
    rows: tuple[Row, ...]
    # Roles that have no workflow in the matrix yet, with their people.
    others: tuple[tuple[str, int], ...]
    without_role: int
    wave: SkillsWave | None
    asked: int
    is_open: bool
    # The wave whose figures are shown.
    published: SkillsWave | None
    tasks: int

    @property
    def spots(self) -> list[Spot]:
        return [spot for row in self.rows for spot in row.spots if spot]

    @property
    def ranked(self) -> list[Spot]:
        """Those with a priority above nothing, the highest first; among equals where more people are."""
        return [spot for spot in sorted(self.spots, key=lambda spot: spot.number) if spot.number]

    @property
    def off(self) -> list[Spot]:
        return [spot for spot in self.spots if spot.is_off]

    @property
    def first(self) -> Spot | None:
        """Where to begin: the highest that no programme is on."""
        return next((spot for spot in self.ranked if spot.program is None), None)


def matrix(*, at: datetime, zone: str) -> Matrix:
    """The whole page. The number of queries does not depend on how many roles, workflows or people there are."""
    works = list(RoleWork.objects.current().select_related("workflow").in_role_order())
    here = Person.objects.here(local_date(at, zone))
    people: dict[str, int] = dict(here.order_by().values_list("job_role").annotate(n=Count("pk")))
    without = people.pop("", 0)
    waves = list(SkillsWave.objects.newest_first()[:20])
    wave = waves[0] if waves else None
    published = next((one for one in waves if one.published_at), None)
    findings = {row.workflow_id: row for row in SkillFinding.objects.filter(wave=published)} if published else {}
    on = _programs()
    columns = tuple(sorted({work.workflow for work in works}, key=lambda one: (one.name, one.pk)))
    found = [_spot(work, people.get(work.role, 0), findings.get(work.workflow_id), on) for work in works]
    by_place = {(spot.work.role, spot.work.workflow_id): spot for spot in _numbered(found)}
    roles = sorted({work.role for work in works})
    return Matrix(
        workflows=columns,
        rows=tuple(
            Row(role, people.get(role, 0), tuple(by_place.get((role, one.pk)) for one in columns)) for role in roles
        ),
        others=tuple(sorted((role, count) for role, count in people.items() if role not in set(roles))),
        without_role=without,
        wave=wave,
        asked=SkillsAsk.objects.filter(wave=wave).count() if wave else 0,
        is_open=wave is not None and wave.published_at is None and at < wave.closes_at,
        published=published,
        tasks=Anchor.objects.filter(wave=published).count() if published else 0,
    )


def _programs() -> dict[int, Program]:
    """The newest programme on each workflow that is not closed."""
    return {one.workflow_id: one for one in Program.objects.filter(closed_at__isnull=True).order_by("created_at", "pk")}


def _spot(work: RoleWork, people: int, finding: SkillFinding | None, on: Mapping[int, Program]) -> Spot:
    level = _cell_of(finding.levels, work.role) if finding else None
    minutes = _cell_of(finding.minutes, work.role) if finding else None
    return Spot(
        work=work,
        people=people,
        said=level.value if level else None,
        said_hours=_hours(minutes.value) if minutes and minutes.value is not None else None,
        is_hidden=any(cell is not None and not cell.shown for cell in (level, minutes)),
        program=on.get(work.workflow_id),
    )


def _numbered(spots: Sequence[Spot]) -> Iterator[Spot]:
    ranked = sorted(
        (spot for spot in spots if spot.priority),
        key=lambda spot: (-Decimal(spot.priority or 0), -spot.people, spot.work.role, spot.work.workflow.name),
    )
    places = {spot.work.pk: place for place, spot in enumerate(ranked, start=1)}
    for spot in spots:
        yield replace(spot, number=places.get(spot.work.pk, 0))


def _cell_of(cells: Iterable[Mapping[str, Any]], role: str) -> Cell | None:
    """What was published of one role. A role that was merged with others has no figure of its own: it is not shown."""
    for stored in cells:
        cell = Cell.from_dict(stored)
        if cell.margin is Margin.DEPARTMENT and role in cell.members:
            return replace(cell, value=None, display=Display.NOT_SHOWN) if cell.merged else cell
    return None


def _hours(minutes: Decimal) -> Decimal:
    return (minutes / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)


# --- publishing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What the gate lets through of one workflow: the rows of levels and of minutes."""

    workflow: int
    levels: list[dict[str, Any]]
    minutes: list[dict[str, Any]]


def skills_found(wave: SkillsWave) -> Iterator[Found]:
    """What the gate lets through, workflow by workflow, for the lead alone."""
    thresholds = Thresholds.promised_by(wave.organization)
    asked = Counter(SkillsAsk.objects.filter(wave=wave).exclude(role="").values_list("role", flat=True))
    levels, minutes = _said(wave)
    parts: dict[int, list[str]] = defaultdict(list)
    for work in RoleWork.objects.asked_about().in_role_order():
        if asked[work.role]:
            parts[work.workflow_id].append(work.role)
    for workflow, roles in parts.items():
        tables = [
            _table(
                f"{what} {workflow}", [(role, asked[role], tuple(said[workflow, role])) for role in roles], thresholds
            )
            for what, said in (("level", levels), ("minutes", minutes))
        ]
        if any(cell.shown for table in tables for cell in table.cells):
            yield Found(workflow, *([cell.as_dict() for cell in table.cells] for table in tables))


def _said(wave: SkillsWave) -> tuple[dict[tuple[int, str], list[int]], dict[tuple[int, str], list[int]]]:
    """The levels and the minutes people said, by workflow and role."""
    levels: dict[tuple[int, str], list[int]] = defaultdict(list)
    minutes: dict[tuple[int, str], list[int]] = defaultdict(list)
    rows = SkillAnswer.objects.filter(ask__wave=wave, ask__completed_at__isnull=False).select_related("ask")
    for row in rows.order_by("pk"):
        place = row.workflow_id, row.ask.role
        if row.level is not None:
            levels[place].append(row.level)
        if row.hours:
            minutes[place].append(MINUTES[Hours(row.hours)])
    return levels, minutes


def _table(metric: str, roles: Sequence[tuple[str, int, tuple[int, ...]]], thresholds: Thresholds) -> Table:
    blocks = tuple(
        Block(EVERYBODY, role, "", max(asked, len(values)), len(values), sum(values), values)
        for role, asked, values in roles
    )
    facts = Facts(metric, "skills", blocks, _MEDIAN)
    released = publish(facts, arrangement=arrange(blocks, thresholds), thresholds=thresholds)
    table = released.table(Audience.LEAD)
    if len(roles) > 1:
        return table
    # One role is everybody who was asked: what is said of all of them is said of it.
    cell = replace(table.arm(EVERYBODY), margin=Margin.DEPARTMENT, members=(roles[0][0],))
    return replace(table, cells=(cell,))


def tasks_found(wave: SkillsWave) -> list[str]:
    """The tasks people named, where there are enough of them that nobody is told by their words; else none."""
    texts = SkillsAsk.objects.completed().filter(wave=wave).exclude(anchor="").values_list("anchor", flat=True)
    said = list(texts)
    # The question asks for a text, and whoever wrote one was told who reads it: the default does not stand.
    allowed = replace(Thresholds.promised_by(wave.organization), free_text_allowed=True)
    return said if may_show_texts(len(said), allowed) else []


def released_skills() -> Iterator[dict[str, Any]]:
    """Every finding of the matrix as a target of the attacker: medians without ends, role by role. No answers."""
    for row in SkillFinding.objects.order_by("wave_id", "pk"):
        for what, cells in (("level", row.levels), ("minutes", row.minutes)):
            shown = [cell for cell in cells if cell["margin"] == Margin.DEPARTMENT and "n" in cell]
            if shown:
                yield {
                    "name": f"skills {row.wave_id} {what} {row.workflow_id}",
                    "low": 0,
                    "high": None,
                    "strata": [
                        {"arm": EVERYBODY, "department": " ".join(cell["members"]), "pod": "", "people": cell["n"]}
                        for cell in shown
                    ],
                    "releases": [
                        {
                            "tables": {
                                "lead": [{**cell, "members": [" ".join(cell["members"])]} for cell in shown],
                            }
                        }
                    ],
                }


# --- tasks in people's own words -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cluster:
    """Tasks that a lead has said are one workflow; without one, those that wait."""

    workflow: Workflow | None
    tasks: tuple[Anchor, ...]


def clusters(wave: SkillsWave) -> list[Cluster]:
    """The tasks of a wave: those that wait first, then each workflow's, most named first. One query."""
    found: dict[int | None, list[Anchor]] = defaultdict(list)
    for row in Anchor.objects.filter(wave=wave).select_related("workflow").order_by("words", "pk"):
        found[row.workflow_id].append(row)
    waiting = found.pop(None, [])
    known = sorted(found.values(), key=lambda rows: (-len(rows), str(rows[0].workflow)))
    return [
        *([Cluster(None, tuple(waiting))] if waiting else []),
        *(Cluster(rows[0].workflow, tuple(rows)) for rows in known),
    ]


# --- being asked -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnWork:
    """One workflow somebody is asked about, and what they have said of it."""

    workflow: Workflow
    level: str = ""
    hours: str = ""


def own_work(ask: SkillsAsk) -> list[OwnWork]:
    """What somebody is asked about: the workflows of their role that are not taken off. Two queries."""
    said = {row.workflow_id: row for row in SkillAnswer.objects.filter(ask=ask)}
    works = RoleWork.objects.asked_about().filter(role=ask.role).exclude(role="").select_related("workflow")
    return [
        OwnWork(
            work.workflow,
            "" if (row := said.get(work.workflow_id)) is None or row.level is None else str(row.level),
            row.hours if row else "",
        )
        for work in works.in_role_order()
    ]


def open_skills_of(person: Person, *, at: datetime) -> list[SkillsAsk]:
    """What somebody is asked about their own work and has not sent off yet. One query."""
    asks = SkillsAsk.objects.still_open(at).unanswered().filter(person=person)
    return list(asks.select_related("wave").order_by("wave__closes_at", "pk"))


def facts_of_skills(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the mail says that asks somebody about their own work."""
    ask = SkillsAsk.objects.select_related("wave").get(pk=message.row_id)
    return {
        "title": _("Which of your work takes the most time?"),
        "paragraphs": [
            _(
                "Two questions for each piece of work that belongs to your job, and one about the task you would be "
                "gladdest to be rid of. Five minutes. So that help with AI starts where it is worth it."
            ),
            _("Your lead sees groups of people only, and tasks without names."),
        ],
        "button": _("Answer"),
        "fine": _("The link is yours alone; opening it sends nothing."),
        "small": _("Until %(day)s.") % {"day": date_format(ask.wave.closes_at, "j F")},
    }


def skills_wanted(*, message: Message, at: datetime) -> bool:
    """Whether it is still open and not sent off."""
    found: bool = SkillsAsk.objects.still_open(at).unanswered().filter(pk=message.row_id).exists()
    return found


def instrument_of(ask: SkillsAsk) -> rules.Instrument:
    """The words somebody is asked with."""
    return rules.instrument(rules.SKILLS.key, ask.wave.instrument_version)
