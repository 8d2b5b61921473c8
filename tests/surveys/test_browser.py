"""The survey in a real browser: a question a view on a phone, one page on a desk, for everybody, with and without script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect
from pytest_django.live_server_helper import LiveServer

from surveys import actions
from surveys.models import Ask
from surveys.queries import given_answers
from surveys.rules import ItemKind, WaveKind
from tests.factories import AT, MembershipFactory, Somebody, World
from tests.house.test_look_browser import DESK, PHONE, faults, reader
from tests.running import Running, draft
from tests.worlds import ClientAs, Clock, Enter

OPENED = AT - timedelta(days=5)


@pytest.fixture
def running(ticking_clock: Clock, meridian: World, enter: Enter) -> Running:
    with enter(meridian):
        made = draft(meridian, members=8, compared=8)
        for kind, words, options in (
            (ItemKind.CHOICE, "Where do you work?", ("Desk", "Train")),
            (ItemKind.TEXT, "ما الذي ساعدك؟", ()),
        ):
            actions.add_question(
                program=made.program,
                wave=WaveKind.BASELINE,
                kind=kind,
                words=words,
                options=options,
                language="ar" if kind is ItemKind.TEXT else "en-gb",
                by=None,
                at=OPENED,
            )
        actions.open_wave(program=made.program, kind=WaveKind.BASELINE, at=OPENED)
        return made


@pytest.fixture
def member(running: Running, meridian: World, enter: Enter) -> Somebody:
    with enter(meridian):
        membership = MembershipFactory.create(person=running.members[0], organization=meridian.organization)
        return Somebody(membership.identity, membership.person, membership, frozenset())


def address(world: World, member: Somebody, enter: Enter) -> str:
    with enter(world):
        return f"/o/meridian/surveys/{Ask.objects.get(person=member.person).public_id}/"


def said(world: World, member: Somebody, enter: Enter) -> dict[str, str]:
    with enter(world):
        return given_answers(Ask.objects.get(person=member.person))


@pytest.mark.parametrize(("width", "theme"), [(PHONE, "dark"), (DESK, "light")])
def test_every_page_of_a_survey_can_be_used_by_everybody(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    running: Running,
    member: Somebody,
    enter: Enter,
    width: int,
    theme: str,
) -> None:
    page_of = address(meridian, member, enter)
    with reader(browser, live_server, client_as, member, width, theme) as (_, page, complaints):
        steps = [page_of, f"{page_of}?at=minutes", f"{page_of}?at=sure_drafting", f"{page_of}anonymous/"]
        assert [fault for step in steps for fault in faults(page, step, width)] == []
        page.goto(page_of)
        page.locator("summary").click()
        assert complaints == []
        with enter(meridian):
            actions.answer(ask=Ask.objects.get(person=member.person), given={"minutes": 45}, at=AT)
        assert faults(page, f"{page_of}?done", width) == []
        assert faults(page, "/o/meridian/waiting/surveys/", width) == []
    lead = [
        f"/o/meridian/p/client-reports/surveys/{part}"
        for part in (
            "",
            "baseline/",
            "post/",
            "post/questions/",
            "post/preview/",
            "baseline/preview/",
            "baseline/close/",
        )
    ]
    with reader(browser, live_server, client_as, meridian.lead, width, theme) as (_, page, complaints):
        assert [fault for one in lead for fault in faults(page, one, width)] == []
        assert complaints == []


def test_on_a_phone_without_script_one_steps_through_stops_and_goes_on(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    member: Somebody,
    enter: Enter,
) -> None:
    page_of = address(meridian, member, enter)
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": PHONE, "height": 800}, java_script_enabled=False
    )
    cookie = client_as(member).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(page_of)
    assert seen(page) == ["How do you do this task today?"]
    page.get_by_text("With a template").click()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Question 2 of 10")).to_be_visible()
    page.get_by_label("How many minutes").fill("45")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text(re.compile("Question 3 of"))).to_be_visible()
    page.go_back()
    expect(page.get_by_text(re.compile("Question 2 of"))).to_be_visible()
    assert seen(page) == ["How many minutes did it take the last time, start to finish, checking included?"]
    assert page.get_by_label("How many minutes").input_value() == "45"
    # Left, and come back to.
    page.goto("/o/meridian/")
    page.goto(page_of)
    assert seen(page) == ["How many times did you do it in the last two weeks?"]
    for number in range(3, 11):
        expect(page.get_by_text(f"Question {number} of 11")).to_be_visible()
        page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Question 11 of 11")).to_be_visible()
    assert seen(page) == ["ما الذي ساعدك؟"]
    page.locator("textarea:visible").fill("القالب 👍")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Your answers are in"))
    answers = said(meridian, member, enter)
    assert (answers["how"], answers["minutes"]) == ("template", "45")
    assert "القالب 👍" in answers.values()
    context.close()


def test_on_a_desk_all_questions_stand_on_one_page_and_keep_themselves(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    member: Somebody,
    enter: Enter,
) -> None:
    page_of = address(meridian, member, enter)
    with reader(browser, live_server, client_as, member, DESK, "light") as (_, page, complaints):
        page.goto(page_of)
        assert len(seen(page)) == 10
        # With the keyboard alone.
        page.get_by_label("By hand").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("45")
        page.keyboard.press("Tab")
        expect(page.get_by_text("Kept at")).to_be_visible()
        expect(page.get_by_text("Were these minutes timed or estimated?")).to_be_visible()
        page.get_by_text("I do not do this task").click()
        expect(page.get_by_label("How many minutes")).not_to_be_visible()
        page.get_by_text("By hand").click()
        page.get_by_label("How many times").fill("2")
        page.get_by_label("In how many of those").fill("3")
        page.get_by_role("button", name="Send my answers").click()
        expect(page.get_by_role("alert")).to_contain_text("One thing to mend. Nothing was lost.")
        page.get_by_label("In how many of those").fill("1")
        page.get_by_role("button", name="Send my answers").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Your answers are in"))
        assert complaints == []
    answers = said(meridian, member, enter)
    assert (answers["how"], answers["minutes"], answers["with_ai"]) == ("by_hand", "45", "1")


@pytest.mark.parametrize("connection", ["slow", "lost"])
def test_what_is_still_on_its_way_never_stands_over_what_was_said_after_it(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    member: Somebody,
    enter: Enter,
    connection: str,
) -> None:
    """A second thought and a third, the second still on its way when all is sent; its receipt comes then, or never."""
    held: list[Route] = []
    with reader(browser, live_server, client_as, member, DESK, "light") as (_, page, complaints):

        def keeps_not_mine(request: Request) -> bool:
            return {"keep=1", "how=not_mine"} <= {*(request.post_data or "").split("&")}

        def hold(route: Route) -> None:
            return held.append(route) if keeps_not_mine(route.request) else route.fallback()

        page.goto(address(meridian, member, enter))
        # For as long as this test wants, whatever the machine's speed.
        page.locator("form[data-keeps]").evaluate("form => form.setAttribute('hx-request', '{}')")
        page.route("**/surveys/**", hold)
        page.get_by_text("By hand").click()
        expect(page.get_by_text("Kept at")).to_be_visible()
        with page.expect_request(keeps_not_mine):
            page.get_by_text("I do not do this task").click()
        expect(page.locator("form.htmx-request")).to_be_visible()
        page.get_by_text("By hand").click()
        page.get_by_label("How many times").fill("2")
        page.get_by_label("In how many of those").fill("3")
        page.get_by_role("button", name="Send my answers").click()
        assert said(meridian, member, enter) == {"how": "by_hand"}
        [route] = held
        receipt = route.fetch()
        assert said(meridian, member, enter) == {"how": "not_mine"}
        assert page.get_by_role("alert").count() == 0
        if connection == "slow":
            route.fulfill(response=receipt)
        else:
            route.abort()
        expect(page.get_by_role("alert")).to_contain_text("One thing to mend. Nothing was lost.")
        page.get_by_label("In how many of those").fill("1")
        page.get_by_role("button", name="Send my answers").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Your answers are in"))
        assert complaints == []
    answers = said(meridian, member, enter)
    assert (answers["how"], answers["times"], answers["with_ai"]) == ("by_hand", "2", "1")


@pytest.mark.parametrize("connection", ["none", "too slow"])
def test_an_answer_that_does_not_arrive_is_said_so_and_kept_with_the_next(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    member: Somebody,
    enter: Enter,
    connection: str,
) -> None:
    with reader(browser, live_server, client_as, member, DESK, "dark") as (context, page, complaints):
        page.goto(address(meridian, member, enter))
        form = page.locator("form[data-keeps]")
        if connection == "none":
            context.set_offline(True)
        else:
            page.route("**/surveys/**", lambda _never: None)
            form.evaluate("form => form.setAttribute('hx-request', '{\"timeout\": 1}')")
        page.get_by_text("By hand").click()
        lost = page.get_by_text("There is no connection just now.")
        expect(lost).to_be_visible()
        assert said(meridian, member, enter) == {}
        if connection == "none":
            context.set_offline(False)
        else:
            page.unroute_all(behavior="ignoreErrors")
            form.evaluate("form => form.setAttribute('hx-request', '{}')")
        page.get_by_label("How many times").fill("2")
        page.keyboard.press("Tab")
        expect(page.get_by_text("Kept at")).to_be_visible()
        expect(lost).not_to_be_visible()
        assert said(meridian, member, enter) == {"how": "by_hand", "times": "2"}
        assert complaints == []


def seen(page: Page) -> list[str]:
    """The questions one sees."""
    return page.locator(".mm-question:visible :is(legend, .form-label)").all_inner_texts()
