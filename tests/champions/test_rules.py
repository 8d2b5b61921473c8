"""Who is credible, whose time is protected, who has stopped, and what a leader shows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from champions.rules import (
    Credibility,
    DropOff,
    Kept,
    LeaderAct,
    Phase,
    Shipping,
    credibility,
    drop_off,
    has_changed_own_workflow,
    may_lead,
    modelling,
    protected_week,
    reporting_line,
    shipping,
    was_acted_on,
)

TODAY = date(2026, 11, 20)
# 1 leads 2 and 3, 2 leads 4 and 5; 6 and 7 are elsewhere.
MANAGERS = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: None, 7: 6}
EVERYBODY = tuple(MANAGERS)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(("person", "line"), [(1, {2, 3, 4, 5}), (2, {1, 4, 5}), (4, {1, 2}), (7, {6}), (8, set())])
def test_a_reporting_line_goes_up_and_down_but_not_sideways(person: int, line: set[int]) -> None:
    assert reporting_line(person, MANAGERS) == line


def test_two_who_are_each_others_managers_do_no_harm() -> None:
    assert reporting_line(1, {1: 2, 2: 1}) == {2}
    assert reporting_line(1, {1: 1}) == frozenset()
    assert reporting_line(3, {3: 1, 1: 2, 2: 1}) == {1, 2}


def test_distinct_colleagues_outside_the_line_make_somebody_credible() -> None:
    said = [(3, 4), (3, 4), (5, 4), (6, 4), (2, 4), (1, 4), (4, 4), (99, 4)]
    found = credibility(said, managers=MANAGERS, eligible=EVERYBODY)
    # 3, 5 and 6: not the manager, not the manager's manager, not oneself, not a stranger, and nobody twice.
    assert found == {4: Credibility(3, 4)}
    assert found[4].share == 0.75


@pytest.mark.parametrize("nominator", [2, 1, 4])
def test_oneself_and_managers_alone_are_nobody(nominator: int) -> None:
    found = credibility([(nominator, 4)], managers=MANAGERS, eligible=EVERYBODY)
    assert found[4].nominators == 0
    assert not may_lead(found[4], uses_ai=True)


def test_both_criteria_are_needed() -> None:
    assert may_lead(Credibility(1, 4), uses_ai=True)
    assert not may_lead(Credibility(4, 4), uses_ai=False)


def test_where_nobody_could_nominate_there_is_no_share() -> None:
    assert credibility([(1, 2)], managers={2: 1}, eligible=[1, 2])[2] == Credibility(0, 0)
    assert Credibility(0, 0).share is None


@pytest.mark.parametrize(
    ("hours", "contracted", "phase", "kept"),
    [
        (3.99, 40, Phase.ACTIVE, Kept.SHORT),
        (4, 40, Phase.ACTIVE, Kept.KEPT),
        (6, 40, Phase.ACTIVE, Kept.KEPT),
        (6.01, 40, Phase.ACTIVE, Kept.OVER),
        (3.6, 36, Phase.ACTIVE, Kept.KEPT),
        (5.4, 36, Phase.ACTIVE, Kept.KEPT),
        (0, 40, Phase.ACTIVE, Kept.SHORT),
        (1.99, 40, Phase.SUSTAIN, Kept.SHORT),
        (2, 20, Phase.SUSTAIN, Kept.KEPT),
        (4, 40, Phase.SUSTAIN, Kept.KEPT),
        (4.01, 40, Phase.SUSTAIN, Kept.OVER),
        (None, 40, Phase.ACTIVE, Kept.UNKNOWN),
        (None, 40, Phase.SUSTAIN, Kept.UNKNOWN),
    ],
)
def test_hours_are_held_against_the_contract_and_later_against_a_span(
    hours: float | None, contracted: float, phase: Phase, kept: Kept
) -> None:
    found = protected_week(hours=hours, contracted=contracted, displaced="The weekly report", phase=phase)
    assert found.kept is kept
    assert found.adherent is (kept in {Kept.KEPT, Kept.OVER})


@pytest.mark.parametrize("displaced", ["", "  \n"])
def test_hours_on_top_of_everything_are_no_protected_time(displaced: str) -> None:
    assert not protected_week(hours=5, contracted=40, displaced=displaced, phase=Phase.ACTIVE).adherent


@pytest.mark.parametrize(("hours", "contracted"), [(4, 0), (4, -1), (-1, 40)])
def test_impossible_hours_are_refused(hours: float, contracted: float) -> None:
    with pytest.raises(ValueError, match="Hours"):
        protected_week(hours=hours, contracted=contracted, displaced="", phase=Phase.ACTIVE)


@pytest.mark.parametrize(
    ("weeks", "dropped"),
    [
        ([True, True, False, False], DropOff.CONFIRMED),
        ([False, True, False, False, True], DropOff.CONFIRMED),
        ([True, None, False], DropOff.DROPPED),
        ([True, True, False, True], DropOff.DROPPED),
        ([True, True, False, None], DropOff.DROPPED),
        ([True, True, None, False], DropOff.NONE),
        ([True, True, True, False], DropOff.NONE),
        ([False, False, False, False], DropOff.NONE),
        ([False, None, False, False], DropOff.NONE),
        ([True, False], DropOff.NONE),
        ([], DropOff.NONE),
    ],
)
def test_who_began_and_is_silent_in_week_three_has_dropped_off(weeks: list[bool | None], dropped: DropOff) -> None:
    assert drop_off(weeks) is dropped


def test_four_kinds_of_modelling_count_once_each_in_28_days() -> None:
    acts = [
        (LeaderAct.JOINED_AS_LEARNER, days_ago(0)),
        (LeaderAct.JOINED_AS_LEARNER, days_ago(3)),
        (LeaderAct.SHARED_A_FAILURE, days_ago(27)),
        (LeaderAct.CHANGED_OWN_WORKFLOW, days_ago(28)),
        (LeaderAct.ACTED_ON_FEEDBACK, days_ago(-1)),
    ]
    assert modelling(acts, TODAY) == 2
    assert modelling([(act, TODAY) for act in LeaderAct], TODAY) == 4


@pytest.mark.parametrize("act", [LeaderAct.VIDEO, LeaderAct.MAIL, LeaderAct.SPONSORED])
def test_words_are_no_modelling(act: LeaderAct) -> None:
    assert modelling([(act, TODAY)], TODAY) == 0


def test_a_leader_changes_the_own_workflow_with_three_uses_in_one_week() -> None:
    assert has_changed_own_workflow([3, 0, 4, 3])
    assert not has_changed_own_workflow([6, 6, 2, 2])
    assert not has_changed_own_workflow([])


@pytest.mark.parametrize(("days", "acted"), [(0, True), (14, True), (15, False)])
def test_what_champions_ask_for_is_acted_on_within_14_days(days: int, acted: bool) -> None:
    assert was_acted_on(TODAY, TODAY + timedelta(days=days)) is acted
    assert not was_acted_on(TODAY, None)


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ([(1, 0), (2, 5), (3, 27)], Shipping.SHIPPED),
        ([(1, 0), (2, 5), (3, 28)], Shipping.STALE),
        ([(1, 0), (1, 5), (2, 27)], Shipping.STALE),
        ([(1, 0), (2, 5), (3, -1)], Shipping.STALE),
        ([], Shipping.STALE),
    ],
)
def test_a_workflow_is_shipped_while_three_people_use_it(uses: list[tuple[int, int]], expected: Shipping) -> None:
    days = [(person, days_ago(ago)) for person, ago in uses]
    assert shipping(owner="Ada", version="2", review_step="A second pair of eyes", uses=days, on=TODAY) is expected


@pytest.mark.parametrize("missing", ["owner", "version", "review_step"])
def test_without_owner_version_or_review_step_it_is_unfinished(missing: str) -> None:
    named = {"owner": "Ada", "version": "2", "review_step": "A second pair of eyes", missing: " "}
    assert shipping(**named, uses=[(1, TODAY), (2, TODAY), (3, TODAY)], on=TODAY) is Shipping.UNFINISHED
