"""Organisations: the tenants themselves. A global table."""

from __future__ import annotations

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ChampionView(models.TextChoices):
    """What champions may see of their own pod."""

    BY_NAME = "by_name", _("Their own pod by name")
    SHARED_ONLY = "shared_only", _("Only what a member shares")


class Organization(models.Model):
    """An organisation that runs programmes, with the thresholds it has promised its people."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True, validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$")])
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, default="Europe/London")
    locale = models.CharField(max_length=12, default="en-gb")
    created_at = models.DateTimeField()
    # Publication thresholds: an organisation may raise them, never lower them.
    smallest_group = models.PositiveSmallIntegerField(default=5)
    smallest_group_executive = models.PositiveSmallIntegerField(default=10)
    champion_view = models.CharField(max_length=20, choices=ChampionView.choices, default=ChampionView.BY_NAME)
    # Bumped with each change of these settings: a form is held against it, and it is part of the evidence page's ETag.
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="organization_smallest_group", condition=Q(smallest_group__gte=5)),
            models.CheckConstraint(
                name="organization_smallest_group_executive",
                condition=Q(smallest_group_executive__gte=10) & Q(smallest_group_executive__gte=F("smallest_group")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
