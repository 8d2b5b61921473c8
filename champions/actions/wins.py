"""Sharing wins, and thanks for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from adoption.programs.actions import Refused
from adoption.programs.models import Workflow
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from champions.models import Prompt, Thanks, Win
from champions.rules.winning import win_id


@transaction.atomic
def share_win(
    *,
    task: str,
    minutes_now: int,
    minutes_before: int,
    output: str,
    workflow: Workflow | None,
    prompt: Prompt | None,
    asked_for: bool,
    hides_name: bool,
    by: Person,
    at: datetime,
    key: UUID | None = None,
) -> Win:
    """What somebody managed, for everybody in the organisation to read. With a prompt it belongs to the prompt's workflow.

    A win that took longer than before is one too: it is told as it was. By one person with one `key` it is told once.
    """
    win, is_new = Win.objects.get_or_create(
        public_id=win_id(by.public_id, key) if key else uuid4(),
        defaults={
            "person": by,
            "workflow": prompt.workflow if prompt else workflow,
            "prompt": prompt,
            "task": task,
            "minutes_now": minutes_now,
            "minutes_before": minutes_before,
            "output": output,
            "asked_for": asked_for,
            "hides_name": hides_name,
            "shared_at": at,
        },
    )
    if is_new:
        # Whoever would rather not be named is not named in the trail either.
        audit.record("win.shared", by=None if hides_name else by, at=at, subject=win)
    return win


@transaction.atomic
def take_win_back(*, win: Win, by: Person, at: datetime) -> None:
    """Its author takes a win back: nobody else reads it any more. Raises Refused for anybody else. Twice is once."""
    _only_author(win, by)
    if Win.objects.shown().filter(pk=win.pk).update(taken_back_at=at):
        audit.record("win.taken_back", by=None if win.hides_name else by, at=at, subject=win)


@transaction.atomic
def put_win_back(*, win: Win, by: Person, at: datetime) -> None:
    """Its author shares it again after all, with the thanks it had. Raises Refused for anybody else."""
    _only_author(win, by)
    if Win.objects.filter(pk=win.pk, taken_back_at__isnull=False).update(taken_back_at=None):
        audit.record("win.shared", by=None if win.hides_name else by, at=at, subject=win)


@transaction.atomic
def thank(*, win: Win, by: Person, at: datetime) -> None:
    """Thank for a win, once. Raises Refused for one's own and for one that was taken back."""
    if win.person_id == by.pk:
        raise Refused("own_win")
    if not Win.objects.shown().filter(pk=win.pk).exists():
        raise Refused("win_taken_back")
    Thanks.objects.bulk_create([Thanks(win=win, person=by, said_at=at)], ignore_conflicts=True)


def take_thanks_back(*, win: Win, by: Person) -> None:
    """The thanks were a slip. Twice is once."""
    Thanks.objects.filter(win=win, person=by).delete()


def _only_author(win: Win, by: Person) -> None:
    if win.person_id != by.pk:
        raise Refused("not_your_win")
