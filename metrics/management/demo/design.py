"""How the programmes of the demo were meant, who may take part in them, and how lots fell for one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from adoption.programs.actions.arms import add_rule, draw_lots
from adoption.programs.actions.curriculum import leave_out, put_content
from adoption.programs.actions.design import settle_measure, settle_purpose, settle_tier
from adoption.programs.models import Program
from adoption.programs.queries.packs import roles_in_pods
from adoption.programs.rules import Checkpoint
from adoption.programs.rules.curriculum import Content, Phase, SessionKind
from adoption.programs.rules.design import Field, Finding, Tier
from adoption.tenancy.models import Person

SEED = 240_817
CHECKLIST = "Our checklist before anything goes out"


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
    _adjust_what_is_learnt(program, by=by, at=at)


def _adjust_what_is_learnt(program: Program, *, by: Person, at: datetime) -> None:
    """Something of the house's own for everybody, something left out, and one role that knows the beginning already."""
    put_content(
        program=program,
        role="",
        content=Content("own-checklist", Phase.WORKSHOPS, SessionKind.WORKSHOP, 25, 5, words=CHECKLIST),
        by=by,
        at=at,
    )
    reason = "IT has shown the approved assistants to everybody in spring."
    leave_out(program=program, role="", key="tools", reason=reason, by=by, at=at)
    for role in roles_in_pods(program)[:1]:
        reason = "They ran the pilot and know where it fails."
        leave_out(program=program, role=role, key="mental-models", reason=reason, by=by, at=at)


def draw(program: Program, *, pods: int, teams: int, by: Person, at: datetime) -> None:
    """Lots decide, with a seed that anybody can draw with again."""
    draw_lots(program=program, seed=SEED, pods=pods, teams=teams, by=by, at=at)
