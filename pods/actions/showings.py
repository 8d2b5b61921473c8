"""A member offers to show what they do, or would rather not now."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs.actions import Refused
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from pods.models import Pod, Seat, Showing

SHOWING = "showing"  # the purpose of the link in a session's reminder


@transaction.atomic
def offer_showing(
    *, pod: Pod, person: Person, task: str, minutes_now: int | None, minutes_before: int | None, at: datetime
) -> Showing:
    """Offer to show the pod something at its next reflection. Offered again before that, the newest words count.

    Raises Refused for somebody who does not sit in the pod.
    """
    _sits(pod, person)
    given = {"task": task, "minutes_now": minutes_now, "minutes_before": minutes_before, "declined_at": None}
    made: Showing
    made, is_new = Showing.objects.open().update_or_create(
        pod=pod, person=person, defaults=given, create_defaults={**given, "offered_at": at}
    )
    if is_new:
        audit.record("showing.offered", by=person, at=at, subject=made)
    return made


@transaction.atomic
def decline_showing(*, pod: Pod, person: Person, at: datetime) -> None:
    """They would rather not now: nobody asks again, and nobody is told. Raises Refused for somebody from elsewhere."""
    _sits(pod, person)
    Showing.objects.open().get_or_create(pod=pod, person=person, defaults={"offered_at": at, "declined_at": at})


@transaction.atomic
def withdraw_showing(*, pod: Pod, person: Person, at: datetime) -> None:
    """Take an offer back before it was shown. Twice is once."""
    Showing.objects.offered().filter(pod=pod, person=person).update(withdrawn_at=at)


def _sits(pod: Pod, person: Person) -> None:
    # One at a time for one pod: two presses of the button at once are one offer.
    Pod.objects.select_for_update(no_key=True, of=("self",)).get(pk=pod.pk)
    if not Seat.objects.current().filter(pod=pod, person=person).exists():
        raise Refused("not_in_pod")
