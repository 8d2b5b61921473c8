"""A lead sees to who wants attention: asks a champion, calls it done, puts it off, takes it back."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs import actions, queries
from adoption.programs.forms import LaterForm, asked_program, refusal_sentence
from adoption.programs.forms.attention import SHOWS, asked_attention
from adoption.programs.models import Attention
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.forms.members import asked_id
from adoption.tenancy.rules import local_date


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def attention_list(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Everybody who wants attention, what was put off, and what was done lately."""
    found = asked_program(program)
    today = local_date(request.at, request.organization.zone)
    facts = {"program": found, "look": queries.attention_list(found, on=today, at=request.at)}
    return render(request, "programs/attention.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def attention_everywhere(request: OrganizationRequest, org: str) -> HttpResponse:
    """The one list of a lead: what waits in every programme, what was put off, and what was done lately."""
    asked = asked_attention(request.GET)
    today = local_date(request.at, request.organization.zone)
    after, before = asked_id(request.GET, "after"), asked_id(request.GET, "before")
    look = queries.everywhere(asked, on=today, at=request.at, after=after, before=before)

    def onward(**to: UUID | None) -> str:
        given = {"show": asked.show, "program": asked.program, "kind": asked.kind, **to}
        wanted = urlencode({name: value for name, value in given.items() if value})
        return f"{request.path}?{wanted}" if any(to.values()) else ""

    facts = {
        "look": look,
        "asked": asked,
        "shows": SHOWS,
        "previous": onward(before=look.page.previous),
        "next": onward(after=look.page.next),
    }
    return render(request, "programs/attention_everywhere.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def attention_ask(request: OrganizationRequest, org: str, program: str, attention: UUID) -> HttpResponse:
    """Ask the champion to see to somebody."""
    found = _find(program, attention)
    guide = queries.guide_of(found, at=request.at)
    if guide is None:
        messages.error(request, refusal_sentence("nobody_to_ask", {}))
        return _back(request, found)
    try:
        actions.ask_guide(attention=found, guide=guide, by=request.person, at=request.at)
    except actions.WrongState as refusal:
        messages.info(request, refusal_sentence(refusal.code, refusal.facts))
        return _back(request, found)
    words = _("%(champion)s is asked to talk to %(name)s: by mail, in working hours.")
    return _done(request, found, words % {"champion": guide.name, "name": found.called}, undo="attention-unask")


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def attention_unask(request: OrganizationRequest, org: str, program: str, attention: UUID) -> HttpResponse:
    """Take back that the champion was asked."""
    found = _find(program, attention)
    actions.unask_guide(attention=found, by=request.person, at=request.at)
    messages.success(request, _("Taken back. If the mail has not gone yet, it does not go."))
    return _back(request, found)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def attention_done(request: OrganizationRequest, org: str, program: str, attention: UUID) -> HttpResponse:
    """It has been dealt with."""
    found = _find(program, attention)
    try:
        actions.handle_attention(attention=found, by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.info(request, refusal_sentence(refusal.code, refusal.facts))
        if refusal.code == "step_to_agree_on":
            return redirect("step-for", org=org, program=program, person=found.somebody.public_id)
        return _back(request, found)
    return _done(request, found, _("%(name)s: done.") % {"name": found.called}, undo="attention-back")


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def attention_later(request: OrganizationRequest, org: str, program: str, attention: UUID) -> HttpResponse:
    """Put it off until a day, for a reason."""
    found = _find(program, attention)
    today = local_date(request.at, request.organization.zone)
    form = LaterForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_off_attention(attention=found, by=request.person, at=request.at, **form.cleaned_data)
        except actions.WrongState as refusal:
            messages.info(request, refusal_sentence(refusal.code, refusal.facts))
            return _back(request, found)
        except actions.Refused as refusal:
            form.refuse(refusal.code, refusal.facts)
        else:
            day = date_format(form.cleaned_data["until"], "j F")
            words = _("%(name)s is put off until %(day)s.") % {"name": found.called, "day": day}
            return _done(request, found, words, undo="attention-back")
    facts = {"program": found.program, "one": queries.one_wanting(found, at=request.at), "form": form}
    return render(request, "programs/attention_later.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def attention_back(request: OrganizationRequest, org: str, program: str, attention: UUID) -> HttpResponse:
    """Bring back what was called done or put off."""
    found = _find(program, attention)
    try:
        actions.reopen_attention(attention=found, by=request.person, at=request.at)
    except actions.WrongState as refusal:
        messages.info(request, refusal_sentence(refusal.code, refusal.facts))
    else:
        messages.success(request, _("%(name)s is back on the list.") % {"name": found.called})
    return _back(request, found)


def _done(request: OrganizationRequest, attention: Attention, words: str, *, undo: str) -> HttpResponse:
    address = reverse(undo, args=[request.organization.slug, attention.program.slug, attention.public_id])
    messages.success(request, words, extra_tags=f"undo:{address}")
    return _back(request, attention)


def _back(request: OrganizationRequest, attention: Attention) -> HttpResponse:
    """To where the button stood: a whole list, one's first page, or the programme's with the list's beginning."""
    back = request.POST.get("back")
    if back == "home":
        return redirect("home", org=request.organization.slug)
    if back == "everywhere":
        return redirect("attention-everywhere", org=request.organization.slug)
    place = "attention" if back == "list" else "program"
    return redirect(place, org=request.organization.slug, program=attention.program.slug)


def _find(program: str, attention: UUID) -> Attention:
    rows = Attention.objects.filter(program__slug=program).select_related("program__organization", "person")
    found: Attention = get_object_or_404(rows, public_id=attention)
    return found
