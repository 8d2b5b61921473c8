"""Why an act of the asking floor is refused, by name. Forms have the words."""

from __future__ import annotations

from datetime import date, datetime


class WaveClosed(ValueError):
    """The survey takes no more answers."""


class Refused(ValueError):
    """It cannot be done now. `code` says why; `facts` are the days its words name."""

    def __init__(self, code: str, **facts: date | datetime) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
