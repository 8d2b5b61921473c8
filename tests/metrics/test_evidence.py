"""What evidence says, to whom, and that pages, the API and exports say the same."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from adoption.disclosure.rules import Audience
from adoption.programs.models import Program
from adoption.programs.rules import Arm, Checkpoint
from adoption.tenancy.models import Person, RoleGrant
from adoption.tenancy.rules import Role
from champions.models import Need
from metrics.actions.privacy import erase_person
from metrics.exports import told
from metrics.models import ArmWeek
from metrics.queries import sentences
from metrics.queries.digest import summary
from metrics.queries.evidence import evidence
from metrics.queries.figures import Evidence, Figure
from metrics.queries.portfolio import findings, portfolio
from metrics.rules import Adoption, Metric
from tests.conftest import ROOT
from tests.factories import AT, World
from tests.metrics.trials import POD_ADOPTERS, TEAM_ADOPTERS, Trial, launched
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGE = "/o/meridian/p/client-reports/evidence/"
TABLE = "/o/meridian/p/client-reports/evidence.csv"
API = "/api/v1/o/meridian/p/client-reports/evidence/"


def read(trial: Trial, audience: Audience = Audience.EXECUTIVE, on: date | None = None) -> Evidence:
    return evidence(trial.program, audience, at=trial.at(on) if on else AT)


def opening(trial: Trial, on: date | None = None) -> str:
    found = read(trial, on=on).opening
    assert found
    return found.text


def figure(found: Evidence, measure: Metric, look: str, arm: str = "pods") -> Figure:
    return next(
        one
        for one in found.figures
        if (one.measure, one.look, one.arm) == (measure, look, arm) and one.margin in {"arm", ""}
    )


# --- the whole of it, with the specification's numbers ---------------------------------------------------------------


@pytest.fixture
def whole(meridian: World, enter: Enter) -> Iterator[Trial]:
    """The demo's counts: everybody observed at week 8 and at the end, some silent on day 30 and after 90 days."""
    with enter(meridian):
        made = launched(meridian, departments=3)
        quiet = [person for team in made.teams[:3] for person in team[4:]] + [team[7] for team in made.teams[3:9]]
        made.look(Checkpoint.S0, (0,) * 6, (0,) * 12)
        made.look(
            Checkpoint.S30,
            POD_ADOPTERS,
            TEAM_ADOPTERS,
            silent=[*(pod[7] for pod in made.pods[1:]), *(pod[6] for pod in made.pods[3:]), *quiet],
        )
        made.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
        made.look(Checkpoint.SE, POD_ADOPTERS, TEAM_ADOPTERS)
        silent = [made.pods[0][0], made.pods[0][1], made.pods[1][0]]
        made.look(Checkpoint.S90, (8, 7, 4, 4, 3, 3), (2, 2, 2, 1, 1, 1, 1, 1, 0, 0, 0, 0), silent=silent)
        yield made


def test_the_specifications_numbers_stand_on_the_page_in_the_api_and_in_the_table(
    whole: Trial, meridian: World, client_as: ClientAs
) -> None:
    client = client_as(meridian.executive)
    page = client.get(PAGE)
    assert page.status_code == 200
    text = " ".join(page.content.decode().split())
    for words in (
        '<span class="mm-p">34 of 48 pod members (71%)</span>',
        '<span class="mm-q">22 of 96 (23%)</span>',
        "A difference of 48 points, 95% CI 27 to 64, allowing for pod-to-pod variation.",
        "People were not assigned at random, so part may reflect who joined.",
        "Of 34 adopters, 26 of 31 we could check still use it (84%). That is 54% of everyone who started.",
        "Not yet rated",
        "Not for performance review",
        "frozen 9 March 2026, version 1",
    ):
        assert words in text, words
    # The baseline stands first among the checkpoints, and compares nothing.
    table = text[text.index("Every checkpoint, as it was frozen") :]
    assert table.index("Before anything changed.") < table.index("Day 30")
    answer = client.get(API).json()
    assert answer["assigned"] == "chosen"
    baseline = [one for one in answer["figures"] if one["look"] == "S0"]
    assert [(one["measure"], one["arm"], one["said"]) for one in baseline] == [
        (measure, arm, "fewer than 3") for measure in ("adoption", "any_use") for arm in ("pods", "comparison")
    ]
    assert answer["headline"] == (
        "34 of 48 pod members (71%) used AI unprompted at least three times a week, against 22 of 96 (23%) in the "
        "control group: a difference of 48 points, 95% CI 27 to 64, allowing for pod-to-pod variation. People were not "
        "assigned at random, so part may reflect who joined."
    )
    table = list(csv.DictReader(io.StringIO(client.get(TABLE).content.decode("utf-8-sig"))))
    assert len(table) == len(answer["figures"])
    for row, one in zip(table, answer["figures"], strict=True):
        for column, name in (
            ("measure", "measure"),
            ("look", "look"),
            ("arm", "arm"),
            ("group", "group"),
            ("figure", "said"),
            ("value", "value"),
            ("low", "low"),
            ("high", "high"),
            ("worst", "worst"),
            ("best", "best"),
            ("x", "x"),
            ("n", "n"),
            ("eligible", "eligible"),
            ("version", "version"),
            ("definition", "meaning"),
        ):
            said = "" if one[name] is None else str(one[name])
            assert row[column] in {said, f"'{said}"}
        assert row["definition"]
        assert row["purpose"].startswith("For the support of adoption. Not for performance review")
        # Groups of other looks than the main one are exported, and not on the page.
        assert one["said"] in text or (one["margin"] == "department" and one["look"] != "S56")


def test_every_checkpoint_has_its_counts_intervals_and_bounds(whole: Trial) -> None:
    found = read(whole)
    day_30 = figure(found, Metric.ADOPTION, "S30")
    assert (day_30.x, day_30.n, day_30.eligible, day_30.value, day_30.worst, day_30.best) == (34, 40, 48, 85, 71, 88)
    week_8 = figure(found, Metric.ADOPTION, "S56")
    assert (week_8.x, week_8.n, week_8.low, week_8.high) == (34, 48, 53, 84)
    compared = figure(found, Metric.ADOPTION, "S56", "comparison")
    assert (compared.x, compared.n, compared.low, compared.high) == (22, 96, 14, 35)
    gap = figure(found, Metric.DIFFERENCE, "S56", "")
    assert (gap.value, gap.low, gap.high, gap.level) == (48, 27, 64, "95")
    # Before the main look only the stricter interval is handed on.
    assert figure(found, Metric.DIFFERENCE, "S30", "").level == "99.9"
    kept = found.first_retention
    assert kept
    assert (kept.started, kept.adopters, kept.of_checked.n, kept.of_checked.x) == (48, 34, 31, 26)
    assert (kept.of_checked.value, kept.of_checked.worst, kept.of_checked.best) == (84, 76, 85)
    assert (kept.of_all.value, kept.of_all.n) == (54, 48)
    assert [look.checkpoint for look in found.looks] == ["S30", "S56", "SE", "S90"]
    assert all(
        one.meaning and one.first_day < one.last_day and (one.version or one.look[:2] == "20") for one in found.figures
    )


def test_executives_read_no_pod_and_departments_in_bands(whole: Trial, meridian: World, client_as: ClientAs) -> None:
    found = read(whole)
    assert not found.pods
    assert {one.margin for one in found.figures} <= {"", "arm", "department"}
    for one in found.departments:
        assert one.x is None
    lead = read(whole, Audience.LEAD)
    assert [one.group for one in lead.pods] == [f"Pod {number:02}" for number in range(1, 7)]
    for path in (PAGE, TABLE, API):
        assert "Pod 01" not in client_as(meridian.executive).get(path).content.decode()
        assert "Pod 01" in client_as(meridian.lead).get(path).content.decode()


def test_one_early_fact_changes_the_curve_everywhere_and_nothing_frozen(
    whole: Trial, meridian: World, client_as: ClientAs
) -> None:
    client = client_as(meridian.executive)
    week = whole.program.starts_on + timedelta(weeks=6)  # programme week 7, of the main look
    before = read(whole)
    whole.say(week, {whole.pods[5][7]: 5})
    after = read(whole)
    look = f"{week.isocalendar().year}-W{week.isocalendar().week:02}"
    assert (figure(before, Metric.WEEKLY, look).said, figure(after, Metric.WEEKLY, look).said) == (
        "34 of 48",
        "35 of 48",
    )
    assert before.looks == after.looks
    assert before.opening == after.opening
    assert "35 of 48 (73%)" in " ".join(client.get(PAGE).content.decode().split())
    in_api = next(one for one in client.get(API).json()["figures"] if (one["look"], one["arm"]) == (look, "pods"))
    rows = csv.DictReader(io.StringIO(client.get(TABLE).content.decode("utf-8-sig")))
    in_table = next(row for row in rows if (row["look"], row["arm"]) == (look, "pods"))
    assert (in_api["said"], in_table["figure"]) == ("35 of 48", "35 of 48")
    assert (in_api["value"], in_table["value"]) == (73, "73")


# --- sentences -------------------------------------------------------------------------------------------------------


def test_an_interval_across_zero_claims_nothing(trial: Trial) -> None:
    trial.look(Checkpoint.S56, (4, 4, 4), (3, 4, 3))
    text = opening(trial)
    assert text.startswith(
        "12 of 24 pod members (50%) used AI unprompted at least three times a week, against 10 of 24 (42%)"
    )
    assert "The groups may not differ: a fall of " in text
    assert "is compatible with the data. People were not assigned at random" in text
    assert "difference of" not in text


def test_no_sentence_says_more_than_the_numbers(whole: Trial, meridian: World, client_as: ClientAs) -> None:
    text = client_as(meridian.executive).get(PAGE).content.decode().lower()
    assert [word for word in ("proved", "caused", "significant") if word in text] == []


def test_the_silent_are_counted_both_ways_beside_the_headline(trial: Trial) -> None:
    trial.look(Checkpoint.S56, (6, 6, 5), (1, 1, 1), silent=[trial.pods[1][7], trial.pods[2][7]])
    said = "Champion pods: 22 of 24 replied. Counting the silent as non-users gives 71%; as users, 79%."
    assert said in opening(trial)


def test_33_from_sixty_to_seventy_nine_percent_the_bounds_are_the_headline(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        trial = launched(meridian, pods=(10, 10, 10), teams=(8, 8, 8))
        silent = [pod[seat] for pod in trial.pods for seat in (8, 9)] + [pod[7] for pod in trial.pods[:2]]
        trial.look(Checkpoint.S56, (5, 4, 4), (1, 1, 1), silent=silent)
        found = read(trial).opening
    assert found
    assert found.lead.text == (
        "Between 43% and 70% of pod members used AI unprompted at least three times a week, against 13% in the control "
        "group."
    )
    assert found.finding == "Whoever the silent are, the difference lies between 31 and 58 points."


def test_32_below_sixty_percent_there_is_no_rate_and_no_comparison(trial: Trial) -> None:
    silent = [pod[seat] for pod in trial.pods for seat in (4, 5, 6, 7)]
    trial.look(Checkpoint.S56, (3, 3, 3), (1, 1, 1), silent=silent)
    found = read(trial)
    assert found.opening
    assert found.opening.lead.text == (
        "Too few people answered for a rate: 50% of pod members and 100% of the control group."
    )
    one = figure(found, Metric.ADOPTION, "S56")
    assert (one.said, one.value, one.x, one.n, one.low) == ("no rate", None, None, None, None)
    assert found.looks[0].difference is None
    week = figure(found, Metric.WEEKLY, "2026-W08")
    assert (week.said, week.x, week.value) == ("no rate", None, None)


def test_60_two_pods_are_not_compared(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        two = launched(meridian, pods=(12, 12), teams=(12, 12))
        two.look(Checkpoint.S56, (8, 8), (3, 3))
        found = read(two)
        assert found.opening
        assert found.opening.lead.text.startswith("16 of 24 pod members (67%)")
        assert found.opening.finding == (
            "There is no comparison with fewer than three pods: one strong pod would decide it."
        )
        assert found.looks[0].difference is None


def test_before_the_main_look_only_the_stricter_interval_may_call_it_clear(trial: Trial) -> None:
    trial.look(Checkpoint.S30, (5, 4, 4), (1, 1, 1))
    assert "No verdict before 9 March 2026." in opening(trial, on=date(2026, 2, 20))
    assert "difference" not in opening(trial, on=date(2026, 2, 20))


def test_a_difference_may_be_clear_on_day_30(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        clear = launched(meridian)
        clear.look(Checkpoint.S30, POD_ADOPTERS, TEAM_ADOPTERS)
        assert "A clear difference already: 48 points, 99.9% CI 7 to 72. The main look is on 9 March 2026." in opening(
            clear, on=date(2026, 2, 20)
        )


LOOKED_AT = (Checkpoint.S30, Checkpoint.S56, Checkpoint.SE, Checkpoint.START_90)


@pytest.mark.parametrize("main", [Checkpoint.S30, Checkpoint.S56, Checkpoint.SE])
def test_the_look_that_was_fixed_heads_page_portfolio_mail_and_files_and_no_later_one_takes_its_place(
    meridian: World, enter: Enter, client_as: ClientAs, main: Checkpoint
) -> None:
    with enter(meridian):
        made = launched(meridian, primary_look=main)
        again = launched(meridian, primary_look=main, name="Proposals")
        for number, checkpoint in enumerate(LOOKED_AT):
            made.look(checkpoint, POD_ADOPTERS, TEAM_ADOPTERS)
            again.look(checkpoint, POD_ADOPTERS, TEAM_ADOPTERS)
            heads = checkpoint if number <= LOOKED_AT.index(main) else main
            found = read(made)
            assert found.opening
            assert (found.headed_by, found.opening.look.is_main) == (heads, heads is main)
            gap = found.opening.look.difference
            assert gap
            # What comes before it is told with the stricter interval, and as nothing but an early word.
            assert gap.level == ("95" if heads is main else "99.9")
            assert ("A clear difference already" in found.opening.text) == (heads is not main)
            all_of_it = portfolio(meridian.organization, Audience.EXECUTIVE, at=AT)
            assert {entry.look.checkpoint for entry in all_of_it.told if entry.look} == {heads}
            assert bool(all_of_it.groups) == (heads is main)
            assert findings(programs=[made.program], organization=meridian.organization) == {
                made.program.pk: found.opening.text
            }
            mail = summary(found, None, date(2026, 7, 1), at=AT)
            assert (mail.sentence, mail.finding) == (found.opening.lead.text, found.opening.finding)
            assert mail.edition.startswith(f"{sentences.look_name(heads)}, audit weeks")
            assert told.edition(found).startswith(f"{sentences.look_name(heads)}, audit weeks")
            assert told.facts(found)[0].name == f"Difference, {sentences.look_name(heads).lower()}"
    client = client_as(meridian.executive)
    answer = client.get(API).json()
    assert (answer["headed_by"], answer["main_look"], answer["headline"]) == (main, main, found.opening.text)
    assert f"{sentences.look_name(main)}, audit weeks" in client.get(PAGE).text


def test_51_near_the_ends_figures_are_words_and_a_difference_is_said_from_where_to_where(trial: Trial) -> None:
    trial.look(Checkpoint.S56, (8, 8, 8), (1, 1, 0))
    text = opening(trial)
    assert text.startswith(
        "All but fewer than 3 of 24 pod members used AI unprompted at least three times a week, against fewer than 3 "
        "of 24 in the control group."
    )
    found = read(trial)
    one = figure(found, Metric.ADOPTION, "S56")
    assert (one.x, one.value, one.low, one.worst) == (None, None, None, None)
    gap = found.looks[0].difference
    assert gap
    # From 22 of 24 against 2 of 24 to 24 against none: whatever the two hidden counts are.
    assert (gap.value, gap.x, gap.said) == (None, None, "between 83 and 100 points")


def test_small_groups_say_nothing_to_executives_and_explain_it(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        small = launched(meridian, pods=(3, 3, 3), teams=(3, 3, 3))
        small.look(Checkpoint.S56, (2, 2, 1), (1, 1, 1))
        found = read(small)
        assert found.opening
        assert found.opening.text == "The groups are too small for a figure that points to nobody."
        assert {one.x for one in found.figures} == {None}
        assert {one.why for one in found.looks[0].arms.values()} == {
            "Not shown, to protect people. It is counted in every total."
        }
    page = client_as(meridian.executive).get(PAGE).content.decode()
    # One reason, once, rather than a section for each measure that says it again.
    assert page.count("Not shown, to protect people") == 1
    assert "Figures are read from groups of 10 people on" in page
    assert "5 of 9" not in page


def test_54_a_restated_figure_stands_beside_the_first(trial: Trial) -> None:
    trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    trial.look(Checkpoint.S56, (8, 1, 1), (2, 2, 2), reason="A tool's logs came late")
    lead = figure(read(trial, Audience.LEAD), Metric.ADOPTION, "S56")
    assert (lead.said, lead.version, lead.before) == ("10 of 24", 2, "18 of 24")
    # Executives read no pod, so that pods of eight are no reason to keep it from them.
    executive = figure(read(trial), Metric.ADOPTION, "S56")
    assert (executive.said, executive.version, executive.before) == ("10 of 24", 2, "18 of 24")


def test_a_version_that_would_point_at_somebody_leaves_the_first_on_the_page(trial: Trial) -> None:
    trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    trial.look(Checkpoint.S56, (5, 6, 6), (2, 2, 2), reason="One person mended a week")
    one = figure(read(trial), Metric.ADOPTION, "S56")
    assert (one.said, one.version) == ("18 of 24", 1)


@pytest.mark.parametrize(
    ("saving", "slower", "text"),
    [
        (
            85,
            "2 of 10",
            "Self-reported: half saved 85 minutes a week or more; 2 of 10 lost time. Quality: not yet rated.",
        ),
        (
            -5,
            "7 of 10",
            "Self-reported: half lost 5 minutes a week or more; 7 of 10 lost time. Quality: not yet rated.",
        ),
    ],
)
def test_time_is_said_with_who_lost_it_and_with_quality(saving: int, slower: str, text: str) -> None:
    assert sentences.time_saved(saving, slower, quality="not yet rated") == text


def test_the_templates_of_the_specification() -> None:
    assert sentences.retained(34, 26, 31, 48) == (
        "Of 34 adopters, 26 of 31 we could check still use it (84%). That is 54% of everyone who started."
    )
    assert sentences.replies(Arm.PODS, Adoption(34, 40, 48)) == (
        "Champion pods: 40 of 48 replied. Counting the silent as non-users gives 71%; as users, 88%."
    )
    assert sentences.difference(-20, -0.35, -0.04) == (
        "A difference of −20 points, 95% CI −35 to −4, allowing for pod-to-pod variation."
    )


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 3, 16), date(2026, 3, 29), "16 to 29 March 2026"),
        (date(2026, 6, 29), date(2026, 7, 5), "29 June to 5 July 2026"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 December 2025 to 4 January 2026"),
    ],
)
def test_days_are_said_once(first: date, last: date, text: str) -> None:
    with translation.override("en-gb"):
        assert sentences.span(first, last) == text


# --- before there is anything ----------------------------------------------------------------------------------------


def test_an_empty_page_says_why_and_when_it_fills(trial: Trial, meridian: World, client_as: ClientAs) -> None:
    trial.say(trial.program.starts_on, {person: 1 for pod in trial.pods for person in pod})
    with time_machine.travel(trial.at(date(2026, 1, 14)), tick=False):
        page = client_as(meridian.executive).get(PAGE)
    text = " ".join(page.content.decode().split())
    assert "No evidence yet, and that is as it should be" in text
    assert "The first checkpoint is day 30, on 9 February 2026; the main look, week 8, is on 9 March 2026." in text
    assert "No verdict before 9 March 2026." in text
    assert 'href="#weeks"' in text


def test_a_draft_has_an_address_and_no_figures(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        trial = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8), is_launched=False)
    with time_machine.travel(trial.at(date(2025, 12, 1)), tick=False):
        page = client_as(meridian.lead).get(PAGE)
        answer = client_as(meridian.lead).get(API).json()
    assert "starts on 5 January 2026" in page.content.decode()
    assert (answer["figures"], answer["headline"]) == ([], "")


def test_a_week_is_shown_from_its_wednesday_and_provisional_until_its_sunday(trial: Trial) -> None:
    monday = trial.program.starts_on
    trial.say(monday, {person: 3 for group in (*trial.pods, *trial.teams) for person in group[:4]})
    shown = {day: read(trial, on=monday + timedelta(days=day)).weeks for day in (8, 9, 13, 14)}
    assert [len(weeks) for weeks in shown.values()] == [0, 1, 1, 1]
    assert [weeks[0].provisional for weeks in shown.values() if weeks] == [True, True, False]


# --- who reads it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["member", "champion", "owner", "admin"])
def test_others_are_refused(trial: Trial, meridian: World, client_as: ClientAs, who: str) -> None:
    client = client_as(meridian.everybody[who])
    assert [client.get(path).status_code for path in (PAGE, TABLE, API)] == [403, 403, 403]


def test_another_company_finds_nothing(meridian: World, harbour: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        launched(meridian, pods=(3,), teams=(3,))
    for somebody in (harbour.lead, harbour.executive):
        client = client_as(somebody)
        assert [client.get(path).status_code for path in (PAGE, TABLE, API)] == [404, 404, 404]
        for path in (PAGE, TABLE, API):
            assert client.get(path.replace("meridian", "harbour")).status_code == 404


def test_nothing_is_written_by_looking(trial: Trial, meridian: World, client_as: ClientAs) -> None:
    client = client_as(meridian.lead)
    for path in (PAGE, TABLE, API):
        assert client.post(path).status_code in {403, 405, 415}
        assert client.get(path)["Cache-Control"].find("private") >= 0


def test_unknown_parameters_are_refused_by_the_api_alone(trial: Trial, meridian: World, client_as: ClientAs) -> None:
    client = client_as(meridian.lead)
    assert client.get(API, {"group": "Pod 01"}).status_code == 400
    assert client.get(PAGE, {"group": "Pod 01"}).content.count(b"Pod 01") == client.get(PAGE).content.count(b"Pod 01")


def test_a_name_that_is_a_formula_stays_a_text(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        named = launched(meridian, name="=cmd|' /C calc'!A0")
        named.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
        path = f"/o/meridian/p/{named.program.slug}/evidence.csv"
    rows = list(csv.DictReader(io.StringIO(client_as(meridian.lead).get(path).content.decode("utf-8-sig"))))
    assert {row["program"] for row in rows} == {"'=cmd|' /C calc'!A0"}
    assert all(cell[:1] not in {"=", "+", "@"} for row in rows for cell in row.values())


# --- the cost of it --------------------------------------------------------------------------------------------------


def test_reading_takes_three_queries_whatever_the_numbers(
    whole: Trial, meridian: World, django_assert_num_queries: Any
) -> None:
    small = launched(meridian, pods=(3,), teams=(3,), name="Small")
    launched(meridian, pods=(3,), teams=(3,), name="Third")
    small.freeze(Checkpoint.S30)
    for trial in (small, whole):
        # Read once for a programme: which version of its measure holds.
        assert trial.program.measure.label
        for audience in (Audience.LEAD, Audience.EXECUTIVE):
            with django_assert_num_queries(3):
                assert read(trial, audience).figures is not None


def test_the_page_takes_the_same_queries_with_one_look_and_with_five(
    whole: Trial, meridian: World, client_as: ClientAs
) -> None:
    launched(meridian, pods=(3,), teams=(3,), name="Small").freeze(Checkpoint.S30)
    client = client_as(meridian.executive)
    counts = []
    for slug in ("small", "client-reports"):
        path = f"/o/meridian/p/{slug}/evidence/"
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_page_that_somebody_has_is_not_made_again_until_something_it_shows_has_changed(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    trial.look(Checkpoint.S56, (6, 6, 5), (2, 2, 1))
    client = client_as(meridian.executive)
    executive = meridian.executive.person
    changes: list[Callable[[], object]] = [
        lambda: trial.say(trial.program.starts_on + timedelta(weeks=20), {trial.pods[0][0]: 5}),
        lambda: trial.look(Checkpoint.S56, (6, 6, 5), (7, 7, 7), reason="Answers that came late"),
        lambda: erase_person(person=trial.pods[0][0], at=AT),
        lambda: Program.objects.update(name="Reports to clients"),
        lambda: Person.objects.filter(pk=executive.pk).update(name="Somebody else"),
        lambda: Need.objects.create(
            wanted="Free Thursdays", owner=executive, asked_at=AT, asked_on=AT.date(), due_on=AT.date()
        ),
    ]
    page = client.get(PAGE)
    assert page["Cache-Control"] == "private, no-cache"
    assert "Cookie" in page["Vary"]
    for change in changes:
        kept = {"If-None-Match": page["ETag"]}
        again = client.get(PAGE, headers=kept)
        assert (again.status_code, again.content) == (304, b"")
        change()
        page = client.get(PAGE, headers=kept)
        assert page.status_code == 200
    kept = {"If-None-Match": page["ETag"]}
    assert client_as(meridian.lead).get(PAGE, headers=kept).status_code == 200
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        assert client.get(PAGE, headers=kept).status_code == 200
    # Who may not look any more hears nothing, whatever they have.
    RoleGrant.objects.filter(membership=meridian.executive.membership).update(role=Role.MEMBER)
    assert client.get(PAGE, headers=kept).status_code == 403


def test_asking_again_takes_the_same_queries_with_one_look_and_with_five(
    whole: Trial, meridian: World, client_as: ClientAs
) -> None:
    launched(meridian, pods=(3,), teams=(3,), name="Small").freeze(Checkpoint.S30)
    client, counts = client_as(meridian.executive), []
    for slug in ("small", "client-reports"):
        path = f"/o/meridian/p/{slug}/evidence/"
        kept = {"If-None-Match": client.get(path)["ETag"]}
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path, headers=kept).status_code == 304
        counts.append(len(queries))
        assert not any("metrics_snapshotmetric" in query["sql"] for query in queries)
    assert counts[0] == counts[1]


def test_where_no_week_may_be_shown_adoption_so_far_draws_nothing(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        few = launched(meridian, pods=(3,), teams=(3,))
        few.say(few.program.starts_on, {person: 5 for group in (*few.pods, *few.teams) for person in group})
    page = client_as(meridian.executive).get(f"{PAGE}so-far/").content.decode()
    assert "Not shown, to protect people" in page
    assert "mm-plot" not in page


def test_the_web_process_does_without_scipy() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            """
import sys, django
django.setup()
import adoption.urls
from adoption.tenancy.api import schema
schema.document()
print(sorted({name.split('.')[0] for name in sys.modules} & {'scipy', 'numpy', 'statsmodels'}))
""",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip().splitlines()[-1] == "[]"


def test_weeks_are_sums_over_the_cohort(trial: Trial) -> None:
    week = trial.program.starts_on
    trial.say(week, dict.fromkeys(trial.pods[0], 3))
    row = ArmWeek.objects.get(week=week, arm=Arm.PODS)
    assert (row.three_or_more, row.observed, row.eligible) == (8, 8, 24)
