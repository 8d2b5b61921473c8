"""An attacker who has read everything that was published, to everybody, and knows who belongs where.

Shares nothing with the gate, on purpose: it reads the published JSON, turns every figure into an inequality over the
people it counts, and asks an integer solver (HiGHS) what the figures have in common. It is assumed to know the
worst: everybody's arm, department and pod, who was counted in which release, and how the gate decides. It does not
know what anybody answered; where it finds out, there is a leak.

Needs scipy, which the application itself does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stratum:
    """People whom no publication tells apart: one place, counted in the same releases with the same value."""

    arm: str
    department: str
    pod: str
    people: int
    releases: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Target:
    """One metric and window: who was counted, and every release of it as published (`Release.as_dict()`).

    `low` and `high` are the ends of one person's value. A `high` of None: values have no ends, as minutes have none, and
    what is published are medians and means of them.
    """

    name: str
    strata: tuple[Stratum, ...]
    releases: tuple[Mapping[str, Any], ...]
    low: int = 0
    high: int | None = 1


@dataclass(frozen=True, slots=True)
class Recovery:
    """People about whom the publications say more than they should: `value` is the sum over `people` of them.

    Of values without ends `value` is None: it follows, however large it is.
    """

    target: str
    strata: tuple[Stratum, ...]
    people: int
    value: int | None


class Contradiction(Exception):
    """No answers fit the publications: a figure is wrong, or the attacker misreads it."""


@dataclass(slots=True)
class _System:
    """low <= A z <= high, 0 <= z <= capacity, z whole."""

    capacity: list[int] = field(default_factory=list)
    rows: list[tuple[list[int], float, float]] = field(default_factory=list)
    published: list[LinearConstraint] = field(default_factory=list)

    def close(self) -> None:
        """Nothing more was published."""
        wanted = [row for row in self.rows if row[0]]
        if not wanted:
            return
        at = [(number, column) for number, (columns, _, _) in enumerate(wanted) for column in columns]
        matrix = coo_array(
            (np.ones(len(at)), ([row for row, _ in at], [column for _, column in at])),
            shape=(len(wanted), len(self.capacity)),
        ).tocsc()
        self.published = [LinearConstraint(matrix, [row[1] for row in wanted], [row[2] for row in wanted])]

    def solve(self, aim: Vector) -> Vector:
        """Answers that fit everything published and reach the least `aim`."""
        size = len(self.capacity)
        bounds = Bounds(np.zeros(size), np.array(self.capacity, dtype=float))
        # Most often the best corner is whole already, and then it is the best whole answer.
        for integrality in (np.zeros(size), np.ones(size)):
            answer = milp(aim, constraints=self.published, bounds=bounds, integrality=integrality)
            if answer.x is None:
                raise Contradiction(answer.message)
            whole: Vector = np.asarray(np.round(answer.x), dtype=np.float64)
            if np.abs(whole - answer.x).max() < 1e-6:
                break
        return whole


def attack(targets: Iterable[Target], *, people: int = 5, audiences: Sequence[str] | None = None) -> list[Recovery]:
    """Everybody recovered: individuals whose answer is certain, and groups below `people` whose sum is.

    `audiences` limits the reading to these tables (default: all of them put together). Raises Contradiction.
    """
    system, strata = _System(), list[tuple[Target, Stratum]]()
    found: list[Recovery] = []
    for target in targets:
        if target.high is None:
            found += _subtract(target, people, audiences)
            continue
        base = len(strata)
        strata += [(target, stratum) for stratum in target.strata]
        width = target.high - target.low
        system.capacity += [stratum.people * width for stratum in target.strata]
        for number, release in enumerate(target.releases):
            for columns, low, high in _read(target, number, release, audiences):
                system.rows.append(([base + column for column in columns], low, high))
    if not strata:
        return found
    system.close()
    seen = _witnesses(system)
    for number, (target, stratum) in enumerate(strata):
        capacity = system.capacity[number]
        if capacity == 0 or not _is_certain(system, seen, [number]):
            continue
        value = int(seen[0][number])
        if stratum.people < people or value in (0, capacity):
            found.append(Recovery(target.name, (stratum,), stratum.people, value))
    known = {id(stratum) for recovery in found for stratum in recovery.strata}
    for columns in _small_groups(strata, people, known):
        if _is_certain(system, seen, columns):
            group = tuple(strata[column][1] for column in columns)
            value = int(sum(seen[0][column] for column in columns))
            found.append(Recovery(strata[columns[0]][0].name, group, sum(one.people for one in group), value))
    return found


def _subtract(target: Target, people: int, audiences: Sequence[str] | None) -> list[Recovery]:
    """Groups below `people` whose figure follows from those published, if medians and means could be subtracted like sums.

    More than anybody can do with a median. A group is found out where some combination of the published rows touches
    nobody else: then the rows, read over everybody else alone, are fewer independent ones than they are over all.
    """
    rows = []
    for number, release in enumerate(target.releases):
        for audience, cells in release["tables"].items():
            if audiences is None or audience in audiences:
                for cell in cells:
                    if cell["display"] != "not_shown":
                        row = np.zeros(len(target.strata))
                        row[_counted(target, number, cell)] = 1.0
                        rows.append(row)
    if not rows:
        return []
    published = np.array(rows)
    all_of_it = np.linalg.matrix_rank(published)
    found: list[Recovery] = []
    known: set[int] = set()
    singles = [[column] for column, one in enumerate(target.strata) if 0 < one.people < people]
    pairs = [(target, stratum) for stratum in target.strata]
    for columns in (*singles, *_small_groups(pairs, people, known)):
        if any(id(target.strata[column]) in known for column in columns):
            continue
        others = np.delete(published, columns, axis=1)
        if (np.linalg.matrix_rank(others) if others.size else 0) < all_of_it:
            group = tuple(target.strata[column] for column in columns)
            known.update(id(one) for one in group)
            found.append(Recovery(target.name, group, sum(one.people for one in group), None))
    return found


def _witnesses(system: _System) -> list[Vector]:
    """Some answers that all fit, as unlike each other as a few questions make them."""
    chance = np.random.default_rng(20260105)
    size = len(system.capacity)
    seen = []
    for _ in range(3):
        aim = chance.normal(size=size)
        seen += [system.solve(aim), system.solve(-aim)]
    while True:
        still = np.array([len({float(one[column]) for one in seen}) == 1 for column in range(size)])
        moved = False
        for sign in (1.0, -1.0):
            if still.any():
                answer = system.solve(sign * still + 1e-4 * chance.normal(size=size) * ~still)
                if (answer[still] != seen[0][still]).any():
                    seen.append(answer)
                    moved = True
                    break
        if not moved:
            return seen


def _is_certain(system: _System, seen: list[Vector], columns: list[int]) -> bool:
    """Whether the sum over these columns is the same in all answers that fit. Remembers the answers it meets."""
    value = sum(seen[0][column] for column in columns)
    if any(sum(one[column] for column in columns) != value for one in seen):
        return False
    aim = np.zeros(len(system.capacity))
    for sign in (1.0, -1.0):
        aim[columns] = sign
        answer = system.solve(aim)
        if answer[columns].sum() != value:
            seen.append(answer)
            return False
    return True


def _small_groups(strata: Sequence[tuple[Target, Stratum]], people: int, known: set[int]) -> Iterator[list[int]]:
    """Unions of two or more places that hold fewer than `people` together."""
    by_arm: dict[tuple[int, str], list[int]] = {}
    for number, (target, stratum) in enumerate(strata):
        if 0 < stratum.people < people and id(stratum) not in known:
            by_arm.setdefault((id(target), stratum.arm), []).append(number)
    for columns in by_arm.values():
        todo: list[tuple[list[int], int, int]] = [([], 0, 0)]
        while todo:
            chosen, start, count = todo.pop()
            if len(chosen) > 1:
                yield chosen
            for place in range(start, len(columns)):
                more = count + strata[columns[place]][1].people
                if more < people:
                    todo.append(([*chosen, columns[place]], place + 1, more))


# --- reading what was published ----------------------------------------------------------------------------------


def _read(
    target: Target, number: int, release: Mapping[str, Any], audiences: Sequence[str] | None
) -> Iterator[tuple[list[int], float, float]]:
    for audience, cells in release["tables"].items():
        if audiences is not None and audience not in audiences:
            continue
        for cell in cells:
            columns = _counted(target, number, cell)
            low, high = _inequality(cell, target)
            if low is None and _keeps_silent_among_others(cell, cells):
                # Rows at the ends say so in words; one that is silent beside rows that speak is not at the ends.
                full = sum(target.strata[column].people for column in columns)
                if audience == "lead" and full >= 5 and (target.low, target.high) == (0, 1):
                    low, high = 3, full - 3
            if low is not None and high is not None:
                yield columns, float(low), float(high)


def _counted(target: Target, number: int, cell: Mapping[str, Any]) -> list[int]:
    members = set(cell["members"])
    return [
        column
        for column, stratum in enumerate(target.strata)
        if number in stratum.releases
        and stratum.arm == cell["arm"]
        and (
            cell["margin"] == "arm"
            or (cell["margin"] == "department" and stratum.department in members)
            or (cell["margin"] == "pod" and stratum.pod in members)
        )
    ]


def _keeps_silent_among_others(cell: Mapping[str, Any], cells: Sequence[Mapping[str, Any]]) -> bool:
    return cell.get("reason") == "protected" and any(
        other["display"] != "not_shown" and (other["arm"], other["margin"]) == (cell["arm"], cell["margin"])
        for other in cells
    )


def _inequality(cell: Mapping[str, Any], target: Target) -> tuple[int, int] | tuple[None, None]:
    """Least and greatest sum (counted from the low end of the scale) that would have been published like this."""
    assert target.high is not None
    display = cell["display"]
    if display == "not_shown":
        return None, None
    n = int(cell["n"])
    width = target.high - target.low
    top = n * width
    if display == "count":
        return int(cell["x"]), int(cell["x"])
    if display in ("fewer", "near_lowest"):
        return 0, int(cell["band"]) - 1
    if display in ("all_but_fewer", "near_highest"):
        return top - int(cell["band"]) + 1, top
    if display == "percent":
        share = Fraction(int(cell["percent"]))
        low = ceil((share - Fraction(1, 2)) * n / 100)
        high = ceil((share + Fraction(1, 2)) * n / 100) - 1
        return max(low, 3), min(high, n - 3)
    if display == "quarter":
        part = int(cell["quarter"])
        high = ceil(Fraction((part + 1) * n, 4)) - 1
        return max(ceil(Fraction(part * n, 4)), 3), min(high, n - 3)
    if display == "value":
        mean = Fraction(cell["value"]) - target.low
        half = Fraction(1, 20)
        return max(ceil((mean - half) * n), 3), min(floor((mean + half) * n), top - 3)
    raise Contradiction(f"an unknown way to say a figure: {display}")
