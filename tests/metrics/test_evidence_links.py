"""A mailed link to the evidence of a programme: one reader, one purpose, until a day, taken back at any time, and listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client

from adoption.outbox.actions.carry import carry_one, find_errands, post_office
from adoption.outbox.actions.guests import forget_guests
from adoption.outbox.models import Guest, Link
from adoption.programs.rules import Checkpoint
from adoption.tenancy.models import AuditEvent
from metrics.actions.exports import make_export
from metrics.actions.links import LinkRefused, end_link, forget_reader, send_link
from metrics.exports import files
from metrics.models import EvidenceLink, Export
from metrics.rules.exports import FORGET_READER_AFTER, LINK_PURPOSE, MOST_LINKS
from tests.factories import AT, World
from tests.metrics.trials import Trial, launched
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PLACE = "/o/meridian/p/client-reports/"
BOARD = {"name": "Ines Board", "mail": "Ines@board.example", "days": "14"}


@pytest.fixture
def trial(harbour: World, meridian: World, enter: Enter) -> Iterator[Trial]:
    """Three pods and three teams, with one frozen look."""
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8), departments=3)
        made.look(Checkpoint.S56, (8, 7, 5), (2, 2, 1))
        yield made


def press(client: Client, **given: str) -> Any:
    return client.post(f"{PLACE}evidence/links/", {**BOARD, "form_key": str(uuid4()), **given})


def mailed(world: World, at: datetime = AT) -> str:
    """The address that is mailed, without its host."""
    with post_office() as post:
        for errand in find_errands(at=at):
            carry_one(errand, post=post, at=at, organization_id=world.organization.pk)
    body = str(mail.outbox[-1].body)
    return "/e/" + body.split("/e/", 1)[1].split(maxsplit=1)[0]


def test_a_link_opens_the_evidence_as_executives_read_it_and_its_pdf_without_an_account(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    assert press(client_as(meridian.lead))["Location"] == f"{PLACE}exports/"
    address = mailed(meridian)
    assert mail.outbox[-1].to == ["Ines Board <ines@board.example>"]
    assert "20 of 24" not in str(mail.outbox[-1].body)
    visitor = Client()
    page = visitor.get(address, follow=True)
    text = " ".join(page.content.decode().split())
    assert "20 of 24 pod members (83%)" in text
    assert "Your link opens this page until 22 July 2026" in text
    # Nothing a lead alone sees, and no way further in.
    assert "Pod 01" not in text
    assert "<form" not in text
    assert 'href="/o/' not in text
    assert "Fetch it as a PDF" not in text
    export = Export.objects.get()
    make_export(export_id=export.pk, write=files.write, at=AT)
    where = page.redirect_chain[-1][0]
    assert "Fetch it as a PDF" in visitor.get(where).content.decode()
    file = visitor.get(f"{where}file/")
    assert file["Content-Type"] == "application/pdf"
    assert file.content.startswith(b"%PDF")
    assert "no-store" in file["Cache-Control"]
    # The same address without the pass it was exchanged for opens nothing.
    for path in (where, f"{where}file/"):
        assert Client().get(path).status_code == 404


def test_links_are_listed_audited_and_sent_once_however_often_one_presses(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    key = str(uuid4())
    for _ in range(2):
        assert press(client_as(meridian.executive), form_key=key).status_code == 302
    link = EvidenceLink.objects.get()
    assert link.expires_at == AT + timedelta(days=14)
    page = client_as(meridian.lead).get(f"{PLACE}exports/").content.decode()
    for words in ("Ines Board", "ines@board.example", meridian.executive.person.name, "until 22 July 2026"):
        assert words in page
    assert AuditEvent.objects.get(verb="evidence_link.sent").subject == link.public_id
    mailed(meridian)
    assert Link.objects.filter(purpose=LINK_PURPOSE).count() == 1
    # Files made for a link are nobody's own.
    assert "Made for you" not in page


def test_a_link_taken_back_over_or_of_another_purpose_opens_nothing_and_says_so(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    press(client_as(meridian.lead))
    link, address = EvidenceLink.objects.get(), mailed(meridian)
    page = Client().get(address, follow=True)
    assert page.status_code == 200
    # Another purpose, and nobody's token.
    for other in (address.replace("/e/", "/w/"), f"/e/{'x' * 43}/"):
        assert Client().get(other, follow=True).status_code == 404
    with time_machine.travel(link.expires_at, tick=False):
        over = Client().get(address, follow=True)
        assert over.status_code == 410
        assert "too old" in over.content.decode()
    end = f"{PLACE}evidence/links/{link.public_id}/end/"
    assert client_as(meridian.member).post(end).status_code == 403
    for _ in range(2):
        assert client_as(meridian.executive).post(end)["Location"] == f"{PLACE}exports/"
    closed = Client().get(address, follow=True)
    assert closed.status_code == 410
    assert "This link was closed" in closed.content.decode()
    assert not Export.objects.exists()
    assert AuditEvent.objects.filter(verb="evidence_link.ended").count() == 1
    assert "taken back on 8 July 2026" in client_as(meridian.lead).get(f"{PLACE}exports/").content.decode()


def test_what_cannot_be_sent_is_said_beside_the_field_and_nothing_is_lost(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    answer = press(client_as(meridian.lead), mail="ines@", days="3650")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "This cannot be a mail address" in text
    assert 'value="Ines Board"' in text
    assert 'value="ines@"' in text
    assert not EvidenceLink.objects.exists()
    assert press(client_as(meridian.member)).status_code == 403
    for number in range(MOST_LINKS):
        send(trial, f"reader-{number}@board.example")
    assert "Twenty links are open already" in press(client_as(meridian.lead)).content.decode()
    draft = launched(meridian, pods=(1,), teams=(1,), name="Offers", is_launched=False)
    with pytest.raises(LinkRefused, match="not_launched"):
        send(draft)


def send(trial: Trial, address: str = "ines@board.example") -> EvidenceLink:
    return send_link(
        program=trial.program,
        name="Ines Board",
        mail=address,
        days=7,
        form_key=uuid4(),
        by=trial.world.lead.person,
        at=AT,
    )


def test_a_month_after_its_end_the_reader_is_forgotten_unless_another_link_still_opens(trial: Trial) -> None:
    first = send(trial)
    second = send(trial)
    end_link(link=first, by=None, at=AT)
    over = first.expires_at + FORGET_READER_AFTER
    assert forget_reader(link_id=first.pk, at=AT) == over
    # Somebody else's round of ratings ends meanwhile: whoever a link was sent to stays known.
    forget_guests(guests=Guest.objects.all())
    assert Guest.objects.count() == 1
    EvidenceLink.objects.filter(pk=second.pk).update(expires_at=over)
    assert forget_reader(link_id=first.pk, at=over) is None
    assert Guest.objects.count() == 1
    assert forget_reader(link_id=second.pk, at=over + FORGET_READER_AFTER) is None
    assert not Guest.objects.exists()
    assert set(EvidenceLink.objects.values_list("reader", flat=True)) == {None}
