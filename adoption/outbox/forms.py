"""What the outbox's addresses may ask for, read with care."""

from __future__ import annotations

from django.http import QueryDict

from adoption.outbox.rules import STOPPABLE, MessageClass

MOST_ID = 2**63 - 1


def read_before(query: QueryDict) -> int | None:
    """The id a page starts before; None for the first page and for anything that is not an id."""
    text = query.get("before", "")
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    number = int(text)
    return number if 0 < number <= MOST_ID else None


def read_search(query: QueryDict, name: str = "q") -> str:
    """A text to look for: at most 200 characters, without NUL."""
    return query.get(name, "").replace("\x00", "")[:200].strip()


def read_choice(posted: QueryDict) -> tuple[MessageClass, bool] | None:
    """Which class of messages somebody wants or no longer wants; None for anything else."""
    chosen = next((one for one in STOPPABLE if one == posted.get("messages")), None)
    return None if chosen is None else (chosen, posted.get("wanted") == "yes")
