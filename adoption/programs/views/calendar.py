"""The calendar of a programme: what happens by itself, seen before it does, moved, left out or brought back.

What is only planned is changed in the same way, from the pages that come before it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from adoption.outbox.queries.specimen import write_specimen
from adoption.programs import actions, queries
from adoption.programs.forms import MoveForm, SkipForm, asked_program, refusal_sentence
from adoption.programs.models import Program
from adoption.programs.queries import Coming
from adoption.programs.queries.calendar import step_called
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def calendar(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Everything that happens by itself, and what was left out."""
    found = asked_program(program)
    today = local_date(request.at, request.organization.zone)
    facts = {"program": found, "look": queries.calendar_of(found, on=today), "today": today}
    return render(request, "programs/calendar.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def step(request: OrganizationRequest, org: str, program: str, step: str) -> HttpResponse:
    """One step: what would be sent, and to how many; moved or left out from here."""
    return _show(request, _find(request, program, step))


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def step_move(request: OrganizationRequest, org: str, program: str, step: str) -> HttpResponse:
    """Let it come on another day."""
    one = _find(request, program, step)
    form = MoveForm(request.POST, room=one.room)
    if form.is_valid():
        try:
            moved = actions.move_step(step=one.step, to=form.cleaned_data["to"], by=request.person, at=request.at)
        except actions.WrongState as refusal:
            return _refused(request, one, refusal)
        except actions.Refused as refusal:
            form.refuse(refusal.code, refusal.facts)
        else:
            words = _("%(what)s comes on %(day)s.")
            day = date_format(moved.due_on, "l j F")
            return _done(request, one, words % {"what": one.words, "day": day}, undo=moved.moved_from is not None)
    return _show(request, one, moving=form)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def step_skip(request: OrganizationRequest, org: str, program: str, step: str) -> HttpResponse:
    """Leave it out, for a reason."""
    one = _find(request, program, step)
    form = SkipForm(request.POST)
    if form.is_valid():
        try:
            actions.skip_step(step=one.step, by=request.person, at=request.at, **form.cleaned_data)
        except actions.Refused as refusal:
            return _refused(request, one, refusal)
        return _done(request, one, _("%(what)s is left out.") % {"what": one.words}, undo=True)
    return _show(request, one, skipping=form)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def step_back(request: OrganizationRequest, org: str, program: str, step: str) -> HttpResponse:
    """Bring it back, or back to its day."""
    one = _find(request, program, step)
    try:
        actions.restore_step(step=one.step, by=request.person, at=request.at)
    except actions.Refused as refusal:
        return _refused(request, one, refusal)
    return _done(request, one, _("%(what)s is back as it was.") % {"what": one.words}, undo=False)


@contextmanager
def saying_what_is_dropped(request: OrganizationRequest, program: Program) -> Iterator[None]:
    """Say what a lead wanted of planned steps and a change of the plan has made pointless."""
    before = queries.wished(program)
    yield
    left = queries.wished(program) if before else {}
    gone = [str(words) for key, words in before.items() if key not in left]
    if gone:
        said = _("The plan has changed, so these are no longer moved or left out: %(steps)s.")
        messages.info(request, said % {"steps": "; ".join(gone)})


def _show(
    request: OrganizationRequest, one: Coming, *, moving: MoveForm | None = None, skipping: SkipForm | None = None
) -> HttpResponse:
    would = queries.preview(one.step, at=request.at) if one.may_change else None
    name, back = _back(request, one)
    facts: dict[str, Any] = {
        "program": one.step.program,
        "one": one,
        "name": name,
        "back": back,
        "would": would,
        "letter": write_specimen(would.kind, would.facts, request.organization, at=request.at)
        if would and would.kind
        else None,
        "moving": moving or MoveForm(room=one.room),
        "skipping": skipping or SkipForm(),
    }
    return render(request, "programs/step.html", facts, status=422 if moving or skipping else 200)


def _back(request: OrganizationRequest, one: Coming) -> tuple[str, str]:
    """The page on which a step stands: what it is called, and its address."""
    place = [request.organization.slug, one.step.program.slug]
    if not one.is_planned:
        return _("Calendar"), reverse("calendar", args=place)
    if one.is_of_baseline:
        return _("Open the baseline"), reverse("program-baseline", args=place)
    return _("Launch"), reverse("program-launch", args=place)


def _done(request: OrganizationRequest, one: Coming, words: str, *, undo: bool) -> HttpResponse:
    place = [request.organization.slug, one.step.program.slug]
    back = reverse("step-back", args=[*place, one.step.key])
    messages.success(request, words, extra_tags=f"undo:{back}" if undo else "")
    return redirect(_back(request, one)[1])


def _refused(request: OrganizationRequest, one: Coming, refusal: actions.Refused) -> HttpResponse:
    messages.info(request, refusal_sentence(refusal.code, refusal.facts))
    return redirect(_back(request, one)[1])


def _find(request: OrganizationRequest, program: str, key: str) -> Coming:
    found = step_called(asked_program(program), key)
    if found is None:
        raise Http404
    return Coming(found, local_date(request.at, request.organization.zone))
