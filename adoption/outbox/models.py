"""What a row of the outbox is: messages, the mails that carry them, links, and what people chose to receive."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from adoption.outbox.rules import INTERRUPTED_AFTER, MessageClass, Outcome, Reason
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import MAIL_LENGTH, NAME_LENGTH
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class Guest(TenantModel):
    """Somebody outside the organisation who is asked for something by mail: a name and an address, and no way to sign in."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    mail = models.CharField(max_length=MAIL_LENGTH)
    made_at = models.DateTimeField()

    # They are written to in the organisation's hours.
    zone = ""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="guest_public_id"),
            models.UniqueConstraint(fields=["organization", "mail"], name="guest_mail"),
            models.CheckConstraint(name="guest_mail_lower", condition=Q(mail=Lower("mail"))),
            models.CheckConstraint(name="guest_name_not_empty", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    def local_zone(self) -> str:
        """The organisation's IANA zone."""
        return str(self.organization.zone)


# A member of the directory, or a guest.
Addressee = Person | Guest


def addressed(to: Addressee) -> dict[str, Addressee]:
    """The column of a message, mail or link that says whose it is."""
    return {"guest": to} if isinstance(to, Guest) else {"person": to}


def _one_addressee(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(person__isnull=True, guest__isnull=False) | Q(person__isnull=False, guest__isnull=True),
    )


class EnvelopeQuerySet(TenantQuerySet):
    """Mails by what is to be done about them."""

    def open(self) -> Self:
        """Mails whose fate is not known yet."""
        return self.filter(closed_at__isnull=True)

    def due(self, at: datetime) -> Self:
        """Mails to be tried again by that time."""
        return self.open().filter(again_at__lte=at)

    def interrupted(self, at: datetime) -> Self:
        """Mails claimed so long ago that whoever carried them is dead."""
        return self.open().filter(claimed_at__lte=at - INTERRUPTED_AFTER)

    def together(self) -> Self:
        """The one mail of a day that nudges and digests share."""
        return self.filter(alone=False)

    def counted(self) -> Self:
        """Mails that reached somebody, may have, or are about to."""
        return self.exclude(outcome=Outcome.FAILED)


class Envelope(TenantModel):
    """One mail to one person, with one message or several. Its public id is the mail's Message-ID, for ever."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # Whose it is: one of the two.
    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    guest = TenantForeignKey(Guest, on_delete=models.CASCADE, null=True, related_name="+")
    # The person's local day it belongs to.
    day = models.DateField()
    # Outside the one mail of the day: a transactional message, or one that somebody sent again.
    alone = models.BooleanField()
    nudges = models.BooleanField(default=False)
    digests = models.BooleanField(default=False)
    address = models.CharField(max_length=MAIL_LENGTH)
    # While open exactly one of the two is set: somebody is carrying it, or it waits for another attempt.
    claimed_at = models.DateTimeField(null=True)
    again_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, default="")
    # The mail server's last words.
    answer = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar = TenantManager.of(EnvelopeQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="envelope_public_id"),
            models.UniqueConstraint(
                fields=["organization", "person", "day"],
                condition=Q(alone=False) & ~Q(outcome=Outcome.FAILED.value),
                name="envelope_one_a_day",
            ),
            models.UniqueConstraint(
                fields=["organization", "person"],
                condition=Q(alone=False, closed_at__isnull=True),
                name="envelope_one_open",
            ),
            _one_addressee("envelope_one_addressee"),
            models.CheckConstraint(
                name="envelope_closed_with_outcome",
                condition=Q(closed_at__isnull=True, outcome="")
                | Q(
                    closed_at__isnull=False,
                    outcome__in=[Outcome.SENT.value, Outcome.FAILED.value, Outcome.UNCERTAIN.value],
                ),
            ),
            models.CheckConstraint(
                name="envelope_carried_or_waiting",
                condition=Q(closed_at__isnull=False)
                | Q(claimed_at__isnull=True, again_at__isnull=False)
                | Q(claimed_at__isnull=False, again_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "again_at"], condition=Q(closed_at__isnull=True), name="envelope_again"
            ),
            models.Index(
                fields=["organization", "claimed_at"], condition=Q(closed_at__isnull=True), name="envelope_claimed"
            ),
            models.Index(fields=["organization", "person", "day"], name="envelope_by_person"),
            models.Index(fields=["organization", "guest"], name="envelope_by_guest"),
        ]

    def __str__(self) -> str:
        return f"envelope {self.public_id}"

    @property
    def may_repeat(self) -> bool:
        """Whether a mail of unknown fate is sent once more: yes where missing it is worse than having it twice."""
        return not (self.nudges or self.digests)


class MessageQuerySet(TenantQuerySet):
    """Messages by how far they have come."""

    def open(self) -> Self:
        """Messages whose fate is not known yet."""
        return self.filter(settled_at__isnull=True)

    def held(self) -> Self:
        """Messages that wait because their address refuses mail."""
        return self.open().filter(envelope__isnull=True, reason=Reason.BLOCKED)

    def waiting(self) -> Self:
        """Messages that wait for their time, and that no mail carries yet."""
        return self.open().filter(envelope__isnull=True).exclude(reason=Reason.BLOCKED)

    def due(self, at: datetime) -> Self:
        """The same, due by that time."""
        return self.waiting().filter(due_at__lte=at)

    def urgent(self) -> Self:
        """Messages that travel at once, on their own."""
        return self.filter(message_class=MessageClass.TRANSACTIONAL)

    def together(self) -> Self:
        """Messages that share the one mail of a day."""
        return self.exclude(message_class=MessageClass.TRANSACTIONAL)

    def counted(self) -> Self:
        """Messages that reached somebody, may have, or are about to."""
        return self.filter(
            Q(outcome__in=(Outcome.SENT, Outcome.UNCERTAIN)) | Q(settled_at__isnull=True, envelope__isnull=False)
        )

    def to_look_at(self) -> Self:
        """What somebody may have to mend: failed, or of unknown fate."""
        return self.filter(outcome__in=(Outcome.FAILED, Outcome.UNCERTAIN))

    def left_out(self) -> Self:
        """Skipped for a reason an organisation may know. Not: what people chose, answered or declined."""
        return self.filter(outcome=Outcome.SKIPPED).exclude(
            reason__in=(Reason.UNSUBSCRIBED, Reason.NOT_NEEDED, Reason.MERGED)
        )

    def older_than(self, at: datetime) -> Self:
        return self.filter(settled_at__lt=at)


class Message(TenantModel):
    """Something to be said to one person, written in the transaction of its cause."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # To whom: one of the two.
    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    guest = TenantForeignKey(Guest, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    message_class = models.CharField(max_length=14)
    # What it is about, such that saying it twice on a day is once: "survey:12".
    subject_key = models.CharField(max_length=120)
    # The row its links open.
    row_id = models.BigIntegerField(default=0)
    # The person's local day it was promised for.
    day = models.DateField()
    # What the template needs and no row holds. Never a secret, never an answer.
    context = models.JSONField(default=dict, blank=True)
    said_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # A given end; without one it follows from the kind, counted from `due_at`.
    expires_at = models.DateTimeField(null=True)
    envelope = TenantForeignKey(Envelope, on_delete=models.SET_NULL, null=True, related_name="messages")
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, default="")
    # Why it was not sent; while it waits, why it waits.
    reason = models.CharField(max_length=20, blank=True, default="")

    objects: ClassVar = TenantManager.of(MessageQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="message_public_id"),
            models.UniqueConstraint(
                fields=["organization", "person", "kind", "subject_key", "day"], name="message_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["organization", "guest", "kind", "subject_key", "day"], name="message_to_guest_once_a_day"
            ),
            _one_addressee("message_one_addressee"),
            models.CheckConstraint(
                name="message_class_known", condition=Q(message_class__in=[c.value for c in MessageClass])
            ),
            models.CheckConstraint(
                name="message_settled_with_outcome",
                condition=Q(settled_at__isnull=True, outcome="")
                | Q(settled_at__isnull=False, outcome__in=[outcome.value for outcome in Outcome]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_at"],
                condition=Q(settled_at__isnull=True, envelope__isnull=True),
                name="message_due",
            ),
            models.Index(fields=["organization", "envelope"], name="message_by_envelope"),
            models.Index(fields=["organization", "person", "id"], name="message_by_person"),
            models.Index(fields=["organization", "outcome", "id"], name="message_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def to(self) -> Addressee:
        """To whom it is said."""
        to = self.guest or self.person
        assert to
        return to

    def ends(self, lasts: timedelta) -> datetime:
        """From when on it is no longer worth sending, for a kind that lasts so long."""
        return self.expires_at or self.due_at + lasts


class Link(TenantModel):
    """A mailed way into one page about one row, for one person. Its secrets exist in mails alone."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    # Whose it is: one of the two.
    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    guest = TenantForeignKey(Guest, on_delete=models.CASCADE, null=True, related_name="+")
    # Whose mailbox it proves. Mailed to another address, its earlier secrets end.
    address = models.CharField(max_length=MAIL_LENGTH)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="link_public_id"),
            models.UniqueConstraint(fields=["organization", "person", "purpose", "row_id"], name="link_once"),
            models.UniqueConstraint(fields=["organization", "guest", "purpose", "row_id"], name="link_of_guest_once"),
            _one_addressee("link_one_addressee"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.public_id}"

    @property
    def to(self) -> Addressee:
        """Whom it was mailed to."""
        to = self.guest or self.person
        assert to
        return to


class LinkHash(models.Model):
    """The SHA-256 of one mailed secret, and where it leads. Global, so that it finds its tenant; nothing personal."""

    hash = models.CharField(max_length=64, unique=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+", db_index=False)
    link_row = models.BigIntegerField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "link_row"], name="link_hash_by_link"),
            models.Index(fields=["organization", "expires_at"], name="link_hash_by_end"),
        ]

    def __str__(self) -> str:
        return self.hash[:8]


class Preference(TenantModel):
    """What a person chose about one class of messages. No row: they receive it."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    message_class = models.CharField(max_length=14)
    # Since when they do not receive it.
    stopped_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "person", "message_class"], name="preference_once"),
            models.CheckConstraint(
                name="preference_stoppable",
                condition=Q(message_class__in=[MessageClass.NUDGE.value, MessageClass.DIGEST.value]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_class} {'stopped' if self.stopped_at else 'wanted'}"


class SuppressionQuerySet(TenantQuerySet):
    """Addresses that refused mail."""

    def held(self) -> Self:
        """Those that nothing goes to."""
        return self.filter(held=True)

    def lifted(self) -> Self:
        """Those that refused too seldom to be held, or that got another chance."""
        return self.filter(held=False)


class Suppression(TenantModel):
    """An address that refused mail, as a keyed hash. While it is held, nothing goes there until somebody lifts it."""

    address_hash = models.CharField(max_length=64)
    # Since when it has refused every mail.
    since = models.DateTimeField()
    latest = models.DateTimeField(null=True)
    # On how many days.
    days = models.PositiveSmallIntegerField(default=1)
    # Whatever an earlier release wrote here was held at once.
    held = models.BooleanField(default=True)
    answer = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar = TenantManager.of(SuppressionQuerySet)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "address_hash"], name="suppression_once")]

    def __str__(self) -> str:
        return f"suppression {self.pk}"
