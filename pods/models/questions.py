"""Questions to a champion: with a name, and in a table of their own without one."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from champions.models import Expert, Prompt
from pods import rules
from pods.models.pods import Pod
from pods.rules import SolvedBy


class AskedQuerySet(TenantQuerySet):
    """Named filters of both kinds of questions."""

    def unanswered(self) -> Self:
        return self.filter(answered_on__isnull=True)

    def answered(self) -> Self:
        return self.filter(answered_on__isnull=False)

    def to_champion(self, person: Person) -> Self:
        """Questions of the pods that a person leads."""
        return self.filter(pod__champion__person=person, pod__champion__stepped_down_at__isnull=True)

    def answered_by_them(self, person: Person) -> Self:
        """Questions for a person to answer: of a pod they lead, or passed on to them."""
        leads = Q(pod__champion__person=person, pod__champion__stepped_down_at__isnull=True)
        return self.filter(leads | Q(expert__person=person, expert__taken_off_at__isnull=True))


class Asked(TenantModel):
    """What both kinds of questions have. Answers carry days and no times."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    pod = TenantForeignKey(Pod, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=rules.TEXT_LENGTH)
    # Whom the champion passed it on to, and when.
    expert = TenantForeignKey(Expert, on_delete=models.SET_NULL, null=True, related_name="+")
    passed_on = models.DateField(null=True)
    answer = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    solved_by = models.CharField(max_length=10, blank=True, default="")
    prompt = TenantForeignKey(Prompt, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_on = models.DateField(null=True)
    # What whoever asked said of the answer; None until then.
    helped = models.BooleanField(null=True)

    class Meta:
        abstract = True


def _common(name: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(fields=["organization", "public_id"], name=f"{name}_public_id"),
        models.CheckConstraint(name=f"{name}_not_empty", condition=~Q(words="")),
        models.CheckConstraint(
            name=f"{name}_answered",
            condition=Q(answered_on__isnull=True, solved_by="")
            | Q(answered_on__isnull=False, solved_by__in=[one.value for one in SolvedBy]),
        ),
    ]


def _ways(name: str) -> list[models.Index]:
    """Each reference can be followed backwards."""
    return [
        models.Index(fields=["organization", column], name=f"{name}_by_{column}")
        for column in ("pod", "expert", "prompt", "answered_by")
    ]


class QuestionQuerySet(AskedQuerySet):
    """Named filters."""

    def asked_by(self, person: Person) -> Self:
        return self.filter(person=person)

    def newest_first(self) -> Self:
        return self.order_by("-asked_at", "-id")


class Question(Asked):
    """Somebody asks their champion something, by name."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    # What the form carried, so that a second press of the button is the same question.
    form_key = models.UUIDField(default=uuid.uuid4)

    objects: ClassVar = TenantManager.of(QuestionQuerySet)

    class Meta:
        constraints = [
            *_common("asked_question"),
            models.UniqueConstraint(fields=["organization", "person", "form_key"], name="asked_question_once"),
        ]
        indexes = _ways("asked")

    def __str__(self) -> str:
        return f"question {self.public_id}"


class AnonymousQuestionQuerySet(AskedQuerySet):
    """Named filters."""

    def handed_over(self) -> Self:
        """Questions that those who answer may see."""
        return self.filter(shown_on__isnull=False)

    def waiting_to_be_shown(self) -> Self:
        return self.filter(shown_on__isnull=True)

    def with_key(self, key_hash: str) -> Self:
        return self.filter(key_hash=key_hash)


class AnonymousQuestion(Asked):
    """A question that nobody's name stands behind. No person, no time, no order: its number is drawn by lot."""

    # SHA-256 of the key that only whoever asked has: it opens the answer.
    key_hash = models.CharField(max_length=64)
    # The day it was handed over, with all others of that day; None until then.
    shown_on = models.DateField(null=True)

    objects: ClassVar = TenantManager.of(AnonymousQuestionQuerySet)

    class Meta:
        constraints = [
            *_common("anonymous_question"),
            models.UniqueConstraint(fields=["organization", "key_hash"], name="anonymous_question_key"),
        ]
        indexes = _ways("anonymous")

    def __str__(self) -> str:
        return "a question"
