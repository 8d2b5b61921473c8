"""A programme with outputs of before and of later, for tests of ratings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from adoption.programs import actions as programs
from adoption.programs.rules.readiness import Item
from adoption.tenancy.models import Person
from surveys import actions
from surveys.models import Allotment, Ask, Output, RatingRound
from surveys.queries import Named
from surveys.rules import WaveKind
from tests.factories import AT, World
from tests.readying import make_ready
from tests.running import Running

BEFORE = AT - timedelta(days=25)
CLIENTS = (Named(name="Ada Brenner", mail="ada@brenner.example"), Named(name="Tim Castell", mail="tim@castell.example"))
GOOD = {"usable": "5", "correct": "4", "fits": "4", "mistakes": "0"}


def launch(made: Running, world: World) -> Running:
    """The same programme, launched on its first Monday. Call inside the company."""
    wave = actions.open_wave(program=made.program, kind=WaveKind.BASELINE, at=BEFORE)
    for ask in Ask.objects.filter(wave=wave):
        actions.answer(ask=ask, given={"minutes": 60, "times": 2}, at=BEFORE)
    make_ready(made.program, Item.BASELINE, at=BEFORE)
    program = programs.launch(program=made.program, by=world.lead.person, at=made.at(made.program.starts_on))
    return Running(program, made.pod, made.members, made.compared)


def output(running: Running, person: Person, title: str, *, before: bool, at: datetime | None = None) -> Output:
    """A registered output of somebody, of before the start or of later."""
    made = at or (BEFORE if before else AT)
    return actions.register_output(
        program=running.program,
        person=person,
        title=title,
        found_at="",
        produced_on=made.date() - timedelta(days=1),
        used_ai=not before,
        by=person,
        at=made,
    )


def give_out(
    running: Running, *, by: Person | None = None, raters: Iterable[Named] = CLIENTS, at: datetime = AT
) -> RatingRound:
    """A round with everything that waits."""
    waiting = list(Output.objects.waiting().filter(program=running.program))
    return actions.open_round(program=running.program, outputs=waiting, raters=list(raters), by=by, at=at, seed=1)


def rate_all(round_: RatingRound, *, at: datetime = AT, good: dict[int, dict[str, str]] | None = None) -> None:
    """Everybody rates everything; `good` has what is said of an output, by its number."""
    for one in Allotment.objects.filter(rater__round=round_):
        actions.rate(allotment=one, given=(good or {}).get(one.output_id, GOOD), at=at)
