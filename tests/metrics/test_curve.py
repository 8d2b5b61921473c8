"""The weeks of a programme as they may be shown."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from adoption.disclosure.rules import Audience, Thresholds
from adoption.programs.models import Program
from adoption.programs.rules import Arm, Checkpoint, Mode, Template
from metrics.queries.curve import weeks_of
from metrics.queries.released import released
from metrics.rules import Metric
from tests.factories import AT, World
from tests.metrics.trials import STARTS_ON, launched
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

ANY = Metric.WEEKLY_ANY_USE


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
            assert week.any_use[Arm.COMPARISON].said == "none"


def test_beside_three_uses_each_week_says_who_has_one_unless_only_a_few_lie_between(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        in_pods = [person for pod in made.pods for person in pod]
        compared = [person for team in made.teams for person in team]
        for number, once in enumerate((3, 2)):
            # In the pods ten have three uses, and three people or two between that and none; of the others four have one.
            said = {person: 3 if place < 10 else 1 if place < 10 + once else 0 for place, person in enumerate(in_pods)}
            said |= {person: int(place < 4) for place, person in enumerate(compared)}
            made.say(STARTS_ON + timedelta(weeks=number), said)
        for audience in (Audience.LEAD, Audience.EXECUTIVE):
            first, second = weeks_of(made.program, audience, AT.date())
            assert [(three.said, some.said) for three, some in first.side_by_side] == [
                ("10 of 24", "13 of 24"),
                ("fewer than 3", "4 of 24"),
            ]
            # Eleven of twelve would be one person's secret, and two are a few.
            assert [(three.said, some.said) for three, some in second.side_by_side] == [
                ("10 of 24", "not shown"),
                ("fewer than 3", "4 of 24"),
            ]
            assert second.any_use[Arm.PODS].why
        names = {target["name"] for target in released()}
        assert {f"client-reports 2026-01-05 {one}" for one in ("weekly", "weekly_any_use", "weekly between")} <= names
        made.freeze(Checkpoint.S0)
    call_command("attack", organization="meridian")
    lead = client_as(meridian.lead)
    page = " ".join(lead.get("/o/meridian/p/client-reports/evidence/").content.decode().split())
    assert '10 of 24 (42%)<br><span class="mm-meta">one or more: 13 of 24 (54%)</span>' in page
    assert "one or more: not shown" in page
    said_by = {
        name: [(row["look"], row["arm"], row[said], str(row["value"] or "")) for row in rows if row["measure"] == ANY]
        for name, said, rows in (
            ("api", "said", lead.get("/api/v1/o/meridian/p/client-reports/evidence/").json()["figures"]),
            ("table", "figure", table(lead, "evidence.csv")),
            ("analyst", "figure", table(lead, "analyst.csv")),
        )
    }
    assert sorted(said_by["api"]) == sorted(said_by["table"]) == sorted(said_by["analyst"])
    assert ("2026-W02", "pods", "13 of 24", "54") in said_by["api"]


def test_of_work_that_comes_up_now_and_then_it_is_one_of_four_weeks_occasions(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8), mode=Mode.OPPORTUNITY)
        in_pods = [person for pod in made.pods for person in pod]
        for number in range(4):
            uses = {person: (1, int(place < 9 or (number == 0 and place < 14))) for place, person in enumerate(in_pods)}
            made.tell(STARTS_ON + timedelta(weeks=number), uses)
        last = next(week for week in weeks_of(made.program, Audience.LEAD, AT.date()) if week.number == 4)
        assert [one.said for one in last.side_by_side[0]] == ["9 of 24", "14 of 24"]
        assert "on at least one of the occasions" in last.any_use[Arm.PODS].meaning


def table(client: Client, name: str) -> list[dict[str, str]]:
    text = client.get(f"/o/meridian/p/client-reports/{name}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
