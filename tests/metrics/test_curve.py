"""The weeks of a programme as they may be shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adoption.disclosure.rules import Audience, Thresholds
from adoption.programs.models import Program
from adoption.programs.rules import Arm, Template
from metrics.queries.curve import weeks_of
from tests.factories import AT, World
from tests.metrics.trials import STARTS_ON, launched
from tests.worlds import Enter

pytestmark = pytest.mark.django_db


def test_where_nothing_is_compared_one_group_is_told_and_the_other_is_said_not_to_be_there(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        trial = launched(meridian, pods=(8, 6), teams=(), is_launched=False)
        at = trial.at(STARTS_ON)
        Program.objects.filter(pk=trial.program.pk).update(
            template=Template.EXPLORATORY,
            baseline_opened_at=at,
            launched_at=at,
            fixed={"thresholds": Thresholds().as_dict()},
        )
        program = Program.objects.select_related("organization", "workflow").get(pk=trial.program.pk)
        people = [person for pod in trial.pods for person in pod]
        for number in range(2):
            week = STARTS_ON + timedelta(weeks=number)
            trial.say(week, {person: 3 if place < 5 else 1 for place, person in enumerate(people)})
        first, second = weeks_of(program, Audience.LEAD, AT.date())
        assert [first.monday, second.monday] == [STARTS_ON, STARTS_ON + timedelta(weeks=1)]
        assert (first.pods.x, first.pods.n, first.pods.said) == (5, 14, "5 of 14")
        for week in (first, second):
            there_is_none = week.arms[Arm.COMPARISON]
            assert (there_is_none.said, there_is_none.value, there_is_none.n) == ("none", None, None)
            assert "no comparison group" in there_is_none.why
