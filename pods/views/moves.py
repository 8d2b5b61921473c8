"""A lead changes who sits where while a programme runs. Each move says where the person counts, and can be undone."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from adoption.programs.actions import Refused
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from pods import queries
from pods.actions import moves as actions
from pods.forms import said
from pods.forms.moves import JoinForm, MoveForm
from pods.models import Move, Pod, Seat
from pods.queries.moves import counts_where, launch_places, what_happened


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def seat_move(request: OrganizationRequest, org: str, pod: UUID, person: UUID) -> HttpResponse:
    """Somebody goes to another pod, or leaves this one."""
    found = _pod(pod)
    seats = Seat.objects.current().filter(pod=found).select_related("person__organization")
    who: Person = get_object_or_404(seats, person__public_id=person).person
    others = [one for one in queries.pods_of(found.program) if one.pk != found.pk]
    form = MoveForm(request.POST if request.method == "POST" else None, pods=others)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            if to:
                move = actions.transfer(person=who, pod=to, by=request.person, at=request.at)
            else:
                move = actions.leave_pod(person=who, pod=found, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            return _done(request, org, found, move)
    place = launch_places(found.program, [who]).get(who.pk)
    facts = {"pod": found, "who": who, "form": form, "counts": counts_where(place)}
    return render(request, "pods/seat_move.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def pod_join(request: OrganizationRequest, org: str, pod: UUID) -> HttpResponse:
    """Somebody comes into a pod late, or was helped by it once. Of the comparison group only after a second look."""
    found = _pod(pod)
    today = local_date(request.at, request.organization.zone)
    form = JoinForm(request.POST if request.method == "POST" else None, on=today)
    concern = ""
    if request.method == "POST" and form.is_valid() and form.person:
        who, joins = form.person, form.cleaned_data["how"] == "join"
        place = launch_places(found.program, [who]).get(who.pk)
        if joins and place is not None and "anyway" not in request.POST:
            concern = counts_where(place)
        else:
            try:
                if joins:
                    move = actions.join_late(person=who, pod=found, by=request.person, at=request.at)
                else:
                    day = form.cleaned_data["day"]
                    move = actions.note_help(person=who, pod=found, day=day, by=request.person, at=request.at)
            except Refused as refusal:
                form.refuse(refusal.code)
            else:
                return _done(request, org, found, move)
    facts = {"pod": found, "form": form, "concern": concern}
    return render(request, "pods/pod_join.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def move_undo(request: OrganizationRequest, org: str, program: str, move: UUID) -> HttpResponse:
    """As if it had not been."""
    found: Move = get_object_or_404(
        Move.objects.select_related("person", "before", "after"), program__slug=program, public_id=move
    )
    try:
        actions.undo_move(move=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.error(request, said(refusal.code))
    else:
        messages.success(request, _("Taken back. Everything is as it was."))
    return redirect("program-pods", org=org, program=program)


def _done(request: OrganizationRequest, org: str, pod: Pod, move: Move) -> HttpResponse:
    place = launch_places(pod.program, [move.person]).get(move.person_id)
    words = _("%(what)s. %(counts)s") % {"what": what_happened(move), "counts": counts_where(place)}
    undo = reverse("move-undo", args=[org, pod.program.slug, move.public_id])
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return redirect("pod", org=org, pod=pod.public_id)


def _pod(pod: UUID) -> Pod:
    found: Pod = get_object_or_404(
        Pod.objects.select_related("program", "organization", "champion__person"), public_id=pod
    )
    return found
