"""A lead has pods suggested, and moves people between them by hand: dragged, or with boxes and a button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from adoption.programs.actions import Refused, WrongState
from adoption.programs.forms import asked_ids, asked_program
from adoption.programs.models import Program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.forms.members import asked_id, asked_text
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.models import Champion
from pods import rules
from pods.actions.forming import form_pods
from pods.actions.seating import put_back, reseat, shift, unseat
from pods.forms import said
from pods.models import Pod
from pods.queries.seating import are_dragged, benches_page, pod_names, sat_in, suggested_pods


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


Asked = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Told:
    """What became of a move, in words, and where it can be taken back, if it can. `pod` is where they sit now; refused, nothing moved."""

    words: str
    back: str = ""
    pod: Pod | None = None
    refused: bool = False


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def pods_seats(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Pods side by side: drag people, or tick them, choose a pod and move them there. With a script only the pods come anew."""
    found = asked_program(program)
    after, before = asked_id(request.GET, "after"), asked_id(request.GET, "before")
    start = reverse("pods-seats", args=[org, program])
    kept = [(name, str(key)) for name, key in (("after", after), ("before", before)) if key]
    here = _with(start, kept)
    told = _move(request, found, kept) if request.method == "POST" else None
    if told and not request.htmx:  # type: ignore[attr-defined]
        level = messages.ERROR if told.refused else messages.SUCCESS
        messages.add_message(request, level, told.words, extra_tags=f"undo:{told.back}" if told.back else "")
        return redirect(here)
    page, dragged = benches_page(found, at=request.at, after=after, before=before), are_dragged(found)
    facts: dict[str, Any] = {
        "program": found,
        "here": here,
        "page": page,
        "dragged": dragged,
        "most": rules.MOST_DRAGGED,
        "names": pod_names(found) if dragged else [],
        "told": told,
        "previous": page.previous and _with(start, [("before", str(page.previous))]),
        "next": page.next and _with(start, [("after", str(page.next))]),
    }
    part, status = ("#seats", 422 if told.refused else 200) if told else ("", 200)
    return render(request, f"pods/program_pods_seats.html{part}", facts, status=status)


def _move(request: OrganizationRequest, program: Program, kept: Asked) -> Told:
    """Carry out what was pressed or dropped. What cannot be is a sentence, and nobody has moved."""
    given: dict[str, Any] = {"by": request.person, "at": request.at}
    try:
        if "back" in request.GET:
            put_back(program=program, sat=_places(request, program), now_in=_pod(program, request.GET, "now"), **given)
            return Told(_("Taken back. Everybody sits where they did."))
        people = list(Person.objects.filter(public_id__in=asked_ids(request.POST, "member")).in_name_order())
        before = sat_in(program, people)
        if "drop" in request.POST:
            seen, pod = _pod(program, request.POST, "from"), _pod(program, request.POST, "to")
            count = shift(program=program, people=people, before=seen, after=pod, **given)
        elif "out" in request.POST:
            pod, count = None, unseat(program=program, people=people, **given)
        else:
            pod = _asked_pod(request, program)
            count = reseat(pod=pod, people=people, **given)
    except (WrongState, Refused) as refusal:
        return Told(said(refusal.code), refused=True)
    sat = [(f"{old.public_id}.{who.public_id}") for old, them in before.items() if old != pod for who in them]
    if not sat or len(sat) > rules.MOST_TAKEN_BACK:
        return Told(_words(people, pod, count), pod=pod)
    back = [*kept, *(("back", one) for one in sat), ("now", str(pod.public_id) if pod else "")]
    return Told(_words(people, pod, count), _with(request.path, back), pod)


def _words(people: list[Person], pod: Pod | None, count: int) -> str:
    if len(people) == 1:
        names = {"name": people[0].name, "pod": pod.name if pod else ""}
        return (_("%(name)s moved to %(pod)s.") if pod else _("%(name)s is in no pod now.")) % names
    if pod:
        words = ngettext("%(count)d person moved to %(pod)s.", "%(count)d people moved to %(pod)s.", count)
        return words % {"count": count, "pod": pod.name}
    words = ngettext("%(count)d person is in no pod now.", "%(count)d people are in no pod now.", count)
    return words % {"count": count}


def _with(path: str, asked: Asked) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path


def _places(request: OrganizationRequest, program: Program) -> dict[Pod, list[Person]]:
    """Who sat where before a move, as the address says. Nonsense is as if it were not there."""
    pairs = [text.partition(".")[::2] for text in request.GET.getlist("back")[: rules.MOST_TAKEN_BACK]]
    asked = [(asked_id({"id": pod}, "id"), asked_id({"id": person}, "id")) for pod, person in pairs]
    pods = {
        one.public_id: one for one in Pod.objects.filter(program=program, public_id__in=[pod for pod, _who in asked])
    }
    people = {one.public_id: one for one in Person.objects.filter(public_id__in=[person for _where, person in asked])}
    found: dict[Pod, list[Person]] = {}
    for pod, person in asked:
        if pod in pods and person in people:
            found.setdefault(pods[pod], []).append(people[person])
    return found


def _pod(program: Program, given: QueryDict, name: str) -> Pod | None:
    """A pod of the programme by its id; None where none is meant. Any other is not there."""
    if not given.get(name):
        return None
    found: Pod = get_object_or_404(Pod.objects.filter(program=program), public_id=asked_id(given, name))
    return found


def _asked_pod(request: OrganizationRequest, program: Program) -> Pod:
    """The pod that was chosen from the list, or named where there are too many for one. Raises Refused for no such name."""
    rows = Pod.objects.filter(program=program)
    if "named" not in request.POST:
        found: Pod = get_object_or_404(rows, public_id=asked_id(request.POST, "to"))
        return found
    named: Pod | None = rows.filter(name__iexact=asked_text(request.POST, "named")).in_name_order().first()
    if named is None:
        raise Refused("no_such_pod")
    return named
