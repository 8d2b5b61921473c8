"""Asking everybody whom they go to, keeping what they say for as long as it takes to count it, and counting it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction

from adoption.outbox.actions.links import end
from adoption.outbox.actions.messages import Saying, say_many
from adoption.programs.models import Program
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import instant, local_date
from champions.actions import record_nominations
from surveys import rules
from surveys.actions.refusals import Refused, WaveClosed, refuse_second_reminder
from surveys.models import Nomination, NominationAsk, NominationWave

NOMINATION = "nomination"
NOMINATION_REMINDER = "nomination_reminder"
COUNT_NOMINATIONS = "surveys.count_nominations"
# Of a day, so that what says until when names that day.
LAST_SECOND = time(23, 59, 59)


@transaction.atomic
def open_nominations(
    *, program: Program, departments: Sequence[str], until: date, by: Person | None, at: datetime
) -> NominationWave:
    """Ask everybody of some departments, or with none named everybody, whom they go to: to the end of a local day.

    Asked again it replaces what was counted. Raises Refused after the launch, while it is open, for a day that is not to
    come or more than three weeks away, and where so few would be asked that nobody could be hidden among them.
    """
    program = _held(program)
    today = local_date(at, program.organization.zone)
    if program.launched_at or program.closed_at:
        raise Refused("nominations_launched" if program.launched_at else "stopped")
    if NominationWave.objects.filter(program=program, counted_at__isnull=True).exists():
        raise Refused("nominations_open")
    if not today < until <= today + rules.ANSWERED_WITHIN:
        raise Refused("until", last=today + rules.ANSWERED_WITHIN)
    people = Person.objects.here(today)
    if departments:
        people = people.filter(department__in=departments)
    asked = list(people)
    if len(asked) < rules.LEAST_NOMINATORS:
        raise Refused("too_few_asked")
    _end_links(program, at)
    NominationWave.objects.filter(program=program).delete()
    wave: NominationWave = NominationWave.objects.create(
        program=program,
        instrument_version=rules.ADVICE.version,
        departments=list(departments),
        opened_at=at,
        closes_at=instant(until, LAST_SECOND, program.organization.zone),
    )
    NominationAsk.objects.bulk_create(
        [NominationAsk(wave=wave, person=person, asked_at=at) for person in asked], batch_size=2000
    )
    _say(wave, NOMINATION, at=at)
    agenda.schedule(task=COUNT_NOMINATIONS, row_id=wave.pk, due_at=wave.closes_at)
    audit.record("nominations.opened", by=by, at=at, subject=wave, people=len(asked))
    return wave


@transaction.atomic
def remind_nominations(*, wave: NominationWave, by: Person | None, at: datetime) -> None:
    """Remind whoever has not sent it off, once and not at once. Raises Refused."""
    wave = _wave(wave)
    refuse_second_reminder(wave, is_over=wave.counted_at is not None, at=at)
    wave.reminded_at = at
    wave.save(update_fields=["reminded_at"])
    _say(wave, NOMINATION_REMINDER, at=at)
    audit.record("nominations.reminded", by=by, at=at, subject=wave)


@transaction.atomic
def name_colleague(*, ask: NominationAsk, item: str, person: Person, at: datetime) -> None:
    """Name somebody in answer to a question. Twice is once. Raises WaveClosed, and Refused for oneself or one too many."""
    ask = _open(ask, at)
    if person.pk == ask.person_id:
        raise Refused("oneself")
    named = Nomination.objects.filter(ask=ask, item=item)
    if named.filter(nominee=person).exists():
        return
    if named.count() >= next(one.most for one in rules.ADVICE.items if one.key == item):
        raise Refused("enough_named")
    Nomination.objects.create(ask=ask, item=item, nominee=person, said_at=at)


@transaction.atomic
def take_name_away(*, ask: NominationAsk, item: str, person: Person, at: datetime) -> None:
    """Name somebody no longer. Raises WaveClosed."""
    Nomination.objects.filter(ask=_open(ask, at), item=item, nominee=person).delete()


@transaction.atomic
def keep_tries(*, ask: NominationAsk, tries: str, at: datetime, complete: bool) -> None:
    """Keep what somebody says of their own experimenting; with `complete` they have sent it off. Raises WaveClosed."""
    ask = _open(ask, at)
    ask.tries = tries
    if complete and ask.completed_at is None:
        ask.completed_at = at
    ask.save(update_fields=["tries", "completed_at"])


@transaction.atomic
def close_nominations(*, wave: NominationWave, by: Person | None, at: datetime) -> None:
    """Take no more answers from now on, and count them. Raises Refused when it was counted already."""
    program = _held(wave.program)
    wave = _wave(wave)
    if wave.counted_at:
        raise Refused("closed")
    wave.closes_at = min(wave.closes_at, max(at, wave.opened_at + timedelta(seconds=1)))
    wave.save(update_fields=["closes_at"])
    audit.record("nominations.closed", by=by, at=at, subject=wave)
    _count(program, wave, by=by, at=at)


@transaction.atomic
def count_nominations(*, wave: NominationWave, at: datetime) -> datetime | None:
    """Count a wave whose time is over. Returns when to come again if it is not, else None. Done twice it is done once."""
    program = _held(wave.program)
    wave = _wave(wave)
    if wave.counted_at is None:
        if at < wave.closes_at:
            closes_at: datetime = wave.closes_at
            return closes_at
        _count(program, wave, by=None, at=at)
    return None


def _count(program: Program, wave: NominationWave, *, by: Person | None, at: datetime) -> None:
    """Hand what was said down to the champions' floor, and delete every name."""
    asks = NominationAsk.objects.filter(wave=wave)
    said = list(Nomination.objects.filter(ask__wave=wave).values_list("ask__person_id", "nominee_id"))
    if len({nominator for nominator, _ in said}) < rules.LEAST_NOMINATORS:
        # So few that whoever reads the list could tell who named whom.
        said = []
    if program.launched_at is None and program.closed_at is None:
        record_nominations(
            program=program,
            said=said,
            asked=set(asks.values_list("person_id", flat=True)),
            says_so=set(asks.filter(tries__in=rules.TRIES_UNASKED).values_list("person_id", flat=True)),
            by=by,
            at=at,
        )
    Nomination.objects.filter(ask__wave=wave).delete()
    asks.exclude(tries="").update(tries="")
    wave.counted_at = at
    wave.save(update_fields=["counted_at"])


def _held(program: Program) -> Program:
    """The programme, which nobody launches before the commit."""
    held: Program = Program.objects.select_for_update(of=("self",)).select_related("organization").get(pk=program.pk)
    return held


def _wave(wave: NominationWave) -> NominationWave:
    held: NominationWave = (
        NominationWave.objects.select_for_update(of=("self",), no_key=True).select_related("program").get(pk=wave.pk)
    )
    return held


def _open(ask: NominationAsk, at: datetime) -> NominationAsk:
    """What somebody is asked, held until the commit, while it takes answers. Raises WaveClosed."""
    # Not counted before the commit.
    NominationWave.objects.select_for_update(of=("self",), no_key=True).get(pk=ask.wave_id)
    held: NominationAsk = NominationAsk.objects.select_for_update(of=("self",)).select_related("wave").get(pk=ask.pk)
    if held.wave.counted_at or at >= held.wave.closes_at:
        raise WaveClosed
    return held


def _end_links(program: Program, at: datetime) -> None:
    asks = NominationAsk.objects.filter(wave__program=program).values_list("pk", flat=True)
    end(purpose=NOMINATION, row_ids=asks, at=at)


def _say(wave: NominationWave, kind: str, *, at: datetime) -> None:
    asks = NominationAsk.objects.unanswered().filter(wave=wave).select_related("person")
    say_many(
        kind=kind,
        sayings=[Saying(ask.person, f"nomination:{wave.pk}", row_id=ask.pk, expires_at=wave.closes_at) for ask in asks],
        at=at,
    )
