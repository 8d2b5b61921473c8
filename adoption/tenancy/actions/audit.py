"""Remembering what was done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from adoption.tenancy.models import AuditEvent, Person


def record(
    verb: str, *, by: Person | None, at: datetime, subject: models.Model | None = None, **detail: Any
) -> AuditEvent:
    """Write an act into the audit trail, in the transaction of the act.

    `subject` is named by its kind and public id alone. `detail` holds numbers and names of fields, never anything personal.
    """
    return AuditEvent.objects.create(
        at=at,
        actor=by.public_id if by else None,
        verb=verb,
        subject_kind=(subject._meta.model_name or "") if subject is not None else "",
        subject=getattr(subject, "public_id", None),
        detail=detail,
    )
