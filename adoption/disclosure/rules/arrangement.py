"""Which groups are merged: decided once from the frozen cohort, so that no label comes and goes with the week.

Merges look at eligible people only, never at answers, and are stored with the programme at S0. In a week with few
answers a group is *not shown*; it does not change its company.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .facts import Block
from .network import small_cut
from .policy import Audience, Thresholds


class UnknownGroup(ValueError):
    """Facts name an arm, department or pod which was not in the cohort when merges were frozen."""


@dataclass(frozen=True, slots=True)
class Group:
    """One row of a table: a department or pod, or several merged into "others"."""

    members: tuple[str, ...]

    @property
    def merged(self) -> bool:
        return len(self.members) > 1

    @property
    def key(self) -> str:
        return "\x1f".join(self.members)


@dataclass(frozen=True, slots=True)
class ArmArrangement:
    """The rows of one arm, each tuple from the smallest to the largest: the order in which rows step back.

    `pods` and `departments` are the finest rows anybody sees; `executive` rows are unions of `departments`.
    """

    arm: str
    pods: tuple[Group, ...]
    departments: tuple[Group, ...]
    executive: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The frozen merges of a programme."""

    arms: tuple[ArmArrangement, ...]

    def of(self, arm: str) -> ArmArrangement:
        """The rows of this arm. Raises UnknownGroup."""
        for arrangement in self.arms:
            if arrangement.arm == arm:
                return arrangement
        raise UnknownGroup(f"arm {arm!r} is not in the frozen cohort")

    def as_dict(self) -> dict[str, dict[str, list[list[str]]]]:
        """Plain lists by arm, for the snapshot; `from_dict` reads them back."""
        return {
            arm.arm: {
                "pods": [list(group.members) for group in arm.pods],
                "departments": [list(group.members) for group in arm.departments],
                "executive": [list(group.members) for group in arm.executive],
            }
            for arm in self.arms
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Mapping[str, list[list[str]]]]) -> Arrangement:
        return cls(
            tuple(
                ArmArrangement(arm, **{kind: tuple(Group(tuple(row)) for row in rows[kind]) for kind in rows})
                for arm, rows in stored.items()
            )
        )


def arrange(cohort: Iterable[Block], thresholds: Thresholds) -> Arrangement:
    """The merges for a cohort, from `eligible` alone. Same people, same merges, in any order of blocks.

    Rows below the threshold become "others", which takes in its next smallest sibling until it is large enough
    (measurement case 52). Where a department and a pod hold nearly the same people, so that their difference would
    name the few who are in only one, departments are merged further until every difference holds enough people.
    """
    arms: dict[str, list[Block]] = defaultdict(list)
    for block in cohort:
        arms[block.arm].append(block)
    return Arrangement(tuple(_arrange(arm, arms[arm], thresholds) for arm in sorted(arms)))


def _arrange(arm: str, blocks: list[Block], thresholds: Thresholds) -> ArmArrangement:
    people = thresholds.people(Audience.LEAD)
    sizes: Counter[tuple[str, str]] = Counter()
    for block in blocks:
        sizes[block.pod, block.department] += block.eligible
    pod_sizes, department_sizes = Counter[str](), Counter[str]()
    for (pod, department), count in sizes.items():
        pod_sizes[pod] += count
        department_sizes[department] += count
    pods = merge_small([Group((name,)) for name in pod_sizes], pod_sizes, people)
    departments = merge_small([Group((name,)) for name in department_sizes], department_sizes, people)
    pods, departments = _part(pods, departments, sizes, people)
    executive = merge_small(list(departments), department_sizes, thresholds.people(Audience.EXECUTIVE))
    return ArmArrangement(
        arm, _ordered(pods, pod_sizes), _ordered(departments, department_sizes), _ordered(executive, department_sizes)
    )


def merge_small(rows: list[Group], sizes: Mapping[str, int], people: int) -> list[Group]:
    """The rows with all that are below `people` merged into one, which grows by its next smallest sibling."""
    ordered = list(_ordered(rows, sizes))
    small = [row for row in ordered if _size(row, sizes) < people]
    if not small:
        return ordered
    rest = ordered[len(small) :]
    while rest and (len(small) < 2 or sum(_size(row, sizes) for row in small) < people):
        small.append(rest.pop(0))
    return [_union(small), *rest]


def _part(
    pods: list[Group], departments: list[Group], sizes: Mapping[tuple[str, str], int], people: int
) -> tuple[list[Group], list[Group]]:
    """Rows of both margins no combination of which isolates fewer than `people`."""
    while True:
        of_pod = {name: row for row in pods for name in row.members}
        of_department = {name: row for row in departments for name in row.members}
        cut = small_cut(
            (
                ("pod " + of_pod[pod].key, "department " + of_department[department].key, count)
                for (pod, department), count in sizes.items()
            ),
            people,
        )
        if cut is None:
            crossing = _crossing(of_pod, of_department, sizes)
            if crossing is None:
                return pods, departments
            departments = [row for row in departments if row not in crossing] + [_union(crossing)]
            continue
        weights: Counter[str] = Counter()
        for (pod, department), count in sizes.items():
            weights["pod " + of_pod[pod].key] += count
            weights["department " + of_department[department].key] += count
        merged = _across(departments, cut, weights, "department ")
        if merged is not None:
            departments = merged
            continue
        merged = _across(pods, cut, weights, "pod ")
        if merged is None:
            return [_union(pods)], [_union(departments)]
        pods = merged


def _crossing(
    of_pod: Mapping[str, Group], of_department: Mapping[str, Group], sizes: Mapping[tuple[str, str], int]
) -> tuple[Group, Group] | None:
    """Two department rows to merge because the people of one who are in a pod follow from the rows; None if no such.

    Margins are never crossed: where pods and departments form a chain, subtraction would cross them.
    """
    rows: dict[Group, set[Group]] = defaultdict(set)
    for (pod, department), count in sorted(sizes.items()):
        if count:
            rows[of_pod[pod]].add(of_department[department])
    holders: dict[Group, set[Group]] = defaultdict(set)
    for pod_row, inside in rows.items():
        for department_row in inside:
            holders[department_row].add(pod_row)
    counts: Counter[Group] = Counter()
    for (_, department), count in sizes.items():
        counts[of_department[department]] += count
    for pod_row in sorted(rows, key=lambda row: row.members):
        for row in sorted(rows[pod_row], key=lambda row: row.members):
            if len(rows[pod_row]) < 2 or len(holders[row]) < 2 or _still_joined(pod_row, row, rows, holders):
                continue
            sibling = min(rows[pod_row] - {row}, key=lambda other: (counts[other], other.members))
            return row, sibling
    return None


def _still_joined(
    pod: Group, department: Group, rows: Mapping[Group, set[Group]], holders: Mapping[Group, set[Group]]
) -> bool:
    """Whether a pod row and a department row are connected also without the people in both."""
    # Nearly always by one other pod and one other department.
    others = (other for row in rows[pod] if row != department for other in holders[row] if other != pod)
    if any(department in rows[other] for other in others):
        return True
    seen, todo = {pod}, [pod]
    while todo:
        here = todo.pop()
        for row in rows[here]:
            if (here, row) == (pod, department):
                continue
            if row == department:
                return True
            fresh = holders[row] - seen
            seen |= fresh
            todo += fresh
    return False


def _across(rows: list[Group], cut: frozenset[str], weights: Mapping[str, int], kind: str) -> list[Group] | None:
    """The rows with the smallest one on each side of the cut merged, None if one side has none."""
    ordered = sorted(rows, key=lambda row: (weights[kind + row.key], row.members))
    inside = [row for row in ordered if kind + row.key in cut]
    outside = [row for row in ordered if kind + row.key not in cut]
    if not inside or not outside:
        return None
    pair = [inside[0], outside[0]]
    return [_union(pair), *(row for row in ordered if row not in pair)]


def _union(rows: Iterable[Group]) -> Group:
    return Group(tuple(sorted({name for row in rows for name in row.members})))


def _size(row: Group, sizes: Mapping[str, int]) -> int:
    return sum(sizes[name] for name in row.members)


def _ordered(rows: Iterable[Group], sizes: Mapping[str, int]) -> tuple[Group, ...]:
    return tuple(sorted(rows, key=lambda row: (_size(row, sizes), row.members)))
