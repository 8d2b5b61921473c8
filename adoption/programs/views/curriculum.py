"""The plan of what is learnt: read by leads, executives and those who lead a pod, changed by leads before the launch."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs.actions import Refused
from adoption.programs.actions import curriculum as actions
from adoption.programs.forms import asked_program
from adoption.programs.forms.curriculum import ContentForm, LeaveOutForm, curriculum_refusal
from adoption.programs.models import Program
from adoption.programs.queries import curriculum as queries
from adoption.programs.queries.curriculum import Curriculum
from adoption.programs.queries.design import TIER_MEANS, TIER_WORDS, reserved
from adoption.programs.rules.curriculum import Content
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date


@requires(Permission.ENTER)
@require_safe
def curriculum(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """What is learnt, phase by phase, and what of it was logged. To a member who leads no pod here there is no such page."""
    found = asked_program(program)
    if Permission.SEE_EVIDENCE not in request.permissions and request.person.pk not in reserved(found):
        raise Http404
    look = _look(request, found)
    facts = {
        "program": found,
        "look": look,
        "manages": Permission.MANAGE_PROGRAMS in request.permissions,
        "sees": Permission.SEE_EVIDENCE in request.permissions,
        "tier": TIER_WORDS[look.tier],
        "tier_means": TIER_MEANS[look.tier],
        "asked": _asked(look.role),
    }
    return render(request, "programs/curriculum.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def content_new(request: OrganizationRequest, org: str, program: str) -> HttpResponseBase:
    """Add something of one's own."""
    found = asked_program(program)
    return _content(request, found, _look(request, found), None)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def content(request: OrganizationRequest, org: str, program: str, content: str) -> HttpResponseBase:
    """One content: how it is learnt, where it stands, or left out."""
    found = asked_program(program)
    look = _look(request, found)
    return _content(request, found, look, _one(look, content))


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def content_move(request: OrganizationRequest, org: str, program: str, content: str) -> HttpResponseBase:
    """Let it come earlier or later within its phase."""
    found = asked_program(program)
    look = _look(request, found)
    return _act(
        request,
        look,
        actions.move_content,
        key=_one(look, content).key,
        earlier=request.POST.get("to") != "later",
    )


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def content_out(request: OrganizationRequest, org: str, program: str, content: str) -> HttpResponseBase:
    """Leave it out, for a reason; what is one's own is taken away."""
    found = asked_program(program)
    look = _look(request, found)
    one = _one(look, content)
    form = LeaveOutForm(request.POST)
    if not one.is_own and not form.is_valid():
        return _content(request, found, look, one, leaving=form)
    reason = "" if one.is_own else form.cleaned_data["reason"]
    return _act(request, look, actions.leave_out, key=one.key, reason=reason)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def content_back(request: OrganizationRequest, org: str, program: str, content: str) -> HttpResponseBase:
    """Take it up again."""
    found = asked_program(program)
    look = _look(request, found)
    return _act(request, look, actions.take_up_again, key=_one(look, content).key)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def curriculum_share(request: OrganizationRequest, org: str, program: str) -> HttpResponseBase:
    """A role follows everybody's plan again; everybody's is the template's again."""
    return _act(request, _look(request, asked_program(program)), actions.share_curriculum)


def _content(
    request: OrganizationRequest,
    program: Program,
    look: Curriculum,
    one: Content | None,
    leaving: LeaveOutForm | None = None,
) -> HttpResponseBase:
    saves = request.method == "POST" and leaving is None
    if not look.may_change and not saves:
        return _back(request, look)
    phases = [phase.phase for phase in look.phases]
    form = ContentForm(request.POST if saves else None, content=one, phases=phases)
    if saves and form.is_valid():
        try:
            actions.put_content(program=program, role=look.role, content=form.said, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            return _back(request, look)
    facts: dict[str, Any] = {
        "program": program,
        "look": look,
        "one": one,
        "words": queries.words_of(one) if one else "",
        "form": form,
        "leaving": leaving or LeaveOutForm(),
        "asked": _asked(look.role),
    }
    failed = form.errors or (leaving is not None and leaving.errors)
    return render(request, "programs/content.html", facts, status=422 if failed else 200)


def _act(request: OrganizationRequest, look: Curriculum, act: Any, **given: Any) -> HttpResponseBase:
    try:
        act(program=look.program, role=look.role, **given, by=request.person, at=request.at)
    except Refused as refusal:
        messages.error(request, curriculum_refusal(refusal.code))
    return _back(request, look)


def _back(request: OrganizationRequest, look: Curriculum) -> HttpResponseBase:
    return redirect(reverse("curriculum", args=[request.organization.slug, look.program.slug]) + _asked(look.role))


def _look(request: OrganizationRequest, program: Program) -> Curriculum:
    """The plan of the role that the address names. A role that is none is everybody."""
    today = local_date(request.at, request.organization.zone)
    role = request.GET.get("role", "")
    look = queries.curriculum(program, role, on=today)
    if role and role not in {name for name, _own in look.roles}:
        return queries.curriculum(program, on=today)
    return look


def _one(look: Curriculum, key: str) -> Content:
    found = next((one for one in look.contents if one.key == key), None)
    if found is None:
        raise Http404
    return found


def _asked(role: str) -> str:
    return f"?{urlencode({'role': role})}" if role else ""
