"""A browser that complains, a mail server, and the heartbeat."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from celery import current_app
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from adoption.tenancy import tasks
from tests.factories import Somebody, World, make_harbour, make_meridian
from tests.outbox import speech
from tests.worlds import ClientAs

SHOTS = Path(__file__).resolve().parent.parent.parent / "test-results" / "journeys"
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PHONE, DESK = 390, 1280


@dataclass
class Reader:
    """Somebody's browser window. `see` looks at the page one has come to: it must be sound, and is kept as a picture."""

    page: Page
    story: str
    complaints: list[str] = field(default_factory=list)
    scripts: bool = True

    def open(self, address: str) -> None:
        self.page.goto(address)

    def see(self, heading: str | re.Pattern[str], *, shot: str = "") -> None:
        """The page has exactly this heading, nothing wrong that a machine can find, and fits the window."""
        page = self.page
        page.get_by_role("heading", level=1, name=heading).wait_for()
        page.wait_for_load_state("load")
        assert page.locator("h1").count() == 1
        assert page.title().strip()
        if self.scripts:
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide), f"{page.url} is wider than the window"
            found = Axe().run(page, options=RULES).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == [], page.url
        if shot:
            SHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SHOTS / f"{self.story}-{shot}.png", full_page=True)

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press a button of the page itself."""
        self.page.locator("main").get_by_role("button", name=name).click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow a link of the page itself."""
        self.page.locator("main").get_by_role("link", name=name).first.click()


Visit = Callable[..., Reader]


@pytest.fixture
def meridian(transactional_db: None) -> World:
    """Meridian as it is today: a browser's clock cannot be moved."""
    return make_meridian(timezone.now())


@pytest.fixture
def harbour(transactional_db: None) -> World:
    """The other company, today."""
    return make_harbour(timezone.now())


@pytest.fixture
def visit(
    browser: Browser, live_server: LiveServer, client_as: ClientAs, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """`visit(somebody, width=390, dark=True, scripts=False)` opens a browser; nobody's with None.

    Whatever a console or the content security policy complains about fails the test at its end.
    """
    with ExitStack() as stack:
        readers: list[Reader] = []

        def arrive(somebody: Somebody | None, *, width: int = DESK, dark: bool = False, scripts: bool = True) -> Reader:
            context = browser.new_context(
                base_url=live_server.url,
                viewport={"width": width, "height": 800},
                color_scheme="dark" if dark else "light",
                java_script_enabled=scripts,
                reduced_motion="reduce",
            )
            stack.callback(context.close)
            if somebody is not None:
                cookie = client_as(somebody).cookies["sessionid"]
                context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
            story = re.sub(r"\W+", "-", request.node.name).strip("-")
            reader = Reader(context.new_page(), story, scripts=scripts)
            reader.page.on("pageerror", lambda error: reader.complaints.append(str(error)))
            reader.page.on("console", lambda said: _note(reader, said))
            readers.append(reader)
            return reader

        yield arrive
        assert [complaint for reader in readers for complaint in reader.complaints] == []


def _note(reader: Reader, said: Any) -> None:
    # A refused form answers 422, and an answer of 4xx is an "error" of the console. What a page still asks for when it is left
    # gets no answer, which htmx says so; an answer that is an error it says otherwise.
    usual = ("Failed to load resource", "htmx:afterRequest", "htmx:sendError")
    if said.type in ("error", "warning") and not any(one in said.text for one in usual):
        reader.complaints.append(said.text)


class Post:
    """What a real mail server was given."""

    def __init__(self, server: speech.MailServer) -> None:
        self.server = server

    def to(self, address: str) -> EmailMessage:
        """The last mail to an address."""
        found = [mail for mail in self.server.mails if address in str(mail["To"])]
        assert found, f"no mail to {address}, only to {[str(mail['To']) for mail in self.server.mails]}"
        return found[-1]

    def text(self, address: str) -> str:
        """Its plain text."""
        body = self.to(address).get_body(preferencelist=("plain",))
        assert body is not None
        return str(body.get_content())

    def all_to(self, address: str) -> list[EmailMessage]:
        """Every mail to an address, oldest first."""
        return [mail for mail in self.server.mails if address in str(mail["To"])]

    def link(self, address: str, path: str) -> str:
        """The link of the newest mail to an address that has one which starts with this path."""
        for mail in reversed(self.all_to(address)):
            body = mail.get_body(preferencelist=("plain",))
            assert body is not None
            if found := re.findall(rf"https?://[^/\s]+({re.escape(path)}\S+)", body.get_content()):
                return str(found[-1])
        raise AssertionError(f"no mail to {address} has a link to {path}")


@pytest.fixture
def post(settings: Any, live_server: LiveServer) -> Iterator[Post]:
    """A real SMTP server; mails carry addresses of the live server."""
    server, controller = speech.serve()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.BASE_URL = live_server.url
    yield Post(server)
    controller.stop()


@pytest.fixture
def beat() -> Callable[[], int]:
    """One heartbeat: everything that is due is carried out before it returns. Pages go on ringing the real broker."""

    def once() -> int:
        current_app.loader.import_default_modules()
        current_app.conf.task_always_eager = True
        try:
            return tasks.heartbeat()
        finally:
            current_app.conf.task_always_eager = False

    return once


@pytest.fixture
def letters(settings: Any) -> Iterator[Post]:
    """A real SMTP server for stories that Django's own client walks through."""
    server, controller = speech.serve()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.BASE_URL = "http://testserver"
    yield Post(server)
    controller.stop()
