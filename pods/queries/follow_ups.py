"""What a follow-up says, to whom, and whether it is still wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext

from adoption.outbox.models import Message
from adoption.programs.models import Program
from adoption.tenancy.rules import local_date
from pods import rules
from pods.models import FollowUp, Pod
from pods.queries.words import CAUSE_WORDS, Words
from pods.rules import Cause, Used

MOST_QUEUED = 8


def facts_of_follow_up(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the reminder to a champion says."""
    follow_up = FollowUp.objects.select_related("person", "session__pod__program").get(pk=message.row_id)
    return {
        "member": follow_up.person.name,
        "pod": follow_up.session.pod.name,
        "program": follow_up.session.pod.program.name,
        "held_on": follow_up.session.held_on,
        "address": f"{settings.BASE_URL}/o/{follow_up.organization.slug}/follow-ups/{follow_up.public_id}/",
    }


def follow_up_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the follow-up is still open, and this person still leads the pod."""
    found: bool = FollowUp.objects.open(at).for_champion(message.person).filter(pk=message.row_id).exists()
    return found


def facts_of_alone(*, message: Message, at: datetime) -> dict[str, Any]:
    """What a member reads whose day 7 did not come about: they can answer alone."""
    follow_up = FollowUp.objects.select_related("session__pod__champion__person", "person").get(pk=message.row_id)
    champion = follow_up.session.pod.champion
    return {
        "speaker": champion.person.name if champion else "",
        "label": gettext("Day 7"),
        "title": gettext("%(name)s, did you use it? Three questions") % {"name": follow_up.person.name.split()[0]},
        "paragraphs": [
            gettext("You sat together on %(day)s, and the fifteen minutes of day 7 have not come about.")
            % {"day": date_format(follow_up.session.held_on, "j F")},
            gettext(
                "You can answer alone, in two minutes. No is a fine answer: it says what to change, not what you did wrong."
            ),
        ],
        "button": gettext("Answer"),
        "fine": gettext("Your champion reads it. Your lead sees the cause, never your words."),
    }


def alone_wanted(*, message: Message, at: datetime) -> bool:
    """Whether day 7 is still open."""
    found: bool = FollowUp.objects.open(at).filter(pk=message.row_id, person=message.person).exists()
    return found


def left_alone(program: Program) -> set[int]:
    """Ids of those with whom nothing more is to be tried: their last follow-up said so, or was closed without a cause."""
    last = (
        FollowUp.objects.filter(session__pod__program=program, answered_at__isnull=False)
        .order_by("person_id", "-answered_at", "-id")
        .distinct("person_id")
    )
    return {
        row.person_id for row in last if row.used != Used.YES and (not row.cause or Cause(row.cause) in rules.SETTLED)
    }


@dataclass(frozen=True)
class Due:
    """A follow-up in a champion's list."""

    follow_up: FollowUp
    due_on: date
    is_due: bool
    days_late: int


def due_words(follow_up: FollowUp, at: datetime) -> Due:
    """A follow-up with its local day, and by how many days it is late."""
    zone = follow_up.person.local_zone()
    due_on, today = local_date(follow_up.due_at, zone), local_date(at, zone)
    return Due(follow_up, due_on, follow_up.due_at <= at, max((today - due_on).days, 0))


@dataclass(frozen=True)
class Queued:
    """A follow-up as a lead sees it: who, and why it did not work. Never what was said."""

    follow_up: FollowUp
    cause: Words


def follow_up_queue(pod: Pod) -> list[Queued]:
    """Follow-ups of a pod that ended without a use, the latest first: names and causes."""
    rows = (
        FollowUp.objects.filter(session__pod=pod, answered_at__isnull=False)
        .exclude(cause="")
        .select_related("person")
        .order_by("-answered_at", "-id")[:MOST_QUEUED]
    )
    return [Queued(row, CAUSE_WORDS[Cause(row.cause)]) for row in rows]
