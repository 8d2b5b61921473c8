"""Addresses that refuse mail: when one is written to no more, and what a mail provider's report means."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

# Refused on so many days, without a mail in between that arrived, an address is written to no more.
MOST_REFUSALS = 3
# How often held messages are looked at: their person may have another address by now.
HELD_LOOKED_AT = timedelta(hours=1)

# RFC 3463: no such mailbox, no such system, no address, moved away, a domain without mail (RFC 7556), a mailbox that is closed.
# What else begins with 5 may mean us: a policy, a list we are on, a mailbox that is full.
_NOBODY = re.compile(r"(?<![\d.])5\.(?:1\.(?:1|2|3|6|10)|2\.1)(?!\.?\d)")

# Providers, by Anymail's names, whose reports bring back what a mail carried: so it is known whose mail it was.
REPORTING = frozenset(
    {
        "amazon_ses",
        "brevo",
        "mailgun",
        "mailjet",
        "mailtrap",
        "postmark",
        "resend",
        "sendgrid",
        "sparkpost",
        "unisender_go",
    }
)
# The name under which a mail carries its mark.
MARK = "murmuration"

_BACKEND = re.compile(r"anymail\.backends\.([a-z_]+)\.EmailBackend")


class Report(StrEnum):
    """What a provider may report of a mail it had taken."""

    RETURNED = "returned"
    # Called spam, or stopped with the provider's own link. It arrived.
    UNWANTED = "unwanted"
    # The provider sent nothing, because an earlier mail was unwanted.
    WITHHELD = "withheld"


def nobody_there(words: str) -> bool:
    """Whether a mail server says that nobody has this address, as no later mail will change."""
    return _NOBODY.search(words) is not None


def reporting_provider(backend: str, secret: str) -> str:
    """Anymail's name of the provider that mails are sent by and that reports to us, or nothing."""
    found = _BACKEND.fullmatch(backend)
    return found[1] if secret and found and found[1] in REPORTING else ""


def report_of(event: str, reason: str | None) -> Report | None:
    """What an event means, by Anymail's names for kinds of events and for reasons; None for what changes nothing."""
    if event in ("complained", "unsubscribed"):
        return Report.UNWANTED
    if event == "rejected" and reason in ("spam", "unsubscribed"):
        return Report.WITHHELD
    return Report.RETURNED if event in ("bounced", "rejected") else None


def mark_of(organization: int, mail: UUID) -> str:
    """What a mail carries to its provider and back: whose it is, without a name."""
    return f"{organization}.{mail}"


def read_mark(text: object) -> tuple[int, UUID] | None:
    """The organisation and the mail of a mark; None for anything else."""
    found = re.fullmatch(r"([1-9]\d{0,17})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", str(text), re.ASCII)
    return (int(found[1]), UUID(found[2])) if found else None
