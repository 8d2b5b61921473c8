"""Ask my champion, with a name or without one; and what a champion or an expert answers."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.outbox.rules import is_token
from adoption.programs.actions import Refused
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.models import Organization
from adoption.tenancy.rules import local_date
from adoption.tenancy.walls import organization
from champions.models import Expert
from champions.queries.kit import standing_in_kit
from pods.actions import questions as actions
from pods.forms import said
from pods.forms.questions import SELF_WORDS, AnswerForm, AskForm, PassOnForm, SolvedForm
from pods.models import Question
from pods.queries import questions as queries
from pods.queries.remedies import steps_of


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def question_ask(request: OrganizationRequest, org: str) -> HttpResponse:
    """One box. Without a name the answer is a key, shown once: it is in no address, no session and no message."""
    # Whatever is logged from here on says nothing about who is here.
    structlog.contextvars.clear_contextvars()
    today = local_date(request.at, request.organization.zone)
    pods = queries.askable(request.person, at=request.at)
    form = AskForm(request.POST if request.method == "POST" else None, pods=pods)
    if request.method == "POST" and pods and form.is_valid():
        chosen, values = form.cleaned_data["pod"], form.cleaned_data
        try:
            if values["without_name"]:
                key = values["key"]
                actions.ask_without_name(pod=chosen.pod, words=values["words"], key=key, by=request.person, on=today)
                address = f"{settings.BASE_URL}{reverse('question-by-key', args=[org, key])}"
                return render(request, "pods/question_key.html", {"address": address, "asked": chosen})
            actions.ask(
                pod=chosen.pod, words=values["words"], form_key=values["form_key"], by=request.person, at=request.at
            )
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Asked. You get a mail when there is an answer, and it stands here."))
            return redirect("question-ask", org=org)
    facts = {
        "form": form,
        "pods": pods,
        "own": queries.own_questions(request.person),
        "solved_choices": [(one.value, words) for one, words in SELF_WORDS.items()],
    }
    return render(request, "pods/ask.html", facts, status=422 if form.errors else 200)


@requires(Permission.ENTER)
@require_POST
def question_helped(request: OrganizationRequest, org: str, asked: UUID) -> HttpResponse:
    """Whether an answer helped. Where it did not, the question is open again."""
    found = _own(request, asked)
    try:
        helped = request.POST.get("helped") == "yes"
        actions.say_whether_it_helped(question=found, helped=helped, at=request.at)
    except Refused as refusal:
        messages.info(request, said(refusal.code))
    else:
        messages.success(request, _("Good to know. Thank you.") if helped else _("It is open again for your champion."))
    return redirect("question-ask", org=org)


@requires(Permission.ENTER)
@require_POST
def question_solved(request: OrganizationRequest, org: str, asked: UUID) -> HttpResponse:
    """Whoever asked has found it meanwhile."""
    found, form = _own(request, asked), SolvedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please say how you found it."))
        return redirect("question-ask", org=org)
    try:
        actions.solve_oneself(
            question=found, solved_by=form.cleaned_data["solved_by"], by=request.person, at=request.at
        )
    except Refused as refusal:
        messages.info(request, said(refusal.code))
    else:
        messages.success(request, _("Good. Nobody needs to answer it any more."))
    return redirect("question-ask", org=org)


@require_http_methods(["GET", "HEAD", "POST"])
def question_by_key(request: HttpRequest, org: str, key: str) -> HttpResponse:
    """The answer to a question without a name, for whoever kept its key. Nobody signs in, and nothing says who came."""
    structlog.contextvars.clear_contextvars()
    company = Organization.objects.filter(slug=org).first()
    if company is None or not is_token(key):
        raise Http404
    with organization(company.pk), timezone.override(company.zone), translation.override(company.locale):
        found = queries.question_behind(key)
        if found is None:
            raise Http404
        if request.method == "POST" and found.answered_on:
            helped = request.POST.get("helped") == "yes"
            actions.say_whether_it_helped(question=found, helped=helped, at=request.at)  # type: ignore[attr-defined]
            return redirect("question-by-key", org=org, key=key)
        return render(request, "pods/question_by_key.html", {"company": company, "question": found})


@requires(Permission.ENTER)
@require_safe
def questions(request: OrganizationRequest, org: str) -> HttpResponse:
    """What waits for a champion or an expert, and what was answered."""
    return render(request, "pods/questions.html", {"inbox": queries.inbox(request.person, at=request.at)})


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: OrganizationRequest, org: str, asked: UUID) -> HttpResponse:
    """One question: answer it, or pass it on."""
    look = _for_me(request, asked)
    form = AnswerForm(request.POST if request.method == "POST" else None, prompts=queries.prompts_for(look.row.pod))
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_question(question=look.row, **form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            messages.info(request, said(refusal.code))
        else:
            messages.success(request, _("Answered. Thank you."))
        return redirect("question", org=org, asked=asked)
    facts = {
        "look": look,
        "form": form,
        "pass_on": PassOnForm(None, experts=_experts(request)),
        "solved_words": queries.SOLVED_WORDS.get(look.row.solved_by),  # type: ignore[call-overload]
        "writes_prompts": standing_in_kit(request.person, request.permissions).is_champion,
    }
    return render(request, "pods/question.html", facts, status=422 if form.errors else 200)


@requires(Permission.ENTER)
@require_POST
def question_pass_on(request: OrganizationRequest, org: str, asked: UUID) -> HttpResponse:
    """Pass a question on to an expert."""
    look = _for_me(request, asked)
    form = PassOnForm(request.POST, experts=_experts(request))
    if not form.is_valid():
        messages.error(request, _("Please choose one of the experts."))
        return redirect("question", org=org, asked=asked)
    expert = form.cleaned_data["expert"]
    try:
        actions.pass_on(question=look.row, expert=expert, by=request.person, at=request.at)
    except Refused as refusal:
        messages.info(request, said(refusal.code))
    else:
        messages.success(request, _("%(name)s is told that a question waits.") % {"name": expert.person.name})
    return redirect("questions", org=org)


@requires(Permission.ENTER)
@require_POST
def question_to_prompt(request: OrganizationRequest, org: str, asked: UUID) -> HttpResponse:
    """Put an answer into the library, and go on there."""
    look = _for_me(request, asked)
    try:
        made = actions.make_prompt_of(question=look.row, by=request.person, at=request.at)
    except Refused as refusal:
        messages.info(request, said(refusal.code))
        return redirect("question", org=org, asked=asked)
    undo = reverse("prompt-aside", args=[org, made.public_id])
    messages.success(
        request,
        _("It is in the library as it was answered. Improve it, so that it fits others too."),
        extra_tags=f"undo:{undo}",
    )
    return redirect("prompt-improve", org=org, prompt=made.public_id)


@requires(Permission.ENTER)
@require_safe
def waiting_questions(request: OrganizationRequest, org: str) -> HttpResponse:
    """What waits to be answered or closed, and whom one can ask: a fragment of the home, and a page of its own."""
    today = local_date(request.at, request.organization.zone)
    steps = steps_of(request.person, manages=False, on=today)
    facts = {
        "waiting": queries.questions_waiting(request.person, at=request.at),
        "steps": steps.open,
        "pods": queries.askable(request.person, at=request.at),
    }
    part = "#waiting-questions" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"pods/waiting_questions.html{part}", facts)


def _experts(request: OrganizationRequest) -> list[Expert]:
    return queries.experts_to_ask(on=local_date(request.at, request.organization.zone))


def _own(request: OrganizationRequest, asked: UUID) -> Question:
    found = queries.own_question(request.person, asked)
    if found is None:
        raise Http404
    return found


def _for_me(request: OrganizationRequest, asked: UUID) -> queries.QuestionLook:
    found = queries.question_for(request.person, asked)
    if found is None:
        raise Http404
    return found
