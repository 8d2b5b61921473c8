"""Asking everybody, reminding, closing early, opening once more, and publishing what a lead's questions brought."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from adoption.outbox.actions.links import prolong
from adoption.outbox.actions.messages import Saying, say_many
from adoption.programs.models import Assignment, Program
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import instant, local_date, working_instant
from surveys import rules
from surveys.actions.refusals import Refused
from surveys.models import Answer, Ask, Finding, Wave
from surveys.queries import findings_of, version_of
from surveys.rules import ItemKind, WaveKind

SURVEY = "survey"
SURVEY_REMINDER = "survey_reminder"
PUBLISH = "surveys.publish"


@transaction.atomic
def open_wave(*, program: Program, kind: WaveKind, at: datetime) -> Wave:
    """Ask everybody in both arms who is here, once each. Begun again after a crash it adds only what is missing.

    Later surveys ask with the version of the words the baseline was asked with.
    """
    # Whoever changes the questions of this survey waits, and then finds it open.
    program = (
        Program.objects.select_for_update(of=("self",), no_key=True).select_related("organization").get(pk=program.pk)
    )
    wave, made = Wave.objects.get_or_create(
        program=program, kind=kind, defaults={"opened_at": at, "closes_at": at + rules.ANSWERED_WITHIN}
    )
    today = local_date(at, program.organization.zone)
    people = list(Person.objects.here(today).filter(_assigned(program)))
    version = version_of(program)
    Ask.objects.bulk_create(
        [Ask(wave=wave, person=person, instrument_version=version, asked_at=at) for person in people],
        ignore_conflicts=True,
        batch_size=2000,
    )
    _say(wave, SURVEY, at=at)
    if made:
        agenda.schedule(task=PUBLISH, row_id=wave.pk, due_at=wave.closes_at)
        audit.record("survey.opened", by=None, at=at, subject=wave, kind=kind, people=len(people))
    return wave


@transaction.atomic
def remind_wave(*, program: Program, kind: WaveKind, at: datetime, by: Person | None = None) -> None:
    """Remind those who have not answered. The calendar's reminder is left out where there were two already.

    Asked for by somebody it raises Refused instead: for a closed survey, after two reminders, or soon after one.
    """
    wave = Wave.objects.select_for_update(no_key=True).filter(program=program, kind=kind).first()
    refusal = _no_reminder(wave, at)
    if wave is None or refusal:
        if by is not None:
            raise refusal or Refused("not_open")
        return
    wave.reminders += 1
    wave.reminded_at = at
    wave.save(update_fields=["reminders", "reminded_at"])
    # After an outage a survey and its reminder come due at once: nobody is reminded of what has only just reached them.
    reached = working_instant(wave.opened_at, wave.program.organization.zone)
    due_at = at if by else max(at, reached + rules.REMIND_AGAIN_AFTER)
    _say(wave, SURVEY_REMINDER, at=at, due_at=due_at)
    audit.record("survey.reminded", by=by, at=at, subject=wave, kind=kind)


@transaction.atomic
def close_wave(*, wave: Wave, reason: str, by: Person | None, at: datetime) -> Wave:
    """Take no more answers from now on, for a reason. Links say so. Raises Refused when it is closed already."""
    wave = _held(wave)
    if at >= wave.closes_at:
        raise Refused("closed")
    wave.closes_at = max(at, wave.opened_at + timedelta(seconds=1))
    wave.closed_because = reason
    wave.save(update_fields=["closes_at", "closed_because"])
    agenda.move(task=PUBLISH, row_id=wave.pk, due_at=wave.closes_at)
    audit.record("survey.closed", by=by, at=at, subject=wave, kind=wave.kind)
    return wave


@transaction.atomic
def reopen_wave(*, wave: Wave, until: date, reason: str, by: Person | None, at: datetime) -> Wave:
    """Take answers again to the end of a local day, for a reason. The links that were mailed open it again.

    What is published stays as it is. Raises Refused for a survey that is open, for a day that is not to come or more than three
    weeks away, for a baseline once the programme is launched, and for a programme that is closed.
    """
    wave = _held(wave)
    program = wave.program
    today = local_date(at, program.organization.zone)
    last = today + rules.LONGEST_REOPENING
    if at < wave.closes_at:
        raise Refused("open")
    if program.closed_at or (wave.kind == WaveKind.BASELINE and program.launched_at):
        raise Refused("frozen")
    if not today < until <= last:
        raise Refused("until", last=last)
    wave.closes_at = instant(until + timedelta(days=1), time(0), program.organization.zone)
    wave.reopened_because = reason
    wave.save(update_fields=["closes_at", "reopened_because"])
    asks = Ask.objects.filter(wave=wave).values_list("pk", flat=True)
    prolong(purpose=SURVEY, row_ids=asks, until=wave.closes_at)
    # Whoever comes to publish it, or to forget what was written, comes once more after that.
    agenda.wake(task=PUBLISH, row_id=wave.pk, due_at=wave.closes_at)
    audit.record("survey.reopened", by=by, at=at, subject=wave, kind=wave.kind, until=until.isoformat())
    return wave


@transaction.atomic
def publish_wave(*, wave: Wave, at: datetime) -> datetime | None:
    """Write down what the gate lets through of a lead's own questions and of the anonymous part, once a wave is closed.

    Ninety days later what people wrote in their own words is deleted. Returns when to come again, else None. Done twice it is
    done once.
    """
    wave = _held(wave)
    if at < wave.closes_at:
        closes_at: datetime = wave.closes_at
        return closes_at
    if wave.published_at is None:
        Finding.objects.bulk_create(
            [Finding(wave=wave, item=item, shown=shown, published_at=at) for item, shown in findings_of(wave)]
        )
        wave.published_at = at
        wave.save(update_fields=["published_at"])
        audit.record("survey.published", by=None, at=at, subject=wave, kind=wave.kind)
        for entry in rules.PUBLISHED:
            entry.load()(wave=wave, at=at)
    return _forget_texts(wave, at=at)


def _forget_texts(wave: Wave, *, at: datetime) -> datetime | None:
    """Delete texts, of people and as they were published, once their time is over. Returns that time if it is to come."""
    written = Answer.objects.filter(ask__wave=wave).exclude(text="")
    told = [row for row in Finding.objects.filter(wave=wave, shown__kind=ItemKind.TEXT) if row.shown["texts"]]
    if not told and not written.exists():
        return None
    assert wave.published_at
    over: datetime = wave.published_at + rules.TEXTS_LAST
    if at < over:
        return over
    written.delete()
    # What was published is never changed, but may go: the same row stands there again, in its place and without texts.
    for row in told:
        place = row.pk
        row.delete()
        row.pk, row.shown = place, row.shown | {"texts": None, "is_forgotten": True}
        row.save(force_insert=True)
    return None


def _held(wave: Wave) -> Wave:
    """The wave as it is now, held until the commit."""
    held: Wave = (
        Wave.objects.select_for_update(of=("self",), no_key=True)
        .select_related("program__organization")
        .get(pk=wave.pk)
    )
    return held


def _no_reminder(wave: Wave | None, at: datetime) -> Refused | None:
    if wave is None or not wave.opened_at <= at < wave.closes_at:
        return Refused("not_open")
    if wave.reminders >= rules.MOST_REMINDERS:
        return Refused("reminded")
    if wave.reminded_at and at < wave.reminded_at + rules.REMIND_AGAIN_AFTER:
        return Refused("reminded_lately", day=wave.reminded_at + rules.REMIND_AGAIN_AFTER)
    return None


def _assigned(program: Program) -> Exists:
    return Exists(Assignment.objects.current().filter(program=program, person=OuterRef("pk")))


def _say(wave: Wave, kind: str, *, at: datetime, due_at: datetime | None = None) -> None:
    asks = Ask.objects.unanswered().filter(wave=wave).select_related("person")
    say_many(
        kind=kind,
        sayings=[
            Saying(ask.person, f"survey:{wave.pk}", row_id=ask.pk, due_at=due_at, expires_at=wave.closes_at)
            for ask in asks
        ],
        at=at,
    )
