"""Telling upper floors that facts about people's days have changed, so that what was computed from them is so again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from adoption.tenancy.rules import RECKONINGS


def reckon_again(*, people: Collection[int], first: date | None = None, last: date | None = None, at: datetime) -> None:
    """Facts of these people (by id), about days from one to another, have changed: None is open. In the transaction of the change."""
    if people:
        for entry in RECKONINGS:
            entry.load()(people=people, first=first, last=last, at=at)
