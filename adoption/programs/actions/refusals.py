"""Why an act of this floor is refused."""

from __future__ import annotations

from typing import Any

from adoption.programs.models import Program
from adoption.programs.rules import State


class Refused(ValueError):
    """A programme cannot do this now. `code` says why, `facts` what a sentence about it needs."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class WrongState(Refused):
    """The programme is not where this step begins."""


class NotReady(Refused):
    """Something that must be there first is not. `facts["missing"]` lists the names of what is missing."""


def refuse_settled(program: Program, launched: str = "launched") -> None:
    """Raises WrongState once a programme was launched, by this code, or stopped before it: what makes it up is settled."""
    if program.launched_at:
        raise WrongState(launched)
    if program.closed_at:
        raise WrongState("stopped")


def refuse_begun(program: Program) -> None:
    """Raises WrongState once something was asked of people in a programme, or its draft was discarded."""
    if program.closed_at:
        raise WrongState("stopped")
    if program.state is not State.DRAFT:
        raise WrongState("baseline_open")
