"""The look in a real browser: accessible, inside the policy, nothing too wide to read or too small to tap."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.everything import fill
from tests.factories import Somebody, World, make_meridian
from tests.house.addresses import addresses
from tests.house.test_pages import MOST_BYTES
from tests.worlds import ClientAs

PHONE, DESK = 390, 1280
EVERYBODYS = ["account_email", "account_set_password", "mfa_index", "account_logout"]
# Everything one can tap, except links in running text, lower than 44 px on a phone.
TOO_SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary, textarea")].filter((one) => {
  const box = one.getBoundingClientRect();
  if (!box.width || one.type === "hidden" || one.closest(".mm-skip, .visually-hidden")) return false;
  if (one.tagName === "A" && getComputedStyle(one).display === "inline") return false;
  const target = ["checkbox", "radio"].includes(one.type) ? one.closest(".form-check, .mm-choice") ?? one : one;
  return target.getBoundingClientRect().height < 43.5;
}).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def meridian(transactional_db: None) -> World:
    """The company, with a row in every table, where a server of another thread can see it."""
    return fill(make_meridian())


@contextmanager
def reader(
    browser: Browser, live_server: LiveServer, client_as: ClientAs, somebody: Somebody | None, width: int, theme: str
) -> Iterator[tuple[BrowserContext, Page, list[str]]]:
    """A browser of somebody (None: nobody), its page, and what its console complains about."""
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": 800},
        color_scheme="dark" if theme == "dark" else "light",
    )
    if somebody is not None:
        cookie = client_as(somebody).cookies["sessionid"]
        context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    try:
        yield context, page, complaints
    finally:
        context.close()


def pages_of(world: World, client: Client) -> list[str]:
    """Every page of a company that opens to this client: no downloads, no fragments, nothing for machines."""
    found = []
    for address in addresses():
        if address.belongs_to_an_organization and not address.is_for_machines:
            path = address.own(world)
            answer = client.get(path)
            if (
                answer.status_code == 200
                and answer["Content-Type"].startswith("text/html")
                and b"<main" in answer.content
            ):
                found.append(path)
    return found


def faults(page: Page, address: str, width: int) -> list[str]:
    """What is wrong with a page, in words."""
    page.goto(address)
    page.wait_for_load_state("load")
    found = [f"axe {one['id']}: {one['nodes'][0]['html'][:120]}" for one in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the window")
    if width == PHONE:
        found += [f"too small to tap: {one}" for one in page.evaluate(TOO_SMALL)]
    return [f"{address} {one}" for one in found]


# Colours are compared by number in test_look.py, in both themes; here each theme is seen once.
@pytest.mark.parametrize(("width", "theme"), [(PHONE, "dark"), (DESK, "light")])
def test_every_page_can_be_used_by_everybody(
    browser: Browser, live_server: LiveServer, client_as: ClientAs, meridian: World, width: int, theme: str
) -> None:
    inside = [reverse(name) for name in EVERYBODYS]
    outside = [
        reverse("account_login"),
        reverse("account_login") + "?by=password",
        reverse("account_request_login_code"),
        reverse("account_reset_password"),
        reverse("account_signup"),
        "/nothing-here/",
    ]
    seen: set[str] = set()
    for somebody in (meridian.admin, meridian.lead):
        own = [path for path in [*pages_of(meridian, client_as(somebody)), *inside] if path not in seen]
        seen.update(own)
        with reader(browser, live_server, client_as, somebody, width, theme) as (_, page, complaints):
            assert [fault for address in own for fault in faults(page, address, width)] == []
            assert complaints == []
    with reader(browser, live_server, client_as, None, width, theme) as (_, page, complaints):
        assert [fault for address in outside for fault in faults(page, address, width)] == []
        assert complaints == []
    with reader(browser, live_server, client_as, meridian.member, width, theme) as (_, page, complaints):
        assert faults(page, reverse("audit", args=[meridian.organization.slug]), width) == []
        assert page.locator("h1").inner_text() == "This page is not open to you"
        assert complaints == []


def test_a_refused_form_says_so_beside_the_field_and_above_it(
    browser: Browser, live_server: LiveServer, client_as: ClientAs, meridian: World
) -> None:
    with reader(browser, live_server, client_as, None, DESK, "light") as (_, page, _complaints):
        page.goto(reverse("account_login") + "?by=password")
        page.fill("#id_login", "nobody")
        page.fill("#id_password", "x")
        page.click("main form:has(#id_login) button")
        expect(page.get_by_role("alert")).to_be_focused()
        assert page.locator("#id_login").get_attribute("aria-invalid") == "true"
        assert page.locator("#id_login").get_attribute("aria-describedby") == "id_login_error"
        assert page.locator("#id_login_error").is_visible()
        assert page.locator("#id_login").input_value() == "nobody"
        page.click("[role=alert] a")
        expect(page.locator("#id_login")).to_be_focused()


def test_whoever_writes_before_the_scripts_have_come_is_not_taken_out_of_the_field(
    browser: Browser, live_server: LiveServer, client_as: ClientAs, meridian: World
) -> None:
    with reader(browser, live_server, client_as, None, DESK, "light") as (_, page, _complaints):
        page.goto(reverse("account_login") + "?by=password")
        page.fill("#id_login", "nobody")
        held: list[Route] = []
        page.route("**/app*.js", lambda route: held.append(route))  # noqa: PLW0108 - a built-in cannot be marked as handled
        page.click("main form:has(#id_login) button", no_wait_after=True)
        expect(page.get_by_role("alert")).to_be_visible()
        page.fill("#id_login", "somebody")
        with page.expect_event("load"):
            held.pop().continue_()
        page.keyboard.type(" else")
        assert page.locator("#id_login").input_value() == "somebody else"


def test_light_and_dark_are_chosen_once_and_follow_the_system_until_then(
    browser: Browser, live_server: LiveServer, client_as: ClientAs, meridian: World
) -> None:
    home = reverse("home", args=[meridian.organization.slug])
    with reader(browser, live_server, client_as, meridian.lead, DESK, "dark") as (_, page, _complaints):
        page.goto(home)
        assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
        page.click(".mm-side summary")
        page.click(".mm-side [data-theme-toggle]")
        page.goto(home)
        assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(245, 246, 244)"


def test_without_script_the_menus_open_and_dark_is_dark(
    browser: Browser, live_server: LiveServer, client_as: ClientAs, meridian: World
) -> None:
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        color_scheme="dark",
        viewport={"width": PHONE, "height": 800},
    )
    cookie = client_as(meridian.admin).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(reverse("home", args=[meridian.organization.slug]))
    more = page.locator(".mm-tabs details")
    assert not more.get_by_role("link", name="Audit trail").is_visible()
    more.locator("summary").click()
    expect(more.get_by_role("link", name="Audit trail")).to_be_visible()
    page.locator(".mm-bar summary").click()
    expect(page.locator(".mm-bar").get_by_role("button", name="Sign out")).to_be_visible()
    assert not page.locator(".mm-bar [data-theme-toggle]").is_visible()
    ground = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert ground == "rgb(13, 19, 18)"
    context.close()


def test_a_first_page_weighs_less_than_150_kb() -> None:
    """Compressed as served, with both typefaces, their extension for names, and a page as heavy as one may be."""
    compressed = [
        "murmuration.css",
        "theme.js",
        "app.js",
        "icons.svg",
        "mark.svg",
        "sky.svg",
        "django_htmx/htmx-2.min.js",
    ]
    as_they_are = [f"fonts/{name}.woff2" for name in ("inter", "inter-ext", "serif", "serif-ext")]

    def content(name: str) -> bytes:
        found = finders.find(name)
        assert isinstance(found, str), f"{name} is not built: make frontend"
        return Path(found).read_bytes()

    weight = sum(len(brotli.compress(content(name))) for name in compressed) + sum(
        len(content(name)) for name in as_they_are
    )
    assert weight + MOST_BYTES < 150_000
