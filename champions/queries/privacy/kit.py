"""What the kit holds about a person, who sees it, and how its acts are told."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import Holding, Permission
from champions.models import (
    Card,
    Expert,
    LeaderDeed,
    Need,
    Prompt,
    PromptReview,
    PromptTry,
    PromptVersion,
    Story,
    Talk,
    Thanks,
    Tool,
    Win,
)
from champions.queries.kit import Words


def export_kit(*, person: Person) -> dict[str, Any]:
    """What the kit holds about a person: what they wrote, tried and shared, and talks that name them."""
    return {
        "prompts_owned": [
            {"title": row.title, "workflow": row.workflow.name}
            for row in Prompt.objects.filter(owner=person).select_related("workflow").order_by("id")
        ],
        "prompt_versions": [
            {
                "title": row.prompt.title,
                "version": row.number,
                "text": row.text,
                "reason": row.reason,
                "written": row.written_at.isoformat(),
            }
            for row in PromptVersion.objects.filter(author=person).select_related("prompt").order_by("id")
        ],
        "prompt_reviews": [
            {"title": row.version.prompt.title, "version": row.version.number, "verdict": row.verdict, "note": row.note}
            for row in PromptReview.objects.filter(reviewer=person).select_related("version__prompt").order_by("id")
        ],
        "prompts_tried": [
            {
                "title": row.prompt.title,
                "on": row.tried_on.isoformat(),
                "worked": row.worked,
                "because": row.because,
            }
            for row in PromptTry.objects.filter(person=person).select_related("prompt").order_by("id")
        ],
        "wins": [
            {
                "task": row.task,
                "minutes": row.minutes_now,
                "instead_of": row.minutes_before,
                "output": row.output,
                "name_hidden": row.hides_name,
                "shared": row.shared_at.isoformat(),
                "taken_back": row.taken_back_at.isoformat() if row.taken_back_at else None,
            }
            for row in Win.objects.filter(person=person).order_by("id")
        ],
        "thanked_for": [
            {"task": row.win.task, "said": row.said_at.isoformat()}
            for row in Thanks.objects.filter(person=person).select_related("win").order_by("id")
        ],
        "asks": [
            {
                "wanted": row.wanted,
                "why": row.why,
                "asked": row.asked_on.isoformat(),
                "answer": row.answer,
                "in_words": row.answer_words,
                "answered": row.answered_on.isoformat() if row.answered_on else None,
            }
            for row in Need.objects.filter(Q(asked_by=person) | Q(owner=person) | Q(answered_by=person)).order_by("id")
        ],
        "deeds_as_leader": [
            {
                "act": row.act,
                "on": row.done_on.isoformat(),
                "note": row.note,
                "confirmed": row.confirmed_at.isoformat() if row.confirmed_at else None,
            }
            for row in LeaderDeed.objects.filter(leader=person).order_by("id")
        ],
        "tools_evaluated": [
            {"tool": row.tool, "task": row.task, "verdict": row.verdict}
            for row in Tool.objects.filter(evaluated_by=person).order_by("id")
        ],
        "own_stories": [
            {
                "about": row.worry,
                "worried": row.worried,
                "tried": row.tried,
                "found": row.found,
                "published": row.published_at.isoformat() if row.published_at else None,
            }
            for row in Story.objects.filter(person=person).order_by("id")
        ],
        # Both of a talk read it: whoever logged it, and whoever agreed to be named.
        "talks": [
            {
                "about": row.worry,
                "their_words": row.their_words,
                "answer": row.own_answer,
                "next_step": row.next_step,
                "state": row.state,
                "logged": row.logged_at.isoformat(),
            }
            for row in Talk.objects.filter(Q(champion=person) | Q(member=person)).order_by("id")
        ],
        "card": [
            {"solves": row.solves, "office_hours": row.office_hours} for row in Card.objects.filter(person=person)
        ],
        "expert_for": [
            {"topic": row.topic, "how": row.how} for row in Expert.objects.filter(person=person).order_by("id")
        ],
    }


def seen_of_kit(*, organization: Organization) -> list[Holding]:
    """Who else sees what the kit holds."""
    return [
        Holding(
            _("Prompts, reviews and evaluations of tools that you wrote"),
            Permission.ENTER,
            remark=_("With your name. When you are erased they stay, without it."),
        ),
        Holding(
            _("Whether a prompt worked for you"),
            remark=_(
                "Champions read what did not work, never who said it; everybody reads whether three people use it."
            ),
        ),
        Holding(
            _("Wins you share, and your thanks"),
            Permission.ENTER,
            remark=_("Without your name where you prefer that. Thanks are shown as a number."),
        ),
        Holding(_("What you ask of leadership, and its answer"), Permission.SEE_EVIDENCE, also=_("Every champion.")),
        Holding(
            _("What you do as a leader: taking part, sharing a failure, changing your own work"),
            Permission.MANAGE_PROGRAMS,
            also=_("Every champion; how many of the four, only you."),
            remark=_("If your own weekly log shows that you work differently, only you read that."),
        ),
        Holding(
            _("A talk about something that worried you"),
            also=_("The champion who logged it."),
            remark=_("Your name stands there only if you agreed to it. It is never counted."),
        ),
        Holding(
            _("Your own story for an objection"),
            also=_("Other champions and leads, once you publish it."),
        ),
    ]


SENTENCES: dict[str, Words] = {
    "prompt.shared": _("put a prompt into the library"),
    "prompt.improved": _("wrote a new version of a prompt: %(detail)s"),
    "prompt.reviewed": _("reviewed a prompt: %(detail)s"),
    "prompt.set_aside": _("set a prompt aside"),
    "prompt.put_back": _("put a prompt back into the library"),
    "win.shared": _("shared a win"),
    "win.taken_back": _("took a win back"),
    "ask.raised": _("asked leadership for something"),
    "ask.answered": _("answered what champions asked for: %(detail)s"),
    "ask.withdrawn": _("withdrew what was asked of leadership"),
    "deed.noted": _("wrote down what %(subject)s did as a leader: %(detail)s"),
    "deed.confirmed": _("confirmed what %(subject)s did as a leader: %(detail)s"),
    "deed.withdrawn": _("took back a note of what %(subject)s did as a leader: %(detail)s"),
    "tool.evaluated": _("evaluated a tool: %(detail)s"),
    "tool.looked_at_again": _("looked at a tool again: %(detail)s"),
    "card.written": _("said what they help other champions with"),
    "expert.listed": _("put %(subject)s on the list of experts"),
    "expert.taken_off": _("took %(subject)s off the list of experts"),
}
