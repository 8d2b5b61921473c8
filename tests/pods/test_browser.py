"""A session is logged with a thumb: the form follows what kind it is."""

from __future__ import annotations

import re
from datetime import time, timedelta
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from champions.models import Win
from pods.actions import plan_meeting, remind_champion
from pods.actions.questions import ask
from pods.models import FollowUp, Question, Session
from pods.rules import SessionKind, Used
from tests.factories import AT, World
from tests.house.test_look_browser import DESK, PHONE, faults, reader
from tests.practice import Practice, practise
from tests.worlds import ClientAs, Clock, Enter


@pytest.fixture
def practice(meridian: World, ticking_clock: Clock) -> Practice:
    return practise(meridian)


def faults_here(page: Page, width: int) -> list[str]:
    """What is wrong with the page that stands, as it was answered."""
    page.wait_for_load_state("load")
    found = [str(one["id"]) for one in Axe().run(page).response["violations"]]
    return [
        *found,
        *(["wider than the window"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []),
    ]


def ticked(page: Page) -> int:
    return page.locator("[name=people]:checked").count()


def test_a_one_to_one_asks_for_the_one_and_takes_longer(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    practice: Practice,
    enter: Enter,
) -> None:
    address = f"/o/meridian/pods/{practice.pod.public_id}/log/"
    with reader(browser, live_server, client_as, meridian.champion, PHONE, "light") as (_, page, complaints):
        assert faults(page, address, PHONE) == []
        doing = page.get_by_label("Minutes doing")
        assert ticked(page) == 3
        page.get_by_text("One to one", exact=True).click()
        assert (ticked(page), doing.input_value()) == (0, "40")
        page.get_by_text(practice.members[1].name).click()
        page.get_by_text(practice.members[2].name).click()
        assert ticked(page) == 1
        page.get_by_text("Reflection", exact=True).click()
        assert (ticked(page), doing.input_value()) == (3, "12")
        doing.fill("25")
        page.get_by_text("One to one", exact=True).click()
        assert doing.input_value() == "25"
        page.get_by_label("It did not come to that this time").check()
        page.get_by_text(practice.members[2].name).click()
        page.get_by_role("button", name="Save session").click()
        expect(page.get_by_text("Their day 7 is promised")).to_be_visible()
        assert complaints == []
    with enter(meridian):
        session = Session.objects.latest("pk")
        assert (session.kind, session.doing_minutes, session.explaining_minutes) == ("one_to_one", 25, 10)
        assert FollowUp.objects.filter(session=session).get().person == practice.members[2]


@pytest.mark.parametrize(("width", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_minutes_are_slid_or_typed_the_ratio_is_said_and_a_win_goes_along(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    practice: Practice,
    enter: Enter,
    width: int,
    theme: str,
) -> None:
    address = f"/o/meridian/pods/{practice.pod.public_id}/log/"
    with reader(browser, live_server, client_as, meridian.champion, width, theme) as (_, page, complaints):
        assert faults(page, address, width) == []
        doing, slider = page.get_by_label("Minutes doing"), page.get_by_label("Doing, in minutes")
        said = page.locator("output")
        expect(said).to_have_text("4 : 1 doing to explaining. The aim is 3 : 1 or more.")
        assert (doing.input_value(), slider.input_value()) == ("12", "12")
        slider.focus()
        page.keyboard.press("ArrowLeft")
        assert (doing.input_value(), slider.input_value()) == ("11", "11")
        page.get_by_label("Minutes explaining").fill("4")
        expect(said).to_have_text("2.7 : 1 doing to explaining, below the aim of 3 : 1.")
        assert page.get_by_label("Explaining, in minutes").input_value() == "4"
        page.get_by_label("Minutes explaining").fill("0")
        expect(said).to_have_text("All of it doing, nothing explained.")
        page.get_by_text("Showcase", exact=True).click()
        # What somebody said stays, and what is longer than the slider is typed.
        assert (doing.input_value(), slider.input_value()) == ("11", "11")
        doing.fill("300")
        assert slider.input_value() == "180"
        page.get_by_text("Tell the others of a win").click()
        page.get_by_label("I used AI to").fill("draft the risk section")
        page.get_by_role("button", name="Save session").click()
        assert faults_here(page, width) == []
        expect(page.get_by_label("I used AI to")).to_have_value("draft the risk section")
        assert (doing.input_value(), slider.input_value()) == ("300", "180")
        page.get_by_label("It took (minutes)").fill("40")
        page.get_by_label("Instead of (minutes)").fill("180")
        page.get_by_label("Here is the output").fill("Two pages")
        page.get_by_role("button", name="Save session").click()
        expect(page.get_by_text("Your win is shared with everybody here.")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Taken back. Nobody else reads it any more.")).to_be_visible()
        assert complaints == []
    with enter(meridian):
        session = Session.objects.latest("pk")
        assert (session.kind, session.doing_minutes, session.explaining_minutes) == ("showcase", 300, 0)
        assert Win.objects.get().asked_for


def test_without_a_script_a_session_is_logged_by_a_plain_form(
    browser: Browser, live_server: LiveServer, client_as: ClientAs, meridian: World, practice: Practice, enter: Enter
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    cookie = client_as(meridian.champion).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"/o/meridian/pods/{practice.pod.public_id}/log/")
    expect(page.get_by_label("Doing, in minutes")).to_be_hidden()
    page.get_by_label("Minutes doing").fill("20")
    page.get_by_role("button", name="Save session").click()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    context.close()
    with enter(meridian):
        session = Session.objects.latest("pk")
        assert (session.doing_minutes, session.explaining_minutes) == (20, 3)


def test_a_champions_monday_is_a_glance_a_session_a_day_7_and_a_question_in_seven_taps(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    practice: Practice,
    enter: Enter,
) -> None:
    address = f"/o/meridian/pods/{practice.pod.public_id}/"
    with enter(meridian):
        (meeting,) = plan_meeting(
            pod=practice.pod,
            kind=SessionKind.REFLECTION,
            day=AT.date(),
            hour=time(8),
            minutes=15,
            people=practice.members,
            place="",
            topics="One example each",
            weekly=False,
            form_key=uuid4(),
            by=None,
            at=AT - timedelta(days=2),
        )
        asked = ask(pod=practice.pod, words="How do I begin?", form_key=uuid4(), by=practice.members[1], at=AT)
        remind_champion(follow_up=practice.follow_up, at=AT)
    with reader(browser, live_server, client_as, meridian.champion, PHONE, "light") as (_, page, complaints):
        question = f"/o/meridian/questions/{asked.public_id}/"
        for one in (f"{address}plan/", f"{address}planned/{meeting.public_id}/", question, address):
            assert faults(page, one, PHONE) == []
        expect(page.get_by_role("heading", level=1)).to_contain_text("One day-7 follow-up is due.")
        expect(page.get_by_role("heading", level=1)).to_contain_text("One question waits for you.")
        page.get_by_role("link", name="Log it").click()
        expect(page.get_by_text("As planned for Wednesday 8 July")).to_be_visible()
        expect(page.get_by_label("What did you finish together?")).to_be_hidden()
        page.get_by_role("button", name="Save session").click()
        expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
        page.get_by_role("link", name=re.compile(f"Start the follow-up.*{practice.follow_up.person.name}")).click()
        page.get_by_text("Yes", exact=True).first.click()
        page.get_by_role("button", name="Write it down").click()
        expect(page.get_by_text("nothing more to do")).to_be_visible()
        page.get_by_role("link", name="Read and answer").click()
        page.locator("[name=answer]").fill("With your own last one beside it.")
        page.get_by_role("button", name="Answer", exact=True).click()
        expect(page.get_by_text("Answered. Thank you.")).to_be_visible()
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Nothing is due")
        assert complaints == []
    with enter(meridian):
        session = Session.objects.latest("pk")
        assert (session.meeting, session.attendances.count(), session.doing_minutes) == (meeting, 3, 12)
        assert FollowUp.objects.get().used == Used.YES
        assert Question.objects.get().answer == "With your own last one beside it."
