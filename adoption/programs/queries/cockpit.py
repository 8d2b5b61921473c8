"""What a lead opens every morning: beside who needs what, what comes next by itself, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from adoption.programs.queries.curriculum import PHASE_MEANS, PHASE_WORDS
from adoption.programs.queries.design import design_of
from adoption.programs.queries.launch import Row, closed_ahead, row_of
from adoption.programs.queries.programs import Overview
from adoption.programs.queries.readiness import Line, lines_of
from adoption.programs.rules.curriculum import Phase, phase_of, phases_of
from adoption.programs.rules.readiness import Standing

Words = str | Promise


@dataclass(frozen=True)
class Cockpit:
    """A programme that runs, on one morning."""

    look: Overview
    # What the calendar does next, to whom and to how many.
    coming: tuple[Row, ...]
    lines: tuple[Line, ...]
    # Of what is learnt.
    phase: Phase | None

    @property
    def remains(self) -> list[Line]:
        """What is open still, or was done without."""
        return [line for line in self.lines if line.standing is not Standing.SHOWN]

    @property
    def shown(self) -> int:
        return len(self.lines) - len(self.remains)

    @property
    def phase_words(self) -> Words:
        return PHASE_WORDS[self.phase] if self.phase else ""

    @property
    def phase_means(self) -> Words:
        return PHASE_MEANS[self.phase] if self.phase else ""


def cockpit(look: Overview, *, at: datetime) -> Cockpit:
    """The morning of a programme at which one looks. The number of queries does not depend on how many are in it."""
    program = look.program
    closed = closed_ahead([one.step for one in look.coming])
    return Cockpit(
        look=look,
        coming=tuple(row_of(one.step, at=at, closed=closed) for one in look.coming),
        lines=lines_of(program, at=at),
        phase=phase_of(phases_of(program.template, design_of(program).tier, program.weeks), look.week),
    )
