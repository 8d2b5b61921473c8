"""Reads of the champions' floor."""

from champions.queries.champions import (
    SENTENCES,
    WayIn,
    champions_are_free,
    champions_of,
    export_champions,
    has_champions,
    leading,
    not_here_yet,
    seen_of_champions,
    way_in,
)

__all__ = [
    "SENTENCES",
    "WayIn",
    "champions_are_free",
    "champions_of",
    "export_champions",
    "has_champions",
    "leading",
    "not_here_yet",
    "seen_of_champions",
    "way_in",
]
