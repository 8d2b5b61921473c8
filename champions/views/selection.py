"""The shortlist for the lead, and the question to a candidate by mailed link."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.outbox.views.link import LinkRequest, by_link, forget_pass
from adoption.programs.actions import Refused
from adoption.programs.forms import asked_program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from champions.actions import selection as actions
from champions.actions.selection import OFFER_LINK, OfferGone
from champions.forms import refusal_of
from champions.models import Candidacy, Offer, Selection
from champions.queries import selection as queries


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def shortlist(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Who meets both criteria, as a plot and as a table."""
    found = asked_program(program)
    facts = {"program": found, "list": queries.shortlist(found, at=request.at)}
    return render(request, "champions/shortlist.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def candidate_ask(request: OrganizationRequest, org: str, program: str, candidacy: UUID) -> HttpResponse:
    """Ask a candidate by mail whether they would."""
    found = _candidacy(program, candidacy)
    try:
        actions.offer(candidacy=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.error(request, refusal_of(refusal.code))
    else:
        undo = reverse("candidate-unask", args=[org, program, candidacy])
        said = _("%(name)s is asked by mail. A no is as good as a yes, and leaves no trace.")
        messages.success(request, said % {"name": found.person.name}, extra_tags=f"undo:{undo}")
    return redirect("shortlist", org=org, program=program)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def candidate_unask(request: OrganizationRequest, org: str, program: str, candidacy: UUID) -> HttpResponse:
    """Take the question back before it is answered."""
    found = _candidacy(program, candidacy)
    for row in Offer.objects.filter(program=found.selection.program, person=found.person):
        actions.take_offer_back(offer=row, by=request.person, at=request.at)
        messages.success(request, _("%(name)s is not asked.") % {"name": found.person.name})
    return redirect("shortlist", org=org, program=program)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def shortlist_settle(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Ask once; then delete what was counted of everybody."""
    found = asked_program(program)
    selection: Selection = get_object_or_404(Selection, program=found)
    if request.method == "POST":
        actions.settle_selection(selection=selection, by=request.person, at=request.at)
        messages.success(request, _("The shortlist is deleted."))
        return redirect("champions", org=org, program=program)
    return render(request, "champions/shortlist_settle.html", {"program": found})


@by_link(OFFER_LINK)
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: LinkRequest) -> HttpResponseBase:
    """What it means to be a champion; a POST says yes or no. A no leaves nothing behind, this address included."""
    row: Offer = get_object_or_404(
        Offer.objects.select_related("program__workflow", "offered_by", "person"), pk=request.link.row_id
    )
    facts = {"offer": row, "program": row.program}
    if request.method != "POST":
        return render(request, "champions/offer.html", facts)
    answer = request.POST.get("answer", "")
    try:
        if answer == "yes":
            actions.accept_offer(offer=row, at=request.at)
        elif answer == "no":
            actions.decline_offer(offer=row, at=request.at)
        else:
            return render(request, "champions/offer.html", {**facts, "unclear": True}, status=422)
    except OfferGone as gone:
        raise Http404 from gone
    except Refused as refusal:
        refused = {**facts, "refusal": refusal_of(refusal.code)}
        return render(request, "champions/offer.html", refused, status=409)
    response = render(request, "champions/offer.html", {**facts, "answered": answer})
    forget_pass(request, response)
    return response


def _candidacy(program: str, public_id: UUID) -> Candidacy:
    found: Candidacy = get_object_or_404(
        Candidacy.objects.of_program(asked_program(program)).select_related("selection__program", "person"),
        public_id=public_id,
    )
    return found
