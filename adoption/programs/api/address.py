"""What addresses of programmes share, for machines: who may come, what was sent, and a refusal in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from adoption.programs.actions import Refused
from adoption.programs.forms import refusal_sentence, refusal_words
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import StrictSerializer
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission, local_date


class ForLeads(Address):
    """Whoever manages programmes reads and writes."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS


def read(serializer: type[StrictSerializer], request: Inside) -> dict[str, Any]:
    """What was sent, if all of it is right; otherwise the problem is said field by field."""
    given = serializer(data=request.data, context={"today": local_date(request.at, request.organization.zone)})
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def refused(refusal: Refused, field: str = "", *, kind: str = "conflict") -> Problem:
    """A refusal beside the field that it is about."""
    return Problem(kind, errors={field: (refusal.code, refusal_words(refusal.code)[0])})


@contextmanager
def refusals(field: str = "") -> Iterator[None]:
    """A refusal beside the field that it is about, with the days it names."""
    try:
        yield
    except Refused as refusal:
        words = refusal_sentence(refusal.code, refusal.facts)
        raise Problem("conflict", errors={field: (refusal.code, words)}) from refusal


def somebody(value: UUID | None, on: date) -> Person | None:
    """Somebody who is here on a day, by their id. Raises ValidationError for nobody."""
    if value is None:
        return None
    found: Person | None = Person.objects.here(on).filter(public_id=value).first()
    if found is None:
        raise serializers.ValidationError(_("Nobody in the directory has this id."), code="unknown_person")
    return found
