"""Who: permissions at the door, for people and for machines, and how somebody may sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from adoption.tenancy.models import Identity, Membership, MembershipIndex, Organization, Person, RoleGrant
from adoption.tenancy.rules import GRANTS, Permission, Role, permissions_of

__all__ = ["GRANTS", "Member", "OrganizationRequest", "Permission", "Role", "SignInAdapter", "find_member", "requires"]


@dataclass(frozen=True)
class Member:
    """Somebody inside an organisation, with the rights they have at this moment."""

    membership: Membership
    person: Person
    roles: frozenset[Role]
    permissions: frozenset[Permission]


class OrganizationRequest(HttpRequest):
    """A request that has passed the door of an organisation address. For type checkers; never instantiated."""

    organization: Organization
    membership: Membership
    person: Person
    roles: frozenset[Role]
    permissions: frozenset[Permission]
    at: datetime
    user: Identity  # type: ignore[assignment]


View = Callable[..., HttpResponseBase]


def find_member(identity: Identity) -> Member | None:
    """The identity's membership in the organisation entered, read afresh: a right that was taken away is gone at once.

    None for a stranger and for a membership that ended. One query: a member always holds at least one role.
    """
    grants = list(
        RoleGrant.objects.filter(membership__identity=identity, membership__ended_at__isnull=True).select_related("membership__person")
    )
    if not grants:
        return None
    membership = grants[0].membership
    roles = frozenset(Role(grant.role) for grant in grants)
    return Member(membership, membership.person, roles, permissions_of(roles))


def requires(permission: Permission) -> Callable[[View], View]:
    """The door of an organisation address, always the outermost decorator.

    Nobody signed in: to the sign-in page, whether or not the organisation exists. A stranger: 404, exactly as for an
    organisation that does not exist. A member without the grant: 403.
    """

    def door(view: View) -> View:
        @wraps(view)
        def guarded(request: OrganizationRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            member = find_member(request.user) if getattr(request, "organization", None) else None
            if member is None or member.person.left_on is not None and member.person.left_on <= request.at.date():
                raise Http404
            if permission not in member.permissions:
                raise PermissionDenied
            request.membership = member.membership
            request.person = member.person
            request.roles = member.roles
            request.permissions = member.permissions
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return door


class SignInAdapter(DefaultAccountAdapter):
    """allauth's questions about our identities: sign-up is by invitation, and a new identity knows when it was made."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def new_user(self, request: HttpRequest) -> Identity:
        return Identity(created_at=timezone.now())


def organizations_of(identity: Identity) -> list[Organization]:
    """The organisations an identity may enter, by name."""
    return [row.organization for row in MembershipIndex.objects.filter(identity=identity).select_related("organization").order_by("organization__name")]
