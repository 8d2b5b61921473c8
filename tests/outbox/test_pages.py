"""Deliveries, one's own messages, and the demo's mailbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adoption.outbox.models import Message, Preference
from adoption.outbox.queries.messages import PAGE
from adoption.outbox.queries.privacy import export_speech
from adoption.outbox.rules import MessageClass, Outcome, Reason
from adoption.tenancy.models import AuditEvent, Person
from tests.factories import AT, EnvelopeFactory, MessageFactory, PersonFactory, World
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db

DELIVERIES = "/o/meridian/deliveries/"
MINE = "/o/meridian/me/messages/"


def failed(person: Person, reason: Reason = Reason.REFUSED, outcome: Outcome = Outcome.FAILED, **more: Any) -> Message:
    envelope = EnvelopeFactory.create(person=person, outcome=Outcome.FAILED, answer="550 nobody here")
    message: Message = MessageFactory.create(
        person=person, envelope=envelope, settled_at=AT, outcome=outcome, reason=reason, **more
    )
    return message


# --- deliveries ------------------------------------------------------------------------------------------------------


def test_the_lead_sees_what_failed_why_and_what_helps(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        failed(meridian.member.person, context={"title": "A secret question"})
        failed(meridian.champion.person, Reason.INTERRUPTED, Outcome.UNCERTAIN)
    text = client_as(meridian.lead).get(DELIVERIES).content.decode()
    assert "The mail server refused mail to this address." in text
    assert "550 nobody here" in text
    assert "it may have arrived, or not" in text
    assert meridian.champion.person.name in text
    # Never what it said.
    assert "A secret question" not in text


@pytest.mark.parametrize("reason", [Reason.UNSUBSCRIBED, Reason.NOT_NEEDED, Reason.MERGED])
def test_what_people_chose_or_answered_is_nobodys_business(
    reason: Reason, meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        failed(meridian.member.person, reason, Outcome.SKIPPED)
    for address in (DELIVERIES, f"{DELIVERIES}?show=left-out"):
        assert meridian.member.person.name not in client_as(meridian.lead).get(address).content.decode()


def test_what_was_left_out_has_a_list_of_its_own(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        failed(meridian.member.person, Reason.EXPIRED, Outcome.SKIPPED)
    assert meridian.member.person.name not in client_as(meridian.lead).get(DELIVERIES).content.decode()
    text = client_as(meridian.lead).get(f"{DELIVERIES}?show=left-out").content.decode()
    assert meridian.member.person.name in text
    assert "rather than sent late" in text


def test_nothing_to_look_at_says_why(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        Message.objects.all().delete()
    assert "Every message has arrived" in client_as(meridian.lead).get(DELIVERIES).content.decode()
    assert "Nothing was left out" in client_as(meridian.lead).get(f"{DELIVERIES}?show=left-out").content.decode()


@pytest.mark.parametrize("who", ["admin", "executive", "owner", "member"])
def test_deliveries_are_for_the_lead(who: str, meridian: World, enter: Enter, client_as: ClientAs) -> None:
    client = client_as(meridian.everybody[who])
    with enter(meridian):
        message = failed(meridian.member.person)
    assert client.get(DELIVERIES).status_code == 403
    assert client.post(f"{DELIVERIES}{message.public_id}/again/").status_code == 403


def test_sending_again_is_a_post_that_is_remembered(
    meridian: World, harbour: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        message = failed(meridian.member.person)
    with enter(harbour):
        theirs = failed(harbour.member.person)
    client = client_as(meridian.lead)
    address = f"{DELIVERIES}{message.public_id}/again/"
    assert client.get(address).status_code == 405
    for _ in range(2):
        response = client.post(address, follow=True)
        assert f"It goes to {meridian.member.person.name} once more." in response.content.decode()
    with enter(meridian):
        message.refresh_from_db()
        assert (message.outcome, message.settled_at) == ("", None)
        assert AuditEvent.objects.filter(verb="message.sent_again", subject=message.public_id).count() == 1
    assert client.post(f"{DELIVERIES}{theirs.public_id}/again/").status_code == 404
    assert client.post(f"{DELIVERIES}00000000-0000-0000-0000-000000000000/again/").status_code == 404


@pytest.mark.parametrize("address", [DELIVERIES, MINE])
def test_lists_cost_the_same_for_one_row_and_for_three(
    address: str, meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    client = client_as(meridian.lead)
    with enter(meridian):
        Message.objects.all().delete()
        failed(meridian.lead.person)
    client.get(address)
    counts = []
    for more in (0, 2):
        with enter(meridian):
            for _ in range(more):
                failed(meridian.lead.person)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).content.decode().count("</tr>") == 1 + 1 + more
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_lists_are_walked_page_by_page(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        Message.objects.all().delete()
        for person in PersonFactory.create_batch(PAGE + 1):
            failed(person)
    client = client_as(meridian.lead)
    first = client.get(DELIVERIES).content.decode()
    assert first.count("</tr>") == PAGE + 1
    address = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(f"{address}").content.decode()
    assert second.count("</tr>") == 2
    assert 'rel="prev"' in second


@pytest.mark.parametrize("before", ["x", "-1", "0", str(2**63), "9" * 400, "%00", "1e3", "１"])
@pytest.mark.parametrize("address", [DELIVERIES, MINE])
def test_nonsense_is_the_first_page(address: str, before: str, meridian: World, client_as: ClientAs) -> None:
    assert client_as(meridian.lead).get(f"{address}?before={before}&show=%00").status_code == 200


# --- one's own messages ----------------------------------------------------------------------------------------------


def test_a_member_sees_their_own_messages_and_nobody_elses(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        failed(meridian.member.person, Reason.UNSUBSCRIBED, Outcome.SKIPPED)
        failed(meridian.lead.person, Reason.ON_LEAVE, Outcome.SKIPPED)
    text = client_as(meridian.member).get(MINE).content.decode()
    assert "They chose not to receive these" not in text
    assert "You chose not to receive these" in text
    assert "on leave" not in text


def test_a_member_chooses_what_they_receive(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    client = client_as(meridian.member)
    assert "Nothing was sent to you yet" in client.get(MINE).content.decode()
    text = client.post(MINE, {"messages": "digest", "wanted": "no"}, follow=True).content.decode()
    assert "Done. These mails have stopped." in text
    with enter(meridian):
        (row,) = Preference.objects.filter(person=meridian.member.person)
        assert row.message_class == MessageClass.DIGEST
        assert row.stopped_at is not None
    text = client.post(MINE, {"messages": "digest", "wanted": "yes"}, follow=True).content.decode()
    assert "You receive these again." in text
    assert client.post(MINE, {"messages": "nonsense"}).status_code == 302


def test_what_the_outbox_holds_about_somebody_is_theirs_to_have(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        found = export_speech(person=meridian.away)
    assert [row["outcome"] for row in found["messages"]] == ["failed"]
    assert [row["purpose"] for row in found["links"]] == ["invitation"]
    assert [row["messages"] for row in found["choices"]] == ["nudge"]


# --- the mailbox of a demo -------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A demo's mail folder."""
    settings.DEMO, settings.MAIL_FOLDER = True, tmp_path
    return tmp_path


def keep(folder: Path, number: int, to: str, html: str = "") -> str:
    mail = EmailMultiAlternatives(
        "Hello <b>there</b>", "See https://x.example/i/abc/\n<b>plain</b>", "a@b.example", [to]
    )
    if html:
        mail.attach_alternative(html, "text/html")
    name = f"{1783500000000000000 + number:020d}-0a1b2c3d"
    (folder / f"{name}.eml").write_bytes(mail.message().as_bytes())
    return name


def test_outside_a_demo_there_is_no_mailbox(
    tmp_path: Path, settings: Any, client_as: ClientAs, meridian: World
) -> None:
    settings.DEMO, settings.MAIL_FOLDER = False, tmp_path
    name = keep(tmp_path, 1, "ben@x.example", "<p>x</p>")
    for client in (Client(), client_as(meridian.admin)):
        for address in ("/mailbox/", f"/mailbox/{name}/", f"/mailbox/{name}/html/"):
            assert client.get(address).status_code == 404


def test_the_mailbox_lists_the_newest_first_and_finds_a_recipient(folder: Path) -> None:
    keep(folder, 1, "ben@x.example")
    keep(folder, 2, "Mira <mira@x.example>")
    text = Client().get("/mailbox/").content.decode()
    assert text.index("mira@x.example") < text.index("ben@x.example")
    assert "Hello &lt;b&gt;there&lt;/b&gt;" in text
    found = Client().get("/mailbox/", {"q": "BEN@"}).content.decode()
    assert "ben@x.example" in found
    assert "mira@x.example" not in found
    assert "No mail to that address yet" in Client().get("/mailbox/", {"q": "nobody\x00"}).content.decode()


def test_an_empty_mailbox_says_what_fills_it(folder: Path, settings: Any) -> None:
    assert "No mail was sent yet" in Client().get("/mailbox/").content.decode()
    settings.MAIL_FOLDER = folder / "absent"
    assert Client().get("/mailbox/").status_code == 200


def test_the_mailbox_goes_back_in_time(folder: Path) -> None:
    for number in range(31):
        keep(folder, number, f"n{number}@x.example")
    first = Client().get("/mailbox/").content.decode()
    assert "n30@" in first
    assert "n0@" not in first
    address = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "n0@x.example" in Client().get(address).content.decode()


def test_a_mail_is_shown_as_text_with_its_links_and_as_a_page_in_a_sandbox(folder: Path) -> None:
    name = keep(
        folder, 1, "ben@x.example", "<html><head></head><body><script>x</script><a href='/i/x/'>go</a></body></html>"
    )
    page = Client().get(f"/mailbox/{name}/")
    text = page.content.decode()
    assert '<a href="https://x.example/i/abc/" rel="nofollow">' in text
    assert "&lt;b&gt;plain&lt;/b&gt;" in text
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert 'sandbox="allow-top-navigation-by-user-activation"' in text
    framed = Client().get(f"/mailbox/{name}/html/")
    policy = framed["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "frame-ancestors 'self'" in policy
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in framed.content.decode()


@pytest.mark.parametrize("name", ["x", "..", "%2e%2e", "1-../../etc/passwd", "1" * 31 + "-aa", "%00", "1-a.eml"])
def test_only_mails_are_read_from_the_folder(name: str, folder: Path) -> None:
    (folder / "x.eml").write_bytes(b"Subject: x\r\n\r\nx")
    for address in (f"/mailbox/{name}/", f"/mailbox/{name}/html/"):
        assert Client().get(address).status_code == 404


def test_a_mail_without_a_page_has_none_to_show(folder: Path) -> None:
    name = keep(folder, 1, "ben@x.example")
    assert "<iframe" not in Client().get(f"/mailbox/{name}/").content.decode()
    assert Client().get(f"/mailbox/{name}/html/").status_code == 404
