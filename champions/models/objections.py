"""A champion's own answers to what colleagues object, and the talks about it. Never a score."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from champions import rules
from champions.rules import TalkState, Worry


class StoryQuerySet(TenantQuerySet):
    """Named filters."""

    def readable_by(self, person: Person) -> Self:
        """One's own, and those that others have published."""
        return self.filter(Q(published_at__isnull=False) | Q(person=person))


class Story(TenantModel):
    """What a champion worried about, tried and found: their own words for one objection. Private until published."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    worry = models.CharField(max_length=20)
    worried = models.CharField(max_length=rules.TEXT_LENGTH)
    tried = models.CharField(max_length=rules.TEXT_LENGTH)
    found = models.CharField(max_length=rules.TEXT_LENGTH)
    written_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(StoryQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "person", "worry"], name="story_once_a_worry"),
            models.CheckConstraint(name="story_worry", condition=Q(worry__in=[one.value for one in Worry])),
            models.CheckConstraint(
                name="story_has_three_parts", condition=~Q(worried="") & ~Q(tried="") & ~Q(found="")
            ),
        ]

    def __str__(self) -> str:
        return self.worry


class TalkQuerySet(TenantQuerySet):
    """Named filters."""

    def logged_by(self, person: Person) -> Self:
        """A champion's own talks; nobody reads another's."""
        return self.filter(champion=person)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class Talk(TenantModel):
    """A champion and a colleague talked about a worry. The colleague is named only where they agreed to it."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    champion = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    member = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    # When the colleague agreed to be named.
    agreed_at = models.DateTimeField(null=True)
    worry = models.CharField(max_length=20)
    their_words = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    own_answer = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    next_step = models.CharField(max_length=rules.LINE_LENGTH, blank=True, default="")
    state = models.CharField(max_length=10)
    logged_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(TalkQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="talk_public_id"),
            models.CheckConstraint(name="talk_worry", condition=Q(worry__in=[one.value for one in Worry])),
            models.CheckConstraint(name="talk_state", condition=Q(state__in=[one.value for one in TalkState])),
            models.CheckConstraint(
                name="talk_named_with_consent", condition=Q(member__isnull=True) | Q(agreed_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "champion"], name="talk_by_champion"),
            models.Index(fields=["organization", "member"], name="talk_by_member"),
        ]

    def __str__(self) -> str:
        return f"talk {self.public_id}"
