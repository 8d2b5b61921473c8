"""Words for a skeptic: a suggested story, one's own beside it, and talks logged with one tap."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs.actions import Refused
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from champions.actions import objections as actions
from champions.forms.objections import StoryForm, TalkForm
from champions.models import Talk
from champions.queries import objections as queries
from champions.queries.kit import WORRY_WORDS
from champions.rules import Worry
from champions.views.kit import champion_only, kit_page, only, standing_of, today_of


@requires(Permission.ENTER)
@require_safe
def objections(request: OrganizationRequest, org: str) -> HttpResponse:
    """What colleagues object, and what can be said. One's own talks are there for oneself alone."""
    standing = standing_of(request)
    only(standing.sees_objections)
    found = queries.objections_for(request.person)
    return kit_page(request, "champions/objections.html", standing, objections=found)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def story(request: OrganizationRequest, org: str, worry: str) -> HttpResponse:
    """Write one's own story beside the suggested one."""
    standing = champion_only(request)
    about = _worry(worry)
    own = queries.own_story(request.person, about)
    form = StoryForm(request.POST if request.method == "POST" else None, own=own)
    if request.method == "POST" and form.is_valid():
        kept = actions.tell_story(worry=about, **form.cleaned_data, by=request.person, at=request.at)
        done = _("Kept, and other champions can read it.") if kept.published_at else _("Kept, for you alone.")
        messages.success(request, done)
        return redirect("objections", org=org)
    return kit_page(
        request,
        "champions/story.html",
        standing,
        422 if form.errors else 200,
        form=form,
        own=own,
        worry=about,
        words=WORRY_WORDS[about],
        script=queries.SCRIPTS.get(about),
    )


@requires(Permission.ENTER)
@require_POST
def story_back(request: OrganizationRequest, org: str, worry: str) -> HttpResponse:
    """Delete one's own story."""
    champion_only(request)
    actions.take_story_back(worry=_worry(worry), by=request.person)
    messages.success(request, _("Your story is deleted."))
    return redirect("objections", org=org)


@requires(Permission.ENTER)
@require_POST
def talk_new(request: OrganizationRequest, org: str, worry: str) -> HttpResponse:
    """One tap: there was a talk, with nobody named."""
    champion_only(request)
    talk = actions.log_talk(worry=_worry(worry), by=request.person, at=request.at)
    undo = reverse("talk-forget", args=[org, talk.public_id])
    messages.success(
        request, _("Noted as heard, without a name. Add to it if it helps you."), extra_tags=f"undo:{undo}"
    )
    return redirect("objections", org=org)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: OrganizationRequest, org: str, talk: UUID) -> HttpResponse:
    """What one remembers of a talk."""
    standing = champion_only(request)
    found = _own(request, talk)
    form = TalkForm(request.POST if request.method == "POST" else None, talk=found, on=today_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe_talk(talk=found, **form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Kept, for you alone."))
            return redirect("objections", org=org)
    words = WORRY_WORDS[Worry(found.worry)]
    status = 422 if form.errors else 200
    return kit_page(request, "champions/talk.html", standing, status, form=form, talk=found, words=words)


@requires(Permission.ENTER)
@require_POST
def talk_forget(request: OrganizationRequest, org: str, talk: UUID) -> HttpResponse:
    """Delete one's own note of a talk."""
    champion_only(request)
    actions.forget_talk(talk=_own(request, talk), by=request.person)
    messages.success(request, _("Forgotten."))
    return redirect("objections", org=org)


def _worry(worry: str) -> Worry:
    if worry not in set(Worry):
        raise Http404
    return Worry(worry)


def _own(request: OrganizationRequest, talk: UUID) -> Talk:
    rows = Talk.objects.logged_by(request.person).select_related("member")
    found: Talk = get_object_or_404(rows, public_id=talk)
    return found
