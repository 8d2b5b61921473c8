"""Reads of the practice floor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from adoption.outbox.models import Message
from adoption.programs.models import Program
from champions.models import Champion
from pods.models import FollowUp, Pod, Seat


def every_champion_has_a_pod(*, program: Program, at: datetime) -> bool:
    """Readiness: whether each serving champion has a pod with somebody in it."""
    leading = set(
        Seat.objects.current().filter(pod__program=program).values_list("pod__champion_id", flat=True).distinct()
    )
    return leading >= set(Champion.objects.serving().filter(program=program).values_list("pk", flat=True))


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
    return FollowUp.objects.open().for_champion(message.person).filter(pk=message.row_id).exists()


def pods_of(program: Program) -> list[Pod]:
    """A programme's pods by name, with their champions."""
    return list(Pod.objects.filter(program=program).select_related("champion__person").in_name_order())
