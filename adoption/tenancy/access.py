"""Who: permissions at the door, for people and for machines, and how somebody may sign in."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from adoption.tenancy.models import Identity, Membership, MembershipIndex, Organization, Person, RoleGrant
from adoption.tenancy.rules import GRANTS, Permission, Role, is_allowed, permissions_of
from adoption.tenancy.walls import organization

__all__ = [
    "GRANTS",
    "Member",
    "OrganizationRequest",
    "Permission",
    "Role",
    "SignInAdapter",
    "find_member",
    "find_member_behind",
    "may_start",
    "organizations_of",
    "organizations_open_to",
    "requires",
]

log = structlog.get_logger(__name__)


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
    user: Identity


View = Callable[..., HttpResponseBase]


def find_member(identity: Identity, *, at: datetime) -> Member | None:
    """The identity's membership in the organisation entered, read afresh: a right that was taken away is gone at once.

    None for a stranger, for a membership that ended, and from the day on which the person has left, where they are.
    One query: a member always holds at least one role.
    """
    return _read_member(at, membership__identity=identity)


def find_member_behind(membership: Membership, *, at: datetime) -> Member | None:
    """The member for whom a machine acts, as `find_member`; None also when their identity was closed."""
    return _read_member(at, membership=membership, membership__identity__is_active=True)


def _read_member(at: datetime, **which: Any) -> Member | None:
    grants = list(
        RoleGrant.objects.filter(membership__ended_at__isnull=True, **which).select_related(
            "membership__person__organization"
        )
    )
    if not grants:
        return None
    membership = grants[0].membership
    person = membership.person
    if person.has_left(at):
        return None
    roles = frozenset(Role(grant.role) for grant in grants)
    return Member(membership, person, roles, permissions_of(roles))


def requires(permission: Permission) -> Callable[[View], View]:
    """The door of an organisation address, always the outermost decorator.

    Nobody signed in: to the sign-in page, whether or not the organisation exists. A stranger: 404, exactly as for an
    organisation that does not exist. A member without the grant: 403.
    """

    def door(view: View) -> View:
        @wraps(view)
        def guarded(request: OrganizationRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            identity: Identity | AnonymousUser = request.user
            if isinstance(identity, AnonymousUser):
                return _to_sign_in(request)
            where: Organization | None = request.organization
            member = find_member(identity, at=request.at) if where is not None else None
            if member is None:
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


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back. An act is not repeated afterwards; no sign-in page lands inside a fragment."""
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    htmx = getattr(request, "htmx", None)
    if htmx:
        return HttpResponseClientRedirect(redirect_to_login(htmx.current_url_abs_path or "/")["Location"])
    return redirect_to_login(back)


class SignInAdapter(DefaultAccountAdapter):
    """allauth's questions about our identities: sign-up is by invitation, and a new identity knows when it was made."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def new_user(self, request: HttpRequest) -> Identity:
        return Identity(created_at=timezone.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send at once, but beside the request: neither the time of the answer nor a mail server that is down may tell
        whether an address is known."""
        _postman.submit(contextvars.copy_context().run, self._deliver, template_prefix, email, dict(context))

    def _deliver(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        # Not the Host header of whoever asked: what a mail says about this site comes from the settings.
        site = {"name": "Murmuration", "domain": urlsplit(settings.BASE_URL).netloc}
        try:
            super().send_mail(template_prefix, email, {**context, "current_site": site})
        except Exception as failure:  # noqa: BLE001 - nobody is there to whom it could be raised
            # The text of a refusal by SMTP holds the address.
            log.error("sign_in.mail_failed", mail=template_prefix, failure=type(failure).__name__)


def may_start(identity: Identity) -> bool:
    """Whether the installation lets them bring an organisation aboard: by an address that they have proved to be theirs."""
    allowed = settings.ORGANIZATIONS_BY
    if not allowed:
        return False
    proved = EmailAddress.objects.filter(user=identity, verified=True).values_list("email", flat=True)
    return "*" in allowed or any(is_allowed(mail, allowed) for mail in proved)


_postman = ThreadPoolExecutor(max_workers=4, thread_name_prefix="sign-in-mail")


def organizations_of(identity: Identity) -> list[Organization]:
    """The organisations an identity belongs to, by name."""
    index = MembershipIndex.objects.filter(identity=identity).select_related("organization")
    return [row.organization for row in index.order_by("organization__name", "organization__slug")]


def organizations_open_to(identity: Identity, *, at: datetime) -> list[Organization]:
    """The organisations that would let the identity in now: not those whose directory says the person has left.

    To be asked outside every organisation; each one is entered for the answer.
    """
    found = []
    for one in organizations_of(identity):
        with organization(one.pk):
            if find_member(identity, at=at) is not None:
                found.append(one)
    return found
