"""Why an act of this floor is refused."""

from __future__ import annotations

from typing import Any


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
