"""When day 7 is, what a cause is suggested from, and when a pod is too large."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from adoption.tenancy.rules import WORK_ENDS, WORK_STARTS
from pods.rules import (
    FOLLOW_UP_DAYS,
    Cause,
    Practice,
    Size,
    Solved,
    SolvedBy,
    follow_up_due,
    practice,
    size_of,
    solved,
    suggest_cause,
)

YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
ZONES = sorted(available_timezones())


def test_day_7_is_on_local_day_7_in_working_hours_in_every_zone_for_a_year_of_starts() -> None:
    wrong = []
    for name in ZONES:
        zone = ZoneInfo(name)
        for held_on in YEAR:
            local = follow_up_due(held_on, name).astimezone(zone)
            day = held_on + timedelta(days=FOLLOW_UP_DAYS)
            # Where day 7 is a Saturday or a Sunday it is the Monday after it.
            day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
            if local.date() != day or not WORK_STARTS <= local.time() < WORK_ENDS:
                wrong.append((name, held_on, local))
    assert wrong == []
    assert len(ZONES) > 400


@pytest.mark.parametrize(
    ("signs", "cause"),
    [
        ([], None),
        ([Cause.NO_PEER_SEEN], Cause.NO_PEER_SEEN),
        ([Cause.NO_PEER_SEEN, Cause.OBSTACLE], Cause.OBSTACLE),
        ([Cause.OBSTACLE, Cause.CONTEXT_PACK, Cause.GENERIC_EXAMPLES], Cause.CONTEXT_PACK),
        ([Cause.GENERIC_EXAMPLES, Cause.NO_OWN_WORKFLOW], Cause.NO_OWN_WORKFLOW),
        (list(reversed(Cause)), Cause.CONTEXT_PACK),
    ],
)
def test_the_first_sign_in_the_order_of_the_decision_counts(signs: list[Cause], cause: Cause | None) -> None:
    assert suggest_cause(signs) == cause


@pytest.mark.parametrize(
    ("members", "size"),
    [(1, Size.FINE), (10, Size.FINE), (11, Size.LARGE), (15, Size.LARGE), (16, Size.TOO_LARGE)],
)
def test_above_ten_a_pod_is_large_and_above_fifteen_too_large(members: int, size: Size) -> None:
    assert size_of(members) is size


@pytest.mark.parametrize(
    ("sessions", "ratio", "enough"),
    [
        ([(60, 20), (30, 5), (90, 40)], 180 / 65, False),
        ([(45, 15), (15, 5)], 3, True),
        ([(44, 15)], 44 / 15, False),
        ([(0, 15)], 0, False),
        ([(60, 0)], None, None),
        ([], None, None),
    ],
)
def test_doing_is_three_times_explaining_over_all_minutes(
    sessions: list[tuple[int, int]], ratio: float | None, enough: bool | None
) -> None:
    found = practice(sessions)
    assert (found.ratio, found.enough) == (pytest.approx(ratio), enough)


def test_minutes_are_summed_and_never_negative() -> None:
    assert practice([(60, 20), (30, 5)]) == Practice(90, 25)
    for wrong in ((-1, 5), (5, -1)):
        with pytest.raises(ValueError, match="negative"):
            practice([wrong])


def test_self_served_is_told_with_its_volume() -> None:
    assert solved(SolvedBy) == Solved(self_served=3, resolved=5)
    assert solved([SolvedBy.CHAMPION, SolvedBy.SELF]).share == 0.5
    assert solved([]).share is None
