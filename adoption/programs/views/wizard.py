"""A programme designed in five short steps: saved at each, left and taken up again at will."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs import actions, queries
from adoption.programs.actions.design import draft_program, settle_measure, settle_purpose, settle_tier
from adoption.programs.actions.lessons import answer_lesson, forget_answer
from adoption.programs.forms import asked_program, refusal_words
from adoption.programs.forms.design import (
    DatesForm,
    StepForm,
    TemplateForm,
    WorkForm,
    said_of_dates,
    said_of_template,
    said_of_work,
)
from adoption.programs.models import Design, Lesson, Program
from adoption.programs.queries.design import chosen_so_far, design_by_key, design_of, earlier_programs, summary
from adoption.programs.queries.lessons import suggestions, taken_over
from adoption.programs.rules import State
from adoption.programs.rules.design import Page
from adoption.programs.rules.lessons import LESSON_PAGES
from adoption.programs.views.calendar import saying_what_is_dropped
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.forms.members import asked_id, asked_text
from adoption.tenancy.rules import local_date


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def program_new(request: OrganizationRequest, org: str) -> HttpResponse:
    """The first step of a draft that is not there yet; after an earlier programme, where one is named."""
    like = Program.objects.select_related("workflow").filter(slug=asked_text(_given(request), "like")).first()
    if request.method != "POST":
        said: dict[str, Any] = {
            "form_key": uuid.uuid4(),
            "workflow": asked_text(request.GET, "workflow"),
            "role": asked_text(request.GET, "role"),
        }
        if like:
            before = said_of_work(like, design_of(like))
            said |= {**before, "name": "", "like": like.slug}
        return _show_new(request, WorkForm(initial=said), like)
    form = WorkForm(request.POST)
    if form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name not in {"like", "form_key", "role"}}
        key = form.cleaned_data["form_key"] or uuid.uuid4()
        try:
            made = draft_program(
                **values,
                starts_on=queries.start_choices(today=_today(request))[0],
                comparison=_("The vendor’s training"),
                form_key=key,
                like=like,
                role=form.cleaned_data["role"],
                by=request.person,
                at=request.at,
            )
        except actions.WrongState as refusal:
            messages.error(request, refusal_words(refusal.code)[0])
            known = design_by_key(key)
            return redirect("program", org=org, program=known.program.slug) if known else redirect("programs", org=org)
        except actions.Refused as refusal:
            form.refuse(refusal.code)
        else:
            return redirect("program-step", org=org, program=made.slug, page=Page.TEMPLATE)
    return _show_new(request, form, like, status=422)


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def program_change(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The first step of a draft, by the address that other pages lead to."""
    found = asked_program(program)
    if found.state is not State.DRAFT:
        return _fixed(request, found)
    design = design_of(found)
    return _show(request, found, design, Page.WORK, WorkForm(initial=said_of_work(found, design)))


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def program_step(request: OrganizationRequest, org: str, program: str, page: str) -> HttpResponse:
    """One step of a draft: what it says so far, with the whole of it at the side."""
    found = asked_program(program)
    if page not in set(Page):
        raise Http404
    here = Page(page)
    if found.state is not State.DRAFT:
        return _fixed(request, found)
    design = design_of(found)
    if here not in SAVES:
        return _show(request, found, design, here, None) if request.method != "POST" else _after(request, found, here)
    if request.method != "POST":
        if request.htmx and request.htmx.target == "wizard-summary":  # type: ignore[attr-defined]
            _imagine(_form(here, found, design, _today(request), request.GET), found, design)
        return _show(request, found, design, here, _form(here, found, design, _today(request), None))
    form = _form(here, found, design, _today(request), request.POST)
    if form.is_valid():
        try:
            # All of a step or nothing of it.
            with saying_what_is_dropped(request, found), transaction.atomic():
                SAVES[here](request, found, form.cleaned_data)
        except actions.WrongState:
            return _fixed(request, found)
        except actions.Refused as refusal:
            form.refuse(refusal.code)
        else:
            return _after(request, found, here)
    return _show(request, found, design, here, form, status=422)


def _save_work(request: OrganizationRequest, program: Program, given: dict[str, Any]) -> None:
    actions.change_draft(
        program=program,
        name=given["name"],
        workflow=given["workflow"],
        starts_on=program.starts_on,
        weeks=program.weeks,
        comparison=program.comparison,
        by=request.person,
        at=request.at,
    )
    purpose = {name: given[name] for name in ("aim", "obstacle", "finding")}
    settle_purpose(program=program, **purpose, by=request.person, at=request.at)


def _save_template(request: OrganizationRequest, program: Program, given: dict[str, Any]) -> None:
    actions.choose_template(program=program, template=given["template"], by=request.person, at=request.at)
    settle_tier(program=program, tier=given["tier"], by=request.person, at=request.at)


def _save_dates(request: OrganizationRequest, program: Program, given: dict[str, Any]) -> None:
    actions.change_draft(
        program=program,
        name=program.name,
        workflow=program.workflow.name,
        starts_on=given["starts_on"],
        weeks=given["weeks"],
        comparison=given.get("comparison", program.comparison),
        by=request.person,
        at=request.at,
    )
    actions.choose_mode(program=program, mode=given["mode"], by=request.person, at=request.at)
    numbers = {name: given[name] for name in ("primary_look", "least_icc", "pods", "pod_size")}
    settle_measure(program=program, **numbers, teams=given.get("teams", 0), by=request.person, at=request.at)


SAVES: dict[Page, Callable[[OrganizationRequest, Program, dict[str, Any]], None]] = {
    Page.WORK: _save_work,
    Page.TEMPLATE: _save_template,
    Page.DATES: _save_dates,
}


def _form(page: Page, program: Program, design: Design, today: date, data: Any) -> StepForm:
    if page is Page.WORK:
        return WorkForm(data, initial=said_of_work(program, design))
    if page is Page.TEMPLATE:
        return TemplateForm(data, initial=said_of_template(program, design))
    return DatesForm(data, initial=said_of_dates(program, design), program=program, today=today)


def _imagine(form: StepForm, program: Program, design: Design) -> None:
    """Let the summary say what is typed, before it is saved. What cannot be is left as it was."""
    form.is_valid()
    for name, value in form.cleaned_data.items():
        if name == "workflow":
            program.workflow.name = value
        elif hasattr(design, name) and value is not None:
            setattr(design, name, value)
        elif hasattr(program, name):
            setattr(program, name, value)


def _after(request: OrganizationRequest, program: Program, page: Page) -> HttpResponse:
    """Answer what an earlier programme learned, if one of its buttons was pressed: what is typed is saved by then. Else go on."""
    taken, left = asked_id(request.POST, "take"), asked_id(request.POST, "do-without")
    if taken is None and left is None:
        return _on(request, program, page)
    lesson: Lesson = get_object_or_404(Lesson.objects.exclude(program=program), public_id=taken or left)
    org = request.organization.slug
    try:
        answer_lesson(program=program, lesson=lesson, is_taken=taken is not None, by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.error(request, refusal_words(refusal.code)[0])
    else:
        undo = reverse("lesson-again", args=[org, program.slug, page.value, lesson.public_id])
        said = _("Taken over.") if taken else _("Done without.")
        messages.success(request, said, extra_tags=f"undo:{undo}")
    return redirect("program-step", org=org, program=program.slug, page=page)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def lesson_again(request: OrganizationRequest, org: str, program: str, page: str, lesson: UUID) -> HttpResponse:
    """Offer a draft once more what it has answered. A number it set stays, to be changed by hand."""
    found = asked_program(program)
    if page not in set(Page):
        raise Http404
    row: Lesson = get_object_or_404(Lesson, public_id=lesson)
    try:
        forget_answer(program=found, lesson=row, by=request.person, at=request.at)
    except actions.WrongState:
        return _fixed(request, found)
    return redirect("program-step", org=org, program=program, page=page)


def _on(request: OrganizationRequest, program: Program, page: Page) -> HttpResponse:
    org = request.organization.slug
    if "leave" in request.POST or page.after is None:
        messages.success(request, _("The draft is saved. Nobody has been asked for anything."))
        return redirect("program", org=org, program=program.slug)
    return redirect("program-step", org=org, program=program.slug, page=page.after)


def _fixed(request: OrganizationRequest, program: Program) -> HttpResponse:
    messages.error(request, refusal_words("baseline_open")[0])
    return redirect("program", org=request.organization.slug, program=program.slug)


def _show_new(request: OrganizationRequest, form: WorkForm, like: Program | None, status: int = 200) -> HttpResponse:
    facts = {"form": form, "like": like, "earlier": earlier_programs() if like is None else (), "page": Page.WORK}
    return render(request, "programs/program_new.html", facts, status=status)


def _show(
    request: OrganizationRequest,
    program: Program,
    design: Design,
    page: Page,
    form: StepForm | None,
    status: int = 200,
) -> HttpResponse:
    facts: dict[str, Any] = {
        "program": program,
        "design": design,
        "page": page,
        "pages": list(Page),
        "form": form,
        "summary": summary(program, design, on=_today(request)),
        "taken_over": taken_over(program),
    }
    if request.htmx and request.htmx.target == "wizard-summary":  # type: ignore[attr-defined]
        return render(request, "programs/wizard.html#wizard-summary", facts)
    facts["suggested"] = suggestions(program, design, page) if page in LESSON_PAGES else []
    if page is Page.ARMS:
        facts["chosen"] = chosen_so_far(program)
    if page is Page.REVIEW:
        facts["look"] = queries.look_at(program, at=request.at)
        facts["plan"] = queries.planned(program, program.plan_ahead, on=_today(request))
    return render(request, "programs/wizard.html", facts, status=status)


def _given(request: OrganizationRequest) -> Any:
    return request.POST if request.method == "POST" else request.GET


def _today(request: OrganizationRequest) -> date:
    return local_date(request.at, request.organization.zone)
