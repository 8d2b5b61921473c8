"""The publication gate: facts go in, and what each audience may see comes out. The only way out for an aggregate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from .arrangement import ArmArrangement, Arrangement, Group, UnknownGroup
from .facts import Block, Facts, Kind, Measure, Movement
from .network import Bounds, Edge, is_safe, smallest_cut_reaches
from .policy import Audience, Thresholds
from .release import Cell, Display, Margin, Reason, Release, Table

WHOLE_PERCENT_FROM = 20
# Stands for "any value" where a scale has no ends: far enough from both that no bound is ever felt.
_WIDE = 10**6

# How many times rows step back to make both lists of groups fit together, before one is left out.
_PATIENCE = 8


@dataclass(frozen=True, slots=True)
class Earlier:
    """A release of the same metric and window that is already out, and who differs between it and the new facts."""

    release: Release
    movements: tuple[Movement, ...]


class UnrelatedRelease(ValueError):
    """An earlier release was given which is about another metric or window."""


def publish(
    facts: Facts, *, arrangement: Arrangement, thresholds: Thresholds, earlier: Sequence[Earlier] = ()
) -> Release:
    """What everybody may see of these facts.

    `arrangement` and `thresholds` are those frozen at launch. `earlier` lists every release of the same metric and
    window that is already out: the same people with the same values give the same tables again; otherwise whole
    arms may be restated once, if enough people differ, and groups keep their first figures.
    Raises UnknownGroup for facts outside the frozen cohort, UnrelatedRelease.
    """
    for out in earlier:
        if (out.release.metric, out.release.window) != (facts.metric, facts.window):
            raise UnrelatedRelease("releases are compared within one metric and window")
    arms: dict[str, list[Block]] = {arm.arm: [] for arm in arrangement.arms}
    for block in facts.blocks:
        arms[arrangement.of(block.arm).arm].append(block)
    cells: dict[Audience, list[Cell]] = defaultdict(list)
    for arm, blocks in arms.items():
        for audience, rows in _Arm(arrangement.of(arm), blocks, facts.measure, thresholds).publish().items():
            cells[audience] += rows
    tables = tuple(Table(audience, tuple(cells[audience])) for audience in Audience)
    first = Release(facts.metric, facts.window, facts.version, tables)
    if not earlier or all(
        out.release.tables == first.tables and not any(movement.people for movement in out.movements) for out in earlier
    ):
        return first
    return replace(
        first, tables=tuple(_restated(table, facts, arrangement, thresholds, earlier) for table in first.tables)
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A group with its people and sum; `capacity` is the largest sum its contributors could reach, from 0."""

    group: Group
    eligible: int
    observed: int
    flow: int
    capacity: int
    shade: Display
    values: tuple[int, ...] = ()


Hidden = frozenset[str] | None


class _Arm:
    """The audit and the tables of one arm in one window."""

    def __init__(
        self, arrangement: ArmArrangement, blocks: Sequence[Block], measure: Measure, thresholds: Thresholds
    ) -> None:
        self.arrangement, self.measure, self.thresholds = arrangement, measure, thresholds
        self.blocks = blocks
        self._known: dict[tuple[Hidden, Hidden, Hidden, int], bool] = {}
        self.k = thresholds.people(Audience.LEAD)
        everybody = Group(())
        self.whole = self._rows(lambda _: everybody, [everybody], self.k)[0]
        pod_of = {name: row for row in arrangement.pods for name in row.members}
        department_of = {name: row for row in arrangement.departments for name in row.members}
        executive_of = {name: row for row in arrangement.executive for name in row.members}
        for block in blocks:
            if block.pod not in pod_of or block.department not in department_of:
                raise UnknownGroup(f"{block.department!r} / {block.pod!r} is not in the frozen cohort")
        self.pods = self._rows(lambda block: pod_of[block.pod], arrangement.pods, self.k)
        self.departments = self._rows(lambda block: department_of[block.department], arrangement.departments, self.k)
        self.executive = self._rows(
            lambda block: executive_of[block.department],
            arrangement.executive,
            thresholds.people(Audience.EXECUTIVE),
        )
        self.parents = {row.key: executive_of[row.members[0]].key for row in arrangement.departments}
        people, flow = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for block in blocks:
            cell = pod_of[block.pod].key, department_of[block.department].key
            people[cell] += block.observed
            flow[cell] += self._flow(block)
        self.edges = [
            Edge(pod, department, count, flow[pod, department], count * self._steps)
            for (pod, department), count in people.items()
        ]

    @property
    def _steps(self) -> int:
        return 2 * _WIDE if self.measure.steps is None else self.measure.steps

    def _flow(self, block: Block) -> int:
        if self.measure.steps is None:
            return block.observed * _WIDE
        return block.total - block.observed * self.measure.low

    def _rows(self, of: Callable[[Block], Group], groups: Sequence[Group], people: int) -> list[_Row]:
        inside: dict[str, list[Block]] = {group.key: [] for group in groups}
        for block in self.blocks:
            inside[of(block).key].append(block)
        rows = []
        for group in groups:
            blocks = inside[group.key]
            eligible = sum(block.eligible for block in blocks)
            observed = sum(block.observed for block in blocks)
            flow = sum(self._flow(block) for block in blocks)
            capacity = observed * self._steps
            values = tuple(value for block in blocks for value in block.values)
            shade = self._shade(observed, flow, capacity, people)
            rows.append(_Row(group, eligible, observed, flow, capacity, shade, values))
        return rows

    def _shade(self, observed: int, flow: int, capacity: int, people: int) -> Display:
        """How this figure would be said to the lead, before anything else is considered."""
        band = self.thresholds.band
        # Both words must leave open at least as many answers as the band has.
        if observed < people or capacity < 2 * band - 1:
            return Display.NOT_SHOWN
        proportion = self.measure.kind is Kind.PROPORTION
        if flow < band:
            return Display.FEWER if proportion else Display.NEAR_LOWEST
        if capacity - flow < band:
            return Display.ALL_BUT_FEWER if proportion else Display.NEAR_HIGHEST
        return Display.COUNT if proportion else Display.VALUE

    # --- what the public can conclude from a row -------------------------------------------------------------

    def _bounds(self, row: _Row, *, hidden: bool, executive: bool = False) -> Bounds:
        band = self.thresholds.band
        if row.shade is Display.NOT_SHOWN:
            return Bounds(0, row.capacity)
        if row.shade in (Display.FEWER, Display.NEAR_LOWEST):
            return Bounds(0, band - 1, guarded=True)
        if row.shade in (Display.ALL_BUT_FEWER, Display.NEAR_HIGHEST):
            return Bounds(row.capacity - band + 1, row.capacity, guarded=True)
        if hidden:
            # A row in the band would be said as such: a silent one is known to lie outside it.
            return Bounds(band, row.capacity - band)
        if executive and self.measure.kind is Kind.PROPORTION:
            return self._executive_bounds(row)
        return Bounds(row.flow, row.flow)

    def _executive_bounds(self, row: _Row) -> Bounds:
        n, band = row.observed, self.thresholds.band
        if n >= WHOLE_PERCENT_FROM:
            # The x for which (200 x + n) // 2n is the percentage said.
            percent = _percent(row.flow, n)
            low, high = -(-n * (2 * percent - 1) // 200), -(-n * (2 * percent + 1) // 200) - 1
        else:
            quarter = _quarter(row)
            low, high = -(-quarter * n // 4), n if quarter == 3 else -(-(quarter + 1) * n // 4) - 1
        return Bounds(max(low, band), min(high, n - band))

    # --- which rows step back --------------------------------------------------------------------------------

    def _safe(
        self,
        pods: Hidden,
        departments: Hidden,
        executive: Hidden,
        people: int,
    ) -> bool:
        """Whether this choice of hidden rows is safe; None hides a margin altogether, its bands too. Each is audited once."""
        chosen = pods, departments, executive, people
        if chosen in self._known:
            return self._known[chosen]

        def bounds(rows: Sequence[_Row], hidden: frozenset[str] | None, is_executive: bool) -> dict[str, Bounds]:
            return {
                row.group.key: Bounds(0, row.capacity)
                if hidden is None
                else self._bounds(row, hidden=row.group.key in hidden, executive=is_executive)
                for row in rows
            }

        self._known[chosen] = is_safe(
            self.edges,
            pods=bounds(self.pods, pods, False),
            departments=bounds(self.departments, departments, False),
            parents=self.parents,
            groups=bounds(self.executive, executive, True),
            total=self._bounds(self.whole, hidden=False),
            people=people,
            mixed=self.thresholds.band,
        )
        return self._known[chosen]

    def _levels(self, rows: Sequence[_Row]) -> list[frozenset[str]]:
        """Ever more rows to hide, from the smallest of the frozen cohort up.

        The order does not look at answers, and rows in the band keep saying so: whoever knows the procedure learns
        from a hidden row only that it is not in the band, which the audit has already granted them.
        """
        order = [row.group.key for row in rows if row.shade in (Display.COUNT, Display.VALUE)]
        counts = [0]
        while counts[-1] < len(order):
            counts.append(min(len(order), counts[-1] + max(1, counts[-1] // 4)))
        return [frozenset(order[:count]) for count in counts]

    def _from_first(self, rows: Sequence[_Row], safe: Callable[[frozenset[str]], bool]) -> list[frozenset[str]]:
        """The levels from the first one that is safe, empty if none is."""
        levels = self._levels(rows)
        return next((levels[number:] for number, level in enumerate(levels) if safe(level)), [])

    def _choose(self) -> tuple[frozenset[str] | None, frozenset[str] | None, frozenset[str] | None]:
        """Hidden pods, departments and executive rows, the fewest that are safe; None hides a margin, bands and all.

        First each list alone, then everybody together. Where lists conflict, rows of both step back, and when that
        does not help soon, departments are not shown in this window.
        """
        people = self.thresholds.people(Audience.EXECUTIVE)
        executive = self._from_first(self.executive, lambda level: self._safe(None, None, level, people))
        pods = self._from_first(self.pods, lambda level: self._safe(level, None, None, self.k))
        if not pods:
            return None, None, None
        departments = self._levels(self.departments)
        for steps in range(_PATIENCE + 1):
            for step in range(steps + 1):
                if steps - step >= len(pods) or step >= max(len(departments), len(executive)):
                    continue
                pod, department = pods[steps - step], departments[min(step, len(departments) - 1)]
                group = executive[min(step, len(executive) - 1)] if executive else None
                if self._safe(pod, department, group, self.k) and self._safe(None, None, group, people):
                    return pod, department, group
        return pods[0], None, None

    # --- saying it -------------------------------------------------------------------------------------------

    def publish(self) -> dict[Audience, list[Cell]]:
        tables: dict[Audience, list[Cell]] = {}
        for audience in Audience:
            enough = self.whole.observed >= self.thresholds.people(audience)
            tables[audience] = [self._say(self.whole, Margin.ARM, audience, shown=enough)]
        if self.whole.shade is Display.NOT_SHOWN:
            return tables
        pods, departments, executive = self._choose()
        lead = tables[Audience.LEAD]
        lead += self._table(self.departments, Margin.DEPARTMENT, Audience.LEAD, departments)
        lead += self._table(self.pods, Margin.POD, Audience.LEAD, pods)
        if self.whole.observed >= self.thresholds.people(Audience.EXECUTIVE):
            tables[Audience.EXECUTIVE] += self._table(self.executive, Margin.DEPARTMENT, Audience.EXECUTIVE, executive)
        people = self.thresholds.people(Audience.CHAMPION)
        # A champion sees the arm and the own pod, and so the rest of the arm: that must be large enough too.
        too_small = frozenset(
            row.group.key
            for row in self.pods
            if row.observed < people or 0 < self.whole.observed - row.observed < people
        )
        tables[Audience.CHAMPION] += self._table(
            [row for row in self.pods if not row.group.merged],
            Margin.POD,
            Audience.CHAMPION,
            None if pods is None else pods | too_small,
        )
        return tables

    def _table(
        self, rows: Sequence[_Row], margin: Margin, audience: Audience, hidden: frozenset[str] | None
    ) -> list[Cell]:
        # Rows leave by name: the order by size would tell which of two silent rows is the smaller.
        return [
            self._say(row, margin, audience, shown=hidden is not None and row.group.key not in hidden)
            for row in sorted(rows, key=_name)
            if row.group.members != ("",)
        ]

    def _say(self, row: _Row, margin: Margin, audience: Audience, *, shown: bool) -> Cell:
        silent = Cell(margin, self.arrangement.arm, row.group.members, Display.NOT_SHOWN, Reason.PROTECTED)
        if not shown or row.shade is Display.NOT_SHOWN:
            return silent
        invited = max(self.thresholds.response, self.thresholds.people(audience))
        cell = replace(
            silent,
            display=row.shade,
            reason=None,
            n=row.observed,
            response=_percent(row.observed, row.eligible) if row.eligible >= invited else None,
        )
        if audience is not Audience.EXECUTIVE or margin is Margin.ARM:
            cell = replace(cell, eligible=row.eligible)
        if row.shade in (Display.FEWER, Display.ALL_BUT_FEWER, Display.NEAR_LOWEST, Display.NEAR_HIGHEST):
            return replace(cell, band=self.thresholds.band)
        if row.shade is Display.VALUE:
            return replace(cell, value=self._value(row))
        if audience is Audience.EXECUTIVE and margin is not Margin.ARM:
            if row.observed < WHOLE_PERCENT_FROM:
                return replace(cell, display=Display.QUARTER, quarter=_quarter(row))
            return replace(cell, display=Display.PERCENT, percent=_percent(row.flow, row.observed))
        return replace(cell, x=row.flow, percent=_percent(row.flow, row.observed))

    def _value(self, row: _Row) -> Decimal:
        if self.measure.kind is Kind.MEDIAN:
            return Decimal(median(row.values)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        if self.measure.steps is None:
            blocks = self._inside(row)
            total = sum(block.total for block in blocks)
        else:
            total = row.flow + row.observed * self.measure.low
        return (Decimal(total) / row.observed).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def _inside(self, row: _Row) -> list[Block]:
        if not row.group.members:
            return list(self.blocks)
        if any(row is pod for pod in self.pods):
            return [block for block in self.blocks if block.pod in row.group.members]
        return [block for block in self.blocks if block.department in row.group.members]


def _name(row: _Row) -> tuple[bool, tuple[str, ...]]:
    return row.group.merged, row.group.members


def _silent(cell: Cell, reason: Reason = Reason.PROTECTED) -> Cell:
    return Cell(cell.margin, cell.arm, cell.members, Display.NOT_SHOWN, reason)


def _percent(part: int, whole: int) -> int:
    """Whole percent, halves up."""
    return (200 * part + whole) // (2 * whole)


def _quarter(row: _Row) -> int:
    return min(3, 4 * row.flow // row.observed)


# --- the same window again -----------------------------------------------------------------------------------


def _restated(
    table: Table,
    facts: Facts,
    arrangement: Arrangement,
    thresholds: Thresholds,
    earlier: Sequence[Earlier],
) -> Table:
    """The table of a second release: whole arms where enough people differ, everything else stands as first said."""
    allowed = len(earlier) == 1 and not _crosses_arms(earlier[0].movements)
    cells = []
    for cell in table.cells:
        if (
            allowed
            and cell.margin is Margin.ARM
            and _may_restate(cell, facts, arrangement, thresholds, table.audience, earlier[0])
        ):
            cells.append(cell)
        else:
            cells.append(_silent(cell, Reason.EARLIER_RELEASE))
    return Table(table.audience, tuple(cells))


def _crosses_arms(movements: Sequence[Movement]) -> bool:
    """Whether people may have gone from one arm to another: then the arms' changes cancel in their sum."""
    left = {movement.arm for movement in movements if movement.left}
    joined = {movement.arm for movement in movements if movement.joined}
    return any(one != other for one in left for other in joined)


def _may_restate(
    cell: Cell,
    facts: Facts,
    arrangement: Arrangement,
    thresholds: Thresholds,
    audience: Audience,
    earlier: Earlier,
) -> bool:
    """Whether the difference between this arm and its earlier figure holds enough people, and says little of them."""
    people = thresholds.people(audience)
    movements = [movement for movement in earlier.movements if movement.arm == cell.arm]
    joined = sum(movement.joined for movement in movements)
    left = sum(movement.left for movement in movements)
    changed = sum(movement.changed for movement in movements)
    before = earlier.release.table(audience).arm(cell.arm)
    if joined + left + changed == 0:
        return before == cell
    # Who left one block and joined another cancels out: count on it.
    both = min(joined, left)
    joined, left = joined - both, left - both
    if joined + left + changed < people:
        return False
    blocks = [block for block in facts.blocks if block.arm == cell.arm]
    rows = arrangement.of(cell.arm)
    everywhere = _stayed(blocks, movements, rows.departments, rows.pods)
    # All readers together must find no small group, and this one none that is small for this one.
    if not (
        everywhere.holds_together(thresholds.people(Audience.LEAD))
        and _reads(audience, blocks, movements, rows, people)
    ):
        return False
    now, then = _arm_bounds(cell, facts.measure), _arm_bounds(before, facts.measure)
    if now is None or then is None:
        # No ends of a scale to run into, or nothing was said before: the number of people decides.
        return True
    steps = facts.measure.steps or 1
    low = now.low - then.high - facts.measure.low * (joined - left)
    high = now.high - then.low - facts.measure.low * (joined - left)
    return low <= (joined + changed) * steps - thresholds.band and high >= thresholds.band - (left + changed) * steps


@dataclass(frozen=True, slots=True)
class _Common:
    """People of an arm in both versions, and people of the first one, between the rows that hold them."""

    stayed: tuple[tuple[str, str, int], ...]
    once: tuple[tuple[str, str, int], ...]

    def holds_together(self, people: int) -> bool:
        """Whether no row can be set against who left, so that a few remain: cuts among those who stayed."""
        return smallest_cut_reaches(self.stayed, people) and _parts(self.stayed) == _parts(self.once)


def _stayed(
    blocks: Sequence[Block], movements: Sequence[Movement], departments: Sequence[Group], pods: Sequence[Group]
) -> _Common:
    """Who is common to both versions, in a graph of these rows."""
    pod_of = {name: row.key for row in pods for name in row.members}
    department_of = {name: row.key for row in departments for name in row.members}
    moved = {(movement.department, movement.pod): movement for movement in movements}
    observed = {(block.department, block.pod): block.observed for block in blocks}
    stayed, once = list[tuple[str, str, int]](), list[tuple[str, str, int]]()
    for place in sorted(observed.keys() | moved.keys()):
        movement = moved.get(place)
        stay = observed.get(place, 0) - (movement.joined if movement else 0)
        ends = "department " + department_of[place[0]], "pod " + pod_of[place[1]]
        stayed.append((*ends, stay))
        once.append((*ends, stay + (movement.left if movement else 0)))
    return _Common(tuple(stayed), tuple(once))


def _reads(
    audience: Audience, blocks: Sequence[Block], movements: Sequence[Movement], rows: ArmArrangement, people: int
) -> bool:
    """Whether the rows that this audience alone reads leave enough people together."""
    every_pod, every_department = [_all_of(rows.pods)], [_all_of(rows.departments)]
    match audience:
        case Audience.EXECUTIVE:
            return _stayed(blocks, movements, rows.executive, every_pod).holds_together(people)
        case Audience.CHAMPION:
            return _stayed(blocks, movements, every_department, rows.pods).holds_together(people)
    # Leads read what all readers together do; others no more than whole arms.
    return True


def _all_of(rows: Sequence[Group]) -> Group:
    return Group(tuple(name for row in rows for name in row.members))


def _parts(edges: Sequence[tuple[str, str, int]]) -> set[frozenset[str]]:
    part: dict[str, frozenset[str]] = {}
    for one, other, weight in edges:
        if weight > 0:
            union = part.get(one, frozenset({one})) | part.get(other, frozenset({other}))
            part.update(dict.fromkeys(union, union))
    return set(part.values())


def _arm_bounds(cell: Cell, measure: Measure) -> Bounds | None:
    """What the public knows of the sum of an arm, None where nothing was said or the scale has no ends."""
    if measure.steps is None or cell.n is None:
        return None
    capacity = cell.n * measure.steps
    band = cell.band or 0
    base = cell.n * measure.low
    match cell.display:
        case Display.COUNT if cell.x is not None:
            return Bounds(cell.x, cell.x)
        case Display.VALUE if cell.value is not None:
            half = Decimal("0.05")
            return Bounds(int((cell.value - half) * cell.n), int((cell.value + half) * cell.n) + 1)
        case Display.FEWER | Display.NEAR_LOWEST:
            return Bounds(base, base + band - 1)
        case Display.ALL_BUT_FEWER | Display.NEAR_HIGHEST:
            return Bounds(base + capacity - band + 1, base + capacity)
    return None


# --- what stands beside the figures --------------------------------------------------------------------------


def may_say_how_many(people: int, audience: Audience, thresholds: Thresholds) -> bool:
    """Whether an "excluded, counted" number, a number of declines or a second line may be said; else "a few"."""
    return people >= thresholds.people(audience)


@dataclass(frozen=True, slots=True)
class SecondLine:
    """A whole arm counted otherwise: from `low` to `high` of `n`, of `eligible`. One number where both are the same."""

    low: int
    high: int
    n: int
    eligible: int


def with_leavers(cell: Cell, leavers: int, audience: Audience, thresholds: Thresholds) -> SecondLine | None:
    """A whole arm if those who left before the window had been non-adopters; None where that is not said.

    Says nothing of anybody: those who left have no answer that could be worked out.
    """
    if cell.display is not Display.COUNT or not may_say_how_many(leavers, audience, thresholds):
        return None
    assert cell.x is not None
    assert cell.n is not None
    assert cell.eligible is not None
    return SecondLine(cell.x, cell.x, cell.n + leavers, cell.eligible + leavers)


def without_some(
    cell: Cell, people: int, answered: int, audience: Audience, thresholds: Thresholds
) -> SecondLine | None:
    """A whole arm without `people` of it, of whom `answered` answered; None where that is not said.

    What they answered goes in nowhere: of the first line alone follows from where to where the second can lie. So the
    two lines subtracted tell how many answered and nothing else, whoever else reads what.
    """
    if cell.display is not Display.COUNT or not may_say_how_many(people, audience, thresholds):
        return None
    assert cell.x is not None
    assert cell.n is not None
    assert cell.eligible is not None
    n = cell.n - answered
    if n < thresholds.people(audience):
        return None
    return SecondLine(max(0, cell.x - answered), min(cell.x, n), n, cell.eligible - people)


def may_show_texts(replies: int, thresholds: Thresholds) -> bool:
    """Whether the free texts of `replies` people may be shown, without names and in no order."""
    return thresholds.free_text_allowed and replies >= thresholds.free_text


def response_rate(answered: int, invited: int, audience: Audience, thresholds: Thresholds) -> int | None:
    """Whole percent who answered, None where too few were invited for this audience."""
    if invited < max(thresholds.response, thresholds.people(audience)):
        return None
    return _percent(answered, invited)
