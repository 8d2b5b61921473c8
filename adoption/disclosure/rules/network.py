"""What published figures determine: an exact audit on a flow network, in integers, without a solver.

Every person sits in one pod, one department and one arm. Draw the people of one arm as a flow: from a source to
each pod, from the pod to each department (an arc per block, at most as many units as its people can hold), from
departments to their executive group, from there back to the source. A published figure bounds one arc of this
network. What a reader can work out is exactly what all flows within these bounds have in common.

Two facts make the audit exact. Bounds of a network flow are attained in whole numbers, and two flows within the
bounds differ by cycles; so a quantity can be different from the truth if and only if its arc lies on a cycle of
the residual network of the truth. And sums of blocks which are the same in all flows are the cuts of the graph of
the arcs that can move. So: no block may be fixed unless large and mixed, and no cut may hold fewer than k people.
(Ford and Fulkerson 1962, chapter III; Nagamochi and Ibaraki 1992 for the cut.)
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the public knows of one sum: lowest and highest. `guarded` sums must not become exactly known."""

    low: int
    high: int
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One block: people `people` between pod node `pod` and department node `department`, true flow and capacity."""

    pod: str
    department: str
    people: int
    flow: int
    capacity: int


@dataclass(frozen=True, slots=True)
class _Arc:
    tail: str
    head: str
    flow: int
    low: int
    high: int
    people: int
    guarded: bool

    @property
    def is_block(self) -> bool:
        return self.people > 0


SOURCE, SINK = "source", "sink"
# A block whose sum may be "nobody" or "everybody" must have at least three possible sums, where it can: with two,
# whoever knows how the gate decides could tell them apart by what it would have done.
WANTED = 2


def is_safe(
    edges: Sequence[Edge],
    *,
    pods: Mapping[str, Bounds],
    departments: Mapping[str, Bounds],
    parents: Mapping[str, str],
    groups: Mapping[str, Bounds],
    total: Bounds,
    people: int,
    mixed: int,
) -> bool:
    """Whether nobody, and no group of fewer than `people`, is determined by the bounds of one arm.

    `parents` names the group (a key of `groups`) of each department node. The flow of `edges` must lie within all
    bounds. A sum which is certain without being shown must have at least `mixed` on either side, as if shown.
    Of the order of the arcs where ways around are short, of their square at worst; no step depends on anything but the arguments.
    """
    arcs = _arcs(edges, pods, departments, parents, groups, total)
    room = _Residual(arcs)
    contraction = _Contraction()
    weights = []
    for number, arc in enumerate(arcs):
        # A band must stay as wide as it was said: both ends within reach.
        if arc.guarded and not (
            room.reaches(number, up=arc.high - arc.flow) and room.reaches(number, down=arc.flow - arc.low)
        ):
            return False
        moves = room.width(number, 1) > 0
        if not arc.is_block:
            if moves:
                contraction.join(arc.tail, arc.head)
        elif moves:
            if room.touches_an_end(number) and room.width(number, WANTED) < min(WANTED, arc.high):
                return False
            weights.append((arc.tail, arc.head, arc.people))
        elif arc.people < people or not mixed <= arc.flow <= arc.high - mixed:
            return False
    return smallest_cut_reaches(
        [(contraction.find(one), contraction.find(other), weight) for one, other, weight in weights], people
    )


def _arcs(
    edges: Sequence[Edge],
    pods: Mapping[str, Bounds],
    departments: Mapping[str, Bounds],
    parents: Mapping[str, str],
    groups: Mapping[str, Bounds],
    total: Bounds,
) -> list[_Arc]:
    through: dict[str, int] = defaultdict(int)
    arcs = []
    for edge in edges:
        if edge.people == 0:
            continue
        pod, department = f"pod {edge.pod}", f"department {edge.department}"
        arcs.append(_Arc(pod, department, edge.flow, 0, edge.capacity, edge.people, False))
        for name in (pod, department, f"group {parents[edge.department]}", SINK):
            through[name] += edge.flow
    rows = [(SOURCE, f"pod {key}", f"pod {key}", bounds) for key, bounds in pods.items()]
    rows += [
        (f"department {key}", f"group {parents[key]}", f"department {key}", bounds)
        for key, bounds in departments.items()
    ]
    rows += [(f"group {key}", SINK, f"group {key}", bounds) for key, bounds in groups.items()]
    rows.append((SINK, SOURCE, SINK, total))
    for tail, head, counted, bounds in rows:
        arcs.append(_Arc(tail, head, through[counted], bounds.low, bounds.high, 0, bounds.guarded))
    return arcs


class _Residual:
    """How far each arc can be from the truth while all bounds hold.

    A step is a way around: along arcs that have room, never back along the arc it came by. Most ways around are short,
    so the search walks on instead of looking about, from the end of the arc that leads to many nodes towards whatever
    is next to the other end. Nodes through which no way can lead are left out beforehand.
    """

    def __init__(self, arcs: Sequence[_Arc]) -> None:
        self._arcs = arcs
        self._flow = [arc.flow for arc in arcs]
        self._low, self._high = [arc.low for arc in arcs], [arc.high for arc in arcs]
        # Of each node, by number, the arcs that touch it: the node at the other end, and 1 if it is the tail, else -1.
        self._touching: dict[str, dict[int, tuple[str, int]]] = defaultdict(dict)
        for number, arc in enumerate(arcs):
            self._touching[arc.tail][number] = arc.head, 1
            self._touching[arc.head][number] = arc.tail, -1
        self._leave_out()
        self._around = {
            node: [(number, other, direction) for number, (other, direction) in arcs_of.items()]
            for node, arcs_of in self._touching.items()
        }

    def _leave_out(self) -> None:
        """Forget nodes that cannot be entered by one arc and left by another, until there are none."""
        todo = list(self._touching)
        while todo:
            node = todo.pop()
            if node not in self._touching or self._can_be_passed(node):
                continue
            for number, (other, _) in self._touching.pop(node).items():
                del self._touching[other][number]
                todo.append(other)

    def _can_be_passed(self, node: str) -> bool:
        into = out = with_room = 0
        for number, (_, direction) in self._touching[node].items():
            can_leave, can_enter = self._has_room(number, direction), self._has_room(number, -direction)
            out, into, with_room = out + can_leave, into + can_enter, with_room + (can_leave or can_enter)
            if out and into and with_room > 1:
                return True
        return False

    def _has_room(self, number: int, direction: int) -> bool:
        flow = self._flow[number]
        return flow < self._high[number] if direction > 0 else flow > self._low[number]

    def width(self, number: int, wanted: int) -> int:
        """Steps this arc can take up and down together, counted no further than `wanted`."""
        up = self._steps(number, 1, wanted)
        return up if up == wanted else up + self._steps(number, -1, wanted - up)

    def touches_an_end(self, number: int) -> bool:
        """Whether this arc could be empty or full with one step."""
        arc = self._arcs[number]
        empty = arc.flow == 0 or (arc.flow == 1 and self.reaches(number, down=1))
        return empty or arc.flow == arc.high or (arc.flow == arc.high - 1 and self.reaches(number, up=1))

    def reaches(self, number: int, *, up: int = 0, down: int = 0) -> bool:
        """Whether this arc can take all these steps in one direction."""
        return self._steps(number, 1, up) == up and self._steps(number, -1, down) == down

    def _steps(self, number: int, sign: int, wanted: int) -> int:
        arc, taken, steps = self._arcs[number], list[tuple[int, int]](), 0
        start, goal = (arc.head, arc.tail) if sign > 0 else (arc.tail, arc.head)
        while steps < wanted and (steps < arc.high - arc.flow if sign > 0 else steps < arc.flow - arc.low):
            path = self._path(start, goal, number)
            if path is None:
                break
            for one, direction in path:
                self._flow[one] += direction
            taken += path
            steps += 1
        for one, direction in taken:
            self._flow[one] -= direction
        return steps

    def _path(self, start: str, goal: str, without: int) -> list[tuple[int, int]] | None:
        """Arcs with room that lead from one node to another, each with the direction it is taken in."""
        if start not in self._touching or goal not in self._touching:
            return None
        if len(self._touching[start]) < len(self._touching[goal]):
            return self._walk(goal, start, without, -1)
        return self._walk(start, goal, without, 1)

    def _walk(self, start: str, goal: str, without: int, way: int) -> list[tuple[int, int]] | None:
        """The same; with `way` -1 against the direction of the steps. Where nearly all of a large audit is spent."""
        # Whether an arc has room is asked as in `_has_room`, without the call.
        flow, low, high, around = self._flow, self._low, self._high, self._around
        last = {
            other: (number, -way * direction)
            for number, other, direction in around[goal]
            if number != without and (flow[number] > low[number] if way == direction else flow[number] < high[number])
        }
        if start in last:
            return [last[start]]
        seen, path = {start, goal}, list[tuple[int, int]]()
        walks = [iter(around[start])]
        while walks:
            for number, other, direction in walks[-1]:
                if other in seen or number == without:
                    continue
                if flow[number] >= high[number] if way == direction else flow[number] <= low[number]:
                    continue
                path.append((number, way * direction))
                if other in last:
                    return [*path, last[other]]
                seen.add(other)
                walks.append(iter(around[other]))
                break
            else:
                walks.pop()
                if path:
                    path.pop()
        return None


class _Contraction:
    """Which nodes count as one, because people may flow freely between them."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, node: str) -> str:
        found = node
        while (parent := self._parent.get(found, found)) != found:
            found = parent
        # Whoever asks again has a short way.
        while node != found:
            self._parent[node], node = found, self._parent[node]
        return found

    def join(self, one: str, other: str) -> None:
        one, other = self.find(one), self.find(other)
        if one != other:
            self._parent[other] = one


def smallest_cut_reaches(edges: Iterable[tuple[str, str, int]], people: int) -> bool:
    """Whether every cut that parts a connected component of this weighted graph holds at least `people`."""
    return small_cut(edges, people) is None


def small_cut(edges: Iterable[tuple[str, str, int]], people: int) -> frozenset[str] | None:
    """One side of a cut of a connected component that holds fewer than `people`, or None.

    Maximum adjacency search; whatever is joined by `people` or more is contracted, until a cut or nothing is left.
    """
    graph: dict[str, dict[str, int]] = defaultdict(dict)
    for one, other, weight in edges:
        if one != other and weight > 0:
            graph[one][other] = graph[one].get(other, 0) + weight
            graph[other][one] = graph[other].get(one, 0) + weight
    members = {node: frozenset({node}) for node in graph}
    while graph:
        start = min(graph)
        order, joins = _adjacency_order(graph, start, people)
        if len(order) == 1:
            del graph[start]
            continue
        last = order[-1]
        if sum(graph[last].values()) < people:
            return members[last]
        for kept, gone in joins:
            _merge(graph, members, kept, gone)
    return None


def _adjacency_order(
    graph: Mapping[str, Mapping[str, int]], start: str, people: int
) -> tuple[list[str], list[tuple[str, str]]]:
    """The component of `start` in maximum adjacency order, and pairs joined by at least `people`."""
    attached: dict[str, int] = {start: 0}
    heap, placed = [(0, start)], dict[str, int]()
    order: list[str] = []
    joins: list[tuple[str, str]] = []
    while heap:
        negative, node = heapq.heappop(heap)
        if node in placed or -negative != attached[node]:
            continue
        placed[node] = len(order)
        order.append(node)
        for other, weight in graph[node].items():
            if other in placed:
                continue
            attached[other] = attached.get(other, 0) + weight
            # Of a maximum adjacency order: node and other are connected by at least what is attached by now.
            if attached[other] >= people:
                joins.append((node, other))
            heapq.heappush(heap, (-attached[other], other))
    return order, joins


def _merge(graph: dict[str, dict[str, int]], members: dict[str, frozenset[str]], kept: str, gone: str) -> None:
    kept = next(name for name, inside in members.items() if kept in inside and name in graph)
    gone = next(name for name, inside in members.items() if gone in inside and name in graph)
    if kept == gone:
        return
    members[kept] |= members[gone]
    for other, weight in graph.pop(gone).items():
        del graph[other][gone]
        if other != kept:
            graph[kept][other] = graph[kept].get(other, 0) + weight
            graph[other][kept] = graph[other].get(kept, 0) + weight
