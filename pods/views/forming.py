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
from adoption.programs.forms import asked_ids, asked_program
from adoption.programs.queries.arms import teams_page
from adoption.programs.queries.design import design_of
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
from pods.queries.sessions import practice_of

TEAMS_SHOWN = 6  # beside the people, who come first


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def program_pods(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The champions of a programme and their pods."""
    found = asked_program(program)
    facts = {
        "program": found,
        "look": queries.program_pods(found, at=request.at),
        "moves": moves_of(found),
        "practice": practice_of(found),
    }
    return render(request, "pods/program_pods.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def pod_new(request: OrganizationRequest, org: str, program: str, champion: UUID) -> HttpResponse:
    """Form a pod: the champion's own team is proposed; others are searched for, team by team or one by one."""
    found = asked_program(program)
    leader: Champion = get_object_or_404(
        Champion.objects.serving().filter(program=found).select_related("person"), public_id=champion
    )
    if request.method != "POST":
        [name] = queries.free_names(found, [leader])
        form = PodForm(initial={"name": name})
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
    program, today = champion.program, local_date(request.at, request.organization.zone)
    search = asked_text(request.POST, "q")
    candidates = queries.candidates(
        program,
        champion,
        chosen=chosen,
        team=asked_id(request.POST, "propose"),
        search=search if "find" in request.POST else "",
        on=today,
    )
    facts: dict[str, Any] = {
        "program": program,
        "champion": champion,
        "form": form,
        "search": search,
        "concerns": concerns,
        "teams": teams_page(
            program,
            design_of(program),
            search=search,
            after=asked_id(request.POST, "teams-after"),
            before=asked_id(request.POST, "teams-before"),
            on=today,
            size=TEAMS_SHOWN,
        ),
        "candidates": candidates,
        "barred": [one for one in candidates if one.is_barred],
        "is_searching": "find" in request.POST and bool(search),
    }
    return render(request, "pods/pod_new.html", facts, status=422 if form.errors or concerns else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def pod_dissolve(request: OrganizationRequest, org: str, pod: UUID) -> HttpResponse:
    """Ask once, naming the pod; then undo it."""
    found: Pod = get_object_or_404(Pod.objects.select_related("program", "champion__person"), public_id=pod)
    if request.method != "POST":
        today = local_date(request.at, request.organization.zone)
        return render(request, "pods/pod_dissolve.html", {"pod": found, "members": queries.members_of(found, on=today)})
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
        Champion.objects.filter(program=asked_program(program)).select_related("person"), public_id=champion
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
    serving = Champion.objects.serving().filter(program=asked_program(program)).select_related("person__organization")
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
    return redirect(
        "champions" if request.POST.get("back") == "champions" else "program-pods", org=org, program=program
    )
