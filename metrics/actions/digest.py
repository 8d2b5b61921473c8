"""Summing a programme up by mail, once a month."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from adoption.disclosure.rules import Audience
from adoption.outbox.actions.messages import Saying, say_many
from adoption.programs.models import Program
from adoption.tenancy.actions import audit
from adoption.tenancy.rules import local_date
from metrics.models import Digest
from metrics.queries.digest import figures_hash, readers_of
from metrics.queries.evidence import evidence
from metrics.rules.exports import DIGEST_WITHIN

DIGEST = "digest"


@transaction.atomic
def tell_month(*, program: Program, month: date, at: datetime) -> bool:
    """Sum a month up for its readers, once, where there is something new to read. False where it would come too late."""
    if program.closed_at or Digest.objects.filter(program=program, month=month).exists():
        return True
    figures = figures_hash(evidence(program, Audience.EXECUTIVE, at=at))
    before = Digest.objects.filter(program=program).order_by("-month").first()
    readers = readers_of(program, at=at)
    if not figures or not readers or (before is not None and before.figures == figures):
        return True
    if local_date(at, program.organization.zone) > month + DIGEST_WITHIN:
        return False
    Digest.objects.create(program=program, month=month, said_at=at, figures=figures)
    about = f"digest:{program.pk}:{month:%Y-%m}"
    say_many(
        kind=DIGEST,
        sayings=[Saying(one, about, program.pk, {"month": month.isoformat()}) for one in readers],
        at=at,
    )
    audit.record("digest.told", by=None, at=at, subject=program, readers=len(readers))
    return True
