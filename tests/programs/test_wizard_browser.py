"""A programme is designed with the keyboard alone, and the summary at the side follows what is typed."""

from __future__ import annotations

import re

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from adoption.programs.models import Design, Program
from adoption.programs.rules.design import Finding
from tests.factories import AT, World
from tests.house.test_look_browser import PHONE, faults, reader
from tests.worlds import ClientAs, Enter


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the button of that name has the focus."""
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"Tab never comes to {name}")


def test_a_programme_is_designed_with_the_keyboard_and_the_summary_follows(
    browser: Browser, live_server: LiveServer, client_as: ClientAs, meridian: World, enter: Enter
) -> None:
    with (
        time_machine.travel(AT, tick=True),
        reader(browser, live_server, client_as, meridian.lead, PHONE, "light") as (_, page, complaints),
    ):
        assert faults(page, "/o/meridian/p/new/", PHONE) == []
        page.get_by_label("Name", exact=True).focus()
        for words in ("Client reports", "Client report drafting", "Two days sooner", "One figure"):
            page.keyboard.type(words)
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        tab_to(page, "Save and go on")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/change/template/"))
        page.wait_for_load_state("load")
        page.get_by_role("radio", name=re.compile("Peer champions")).focus()
        # Two on: the function cohort, of which the summary speaks at once.
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.locator("#wizard-summary")).to_contain_text("Function cohort, 13 weeks")
        tab_to(page, "Save and go on")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/change/dates/"))
        page.wait_for_load_state("load")
        page.get_by_label("Pods planned").fill("2")
        page.keyboard.press("Tab")
        expect(page.locator("#wizard-summary")).to_contain_text("no difference could be told")
        assert faults(page, page.url.removeprefix(live_server.url), PHONE) == []
        # Back brings the step before as it was saved, and nothing is made twice.
        page.go_back()
        expect(page.get_by_role("radio", name=re.compile("Function cohort"))).to_be_checked()
        tab_to(page, "Save and leave")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("still a draft")
        assert complaints == []
    with enter(meridian):
        assert Program.objects.get().weeks == 13
        assert Design.objects.get().finding == Finding.AI
