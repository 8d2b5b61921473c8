"""What a message would say, written for nobody: no link is made, nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from adoption.outbox.rules import KINDS, one_header, tidy
from adoption.tenancy.models import Organization


@dataclass(frozen=True)
class Specimen:
    """A message as somebody would read it."""

    subject: str
    text: str


def write_specimen(kind: str, facts: Mapping[str, Any], organization: Organization, *, at: datetime) -> Specimen:
    """A message of a kind with its facts, in the organisation's language. Raises UnknownKind."""
    of = KINDS[kind]
    with translation.override(organization.locale), timezone.override(organization.zone):
        known = {
            "first_name": _("(first name)"),
            "organization": organization,
            "at": at,
            "base_url": settings.BASE_URL,
            "links": {name: _("(a link of their own)") for name in of.links},
            **facts,
        }
        return Specimen(
            subject=one_header(render_to_string(f"{of.template}#subject", known)),
            text=tidy(render_to_string(f"{of.template}#text", known)),
        )
