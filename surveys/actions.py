"""Every write of the asking floor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from adoption.outbox.actions.links import end
from adoption.outbox.actions.messages import Saying, say_many
from adoption.programs.models import Assignment, Program
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from surveys import rules
from surveys.models import Answer, Ask, Wave
from surveys.rules import WaveKind

SURVEY = "survey"
SURVEY_REMINDER = "survey_reminder"


class WaveClosed(ValueError):
    """The survey takes no more answers."""


@transaction.atomic
def open_wave(*, program: Program, kind: WaveKind, at: datetime) -> Wave:
    """Ask everybody in both arms who is here, once each. Begun again after a crash it adds only what is missing."""
    wave, made = Wave.objects.get_or_create(
        program=program, kind=kind, defaults={"opened_at": at, "closes_at": at + rules.ANSWERED_WITHIN}
    )
    today = local_date(at, program.organization.zone)
    people = list(Person.objects.here(today).filter(_assigned(program)))
    Ask.objects.bulk_create(
        [Ask(wave=wave, person=person, asked_at=at) for person in people], ignore_conflicts=True, batch_size=2000
    )
    _say(wave, SURVEY, at=at)
    if made:
        audit.record("survey.opened", by=None, at=at, subject=wave, kind=kind, people=len(people))
    return wave


def remind_wave(*, program: Program, kind: WaveKind, at: datetime) -> None:
    """Remind those who have not answered, gently and at most as often as the outbox allows."""
    wave = Wave.objects.open(at).filter(program=program, kind=kind).first()
    if wave:
        _say(wave, SURVEY_REMINDER, at=at)


@transaction.atomic
def answer(*, ask: Ask, given: Mapping[str, Any], at: datetime) -> Ask:
    """Write a person's answers down, each as a new version where it changed. A question left out stays missing.

    `given` is what `rules.check` calls clean. Raises WaveClosed.
    """
    ask = Ask.objects.select_for_update(of=("self",)).select_related("wave").get(pk=ask.pk)
    if at >= ask.wave.closes_at:
        raise WaveClosed
    newest: dict[str, Answer] = {row.item: row for row in Answer.objects.filter(ask=ask).order_by("version")}
    rows = []
    for item in rules.items_of(WaveKind(ask.wave.kind)):
        number, choice = _split(given.get(item.key))
        before = newest.get(item.key)
        if (number, choice) == ((before.number, before.choice) if before else (None, "")):
            continue
        rows.append(
            Answer(
                ask=ask,
                item=item.key,
                item_version=rules.ITEM_VERSION,
                version=before.version + 1 if before else 1,
                number=number,
                choice=choice,
                valid_at=ask.wave.opened_at,
                recorded_at=at,
            )
        )
    Answer.objects.bulk_create(rows)
    if ask.completed_at is None:
        ask.completed_at = at
        ask.save(update_fields=["completed_at"])
    return ask


def erase_person(*, person: Person, at: datetime) -> None:
    """Everything this floor holds about a person."""
    asks = list(Ask.objects.filter(person=person).values_list("pk", flat=True))
    end(purpose=SURVEY, row_ids=asks, at=at)
    Answer.objects.filter(ask__in=asks).delete()
    Ask.objects.filter(pk__in=asks).delete()


def _assigned(program: Program) -> Exists:
    return Exists(Assignment.objects.current().filter(program=program, person=OuterRef("pk")))


def _say(wave: Wave, kind: str, *, at: datetime) -> None:
    asks = Ask.objects.unanswered().filter(wave=wave).select_related("person")
    say_many(
        kind=kind,
        sayings=[Saying(ask.person, f"survey:{wave.pk}", row_id=ask.pk, expires_at=wave.closes_at) for ask in asks],
        at=at,
    )


def _split(value: Any) -> tuple[int | None, str]:
    return (value, "") if isinstance(value, int) else (None, value or "")
