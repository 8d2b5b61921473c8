"""What must be there before a launch, for whoever launches a programme in a test."""

from __future__ import annotations

from datetime import datetime, timedelta

from adoption.programs.actions import waive_item
from adoption.programs.models import Program
from adoption.programs.rules import baseline_starts_on
from adoption.programs.rules.readiness import Item
from metrics.actions import weeks
from metrics.actions.weeks import Line
from surveys.actions import answer
from surveys.models import Ask
from tests.running import Running

# Everything that nobody brings about in tests of something else.
ELSEWHERE = (Item.POLICY, Item.SPONSOR, Item.SHOWCASE, Item.PACKS)


def make_ready(program: Program, *more: Item, at: datetime) -> None:
    """It is written down of each of these why the launch does not wait for it. Call inside the company."""
    for item in (*ELSEWHERE, *more):
        waive_item(program=program, item=item, reason="Not what this is about.", by=None, at=at)


def collect_baseline(running: Running, *, at: datetime) -> None:
    """Everybody has answered the survey, if it is out, and said of both weeks that there was nothing. Call inside the company."""
    for ask in Ask.objects.filter(wave__program=running.program):
        answer(ask=ask, given={"minutes": 60}, at=at)
    begins_on = baseline_starts_on(running.program.starts_on)
    people = (*running.members, *running.compared)
    lines = [Line(person.pk, begins_on + timedelta(weeks=number), 0, 0) for person in people for number in range(2)]
    weeks.record_history(program=running.program, lines=lines, by=None, at=at)
    weeks.drain(at=at)
