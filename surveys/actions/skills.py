"""The skills matrix: saying what a role does, asking people about their own work, and publishing what they said."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction

from adoption.outbox.actions.messages import Saying, say_many
from adoption.programs.models import Workflow
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import instant, local_date
from surveys import rules
from surveys.actions.answers import LOTS
from surveys.actions.refusals import Refused, WaveClosed, refuse_second_reminder
from surveys.models import Anchor, RoleWork, SkillAnswer, SkillFinding, SkillsAsk, SkillsWave
from surveys.queries.skills import skills_found, tasks_found
from surveys.rules.skills import Fit

SKILLS = "skills"
SKILLS_REMINDER = "skills_reminder"
PUBLISH_SKILLS = "surveys.publish_skills"
LAST_SECOND = time(23, 59, 59)


@transaction.atomic
def set_role_work(
    *,
    role: str,
    workflow: Workflow,
    needed: int,
    seen_level: int | None,
    seen_hours: str,
    data_allowed: bool,
    fit: Fit,
    because: str,
    by: Person | None,
    at: datetime,
) -> RoleWork:
    """Say that a workflow is part of a role, what it needs and how it looks. Said again it replaces.

    Raises Refused where it is taken off without a reason, and for a workflow that is retired.
    """
    if fit is not Fit.SUITABLE and not because.strip():
        raise Refused("off_without_reason")
    held = Workflow.objects.select_for_update(no_key=True).get(pk=workflow.pk)
    if held.retired_at is not None:
        raise Refused("workflow_retired")
    row: RoleWork
    row, _ = RoleWork.objects.update_or_create(
        role=role,
        workflow=workflow,
        defaults={
            "needed": needed,
            "seen_level": seen_level,
            "seen_hours": seen_hours,
            "data_allowed": data_allowed,
            "fit": fit,
            "because": "" if fit is Fit.SUITABLE else because.strip(),
            "set_at": at,
        },
    )
    audit.record("skills.work_set", by=by, at=at, subject=row, needed=needed, fit=fit.value)
    return row


@transaction.atomic
def take_work_out(*, work: RoleWork, by: Person | None, at: datetime) -> None:
    """It is no part of the role. What people said of it before stays published."""
    audit.record("skills.work_taken_out", by=by, at=at, subject=work)
    work.delete()


@transaction.atomic
def open_skills(*, organization: Organization, until: date, by: Person | None, at: datetime) -> SkillsWave:
    """Ask everybody who is here and has a job role about their own work: to the end of a local day.

    Raises Refused while everybody is being asked, for a day that is not to come or more than three weeks away, without
    anything to ask about, and where so few would be asked that no figure could come of it.
    """
    # Two leads who open it at once are one after the other.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    today = local_date(at, organization.zone)
    if SkillsWave.objects.filter(published_at__isnull=True).exists():
        raise Refused("skills_open")
    if not today < until <= today + rules.ANSWERED_WITHIN:
        raise Refused("until", last=today + rules.ANSWERED_WITHIN)
    if not RoleWork.objects.asked_about().exists():
        raise Refused("nothing_to_ask")
    people = list(Person.objects.here(today).exclude(job_role=""))
    if len(people) < organization.smallest_group:
        raise Refused("too_few_asked")
    wave: SkillsWave = SkillsWave.objects.create(
        instrument_version=rules.SKILLS.version,
        opened_at=at,
        closes_at=instant(until, LAST_SECOND, organization.zone),
    )
    SkillsAsk.objects.bulk_create(
        [SkillsAsk(wave=wave, person=person, role=person.job_role, asked_at=at) for person in people], batch_size=2000
    )
    _say(wave, SKILLS, at=at)
    agenda.schedule(task=PUBLISH_SKILLS, row_id=wave.pk, due_at=wave.closes_at)
    audit.record("skills.opened", by=by, at=at, subject=wave, people=len(people))
    return wave


@transaction.atomic
def remind_skills(*, wave: SkillsWave, by: Person | None, at: datetime) -> None:
    """Remind whoever has not sent it off, once and not at once. Raises Refused."""
    wave = _wave(wave)
    refuse_second_reminder(wave, is_over=wave.published_at is not None, at=at)
    wave.reminded_at = at
    wave.save(update_fields=["reminded_at"])
    _say(wave, SKILLS_REMINDER, at=at)
    audit.record("skills.reminded", by=by, at=at, subject=wave)


@transaction.atomic
def answer_skills(
    *, ask: SkillsAsk, given: Mapping[Workflow, tuple[int | None, str]], anchor: str, at: datetime
) -> SkillsAsk:
    """Write down what somebody says of each workflow - a level and hours, either may be missing - and the one task.

    Said again it replaces. Raises WaveClosed.
    """
    wave = _wave(ask.wave)
    if wave.published_at or at >= wave.closes_at:
        raise WaveClosed
    held: SkillsAsk = SkillsAsk.objects.select_for_update(of=("self",)).get(pk=ask.pk)
    SkillAnswer.objects.filter(ask=held).delete()
    SkillAnswer.objects.bulk_create(
        [
            SkillAnswer(ask=held, workflow=workflow, level=level, hours=hours)
            for workflow, (level, hours) in given.items()
            if level is not None or hours
        ]
    )
    held.anchor = anchor
    held.completed_at = held.completed_at or at
    held.save(update_fields=["anchor", "completed_at"])
    return held


@transaction.atomic
def close_skills(*, wave: SkillsWave, by: Person | None, at: datetime) -> None:
    """Take no more answers from now on, and publish. Raises Refused when it is published already."""
    wave = _wave(wave)
    if wave.published_at:
        raise Refused("closed")
    wave.closes_at = min(wave.closes_at, max(at, wave.opened_at + timedelta(seconds=1)))
    wave.save(update_fields=["closes_at"])
    audit.record("skills.closed", by=by, at=at, subject=wave)
    _publish(wave, at=at)


@transaction.atomic
def publish_skills(*, wave: SkillsWave, at: datetime) -> datetime | None:
    """Publish a wave whose time is over. Returns when to come again if it is not, else None. Done twice it is done once."""
    wave = _wave(wave)
    if wave.published_at is None:
        if at < wave.closes_at:
            closes_at: datetime = wave.closes_at
            return closes_at
        _publish(wave, at=at)
    return None


@transaction.atomic
def place_task(*, task: Anchor, workflow: Workflow | None, by: Person | None, at: datetime) -> Anchor:
    """Say which workflow a task is that somebody described, or that it is none of them yet. The same again changes nothing."""
    row: Anchor = Anchor.objects.select_for_update(of=("self",)).get(pk=task.pk)
    wanted = workflow.pk if workflow else None
    if row.workflow_id != wanted:
        row.workflow = workflow
        row.save(update_fields=["workflow"])
        audit.record("skills.task_placed", by=by, at=at, subject=row)
    return row


def _publish(wave: SkillsWave, *, at: datetime) -> None:
    """Write down what the gate lets through, and the tasks in an order drawn by lot."""
    SkillFinding.objects.bulk_create(
        [
            SkillFinding(wave=wave, workflow_id=one.workflow, levels=one.levels, minutes=one.minutes, published_at=at)
            for one in skills_found(wave)
        ]
    )
    tasks = [Anchor(pk=secrets.randbelow(LOTS) + 1, wave=wave, words=words) for words in tasks_found(wave)]
    random.SystemRandom().shuffle(tasks)
    Anchor.objects.bulk_create(tasks)
    wave.published_at = at
    wave.save(update_fields=["published_at"])
    audit.record("skills.published", by=None, at=at, subject=wave, tasks=len(tasks))


def _wave(wave: SkillsWave) -> SkillsWave:
    """The wave as it is now, held until the commit."""
    held: SkillsWave = (
        SkillsWave.objects.select_for_update(of=("self",), no_key=True).select_related("organization").get(pk=wave.pk)
    )
    return held


def _say(wave: SkillsWave, kind: str, *, at: datetime) -> None:
    asks = SkillsAsk.objects.unanswered().filter(wave=wave).select_related("person")
    say_many(
        kind=kind,
        sayings=[Saying(ask.person, f"skills:{wave.pk}", row_id=ask.pk, expires_at=wave.closes_at) for ask in asks],
        at=at,
    )
