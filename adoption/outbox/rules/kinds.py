"""Kinds of messages as data: what a floor registers before it can say something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from adoption.tenancy.rules import Registry


class MessageClass(StrEnum):
    """How a message may travel."""

    # Asked for or owed: at once, at any hour, on its own, uncapped. An invitation.
    TRANSACTIONAL = "transactional"
    # A champion's or a lead's work: once a day, in working hours.
    DIGEST = "digest"
    # Everything else one asks of somebody: in working hours, capped.
    NUDGE = "nudge"


# What a person may stop.
STOPPABLE = (MessageClass.NUDGE, MessageClass.DIGEST)


class Outcome(StrEnum):
    """How a message ended."""

    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    # Handed to the mail server, or not: the worker died, or the line broke, before it knew.
    UNCERTAIN = "uncertain"


class Reason(StrEnum):
    """Why a message was not sent, or why it waits."""

    # Skipped.
    LEFT = "left"
    # Answered, paused, withdrawn, objected: one word for all of them, so that none can be told from another.
    NOT_NEEDED = "not_needed"
    UNSUBSCRIBED = "unsubscribed"
    EXPIRED = "expired"
    NO_ADDRESS = "no_address"
    BLOCKED = "blocked"
    ON_LEAVE = "on_leave"
    REMINDED = "reminded"
    MERGED = "merged"
    # Failed.
    REFUSED = "refused"
    REJECTED = "rejected"
    BOUNCED = "bounced"
    GAVE_UP = "gave_up"
    UNWRITABLE = "unwritable"
    # Uncertain.
    INTERRUPTED = "interrupted"
    # Waiting.
    AFTER_HOURS = "after_hours"
    ONE_A_DAY = "one_a_day"
    WEEKLY_LIMIT = "weekly_limit"


LINKS_LAST = timedelta(days=30)


@dataclass(frozen=True)
class Kind:
    """Something the application can say.

    `label` is what pages call it, perhaps lazily translated; `template` has the partials `subject`, `preheader`, `text` and
    `html`. `lasts` is how long after it was due it is still worth sending. `links` maps a name in the template to a
    registered purpose; each becomes an address with a fresh token, about the message's `row_id`. The dotted paths are
    called inside the claim, in the tenant:
    `facts(*, message, at) -> dict` for the template (`speaker` and `speaker_role` head the mail),
    `still_wanted(*, message, at) -> bool`, `appointment(*, message, at) -> Appointment | None`,
    `pictures(*, message, at) -> dict[str, bytes]`: PNGs by name, which the template finds as `pictures.<name>`.
    """

    name: str
    message_class: MessageClass
    lasts: timedelta
    label: Any
    template: str = "mail/note.html"
    reminder: bool = False
    links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    links_last: timedelta = LINKS_LAST
    facts: str = ""
    still_wanted: str = ""
    appointment: str = ""
    pictures: str = ""


class UnknownKind(LookupError):
    """No floor registered a kind of that name."""


class Kinds:
    """What can be said, by name. Each floor enters its own in `AppConfig.ready`."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def register(self, kind: Kind) -> None:
        """Enter a kind. The same one twice is harmless; another one of that name raises ValueError."""
        if self._kinds.get(kind.name, kind) != kind:
            raise ValueError(f"kind {kind.name!r} is registered already")
        if kind.reminder and kind.message_class is not MessageClass.NUDGE:
            raise ValueError(f"{kind.name!r}: a reminder is a nudge")
        self._kinds[kind.name] = kind

    def __getitem__(self, name: str) -> Kind:
        try:
            return self._kinds[name]
        except KeyError:
            raise UnknownKind(name) from None

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())

    def get(self, name: str) -> Kind | None:
        """The kind, or None when no floor registered it (any more)."""
        return self._kinds.get(name)

    def reminders(self) -> list[str]:
        """Names of the kinds that remind."""
        return [kind.name for kind in self if kind.reminder]


class Purposes:
    """What mailed links are for: a purpose and the path its addresses start with, `/s/`."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}

    def register(self, purpose: str, path: str) -> None:
        """Enter a purpose. The same pair twice is harmless; another path raises ValueError."""
        if self._paths.get(purpose, path) != path:
            raise ValueError(f"purpose {purpose!r} is registered already")
        if not (path.startswith("/") and path.endswith("/")):
            raise ValueError(f"{path!r} is no path")
        self._paths[purpose] = path

    def path(self, purpose: str, token: str) -> str:
        """The address of a token, without host."""
        return f"{self._paths[purpose]}{token}/"

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._paths.items())


KINDS = Kinds()
PURPOSES = Purposes()
# kept_x(*, guests) -> ids of those guests whom a floor still needs: who is forgotten on one stays known on the other.
GUESTS = Registry("why a guest is kept")
