"""What was said, to whom, and what became of it. Never what it said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.outbox.models import Addressee, Message, MessageQuerySet, Preference, Suppression
from adoption.outbox.queries.refusals import refusing, since_when
from adoption.outbox.rules import KINDS, STOPPABLE, MessageClass, Outcome, Reason
from adoption.tenancy.models import Person

Words = str | Promise

PAGE = 40

# Why it was not sent, in words; and what somebody can do about it.
WHY: dict[Reason, Words] = {
    Reason.LEFT: _("The person has left."),
    Reason.NOT_NEEDED: _("It was no longer needed."),
    Reason.UNSUBSCRIBED: _("They chose not to receive these."),
    Reason.EXPIRED: _("It was too old when it could have been sent, so it was left out rather than sent late."),
    Reason.NO_ADDRESS: _("There is no mail address in the directory."),
    Reason.BLOCKED: _("Mail to this address comes back."),
    Reason.ON_LEAVE: _("The person was on leave."),
    Reason.REMINDED: _("They had been reminded twice already."),
    Reason.MERGED: _("A newer message said the same."),
    Reason.REFUSED: _("The mail server refused mail to this address."),
    Reason.REJECTED: _("The mail server did not accept this mail."),
    Reason.BOUNCED: _("The mail came back."),
    Reason.GAVE_UP: _("The mail server put it off until it was too old."),
    Reason.UNWRITABLE: _("The mail could not be written; this is a fault of the application."),
    Reason.INTERRUPTED: _("The sending was interrupted: it may have arrived, or not. It was not repeated by itself."),
    Reason.AFTER_HOURS: _("It waits for the person's working hours."),
    Reason.ONE_A_DAY: _("It waits for tomorrow's mail: there is one a day."),
    Reason.WEEKLY_LIMIT: _("It waits: two mails of this sort a week are enough."),
}
# The same, to the person it is about.
WHY_TO_THEM: dict[Reason, Words] = WHY | {
    Reason.LEFT: _("You had left."),
    Reason.UNSUBSCRIBED: _("You chose not to receive these."),
    Reason.EXPIRED: _("It was too old when it could have been sent, so it was left out."),
    Reason.NO_ADDRESS: _("There is no mail address in your entry."),
    Reason.BLOCKED: _("Mail to your address comes back. Please tell your learning lead."),
    Reason.ON_LEAVE: _("You were on leave."),
    Reason.REMINDED: _("You had been reminded twice already."),
    Reason.REFUSED: _("The mail server refused mail to your address. Please tell your learning lead."),
    Reason.BOUNCED: _("The mail came back. Please tell your learning lead."),
    Reason.INTERRUPTED: _("The sending was interrupted: it may have reached you, or not."),
    Reason.AFTER_HOURS: _("It waits for your working hours."),
}
WHAT_TO_DO: dict[Reason, Words] = {
    Reason.NO_ADDRESS: _("Add an address to their entry."),
    Reason.BLOCKED: _("Correct the address in their entry, or try it once more."),
    Reason.REFUSED: _("Correct the address in their entry, or try it once more."),
    Reason.REJECTED: _("Ask whoever runs your mail to let these mails in, then send it again."),
    Reason.BOUNCED: _("Correct the address in their entry, or try it once more."),
    Reason.GAVE_UP: _("Ask whoever runs your mail whether it is reachable, then send it again."),
    Reason.UNWRITABLE: _("Tell whoever runs the application; once it is mended, send it again."),
    Reason.INTERRUPTED: _("Send it again if it matters more than having it twice."),
}
CLASS_NAMES: dict[MessageClass, Words] = {
    MessageClass.NUDGE: _("Questions and reminders"),
    MessageClass.DIGEST: _("Summaries: your work as a champion or lead, and the month as an executive or sponsor"),
}
CLASS_MEANS: dict[MessageClass, Words] = {
    MessageClass.NUDGE: _("The weekly question, follow-ups and surveys: two mails in seven days at most."),
    MessageClass.DIGEST: _("What waits for you: one mail a day at most, never at night or at weekends."),
}


@dataclass(frozen=True)
class Delivery:
    """One message and its fate."""

    id: int
    public_id: UUID
    person: Addressee
    is_guest: bool
    label: str
    state: str
    when: datetime
    why: Words
    what_to_do: Words
    answer: str
    may_send_again: bool


@dataclass(frozen=True)
class Choice:
    """What a person receives of one class."""

    message_class: MessageClass
    name: Words
    means: Words
    wanted: bool


@dataclass(frozen=True)
class Page:
    """Deliveries, newest first, and the ids where the neighbouring pages start."""

    rows: list[Delivery]
    older: int | None
    newer: bool


def label_of(message: Message) -> str:
    """What a kind is called on pages; one of an earlier release, by its name."""
    kind = KINDS.get(message.kind)
    return str(kind.label) if kind else message.kind.replace("_", " ").capitalize()


def to_look_at(*, before: int | None) -> Page:
    """Failed messages and those of unknown fate."""
    return _page(Message.objects.to_look_at(), before)


def held(*, before: int | None) -> Page:
    """Messages that wait because their address refuses mail."""
    return _page(Message.objects.held(), before)


def left_out(*, before: int | None) -> Page:
    """Messages skipped for a reason the organisation may know."""
    return _page(Message.objects.left_out(), before)


def of_person(person: Person, *, before: int | None) -> Page:
    """Everything said to one person, for their own eyes."""
    return _page(Message.objects.filter(person=person), before, WHY_TO_THEM)


def _page(found: MessageQuerySet, before: int | None, words: Mapping[Reason, Words] = WHY) -> Page:
    found = found.select_related("person", "guest", "envelope").order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    held_back = refusing({row.to for row in rows if row.reason == Reason.BLOCKED and row.settled_at is None})
    return Page(
        [_delivery(row, words, held_back.get(row.to)) for row in rows[:PAGE]],
        rows[PAGE - 1].pk if len(rows) > PAGE else None,
        before is not None,
    )


def _delivery(row: Message, words: Mapping[Reason, Words], refusal: Suppression | None) -> Delivery:
    reason = Reason(row.reason) if row.reason else None
    is_held = reason is Reason.BLOCKED and row.settled_at is None
    state = row.outcome or ("sending" if row.envelope_id else "held" if is_held else "waiting")
    return Delivery(
        id=row.pk,
        public_id=row.public_id,
        person=row.to,
        is_guest=row.guest_id is not None,
        label=label_of(row),
        state=state,
        when=row.settled_at or row.due_at,
        why=since_when(refusal) if refusal and words is WHY else words[reason] if reason else "",
        what_to_do=WHAT_TO_DO.get(reason, "") if reason else "",
        answer=row.envelope.answer
        if row.envelope and row.outcome == Outcome.FAILED
        else refusal.answer
        if refusal
        else "",
        may_send_again=bool(reason in WHAT_TO_DO and (row.settled_at or is_held)) and reason != Reason.NO_ADDRESS,
    )


def who_stopped(people: Collection[int], message_class: MessageClass) -> set[int]:
    """Ids of those of some people who do not receive a class of messages."""
    rows = Preference.objects.filter(person__in=people, message_class=message_class, stopped_at__isnull=False)
    return set(rows.values_list("person_id", flat=True))


def choices_of(person: Person, classes: Sequence[MessageClass] = STOPPABLE) -> list[Choice]:
    """What a person receives, class by class."""
    stopped = set(
        Preference.objects.filter(person=person, stopped_at__isnull=False).values_list("message_class", flat=True)
    )
    return [Choice(one, CLASS_NAMES[one], CLASS_MEANS[one], one not in stopped) for one in classes]
