"""What a mail looks like to the machines and people that receive it."""

from __future__ import annotations

from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from icalendar import Calendar

from adoption.outbox.actions.messages import say
from adoption.tenancy.models import Organization, Person
from tests.factories import AT, PersonFactory, World
from tests.outbox.conftest import CarryAt
from tests.outbox.speech import MailServer
from tests.worlds import Enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_of(meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt) -> Any:
    """`mail_of(kind, ...)`: say it to the member, carry it, and return the mail that arrived."""

    def receive(kind: str, person: Person | None = None, **context: Any) -> EmailMessage:
        with enter(meridian):
            facts = {"title": "How many?", "paragraphs": ["One & two <three>."], **context}
            say(kind=kind, person=person or meridian.member.person, subject_key=kind, context=facts, at=AT)
        carry_at(meridian, AT)
        return server.mails[-1]

    return receive


class Elements(HTMLParser):
    """Names of the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.names.add(tag)


def body(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    return str(part.get_content())


def test_the_head_of_a_nudge(mail_of: Any, meridian: World) -> None:
    mail = mail_of("test_nudge")
    assert mail["From"] == "Mira Quokka via Murmuration <hello@murmuration.example>"
    assert mail["To"] == f"Mira Quokka <{meridian.member.person.mail}>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Message-ID"].endswith("@murmuration.example>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Date"]


def test_nobody_by_name_speaks_for_the_organisation(mail_of: Any) -> None:
    mail = mail_of("test_digest")
    assert mail["From"] == "Meridian Quokka via Murmuration <hello@murmuration.example>"


def test_what_one_asked_for_cannot_be_stopped(mail_of: Any) -> None:
    mail = mail_of("test_receipt")
    assert mail["List-Unsubscribe"] is None
    assert "Stop these mails" not in body(mail, "html") + body(mail, "plain")


def test_text_and_page_say_the_same_in_the_same_order(mail_of: Any) -> None:
    mail = mail_of("test_receipt", button="Answer", small="It takes a minute.", fine="Only you see it.")
    text, page = body(mail, "plain"), body(mail, "html")
    said = [
        "How many?",
        "One & two <three>.",
        "Answer",
        "It takes a minute.",
        "Only you see it.",
        "Sent for Meridian Quokka",
    ]
    escaped = [line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in said]
    for where, lines in ((text, said), (page, escaped)):
        places = [where.index(line) for line in lines]
        assert places == sorted(places)
    (address,) = {line.split(": ")[1] for line in text.splitlines() if line.startswith("Answer: ")}
    assert f'href="{address}"' in page


def test_the_page_needs_no_pictures_no_scripts_and_nothing_from_elsewhere(mail_of: Any) -> None:
    page = body(mail_of("test_nudge"), "html")
    assert not any(tag in page.lower() for tag in ("<img", "<script", "<link", "url(", "@import", "<form"))
    assert page.count("http://") == 1
    assert 'xmlns="http://www.w3.org/1999/xhtml"' in page
    # Written into the elements, for clients that read nothing else; dark and narrow by media query.
    assert "max-width: 520px" in page
    assert "prefers-color-scheme" in page
    assert 'role="article"' in page
    assert 'lang="en-gb"' in page
    assert len(page) < 20_000


@pytest.mark.parametrize("field", ["title", "preheader"])
def test_no_text_becomes_a_header(field: str, mail_of: Any, server: MailServer) -> None:
    mail = mail_of("test_nudge", **{field: "Hello\r\nBcc: everybody@example.com\n\n<b>x</b>"})
    assert mail["Bcc"] is None
    assert len(server.recipients) == 1
    seen = Elements()
    seen.feed(body(mail, "html"))
    assert "b" not in seen.names


def test_no_name_becomes_a_header(mail_of: Any, meridian: World, enter: Enter, server: MailServer) -> None:
    with enter(meridian):
        Organization.objects.update(name='A"B\nCc: x@y.z')
        name = 'Ben "CEO <boss@evil.example>,"\r\nBcc: all@evil.example'
        person = PersonFactory.create(name=name, mail="ben@meridian.example")
    mail = mail_of("test_digest", person=person)
    assert server.recipients == ["ben@meridian.example"]
    assert mail["Bcc"] is None
    assert mail["Cc"] is None
    assert [address.addr_spec for address in mail["To"].addresses] == ["ben@meridian.example"]
    assert [address.addr_spec for address in mail["From"].addresses] == ["hello@murmuration.example"]


@pytest.mark.parametrize("name", ["Øystein Żółć", "山田 太郎", "Zoë 🐦 Bird", "Ó'Brien, Mary"])
def test_names_of_all_kinds_arrive(name: str, mail_of: Any, meridian: World, enter: Enter) -> None:
    with enter(meridian):
        person = PersonFactory.create(name=name)
    assert mail_of("test_nudge", person=person)["To"].addresses[0].display_name == name


def test_links_lead_to_the_configured_address_alone(mail_of: Any, settings: Any) -> None:
    settings.BASE_URL = "https://meridian.example:8443"
    mail = mail_of("test_receipt", button="Open")
    assert "Open: https://meridian.example:8443/i/" in body(mail, "plain")
    assert "meridian.example:8443" in body(mail, "html")


def test_a_calendar_takes_the_appointment_out_of_the_mail(mail_of: Any) -> None:
    mail = mail_of("test_call", sequence=3)
    found = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_filename() for part in found] == [None, "invitation.ics"]
    assert found[0].get_param("method") == "REQUEST"
    assert mail.get_content_type() == "multipart/mixed"
    for part in found:
        content = part.get_content()
        text = content if isinstance(content, str) else content.decode()
        (event,) = Calendar.from_ical(text).walk("VEVENT")
        assert event["SEQUENCE"] == 3


def test_a_cancelled_appointment_says_so(mail_of: Any) -> None:
    mail = mail_of("test_call", cancelled=True)
    found = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert found[0].get_param("method") == "CANCEL"
    assert found[1].get_filename() == "cancelled.ics"


def test_in_a_mail_with_several_messages_an_appointment_is_a_file(mail_of: Any, meridian: World, enter: Enter) -> None:
    with enter(meridian):
        say(kind="test_digest", person=meridian.member.person, subject_key="pod", context={"title": "Pod"}, at=AT)
    mail = mail_of("test_call_nudge")
    assert mail["Subject"] == "Mira, 2 things for you"
    found = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_filename() for part in found] == ["invitation.ics"]
