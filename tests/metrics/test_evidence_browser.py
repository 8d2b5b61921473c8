"""The evidence page in a real browser: accessible, inside the policy, readable at both widths, with everything opened."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from adoption.programs.rules import Checkpoint
from tests.factories import AT, World
from tests.house.test_look_browser import DESK, PHONE, faults, reader
from tests.metrics.trials import POD_ADOPTERS, TEAM_ADOPTERS, launched
from tests.worlds import ClientAs, Enter

PAGE = "/o/meridian/p/client-reports/evidence/"
EMPTY = "/o/meridian/p/proposals/evidence/"


@pytest.mark.parametrize(("width", "theme"), [(PHONE, "dark"), (DESK, "light")])
def test_the_page_can_be_used_by_everybody(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    enter: Enter,
    width: int,
    theme: str,
) -> None:
    with time_machine.travel(AT, tick=True):
        with enter(meridian):
            made = launched(meridian, departments=2)
            made.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
            made.look(Checkpoint.SE, POD_ADOPTERS, TEAM_ADOPTERS)
            made.look(Checkpoint.S90, POD_ADOPTERS, TEAM_ADOPTERS)
            launched(meridian, pods=(3,), teams=(3,), name="Proposals")
        with reader(browser, live_server, client_as, meridian.lead, width, theme) as (_, page, complaints):
            assert [fault for address in (PAGE, EMPTY) for fault in faults(page, address, width)] == []
            page.goto(PAGE)
            # Two drawings of the curve, of which one is seen.
            assert page.locator("svg.mm-wide").is_visible() == (width == DESK)
            assert page.locator("svg.mm-narrow").is_visible() == (width == PHONE)
            for summary in page.locator("main summary").all():
                summary.click()
            assert page.get_by_role("region", name="Table of the weekly figures").is_visible()
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert complaints == []
