"""A lead has pods suggested, and moves people between them by hand: boxes and buttons, no dragging needed."""

from __future__ import annotations

from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from adoption.programs.actions import Refused, WrongState
from adoption.programs.forms import asked_ids, asked_program
from adoption.programs.models import Program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.forms.members import asked_id
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.models import Champion
from pods.actions.forming import form_pods
from pods.actions.seating import reseat, unseat
from pods.forms import said
from pods.models import Pod
from pods.queries.seating import benches_page, pod_names, suggested_pods


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def pods_suggest(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Pods suggested for every champion who has none: looked at, unticked, and formed together."""
    found = asked_program(program)
    if request.method == "POST":
        try:
            formed = len(form_pods(program=found, chosen=_ticked(request, found), by=request.person, at=request.at))
        except Refused as refusal:
            messages.error(request, said(refusal.code))
            return redirect("pods-suggest", org=org, program=program)
        if formed:
            words = ngettext("%(count)d pod is formed.", "%(count)d pods are formed.", formed)
            messages.success(request, words % {"count": formed})
        return redirect("program-pods", org=org, program=program)
    suggested = suggested_pods(found, on=local_date(request.at, request.organization.zone))
    return render(request, "pods/program_pods_suggest.html", {"program": found, "suggested": suggested})


def _ticked(request: OrganizationRequest, program: Program) -> list[tuple[Champion, list[Person]]]:
    """Champions of the page by name, each with those who were left ticked."""
    serving = Champion.objects.serving().filter(program=program, public_id__in=asked_ids(request.POST, "champion"))
    ticked = {
        one: asked_ids(request.POST, f"member-{one.public_id}")
        for one in serving.select_related("person").in_name_order()
    }
    people = {
        one.public_id: one
        for one in Person.objects.filter(public_id__in=chain.from_iterable(ticked.values())).in_name_order()
    }
    return [(champion, [people[key] for key in people if key in keys]) for champion, keys in ticked.items()]


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def pods_seats(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Pods side by side: tick people, choose a pod, move them there."""
    found = asked_program(program)
    after, before = asked_id(request.GET, "after"), asked_id(request.GET, "before")
    here = reverse("pods-seats", args=[org, program])
    if request.method == "POST":
        _move(request, found)
        kept = urlencode({name: str(key) for name, key in (("after", after), ("before", before)) if key})
        return redirect(f"{here}?{kept}" if kept else here)
    page = benches_page(found, after=after, before=before)
    facts: dict[str, Any] = {
        "program": found,
        "page": page,
        "names": pod_names(found),
        "previous": page.previous and f"{here}?{urlencode({'before': str(page.previous)})}",
        "next": page.next and f"{here}?{urlencode({'after': str(page.next)})}",
    }
    return render(request, "pods/program_pods_seats.html", facts)


def _move(request: OrganizationRequest, program: Program) -> None:
    people = list(Person.objects.filter(public_id__in=asked_ids(request.POST, "member")).in_name_order())
    try:
        if "out" in request.POST:
            count = unseat(program=program, people=people, by=request.person, at=request.at)
            words = ngettext("%(count)d person is in no pod now.", "%(count)d people are in no pod now.", count)
            messages.success(request, words % {"count": count})
            return
        pod: Pod = get_object_or_404(Pod.objects.filter(program=program), public_id=asked_id(request.POST, "to"))
        count = reseat(pod=pod, people=people, by=request.person, at=request.at)
    except (WrongState, Refused) as refusal:
        messages.error(request, said(refusal.code))
    else:
        words = ngettext("%(count)d person moved to %(pod)s.", "%(count)d people moved to %(pod)s.", count)
        messages.success(request, words % {"count": count, "pod": pod.name})
