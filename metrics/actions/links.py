"""Letting somebody read a programme's evidence by a mailed link, until a day, without an account."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef

from adoption.outbox.actions.guests import forget_guests, meet_guest
from adoption.outbox.actions.links import end
from adoption.outbox.actions.messages import Saying, say_many
from adoption.outbox.models import Guest
from adoption.programs.models import Program
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from metrics.actions.exports import ask_export
from metrics.models import EvidenceLink, Export
from metrics.rules.exports import FORGET_READER_AFTER, LINK_AUDIENCE, LINK_PURPOSE, MOST_LINKS, ExportKind
from surveys.models import Rater

FORGET = "metrics.forget_reader"


class LinkRefused(ValueError):
    """No link can be sent. `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@transaction.atomic
def send_link(
    *, program: Program, name: str, mail: str, days: int, form_key: UUID, by: Person, at: datetime
) -> EvidenceLink:
    """Mail somebody a link of their own to the evidence, good for so many days. The same form again is one link.

    They read as executives do, whoever sends it. Raises LinkRefused before the launch, and for more links than one keeps an eye on.
    """
    program = (
        Program.objects.select_for_update(of=("self",), no_key=True).select_related("organization").get(pk=program.pk)
    )
    known: EvidenceLink | None = EvidenceLink.objects.filter(form_key=form_key, program=program).first()
    if known is not None:
        return known
    if program.launched_at is None:
        raise LinkRefused("not_launched")
    if EvidenceLink.objects.open(at).filter(program=program).count() >= MOST_LINKS:
        raise LinkRefused("many")
    reader = meet_guest(name=name, mail=mail, at=at)
    link: EvidenceLink = EvidenceLink.objects.create(
        program=program,
        reader=reader,
        sent_by=by,
        sent_at=at,
        expires_at=at + timedelta(days=days),
        form_key=form_key,
    )
    said = Saying(reader, f"evidence_link:{link.pk}", link.pk, expires_at=link.expires_at)
    say_many(kind="evidence_link", sayings=[said], at=at)
    ask_export(
        program=program,
        kind=ExportKind.EVIDENCE_PDF,
        audience=LINK_AUDIENCE,
        form_key=uuid4(),
        by=by,
        at=at,
        link=link,
    )
    agenda.schedule(task=FORGET, row_id=link.pk, due_at=link.expires_at + FORGET_READER_AFTER)
    audit.record("evidence_link.sent", by=by, at=at, subject=link, program=program.slug, days=days)
    return link


@transaction.atomic
def end_link(*, link: EvidenceLink, by: Person | None, at: datetime) -> None:
    """Take a link back: from now on it opens nothing, and the file made for it is thrown away. Twice is once."""
    link = EvidenceLink.objects.select_for_update().get(pk=link.pk)
    if not link.is_open(at):
        return
    link.ended_at = at
    link.save(update_fields=["ended_at"])
    end(purpose=LINK_PURPOSE, row_ids=[link.pk], at=at)
    Export.objects.filter(link=link).delete()
    audit.record("evidence_link.ended", by=by, at=at, subject=link)


@transaction.atomic
def forget_reader(*, link_id: int, at: datetime) -> datetime | None:
    """Forget whom a link was sent to, long after its end, unless something else is still asked of them."""
    link = EvidenceLink.objects.select_for_update().filter(pk=link_id, reader__isnull=False).first()
    if link is None:
        return None
    over: datetime = link.expires_at + FORGET_READER_AFTER
    if at < over:
        return over
    others = EvidenceLink.objects.filter(reader=OuterRef("pk"), expires_at__gt=at - FORGET_READER_AFTER)
    rates = Rater.objects.filter(guest=OuterRef("pk"))
    readers = list(Guest.objects.filter(pk=link.reader_id).exclude(Exists(others)).exclude(Exists(rates)))
    EvidenceLink.objects.filter(pk=link.pk).update(reader=None)
    EvidenceLink.objects.filter(reader__in=readers).update(reader=None)
    forget_guests(guests=readers)
    return None
