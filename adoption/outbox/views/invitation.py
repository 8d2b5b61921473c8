"""The page of a mailed invitation."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adoption.outbox.actions import invitations
from adoption.outbox.queries.invitations import find_offer
from adoption.outbox.views.link import LinkRequest, by_link, forget_pass
from adoption.tenancy.actions.members import AlreadyMember, HasLeft, InvitationClosed


@by_link("invitation")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: LinkRequest) -> HttpResponseBase:
    """Who invites whom into what; a POST accepts, signs in and goes home."""
    offer = find_offer(request.link.row_id, at=request.at)
    facts = {"offer": offer, "mail": request.link.address, "signed_in": _signed_in_as_another(request)}
    if offer is None:
        return render(request, "outbox/invitation.html", facts, status=410)
    if request.method != "POST":
        return render(request, "outbox/invitation.html", facts)
    try:
        identity = invitations.accept(link=request.link, at=request.at)
    except invitations.AddressChanged:
        refusal = _(
            "Your address in the directory has changed since this mail was sent. Please ask for a new invitation."
        )
    except AlreadyMember:
        refusal = _("You are a member already. Please sign in.")
    except (InvitationClosed, HasLeft):
        refusal = _("This invitation was withdrawn. Please ask whoever invited you.")
    else:
        home = reverse("home", args=[request.organization.slug])
        # Through the sign-in's own stages: a second factor that somebody has set up is asked for here too.
        response: HttpResponseBase = perform_login(request, identity, redirect_url=home)
        forget_pass(request, response)
        return response
    return render(request, "outbox/invitation.html", {**facts, "refusal": refusal}, status=409)


def _signed_in_as_another(request: LinkRequest) -> str:
    """The address somebody is signed in with, when it is not the invited one."""
    user = request.user
    return user.email if user.is_authenticated and user.email != request.link.address else ""
