"""Prompts that champions share, in versions, with what colleagues say of them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from adoption.programs.models import PackElement, PackTest, Workflow
from adoption.programs.rules.packs import ELEMENT_LENGTH
from adoption.tenancy.models import Person
from adoption.tenancy.rules import TEXT_LENGTH
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from champions import rules
from champions.rules import ReviewVerdict


class PromptQuerySet(TenantQuerySet):
    """Named filters."""

    def on_the_shelf(self) -> Self:
        """Prompts that nobody has set aside."""
        return self.filter(set_aside_at__isnull=True)


class Prompt(TenantModel):
    """A way of doing one workflow with AI that champions share. What it says is in its versions."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    workflow = TenantForeignKey(Workflow, on_delete=models.PROTECT, related_name="prompts")
    title = models.CharField(max_length=rules.TITLE_LENGTH)
    # Who looks after it; nobody once they were erased, until another champion takes it over.
    owner = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(PromptQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="prompt_public_id"),
            models.UniqueConstraint(fields=["organization", "workflow", "title"], name="prompt_title"),
            models.CheckConstraint(name="prompt_title_not_empty", condition=~Q(title="")),
        ]
        indexes = [
            models.Index(fields=["organization", "workflow"], name="prompt_by_workflow"),
            models.Index(fields=["organization", "owner"], name="prompt_by_owner"),
        ]

    def __str__(self) -> str:
        return self.title


class PromptVersionQuerySet(TenantQuerySet):
    """Named filters."""

    def newest_first(self) -> Self:
        return self.order_by("-number")

    def newest_of_each(self) -> Self:
        """The version that counts, of every prompt."""
        last = PromptVersion.objects.filter(prompt=OuterRef("prompt")).order_by("-number").values("number")
        return self.filter(number=Subquery(last[:1]))


class PromptVersion(TenantModel):
    """What a prompt says from a time on, and why it was changed. Never rewritten: whoever wants another wording adds one."""

    prompt = TenantForeignKey(Prompt, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=rules.PROMPT_LENGTH)
    # Why this version: empty only for the first.
    reason = models.CharField(max_length=rules.LINE_LENGTH, blank=True, default="")
    # How a human checks the output before anybody else sees it.
    review_step = models.CharField(max_length=rules.LINE_LENGTH, blank=True, default="")
    author = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(PromptVersionQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "prompt", "number"], name="prompt_version_once"),
            models.CheckConstraint(
                name="prompt_version_with_reason", condition=Q(number=1) | (Q(number__gt=1) & ~Q(reason=""))
            ),
        ]
        indexes = [models.Index(fields=["organization", "author"], name="prompt_version_by_author")]

    def __str__(self) -> str:
        return f"version {self.number}"


class PromptNeedQuerySet(TenantQuerySet):
    """Named filters."""

    def as_they_stand(self) -> Self:
        """In the order of writing, each with its element, the pack, who keeps it, and how that pack's newest test came out."""
        tests = PackTest.objects.filter(pack=OuterRef("element__pack")).order_by("-tested_at", "-id").values("verdict")
        rows = self.select_related("element__pack__program", "element__owner")
        return rows.annotate(verdict=Subquery(tests[:1])).order_by("id")


class PromptNeed(TenantModel):
    """What a version needs from a role's context pack, by the name it had then.

    The element may be called otherwise since, or be in no pack any more; a version reads as it was written all the same.
    """

    version = TenantForeignKey(PromptVersion, on_delete=models.CASCADE, related_name="needs")
    element = TenantForeignKey(PackElement, on_delete=models.SET_NULL, null=True, related_name="+")
    # Empty where it never was in a pack: what was said of it before prompts and packs knew of each other.
    role = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    name = models.CharField(max_length=ELEMENT_LENGTH)

    objects: ClassVar = TenantManager.of(PromptNeedQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "version", "role", "name"], name="prompt_need_once"),
            models.CheckConstraint(name="prompt_need_has_name", condition=~Q(name="")),
        ]
        indexes = [models.Index(fields=["organization", "element"], name="prompt_need_by_element")]

    def __str__(self) -> str:
        return self.name


class PromptReview(TenantModel):
    """What another champion says of a version, once each."""

    version = TenantForeignKey(PromptVersion, on_delete=models.CASCADE, related_name="reviews")
    reviewer = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    verdict = models.CharField(max_length=10)
    note = models.CharField(max_length=rules.LINE_LENGTH, blank=True, default="")
    reviewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "version", "reviewer"], name="prompt_review_once"),
            models.CheckConstraint(
                name="prompt_review_verdict", condition=Q(verdict__in=[one.value for one in ReviewVerdict])
            ),
            models.CheckConstraint(
                name="prompt_review_says_what", condition=Q(verdict=ReviewVerdict.GOOD.value) | ~Q(note="")
            ),
        ]
        indexes = [models.Index(fields=["organization", "reviewer"], name="prompt_review_by_reviewer")]

    def __str__(self) -> str:
        return self.verdict


class PromptTryQuerySet(TenantQuerySet):
    """Named filters."""

    def since(self, day: date) -> Self:
        """Tries after a day."""
        return self.filter(tried_on__gt=day)


class PromptTry(TenantModel):
    """Somebody tried a prompt on a piece of real work on a day, and says whether it worked for them."""

    prompt = TenantForeignKey(Prompt, on_delete=models.CASCADE, related_name="tries")
    version = TenantForeignKey(PromptVersion, on_delete=models.CASCADE, related_name="tries")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    tried_on = models.DateField()
    worked = models.BooleanField()
    # What got in the way: asked for only where it did not work.
    because = models.CharField(max_length=rules.LINE_LENGTH, blank=True, default="")
    said_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(PromptTryQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "prompt", "person", "tried_on"], name="prompt_try_once_a_day"
            ),
            models.CheckConstraint(name="prompt_try_says_why", condition=Q(worked=True) | ~Q(because="")),
        ]
        indexes = [
            models.Index(fields=["organization", "person"], name="prompt_try_by_person"),
            models.Index(fields=["organization", "version"], name="prompt_try_by_version"),
        ]

    def __str__(self) -> str:
        return f"try on {self.tried_on}"
