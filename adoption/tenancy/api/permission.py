"""The door of an API address: the same rules as `access.requires`, answered as problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission

from adoption.tenancy.access import find_member
from adoption.tenancy.api.errors import Problem

if TYPE_CHECKING:  # the framework loads this module while it loads its views
    from rest_framework.views import APIView

    from adoption.tenancy.api.address import Arriving


class Door(BasePermission):
    """Nobody: 401. A stranger: 404, as for an organisation that does not exist. A member without the permission: 403.

    A view names `permission`, and `permission_to_write` for what changes something; a view without one opens to nobody.
    """

    def has_permission(self, request: Arriving, view: APIView) -> bool:  # type: ignore[override]
        if not request.user.is_authenticated:
            raise NotAuthenticated
        if request.organization is None:
            raise Http404
        member = request.auth.member if request.auth else find_member(request.user, at=request.at)
        if member is None:
            raise Http404
        needed = {getattr(view, "permission", None)}
        method = (request.method or "").lower()
        if method.upper() not in SAFE_METHODS and hasattr(view, method):
            needed.add(getattr(view, "permission_to_write", None))
        missing = needed - member.permissions
        if missing:
            raise Problem("forbidden", permissions=sorted(one.value for one in missing if one))
        inside = request._request
        inside.membership, inside.person = member.membership, member.person  # type: ignore[attr-defined]
        inside.roles, inside.permissions = member.roles, member.permissions  # type: ignore[attr-defined]
        return True
