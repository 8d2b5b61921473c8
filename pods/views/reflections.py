"""What a pod learned, week by week, for whoever leads it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adoption.programs.actions import Refused
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.forms.members import asked_text
from pods.actions import reflections as actions
from pods.forms.reflections import ReflectionForm
from pods.models import Pod
from pods.queries import reflections as queries


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def reflections(request: OrganizationRequest, org: str, pod: UUID) -> HttpResponse:
    """Three lines a week, found again by a word."""
    rows = Pod.objects.select_related("program", "organization").led_by(request.person)
    found: Pod = get_object_or_404(rows, public_id=pod)
    weeks = queries.weeks_to_write(found, at=request.at)
    chosen = next((week for week in weeks if week.isoformat() == request.GET.get("week")), weeks[0])
    form = ReflectionForm(
        request.POST if request.method == "POST" else None,
        weeks=weeks,
        written=queries.weeks_written(found),
        initial=_before(found, chosen),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.reflect(pod=found, **form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Written down. Thank you."))
            return redirect("reflections", org=org, pod=pod)
    search = asked_text(request.GET, "q")
    facts = {"pod": found, "form": form, "search": search, "learned": queries.learned(found, search=search)}
    return render(request, "pods/reflections.html", facts, status=422 if form.errors else 200)


def _before(pod: Pod, week: Any) -> dict[str, Any]:
    """What was written of the week so far."""
    row = queries.reflection_on(pod, week)
    said = {"worked": row.worked, "did_not": row.did_not, "next_time": row.next_time} if row else {}
    return {"week": week.isoformat(), "opened": week.isoformat(), **said}
