"""Pictures that travel inside a mail. Imported by workers only."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation

from adoption.disclosure.rules import Audience
from adoption.outbox.models import Message
from adoption.programs.models import Program
from metrics.exports.paper import curve_png
from metrics.queries.evidence import evidence


def digest_pictures(*, message: Message, at: datetime) -> dict[str, bytes]:
    """The curve of a monthly summary, as executives see it."""
    program = Program.objects.select_related("organization", "workflow").get(pk=message.row_id)
    with translation.override(program.organization.locale):
        drawn = curve_png(evidence(program, Audience.EXECUTIVE, at=at))
    return {"curve": drawn} if drawn else {}
