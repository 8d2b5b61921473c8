"""What champions say of themselves, and whom they ask."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs.actions import Refused
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from champions.actions.prompts import only_champions
from champions.models import Card, Expert


@transaction.atomic
def write_card(*, solves: str, office_hours: str, by: Person, at: datetime) -> Card:
    """What a champion helps with, and when; written again it replaces the first."""
    only_champions(by)
    card: Card
    said = {"solves": solves, "office_hours": office_hours, "written_at": at}
    card, _ = Card.objects.update_or_create(person=by, defaults=said)
    audit.record("card.written", by=by, at=at, subject=by)
    return card


@transaction.atomic
def list_expert(*, person: Person, topic: str, how: str, by: Person, at: datetime) -> Expert:
    """Put somebody who agreed to it on the list of experts. Raises Refused when they stand there for this topic."""
    if Expert.objects.listed().filter(person=person, topic=topic).exists():
        raise Refused("listed_already")
    expert: Expert = Expert.objects.create(person=person, topic=topic, how=how, listed_at=at)
    audit.record("expert.listed", by=by, at=at, subject=person)
    return expert


@transaction.atomic
def take_expert_off(*, expert: Expert, by: Person, at: datetime) -> None:
    """Off the list. Twice is once."""
    if Expert.objects.listed().filter(pk=expert.pk).update(taken_off_at=at):
        audit.record("expert.taken_off", by=by, at=at, subject=expert.person)


@transaction.atomic
def put_expert_back(*, expert: Expert, by: Person, at: datetime) -> None:
    """Back on the list. Raises Refused when they were listed for the topic again meanwhile."""
    row = Expert.objects.select_for_update(of=("self",)).select_related("person").get(pk=expert.pk)
    if row.taken_off_at is None:
        return
    if Expert.objects.listed().filter(person=row.person, topic=row.topic).exists():
        raise Refused("listed_already")
    row.taken_off_at = None
    row.save()
    audit.record("expert.listed", by=by, at=at, subject=row.person)
