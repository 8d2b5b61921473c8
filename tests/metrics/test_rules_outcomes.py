"""Tasks that come seldom, second lines, plateaus, targets, spells of use and quality: at their borders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adoption.programs.rules import Mode
from metrics.rules import (
    Activity,
    Adoption,
    Audit,
    Category,
    Event,
    Quality,
    Rated,
    SelfReport,
    Spell,
    Target,
    Vendor,
    Week,
    WeekFacts,
    adoption,
    audit,
    audit_by,
    audit_occurrences,
    audit_opportunities,
    count_uses,
    decide_week,
    is_plateau,
    many_opted_out,
    met_target,
    people_for_target,
    quality_of,
    quality_pairs,
    spell,
    target_of,
)
from metrics.statistics import paired_change, survival

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


def after(minutes: float, **more: object) -> Event:
    return Event(NINE + timedelta(minutes=minutes), **more)  # type: ignore[arg-type]


# --- what a use is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "uses"),
    [
        ([], 0),
        ([after(0)], 1),
        ([after(0), after(30)], 1),
        ([after(0), after(30.1)], 2),
        ([after(20), after(0), after(40), after(60)], 1),
        ([after(0), after(100), after(50)], 3),
        ([after(0, task="memo"), after(600, task="memo")], 1),
        ([after(0, task="memo"), after(1, task="brief")], 2),
        ([after(0, task="memo"), after(1), after(2)], 2),
        ([after(0, activity=Activity.LOGIN), after(90, activity=Activity.EXERCISE)], 0),
        ([after(0), after(20, activity=Activity.LOGIN), after(40)], 2),
    ],
)
def test_one_task_is_one_use_and_half_an_hours_rest_ends_one_without_a_name(events: list[Event], uses: int) -> None:
    assert count_uses(events) == uses


# --- a task that comes once a month ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("occurrences", "unprompted", "expected", "met"),
    [
        (2, 1, Audit(Category.GENUINE, 0.5, 1, 1), True),
        (1, 1, Audit(Category.GENUINE, 1, 1, 1), True),
        (3, 1, Audit(Category.DEVELOPING, 1 / 3, 1, 1), False),
        (3, 0, Audit(Category.NON_ADOPTER, 0, 1, 1), False),
        (0, 0, Audit(Category.NOT_EXPECTED, None, 1, 0), None),
        (None, None, Audit(Category.MISSING, None, 0, 1), None),
        (3, None, Audit(Category.MISSING, None, 0, 1), None),
        (None, 1, Audit(Category.MISSING, None, 0, 1), None),
    ],
)
def test_a_seldom_task_counts_by_its_occurrences(
    occurrences: int | None, unprompted: int | None, expected: Audit, met: bool | None
) -> None:
    assert audit_occurrences(occurrences, unprompted) == expected
    assert met_target(occurrences, unprompted) is met


def came_up(times: int, unprompted: int = 0, total: int | None = None) -> Week:
    """A week in which work came up so often, and was done with AI so often, unprompted and altogether."""
    return decide_week(WeekFacts(self_report=SelfReport(total if total is not None else unprompted, unprompted, times)))


UNHEARD = decide_week(WeekFacts())
OFF = decide_week(WeekFacts(expected=False))


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        pytest.param(
            [came_up(0), came_up(1, 1), came_up(0), came_up(1)],
            Audit(Category.GENUINE, 0.5, 4, 4),
            id="one of two occasions in a month is half of them",
        ),
        pytest.param(
            [came_up(0), came_up(2, 1), came_up(0), came_up(1)],
            Audit(Category.DEVELOPING, 1 / 3, 4, 4),
            id="one of three is developing",
        ),
        pytest.param([came_up(0), came_up(2)], Audit(Category.NON_ADOPTER, 0, 2, 2), id="none of two is a non-adopter"),
        pytest.param(
            [came_up(0), came_up(2, 0, total=2)],
            Audit(Category.NON_ADOPTER, 0, 2, 2, prompted_only=True),
            id="done with AI because somebody asked is flagged",
        ),
        pytest.param(
            [came_up(0), came_up(0)],
            Audit(Category.NOT_EXPECTED, None, 2, 2),
            id="where it never came up nothing is expected, and the weeks say so",
        ),
        pytest.param(
            [came_up(0), UNHEARD],
            Audit(Category.MISSING, None, 1, 2),
            id="it may have come up in the silent week: missing, not zero",
        ),
        pytest.param([UNHEARD, UNHEARD], Audit(Category.MISSING, None, 0, 2), id="silence is missing"),
        pytest.param(
            [came_up(1, 1), UNHEARD],
            Audit(Category.GENUINE, 1, 1, 2, thin=True),
            id="one known week with an occasion counts, thinly known",
        ),
        pytest.param([OFF, OFF], Audit(Category.NOT_EXPECTED, None, 0, 0), id="away throughout is not expected"),
        pytest.param(
            [OFF, came_up(2, 1), came_up(0)],
            Audit(Category.GENUINE, 0.5, 2, 2),
            id="away for a week is counted by the others",
        ),
        pytest.param(
            [decide_week(WeekFacts(self_report=SelfReport(3, 3))), UNHEARD],
            Audit(Category.MISSING, None, 0, 2),
            id="uses without a word on occasions have no share",
        ),
    ],
)
def test_a_window_of_seldom_work_counts_by_its_occasions(weeks: list[Week], expected: Audit) -> None:
    assert audit_opportunities(weeks) == expected
    assert audit_by(Mode.OPPORTUNITY, weeks) == expected
    assert audit_by(Mode.WEEKLY, weeks) == audit(weeks)


def test_work_came_up_at_least_as_often_as_a_tool_saw_it_done() -> None:
    led = WeekFacts(self_report=SelfReport(1, 1, 1), vendor=Vendor(3, complete=True))
    assert decide_week(led).occurrences == 3
    assert decide_week(WeekFacts(vendor=Vendor(3, complete=True))).occurrences is None
    assert decide_week(WeekFacts(vendor=Vendor(0, complete=False, idle_and_covered=True))).occurrences is None


@pytest.mark.parametrize(("occurrences", "unprompted"), [(2, 3), (2, -1), (-1, -1), (0, 1)])
def test_more_uses_than_occurrences_are_refused(occurrences: int, unprompted: int) -> None:
    with pytest.raises(ValueError, match="occurrences"):
        audit_occurrences(occurrences, unprompted)


# --- second lines ----------------------------------------------------------------------------------------------------


def test_the_difference_is_bounded_by_the_worst_of_one_and_the_best_of_the_other() -> None:
    assert Adoption(6, 8, 10).less(Adoption(2, 8, 10)) == pytest.approx((0.6 - 0.4, 0.8 - 0.2))
    assert Adoption(0, 0, 0).less(Adoption(2, 8, 10)) is None
    assert Adoption(2, 8, 10).less(Adoption(0, 0, 0)) is None


def test_leavers_are_non_adopters_in_the_sensitivity_line() -> None:
    assert Adoption(6, 8, 10).with_leavers(2) == Adoption(6, 10, 12)


@pytest.mark.parametrize("some", [Adoption(2, 2, 2), Adoption(0, 5, 5), Adoption(0, 0, 5), Adoption(-1, 0, 0)])
def test_only_who_is_counted_can_be_left_out(some: Adoption) -> None:
    with pytest.raises(ValueError, match=r"^Only .* left out\.$"):
        Adoption(1, 4, 4).without(some)


def test_people_are_left_out_with_what_they_did() -> None:
    assert Adoption(6, 8, 10).without(Adoption(1, 2, 3)) == Adoption(5, 6, 7)


@pytest.mark.parametrize(
    ("opted_out", "eligible", "many"), [(5, 50, False), (6, 50, True), (0, 0, False), (1, 1, True)]
)
def test_more_than_one_in_ten_who_opt_out_are_many(opted_out: int, eligible: int, many: bool) -> None:
    assert many_opted_out(opted_out, eligible) is many


# --- plateaus and targets --------------------------------------------------------------------------------------------


def weeks(*adopters: int, n: int = 100, eligible: int | None = None) -> list[Adoption]:
    return [Adoption(x, n, n if eligible is None else eligible) for x in adopters]


@pytest.mark.parametrize(
    ("given", "plateau"),
    [
        (weeks(20, 20, 20), False),
        (weeks(20, 20, 20, 20), True),
        (weeks(90, 20, 20, 20, 20), True),
        (weeks(20, 20, 20, 20, 90), False),
        (weeks(15, 15, 15, 15), True),
        (weeks(14, 15, 15, 15), False),
        (weeks(35, 35, 35, 35), True),
        (weeks(35, 35, 36, 35), False),
        (weeks(20, 25, 22, 24), True),
        (weeks(20, 26, 22, 24), False),
        (weeks(4, 4, 6, 5, n=20), True),
        (weeks(4, 4, 7, 5, n=20), False),
        (weeks(4, 4, 4, 4, n=19), False),
        (weeks(14, 14, 14, 14, n=70, eligible=100), True),
        (weeks(14, 14, 14, 14, n=69, eligible=100), False),
        (weeks(0, 0, 0, 0, n=0, eligible=0), False),
        (weeks(0, 0, 0, 0, n=0, eligible=20), False),
    ],
)
def test_a_plateau_is_four_weeks_between_15_and_35_percent_within_five_points(
    given: list[Adoption], plateau: bool
) -> None:
    assert is_plateau(given) is plateau


@pytest.mark.parametrize(
    ("counted", "target"),
    [
        (Adoption(69, 98, 100), Target.MET_ON_RETURNS),
        (Adoption(69, 99, 100), Target.MISSED),
        (Adoption(70, 100, 100), Target.MET),
        (Adoption(80, 100, 100), Target.MET),
        (Adoption(81, 100, 100), Target.ABOVE_RANGE),
        (Adoption(60, 60, 100), Target.MET_ON_RETURNS),
        (Adoption(28, 40, 48), Target.MET_ON_RETURNS),
        (Adoption(59, 59, 100), Target.NO_RATE),
        (Adoption(0, 0, 0), Target.NO_RATE),
    ],
)
def test_the_target_is_70_percent_of_everybody(counted: Adoption, target: Target) -> None:
    assert target_of(counted) is target


@pytest.mark.parametrize(("eligible", "people"), [(0, 0), (1, 1), (10, 7), (11, 8), (20, 14), (48, 34)])
def test_the_target_in_people_is_reached_and_never_missed_by_a_fraction(eligible: int, people: int) -> None:
    assert people_for_target(eligible) == people
    assert target_of(Adoption(people, eligible, eligible)) is not Target.MISSED
    assert not people or target_of(Adoption(people - 1, eligible, eligible)) is Target.MISSED


# --- how long use lasts ----------------------------------------------------------------------------------------------


def told(text: str) -> list[Week]:
    """Weeks as digits of unprompted uses, '.' for silence and '-' for leave."""
    facts = {
        ".": WeekFacts(),
        "-": WeekFacts(expected=False),
        **{str(n): WeekFacts(self_report=SelfReport(n, n)) for n in range(7)},
    }
    return [decide_week(facts[sign]) for sign in text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("3", None),
        ("3232323", None),
        ("3.3.3.", None),
        ("33", Spell(1, lapsed=False)),
        ("0133", Spell(1, lapsed=False)),
        ("33212", Spell(4, lapsed=False)),
        ("33200", Spell(3, lapsed=True)),
        ("3311", Spell(3, lapsed=False)),
        ("330300", Spell(4, lapsed=True)),
        ("332000033", Spell(3, lapsed=True)),
        ("3320", Spell(3, lapsed=False)),
        ("3320.0", Spell(5, lapsed=False)),
        ("33200....", Spell(3, lapsed=True)),
        ("33...", Spell(4, lapsed=False)),
        ("33....", Spell(1, lapsed=False)),
        ("33....00", Spell(1, lapsed=False)),
        ("332.....33", Spell(2, lapsed=False)),
        # Leave stops the clock: neither a week of use, nor a silence, nor a gap between two weeks.
        ("3-3", Spell(1, lapsed=False)),
        ("33---200", Spell(3, lapsed=True)),
        ("330-0", Spell(2, lapsed=True)),
        ("33..--..", Spell(1, lapsed=False)),
    ],
)
def test_a_spell_begins_with_two_strong_weeks_and_ends_with_two_empty_ones(text: str, expected: Spell | None) -> None:
    assert spell(told(text)) == expected


def test_prompted_uses_do_not_make_a_spell() -> None:
    asked = decide_week(WeekFacts(self_report=SelfReport(4, 0)))
    assert spell([asked] * 4) is None
    assert spell([*told("33"), asked, asked]) == Spell(2, lapsed=True)


def test_spells_are_what_survival_takes() -> None:
    spells = [found for text in ("33200", "3333333", "33....", "0001") if (found := spell(told(text)))]
    curve = survival([one.weeks for one in spells], [one.lapsed for one in spells])
    assert (curve.times, curve.at_risk) == ((3,), (2,))


# --- quality ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "pairs", "quality"),
    [
        (None, 0, Quality.NOT_MEASURED),
        (0.1, 9, Quality.NOT_SHOWN),
        (-0.25, 10, Quality.MAINTAINED),
        (-0.2501, 10, Quality.NOT_SHOWN),
        (0.3, 40, Quality.MAINTAINED),
        (None, 40, Quality.NOT_SHOWN),
    ],
)
def test_quality_is_maintained_only_when_shown_to_be(low: float | None, pairs: int, quality: Quality) -> None:
    assert quality_of(low, pairs) is quality


def test_ratings_are_averaged_within_outputs_then_people_and_paired() -> None:
    rated = [
        Rated("Ada", "a1", before=True, score=3),
        Rated("Ada", "a1", before=True, score=5),
        Rated("Ada", "a2", before=True, score=2),
        Rated("Ada", "a3", before=False, score=4),
        Rated("Ben", "b1", before=False, score=5),
        Rated("Cem", "c1", before=True, score=1),
        Rated("Dia", "d1", before=True, score=2),
        Rated("Dia", "d2", before=False, score=1),
    ]
    before, later = quality_pairs(rated)
    assert (before, later) == ([3, 2], [4, 1])
    assert paired_change(before, later).estimate == 0
    assert quality_pairs([]) == ([], [])


def test_nobody_and_everybody_can_be_left_out() -> None:
    some = Adoption(3, 5, 6)
    assert some.without(Adoption(0, 0, 0)) == some
    assert some.without(some) == Adoption(0, 0, 0)


def test_adoption_counts_whoever_is_expected() -> None:
    weeks = ([came_up(1, 1)], [came_up(2)], [came_up(3, 1)], [UNHEARD], [OFF], [came_up(0)])
    assert adoption(audit_opportunities(one) for one in weeks) == Adoption(1, 3, 4)
    assert audit([OFF, OFF]) == Audit(Category.NOT_EXPECTED, None, 0, 0)
