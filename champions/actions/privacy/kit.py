"""Taking away what the kit holds about somebody. What they wrote for everybody stays, without their name."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from adoption.tenancy.models import Person
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


@transaction.atomic
def erase_from_kit(*, person: Person, at: datetime) -> None:
    """Delete what is about a person: wins, thanks, tries, stories, talks, deeds, card. Prompts, asks and evaluations lose
    their name."""
    Thanks.objects.filter(Q(person=person) | Q(win__person=person)).delete()
    Win.objects.filter(person=person).delete()
    PromptTry.objects.filter(person=person).delete()
    Story.objects.filter(person=person).delete()
    Talk.objects.filter(Q(champion=person) | Q(member=person)).delete()
    LeaderDeed.objects.filter(leader=person).delete()
    Card.objects.filter(person=person).delete()
    Expert.objects.filter(person=person).delete()
    Prompt.objects.filter(owner=person).update(owner=None)
    PromptVersion.objects.filter(author=person).update(author=None)
    PromptReview.objects.filter(reviewer=person).update(reviewer=None)
    Tool.objects.filter(evaluated_by=person).update(evaluated_by=None)
    for name in ("asked_by", "owner", "answered_by"):
        Need.objects.filter(**{name: person}).update(**{name: None})
    for name in ("noted_by", "confirmed_by"):
        LeaderDeed.objects.filter(**{name: person}).update(**{name: None})
