"""People dragged between pods, with a mouse, by the keyboard and with a finger; and what is said where it is not kept."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from champions.actions import name_champion
from pods.actions import form_pod
from pods.actions.seating import reseat
from pods.models import Pod, Seat
from tests.factories import AT, PersonFactory, World
from tests.house.test_look_browser import DESK, PHONE, faults, reader
from tests.journeys.keyboard import Keyboard
from tests.practice import Practice, practise
from tests.worlds import ClientAs, Clock, Enter


@pytest.fixture
def practice(meridian: World, ticking_clock: Clock) -> Practice:
    return practise(meridian)


@pytest.fixture
def weser(meridian: World, practice: Practice, enter: Enter) -> Pod:
    """A second pod, of ten: with one more it is many for its champion. One of the first pod reports to its champion."""
    with enter(meridian):
        leader = PersonFactory.create(name="Ines Weber")
        champion = name_champion(program=practice.program, person=leader, by=None, at=AT)
        members = [PersonFactory.create(name=f"Colleague {letter}", job_role="Analyst") for letter in "ABCDEFGHIJ"]
        who = practice.members[1]
        who.manager = leader
        who.save(update_fields=["manager"])
        return form_pod(program=practice.program, champion=champion, name="Weser", members=members, by=None, at=AT)


def card(page: Page, person: object) -> Locator:
    return page.locator(f"[data-person='{person.public_id}']")  # type: ignore[attr-defined]


def pod_of(page: Page, pod: Pod) -> Locator:
    return page.locator(f"[data-pod='{pod.public_id}']")


def drag(page: Page, what: Locator, to: Locator) -> None:
    """With the button held, as a hand does: in steps."""
    what.scroll_into_view_if_needed()
    start = what.bounding_box()
    assert start
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + start["width"] / 2 + 20, start["y"] + start["height"] / 2, steps=4)
    for _ in range(20):
        # Near an edge the page goes along, as it does under a hand.
        end = to.bounding_box()
        assert end
        page.mouse.move(end["x"] + end["width"] / 2, end["y"] + min(60, end["height"] / 2), steps=4)
        if "mm-over" in (to.get_attribute("class") or ""):
            break
    expect(to).to_have_class(re.compile("mm-over"))
    page.mouse.up()


@pytest.mark.parametrize(("width", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_somebody_is_dragged_into_another_pod_and_taken_back(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    practice: Practice,
    weser: Pod,
    enter: Enter,
    width: int,
    theme: str,
) -> None:
    who = practice.members[1]
    address = reverse("pods-seats", args=["meridian", practice.program.slug])
    with reader(browser, live_server, client_as, meridian.lead, width, theme) as (_, page, complaints):
        assert faults(page, address, width) == []
        page.locator(f"[value='{practice.members[2].public_id}']").check()
        before = page.evaluate("document.documentElement.dataset.same = '1'")
        drag(page, card(page, who).locator(".mm-grip" if width == PHONE else "label"), pod_of(page, weser))
        said = page.locator("#seats-said")
        expect(said).to_contain_text(f"{who.name} moved to Weser.")
        expect(said).to_contain_text("many for one champion")
        expect(said).to_contain_text("1 reporting line in it")
        expect(pod_of(page, weser).locator("[data-person]")).to_have_count(11)
        expect(pod_of(page, weser)).to_contain_text("1 reporting line in it")
        # The page stayed, and so did what was ticked; the end of the drag ticked nobody.
        assert page.evaluate("document.documentElement.dataset.same") == before
        assert page.locator("[name=member]:checked").count() == 1
        assert [one["id"] for one in Axe().run(page).response["violations"]] == []
        with enter(meridian):
            assert Seat.objects.current().get(person=who).pod == weser
        said.get_by_role("button", name="Take back").click()
        expect(said).to_contain_text("Everybody sits where they did.")
        expect(pod_of(page, practice.pod).locator("[data-person]")).to_have_count(3)
        # Over the button nobody is in a pod any more.
        drag_out = page.locator("button[data-pod]")
        drag(page, card(page, who).locator(".mm-grip"), drag_out)
        expect(said).to_contain_text(f"{who.name} is in no pod now.")
        assert complaints == []
    with enter(meridian):
        assert not Seat.objects.filter(person=who).exists()


def test_the_keyboard_carries_somebody_to_another_pod_and_says_where_they_are(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    practice: Practice,
    weser: Pod,
    enter: Enter,
) -> None:
    who = practice.members[1]
    address = reverse("pods-seats", args=["meridian", practice.program.slug])
    with reader(browser, live_server, client_as, meridian.lead, DESK, "light") as (_, page, complaints):
        page.goto(address)
        grip, heard = card(page, who).locator(".mm-grip"), page.locator("#seats-heard")
        keyboard = Keyboard(page)
        while not grip.evaluate("one => one === document.activeElement"):
            keyboard.to(re.compile("^Take .* to another pod$"))
        page.keyboard.press("Space")
        expect(grip).to_have_attribute("aria-pressed", "true")
        expect(heard).to_contain_text(f"{who.name} is taken up from {practice.pod.name}.")
        page.keyboard.press("ArrowRight")
        expect(heard).to_have_text("Weser, 2 of 3")
        page.keyboard.press("Escape")
        expect(heard).to_have_text(f"{who.name} stays in {practice.pod.name}.")
        expect(grip).to_have_attribute("aria-pressed", "false")
        for key in ("Enter", "ArrowRight", "Enter"):
            page.keyboard.press(key)
        expect(page.locator("#seats-said")).to_contain_text(f"{who.name} moved to Weser.")
        # The hands stay where they were: on the person, in the other pod.
        expect(pod_of(page, weser).locator(f"[data-person='{who.public_id}'] .mm-grip")).to_be_focused()
        keyboard.press("Take back")
        expect(pod_of(page, practice.pod).locator("[data-person]")).to_have_count(3)
        assert complaints == []
    with enter(meridian):
        assert Seat.objects.current().get(person=who).pod == practice.pod


def test_what_was_not_kept_stands_where_it_stood_and_it_is_said(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    practice: Practice,
    weser: Pod,
    enter: Enter,
) -> None:
    who, other = practice.members[1], practice.members[2]
    address = reverse("pods-seats", args=["meridian", practice.program.slug])
    with reader(browser, live_server, client_as, meridian.lead, DESK, "light") as (context, page, _):
        page.goto(address)
        said = page.locator("#seats-said")
        context.set_offline(True)
        drag(page, card(page, who).locator("label"), pod_of(page, weser))
        expect(said).to_contain_text("You are offline, so this was not kept")
        expect(pod_of(page, practice.pod).locator("[data-person]")).to_have_count(3)
        context.set_offline(False)
        # Another lead moves somebody meanwhile: what they did stands, and this page learns of it.
        with enter(meridian):
            reseat(pod=weser, people=[other], by=None, at=AT)
        drag(page, card(page, other).locator("label"), page.locator("button[data-pod]"))
        expect(said).to_contain_text("Somebody else has moved them meanwhile")
        expect(pod_of(page, weser).locator("[data-person]")).to_have_count(11)
        # Where there are no rights any more nothing moves either.
        context.clear_cookies()
        drag(page, card(page, who).locator("label"), pod_of(page, weser))
        expect(said).to_contain_text("That did not work, and nobody was moved.")
        expect(pod_of(page, practice.pod).locator("[data-person]")).to_have_count(2)
    with enter(meridian):
        assert Seat.objects.current().get(person=who).pod == practice.pod
        assert Seat.objects.current().get(person=other).pod == weser


def test_a_finger_taps_the_grip_and_then_the_pod(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    practice: Practice,
    weser: Pod,
    enter: Enter,
) -> None:
    who = practice.members[1]
    address = reverse("pods-seats", args=["meridian", practice.program.slug])
    with reader(browser, live_server, client_as, meridian.lead, PHONE, "light") as (_, page, complaints):
        page.goto(address)
        card(page, who).locator(".mm-grip").click()
        pod_of(page, weser).get_by_text("Colleague A").click()
        expect(page.locator("#seats-said")).to_contain_text(f"{who.name} moved to Weser.")
        assert page.locator("[name=member]:checked").count() == 0
        assert complaints == []
    with enter(meridian):
        assert Seat.objects.current().get(person=who).pod == weser


def test_a_finger_drags_by_the_grip_and_scrolls_elsewhere(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    practice: Practice,
    weser: Pod,
    enter: Enter,
) -> None:
    who, other = practice.members[1], practice.members[2]
    address = reverse("pods-seats", args=["meridian", practice.program.slug])
    with reader(browser, live_server, client_as, meridian.lead, PHONE, "light") as (context, page, complaints):
        page.goto(address)
        fingers = context.new_cdp_session(page)

        def draw(what: Locator, down: int) -> None:
            box = what.bounding_box()
            assert box
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            for kind, way in [("touchStart", 0), *(("touchMove", down * step // 10) for step in range(1, 11))]:
                fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y + way}]})
            fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

        draw(card(page, other).locator("label"), -100)
        expect(pod_of(page, practice.pod).locator("[data-person]")).to_have_count(3)
        page.evaluate("scrollTo(0, 0)")
        start, end = card(page, who).bounding_box(), pod_of(page, weser).bounding_box()
        assert start
        assert end
        draw(card(page, who).locator(".mm-grip"), int(end["y"] + 40 - start["y"]))
        expect(page.locator("#seats-said")).to_contain_text(f"{who.name} moved to Weser.")
        assert complaints == []
    with enter(meridian):
        assert Seat.objects.current().get(person=who).pod == weser
        assert Seat.objects.current().get(person=other).pod == practice.pod
