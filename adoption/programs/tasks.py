"""What the calendar does to a programme itself, and how every floor carries out a step of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from adoption.programs import actions, rules
from adoption.programs.models import Step
from adoption.tenancy.tasks import promised


def calendar_step(name: str) -> Callable[[Callable[..., None]], object]:
    """Make `work(step, *, at)` the task that carries out steps of this name. A skipped or erased step is left."""

    def register(work: Callable[..., None]) -> object:
        @promised(name)
        @wraps(work)
        def carry(row_id: int, *, at: datetime) -> None:
            step = Step.objects.open().select_related("program__workflow", "program__organization").filter(pk=row_id)
            for one in step:
                work(one, at=at)
                actions.do_step(one, at=at)

        return carry

    return register


@calendar_step(rules.END)
def end(step: Step, *, at: datetime) -> None:
    """The active phase is over."""
    actions.end(program=step.program, at=at)


@calendar_step(rules.FOLLOWED)
def followed(step: Step, *, at: datetime) -> None:
    """Ninety days later."""
    actions.follow(program=step.program, at=at)


@calendar_step(rules.CLOSE)
def close(step: Step, *, at: datetime) -> None:
    """Nothing more is asked."""
    actions.close(program=step.program, at=at)
