"""A pod's weeks: a fragment of the pod's page, and a page of its own without a script."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from metrics.queries.pod import pod_weeks as weeks_of
from pods.models import Pod


@requires(Permission.ENTER)
@require_safe
def pod_weeks(request: OrganizationRequest, org: str, pod: UUID) -> HttpResponse:
    """Members by weeks, for the champion who leads them; for nobody else."""
    led = Pod.objects.led_by(request.person).select_related("program__workflow", "organization", "champion__person")
    look = weeks_of(get_object_or_404(led, public_id=pod), at=request.at)
    part = "#pod-weeks" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"metrics/pod_weeks.html{part}", {"look": look})
