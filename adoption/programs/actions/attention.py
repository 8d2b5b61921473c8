"""The attention lists: who gets onto them, and how they come off."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from adoption.outbox.actions.messages import say
from adoption.programs import rules
from adoption.programs.actions.refusals import Refused, WrongState
from adoption.programs.models import Attention, Objection, Program
from adoption.programs.rules import Kind
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date

ASKED = "attention"  # the outbox's kind


def raise_attention(
    *, program: Program, person: Person, kind: Kind, since: date, detail: Mapping[str, Any], at: datetime
) -> None:
    """Put somebody on the attention lists, unless they object.

    Raised twice, it stays one row with its first date; what was found last is what it says.
    """
    if Objection.objects.standing().filter(program=program, person=person).exists():
        return
    Attention.objects.bulk_create(
        [Attention(program=program, person=person, kind=kind, since=since, detail=dict(detail), raised_at=at)],
        ignore_conflicts=True,
    )
    if detail:
        Attention.objects.open().filter(program=program, person=person, kind=kind).update(detail=dict(detail))


def raise_of_program(*, program: Program, kind: Kind, since: date, detail: Mapping[str, Any], at: datetime) -> None:
    """Put the programme itself on its lead's list. Raised twice, it stays one row with its first date and words."""
    Attention.objects.bulk_create(
        [Attention(program=program, kind=kind, since=since, detail=dict(detail), raised_at=at)], ignore_conflicts=True
    )


def reword_of_program(*, program: Program, kind: Kind, detail: Mapping[str, Any]) -> None:
    """What a programme's open row says is otherwise by now. Its first date stays."""
    rows = Attention.objects.open().of_programs().filter(program=program, kind=kind)
    rows.exclude(detail=dict(detail)).update(detail=dict(detail))


def raise_many(*, program: Program, wanting: Iterable[tuple[Person, Kind, date]], at: datetime) -> None:
    """Put many people on the attention lists at once, each for a reason and since a day. Objectors are let be."""
    let_be = set(Objection.objects.standing().filter(program=program).values_list("person_id", flat=True))
    Attention.objects.bulk_create(
        [
            Attention(program=program, person=person, kind=kind, since=since, raised_at=at)
            for person, kind, since in wanting
            if person.pk not in let_be
        ],
        ignore_conflicts=True,
    )


def settle_attention(*, program: Program, person: Person | None, kind: Kind, at: datetime) -> None:
    """Take somebody, or the programme itself, off the attention lists for this reason: it has ended by itself."""
    Attention.objects.open().filter(program=program, person=person, kind=kind).update(settled_at=at)


def meet_attention(*, program: Program, people: Collection[Person], kinds: Collection[Kind], at: datetime) -> None:
    """What was proposed for these reasons has been done with these people: they come off the lists, and are let be."""
    Attention.objects.open().filter(program=program, person__in=people, kind__in=kinds).update(
        settled_at=at, handled_at=at
    )


def unmeet_attention(
    *, program: Program, people: Collection[Person], kinds: Collection[Kind], met_at: datetime
) -> None:
    """What was met at an instant was not, after all: it is on the lists again, except of whoever objects, or where it was raised anew."""
    if program.ended_at:
        return
    met = Attention.objects.filter(
        program=program, person__in=people, kind__in=kinds, settled_at=met_at, handled_at=met_at
    )
    anew = Attention.objects.open().filter(program=program, person=OuterRef("person"), kind=OuterRef("kind"))
    objects = Objection.objects.standing().filter(program=program, person=OuterRef("person"))
    rows = list(met.filter(~Exists(anew), ~Exists(objects)).values_list("pk", flat=True))
    Attention.objects.filter(pk__in=rows).update(settled_at=None, handled_at=None)


@transaction.atomic
def handle_attention(*, attention: Attention, by: Person | None, at: datetime) -> Attention:
    """Somebody says that it is done.

    Raises WrongState when it came off the lists already, and Refused for what only its own step closes: a day 7 without an
    answer, and whoever is stuck without a step that was agreed on.
    """
    row = _open(attention)
    if open_still := rules.NOT_TALKED_AWAY.get(Kind(row.kind)):
        raise Refused(open_still)
    row.settled_at = row.handled_at = at
    row.save(update_fields=["settled_at", "handled_at"])
    audit.record("attention.handled", by=by, at=at, subject=row, **_told_in_trail(row))
    return row


@transaction.atomic
def put_off_attention(*, attention: Attention, until: date, reason: str, by: Person | None, at: datetime) -> Attention:
    """Let it rest until a day, for a reason; then it is back by itself.

    Raises WrongState when it came off the lists, and Refused for a day that is not to come or more than six weeks away.
    """
    row = _open(attention)
    today = local_date(at, row.program.organization.zone)
    if until <= today:
        raise Refused("until_past")
    if until > today + rules.LONGEST_SNOOZE:
        raise Refused("until_far", last=today + rules.LONGEST_SNOOZE)
    row.snoozed_until, row.snooze_reason = until, reason
    row.save(update_fields=["snoozed_until", "snooze_reason"])
    audit.record("attention.put_off", by=by, at=at, subject=row, **_told_in_trail(row), until=until.isoformat())
    return row


@transaction.atomic
def reopen_attention(*, attention: Attention, by: Person | None, at: datetime) -> Attention:
    """Bring back what somebody called done or put off. Where it stands on the lists again already nothing changes.

    Raises WrongState for a reason that ended by itself, and once the phase is over.
    """
    row = _held(attention)
    objects = Objection.objects.standing().filter(program=row.program, person=row.person).exists()
    if objects or (row.settled_at and not row.handled_at):
        # One answer to both: nobody learns who objects.
        raise WrongState("attention_settled")
    if row.program.ended_at and row.kind not in {Kind.FOLLOW_UP_DUE, *rules.TO_DECIDE}:
        raise WrongState("phase_over")
    if row.settled_at is None and row.snoozed_until is None:
        return row
    row.settled_at = row.handled_at = row.snoozed_until = None
    row.snooze_reason = ""
    try:
        with transaction.atomic():
            row.save(update_fields=["settled_at", "handled_at", "snoozed_until", "snooze_reason"])
    except IntegrityError:
        # Raised anew meanwhile: that row stands for it.
        anew: Attention = Attention.objects.open().get(program=row.program, person=row.person, kind=row.kind)
        return anew
    audit.record("attention.reopened", by=by, at=at, subject=row, **_told_in_trail(row))
    return row


@transaction.atomic
def ask_guide(*, attention: Attention, guide: Person, by: Person, at: datetime) -> Attention:
    """A lead asks a champion to see to somebody: one message, without the reason. Twice within a week is once.

    Raises WrongState when it came off the lists.
    """
    row = _open(attention)
    if row.asked_at and at < row.asked_at + rules.ASK_AGAIN_AFTER:
        return row
    row.asked_at = at
    row.save(update_fields=["asked_at"])
    say(
        kind=ASKED,
        person=guide,
        # Asked again after it was taken back, it is another message.
        subject_key=f"attention:{row.pk}:{int(at.timestamp())}",
        row_id=row.pk,
        context={"speaker": by.name},
        at=at,
    )
    audit.record("attention.asked", by=by, at=at, subject=row, kind=row.kind)
    return row


@transaction.atomic
def unask_guide(*, attention: Attention, by: Person | None, at: datetime) -> Attention:
    """Take back that a champion was asked. The message is left out if it has not gone yet. Twice is once."""
    row = _held(attention)
    if row.asked_at:
        row.asked_at = None
        row.save(update_fields=["asked_at"])
        audit.record("attention.unasked", by=by, at=at, subject=row, kind=row.kind)
    return row


def _told_in_trail(row: Attention) -> dict[str, str]:
    """Which reason it is, for those who read the trail; not where only leads may know."""
    return {} if row.is_for_leads else {"kind": row.kind}


def _held(attention: Attention) -> Attention:
    """The row as it is now, held until the commit."""
    row: Attention = (
        Attention.objects.select_for_update(of=("self",))
        .select_related("program__organization", "person")
        .get(pk=attention.pk)
    )
    return row


def _open(attention: Attention) -> Attention:
    row = _held(attention)
    if row.settled_at:
        raise WrongState("attention_settled")
    return row
