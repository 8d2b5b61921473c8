"""What champions need from leadership: asked, answered in one go, visibly overdue; and what leaders do."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs.actions import Refused
from adoption.programs.models import Program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import Role
from champions.actions import asks as actions
from champions.forms.asks import AnswerForm, AskForm, DeedForm
from champions.forms.kit import said
from champions.models import LeaderDeed, Need
from champions.queries import asks as queries
from champions.queries.kit import in_charge
from champions.queries.sponsor import short_of_time, sponsorships_of
from champions.rules import AskAnswer
from champions.views.kit import champion_only, kit_page, only, standing_of, today_of


@requires(Permission.ENTER)
@require_safe
def asks(request: OrganizationRequest, org: str) -> HttpResponse:
    """Everything asked for, what waits longest first."""
    standing = standing_of(request)
    only(standing.sees_asks)
    found = queries.asks_for(request.person, standing, at=request.at)
    return kit_page(request, "champions/asks.html", standing, asks=found)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_new(request: OrganizationRequest, org: str) -> HttpResponse:
    """Ask leadership for something. `?from=check` begins with what was said in one's last check."""
    standing = champion_only(request)
    begun = queries.said_in_check(request.person) if request.GET.get("from") == "check" else None
    form = AskForm(
        request.POST if request.method == "POST" else None,
        owners=[one for one in in_charge(Role.EXECUTIVE, Role.LEAD) if one != request.person],
        programs=list(Program.objects.running().newest_first()),
        begun=begun,
    )
    if request.method == "POST" and form.is_valid():
        try:
            need = actions.ask_for(**form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            done = _("%(name)s is told, and again if 14 days pass.")
            messages.success(request, done % {"name": need.owner.name if need.owner else ""})
            return redirect("asks", org=org)
    return kit_page(request, "champions/ask_new.html", standing, 422 if form.errors else 200, form=form)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_answer(request: OrganizationRequest, org: str, need: UUID) -> HttpResponse:
    """Answer an ask. Whoever may only read it finds no such page."""
    standing = standing_of(request)
    found: Need = get_object_or_404(queries.visible(request.person, standing), public_id=need)
    row = queries.ask_row(found, request.person, standing, today_of(request))
    only(row.may_answer)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"answer": AskAnswer.DONE})
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_ask(need=found, **form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            name = found.asked_by.name if found.asked_by else _("Who asked")
            messages.success(request, _("%(name)s gets your answer. Thank you.") % {"name": name})
            return redirect("asks", org=org)
    return kit_page(request, "champions/ask_answer.html", standing, 422 if form.errors else 200, form=form, row=row)


@requires(Permission.ENTER)
@require_POST
def ask_withdraw(request: OrganizationRequest, org: str, need: UUID) -> HttpResponse:
    """It is not needed any more."""
    found: Need = get_object_or_404(Need.objects.standing(), public_id=need, asked_by=request.person)
    try:
        actions.withdraw_ask(need=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.info(request, said(refusal.code))
    else:
        messages.success(request, _("Withdrawn. Nobody is reminded of it any more."))
    return redirect("asks", org=org)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def deed_new(request: OrganizationRequest, org: str) -> HttpResponse:
    """Write down what a leader did: by champions, leads, and leaders themselves."""
    standing = standing_of(request)
    only(standing.writes_tools or standing.leads_people)
    leaders = in_charge(Role.EXECUTIVE) if standing.writes_tools else [request.person]
    form = DeedForm(request.POST if request.method == "POST" else None, leaders=leaders, today=today_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_deed(**form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Written down. It counts once somebody else has confirmed it."))
            return redirect("asks", org=org)
    return kit_page(request, "champions/deed_new.html", standing, 422 if form.errors else 200, form=form)


@requires(Permission.ENTER)
@require_POST
def deed_confirm(request: OrganizationRequest, org: str, deed: UUID) -> HttpResponse:
    """Somebody else saw it happen."""
    only(standing_of(request).writes_tools)
    found: LeaderDeed = get_object_or_404(LeaderDeed, public_id=deed)
    try:
        actions.confirm_deed(deed=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.info(request, said(refusal.code))
    else:
        messages.success(request, _("Confirmed. Thank you."))
    return redirect("asks", org=org)


@requires(Permission.ENTER)
@require_POST
def deed_withdraw(request: OrganizationRequest, org: str, deed: UUID) -> HttpResponse:
    """One's own note was wrong."""
    found: LeaderDeed = get_object_or_404(LeaderDeed, public_id=deed, noted_by=request.person)
    try:
        actions.withdraw_deed(deed=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.info(request, said(refusal.code))
    else:
        messages.success(request, _("Taken back."))
    return redirect("asks", org=org)


@requires(Permission.ENTER)
@require_safe
def waiting_asks(request: OrganizationRequest, org: str) -> HttpResponse:
    """What champions wait for: a fragment of the home of whoever is to answer, and a page of its own without a script."""
    part = "#waiting-asks" if request.htmx else ""  # type: ignore[attr-defined]
    stands_for = sponsorships_of(request.person)
    facts = {
        "waiting": queries.waiting_asks(request.person, request.permissions, at=request.at),
        "stands_for": stands_for,
        "short": short_of_time(stands_for) if stands_for else 0,
    }
    return render(request, f"champions/waiting_asks.html{part}", facts)
