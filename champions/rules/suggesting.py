"""What was written down elsewhere and could become a win or a prompt."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.tenancy.rules import Registry

# suggestion_x(*, person, reference) -> Suggestion | None: what lies behind a reference, for somebody who may read it.
SUGGESTIONS = Registry("suggestion")
REFERENCE_LENGTH = 80


@dataclass(frozen=True)
class Suggestion:
    """The words a form begins with: of a win its piece of work and what came out, of a prompt its name and its text."""

    workflow: str  # its public id
    task: str
    output: str
    title: str
    prompt: str
