"""The publication gate: thresholds, merges, bands and releases, to the number."""

from __future__ import annotations

import json
from dataclasses import fields
from decimal import Decimal
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.disclosure.rules import (
    Arrangement,
    Audience,
    Block,
    Cell,
    Display,
    Earlier,
    Facts,
    ImpossibleFacts,
    Kind,
    Margin,
    Measure,
    Movement,
    Reason,
    Release,
    ThresholdLowered,
    Thresholds,
    UnknownGroup,
    UnrelatedRelease,
    arrange,
    may_say_how_many,
    may_show_texts,
    publish,
    response_rate,
)
from adoption.disclosure.rules.network import small_cut

THRESHOLDS = Thresholds()
YES_OR_NO = Measure()
LEAD, EXECUTIVE, CHAMPION, EMPLOYEE = Audience.LEAD, Audience.EXECUTIVE, Audience.CHAMPION, Audience.EMPLOYEE


def block(
    department: str, pod: str, eligible: int, positive: int = 0, observed: int | None = None, arm: str = "pods"
) -> Block:
    return Block(arm, department, pod, eligible, eligible if observed is None else observed, positive)


def release(*blocks: Block, thresholds: Thresholds = THRESHOLDS, measure: Measure = YES_OR_NO) -> Release:
    arrangement = arrange(blocks, thresholds)
    return publish(Facts("adoption", "S56", blocks, measure), arrangement=arrangement, thresholds=thresholds)


def cell(shown: Release, audience: Audience, margin: Margin, *members: str) -> Cell:
    return next(row for row in shown.table(audience).cells if row.margin is margin and row.members == members)


def whole(shown: Release, audience: Audience) -> Cell:
    return shown.table(audience).arm("pods")


# --- thresholds ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"), [("group", 4), ("executive", 9), ("free_text", 9), ("response", 4), ("band", 2), ("group", True)]
)
def test_a_threshold_cannot_be_lowered(name: str, value: int) -> None:
    with pytest.raises(ThresholdLowered):
        Thresholds(**{name: value})  # type: ignore[arg-type]


def test_a_threshold_can_be_raised_and_is_frozen() -> None:
    raised = Thresholds(group=8, executive=12, counted=frozenset(Audience))
    assert [raised.people(audience) for audience in (LEAD, EXECUTIVE, CHAMPION, EMPLOYEE)] == [9, 13, 9, 9]
    with pytest.raises(AttributeError):
        raised.group = 5  # type: ignore[misc]
    assert Thresholds.from_dict(json.loads(json.dumps(raised.as_dict()))) == raised


def test_executives_never_need_fewer_people_than_leads() -> None:
    with pytest.raises(ThresholdLowered):
        Thresholds(group=12)


def test_champions_and_employees_stay_counted_among_the_contributors() -> None:
    with pytest.raises(ThresholdLowered):
        Thresholds(counted=frozenset({CHAMPION}))
    assert [THRESHOLDS.people(audience) for audience in (LEAD, EXECUTIVE, CHAMPION, EMPLOYEE)] == [5, 10, 6, 6]


@pytest.mark.parametrize(("audience", "least"), [(LEAD, 5), (EXECUTIVE, 10), (CHAMPION, 6), (EMPLOYEE, 6)])
def test_a_whole_arm_is_shown_from_its_threshold_and_not_one_below(audience: Audience, least: int) -> None:
    assert whole(release(block("D", "A", least, 3)), audience).display in (Display.COUNT, Display.ALL_BUT_FEWER)
    below = whole(release(block("D", "A", least - 1, 3)), audience)
    assert below == Cell(Margin.ARM, "pods", (), Display.NOT_SHOWN, Reason.PROTECTED)
    late = whole(release(block("D", "A", 40, 3, observed=least - 1)), audience)
    assert late == below


def test_free_text_is_off_and_then_needs_ten_replies() -> None:
    assert not may_show_texts(1000, THRESHOLDS)
    allowed = Thresholds(free_text_allowed=True)
    assert [may_show_texts(replies, allowed) for replies in (9, 10)] == [False, True]


def test_response_rates_start_at_five_invited_and_are_whole_percent() -> None:
    assert [response_rate(3, invited, LEAD, THRESHOLDS) for invited in (4, 5, 8)] == [None, 60, 38]
    assert [response_rate(5, invited, EXECUTIVE, THRESHOLDS) for invited in (9, 10)] == [None, 50]
    assert response_rate(1, 8, LEAD, THRESHOLDS) == 13


def test_excluded_people_are_counted_aloud_from_five_and_for_executives_from_ten() -> None:
    assert [may_say_how_many(people, LEAD, THRESHOLDS) for people in (0, 4, 5)] == [False, False, True]
    assert [may_say_how_many(people, EXECUTIVE, THRESHOLDS) for people in (9, 10)] == [False, True]


# --- how a figure is said -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("positive", "display"),
    [
        (0, Display.FEWER),
        (2, Display.FEWER),
        (3, Display.COUNT),
        (17, Display.COUNT),
        (18, Display.ALL_BUT_FEWER),
        (20, Display.ALL_BUT_FEWER),
    ],
)
@pytest.mark.parametrize("audience", list(Audience))
def test_the_ends_are_banded_for_everybody(positive: int, display: Display, audience: Audience) -> None:
    said = whole(release(block("D", "A", 20, positive)), audience)
    assert said.display is display
    if display is Display.COUNT:
        assert (said.x, said.n, said.eligible, said.band) == (positive, 20, 20, None)
    else:
        assert (said.x, said.percent, said.n, said.band) == (None, None, 20, 3)


def test_case_50_an_executive_sees_no_pod_of_eight() -> None:
    shown = release(*(block("D", f"P{number}", 8, 4) for number in range(6)))
    assert {row.margin for row in shown.table(EXECUTIVE).cells} == {Margin.ARM, Margin.DEPARTMENT}
    assert cell(shown, LEAD, Margin.POD, "P0").x == 4
    one = release(block("D", "A", 8, 7))
    assert whole(one, EXECUTIVE).display is Display.NOT_SHOWN


def test_case_51_a_department_of_twenty_adopters_reads_all_but_fewer_than_three() -> None:
    shown = release(block("North", "", 20, 20), block("South", "", 20, 19), block("West", "", 30, 15))
    said = cell(shown, EXECUTIVE, Margin.DEPARTMENT, "North")
    assert (said.display, said.band, said.x, said.percent) == (Display.ALL_BUT_FEWER, 3, None, None)


def test_case_52_a_row_of_three_merges_with_its_next_smallest_sibling() -> None:
    arrangement = arrange([block("A", "", 12), block("B", "", 3), block("C", "", 25)], THRESHOLDS)
    (arm,) = arrangement.arms
    assert [row.members for row in arm.departments] == [("A", "B"), ("C",)]
    shown = release(block("A", "", 12, 5), block("B", "", 3, 1), block("C", "", 25, 10))
    others = cell(shown, LEAD, Margin.DEPARTMENT, "A", "B")
    assert (others.merged, others.x, others.n) == (True, 6, 15)
    assert (whole(shown, LEAD).x, whole(shown, LEAD).n) == (16, 40)


def test_merging_goes_on_until_others_are_enough() -> None:
    def rows(*sizes: int) -> list[tuple[str, ...]]:
        (arm,) = arrange([block(f"{size:02}", "", size) for size in sizes], THRESHOLDS).arms
        return [row.members for row in arm.departments]

    assert rows(5, 6) == [("05",), ("06",)]
    assert rows(4, 6, 7) == [("07",), ("04", "06")]
    assert rows(1, 2, 9, 30) == [("01", "02", "09"), ("30",)]
    assert rows(1, 2, 3, 30) == [("01", "02", "03"), ("30",)]
    assert rows(1, 30) == [("01", "30")]


def test_executive_rows_are_unions_of_the_leads_rows() -> None:
    (arm,) = arrange([block(f"{size:02}", "", size) for size in (3, 6, 8, 25, 40)], THRESHOLDS).arms
    assert [row.members for row in arm.departments] == [("08",), ("03", "06"), ("25",), ("40",)]
    assert [row.members for row in arm.executive] == [("03", "06", "08"), ("25",), ("40",)]


@pytest.mark.parametrize(("people", "display"), [(19, Display.QUARTER), (20, Display.PERCENT)])
def test_executives_read_quarters_from_ten_and_whole_percent_from_twenty(people: int, display: Display) -> None:
    shown = release(*(block(name, "", people, 9) for name in "ABCD"))
    said = cell(shown, EXECUTIVE, Margin.DEPARTMENT, "A")
    assert (said.display, said.x, said.eligible) == (display, None, None)
    assert (said.quarter, said.percent) == ((1, None) if people == 19 else (None, 45))


def test_percent_rounds_halves_up() -> None:
    shown = release(*(block(name, "", 40, 9) for name in "ABCD"))
    assert cell(shown, EXECUTIVE, Margin.DEPARTMENT, "A").percent == 23  # 22.5


def test_quarters_begin_where_they_say() -> None:
    shown = release(block("A", "", 12, 3), block("B", "", 12, 6), block("C", "", 12, 9), block("D", "", 40, 20))
    assert [cell(shown, EXECUTIVE, Margin.DEPARTMENT, name).quarter for name in "ABC"] == [1, 2, 3]


def test_a_mean_is_said_to_one_decimal_and_its_ends_in_words() -> None:
    scale = Measure(Kind.MEAN, 1, 5)
    assert whole(release(Block("pods", "D", "A", 8, 8, 27), measure=scale), LEAD).value == Decimal("3.4")
    assert whole(release(Block("pods", "D", "A", 8, 8, 38), measure=scale), LEAD).display is Display.NEAR_HIGHEST
    assert whole(release(Block("pods", "D", "A", 8, 8, 10), measure=scale), LEAD).display is Display.NEAR_LOWEST


def test_medians_and_means_of_minutes_have_no_ends() -> None:
    minutes = (10, 20, 35, 60, 90, 95)
    median = Block("pods", "D", "A", 6, 6, sum(minutes), minutes)
    assert whole(release(median, measure=Measure(Kind.MEDIAN, 0, None)), LEAD).value == Decimal("47.5")
    mean = Block("pods", "D", "A", 6, 6, -100)
    assert whole(release(mean, measure=Measure(Kind.MEAN, 0, None)), LEAD).value == Decimal("-16.7")


# --- what could be worked out -------------------------------------------------------------------------------------


def test_a_single_band_takes_a_second_row_with_it_so_that_totals_do_not_undo_it() -> None:
    shown = release(block("D", "A", 8, 0), block("D", "B", 9, 5), block("D", "C", 10, 5))
    assert cell(shown, LEAD, Margin.POD, "A").display is Display.FEWER
    assert cell(shown, LEAD, Margin.POD, "B").display is Display.NOT_SHOWN
    assert cell(shown, LEAD, Margin.POD, "C").x == 5
    assert whole(shown, LEAD).x == 10


def test_a_row_with_too_few_answers_takes_a_second_one_with_it_for_the_same_reason() -> None:
    shown = release(block("D", "A", 8, 2, observed=4), block("D", "B", 9, 5), block("D", "C", 10, 5))
    assert cell(shown, LEAD, Margin.POD, "A") == Cell(Margin.POD, "pods", ("A",), Display.NOT_SHOWN, Reason.PROTECTED)
    assert cell(shown, LEAD, Margin.POD, "B") == Cell(Margin.POD, "pods", ("B",), Display.NOT_SHOWN, Reason.PROTECTED)
    assert cell(shown, LEAD, Margin.POD, "C").x == 5


def test_a_department_that_is_a_pod_and_one_person_more_is_not_shown_beside_it() -> None:
    people = {("Legal", "A"): 8, ("Legal", "B"): 1, ("Sales", "B"): 8, ("Sales", "C"): 9}
    (arm,) = arrange([block(*place, size) for place, size in people.items()], THRESHOLDS).arms
    assert [row.members for row in arm.pods] == [("A",), ("B",), ("C",)]
    assert [row.members for row in arm.departments] == [("Legal", "Sales")]


def test_rows_that_would_cross_the_margins_by_subtraction_are_merged() -> None:
    (arm,) = arrange([block("X", "A", 7), block("Y", "A", 7), block("Y", "B", 7)], THRESHOLDS).arms
    assert [row.members for row in arm.departments] == [("X", "Y")]
    (arm,) = arrange([block(d, p, 7) for d, p in product("XY", "AB")], THRESHOLDS).arms
    assert [row.members for row in arm.departments] == [("X",), ("Y",)]


def test_a_champion_sees_the_own_pod_only_and_only_if_the_rest_is_large_enough() -> None:
    shown = release(block("D", "A", 8, 4), block("D", "B", 9, 5), block("D", "C", 5, 2))
    assert [row.members for row in shown.own_pod("pods", "A")] == [(), ("A",)]
    assert shown.own_pod("pods", "C")[1].display is Display.NOT_SHOWN
    two = release(block("D", "A", 8, 4), block("D", "B", 5, 2))
    assert two.own_pod("pods", "A")[1].display is Display.NOT_SHOWN


def test_employees_read_whole_arms_only() -> None:
    shown = release(*(block("D", f"P{number}", 8, 4) for number in range(6)))
    assert {row.margin for row in shown.table(EMPLOYEE).cells} == {Margin.ARM}


def test_silent_cells_carry_no_number() -> None:
    for row in release(block("D", "A", 8, 0), block("D", "B", 9, 5), block("E", "C", 3, 1)).table(LEAD).cells:
        if not row.shown:
            numbers = {field.name for field in fields(Cell)} - {"margin", "arm", "members", "display", "reason"}
            assert all(getattr(row, name) is None for name in numbers)


def test_nobody_eligible_is_no_error() -> None:
    assert release() == Release("adoption", "S56", 1, tuple(release().tables))
    assert whole(release(block("D", "A", 0)), LEAD).display is Display.NOT_SHOWN


# --- the same window again ----------------------------------------------------------------------------------------


def again(before: tuple[Block, ...], now: tuple[Block, ...], *movements: Movement, versions: int = 1) -> Release:
    arrangement = arrange(before, THRESHOLDS)
    first = publish(Facts("adoption", "S56", before), arrangement=arrangement, thresholds=THRESHOLDS)
    return publish(
        Facts("adoption", "S56", now, version=2),
        arrangement=arrangement,
        thresholds=THRESHOLDS,
        earlier=[Earlier(first, movements)] * versions,
    )


def test_case_53_the_organisation_without_a_team_of_four_is_refused() -> None:
    rest = [block("A", "", 20, 9), block("B", "", 24, 12)]
    shown = again((*rest, block("T", "", 4, 1)), tuple(rest), Movement("pods", "T", "", left=4))
    for audience in Audience:
        assert {row.reason for row in shown.table(audience).cells} == {Reason.EARLIER_RELEASE}


@pytest.mark.parametrize(("late", "positive", "restated"), [(4, 2, False), (5, 2, False), (6, 3, True)])
def test_whole_arms_are_restated_when_enough_mixed_answers_came_late(late: int, positive: int, restated: bool) -> None:
    before = block("A", "", 60, 12, observed=30)
    now = block("A", "", 60, 12 + positive, observed=30 + late)
    shown = again((before,), (now,), Movement("pods", "A", "", joined=late))
    # Of five late answers two are positive: fewer than three, which would itself be said in words.
    assert whole(shown, LEAD).reason is (None if restated else Reason.EARLIER_RELEASE)
    assert whole(shown, EXECUTIVE).reason is Reason.EARLIER_RELEASE
    assert {row.reason for row in shown.table(LEAD).cells if row.margin is not Margin.ARM} == {Reason.EARLIER_RELEASE}


def test_executives_read_a_restatement_from_ten_who_differ() -> None:
    before, movement = block("A", "", 60, 12, observed=30), Movement("pods", "A", "", joined=10)
    shown = again((before,), (block("A", "", 60, 17, observed=40),), movement)
    assert (whole(shown, EXECUTIVE).x, whole(shown, EXECUTIVE).n) == (17, 40)


def test_executives_read_a_restatement_although_pods_they_never_see_are_below_ten() -> None:
    before = tuple(block("D", pod, 8, 5) for pod in "ABC")
    now = tuple(block("D", pod, 8, positive) for pod, positive in zip("ABC", (8, 1, 1), strict=True))
    movements = [Movement("pods", "D", pod, changed=4) for pod in "ABC"]
    shown = again(before, now, *movements)
    assert [whole(shown, audience).x for audience in (LEAD, EXECUTIVE)] == [10, 10]
    assert {row.reason for row in shown.table(LEAD).rows("pods", Margin.POD)} == {Reason.EARLIER_RELEASE}


def test_executives_read_no_restatement_that_would_leave_fewer_than_ten_of_a_department() -> None:
    before = (block("D", "A", 8, 4), block("D", "B", 8, 4), block("E", "C", 30, 15))
    # Eight of sixteen left department D, of which executives know all sixteen: the other eight would be told.
    left = [Movement("pods", "D", pod, left=4) for pod in "AB"]
    now = (block("D", "A", 8, 2, observed=4), block("D", "B", 8, 2, observed=4), block("E", "C", 30, 17))
    shown = again(before, now, *left, Movement("pods", "E", "C", changed=6))
    assert whole(shown, EXECUTIVE).reason is Reason.EARLIER_RELEASE


def test_a_restatement_by_unanimous_late_answers_is_refused() -> None:
    before = block("A", "", 40, 12, observed=30)
    shown = again((before,), (block("A", "", 40, 20, observed=38),), Movement("pods", "A", "", joined=8))
    assert whole(shown, LEAD).reason is Reason.EARLIER_RELEASE


def test_people_who_may_cancel_out_do_not_count_as_difference() -> None:
    before = block("A", "", 40, 20)
    shown = again((before,), (block("A", "", 40, 21),), Movement("pods", "A", "", joined=5, left=5, changed=1))
    assert whole(shown, LEAD).reason is Reason.EARLIER_RELEASE


def test_those_who_left_are_not_set_against_a_published_row() -> None:
    before = (block("D", "A", 7, 3), block("D", "B", 30, 15))
    # Six of seven left pod A: its row and the difference of the totals would leave the seventh.
    now = (block("D", "A", 7, 1, observed=1), block("D", "B", 30, 15))
    shown = again(before, now, Movement("pods", "D", "A", left=6))
    assert whole(shown, LEAD).reason is Reason.EARLIER_RELEASE


def test_the_same_people_with_the_same_answers_give_the_same_tables() -> None:
    blocks = (block("D", "A", 8, 4), block("D", "B", 9, 5))
    assert again(blocks, blocks).tables == again(blocks, blocks, versions=2).tables == release(*blocks).tables


def test_a_changed_figure_without_anybody_changed_is_refused() -> None:
    shown = again((block("A", "", 40, 20),), (block("A", "", 40, 30),))
    assert whole(shown, LEAD).reason is Reason.EARLIER_RELEASE


def test_a_window_is_restated_once() -> None:
    before, now = (block("A", "", 60, 20),), (block("A", "", 60, 30),)
    movement = Movement("pods", "A", "", changed=30)
    assert whole(again(before, now, movement), LEAD).x == 30
    assert whole(again(before, now, movement, versions=2), LEAD).reason is Reason.EARLIER_RELEASE


def test_people_crossing_arms_are_refused() -> None:
    before = (block("D", "", 40, 20), block("D", "", 40, 20, arm="comparison"))
    now = (block("D", "", 30, 15), block("D", "", 40, 22, observed=40, arm="comparison"))
    movements = Movement("pods", "D", "", left=10), Movement("comparison", "D", "", joined=10)
    assert whole(again(before, now, *movements), LEAD).reason is Reason.EARLIER_RELEASE


def test_releases_of_other_windows_are_not_compared() -> None:
    blocks = (block("D", "A", 8, 4),)
    with pytest.raises(UnrelatedRelease):
        publish(
            Facts("adoption", "S30", blocks),
            arrangement=arrange(blocks, THRESHOLDS),
            thresholds=THRESHOLDS,
            earlier=[Earlier(release(*blocks), ())],
        )


# --- properties ---------------------------------------------------------------------------------------------------

blocks = st.dictionaries(
    st.tuples(st.sampled_from("XYZ"), st.sampled_from("ABCD")),
    st.tuples(st.integers(0, 14), st.integers(0, 14), st.integers(0, 14)),
    max_size=9,
).map(
    lambda drawn: tuple(
        block(department, pod, sum(sorted(counts)[-1:]), min(counts), sorted(counts)[1])
        for (department, pod), counts in drawn.items()
    )
)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(blocks)
def test_whatever_is_shown_obeys_its_threshold_and_the_totals_stay(drawn: tuple[Block, ...]) -> None:
    shown = release(*drawn)
    for audience, people in ((LEAD, 5), (EXECUTIVE, 10), (CHAMPION, 6), (EMPLOYEE, 6)):
        for row in shown.table(audience).cells:
            assert not row.shown or (row.n or 0) >= people
            assert row.x is None or (row.n is not None and 3 <= row.x <= row.n - 3)
    if drawn and sum(one.observed for one in drawn) >= 5:
        assert whole(shown, LEAD).n == sum(one.observed for one in drawn)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(blocks, st.randoms(use_true_random=False))
def test_the_order_of_facts_changes_nothing_and_releases_survive_storage(
    drawn: tuple[Block, ...], chance: Random
) -> None:
    mixed = list(drawn)
    chance.shuffle(mixed)
    shown = release(*drawn)
    assert release(*mixed) == shown
    assert Release.from_dict(json.loads(json.dumps(shown.as_dict()))) == shown
    arrangement = arrange(drawn, THRESHOLDS)
    assert Arrangement.from_dict(json.loads(json.dumps(arrangement.as_dict()))) == arrangement


@settings(derandomize=True, max_examples=100, deadline=None)
@given(blocks)
def test_answers_never_change_who_is_merged(drawn: tuple[Block, ...]) -> None:
    silent = tuple(block(one.department, one.pod, one.eligible, 0, 0) for one in drawn)
    assert arrange(silent, THRESHOLDS) == arrange(drawn, THRESHOLDS)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz"), st.integers(1, 6)), max_size=12),
    st.integers(1, 12),
)
def test_the_smallest_cut_is_the_smallest_of_all_cuts(edges: list[tuple[str, str, int]], people: int) -> None:
    nodes = sorted({node for one, other, _ in edges for node in (one, other)})
    smallest = None
    for sides in product((False, True), repeat=len(nodes)):
        side = dict(zip(nodes, sides, strict=True))
        weight = sum(count for one, other, count in edges if side[one] != side[other])
        if weight and (smallest is None or weight < smallest):
            smallest = weight
    assert (small_cut(edges, people) is not None) == (smallest is not None and smallest < people)


# --- impossible input ---------------------------------------------------------------------------------------------


def test_facts_that_contradict_themselves_are_refused() -> None:
    for wrong in (block("D", "A", 5, 6), block("D", "A", 5, 0, observed=6), block("D", "A", 5, -1)):
        with pytest.raises(ImpossibleFacts):
            Facts("adoption", "S56", (wrong,))
    with pytest.raises(ImpossibleFacts):
        Facts("adoption", "S56", (block("D", "A", 5), block("D", "A", 6)))
    with pytest.raises(ImpossibleFacts):
        Facts("minutes", "S56", (block("D", "A", 5),), Measure(Kind.MEDIAN, 0, None))
    with pytest.raises(ImpossibleFacts):
        Measure(Kind.PROPORTION, 0, 2)
    with pytest.raises(ImpossibleFacts):
        Measure(Kind.MEAN, 5, 5)
    with pytest.raises(ImpossibleFacts):
        Movement("pods", "D", "A", left=-1)


def test_groups_outside_the_frozen_cohort_are_refused() -> None:
    arrangement = arrange([block("D", "A", 8)], THRESHOLDS)
    for stranger in (block("E", "A", 8), block("D", "B", 8), block("D", "A", 8, arm="other")):
        with pytest.raises(UnknownGroup):
            publish(Facts("adoption", "S56", (stranger,)), arrangement=arrangement, thresholds=THRESHOLDS)
