"""Who may be a champion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Credibility:
    """How many people outside the reporting line come to somebody, of how many who could have said so."""

    nominators: int
    eligible: int

    @property
    def share(self) -> float | None:
        """None where nobody could have."""
        return self.nominators / self.eligible if self.eligible else None


def reporting_line(person: int, managers: Mapping[int, int | None]) -> frozenset[int]:
    """Everybody above a person and below, however far, by id. `managers` has each one's own; circles do no harm."""
    above: set[int] = set()
    boss = managers.get(person)
    while boss is not None and boss not in above and boss != person:
        above.add(boss)
        boss = managers.get(boss)
    reports: dict[int, list[int]] = defaultdict(list)
    for somebody, manager in managers.items():
        if manager is not None:
            reports[manager].append(somebody)
    below: set[int] = set()
    waiting = [person]
    while waiting:
        for somebody in reports[waiting.pop()]:
            if somebody not in below:
                below.add(somebody)
                waiting.append(somebody)
    return frozenset(above | below) - {person}


def credibility(
    nominations: Iterable[tuple[int, int]], *, managers: Mapping[int, int | None], eligible: Collection[int]
) -> dict[int, Credibility]:
    """Each nominated person's credibility, from (nominator id, nominee id) pairs.

    Only people in `eligible` nominate; oneself and the own reporting line count nothing, on either side of the division.
    """
    may = set(eligible)
    said: dict[int, set[int]] = defaultdict(set)
    for nominator, nominee in nominations:
        said[nominee].add(nominator)
    found = {}
    for nominee, nominators in said.items():
        others = may - reporting_line(nominee, managers) - {nominee}
        found[nominee] = Credibility(len(nominators & others), len(others))
    return found


def may_lead(found: Credibility, *, uses_ai: bool) -> bool:
    """Both criteria: colleagues come to them, and they use AI already. A title is none."""
    return uses_ai and found.nominators > 0
