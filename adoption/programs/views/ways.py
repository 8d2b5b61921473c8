"""From one page of a long list to the pages beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID


class Between(Protocol):
    """A page that knows from which public ids those beside it go on; None at the ends."""

    @property
    def previous(self) -> UUID | None: ...
    @property
    def next(self) -> UUID | None: ...


def ways(here: str, page: Between, kept: Mapping[str, str] | None = None) -> dict[str, str]:
    """The addresses of the page before and of the page after, which keep what is looked for; empty at the ends."""

    def way(name: str, key: UUID | None) -> str:
        return f"{here}?{urlencode({**(kept or {}), name: str(key)})}" if key else ""

    return {"previous": way("before", page.previous), "next": way("after", page.next)}
