"""A lead forms pods around champions, before the launch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs.actions import Refused
from adoption.programs.forms import asked_ids
from adoption.programs.models import Program
from adoption.programs.queries import unassigned_teams
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.actions.members import HasLeft, NoMail
from adoption.tenancy.forms.members import asked_id, asked_text
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.actions import write_again
from champions.models import Champion
from pods import actions, queries
from pods.forms import PodForm, said
from pods.models import Pod
from pods.queries.moves import moves_of
from pods.queries.sessions import practised


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def program_pods(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The champions of a programme and their pods."""
    found = _program(program)
    facts = {
        "program": found,
        "look": queries.program_pods(found, at=request.at),
        "moves": moves_of(found),
        "practice": practised(found),
    }
    return render(request, "pods/program_pods.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def pod_new(request: OrganizationRequest, org: str, program: str, champion: UUID) -> HttpResponse:
    """Form a pod: the champion's own team is proposed; others are searched for, team by team or one by one."""
    found = _program(program)
    leader: Champion = get_object_or_404(
        Champion.objects.serving().filter(program=found).select_related("person"), public_id=champion
    )
    if request.method != "POST":
        form = PodForm(initial={"name": queries.free_name(leader)})
        return _new(request, leader, form, chosen=None)
    chosen = asked_ids(request.POST, "member")
    if "form" not in request.POST:
        # Somebody searches on: what was ticked stays, and nothing is refused yet.
        form = PodForm(initial={"name": request.POST.get("name", "")})
        return _new(request, leader, form, chosen=chosen)
    form = PodForm(request.POST)
    members = list(Person.objects.filter(public_id__in=chosen).in_name_order())
    if not members:
        form.refuse("empty_pod")
    concerns = queries.concerns(leader, members) if form.is_valid() else None
    if form.is_valid() and concerns and concerns.is_any and "anyway" not in request.POST:
        return _new(request, leader, form, chosen=chosen, concerns=concerns)
    if form.is_valid():
        try:
            pod = actions.form_pod(
                program=found, champion=leader, members=members, by=request.person, at=request.at, **form.cleaned_data
            )
        except Refused as refusal:
            if refusal.code == "pod_name_taken" and Pod.objects.filter(champion=leader, **form.cleaned_data).exists():
                # The button was pressed twice: what was wanted is there.
                return redirect("program-pods", org=org, program=program)
            form.refuse(refusal.code)
        else:
            undo = reverse("pod-dissolve", args=[org, pod.public_id])
            done = _("%(pod)s is formed, with %(count)d members.") % {"pod": pod.name, "count": len(members)}
            messages.success(request, done, extra_tags=f"undo:{undo}")
            return redirect("program-pods", org=org, program=program)
    return _new(request, leader, form, chosen=chosen)


def _new(
    request: OrganizationRequest,
    champion: Champion,
    form: PodForm,
    *,
    chosen: list[UUID] | None,
    concerns: queries.Concerns | None = None,
) -> HttpResponse:
    program = champion.program
    search, team = asked_text(request.POST, "q"), asked_id(request.POST, "team")
    facts: dict[str, Any] = {
        "program": program,
        "champion": champion,
        "form": form,
        "search": search,
        "concerns": concerns,
        "teams": unassigned_teams(program),
        "candidates": queries.candidates(
            program,
            champion,
            chosen=chosen,
            team=team if "propose" in request.POST else None,
            search=search if "find" in request.POST else "",
            on=local_date(request.at, request.organization.zone),
        ),
        "is_searching": "find" in request.POST and bool(search),
    }
    return render(request, "pods/pod_new.html", facts, status=422 if form.errors or concerns else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def pod_dissolve(request: OrganizationRequest, org: str, pod: UUID) -> HttpResponse:
    """Ask once, naming the pod; then undo it."""
    found: Pod = get_object_or_404(Pod.objects.select_related("program", "champion__person"), public_id=pod)
    if request.method != "POST":
        return render(request, "pods/pod_dissolve.html", {"pod": found, "members": queries.members_of(found)})
    try:
        actions.dissolve_pod(pod=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.error(request, said(refusal.code))
    else:
        messages.success(request, _("%(pod)s is dissolved; its members are in no group again.") % {"pod": found.name})
    return redirect("program-pods", org=org, program=found.program.slug)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def champion_withdraw(request: OrganizationRequest, org: str, program: str, champion: UUID) -> HttpResponse:
    """Take the naming of a champion back."""
    found: Champion = get_object_or_404(
        Champion.objects.filter(program=_program(program)).select_related("person"), public_id=champion
    )
    try:
        actions.withdraw_champion(champion=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.error(request, said(refusal.code))
    else:
        messages.success(request, _("%(name)s is no champion any more.") % {"name": found.person.name})
    return redirect("champions", org=org, program=program)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def champion_invite(request: OrganizationRequest, org: str, program: str, champion: UUID) -> HttpResponse:
    """Send a champion who has not come in the way in once more."""
    serving = Champion.objects.serving().filter(program=_program(program)).select_related("person__organization")
    found: Champion = get_object_or_404(serving, public_id=champion)
    try:
        write_again(champion=found, by=request.person, at=request.at)
    except NoMail:
        messages.error(request, _("%(name)s has no mail address in the directory.") % {"name": found.person.name})
    except HasLeft:
        messages.error(request, _("%(name)s has left.") % {"name": found.person.name})
    else:
        done = _("%(name)s gets a mail with a link that is good for 14 days.")
        messages.success(request, done % {"name": found.person.name})
    return redirect("program-pods", org=org, program=program)


def _program(slug: str) -> Program:
    found: Program = get_object_or_404(Program.objects.select_related("organization"), slug=slug)
    return found
