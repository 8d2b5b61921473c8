"""Who may come in: sign-in identities, memberships, roles, invitations, tokens."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from adoption.tenancy import rules
from adoption.tenancy.models.organization import Organization
from adoption.tenancy.models.person import Person
from adoption.tenancy.rules import Role
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class IdentityManager(BaseUserManager["Identity"]):
    """Finds identities by address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Identity:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Identity:
        identity = self.model(email=email.lower(), **fields)
        identity.set_password(password)
        identity.save()
        return identity


class Identity(AbstractBaseUser):
    """Somebody who can sign in. Apart from every directory: one identity may be a person in several organisations."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[IdentityManager] = IdentityManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.email


class MembershipIndex(models.Model):
    """Which organisations an identity belongs to; no role, no name. Global, so that signing in finds its way to the tenant."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="index", db_index=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identity", "organization"], name="membership_index_once")]

    def __str__(self) -> str:
        return f"{self.identity_id} in {self.organization_id}"


class MembershipQuerySet(TenantQuerySet):
    """Named filters."""

    def current(self) -> Self:
        """Memberships that have not ended."""
        return self.filter(ended_at__isnull=True)


class Membership(TenantModel):
    """An identity's way into an organisation, as one person of its directory."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # The list of first steps on their home is not wanted any more.
    guide_put_away_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TenantManager.of(MembershipQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "identity"], name="membership_once_per_identity"),
            models.UniqueConstraint(fields=["organization", "person"], name="membership_once_per_person"),
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"


class RoleGrant(TenantModel):
    """One role of one member, and who gave it. Taking it away deletes the row; the audit trail remembers."""

    membership = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "membership", "role"], name="role_grant_once"),
            models.CheckConstraint(name="role_grant_known", condition=Q(role__in=[role.value for role in Role])),
        ]

    def __str__(self) -> str:
        return self.role


class InvitationQuerySet(TenantQuerySet):
    """Named filters."""

    def open(self, at: datetime) -> Self:
        """Invitations that can still be accepted."""
        return self.pending().filter(expires_at__gt=at)

    def pending(self) -> Self:
        """Invitations neither accepted nor withdrawn, expired or not."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)


class Invitation(TenantModel):
    """An offer to a person of the directory to sign in with certain roles."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    roles = ArrayField(models.CharField(max_length=20))
    invited_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(InvitationQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="invitation_public_id"),
            models.UniqueConstraint(
                fields=["organization", "person"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_pending",
            ),
            models.CheckConstraint(
                name="invitation_roles_known",
                condition=Q(roles__contained_by=[role.value for role in Role]) & ~Q(roles=[]),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "person"], name="invitation_by_person"),
            models.Index(fields=["organization", "invited_by"], name="invitation_by_inviter"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.public_id}"


class ApiTokenQuerySet(TenantQuerySet):
    """Named filters."""

    def live(self, at: datetime) -> Self:
        """Tokens that open a door at that time."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), revoked_at__isnull=True)


class ApiToken(TenantModel):
    """A machine's key: never more than its scopes, and never more than the member who made it may do today."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=rules.TEXT_LENGTH)
    hash = models.CharField(max_length=64)
    # The first characters of the secret, so that people can tell tokens apart.
    hint = models.CharField(max_length=12)
    scopes = ArrayField(models.CharField(max_length=40))
    membership = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="tokens")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TenantManager.of(ApiTokenQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="api_token_public_id"),
            models.UniqueConstraint(fields=["organization", "hash"], name="api_token_hash"),
        ]
        indexes = [models.Index(fields=["organization", "membership"], name="api_token_by_membership")]

    def __str__(self) -> str:
        return self.name

    def is_live(self, at: datetime) -> bool:
        """Whether it opens a door at that time, as `live`."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)


class IdempotencyRecord(TenantModel):
    """The first answer to an API request with an idempotency key, written in the transaction of its effect."""

    # The status of a request that has claimed its key and is still being carried out.
    UNANSWERED = 0

    membership = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    # Method, path and body of the request: the same key with another request is a conflict.
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "membership", "key"], name="idempotency_once")]

    def __str__(self) -> str:
        return self.key

    @property
    def answered(self) -> bool:
        return self.status != self.UNANSWERED
