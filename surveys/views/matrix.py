"""The skills matrix: where a programme is worth starting, what a role does, and asking everybody about their own work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs.actions import Refused as ProgramRefused
from adoption.programs.actions import add_workflow, rename_workflow, restore_workflow, retire_workflow
from adoption.programs.models import Workflow
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date
from surveys import actions, queries
from surveys.forms import AskAboutWorkForm, RoleWorkForm, TaskForm, WorkflowForm, skills_refusal
from surveys.models import Anchor, RoleWork, SkillsWave
from surveys.queries.skills import clusters
from surveys.queries.skills import matrix as matrix_of
from surveys.views import bubbles


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def matrix(request: OrganizationRequest, org: str) -> HttpResponse:
    """Role by workflow, where to begin, and what is taken off."""
    found = matrix_of(at=request.at, zone=request.organization.zone)
    return render(request, "surveys/matrix.html", {"matrix": found, "plot": bubbles.draw(found.spots)})


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def work_new(request: OrganizationRequest, org: str) -> HttpResponse:
    """Say that a workflow is part of a role."""
    roles = queries.roles_of(local_date(request.at, request.organization.zone))
    form = RoleWorkForm(
        request.POST if request.method == "POST" else None, roles=roles, role=request.GET.get("role", "")
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_role_work(**form.cleaned_data, by=request.person, at=request.at)
        except actions.Refused as refusal:
            form.refuse(refusal.code)
        else:
            return redirect("matrix", org=org)
    facts = {"form": form, "roles": roles, "workflows": Workflow.objects.current().exists()}
    return render(request, "surveys/work.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def work(request: OrganizationRequest, org: str, work: UUID) -> HttpResponse:
    """Both views of a workflow in a role, and the lead's own to change."""
    found = _work(work)
    form = RoleWorkForm(request.POST if request.method == "POST" else None, roles=(), work=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_role_work(
                role=found.role, workflow=found.workflow, **form.cleaned_data, by=request.person, at=request.at
            )
        except actions.Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Saved."))
            return redirect("matrix", org=org)
    spots = matrix_of(at=request.at, zone=request.organization.zone).spots
    facts: dict[str, Any] = {"form": form, "work": found, "spot": next(one for one in spots if one.work.pk == found.pk)}
    return render(request, "surveys/work.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def work_out(request: OrganizationRequest, org: str, work: UUID) -> HttpResponse:
    """It is no part of the role."""
    actions.take_work_out(work=_work(work), by=request.person, at=request.at)
    messages.success(request, _("It is no part of the role any more. What people said of it stays published."))
    return redirect("matrix", org=org)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def workflows(request: OrganizationRequest, org: str) -> HttpResponse:
    """Every workflow, and one more."""
    form = WorkflowForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            add_workflow(name=form.cleaned_data["name"], by=request.person, at=request.at)
        except ProgramRefused as refusal:
            form.refuse(refusal.code)
        else:
            return redirect("workflows", org=org)
    facts = {
        "form": form,
        "workflows": Workflow.objects.current().in_name_order(),
        "retired": Workflow.objects.filter(retired_at__isnull=False).in_name_order(),
    }
    return render(request, "surveys/matrix_workflows.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def workflow(request: OrganizationRequest, org: str, workflow: UUID) -> HttpResponse:
    """Another name for a workflow."""
    found = _workflow(workflow)
    form = WorkflowForm(request.POST if request.method == "POST" else None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_workflow(workflow=found, name=form.cleaned_data["name"], by=request.person, at=request.at)
        except ProgramRefused as refusal:
            form.refuse(refusal.code)
        else:
            return redirect("workflows", org=org)
    facts = {"form": form, "workflow": found}
    return render(request, "surveys/matrix_workflow.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def workflow_retire(request: OrganizationRequest, org: str, workflow: UUID) -> HttpResponse:
    """It is asked about no more."""
    try:
        retire_workflow(workflow=_workflow(workflow), by=request.person, at=request.at)
    except ProgramRefused as refusal:
        messages.error(request, skills_refusal(refusal.code))
    return redirect("workflows", org=org)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def workflow_back(request: OrganizationRequest, org: str, workflow: UUID) -> HttpResponse:
    """It is work that people do, after all."""
    restore_workflow(workflow=_workflow(workflow), by=request.person, at=request.at)
    return redirect("workflows", org=org)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def skills_ask(request: OrganizationRequest, org: str) -> HttpResponse:
    """Ask everybody about their own work."""
    today = local_date(request.at, request.organization.zone)
    form = AskAboutWorkForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            actions.open_skills(
                organization=request.organization, until=form.cleaned_data["until"], by=request.person, at=request.at
            )
        except actions.Refused as refusal:
            form.refuse(refusal.code, refusal.facts)
        else:
            messages.success(request, _("The question goes out in working hours. It is published by itself."))
            return redirect("matrix", org=org)
    found = matrix_of(at=request.at, zone=request.organization.zone)
    return render(
        request, "surveys/matrix_ask.html", {"form": form, "matrix": found}, status=422 if form.errors else 200
    )


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def skills_remind(request: OrganizationRequest, org: str) -> HttpResponse:
    """Remind whoever has not answered."""
    try:
        actions.remind_skills(wave=_newest(), by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.info(request, skills_refusal(refusal.code, refusal.facts))
    else:
        messages.success(request, _("The reminder goes out in working hours, to those who have not answered."))
    return redirect("matrix", org=org)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def skills_close(request: OrganizationRequest, org: str) -> HttpResponse:
    """Take no more answers, and publish."""
    try:
        actions.close_skills(wave=_newest(), by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.info(request, skills_refusal(refusal.code, refusal.facts))
    else:
        messages.success(request, _("It is closed, and what may be shown of it is on the matrix."))
    return redirect("matrix", org=org)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def tasks(request: OrganizationRequest, org: str) -> HttpResponse:
    """Tasks in people's own words, without names, and which workflow each of them is."""
    wave = SkillsWave.objects.published().newest_first().first()
    if request.method == "POST":
        return _place(request, wave)
    facts = {"wave": wave, "clusters": clusters(wave) if wave else [], "form": TaskForm()}
    return render(request, "surveys/matrix_tasks.html", facts)


def _place(request: OrganizationRequest, wave: SkillsWave | None) -> HttpResponse:
    org = request.organization.slug
    form = TaskForm(request.POST)
    chosen = [text for text in request.POST.getlist("task") if _is_id(text)]
    found = list(Anchor.objects.filter(wave=wave, public_id__in=chosen)) if wave else []
    if not form.is_valid() or not found:
        if not found:
            form.add_error(None, _("Please tick at least one task."))
        facts = {"wave": wave, "clusters": clusters(wave) if wave else [], "form": form, "chosen": set(chosen)}
        return render(request, "surveys/matrix_tasks.html", facts, status=422)
    name = form.cleaned_data["name"]
    meant = form.cleaned_data["workflow"]
    if name:
        meant = Workflow.objects.current().filter(name=name).first() or add_workflow(
            name=name, by=request.person, at=request.at
        )
    for one in found:
        actions.place_task(task=one, workflow=meant, by=request.person, at=request.at)
    return redirect("tasks", org=org)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _work(public_id: UUID) -> RoleWork:
    found: RoleWork = get_object_or_404(RoleWork.objects.current().select_related("workflow"), public_id=public_id)
    return found


def _workflow(public_id: UUID) -> Workflow:
    found: Workflow = get_object_or_404(Workflow, public_id=public_id)
    return found


def _newest() -> SkillsWave:
    found: SkillsWave = get_object_or_404(SkillsWave, published_at=None)
    return found
