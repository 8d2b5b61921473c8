"""A champion's pod, on a phone between meetings: who to talk to, a session logged, a follow-up written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import apnumber
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs import actions as programs
from adoption.programs.actions import Refused
from adoption.programs.models import Attention
from adoption.programs.rules import NOT_TALKED_AWAY, Kind
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date
from champions.queries.time import own_time
from champions.rules.winning import win_id
from pods import actions, queries
from pods.forms import FollowUpForm, SessionForm, asked_session, planned_session, said
from pods.models import FollowUp, Meeting, Pod, PodQuerySet, Showing
from pods.queries.follow_ups import pod_of
from pods.queries.showings import asked_to_show, finished_with, peer_moment
from pods.rules import FOLLOW_UP_DAYS, SETTLED, SessionKind, Used


@requires(Permission.ENTER)
@require_safe
def pods(request: OrganizationRequest, org: str) -> HttpResponse:
    """The pod somebody leads; where they lead several or none, which there are."""
    places = queries.places_of(request.person, at=request.at)
    if places.only:
        others = [one for one in places.leads if one != places.only]
        return _pod_page(request, places.only, leads=True, others=others)
    facts = {
        "places": places,
        "coming": queries.coming_for(request.person, at=request.at)[: queries.MOST_COMING],
        "asked": asked_to_show(request.person, at=request.at),
        "offered": Showing.objects.offered().filter(person=request.person).select_related("pod"),
        "finished": finished_with(request.person),
    }
    return render(request, "pods/pods.html", facts)


@requires(Permission.ENTER)
@require_safe
def log(request: OrganizationRequest, org: str) -> HttpResponse:
    """On to logging a session: for the pod somebody leads, or after the choice between several."""
    current = [one for one in queries.places_of(request.person, at=request.at).leads if one.program.ended_at is None]
    if len(current) == 1:
        return redirect("session-log", org=org, pod=current[0].public_id)
    return render(request, "pods/log.html", {"pods": current})


@requires(Permission.ENTER)
@require_safe
def pod(request: OrganizationRequest, org: str, pod: UUID) -> HttpResponse:
    """One pod: to its champion with everything, to a lead what is operational, to nobody else."""
    found = _led(request).filter(public_id=pod).first()
    if found is not None:
        return _pod_page(request, found, leads=True)
    if Permission.MANAGE_PROGRAMS not in request.permissions:
        raise Http404
    return _pod_page(request, get_object_or_404(_all(), public_id=pod), leads=False)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def session_log(request: OrganizationRequest, org: str, pod: UUID) -> HttpResponse:
    """Log a session of one's own pod, in under a minute."""
    found: Pod = get_object_or_404(_led(request), public_id=pod)
    today = local_date(request.at, request.organization.zone)
    planned = _planned(request, found)
    if planned and planned.sessions.exists() and request.method != "POST":
        messages.info(request, said("meeting_logged"))
        return redirect("meeting", org=org, pod=pod, meeting=planned.public_id)
    invited = [row.person for row in planned.invitees.select_related("person")] if planned else []
    form = SessionForm(
        request.POST if request.method == "POST" else None,
        members=queries.members_of(found, on=min(planned.day, today) if planned else today),
        today=today,
        given=planned_session(planned, invited, today) if planned else asked_session(request.GET),
        is_planned=planned is not None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            session = actions.log_session(
                pod=found,
                attendees=form.cleaned_data.pop("people"),
                note="",
                meeting=planned,
                by=request.person,
                at=request.at,
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            done = _("Saved. Thank you.")
            if session.kind == SessionKind.ONE_TO_ONE:
                past = session.held_on + timedelta(days=FOLLOW_UP_DAYS) <= today
                done = (
                    _("Saved. Their day 7 has come already: it waits below.")
                    if past
                    else _("Saved. Their day 7 is promised: you are reminded when it is due.")
                )
            messages.success(request, done)
            if form.cleaned_data["win"]:
                told = win_id(request.person.public_id, form.cleaned_data["form_key"])
                undo = reverse("win-back", args=[org, told])
                messages.success(request, _("Your win is shared with everybody here."), extra_tags=f"undo:{undo}")
            return redirect("pod", org=org, pod=pod)
    facts = {"pod": found, "form": form, "planned": planned}
    return render(request, "pods/session_log.html", facts, status=422 if form.errors else 200)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: OrganizationRequest, org: str, follow_up: UUID) -> HttpResponse:
    """The three questions of day 7; once written down they stand."""
    mine = FollowUp.objects.seen_to_by(request.person, leads=Permission.MANAGE_PROGRAMS in request.permissions)
    related = ("person__organization", "session__program")
    found: FollowUp = get_object_or_404(mine.select_related(*related), public_id=follow_up)
    pod = None if found.session.leader_id else pod_of(found)
    form = FollowUpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.answer_follow_up(follow_up=found, by=request.person, at=request.at, **form.answers)
        except actions.AlreadyAnswered:
            messages.info(request, _("It was written down already; the first answer stands."))
        else:
            messages.success(request, _next_step(done))
            if done.cause and not done.fixed and done.cause not in SETTLED:
                # There the step against it is one press away.
                return redirect("follow-up", org=org, follow_up=done.public_id)
        return redirect(_place_of(found, pod, org))
    facts = {
        "pod": pod,
        "place": _place_of(found, pod, org),
        "follow_up": found,
        "due": queries.due_words(found, request.at),
        "form": form,
        "cause": queries.CAUSE_WORDS.get(found.cause),  # type: ignore[call-overload]
    }
    return render(request, "pods/follow_up.html", facts, status=422 if form.errors else 200)


@requires(Permission.ENTER)
@require_POST
def talked(request: OrganizationRequest, org: str, pod: UUID, attention: UUID) -> HttpResponse:
    """A champion has talked to somebody, without a session to log."""
    found = _wanting(request, pod, attention)
    try:
        programs.handle_attention(attention=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.info(request, said(refusal.code))
        if refusal.code in NOT_TALKED_AWAY.values():
            return _instead(request, pod, found)
    else:
        undo = reverse("talked-back", args=[org, pod, attention])
        done = _("%(name)s: done. Thank you.") % {"name": found.somebody.name}
        messages.success(request, done, extra_tags=f"undo:{undo}")
    return redirect("pod", org=org, pod=pod)


@requires(Permission.ENTER)
@require_POST
def talked_back(request: OrganizationRequest, org: str, pod: UUID, attention: UUID) -> HttpResponse:
    """Not yet, after all."""
    found = _wanting(request, pod, attention)
    try:
        programs.reopen_attention(attention=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.info(request, said(refusal.code))
    else:
        messages.success(request, _("%(name)s is back on your list.") % {"name": found.somebody.name})
    return redirect("pod", org=org, pod=pod)


def _place_of(follow_up: FollowUp, pod: Pod | None, org: str) -> str:
    """Where a day 7 is listed: on its pod's page, or for leads on a leader's."""
    if pod:
        return reverse("pod", args=[org, pod.public_id])
    return reverse("leader", args=[org, follow_up.session.within.slug, follow_up.person.public_id])


def _planned(request: OrganizationRequest, pod: Pod) -> Meeting | None:
    """What the session was planned as: ?planned=<id>. Nonsense is as if it were not there."""
    try:
        key = UUID(request.GET.get("planned", ""))
    except ValueError:
        return None
    found: Meeting | None = Meeting.objects.standing().filter(pod=pod, public_id=key).first()
    return found


def _wanting(request: OrganizationRequest, pod: UUID, attention: UUID) -> Attention:
    """A reason for attention of a member of one's own pod."""
    led = get_object_or_404(_led(request), public_id=pod)
    rows = queries.attention_of(led).select_related("program__organization", "person")
    found: Attention = get_object_or_404(rows, public_id=attention)
    return found


def _instead(request: OrganizationRequest, pod: UUID, wanting: Attention) -> HttpResponse:
    """To the form that closes what a conversation does not: the day 7 that is due, or the step against what keeps them."""
    org, person = request.organization.slug, wanting.somebody
    if wanting.kind == Kind.STUCK:
        return redirect("step-for", org=org, program=wanting.program.slug, person=person.public_id)
    mine = FollowUp.objects.due(request.at).for_champion(request.person)
    due = mine.filter(session__pod__program=wanting.program, person=person).oldest_first().first()
    return redirect("follow-up", org=org, follow_up=due.public_id) if due else redirect("pod", org=org, pod=pod)


def _next_step(done: FollowUp) -> str:
    name = done.person.name
    if done.used == Used.YES:
        return _("Written down. %(name)s uses it: nothing more to do.") % {"name": name}
    if not done.cause:
        return _("Written down, without a cause. Nobody asks %(name)s on.") % {"name": name}
    remedy = queries.REMEDIES[done.cause]  # type: ignore[index]
    if done.fixed:
        return _("Written down, and fixed. Should it come back: %(remedy)s") % {"remedy": remedy}
    return _("Written down. Next, with %(name)s alone: %(remedy)s") % {"name": name, "remedy": remedy}


def _pod_page(request: OrganizationRequest, found: Pod, *, leads: bool, others: Sequence[Pod] = ()) -> HttpResponse:
    look = queries.look_at(found, at=request.at)
    planned = queries.coming([found], at=request.at)
    over = queries.over([found], at=request.at)
    # What stands on a closed day is shown however late it is.
    near = [one for number, one in enumerate(planned) if number < queries.MOST_COMING or one.closed]
    moves = found.program.launched_at and not found.program.ended_at
    facts = {
        "coming": near,
        "further": len(planned) - len(near),
        "over": over,
        "look": look,
        "pod": found,
        "leads": leads,
        "moves": moves,
        "hands_over": moves and Permission.MANAGE_PROGRAMS in request.permissions,
        "peer": peer_moment(found, look.members, at=request.at) if leads else None,
        "others": others,
        "headline": _headline(look, len(over), sum(bool(one.closed) for one in planned)) if leads else "",
        "queue": [] if leads else queries.follow_up_queue(found),
        "time": own_time(found.champion, on=look.today) if found.champion else None,
    }
    return render(request, "pods/pod.html", facts)


def _headline(look: queries.PodLook, over: int, closed: int) -> str:
    """What this screen wants from a champion."""
    said = []
    if look.due:
        words = ngettext("%(word)s day-7 follow-up is due.", "%(word)s day-7 follow-ups are due.", look.due)
        said.append(words % {"word": str(apnumber(look.due)).capitalize()})
    if others := sum(one.row is not None and one.follow_up is None for one in look.talks):
        words = ngettext("%(word)s colleague could do with you.", "%(word)s colleagues could do with you.", others)
        said.append(words % {"word": str(apnumber(others)).capitalize()})
    if waiting := len(look.questions):
        words = ngettext("%(word)s question waits for you.", "%(word)s questions wait for you.", waiting)
        said.append(words % {"word": str(apnumber(waiting)).capitalize()})
    if over:
        words = ngettext("%(word)s session waits to be logged.", "%(word)s sessions wait to be logged.", over)
        said.append(words % {"word": str(apnumber(over)).capitalize()})
    if closed:
        words = ngettext(
            "%(word)s planned session is on a closed day.", "%(word)s planned sessions are on closed days.", closed
        )
        said.append(words % {"word": str(apnumber(closed)).capitalize()})
    return " ".join(said) or _("Nothing is due in %(pod)s today.") % {"pod": look.pod.name}


def _all() -> PodQuerySet:
    return Pod.objects.select_related("program", "organization", "champion__person__manager", "champion__program")


def _led(request: OrganizationRequest) -> PodQuerySet:
    return _all().led_by(request.person)
