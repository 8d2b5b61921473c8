"""Agreeing what comes off a champion's plate: by mailed link or signed in for the two who agree, and the lead's part of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from adoption.outbox.views.link import LinkRequest, by_link
from adoption.programs.actions import Refused
from adoption.programs.forms import asked_program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.forms.members import asked_id
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.actions import agreements as actions
from champions.actions.agreements import AGREEMENT_LINK
from champions.forms.agreements import AgreementForm, SponsorshipForm, WaiverForm, agreement_refusal
from champions.models import Agreement, Champion
from champions.queries import agreements as queries
from champions.queries.time import strip_of


@by_link(AGREEMENT_LINK)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: LinkRequest) -> HttpResponseBase:
    """The agreement, for the champion or the manager who came by mail."""
    return _agreement(request, get_object_or_404(_champions(), pk=request.link.row_id))


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_agreement(request: OrganizationRequest, org: str, champion: UUID) -> HttpResponseBase:
    """The agreement, for one of the two signed in; to nobody else it is there."""
    return _agreement(request, get_object_or_404(_champions(), public_id=champion))


def _champions() -> Any:
    return Champion.objects.serving().select_related("program", "organization", "person__manager")


def _agreement(request: HttpRequest, champion: Champion) -> HttpResponseBase:
    person: Person = request.person  # type: ignore[attr-defined]
    at = request.at  # type: ignore[attr-defined]
    side = queries.side_of(champion, person)
    if side is None:
        # Whoever was the manager when the mail was written, and is not any more, too.
        raise Http404
    today = local_date(at, champion.organization.zone)
    agreed = queries.agreed_of([champion], on=today)[champion.pk]
    facts: dict[str, Any] = {
        "champion": champion,
        "program": champion.program,
        "side": side,
        "agreed": agreed,
        "is_mine": agreed.proposed is not None and agreed.proposed.proposed_by_side == side,
        "strip": strip_of(champion, agreed, on=today),
    }
    if request.method != "POST":
        form = AgreementForm(champion=champion, before=agreed.proposed or agreed.stands)
        return render(request, "champions/agreement.html", {**facts, "form": form})
    if "agree" in request.POST and agreed.proposed and not facts["is_mine"]:
        # The page says which version it showed: nobody agrees to what they have not read.
        which = asked_id(request.POST, "agree")
        read = Agreement.objects.filter(champion=champion, public_id=which).first() if which else None
        try:
            if read is None:
                raise Refused("changed_meanwhile")
            actions.agree(agreement=read, side=side, by=person, at=at)
        except Refused as refusal:
            messages.error(request, agreement_refusal(refusal.code))
        return redirect(request.path)
    form = AgreementForm(request.POST, champion=champion, before=agreed.proposed or agreed.stands)
    if form.is_valid():
        try:
            actions.propose_agreement(champion=champion, side=side, by=person, at=at, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            return redirect(request.path)
    return render(request, "champions/agreement.html", {**facts, "form": form}, status=422)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def agreement_ask(request: OrganizationRequest, org: str, program: str, champion: UUID) -> HttpResponse:
    """Ask a champion to begin."""
    found = _led(program, champion)
    try:
        actions.ask_for_agreement(champion=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.error(request, agreement_refusal(refusal.code))
    else:
        said = _("%(name)s gets a mail with a link, and their manager after them.")
        messages.success(request, said % {"name": found.person.name})
    return redirect("champions", org=org, program=program)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_waive(request: OrganizationRequest, org: str, program: str, champion: UUID) -> HttpResponse:
    """Write down why a champion starts without an agreement."""
    found = _led(program, champion)
    form = WaiverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.waive_agreement(champion=found, by=request.person, at=request.at, **form.cleaned_data)
        messages.success(request, _("Written down. The launch does not wait for this agreement."))
        return redirect("champions", org=org, program=program)
    facts = {"champion": found, "program": found.program, "form": form}
    return render(request, "champions/agreement_waive.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def agreement_unwaive(request: OrganizationRequest, org: str, program: str, champion: UUID) -> HttpResponse:
    """They wait for an agreement after all."""
    actions.withdraw_waiver(champion=_led(program, champion), by=request.person, at=request.at)
    return redirect("champions", org=org, program=program)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def sponsorship(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Who stands for the champions' time, and what pays for it."""
    found = asked_program(program)
    today = local_date(request.at, request.organization.zone)
    before = queries.sponsorship_of(found)
    form = SponsorshipForm(request.POST if request.method == "POST" else None, before=before, on=today)
    if request.method == "POST" and form.is_valid() and form.sponsor:
        actions.record_sponsorship(
            program=found,
            sponsor=form.sponsor,
            budget_line=form.cleaned_data["budget_line"],
            by=request.person,
            at=request.at,
        )
        messages.success(request, _("Written down. The sponsor is told when a champion runs out of time."))
        return redirect("champions", org=org, program=program)
    facts = {"program": found, "form": form}
    return render(request, "champions/sponsorship.html", facts, status=422 if form.errors else 200)


def _led(program: str, champion: UUID) -> Champion:
    found: Champion = get_object_or_404(_champions().filter(program=asked_program(program)), public_id=champion)
    return found
