"""The outbox's pages and mails in a real browser: usable on a phone and at a desk, in the dark and in the light."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from adoption.outbox.actions.invitations import tell_invitation
from adoption.outbox.actions.messages import say
from adoption.outbox.models import Envelope
from adoption.outbox.rules import Outcome, Reason
from adoption.tenancy.actions.members import invite
from adoption.tenancy.models import Identity
from adoption.tenancy.rules import Role
from tests.factories import EnvelopeFactory, MessageFactory, PersonFactory, World
from tests.house.test_look_browser import DESK, PHONE, faults, reader
from tests.outbox.conftest import CarryAt
from tests.outbox.speech import MailServer
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mails(
    meridian: World,
    enter: Enter,
    server: MailServer,
    carry_at: CarryAt,
    tmp_path: Path,
    live_server: LiveServer,
    settings: Any,
) -> Iterator[list[str]]:
    """Addresses of a demo's mailbox with an invitation and a day's nudges in it, and lists with rows."""
    settings.BASE_URL = live_server.url
    # Working hours in London and New York, whenever this runs.
    at = timezone.now().replace(hour=15, minute=0, second=0, microsecond=0)
    at += timedelta(days=(7 - at.weekday()) % 7 if at.weekday() > 4 else 0)
    with enter(meridian):
        ben = PersonFactory.create(name="Ben Okafor", mail="ben@meridian.example")
        invitation = invite(person=ben, roles=[Role.MEMBER], by=meridian.admin.person, at=timezone.now())
        tell_invitation(invitation=invitation, at=at)
        for number in range(2):
            question = {
                "title": "How many real tasks did you use AI for last week?",
                "paragraphs": ["Several prompts on one task count as one. Nothing is a fine answer."],
                "fine": "You and Mira see the number. Everyone else sees groups of ten or more.",
            }
            say(kind="test_nudge", person=meridian.member.person, subject_key=str(number), context=question, at=at)
        for outcome, reason in ((Outcome.FAILED, Reason.REFUSED), (Outcome.UNCERTAIN, Reason.INTERRUPTED)):
            envelope = EnvelopeFactory.create(person=ben, outcome=Outcome.FAILED, answer="550 5.1.1 no such mailbox")
            facts = {"envelope": envelope, "settled_at": at, "outcome": outcome, "reason": reason}
            MessageFactory.create(person=meridian.lead.person, **facts)
    carry_at(meridian, at)
    for number, mail in enumerate(server.mails):
        (tmp_path / f"{1783500000000000000 + number:020d}-0a1b2c3d.eml").write_bytes(mail.as_bytes())
    with override_settings(DEMO=True, MAIL_FOLDER=tmp_path):
        yield [f"/mailbox/{path.stem}/" for path in sorted(tmp_path.glob("*.eml"))]


def follow(page: Page, mail: str, words: str) -> None:
    """Open a kept mail and click a link in it, as somebody in a demo does."""
    page.goto(mail)
    page.frame_locator("iframe").get_by_role("link", name=words).click()
    page.wait_for_load_state("load")


@pytest.mark.parametrize(("width", "theme"), [(PHONE, "dark"), (DESK, "light")])
def test_pages_and_mails_can_be_used_by_everybody(
    mails: list[str],
    width: int,
    theme: str,
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    enter: Enter,
) -> None:
    inside = ["/o/meridian/deliveries/", "/o/meridian/deliveries/?show=left-out", "/o/meridian/me/messages/"]
    with reader(browser, live_server, client_as, meridian.lead, width, theme) as (_, page, complaints):
        assert [fault for address in inside for fault in faults(page, address, width)] == []
        assert complaints == []
    outside = ["/mailbox/", "/mailbox/?q=nobody", "/i/nothing/", *mails]
    with reader(browser, live_server, client_as, None, width, theme) as (_, page, complaints):
        assert [fault for address in outside for fault in faults(page, address, width)] == []
        follow(page, mails[1], "Stop these mails")
        assert "/u/" in page.url
        assert faults(page, page.url, width) == []
        follow(page, mails[0], "Look at the invitation")
        assert "/i/" in page.url
        assert faults(page, page.url, width) == []
        assert complaints == []
        # The mails themselves, as a mail program shows them.
        for mail in mails:
            page.goto(f"{mail}html/")
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    with enter(meridian):
        assert Envelope.objects.filter(nudges=True).count() == 1


def test_an_invitation_is_accepted_from_the_mailbox(
    mails: list[str], browser: Browser, live_server: LiveServer, client_as: ClientAs, meridian: World
) -> None:
    with reader(browser, live_server, client_as, None, PHONE, "light") as (_, page, complaints):
        follow(page, mails[0], "Look at the invitation")
        page.get_by_role("button", name="Accept and come in").click()
        page.wait_for_url(f"{live_server.url}/o/meridian/")
        # The links of the mail go on leading to a kind page.
        follow(page, mails[0], "Look at the invitation")
        assert "This link has done its work" in page.content()
        assert complaints == []
    assert Identity.objects.filter(email="ben@meridian.example").exists()
