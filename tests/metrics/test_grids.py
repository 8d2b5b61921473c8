"""Every figure on paper and slides: beside those it is read with, once, and under the words of its moment and its group."""

from __future__ import annotations

from datetime import date

from metrics.exports import slides
from metrics.exports.grids import FEW, MOST, Grid, grids
from metrics.exports.told import Line, Table
from metrics.queries.figures import Figure

DAY = date(2026, 6, 1)
LOOKS = ("Day 30", "Week 8", "End of the phase", "90 days")
ARMS = ("Champion pods", "Comparison group")


def line(measure: str, when: str, group: str, *, stands: str = "", interval: str = "") -> Line:
    said = f"{measure} {when} {group}"
    figure = Figure(measure, "", "arm", "", group, said, "percent", DAY, DAY)
    return Line(figure=figure, when=when, group=group, said=said, interval=interval, n="8", stands=stands)


def table(measure: str, whens: tuple[str, ...], groups: tuple[str, ...]) -> Table:
    lines = tuple(line(measure, when, group, stands=f"frozen {when}") for when in whens for group in groups)
    return Table(measure, measure.title(), f"What {measure} means.", lines)


def holds(grid: Grid) -> set[tuple[str, str, str]]:
    """Row, column and figure, as a reader finds them."""
    return {
        (row.name, head.words, cell.line.said)
        for part in grid.parts
        for row in part.rows
        for head, cell in zip(grid.heads, row.cells, strict=True)
        if cell
    }


def test_groups_stand_under_one_another_and_moments_side_by_side() -> None:
    groups = (*ARMS, "Elbe", "Isar", "Weser")
    (grid,) = grids([table("adoption", LOOKS, groups)])
    assert (grid.name, grid.meaning, grid.corner) == ("Adoption", "What adoption means.", "Group")
    assert [head.words for head in grid.heads] == list(LOOKS)
    assert [head.stands for head in grid.heads] == [f"frozen {when}" for when in LOOKS]
    assert holds(grid) == {(group, when, f"adoption {when} {group}") for when in LOOKS for group in groups}
    # What the whole column stands as is not said again in its cells.
    assert {cell.notes for part in grid.parts for row in part.rows for cell in row.cells if cell} == {("n 8",)}


def test_measures_of_few_groups_over_the_same_moments_share_a_grid_and_keep_their_names() -> None:
    (grid,) = grids([table("left", LOOKS, ARMS), table("away", LOOKS, ARMS)])
    assert grid.name == ""
    assert [(part.name, part.meaning) for part in grid.parts] == [
        ("Left", "What left means."),
        ("Away", "What away means."),
    ]
    assert len(grid.lines) == 2 * len(LOOKS) * len(ARMS)


def test_measures_of_one_moment_are_rows_and_their_groups_columns() -> None:
    others = ("Both groups", "Leaders", "The library")
    tables = [table("minutes", ("End",), ARMS), *(table(f"of {one}", ("End",), (one,)) for one in others)]
    (grid,) = grids(tables)
    assert (grid.name, [head.words for head in grid.heads]) == ("End", [*ARMS, *others])
    first = grid.parts[0].rows[0]
    assert (first.name, first.meaning, first.cells[2:]) == ("Minutes", "What minutes means.", (None, None, None))
    # One group more than can be read side by side begins a grid of its own.
    wider = grids([*tables, table("one more", ("End",), ("Another group",))])
    assert [len(one.heads) for one in wider] == [MOST, 1]


def test_many_weeks_are_rows_and_many_weeks_of_many_groups_several_grids() -> None:
    weeks = tuple(f"Week {number}" for number in range(1, 13))
    (grid,) = grids([table("weekly", weeks, ARMS)])
    assert (grid.corner, [row.name for row in grid.parts[0].rows]) == ("When", list(weeks))
    groups = tuple(f"Pod {number}" for number in range(MOST + 1))
    several = grids([table("weekly", weeks, groups)])
    assert [len(one.heads) for one in several] == [MOST, MOST, 2]
    assert len({said for one in several for _row, _head, said in holds(one)}) == len(weeks) * len(groups)


def test_a_column_frozen_on_several_days_says_so_in_its_cells() -> None:
    lines = (
        line("adoption", "Week 8", "Elbe", stands="version 1"),
        line("adoption", "Week 8", "Isar", stands="version 2"),
    )
    more = tuple(line("adoption", "Week 8", f"Pod {number}", stands="version 1") for number in range(FEW))
    (grid,) = grids([Table("adoption", "Adoption", "", (*lines, *more))])
    assert [head.stands for head in grid.heads] == [""]
    assert [row.cells[0].notes for row in grid.parts[0].rows[:2] if row.cells[0]] == [
        ("n 8", "version 1"),
        ("n 8", "version 2"),
    ]


def test_slides_take_up_a_grid_row_after_row_and_none_is_too_long() -> None:
    long = "95% CI 30 to 85; 54 to 65%, whoever the silent are"
    groups = tuple(f"A department with a long name {number}" for number in range(40))
    lines = tuple(line("adoption", when, group, interval=long) for when in LOOKS for group in groups)
    tables = [Table("adoption", "Adoption", "", lines), *(table(f"reason {one}", LOOKS, ARMS) for one in range(20))]
    for grid in grids(tables):
        pages = list(slides._pages(grid))
        assert [row for page in pages for part in page for row in part.rows] == [
            row for part in grid.parts for row in part.rows
        ]
        sizes = [sum(len(part.rows) for part in page) for page in pages]
        assert len(pages) > 1
        assert min(sizes) > 0
        assert max(sizes) <= slides.ROOM
        # Where a slide goes on with a measure, its name is said again.
        names = {row: part.name for part in grid.parts for row in part.rows}
        assert all(names[row] == part.name for page in pages for part in page for row in part.rows)
