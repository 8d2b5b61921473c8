"""Keys for machines."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.actions.tokens import AlreadyMade, make_token, revoke_token
from adoption.tenancy.forms.members import TokenForm, scope_words
from adoption.tenancy.models import ApiToken
from adoption.tenancy.queries import members as queries


@requires(Permission.MANAGE_TOKENS)
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: OrganizationRequest, org: str) -> HttpResponse:
    """The organisation's keys, and a new one: its secret is in the answer to the form and nowhere else."""
    sent = request.POST if request.method == "POST" else None
    form = TokenForm(sent, initial={"once": uuid4()}, permissions=request.permissions)
    made, secret = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = make_token(
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                once=form.cleaned_data["once"],
                expires_at=request.at + form.cleaned_data["lasts"],
                membership=request.membership,
                by=request.person,
                at=request.at,
            )
        except AlreadyMade:
            messages.warning(
                request,
                _(
                    "This token was made already, and its secret was shown once. "
                    "If you missed it, revoke the token and make another."
                ),
            )
            return redirect("tokens", org=org)
        form = TokenForm(initial={"once": uuid4()}, permissions=request.permissions)
    rows = queries.tokens()
    facts = {
        "form": form,
        "made": made,
        "secret": secret,
        "live": [
            (token, [scope_words(scope) for scope in token.scopes]) for token in rows if token.is_live(request.at)
        ],
        "stopped": [token for token in rows if not token.is_live(request.at)],
    }
    return render(request, "tenancy/tokens.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_TOKENS)
@require_http_methods(["GET", "HEAD", "POST"])
def token_revoke(request: OrganizationRequest, org: str, token: UUID) -> HttpResponse:
    """Stop a key, after saying which."""
    row: ApiToken = get_object_or_404(ApiToken.objects.select_related("membership__person"), public_id=token)
    if request.method == "POST":
        revoke_token(token=row, by=request.person, at=request.at)
        messages.success(request, _("The token “%(name)s” is revoked.") % {"name": row.name})
        return redirect("tokens", org=org)
    if row.revoked_at is not None:
        return redirect("tokens", org=org)
    return render(request, "tenancy/token_revoke.html", {"token": row})
