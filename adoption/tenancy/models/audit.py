"""What was done, and who is no longer there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from adoption.tenancy.walls import TenantManager, TenantModel, TenantQuerySet


class AuditEventQuerySet(TenantQuerySet):
    """Named filters."""

    def newest_first(self) -> Self:
        return self.order_by("-id")

    def naming(self, person: UUID) -> Self:
        """Acts of a person and acts that concern them, by public id."""
        return self.naming_any([person])

    def naming_any(self, people: Iterable[UUID]) -> Self:
        """Acts of any of these people and acts that concern one of them."""
        people = list(people)
        return self.filter(Q(actor__in=people) | Q(subject__in=people))


class AuditEvent(TenantModel):
    """An act, written in the transaction of the act itself. It names people only by their public id, so erasure leaves it whole."""

    at = models.DateTimeField()
    # The public id of the person who acted; empty when the application itself did.
    actor = models.UUIDField(null=True)
    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject = models.UUIDField(null=True)
    # Numbers, names of fields and of roles: never a name, an address or an answer.
    detail = models.JSONField(default=dict)

    objects: ClassVar = TenantManager.of(AuditEventQuerySet)

    class Meta:
        indexes = [models.Index(fields=["organization", "subject"], name="audit_by_subject")]

    def __str__(self) -> str:
        return self.verb


class Erasure(TenantModel):
    """Somebody was erased. Keyed hashes keep an import or a restored backup from bringing them back."""

    public_id = models.UUIDField()
    # HMACs of the mail address, the aliases and the external id.
    hashes = models.JSONField(default=list)
    erased_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "public_id"], name="erasure_once")]

    def __str__(self) -> str:
        return f"erasure {self.public_id}"
