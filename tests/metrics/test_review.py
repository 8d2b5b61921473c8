"""The weekly look at the log: what stands there by name, what does not, the mark, and what looking would cost."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from adoption.programs.actions import assign, create_program
from adoption.programs.models import Program
from adoption.programs.rules import Arm
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import AuditEvent, Person
from metrics.actions import imports, review, weeks
from metrics.models import WeekReview
from metrics.queries import review as queries
from metrics.queries.privacy import export_person
from metrics.queries.review import ReviewAsked
from metrics.rules import Via
from tests.factories import AT, World
from tests.house.test_look_browser import DESK, PHONE, faults, reader
from tests.metrics.usage import COVERED_WEEK, idle
from tests.running import Running, with_baseline
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGE = "/o/meridian/usage/review/"
WAITING = "/o/meridian/waiting/review/"
BASELINE = COVERED_WEEK - timedelta(weeks=2)


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    """A programme whose people are asked about the covered week. Call inside the company."""
    with enter(meridian):
        return with_baseline(meridian)


def say(running: Running, person: Person, total: int, unprompted: int = 0, week: date = COVERED_WEEK) -> None:
    at = running.at(week + timedelta(weeks=1))
    weeks.record_check_in(
        person=person,
        workflow=running.program.workflow,
        week=week,
        total=total,
        unprompted=unprompted,
        via=Via.PAGE,
        at=at,
    )
    weeks.drain(at=at)


def bring_idle(*people: Person) -> None:
    imports.import_usage(file_name="usage.csv", content=idle(*(one.mail for one in people)), by=None, at=AT)
    weeks.drain(at=AT)


def mark(
    world: World, *, minutes: int = 20, week: date = COVERED_WEEK, note: str = "", key: UUID | None = None
) -> None:
    review.mark_reviewed(week=week, minutes=minutes, note=note, form_key=key or uuid4(), by=world.owner.person, at=AT)


def page(client: Client, query: str = f"?week={COVERED_WEEK}") -> str:
    answer = client.get(PAGE + query)
    assert answer.status_code == HTTPStatus.OK
    return " ".join(answer.content.decode().split())


# --- what stands in the log ------------------------------------------------------------------------------------------


def test_the_log_says_who_how_often_on_what_and_where_it_is_from(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    first, second, third = running.members
    with enter(meridian):
        say(running, first, 5, 1)
        say(running, second, 2)
        bring_idle(first, second)
        found = queries.log_page(COVERED_WEEK, ReviewAsked())
        by_name = {line.person.name: line for line in found.lines}
        assert {
            name: (line.total, str(line.source_words), line.tool, line.discrepant) for name, line in by_name.items()
        } == {
            first.name: (5, "self-report", "nothing all week", True),
            second.name: (2, "self-report", "nothing all week", False),
        }
        assert {line.workflow for line in found.lines} == {running.program.workflow.name}
        # Silence has no line.
        assert third.name not in by_name
    text = page(client_as(meridian.owner))
    assert "2 lines" in text
    assert "in one the sources disagree" in text
    assert text.index(f">{first.name}<") > 0


def test_what_was_started_unasked_and_what_a_survey_heard_is_not_there_by_name(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        say(running, running.members[0], 5, 4)
    # Nothing on it knows of it: five times is all there is.
    assert not hasattr(queries.LogLine, "unprompted")
    assert "prompted" not in page(client_as(meridian.owner))


def test_only_discrepancies_and_a_part_of_a_name_narrow_the_log(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    first, second, _ = running.members
    with enter(meridian):
        say(running, first, 5)
        say(running, second, 5)
        bring_idle(first)
    client = client_as(meridian.owner)
    only = page(client, f"?week={COVERED_WEEK}&only=discrepant")
    assert (first.name in only, second.name in only) == (True, False)
    found = page(client, f"?week={COVERED_WEEK}&q={second.mail}")
    assert second.name in found
    assert "Nobody fits" in page(client, f"?week={COVERED_WEEK}&q=nobody-at-all")
    part = client.get(
        f"{PAGE}?week={COVERED_WEEK}&q={second.name}", headers={"HX-Request": "true", "HX-Target": "log-lines"}
    )
    assert "<main" not in part.text
    assert second.name in part.text


def test_somebody_of_a_closed_programme_or_outside_any_is_not_in_the_log(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        say(running, running.members[0], 3)
        assert queries.lines_of(COVERED_WEEK)["lines"] == 1
        Program.objects.update(launched_at=AT, fixed={}, ended_at=AT, followed_at=AT, closed_at=AT)
        assert queries.lines_of(COVERED_WEEK)["lines"] == 0
        assert queries.weeks_of_log(meridian.organization, at=AT) == []


def test_pages_of_the_log_go_on_by_name_without_a_gap(
    meridian: World, running: Running, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    with enter(meridian):
        people = [*running.members, *running.compared]
        for person in people:
            say(running, person, 1)
        met, after = [], None
        while True:
            found = queries.log_page(COVERED_WEEK, ReviewAsked(after=after))
            met += [line.person.pk for line in found.lines]
            if found.next is None:
                break
            after = found.next
        assert met == list(
            Person.objects.filter(pk__in=[one.pk for one in people]).in_name_order().values_list("pk", flat=True)
        )
        back = queries.log_page(COVERED_WEEK, ReviewAsked(before=found.previous))
        assert [line.person.pk for line in back.lines] == met[-4:-2]


def test_weeks_follow_each_other_and_nonsense_is_the_newest(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        finished = queries.weeks_of_log(meridian.organization, at=AT)
        assert finished[0] == BASELINE
        assert finished[-1] == date(2026, 6, 29)
        look = queries.log_week(COVERED_WEEK + timedelta(days=3), finished)
        assert look
        assert (look.week, look.earlier, look.later) == (
            COVERED_WEEK,
            COVERED_WEEK - timedelta(weeks=1),
            date(2026, 6, 29),
        )
        for nonsense in (None, date(1999, 1, 1), date(2030, 1, 1)):
            newest = queries.log_week(nonsense, finished)
            assert newest
            assert (newest.week, newest.later) == (finished[-1], None)


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_asks_the_same_of_the_database_with_one_line_and_with_three(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter, more: int
) -> None:
    with enter(meridian):
        for person in running.members[:more]:
            say(running, person, 5)
            mark(meridian)
        bring_idle(*running.members[:more])
    client = client_as(meridian.owner)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{PAGE}?week={COVERED_WEEK}")
    assert len(asked) == 18


# --- the mark --------------------------------------------------------------------------------------------------------


def test_a_week_is_marked_once_with_what_it_took_and_is_told_in_the_audit_trail(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        say(running, running.members[0], 5)
        bring_idle(running.members[0])
    owner = client_as(meridian.owner)
    assert "Not looked through yet." in page(owner)
    key = uuid4()
    sent = {"minutes": "18", "note": "Asked the tool’s administrator", "form_key": str(key)}
    for _press in range(2):
        answer = owner.post(f"{PAGE}?week={COVERED_WEEK}", sent)
        assert answer.status_code == HTTPStatus.FOUND
        assert answer["Location"] == f"{PAGE}?week={COVERED_WEEK}"
    with enter(meridian):
        made = WeekReview.objects.get()
        assert (made.week, made.minutes, made.lines, made.discrepant, made.reviewed_at) == (COVERED_WEEK, 18, 1, 1, AT)
        told = AuditEvent.objects.get(verb="week_review.marked")
        assert told.detail == {"week": "2026-06-22", "minutes": 18, "lines": 1, "people": 1, "discrepant": 1}
    text = page(owner)
    assert "Looked through on 8 July" in text
    assert "Asked the tool’s administrator" in text
    assert meridian.owner.person.name in text


@pytest.mark.parametrize("minutes", ["", "0", "-1", "481", "quick", "1.5"])
def test_what_cannot_be_minutes_is_refused_and_nothing_typed_is_lost(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter, minutes: str
) -> None:
    answer = client_as(meridian.owner).post(f"{PAGE}?week={COVERED_WEEK}", {"minutes": minutes, "note": "kept here"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="kept here"' in answer.text
    with enter(meridian):
        assert not WeekReview.objects.exists()


def test_a_week_that_is_not_over_or_asked_about_cannot_be_marked(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        for week in (date(2026, 7, 6), date(2026, 1, 5), COVERED_WEEK + timedelta(days=1)):
            with pytest.raises(review.NotInLog):
                mark(meridian, week=week)


def test_the_database_refuses_marks_that_make_no_sense(meridian: World, enter: Enter) -> None:
    good = {"week": COVERED_WEEK, "reviewed_at": AT, "minutes": 20, "lines": 3, "discrepant": 1}
    with enter(meridian):
        key = WeekReview.objects.create(**good).form_key
        for wrong in (
            {"week": COVERED_WEEK + timedelta(days=1)},
            {"minutes": 0},
            {"minutes": 481},
            {"discrepant": 4},
            {"form_key": key},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                WeekReview.objects.create(**{**good, **wrong})


def test_a_mark_is_the_owners_own_and_outlives_them_without_a_name(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        mark(meridian, note="Quiet week")
        assert export_person(person=meridian.owner.person)["looks_at_the_log"] == [
            {"week": "2026-06-22", "at": AT.isoformat(), "minutes": 20, "note": "Quiet week"}
        ]
        erase_person(person=meridian.owner.person, by=None, at=AT)
        left = WeekReview.objects.get()
        assert (left.week, left.minutes, left.reviewed_by, left.note) == (COVERED_WEEK, 20, None, "")
        assert queries.estimate(queries.recent_reviews(), 0).carried[0].name == "Somebody who was erased"


@pytest.mark.parametrize("who", ["lead", "executive", "member", "champion", "admin"])
def test_the_log_opens_to_the_system_owner_alone(meridian: World, client_as: ClientAs, who: str) -> None:
    client = client_as(getattr(meridian, who))
    for path in (PAGE, WAITING):
        assert client.get(path).status_code == HTTPStatus.FORBIDDEN
    assert client.post(PAGE, {"minutes": "5"}).status_code == HTTPStatus.FORBIDDEN


def test_another_companys_log_is_nowhere(
    meridian: World, harbour: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        say(running, running.members[0], 5)
        mark(meridian)
    assert client_as(harbour.owner).get(PAGE).status_code == HTTPStatus.NOT_FOUND
    with enter(harbour):
        assert queries.weeks_of_log(harbour.organization, at=AT) == []
        assert queries.recent_reviews() == []
        assert queries.lines_of(COVERED_WEEK)["lines"] == 0


# --- what waits ------------------------------------------------------------------------------------------------------


def test_unreviewed_weeks_wait_from_their_wednesday_until_somebody_looks(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    owner = client_as(meridian.owner)
    assert reverse("waiting-review", args=["meridian"]) in owner.get("/o/meridian/").text
    with enter(meridian):
        # On a Wednesday: the week that ended ten days ago waits, and so does the one of three days ago.
        due = queries.waiting_review(meridian.organization, at=AT).weeks
        assert due == (BASELINE, BASELINE + timedelta(weeks=1), COVERED_WEEK, date(2026, 6, 29))
        assert queries.waiting_review(meridian.organization, at=AT - timedelta(days=1)).weeks == due[:-1]
        for week in due[:-1]:
            mark(meridian, week=week)
    text = owner.get(WAITING, headers={"HX-Request": "true"}).text
    assert "Week of 29 June" in text
    assert "Week of 22 June" not in text
    with enter(meridian):
        mark(meridian, week=date(2026, 6, 29))
    assert "has been looked through" in owner.get(WAITING).text


def test_a_week_that_waited_in_vain_for_eight_weeks_waits_no_longer(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        later = queries.waiting_review(meridian.organization, at=AT + timedelta(weeks=8))
        assert BASELINE not in later.weeks
        assert BASELINE in queries.weeks_of_log(meridian.organization, at=AT + timedelta(weeks=8))


def test_before_any_week_is_over_both_pages_say_what_fills_them(meridian: World, client_as: ClientAs) -> None:
    owner = client_as(meridian.owner)
    assert "No week is over yet" in page(owner, "")
    assert "No week that anybody is asked about is over." in owner.get(WAITING).text
    assert owner.post(PAGE, {"minutes": "5"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


# --- what it costs ---------------------------------------------------------------------------------------------------


def test_the_estimate_is_of_the_newest_week_of_twice_that_and_of_everybody_who_is_asked(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    assert "Nothing can be said yet" in page(client_as(meridian.owner))
    with enter(meridian):
        for person in running.members[:2]:
            say(running, person, 3)
        mark(meridian, minutes=10)
        found = queries.estimate(queries.recent_reviews(), 2)
        everybody = len(running.members) + len(running.compared)
        assert [load.minutes for _, load in found.rows] == [10, 20, 5 * everybody]
        assert [(one.looks, one.minutes) for one in found.carried] == [(1, 10)]
        # Another programme on the same work asks the same people for the same line.
        program = running.program
        again = create_program(
            name="Again",
            workflow=program.workflow.name,
            starts_on=program.starts_on,
            weeks=10,
            comparison="A film",
            by=None,
            at=AT,
        )
        assign(program=again, arm=Arm.PODS, cluster="A pod", people=running.members, by=None, at=AT)
        Program.objects.filter(pk=again.pk).update(baseline_opened_at=AT)
        assert queries.estimate(queries.recent_reviews(), 2).rows == found.rows


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "theme"), [(PHONE, "dark"), (DESK, "light")])
def test_everybody_can_look_through_the_log(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    enter: Enter,
    running: Running,
    width: int,
    theme: str,
) -> None:
    with (
        time_machine.travel(AT, tick=True),
        reader(browser, live_server, client_as, meridian.owner, width, theme) as (_, shown, complaints),
    ):
        with enter(meridian):
            say(running, running.members[0], 5)
            say(running, running.members[1], 2)
            bring_idle(running.members[0])
        address = f"{PAGE}?week={COVERED_WEEK}"
        assert [*faults(shown, address, width), *faults(shown, WAITING, width)] == []
        shown.goto(address)
        shown.get_by_role("button", name="I have looked through it").click()
        shown.get_by_role("alert").wait_for()
        shown.get_by_label("Minutes it took").fill("12")
        shown.get_by_label("Minutes it took").press("Enter")
        shown.get_by_text("The week is marked as looked through").wait_for()
        assert faults(shown, address, width) == []
        shown.get_by_role("link", name="Only discrepancies").click()
        shown.wait_for_url("**only=discrepant")
        assert shown.locator("#log-lines tbody tr").count() == 1
        assert complaints == []
