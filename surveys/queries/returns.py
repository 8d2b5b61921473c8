"""How far the surveys of a programme have come, for its lead. Never who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.disclosure.queries import Wording, wording
from adoption.disclosure.rules import Audience, Block, Cell, Display, Facts, Margin, Table, arrange, publish
from adoption.programs.models import Assignment, Program, Step
from adoption.programs.rules import OPEN_WAVE, Arm
from adoption.tenancy.rules import instant, local_date
from surveys import rules
from surveys.models import Ask, Question, Wave
from surveys.rules import WaveKind, WaveState

Words = str | Promise

KIND_WORDS: dict[WaveKind, Words] = {
    WaveKind.BASELINE: _("Baseline survey"),
    WaveKind.POST: _("Second survey"),
    WaveKind.RETENTION: _("Survey 90 days later"),
}
ARM_WORDS: dict[Arm, Words] = {Arm.PODS: _("Pods"), Arm.COMPARISON: _("Comparison")}


@dataclass(frozen=True)
class ArmReturns:
    """The returns of one arm, as far as they may be said: in words, as whole percent, and by pod or team.

    `missing` is how many more answers are needed for so many percent: None once there are, or where it is not said.
    """

    arm: Arm
    words: Words
    said: Wording
    percent: int | None
    groups: tuple[Wording, ...]
    is_enough: bool
    missing_for_range: int | None
    missing_for_number: int | None


@dataclass(frozen=True)
class Progress:
    """The returns of both arms before a moment: counted once a day, so that no answer is seen arriving."""

    counted_until: datetime
    arms: tuple[ArmReturns, ...]


def progress(wave: Wave, *, at: datetime) -> Progress:
    """The returns of a survey for its lead, through the gate. One query."""
    counted_until, table = _returns(wave, at)
    known = _arms(table)
    return Progress(counted_until, tuple(_arm_returns(arm, table) for arm in Arm if arm in known))


@dataclass(frozen=True)
class WaveStatus:
    """A survey that was opened, and the returns of whole arms as far as they may be said."""

    wave: Wave
    is_open: bool
    counted_until: datetime
    arms: tuple[Cell, ...]


def wave_statuses(program: Program, *, at: datetime) -> list[WaveStatus]:
    """The surveys of a programme in the order in which they were opened. One query each, and one for all."""
    found = []
    for wave in (
        Wave.objects.filter(program=program).select_related("program__organization").order_by("opened_at", "pk")
    ):
        counted_until, table = _returns(wave, at)
        arms = tuple(table.arm(arm) for arm in _arms(table))
        found.append(WaveStatus(wave, at < wave.closes_at, counted_until, arms))
    return found


def _returns(wave: Wave, at: datetime) -> tuple[datetime, Table]:
    """Who was asked and had answered by the last local midnight, by arm and pod or team, as a lead may read it."""
    zone = wave.program.organization.zone
    counted_until = min(instant(local_date(at, zone), time(0), zone), wave.closes_at)
    rows = (
        placed(Ask.objects.filter(wave=wave), wave)
        .values("arm", "cluster")
        .annotate(asked=Count("pk"), answered=Count("pk", filter=Q(completed_at__lt=counted_until)))
        .order_by("arm", "cluster")
    )
    blocks = tuple(
        Block(row["arm"], "", row["cluster"], row["asked"], row["asked"], row["answered"]) for row in rows if row["arm"]
    )
    thresholds = wave.program.thresholds
    facts = Facts("survey returns", f"{wave.kind} {counted_until.date()}", blocks)
    release = publish(facts, arrangement=arrange(blocks, thresholds), thresholds=thresholds)
    return counted_until, release.table(Audience.LEAD)


def _arms(table: Table) -> list[str]:
    return [cell.arm for cell in table.cells if cell.margin is Margin.ARM]


def _arm_returns(arm: Arm, table: Table) -> ArmReturns:
    cell = table.arm(arm)
    return ArmReturns(
        arm=arm,
        words=ARM_WORDS[arm],
        said=wording(cell),
        percent=cell.percent,
        groups=tuple(wording(row) for row in table.rows(arm, Margin.POD)),
        is_enough=_is_enough(cell),
        missing_for_range=_missing(cell, rules.ENOUGH_FOR_A_RANGE),
        missing_for_number=_missing(cell, rules.ENOUGH_FOR_A_NUMBER),
    )


def _is_enough(cell: Cell) -> bool:
    """Whether it is known that enough of an arm answered for a single number, whatever the exact count is."""
    if cell.n is None:
        return False
    least = cell.n - (cell.band or 0) + 1 if cell.display is Display.ALL_BUT_FEWER else cell.x or 0
    return least >= rules.needed(cell.n, rules.ENOUGH_FOR_A_NUMBER)


def _missing(cell: Cell, percent: int) -> int | None:
    """How many answers an arm is short of so many percent; None where it is not, or where that is not said."""
    if cell.x is None or cell.n is None:
        return None
    return rules.needed(cell.n, percent) - cell.x if cell.x < rules.needed(cell.n, percent) else None


@dataclass(frozen=True)
class Survey:
    """One survey of a programme for its lead: planned for a day, open or closed, and how many of the lead's own questions."""

    program: Program
    kind: WaveKind
    wave: Wave | None
    state: WaveState
    planned_on: date | None
    own: int

    @property
    def words(self) -> Words:
        return KIND_WORDS[self.kind]


def surveys_of(program: Program, *, at: datetime) -> list[Survey]:
    """The three surveys of a programme. Three queries."""
    waves = {wave.kind: wave for wave in Wave.objects.filter(program=program).select_related("program__organization")}
    planned = dict(
        Step.objects.open().filter(program=program, task=OPEN_WAVE).order_by("due_on").values_list("about", "due_on")
    )
    own = dict(
        Question.objects.filter(program=program)
        .order_by()
        .values("wave")
        .annotate(n=Count("pk"))
        .values_list("wave", "n")
    )
    return [
        Survey(program, kind, waves.get(kind), _state(waves.get(kind), at), planned.get(kind), own.get(kind, 0))
        for kind in WaveKind
    ]


def own_questions(survey: Survey) -> list[Question]:
    """A lead's own questions of one survey, in their order."""
    return list(Question.objects.asked_in(survey.program, survey.kind))


def _state(wave: Wave | None, at: datetime) -> WaveState:
    if wave is None:
        return WaveState.PLANNED
    return WaveState.OPEN if at < wave.closes_at else WaveState.CLOSED


def placed(asks: Any, wave: Wave) -> Any:
    """Asks with the arm and the pod or team of whoever is asked: where they are, or were last."""
    places = Assignment.objects.filter(program=wave.program_id, person=OuterRef("person")).order_by("-id")
    return asks.annotate(arm=Subquery(places.values("arm")[:1]), cluster=Subquery(places.values("cluster")[:1]))
