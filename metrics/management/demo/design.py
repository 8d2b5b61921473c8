"""How the programmes of the demo were meant, who may take part in them, and how lots fell for one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from adoption.programs.actions.arms import add_rule, draw_lots
from adoption.programs.actions.design import settle_measure, settle_purpose, settle_tier
from adoption.programs.models import Program
from adoption.programs.rules import Checkpoint
from adoption.programs.rules.design import Field, Finding, Tier
from adoption.tenancy.models import Person

SEED = 240_817


def think(program: Program, *, departments: Iterable[str], pods: int, teams: int, by: Person, at: datetime) -> None:
    """What its lead wrote down while designing it."""
    settle_purpose(
        program=program,
        aim="Whoever asked for it has it two days sooner, and as good as before.",
        obstacle="Most of the time goes into the first draft and into looking figures up.",
        finding=Finding.AI,
        by=by,
        at=at,
    )
    settle_tier(program=program, tier=Tier.FLUENCY, by=by, at=at)
    settle_measure(
        program=program,
        primary_look=Checkpoint.S56,
        least_icc=Decimal("0.05"),
        pods=pods,
        pod_size=8,
        teams=teams,
        by=by,
        at=at,
    )
    for department in sorted(set(departments)):
        add_rule(program=program, field=Field.DEPARTMENT, value=department, by=by, at=at)


def draw(program: Program, *, pods: int, teams: int, by: Person, at: datetime) -> None:
    """Lots decide, with a seed that anybody can draw with again."""
    draw_lots(program=program, seed=SEED, pods=pods, teams=teams, by=by, at=at)
