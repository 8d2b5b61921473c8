"""Making an organisation, and changing what it has promised its people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.walls import organization

# What an administrator may change. Slug and public id are addresses and never change.
CHANGEABLE = ("name", "zone", "locale", "smallest_group", "smallest_group_executive", "champion_view")
THRESHOLDS = ("smallest_group", "smallest_group_executive")


class SlugTaken(ValueError):
    """Another organisation has that address."""


class ThresholdLowered(ValueError):
    """People were promised a larger group than the one asked for: the threshold `field` may be `least` or more."""

    def __init__(self, field: str, least: int) -> None:
        super().__init__(f"{field} cannot go below {least}")
        self.field = field
        self.least = least


class SettingsEditedMeanwhile(RuntimeError):
    """Somebody else saved these settings since they were shown."""


def create_organization(
    *, slug: str, name: str, zone: str, locale: str, at: datetime, public_id: UUID | None = None, **promises: Any
) -> Organization:
    """A new, empty organisation. Its first member is an administrator, by `invite` or `admit`.

    `promises` are the thresholds and what champions see, where they are not the usual ones. Raises SlugTaken, ThresholdLowered,
    and ValidationError for a slug, name, zone or locale that cannot be one.
    """
    made = Organization(slug=slug, name=name, zone=zone, locale=locale, created_at=at, **promises)
    made.public_id = public_id or made.public_id
    made.clean_fields()
    if slug in rules.RESERVED_SLUGS:
        raise ValidationError({"slug": _("This word is kept for Murmuration itself. Choose another one.")})
    if not rules.is_zone(zone):
        raise ValidationError({"zone": _("This is not a time zone. An example: Europe/Berlin.")})
    _keep_promises(made)
    with transaction.atomic():
        if Organization.objects.filter(slug=slug).exists():
            raise SlugTaken(slug)
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as failure:
            # Somebody else took the address between the question and the answer.
            raise SlugTaken(slug) from failure
        with organization(made.pk):
            audit.record("organization.created", by=None, at=at, subject=made)
    return made


@transaction.atomic
def change_organization(
    *, organization: Organization, version: int, changes: Mapping[str, Any], by: Person | None, at: datetime
) -> Organization:
    """Save settings. Thresholds only ever rise: each publication so far has promised them.

    Raises SettingsEditedMeanwhile when `version` is no longer the one stored, ThresholdLowered, and KeyError for an
    unknown field.
    """
    row = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if row.version != version:
        raise SettingsEditedMeanwhile
    changed = {field: value for field, value in changes.items() if getattr(row, field) != value}
    for field, value in changed.items():
        if field not in CHANGEABLE:
            raise KeyError(field)
        if field in THRESHOLDS and value < getattr(row, field):
            raise ThresholdLowered(field, getattr(row, field))
        setattr(row, field, value)
    _keep_promises(row)
    if changed:
        row.version += 1
        row.save(update_fields=[*changed, "version"])
        audit.record("organization.changed", by=by, at=at, subject=row, fields=sorted(changed))
    return row


def _keep_promises(row: Organization) -> None:
    """Raise ThresholdLowered where a group would be smaller than everybody is promised."""
    for field, least in rules.LEAST_GROUPS.items():
        if getattr(row, field) < least:
            raise ThresholdLowered(field, least)
    if row.smallest_group_executive < row.smallest_group:
        raise ThresholdLowered("smallest_group_executive", row.smallest_group)
