"""Two comparable groups: teams matched by their roles, teams drawn by lot, and how alike two groups are."""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MOST_SEED = 999_999_999
# Of a role or a place, so many are named; the rest is said together.
NAMED = 8
# Shares that differ by more points than this are pointed out, where the group is large enough to say so.
UNEVEN = 0.1
LEAST_FOR_SHARES = 10


@dataclass(frozen=True)
class Mix:
    """A team: what names it, and how many of each role are in it."""

    key: str
    roles: Mapping[str, int]

    @property
    def people(self) -> int:
        return sum(self.roles.values())

    @property
    def by_role(self) -> list[tuple[str, int]]:
        """Roles in the order of the alphabet, each with its number."""
        return sorted(self.roles.items())


def match(wanted: Mapping[str, int], teams: Sequence[Mix]) -> list[Mix]:
    """Whole teams that together come as near as may be to so many of each role: the next is the one that helps most for each
    of its people, until none helps.

    The same teams give the same answer in whatever order they come: of two alike the one with the smaller key is first.
    A team never helps more once another is chosen, so what it helped before is a bound: only the foremost is looked at anew,
    which is what lets this look at every team of a large company.
    """
    chosen: list[Mix] = []
    so_far: Counter[str] = Counter()

    def help_of(team: Mix) -> float:
        lacking = {role: wanted.get(role, 0) - so_far[role] for role in team.roles}
        return sum(abs(lacking[role]) - abs(lacking[role] - n) for role, n in team.roles.items()) / team.people

    waiting = [(-help_of(team), team.key, team) for team in teams if team.people]
    heapq.heapify(waiting)
    while waiting:
        _, key, team = heapq.heappop(waiting)
        now = help_of(team)
        if now <= 0:
            continue
        if waiting and (-now, key) > waiting[0][:2]:
            heapq.heappush(waiting, (-now, key, team))
            continue
        chosen.append(team)
        so_far += Counter(team.roles)
    return chosen


def lots(seed: int, keys: Iterable[str]) -> list[str]:
    """Keys in an order that a seed decides: by the SHA-256 of both, so that anybody can draw the same lots again."""
    return sorted(set(keys), key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).hexdigest())


@dataclass(frozen=True)
class Beside:
    """How many of one kind are in each group, and of how many. Shares are None of too few to say any."""

    label: str
    pods: int
    comparison: int
    in_pods: int
    in_comparison: int

    @property
    def shares(self) -> tuple[float, float] | None:
        if min(self.in_pods, self.in_comparison) < LEAST_FOR_SHARES:
            return None
        return self.pods / self.in_pods, self.comparison / self.in_comparison

    @property
    def is_uneven(self) -> bool:
        return self.shares is not None and abs(self.shares[0] - self.shares[1]) > UNEVEN


def alike(pods: Mapping[str, int], comparison: Mapping[str, int]) -> bool:
    """Whether no role's share differs much between two groups that are large enough to say so, of people whose role is known."""
    rows = balance(pods, comparison, "")
    unknown = [group.get("", 0) > UNEVEN * sum(group.values()) for group in (pods, comparison)]
    return bool(rows) and not any(unknown) and all(one.shares is not None and not one.is_uneven for one in rows)


def balance(pods: Mapping[str, int], comparison: Mapping[str, int], others: str) -> list[Beside]:
    """Two groups side by side: the most frequent kinds of both by name, what is left together as `others`."""
    everybody = Counter(pods) + Counter(comparison)
    named = [label for label, _ in sorted(everybody.items(), key=lambda one: (-one[1], one[0]))[:NAMED]]
    in_pods, in_comparison = sum(pods.values()), sum(comparison.values())
    rows = [Beside(label, pods.get(label, 0), comparison.get(label, 0), in_pods, in_comparison) for label in named]
    rest = [sum(group.values()) - sum(group.get(label, 0) for label in named) for group in (pods, comparison)]
    return [*rows, Beside(others, rest[0], rest[1], in_pods, in_comparison)] if any(rest) else rows
