"""Weeks, categories and adoption: the cases of the measurement specification, by their numbers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adoption.disclosure.rules import Audience
from adoption.programs.rules import Checkpoint, looks_at
from adoption.tenancy.rules import Role, local_date
from metrics.rules import (
    HEARD_AFTER,
    HOW_NOW,
    MOST_A_WEEK,
    SILENT_WEEKS,
    SURE,
    WENT_TO,
    Adoption,
    Audit,
    Category,
    Headline,
    NoComparison,
    SelfReport,
    Source,
    Vendor,
    Week,
    WeekFacts,
    WeekState,
    adoption,
    audience_of,
    audit,
    decide_week,
    is_discrepant,
    iso_week,
    item_of,
    option_of,
    percent,
    whole,
    why_no_comparison,
)
from metrics.rules.exports import may_read
from surveys.rules import WORK


def said(total: int, unprompted: int | None = None, **more: object) -> Week:
    return decide_week(WeekFacts(self_report=SelfReport(total, total if unprompted is None else unprompted), **more))  # type: ignore[arg-type]


SILENT = decide_week(WeekFacts())
AWAY = decide_week(WeekFacts(expected=False))


@pytest.mark.parametrize(
    ("weeks", "category", "mean"),
    [
        pytest.param([said(1), said(1)], Category.DEVELOPING, 1, id="1: exactly one is developing"),
        pytest.param([said(0), said(0)], Category.NON_ADOPTER, 0, id="2: none is a non-adopter"),
        pytest.param([said(3), said(2)], Category.DEVELOPING, 2.5, id="3: two and a half is developing"),
        pytest.param([said(1), said(0)], Category.NON_ADOPTER, 0.5, id="4: a half is a non-adopter"),
        pytest.param([said(3), said(3)], Category.GENUINE, 3, id="three is genuine"),
        pytest.param([said(6), said(0)], Category.GENUINE, 3, id="the mean counts, not each week"),
        pytest.param([SILENT, SILENT], Category.MISSING, None, id="9: silence is not zero"),
        pytest.param([AWAY, AWAY], Category.NOT_EXPECTED, None, id="21: away throughout"),
    ],
)
def test_the_category_of_two_weeks(weeks: list[Week], category: Category, mean: float | None) -> None:
    found = audit(weeks)
    assert (found.category, found.mean) == (category, mean)


def test_5_only_prompted_uses_make_a_non_adopter_who_is_flagged() -> None:
    found = audit([said(4, 0), said(4, 0)])
    assert found.category is Category.NON_ADOPTER
    assert found.prompted_only
    assert not audit([said(0), said(0)]).prompted_only


def test_8_one_known_week_is_used_and_flagged_as_thin() -> None:
    found = audit([said(3), SILENT])
    assert (found.category, found.thin, found.observed_weeks, found.expected_weeks) == (Category.GENUINE, True, 1, 2)


def test_of_silence_it_is_known_how_many_weeks_were_expected() -> None:
    assert audit([SILENT, SILENT]) == Audit(Category.MISSING, None, 0, 2)
    assert audit([AWAY, SILENT]) == Audit(Category.MISSING, None, 0, 1)


def test_22_a_week_on_leave_leaves_the_other() -> None:
    found = audit([AWAY, said(3)])
    assert (found.category, found.thin, found.expected_weeks) == (Category.GENUINE, True, 1)


def test_10_a_complete_vendor_without_events_is_zero() -> None:
    found = decide_week(WeekFacts(vendor=Vendor(0, complete=True)))
    assert (found.state, found.total, found.source) == (WeekState.ZERO, 0, Source.VENDOR)


def test_11_a_partial_vendor_without_events_is_silence() -> None:
    assert decide_week(WeekFacts(vendor=Vendor(0, complete=False))).state is WeekState.MISSING


def test_idle_everywhere_with_all_tools_covered_is_zero_but_never_against_what_somebody_said() -> None:
    idle = Vendor(0, complete=False, idle_and_covered=True)
    assert decide_week(WeekFacts(vendor=idle)) == Week(WeekState.ZERO, 0, 0, 0, Source.VENDOR)
    found = decide_week(WeekFacts(vendor=idle, self_report=SelfReport(2, 2)))
    assert (found.total, found.source) == (2, Source.SELF)


def test_a_week_says_whether_it_was_worked_in_from_where_and_that_nothing_was_guessed() -> None:
    assert said(4, 3) == Week(WeekState.POSITIVE, 4, prompted=1, unprompted=3, source=Source.SELF)
    assert said(0) == Week(WeekState.ZERO, 0, 0, 0, Source.SELF)
    seen = decide_week(WeekFacts(champion_count=2, session_linked=1))
    assert seen == Week(WeekState.POSITIVE, 2, prompted=1, unprompted=1, source=Source.CHAMPION)
    counted = decide_week(WeekFacts(vendor=Vendor(3, complete=True)))
    assert counted == Week(WeekState.POSITIVE, 3, prompted=0, unprompted=3, source=Source.VENDOR, inferred=True)


def test_12_a_complete_vendor_leads_and_says_where_they_differ() -> None:
    found = decide_week(WeekFacts(vendor=Vendor(5, complete=True), self_report=SelfReport(2, 2)))
    assert (found.total, found.source, found.discrepant) == (5, Source.VENDOR, True)
    partial = decide_week(WeekFacts(vendor=Vendor(2, complete=False), self_report=SelfReport(4, 4)))
    assert (partial.total, partial.source, partial.discrepant) == (4, Source.SELF, False)


def test_13_sources_have_an_order_and_are_never_added() -> None:
    facts = {"self_report": SelfReport(4, 4), "champion_count": 1}
    assert decide_week(WeekFacts(vendor=Vendor(2, complete=True), **facts)).total == 2  # type: ignore[arg-type]
    assert decide_week(WeekFacts(vendor=Vendor(2, complete=False), **facts)).total == 4  # type: ignore[arg-type]
    alone = decide_week(WeekFacts(champion_count=1))
    assert (alone.total, alone.source) == (1, Source.CHAMPION)


@pytest.mark.parametrize(
    ("one", "other", "differ"), [(2, 5, True), (4, 2, False), (6, 3, False), (6, 2, True), (0, 3, True), (0, 2, False)]
)
def test_sources_differ_by_more_than_two_and_more_than_half(one: int, other: int, differ: bool) -> None:
    assert is_discrepant(one, other) is differ
    assert is_discrepant(other, one) is differ


def test_unprompted_is_what_neither_a_session_nor_the_person_calls_prompted() -> None:
    assert said(4, 3).unprompted == 3
    assert said(4, 3, session_linked=2).unprompted == 2
    assert said(4, 1, session_linked=2).unprompted == 1
    assert said(1, 1, session_linked=3).unprompted == 0
    inferred = decide_week(WeekFacts(vendor=Vendor(4, complete=True), session_linked=1))
    assert (inferred.unprompted, inferred.inferred) == (3, True)


def test_15_a_use_belongs_to_the_week_of_its_place() -> None:
    at = datetime(2026, 3, 29, 23, 30, tzinfo=ZoneInfo("UTC"))
    assert iso_week(local_date(at, "Pacific/Auckland")) == "2026-W14"
    assert iso_week(local_date(at, "America/New_York")) == "2026-W13"


@pytest.mark.parametrize(
    ("day", "week"), [(date(2027, 1, 1), "2026-W53"), (date(2024, 12, 30), "2025-W01"), (date(2026, 1, 5), "2026-W02")]
)
def test_16_and_17_weeks_are_those_of_the_iso_calendar(day: date, week: str) -> None:
    assert iso_week(day) == week


@pytest.mark.parametrize(
    ("checkpoint", "weeks"),
    [
        (Checkpoint.S30, ["2026-W04", "2026-W05"]),
        (Checkpoint.S56, ["2026-W08", "2026-W09"]),
        (Checkpoint.S90, ["2026-W22", "2026-W23"]),
        (Checkpoint.S0, ["2025-W52", "2026-W01"]),
    ],
)
def test_18_19_and_20_checkpoints_look_at_the_last_two_whole_weeks(checkpoint: Checkpoint, weeks: list[str]) -> None:
    assert [iso_week(week) for week in looks_at(checkpoint, date(2026, 1, 5), 10)] == weeks


def test_30_nobody_eligible_is_no_data_and_no_exception() -> None:
    found = adoption([])
    assert (found.response, found.rate, found.worst, found.best) == (None, None, None, None)
    assert found.headline is Headline.NONE


def test_31_silence_is_bounded_from_both_sides() -> None:
    found = Adoption(34, 40, 48)
    assert [round(100 * (share or 0), 1) for share in (found.worst, found.rate, found.best, found.response)] == [
        70.8,
        85.0,
        87.5,
        83.3,
    ]
    assert found.headline is Headline.OBSERVED


@pytest.mark.parametrize(
    ("observed", "headline"),
    [(59, Headline.NONE), (60, Headline.RANGE), (75, Headline.RANGE), (79, Headline.RANGE), (80, Headline.OBSERVED)],
)
def test_32_and_33_the_response_decides_what_may_head_a_page(observed: int, headline: Headline) -> None:
    assert Adoption(30, observed, 100).headline is headline


def test_21_and_27_the_absent_are_left_out_and_who_opted_out_stays_in() -> None:
    audits = [audit([said(3), said(3)]), audit([AWAY, AWAY]), audit([SILENT, SILENT]), audit([said(0), said(0)])]
    assert adoption(audits) == Adoption(1, 2, 3)


@pytest.mark.parametrize(
    ("pods", "comparison", "clusters", "why"),
    [
        (Adoption(34, 48, 48), Adoption(22, 96, 96), 6, None),
        (Adoption(34, 48, 48), Adoption(22, 96, 96), 2, NoComparison.FEW_PODS),
        (Adoption(14, 20, 20), Adoption(5, 20, 20), 3, None),
        (Adoption(14, 19, 19), Adoption(22, 96, 96), 3, NoComparison.FEW_PEOPLE),
        (Adoption(34, 48, 48), Adoption(5, 19, 19), 6, NoComparison.FEW_PEOPLE),
        (Adoption(34, 48, 48), Adoption(5, 40, 96), 6, NoComparison.FEW_ANSWERS),
        (Adoption(0, 0, 0), Adoption(22, 96, 96), 0, NoComparison.FEW_ANSWERS),
    ],
)
def test_60_a_comparison_needs_three_pods_twenty_people_and_answers(
    pods: Adoption, comparison: Adoption, clusters: int, why: NoComparison | None
) -> None:
    assert why_no_comparison(pods, comparison, clusters=clusters) is why


@pytest.mark.parametrize(("share", "expected"), [(34 / 48, 71), (22 / 96, 23), (0.125, 13), (0.5, 50), (-0.005, -1)])
def test_percent_rounds_halves_away_from_zero(share: float, expected: int) -> None:
    assert percent(share) == expected


def test_whole_rounds_halves_away_from_zero() -> None:
    assert [whole(number) for number in (38.5, 38.4, -2.5, 0)] == [39, 38, -3, 0]


def test_a_lead_reads_as_a_lead_and_everybody_else_as_an_executive() -> None:
    assert audience_of({Role.LEAD, Role.MEMBER}) is Audience.LEAD
    assert audience_of({Role.EXECUTIVE, Role.MEMBER}) is Audience.EXECUTIVE
    assert audience_of({Role.LEAD, Role.EXECUTIVE}) is Audience.LEAD


@pytest.mark.parametrize(
    ("reader", "made_for", "may"),
    [
        (Audience.LEAD, Audience.LEAD, True),
        (Audience.LEAD, Audience.EXECUTIVE, True),
        (Audience.EXECUTIVE, Audience.EXECUTIVE, True),
        (Audience.EXECUTIVE, Audience.LEAD, False),
    ],
)
def test_a_file_made_for_a_lead_is_read_by_leads_alone(reader: Audience, made_for: Audience, may: bool) -> None:
    assert may_read(reader, made_for.value) is may


def test_figures_beside_the_headline_are_about_what_the_survey_asks() -> None:
    asked = {item.key: item for item in WORK.items}
    sure = [[item_of(metric) for metric in pair] for pair in SURE]
    assert all(before == after for before, after in sure)
    assert [before for before, _ in sure] == [key for key in asked if key.startswith("sure_")]
    for key, metrics in (("went_to", WENT_TO), ("how", HOW_NOW)):
        assert [option_of(metric) for metric in metrics] == [option.key for option in asked[key].options]


def test_what_a_tool_alone_counted_is_inferred_from_one_use_on() -> None:
    weeks = [decide_week(WeekFacts(vendor=Vendor(count, complete=True))) for count in (0, 1)]
    assert [(week.total, week.inferred) for week in weeks] == [(0, False), (1, True)]


def test_an_idle_week_contradicts_nobody() -> None:
    week = decide_week(WeekFacts(vendor=Vendor(0, complete=False, idle_and_covered=True)))
    assert (week.state, week.discrepant) == (WeekState.ZERO, False)


def test_numbers_of_the_week_are_those_of_the_specification() -> None:
    assert (6, 2, timedelta(days=2)) == (MOST_A_WEEK, SILENT_WEEKS, HEARD_AFTER)
