"""Carrying what is due: claimed and committed before it is sent, recorded after, so that no crash sends it twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import DateField, F, Min, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.utils.module_loading import import_string

from adoption.outbox.actions.letters import Letter, seal, write_parts
from adoption.outbox.actions.refusals import note_refusal
from adoption.outbox.models import Addressee, Envelope, Guest, Message, Preference, Suppression, addressed
from adoption.outbox.rules import (
    CARRY_AT_MOST,
    INTERRUPTED_AFTER,
    KINDS,
    MOST_BLIND_ATTEMPTS,
    MOST_REMINDERS,
    NUDGE_DAYS,
    PAUSE,
    Answer,
    MessageClass,
    Outcome,
    Reason,
    Verdict,
    answer_to,
    day_opens,
    nudges_open_on,
    refusal_by_provider,
)
from adoption.tenancy.models import Closure, Leave, Person
from adoption.tenancy.rules import (
    WORK_ENDS,
    clean_mail,
    days_of,
    instant,
    keyed_hash,
    local_date,
    retry_after,
    working_instant,
)
from adoption.tenancy.walls import organization

log = structlog.get_logger(__name__)

# A person whose messages could not even be looked at (a lock, a broken reference) is left alone for so long.
SET_ASIDE = timedelta(minutes=10)


# --- the line to the mail server -------------------------------------------------------------------------------------


class Unreachable(ConnectionError):
    """The mail server cannot be reached, or does not let us in. Nothing was claimed for it."""


class Post:
    """One line to the mail server for a whole sweep, opened when first needed."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None

    def ready(self) -> None:
        """Make sure that there is a line. Called before each claim, so that an outage claims nothing.

        Raises Unreachable.
        """
        try:
            if self._backend is None:
                backend = get_connection()
                backend.open()
                self._backend = backend
            elif (line := getattr(self._backend, "connection", None)) is not None and line.noop()[0] >= 400:
                raise ConnectionError("the mail server ends the line")
        except Exception as failure:
            # A line that went stale between two mails is opened anew, once; one that cannot be opened is an outage.
            stale = self._backend is not None
            self.hang_up()
            if stale:
                self.ready()
                return
            raise Unreachable(type(failure).__name__) from failure

    def send(self, mail: EmailMultiAlternatives) -> Answer:
        """Hand one mail over. Never raises: whatever happens is an answer."""
        mail.connection = self._backend
        try:
            mail.send()
        except Exception as failure:  # noqa: BLE001 - each is an answer
            # Anymail keeps there what a provider said of the one recipient.
            said = getattr(getattr(mail, "anymail_status", None), "status", None)
            answer = refusal_by_provider(said, str(failure)) or answer_to(failure)
            if answer.verdict is Verdict.UNKNOWN:
                self.hang_up()
            return answer
        return Answer(Verdict.ACCEPTED)

    def hang_up(self) -> None:
        """End the line, whatever state it is in."""
        backend, self._backend = self._backend, None
        if backend is not None:
            try:
                backend.close()
            except Exception as failure:  # noqa: BLE001 - it ends either way
                log.debug("outbox.hang_up", failure=type(failure).__name__)


@contextmanager
def post_office() -> Iterator[Post]:
    """A line to the mail server that is closed at the end."""
    post = Post()
    try:
        yield post
    finally:
        post.hang_up()


# --- what is due -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Errand:
    """One mail to be attempted: an urgent message, an open mail's next attempt, or whatever waits for a person."""

    message_id: int | None = None
    envelope_id: int | None = None
    person_id: int | None = None


def find_errands(*, at: datetime) -> list[Errand]:
    """What is due, urgent messages first. At most 500 of each sort. Inside the tenant."""
    urgent = Message.objects.due(at).urgent().order_by("due_at", "id").values_list("pk", flat=True)[:CARRY_AT_MOST]
    again = Envelope.objects.due(at).order_by("again_at", "id").values_list("pk", flat=True)[:CARRY_AT_MOST]
    people = (
        Message.objects.due(at)
        .together()
        .order_by()
        .values("person_id")
        .annotate(first=Min("due_at"))
        .order_by("first", "person_id")
        .values_list("person_id", flat=True)[:CARRY_AT_MOST]
    )
    return [
        *(Errand(message_id=pk) for pk in urgent),
        *(Errand(envelope_id=pk) for pk in again),
        *(Errand(person_id=pk) for pk in people),
    ]


def next_due(*, at: datetime) -> datetime | None:
    """When there is something to do again, or None. Inside the tenant, under the lock of its agenda row."""
    waiting = Message.objects.waiting().aggregate(first=Min("due_at"))["first"]
    mails = Envelope.objects.open().aggregate(again=Min("again_at"), claimed=Min("claimed_at"))
    claimed = mails["claimed"] + INTERRUPTED_AFTER if mails["claimed"] else None
    return min((time for time in (waiting, mails["again"], claimed) if time is not None), default=None)


@transaction.atomic
def settle_interrupted(*, at: datetime) -> int:
    """Decide about mails whose carrier died between claim and result. Returns how many.

    An urgent one is tried again under its old Message-ID. For a nudge or digest nobody can know, so it is shown as
    uncertain and left to a person's decision.
    """
    rows = list(Envelope.objects.interrupted(at).select_for_update(skip_locked=True))
    for envelope in rows:
        _unsure(envelope, Answer(Verdict.UNKNOWN), at)
    return len(rows)


def carry_one(errand: Errand, *, post: Post, at: datetime, organization_id: int) -> None:
    """Carry out one errand in two transactions with the sending between them. Called outside every transaction.

    Raises Unreachable before anything was claimed.
    """
    post.ready()
    try:
        with organization(organization_id):
            letter = claim(errand, at=at)
    except Exception:
        log.exception("outbox.claim_failed")
        with organization(organization_id):
            _set_aside(errand, at)
        return
    if letter is not None:
        answer = post.send(letter.mail)
        with organization(organization_id):
            record(letter=letter, answer=answer, at=at)


def _set_aside(errand: Errand, at: datetime) -> None:
    later = at + SET_ASIDE
    Envelope.objects.due(at).filter(pk=errand.envelope_id).update(again_at=later)
    theirs = Q(person__isnull=False, person=errand.person_id)
    Message.objects.due(at).filter(Q(pk=errand.message_id) | theirs).update(due_at=later)


# --- the claim -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Circumstances:
    """What is true of a person at the moment of the claim."""

    gone: bool
    away: bool
    reachable: bool
    blocked: bool
    stopped: frozenset[str]
    # Days from today on, or a little before, on which nobody works where they are.
    closed: frozenset[date] = frozenset()


def claim(errand: Errand, *, at: datetime) -> Letter | None:
    """Take an errand, look again at everything that may have changed, and write the mail. One transaction.

    None when there is nothing to send after all: then the messages say why, or when.
    """
    if errand.message_id is not None:
        return _claim_urgent(errand.message_id, at)
    if errand.envelope_id is not None:
        return _claim_again(errand.envelope_id, at)
    assert errand.person_id is not None
    return _claim_day(errand.person_id, None, at)


def _claim_urgent(message_id: int, at: datetime) -> Letter | None:
    message = Message.objects.due(at).filter(pk=message_id).select_for_update(skip_locked=True).first()
    if message is None:
        return None
    person, here = _addressee(message, at)
    envelope = Envelope(**addressed(person), day=local_date(at, person.local_zone()), alone=True)
    return _dispatch(envelope, _fit(envelope, [message], here, at), person, at)


def _claim_again(envelope_id: int, at: datetime) -> Letter | None:
    envelope = Envelope.objects.due(at).filter(pk=envelope_id).select_for_update(skip_locked=True).first()
    if envelope is None:
        return None
    if not envelope.alone:
        return _claim_day(envelope.person_id, envelope, at)
    person, here = _addressee(envelope, at)
    messages = list(Message.objects.open().filter(envelope=envelope).select_for_update())
    return _dispatch(envelope, _fit(envelope, messages, here, at), person, at)


def _claim_day(person_id: int, envelope: Envelope | None, at: datetime) -> Letter | None:
    """The one mail of a person's day: what waits, and what is due later the same day, travels together."""
    # One sweeper to a person: two that took some of the messages each would leave the rest for tomorrow.
    if Person.objects.filter(pk=person_id).select_for_update(no_key=True, skip_locked=True).first() is None:
        return None
    person, here = _person(person_id, at)
    zone = person.local_zone()
    today = local_date(at, zone)
    end_of_day = max(at + timedelta(microseconds=1), instant(today, WORK_ENDS, zone))
    mine = Q(envelope__isnull=True, due_at__lt=end_of_day)
    if envelope is None:
        # A mail of theirs is about to be tried again: what came meanwhile joins it.
        waiting = Envelope.objects.open().together().filter(person=person).first()
        if waiting is not None and waiting.again_at is not None:
            Message.objects.due(at).together().filter(person=person).update(due_at=max(waiting.again_at, at + PAUSE))
            return None
        envelope = Envelope(person=person, day=today, alone=False)
    else:
        mine |= Q(envelope=envelope)
    found = Message.objects.open().together().filter(mine, person=person).order_by("due_at", "id")
    messages = list(found.select_for_update(skip_locked=True))
    kept = _newest_of_each(_fit(envelope, messages, here, at), at)

    since = today - timedelta(days=NUDGE_DAYS - 1)
    had = list(Envelope.objects.counted().filter(person=person, day__gte=since).exclude(pk=envelope.pk))
    opens = working_instant(at, zone, here.closed)
    free = nudges_open_on([one.day for one in had if one.nudges], today)
    nudges = [message for message in kept if message.message_class == MessageClass.NUDGE]
    if opens > at:
        _put_off(kept, opens, Reason.AFTER_HOURS)
        kept = []
    elif any(one.day == today and not one.alone for one in had):
        _put_off(kept, day_opens(today + timedelta(days=1), zone), Reason.ONE_A_DAY)
        kept = []
    elif nudges and free > today:
        _put_off(nudges, day_opens(free, zone), Reason.WEEKLY_LIMIT)
        kept = [message for message in kept if message not in nudges]
    # What is due later today comes along, but does not set out by itself.
    if not any(message.due_at <= at for message in kept):
        kept = []
    envelope.day = today
    return _dispatch(envelope, kept, person, at)


def _addressee(row: Message | Envelope, at: datetime) -> tuple[Addressee, Circumstances]:
    """Whose a message or mail is, and what is true of them. A guest has no leave, and nothing of theirs to stop."""
    if row.guest_id is None:
        assert row.person_id is not None
        return _person(row.person_id, at)
    guest = Guest.objects.select_related("organization").get(pk=row.guest_id)
    refused = Suppression.objects.held().filter(address_hash=keyed_hash(settings.SECRET_KEY, guest.mail)).exists()
    return guest, Circumstances(gone=False, away=False, reachable=True, blocked=refused, stopped=frozenset())


def _person(person_id: int, at: datetime) -> tuple[Person, Circumstances]:
    """Who it goes to, and what is true of them at this moment. One query."""
    stopped = Preference.objects.filter(person=OuterRef("pk"), stopped_at__isnull=False)
    person = (
        Person.objects.select_related("organization")
        .annotate(stopped=ArraySubquery(stopped.values_list("message_class", flat=True)))
        .get(pk=person_id)
    )
    today = local_date(at, person.local_zone())
    mail = clean_mail(person.mail or "")
    hashed = keyed_hash(settings.SECRET_KEY, mail or "")
    no_day = Cast(Value(None), DateField())
    hindrances = (
        Leave.objects.covering(today)
        .filter(person=person)
        .annotate(what=Value("away"), first=no_day, last=no_day)
        .values_list("what", "first", "last"),
        Suppression.objects.held()
        .filter(address_hash=hashed)
        .annotate(what=Value("blocked"), first=no_day, last=no_day)
        .values_list("what", "first", "last"),
        # Also those behind this one: the day after a holiday may be another.
        Closure.objects.felt_at(person.location)
        .filter(ends_on__gte=today)
        .annotate(what=Value("closed"), first=F("starts_on"), last=F("ends_on"))
        .values_list("what", "first", "last"),
    )
    rows = list(hindrances[0].union(*hindrances[1:]))
    found = {what for what, _first, _last in rows}
    return person, Circumstances(
        gone=person.left_on is not None and person.left_on <= today,
        away="away" in found,
        reachable=mail is not None,
        blocked="blocked" in found,
        stopped=frozenset(person.stopped),
        closed=days_of((first, last) for what, first, last in rows if what == "closed"),
    )


def _fit(envelope: Envelope, messages: Sequence[Message], here: Circumstances, at: datetime) -> list[Message]:
    """The messages that may still be sent. The others are settled, each with its reason, or held for a better address."""
    fit = []
    for message in messages:
        reason = _hindrance(message, envelope, here, at)
        if reason is None:
            fit.append(message)
        elif reason is Reason.BLOCKED and not _is_over(message, at):
            Message.objects.filter(pk=message.pk).update(envelope=None, reason=reason)
        else:
            outcome = Outcome.FAILED if reason in (Reason.UNWRITABLE, Reason.GAVE_UP) else Outcome.SKIPPED
            _settle([message], outcome, reason, at)
    return fit


def _hindrance(message: Message, envelope: Envelope, here: Circumstances, at: datetime) -> Reason | None:
    """Why a message is not sent, or None. What nobody wants any more comes before what could not be done."""
    kind = KINDS.get(message.kind)
    if here.gone:
        return Reason.LEFT
    if kind is None:
        return Reason.UNWRITABLE
    if kind.still_wanted and not import_string(kind.still_wanted)(message=message, at=at):
        return Reason.NOT_NEEDED
    late = Reason.BLOCKED if here.blocked else Reason.GAVE_UP if envelope.attempts else Reason.EXPIRED
    may_wait = message.message_class != MessageClass.TRANSACTIONAL
    checks = (
        (message.message_class in here.stopped, Reason.UNSUBSCRIBED),
        (_is_over(message, at), late),
        (not here.reachable, Reason.NO_ADDRESS),
        (here.blocked, Reason.BLOCKED),
        (here.away and may_wait, Reason.ON_LEAVE),
        (kind.reminder and _reminders(message, envelope) >= MOST_REMINDERS, Reason.REMINDED),
    )
    return next((reason for holds, reason in checks if holds), None)


def _is_over(message: Message, at: datetime) -> bool:
    return message.ends(KINDS[message.kind].lasts) <= at


def _reminders(message: Message, envelope: Envelope) -> int:
    """How many reminders about the same thing this person has had."""
    had = Message.objects.counted().filter(
        person=message.person_id, kind__in=KINDS.reminders(), subject_key=message.subject_key
    )
    others: int = had.exclude(envelope=envelope.pk).count() if envelope.attempts else had.count()
    return others


def _newest_of_each(messages: Sequence[Message], at: datetime) -> list[Message]:
    """Of several messages of one kind about one thing, the newest says it all."""
    newest: dict[tuple[str, str], Message] = {}
    for message in messages:
        older = newest.get((message.kind, message.subject_key))
        if older is not None:
            _settle([older], Outcome.SKIPPED, Reason.MERGED, at)
        newest[message.kind, message.subject_key] = message
    return list(newest.values())


def _settle(messages: Sequence[Message], outcome: Outcome, reason: Reason | str, at: datetime) -> None:
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(
        settled_at=at, outcome=outcome, reason=reason
    )


def _put_off(messages: Sequence[Message], until: datetime, reason: Reason) -> None:
    """Leave messages to a later mail. Their time runs from then on; a given end stays."""
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(
        envelope=None, due_at=until, reason=reason
    )


def _dispatch(envelope: Envelope, messages: Sequence[Message], person: Addressee, at: datetime) -> Letter | None:
    """Claim the mail, write it and bind the messages to it; without messages there is no mail."""
    if not messages:
        if envelope.attempts:
            Message.objects.filter(envelope=envelope).update(envelope=None)
            envelope.delete()
        return None
    mail = clean_mail(person.mail or "")
    assert mail is not None
    envelope.address = mail
    envelope.claimed_at, envelope.again_at = at, None
    envelope.attempts += 1
    envelope.nudges = any(message.message_class == MessageClass.NUDGE for message in messages)
    envelope.digests = any(message.message_class == MessageClass.DIGEST for message in messages)
    if envelope.attempts == 1 and not envelope.alone:
        # Two sweepers that met the same person: the database lets one of them have the day.
        Envelope.objects.bulk_create([envelope], ignore_conflicts=True)
        made = Envelope.objects.filter(public_id=envelope.public_id).first()
        if made is None:
            return None
        envelope = made
    else:
        envelope.save()
    parts, unwritable = write_parts(messages=messages, person=person, address=mail, at=at)
    if unwritable:
        Message.objects.filter(pk__in=[message.pk for message in unwritable]).update(envelope=None)
        _settle(unwritable, Outcome.FAILED, Reason.UNWRITABLE, at)
    if not parts:
        return _dispatch(envelope, [], person, at)
    Message.objects.filter(pk__in=[part.message.pk for part in parts]).update(envelope=envelope, reason="")
    return seal(envelope=envelope, parts=parts, person=person, at=at)


# --- the result ------------------------------------------------------------------------------------------------------


@transaction.atomic
def record(*, letter: Letter, answer: Answer, at: datetime) -> None:
    """Write down what became of an attempt, unless its claim was taken away meanwhile by somebody who knows better."""
    envelope = Envelope.objects.filter(pk=letter.envelope_id, claimed_at=letter.claimed_at).select_for_update().first()
    if envelope is None:
        return
    envelope.answer = answer.words
    if answer.verdict is Verdict.ACCEPTED:
        # Also one that was counted as uncertain while it was still on its way.
        _close(envelope, Outcome.SENT, "", at)
    elif envelope.closed_at is not None:
        return
    elif answer.verdict is Verdict.REFUSED:
        _close(envelope, Outcome.FAILED, Reason.REFUSED, at)
        note_refusal(envelope=envelope, answer=answer.words, at=at)
    elif answer.verdict is Verdict.REJECTED:
        _close(envelope, Outcome.FAILED, Reason.REJECTED, at)
    elif answer.verdict is Verdict.LATER:
        _try_again(envelope, at)
    else:
        _unsure(envelope, answer, at)


def _unsure(envelope: Envelope, answer: Answer, at: datetime) -> None:
    envelope.answer = answer.words
    if envelope.may_repeat and envelope.attempts < MOST_BLIND_ATTEMPTS:
        _try_again(envelope, at)
    else:
        _close(envelope, Outcome.UNCERTAIN, Reason.INTERRUPTED, at)


def _try_again(envelope: Envelope, at: datetime) -> None:
    # From the first attempt on their end is fixed: what a mail server puts off again and again is given up in time.
    for message in Message.objects.open().filter(envelope=envelope, expires_at__isnull=True):
        message.expires_at = message.ends(KINDS[message.kind].lasts)
        message.save(update_fields=["expires_at"])
    envelope.claimed_at, envelope.again_at = None, at + retry_after(envelope.attempts)
    envelope.save(update_fields=["claimed_at", "again_at", "answer"])


def _close(envelope: Envelope, outcome: Outcome, reason: Reason | str, at: datetime) -> None:
    envelope.closed_at, envelope.outcome = at, outcome
    envelope.save(update_fields=["closed_at", "outcome", "answer"])
    carried = Message.objects.filter(envelope=envelope).filter(
        Q(settled_at__isnull=True) | Q(outcome=Outcome.UNCERTAIN)
    )
    carried.update(settled_at=at, outcome=outcome, reason=reason)
