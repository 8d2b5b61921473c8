"""The score of the safety pulse, and which options of a question may be shown beside one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from statistics import variance

from surveys.rules.instruments import Item

SCALE_TOP = 5
LEAST_ANSWERED = 4
# The score is shown from so many replies, from so many pods or teams.
LEAST_REPLIES = 10
LEAST_CLUSTERS = 2
LEAST_FOR_ALPHA = 50


def scored(item: Item, answer: int) -> int:
    """An answer as it counts: 1 is bad and 5 is good, also where the statement is turned round."""
    return SCALE_TOP + 1 - answer if item.is_reversed else answer


def pulse_score(items: Sequence[Item], answers: Mapping[str, int | None]) -> Fraction | None:
    """The mean of what was answered, 1 to 5; None with fewer than four answers."""
    known = [scored(item, answer) for item in items if (answer := answers.get(item.key)) is not None]
    return Fraction(sum(known), len(known)) if len(known) >= LEAST_ANSWERED else None


def alpha(items: Sequence[Item], replies: Sequence[Mapping[str, int | None]]) -> float | None:
    """Cronbach's alpha of complete replies; None below fifty of them, or where all are the same."""
    rows = [
        [scored(item, answer) for item in items if (answer := reply.get(item.key)) is not None] for reply in replies
    ]
    whole = [row for row in rows if len(row) == len(items)]
    if len(whole) < LEAST_FOR_ALPHA:
        return None
    total = float(variance(sum(row) for row in whole))
    if not total:
        return None
    parts = sum(float(variance(column)) for column in zip(*whole, strict=True))
    return len(items) / (len(items) - 1) * (1 - parts / total)


def silent_options(counts: Sequence[int], band: int) -> frozenset[int] | None:
    """Which options of a choice stay silent, by place, so that none in the band follows from the others and the total.

    `counts` are people by option; below `band`, or with fewer than `band` people elsewhere, an option is said in words.
    Each option that is not said exactly must leave `band` answers open. The smallest step back first; None where even
    silence on all of them does not help.
    """
    total = sum(counts)
    order = sorted(range(len(counts)), key=lambda place: (counts[place], place))
    exact = [place for place in order if band <= counts[place] <= total - band]
    for steps in range(len(exact) + 1):
        silent = frozenset(exact[:steps])
        bounds = [_bounds(place, counts, total, band, silent) for place in range(len(counts))]
        unsaid = [place for place in range(len(counts)) if place not in exact or place in silent]
        if all(_open(place, bounds, total) >= band for place in unsaid):
            return silent
    return None


def _bounds(place: int, counts: Sequence[int], total: int, band: int, silent: frozenset[int]) -> tuple[int, int]:
    count = counts[place]
    if place in silent:
        return 0, total
    if count < band:
        return 0, min(band - 1, total)
    if total - count < band:
        return max(0, total - band + 1), total
    return count, count


def _open(place: int, bounds: Sequence[tuple[int, int]], total: int) -> int:
    """How many answers a reader of all the options still thinks possible for one."""
    others = [bound for at, bound in enumerate(bounds) if at != place]
    low = max(bounds[place][0], total - sum(high for _, high in others))
    high = min(bounds[place][1], total - sum(low for low, _ in others))
    return high - low + 1
