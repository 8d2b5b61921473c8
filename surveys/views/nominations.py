"""The advice network: naming colleagues by mailed link or signed in, and asking everybody as a lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from adoption.outbox.queries.links import LinkState
from adoption.outbox.views.link import LinkRequest, by_link
from adoption.programs.forms import asked_program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from surveys import actions, queries
from surveys.forms import AskAroundForm, NominationForm, refusal_sentence
from surveys.models import NominationAsk, NominationWave
from surveys.queries import NamedColleagues

# A link outlives the asking, so that it can say that it is over.
EVEN_LATER = frozenset({LinkState.EXPIRED, LinkState.ENDED})


@dataclass(frozen=True)
class Shown:
    """A question that asks for colleagues: whom somebody has named, and whom what they typed could mean."""

    field: BoundField
    named: NamedColleagues
    meant: list[Person]
    typed: str


@by_link(actions.NOMINATION, even=EVEN_LATER)
@require_http_methods(["GET", "HEAD", "POST"])
def nomination(request: LinkRequest) -> HttpResponseBase:
    """The questions of somebody who came by mail."""
    return _answer(request, _ask(pk=request.link.row_id))


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_nomination(request: OrganizationRequest, org: str, nomination: UUID) -> HttpResponseBase:
    """The questions of somebody signed in."""
    return _answer(request, _ask(public_id=nomination, person=request.person))


def _ask(**which: Any) -> NominationAsk:
    asks = NominationAsk.objects.select_related("wave__program__workflow", "person__organization")
    found: NominationAsk = get_object_or_404(asks, **which)
    return found


def _answer(request: HttpRequest, ask: NominationAsk) -> HttpResponseBase:
    at: datetime = request.at  # type: ignore[attr-defined]
    facts: dict[str, Any] = {"ask": ask, "program": ask.wave.program}
    if ask.wave.counted_at or at >= ask.wave.closes_at:
        return render(request, "surveys/nomination.html", {**facts, "closed": True}, status=410)
    if request.method != "POST":
        if "done" in request.GET and ask.completed_at:
            return render(request, "surveys/nomination.html", {**facts, "done": True})
        return _page(request, NominationForm(ask), facts, {})
    form = NominationForm(ask, request.POST)
    try:
        meant = _keep(form, ask, at)
    except actions.WaveClosed:
        return render(request, "surveys/nomination.html", {**facts, "closed": True}, status=410)
    if form.errors or meant:
        return _page(request, form, facts, meant, status=422)
    if "send" in request.POST:
        actions.keep_tries(ask=ask, tries=form.tries, at=at, complete=True)
        return redirect(f"{request.path}?done")
    return redirect(f"{request.path}#names")


def _keep(form: NominationForm, ask: NominationAsk, at: datetime) -> dict[str, list[Person]]:
    """Keep all that a press of a button carries. Returns, by question, whom a text could mean where that is several."""
    actions.keep_tries(ask=ask, tries=form.tries, at=at, complete=False)
    people = Person.objects.here(local_date(at, ask.person.local_zone()))
    if away := form.taken_away:
        actions.take_name_away(ask=ask, item=away[0], person=get_object_or_404(Person, public_id=away[1]), at=at)
    found = form.find(at)
    if chosen := form.chosen:
        found[chosen[0]] = [get_object_or_404(people, public_id=chosen[1])]
        form.errors.pop(chosen[0], None)
    for key, several in found.items():
        if len(several) == 1:
            try:
                actions.name_colleague(ask=ask, item=key, person=several[0], at=at)
            except actions.Refused as refusal:
                form.add_error(key, refusal_sentence(refusal.code, {}))
    return {key: several for key, several in found.items() if len(several) > 1}


def _page(
    request: HttpRequest, form: NominationForm, facts: dict[str, Any], meant: dict[str, list[Person]], status: int = 200
) -> HttpResponse:
    named = queries.named_by(form.ask)
    shown = [
        Shown(
            field=form[one.item.key],
            named=one,
            meant=meant.get(one.item.key, []),
            # What was understood is named; only the rest still stands in its field.
            typed=str(form.data.get(one.item.key, "")) if one.item.key in meant or one.item.key in form.errors else "",
        )
        for one in named
    ]
    return render(request, "surveys/nomination.html", {**facts, "form": form, "questions": shown}, status=status)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def nominations(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Ask everybody whom they go to; while it is open, until when."""
    found = asked_program(program)
    today = local_date(request.at, request.organization.zone)
    form = AskAroundForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            actions.open_nominations(program=found, by=request.person, at=request.at, **form.cleaned_data)
        except actions.Refused as refusal:
            form.refuse(refusal.code, refusal.facts)
        else:
            messages.success(request, _("Everybody is asked by mail, in their working hours."))
            return redirect("nominations", org=org, program=program)
    facts = {"program": found, "asking": queries.asking_of(found, at=request.at), "form": form}
    return render(request, "surveys/nominations.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def nominations_remind(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Remind whoever has not answered."""
    wave: NominationWave = get_object_or_404(NominationWave, program=asked_program(program))
    try:
        actions.remind_nominations(wave=wave, by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.info(request, refusal_sentence(refusal.code, refusal.facts))
    else:
        messages.success(request, _("The reminder goes out in working hours, to those who have not answered."))
    return redirect("nominations", org=org, program=program)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def nominations_close(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Take no more answers, and count them."""
    wave: NominationWave = get_object_or_404(NominationWave, program=asked_program(program))
    try:
        actions.close_nominations(wave=wave, by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.info(request, refusal_sentence(refusal.code, refusal.facts))
        return redirect("nominations", org=org, program=program)
    messages.success(request, _("It is counted, and who named whom is deleted."))
    return redirect("shortlist", org=org, program=program)
