"""Every page of ratings on a phone, for everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from surveys.models import Rater, Rating
from surveys.queries import Named
from tests.factories import MembershipFactory, Somebody, World
from tests.house.test_look_browser import PHONE, faults, reader
from tests.running import Running, with_baseline
from tests.surveys.judging import GOOD, give_out, launch, output
from tests.worlds import ClientAs, Clock, Enter


@pytest.fixture
def running(ticking_clock: Clock, meridian: World, enter: Enter) -> Running:
    with enter(meridian):
        made = launch(with_baseline(meridian), meridian)
        for number, person in enumerate(made.members):
            output(made, person, f"Report {number}", before=False)
        give_out(made, raters=[Named(person=meridian.owner.person), Named(name="Ada", mail="ada@client.example")])
        output(made, made.members[0], "Another", before=False)
        return made


def address(world: World, enter: Enter) -> str:
    with enter(world):
        return f"/o/meridian/ratings/{Rater.objects.get(person=world.owner.person).public_id}/"


def test_every_page_of_ratings_can_be_used_by_everybody(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    running: Running,
    enter: Enter,
) -> None:
    with enter(meridian):
        membership = MembershipFactory.create(person=running.members[0], organization=meridian.organization)
    somebody = Somebody(membership.identity, membership.person, membership, frozenset())
    root = "/o/meridian/p/client-reports/ratings/"
    for who, pages in (
        (meridian.owner, [address(meridian, enter), "/o/meridian/waiting/surveys/"]),
        (somebody, ["/o/meridian/outputs/"]),
        (meridian.lead, [root, f"{root}new/"]),
    ):
        with reader(browser, live_server, client_as, who, PHONE, "light") as (_, page, complaints):
            assert [fault for one in pages for fault in faults(page, one, PHONE)] == []
            assert complaints == []


def test_on_a_phone_without_script_four_taps_and_next_rate_an_output(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    running: Running,
    enter: Enter,
) -> None:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": PHONE, "height": 800}, java_script_enabled=False
    )
    cookie = client_as(meridian.owner).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(address(meridian, enter))
    for name, choice in GOOD.items():
        page.locator(f"label:has(input[name={name}][value='{choice}'])").click()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("2 of 2")).to_be_visible()
    with enter(meridian):
        assert Rating.objects.get().answers == GOOD
    context.close()
