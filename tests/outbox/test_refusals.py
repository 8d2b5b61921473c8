"""Addresses that refuse mail: held, shown, tried again; and what a mail provider reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from anymail.message import AnymailRecipientStatus
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adoption.outbox.actions.carry import Errand, Post, claim
from adoption.outbox.actions.guests import meet_guest
from adoption.outbox.actions.messages import Saying, say, say_many, send_again
from adoption.outbox.actions.privacy import forget_old
from adoption.outbox.actions.refusals import take_report, try_again
from adoption.outbox.models import Envelope, Message, MessageQuerySet, Preference, Suppression
from adoption.outbox.queries.privacy import export_speech
from adoption.outbox.rules import (
    Report,
    Verdict,
    mark_of,
    nobody_there,
    read_mark,
    refusal_by_provider,
    report_of,
    reporting_provider,
)
from adoption.tenancy.actions.people import change_person
from adoption.tenancy.models import Agenda, AuditEvent, Person
from tests.factories import AT, World
from tests.outbox.conftest import CarryAt
from tests.outbox.speech import MailServer
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOBODY = "550 5.1.1 no such mailbox"
POLICY = "550 5.7.1 not from you today"
DELIVERIES = "/o/meridian/deliveries/"
REPORTS = "/mail/reports/"


def tell(person: Person, subject: str = "survey:1", kind: str = "test_nudge", **more: Any) -> Message:
    context = {"title": f"About {subject}", "paragraphs": ["One line."]}
    return say(kind=kind, person=person, subject_key=subject, context=context, **{"at": AT, **more})


def spoken() -> MessageQuerySet:
    return Message.objects.filter(kind__startswith="test_").order_by("id")


def fates(world: World, enter: Enter) -> list[tuple[str, str, str]]:
    with enter(world):
        return list(spoken().values_list("subject_key", "outcome", "reason"))


def verbs(world: World, enter: Enter) -> list[str]:
    with enter(world):
        rows = AuditEvent.objects.filter(verb__regex="^(address|guest|preference|message)[.]").order_by("id")
        return list(rows.values_list("verb", flat=True))


@pytest.fixture
def refused(meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt) -> MailServer:
    """The server knows nobody at a member's address, and has said so once."""
    server.on_recipient = lambda address: NOBODY
    with enter(meridian):
        tell(meridian.member.person, "receipt", kind="test_receipt")
    carry_at(meridian, AT)
    return server


# --- refused while the server is spoken to ---------------------------------------------------------------------------


def test_after_nobody_is_there_nothing_more_is_tried_and_what_is_said_waits(
    meridian: World, enter: Enter, refused: MailServer, carry_at: CarryAt
) -> None:
    asked: list[str] = []
    refused.on_recipient = lambda address: asked.append(address) or NOBODY  # type: ignore[func-returns-value]
    with enter(meridian):
        tell(meridian.member.person, "survey:2", at=AT + HOUR)
    for hour in range(1, 5):
        carry_at(meridian, AT + hour * HOUR)
    assert (asked, refused.mails) == ([], [])
    assert fates(meridian, enter) == [("receipt", "failed", "refused"), ("survey:2", "", "blocked")]
    assert verbs(meridian, enter) == ["address.held"]
    with enter(meridian):
        (row,) = Suppression.objects.held().filter(answer=NOBODY)
        assert (row.since, row.days) == (AT, 1)
        assert AuditEvent.objects.get(verb="address.held").subject == meridian.member.person.public_id


def test_the_outbox_looks_after_what_is_held_every_hour_and_sleeps_otherwise(
    meridian: World, enter: Enter, refused: MailServer, carry_at: CarryAt
) -> None:
    def due() -> Any:
        return Agenda.objects.open().get(task="outbox.carry", organization=meridian.organization).due_at

    assert due() == AT + DAY
    with enter(meridian):
        tell(meridian.member.person, "survey:2", at=AT + HOUR)
    carry_at(meridian, AT + HOUR)
    assert due() == AT + 2 * HOUR


def test_what_is_held_goes_out_once_the_address_is_corrected(
    meridian: World, enter: Enter, refused: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        person = meridian.member.person
        tell(person, "receipt:2", kind="test_receipt", at=AT + HOUR)
    carry_at(meridian, AT + HOUR)
    refused.on_recipient = lambda address: None
    with enter(meridian):
        person = Person.objects.get(pk=person.pk)
        changes = {"mail": "right@meridian.example"}
        change_person(person=person, version=person.version, changes=changes, by=meridian.lead.person, at=AT + 2 * HOUR)
    carry_at(meridian, AT + 2 * HOUR)
    carry_at(meridian, AT + 3 * HOUR)
    assert refused.recipients == ["right@meridian.example"]
    assert fates(meridian, enter) == [("receipt", "failed", "refused"), ("receipt:2", "sent", "")]


def test_what_was_held_too_long_is_left_out_and_shown(
    meridian: World, enter: Enter, refused: MailServer, carry_at: CarryAt, client_as: ClientAs
) -> None:
    with enter(meridian):
        tell(meridian.member.person, "survey:2", at=AT + HOUR)
    carry_at(meridian, AT + HOUR)
    carry_at(meridian, AT + HOUR + 3 * DAY)
    assert fates(meridian, enter)[1] == ("survey:2", "skipped", "blocked")
    assert (
        "Mail to this address comes back."
        in client_as(meridian.lead).get(f"{DELIVERIES}?show=left-out").content.decode()
    )
    refused.on_recipient = lambda address: None
    with enter(meridian):
        send_again(message=spoken().last(), by=meridian.lead.person, at=AT + 4 * DAY)
    carry_at(meridian, AT + 5 * DAY)
    # The answer to what was asked for is worth seven days, and went out beside it.
    assert {fate[1] for fate in fates(meridian, enter)} == {"sent"}


def test_a_refusal_that_may_mean_us_counts_once_a_day_and_holds_on_the_third(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    server.on_recipient = lambda address: POLICY
    times = (AT, AT + HOUR, AT + DAY, AT + DAY + HOUR, AT + 2 * DAY)
    for number, at in enumerate(times):
        with enter(meridian):
            assert not Suppression.objects.held().filter(answer=POLICY).exists()
            tell(meridian.member.person, f"receipt:{number}", kind="test_receipt", at=at)
        carry_at(meridian, at)
    assert [fate[2] for fate in fates(meridian, enter)] == ["refused"] * 5
    with enter(meridian):
        assert Suppression.objects.held().get(answer=POLICY).since == AT
    assert verbs(meridian, enter) == ["address.held"]


def test_a_mail_that_arrives_between_begins_the_count_anew(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    for day, answer in enumerate([POLICY, POLICY, None, POLICY, POLICY]):
        server.on_recipient = lambda address, answer=answer: answer  # type: ignore[misc]
        with enter(meridian):
            tell(meridian.member.person, f"receipt:{day}", kind="test_receipt", at=AT + day * DAY)
        carry_at(meridian, AT + day * DAY)
    with enter(meridian):
        row = Suppression.objects.get(answer=POLICY)
        assert (row.held, row.days, row.since) == (False, 2, AT + 3 * DAY)
        forget_old(at=AT + 200 * DAY)
        assert not Suppression.objects.filter(pk=row.pk).exists()


def test_one_organisation_learns_nothing_from_anothers_refusals(
    meridian: World, harbour: World, enter: Enter, refused: MailServer, carry_at: CarryAt
) -> None:
    refused.on_recipient = lambda address: None
    with enter(harbour):
        Person.objects.filter(pk=harbour.member.person.pk).update(mail=meridian.member.person.mail)
        tell(Person.objects.get(pk=harbour.member.person.pk), "receipt", kind="test_receipt")
    carry_at(harbour, AT)
    assert refused.recipients == [meridian.member.person.mail]
    assert fates(harbour, enter) == [("receipt", "sent", "")]


# --- tried again -----------------------------------------------------------------------------------------------------


def test_one_press_tries_again_and_one_more_refusal_holds_again(
    meridian: World, enter: Enter, refused: MailServer, carry_at: CarryAt, client_as: ClientAs, frozen_clock: Any
) -> None:
    lead, page = client_as(meridian.lead), f"/o/meridian/people/{meridian.member.person.public_id}/"
    again = f"{DELIVERIES}to/{meridian.member.person.public_id}/again/"
    with enter(meridian):
        tell(meridian.member.person, "receipt:2", kind="test_receipt", at=AT + HOUR)
    carry_at(meridian, AT + HOUR)
    text = lead.get(page).content.decode()
    assert "Mail to this address has come back since 8 July 2026." in text
    assert NOBODY in text
    assert "come back" not in client_as(meridian.admin).get(page).content.decode()
    held = lead.get(f"{DELIVERIES}?show=held").content.decode()
    assert "Mail to this address has come back since 8 July 2026." in held
    assert meridian.member.person.name in held
    # A policy's refusal would count to three, were it the first; after a second chance it does not.
    refused.on_recipient = lambda address: POLICY
    assert lead.get(again).status_code == 405
    for said in ("goes out again", "Nothing is held back"):
        assert said in lead.post(again, follow=True).content.decode()
    assert fates(meridian, enter) == [("receipt", "", ""), ("receipt:2", "", "")]
    carry_at(meridian, AT + 2 * HOUR)
    assert sorted(fates(meridian, enter)) == [("receipt", "failed", "refused"), ("receipt:2", "", "blocked")]
    refused.on_recipient = lambda address: None
    with enter(meridian):
        send_again(message=spoken().last(), by=meridian.lead.person, at=AT + 3 * HOUR)
    carry_at(meridian, AT + 3 * HOUR)
    assert [mail["Subject"] for mail in refused.mails] == ["About receipt", "About receipt:2"]
    assert "come back" not in lead.get(page).content.decode()
    tried = ["address.held", "address.tried_again"]
    assert verbs(meridian, enter) == tried * 2


def test_only_who_sees_deliveries_tries_again_and_nobody_of_another_organisation(
    meridian: World, harbour: World, enter: Enter, refused: MailServer, client_as: ClientAs
) -> None:
    path = f"{DELIVERIES}to/%s/again/"
    for who in ("admin", "executive", "owner", "member"):
        assert client_as(meridian.everybody[who]).post(path % meridian.member.person.public_id).status_code == 403
    assert client_as(meridian.lead).post(path % harbour.member.person.public_id).status_code == 404
    with enter(meridian):
        assert Suppression.objects.held().filter(answer=NOBODY).exists()


def test_the_person_reads_the_same_of_themselves(
    meridian: World, enter: Enter, refused: MailServer, carry_at: CarryAt, client_as: ClientAs
) -> None:
    with enter(meridian):
        tell(meridian.member.person, "survey:2", at=AT + HOUR)
    carry_at(meridian, AT + HOUR)
    text = client_as(meridian.member).get("/o/meridian/me/messages/").content.decode()
    assert "Mail to your address comes back. Please tell your learning lead." in text
    assert "Waits for its time. Mail to your" not in text
    with enter(meridian):
        assert [row["reason"] for row in export_speech(person=meridian.member.person)["messages"]] == [
            "refused",
            "blocked",
        ]


def test_the_list_of_what_is_held_costs_the_same_for_one_row_and_for_three(
    meridian: World, enter: Enter, refused: MailServer, carry_at: CarryAt, client_as: ClientAs
) -> None:
    client, counts = client_as(meridian.lead), []
    for number, who in enumerate(("member", "champion", "executive")):
        with enter(meridian):
            tell(meridian.everybody[who].person, f"receipt:{number}", kind="test_receipt", at=AT + HOUR)
            tell(meridian.everybody[who].person, f"receipt:{number}:2", kind="test_receipt", at=AT + HOUR)
        carry_at(meridian, AT + (number + 1) * HOUR)
        client.get(DELIVERIES)
        with CaptureQueriesContext(connection) as queries:
            text = client.get(f"{DELIVERIES}?show=held").content.decode()
        counts.append((text.count("</tr>") - 1, len(queries)))
    assert [rows for rows, _ in counts] == [2, 3, 4]
    assert len({number for _, number in counts}) == 1


def test_a_guests_address_is_held_and_tried_again_too(
    meridian: World, enter: Enter, refused: MailServer, carry_at: CarryAt
) -> None:
    def write(number: int) -> None:
        with enter(meridian):
            context = {"title": "Rate this", "paragraphs": ["One line."]}
            saying = Saying(guest, f"receipt:{number}", context=context)
            say_many(kind="test_receipt", sayings=[saying], at=AT + number * HOUR)
        carry_at(meridian, AT + number * HOUR)

    with enter(meridian):
        guest = meet_guest(name="Ada Outside", mail="ada@client.example", at=AT)
    write(1)
    write(2)
    assert fates(meridian, enter)[1:] == [("receipt:1", "failed", "refused"), ("receipt:2", "", "blocked")]
    refused.on_recipient = lambda address: None
    with enter(meridian):
        assert try_again(to=guest, by=meridian.lead.person, at=AT + 3 * HOUR)
    carry_at(meridian, AT + 3 * HOUR)
    assert refused.recipients == [guest.mail] * 2
    assert verbs(meridian, enter) == ["address.held", "guest.held", "guest.tried_again"]


# --- reported afterwards ---------------------------------------------------------------------------------------------


@pytest.fixture
def post_report(settings: Any) -> Callable[..., int]:
    """Postmark, with the secret it knows: `post_report({...})` is one event, and returns the status of the answer."""
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "a-key", "WEBHOOK_SECRET": "reports:a-secret"}
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"

    def post(event: Any, secret: str = "cmVwb3J0czphLXNlY3JldA==") -> int:
        body = event if isinstance(event, str) else json.dumps(event)
        head = {"Authorization": f"Basic {secret}"} if secret else {}
        answer = Client().post(REPORTS, body, content_type="application/json", headers=head)
        return int(answer.status_code)

    return post


@pytest.fixture
def arrived(meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt) -> Envelope:
    """A mail to a member that a mail server took."""
    with enter(meridian):
        tell(meridian.member.person)
    carry_at(meridian, AT)
    with enter(meridian):
        return spoken().get().envelope  # type: ignore[return-value]


def event(world: World, envelope: Envelope, kind: str = "HardBounce", **more: Any) -> dict[str, Any]:
    return {
        "RecordType": "SpamComplaint" if kind == "SpamComplaint" else "Bounce",
        "Type": kind,
        "Email": envelope.address,
        "Details": "smtp;550 5.1.1 The email account does not exist.",
        "Metadata": {"murmuration": mark_of(world.organization.pk, envelope.public_id)},
        **more,
    }


def test_a_mail_that_came_back_is_shown_and_holds_the_address(
    meridian: World, enter: Enter, arrived: Envelope, post_report: Callable[..., int], carry_at: CarryAt
) -> None:
    for _ in range(2):
        assert post_report(event(meridian, arrived, Email=arrived.address.upper())) == 200
    with enter(meridian):
        tell(meridian.member.person, "survey:2", at=AT + DAY)
    carry_at(meridian, AT + DAY)
    assert fates(meridian, enter) == [("survey:1", "failed", "bounced"), ("survey:2", "", "blocked")]
    assert verbs(meridian, enter) == ["message.bounced", "address.held"]


def test_a_return_that_may_be_a_full_mailbox_counts_and_does_not_hold(
    meridian: World, enter: Enter, arrived: Envelope, post_report: Callable[..., int]
) -> None:
    full = event(meridian, arrived, "SoftBounce", Details="smtp;552 5.2.2 mailbox full")
    for _ in range(4):
        assert post_report(full) == 200
    assert fates(meridian, enter) == [("survey:1", "failed", "bounced")]
    with enter(meridian):
        assert Suppression.objects.lifted().get(answer__contains="mailbox full").days == 1


def test_whoever_calls_a_mail_spam_gets_only_what_they_are_owed(
    meridian: World, enter: Enter, arrived: Envelope, post_report: Callable[..., int]
) -> None:
    for _ in range(2):
        assert post_report(event(meridian, arrived, "SpamComplaint")) == 200
    assert fates(meridian, enter) == [("survey:1", "sent", "")]
    with enter(meridian):
        stopped = Preference.objects.filter(person=meridian.member.person, stopped_at__isnull=False)
        assert set(stopped.values_list("message_class", flat=True)) == {"nudge", "digest"}
        assert not Suppression.objects.held().filter(answer__contains="5.1.1").exists()
    assert verbs(meridian, enter) == ["preference.changed"] * 2


@pytest.mark.parametrize("kind", ["Transient", "AutoResponder", "Unknown", "Subscribe"])
def test_what_may_still_arrive_changes_nothing(
    kind: str, meridian: World, enter: Enter, arrived: Envelope, post_report: Callable[..., int]
) -> None:
    assert post_report(event(meridian, arrived, kind)) == 200
    assert fates(meridian, enter) == [("survey:1", "sent", "")]


def test_what_is_none_of_ours_is_passed_over_and_another_organisations_mail_untouched(
    meridian: World, harbour: World, enter: Enter, arrived: Envelope, post_report: Callable[..., int]
) -> None:
    strange = [
        event(meridian, arrived, Metadata={}),
        event(meridian, arrived, Metadata={"murmuration": "x"}),
        event(meridian, arrived, Metadata={"murmuration": mark_of(meridian.organization.pk, uuid4())}),
        event(meridian, arrived, Metadata={"murmuration": mark_of(10**12, arrived.public_id)}),
        event(harbour, arrived),
        event(meridian, arrived, Email="somebody@else.example"),
        event(meridian, arrived, Email=None),
    ]
    assert [post_report(one) for one in strange] == [200] * len(strange)
    assert fates(meridian, enter) == [("survey:1", "sent", "")]
    assert verbs(meridian, enter) == []


def test_only_the_secret_opens_and_what_cannot_be_read_is_refused(
    meridian: World, enter: Enter, arrived: Envelope, post_report: Callable[..., int], settings: Any
) -> None:
    for secret in ("", "cmVwb3J0czp3cm9uZw=="):
        assert post_report(event(meridian, arrived), secret=secret) == 400
    for nonsense in ("", "{", "[]", '"x"', "null"):
        assert post_report(nonsense) == 400
    assert Client().head(REPORTS).status_code == 200
    assert Client().get(REPORTS).status_code == 405
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert post_report(event(meridian, arrived)) == 404
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "a-key"}
    assert post_report(event(meridian, arrived)) == 404
    assert fates(meridian, enter) == [("survey:1", "sent", "")]


def test_a_report_that_overtakes_our_own_knowledge_is_kept(
    meridian: World, enter: Enter, arrived: Envelope, carry_at: CarryAt
) -> None:
    with enter(meridian):
        # As between handing over and writing down that it was.
        Envelope.objects.filter(pk=arrived.pk).update(claimed_at=AT, closed_at=None, outcome="")
        spoken().update(settled_at=None, outcome="")
        report = {"report": Report.RETURNED, "answer": NOBODY, "certain": False, "at": AT}
        take_report(mail=arrived.public_id, address=arrived.address, **report)
    carry_at(meridian, AT + HOUR)
    assert fates(meridian, enter) == [("survey:1", "failed", "bounced")]


def test_a_mail_carries_whose_it_is_to_a_provider_that_reports_and_to_no_other(
    meridian: World, enter: Enter, arrived: Envelope, settings: Any
) -> None:
    def claimed(subject: str) -> Any:
        with enter(meridian):
            message = tell(meridian.member.person, subject, kind="test_receipt")
            letter = claim(Errand(message_id=message.pk), at=AT)
            assert letter is not None
            return letter.mail

    assert not hasattr(claimed("receipt:1"), "metadata")
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "a-key", "WEBHOOK_SECRET": "reports:a-secret"}
    mail = claimed("receipt:2")
    with enter(meridian):
        envelope = Message.objects.get(subject_key="receipt:2").envelope
        assert envelope
    assert mail.metadata == {"murmuration": mark_of(meridian.organization.pk, envelope.public_id)}
    assert "murmuration" not in {name.lower() for name, _ in mail.message().items()}


# --- rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "is_nobody"),
    [
        ("550 5.1.1 no such mailbox", True),
        ("550-5.1.1 The account does not exist", True),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound", True),
        ("556 5.1.10 null MX", True),
        ("550 5.2.1 mailbox disabled", True),
        ("smtp; 550 #5.1.0 address rejected", False),
        ("552 5.2.2 mailbox full", False),
        ("550 5.7.1 relaying denied", False),
        ("550 5.1.8 sender's domain does not exist", False),
        ("550 no such user", False),
        ("450 4.1.1 later", False),
        ("550 5.7.1 [195.1.1.20] is listed", False),
        ("550 blocked 5.1.1.20", False),
        ("", False),
    ],
)
def test_only_some_answers_say_that_nobody_is_there(words: str, is_nobody: bool) -> None:
    assert nobody_there(words) is is_nobody


@pytest.mark.parametrize(
    ("name", "reason", "report"),
    [
        ("bounced", "bounced", Report.RETURNED),
        ("bounced", None, Report.RETURNED),
        ("rejected", "invalid", Report.RETURNED),
        ("rejected", "spam", Report.WITHHELD),
        ("rejected", "unsubscribed", Report.WITHHELD),
        ("complained", "spam", Report.UNWANTED),
        ("unsubscribed", None, Report.UNWANTED),
        ("deferred", None, None),
        ("delivered", None, None),
        ("opened", None, None),
        ("failed", None, None),
    ],
)
def test_events_mean_what_is_done_about_them(name: str, reason: str | None, report: Report | None) -> None:
    assert report_of(name, reason) is report


def test_a_provider_reports_only_with_a_secret_and_when_it_brings_marks_back() -> None:
    assert reporting_provider("anymail.backends.postmark.EmailBackend", "a:b") == "postmark"
    for backend, secret in (
        ("anymail.backends.postmark.EmailBackend", ""),
        ("anymail.backends.mailersend.EmailBackend", "a:b"),
        ("django.core.mail.backends.smtp.EmailBackend", "a:b"),
        ("anymail.backends.test.EmailBackend", "a:b"),
        ("anymail.backends.postmark.EmailBackend.x", "a:b"),
    ):
        assert reporting_provider(backend, secret) == ""


def test_a_mark_is_read_back_and_nothing_else_is() -> None:
    mail = uuid4()
    assert read_mark(mark_of(12, mail)) == (12, mail)
    for text in (
        None,
        "",
        7,
        f"0.{mail}",
        f"-1.{mail}",
        f"1.{mail}x",
        f"{'9' * 30}.{mail}",
        f"１.{mail}",
        f"1.{mail}\n",
    ):
        assert read_mark(text) is None


def test_a_provider_that_takes_the_request_and_not_the_recipient_has_refused_it() -> None:
    refusal = refusal_by_provider({"rejected"}, "inactive\r\nrecipient")
    assert refusal is not None
    assert (refusal.verdict, refusal.words) == (Verdict.REFUSED, "inactive recipient")
    assert refusal_by_provider({"sent", "rejected"}, "") is None
    assert refusal_by_provider(None, "") is None


def test_a_refused_recipient_is_an_answer_of_the_line(settings: Any) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    post = Post()
    post.ready()
    mail = EmailMultiAlternatives("Hello", "Text", "a@b.example", ["nobody@c.example"])
    status = AnymailRecipientStatus(message_id=None, status="rejected")
    mail.anymail_test_response = {"recipient_status": {"nobody@c.example": status}}  # type: ignore[attr-defined]
    assert post.send(mail).verdict is Verdict.REFUSED
