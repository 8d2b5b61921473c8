"""Reads of the champions' floor."""

from champions.queries.champions import (
    SENTENCES,
    Awaited,
    WayIn,
    awaited,
    champions_are_free,
    champions_of,
    export_champions,
    has_champions,
    leading,
    seen_of_champions,
    ways_in,
)

__all__ = [
    "SENTENCES",
    "Awaited",
    "WayIn",
    "awaited",
    "champions_are_free",
    "champions_of",
    "export_champions",
    "has_champions",
    "leading",
    "seen_of_champions",
    "ways_in",
]
