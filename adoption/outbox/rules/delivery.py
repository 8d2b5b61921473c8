"""Delivery: limits, what a mail server's answer means, and text that is safe in a header."""

from __future__ import annotations

import re
import smtplib
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from adoption.tenancy.rules import WORK_STARTS, instant, working_instant

# A nudge interrupts. At most two mails with nudges reach a person in seven days, whatever the programmes.
MOST_NUDGES = 2
NUDGE_DAYS = 7
# Somebody who did not answer twice will not answer a third time.
MOST_REMINDERS = 2

# A mail of unknown fate that may be repeated is repeated so often, then left to a person's decision.
MOST_BLIND_ATTEMPTS = 5

# The standing task that carries everything, one an organisation.
CARRY = "outbox.carry"
CARRY_AT_MOST = 500
# While a sweep runs its agenda row is leased this long; a sweep that dies is taken up again after it.
CARRY_LEASE = timedelta(minutes=10)
# Longer than any dialogue with a mail server, whose steps have a time limit: an older claim has no living owner.
INTERRUPTED_AFTER = timedelta(minutes=10)
# An outbox with nothing due looks after itself once a day.
IDLE = timedelta(days=1)
PAUSE = timedelta(seconds=10)
# How long the delivery log is kept.
LOG_LASTS = timedelta(days=90)


class Verdict(StrEnum):
    """What became of one attempt."""

    ACCEPTED = "accepted"
    # Certainly not delivered, and worth another attempt.
    LATER = "later"
    # Certainly not delivered: nobody is at that address.
    REFUSED = "refused"
    # Certainly not delivered: the server does not want this mail.
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """One attempt: its verdict and the server's own words."""

    verdict: Verdict
    words: str = ""


def answer_to(failure: Exception) -> Answer:
    """What an exception raised while one mail was handed over means.

    A reply code is knowledge: nothing was delivered. A broken line is not: the server may have accepted the mail before
    it could say so. RFC 5321 4.2.1: 4xx may succeed later, 5xx will not.
    """
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(failure.recipients.values()))
        return Answer(Verdict.REFUSED if code >= 500 else Verdict.LATER, _words(code, words))
    if isinstance(failure, smtplib.SMTPDataError):
        return Answer(
            Verdict.REJECTED if failure.smtp_code >= 500 else Verdict.LATER,
            _words(failure.smtp_code, failure.smtp_error),
        )
    # The sender refused, a greeting or a login refused: our own set-up or the server's mood, no fault of this mail.
    if isinstance(failure, smtplib.SMTPResponseException):
        return Answer(Verdict.LATER, _words(failure.smtp_code, failure.smtp_error))
    if isinstance(failure, smtplib.SMTPException | OSError):
        if isinstance(failure, smtplib.SMTPNotSupportedError):
            return Answer(Verdict.REJECTED, type(failure).__name__)
        return Answer(Verdict.UNKNOWN, type(failure).__name__)
    if isinstance(failure, ValueError):
        return Answer(Verdict.REJECTED, type(failure).__name__)
    return Answer(Verdict.UNKNOWN, type(failure).__name__)


def refusal_by_provider(said: Collection[str] | None, words: str) -> Answer | None:
    """The answer of a provider that took the request and refused the recipient, by Anymail's words for it, or None."""
    if not said or not set(said) <= {"invalid", "rejected"}:
        return None
    return Answer(Verdict.REFUSED, one_header(words, most=300))


def _words(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return one_header(f"{code} {text}", most=300)


def nudges_open_on(days: Iterable[date], today: date) -> date:
    """The first day on which one more mail with nudges is within the limit, given the days of those sent before."""
    recent = sorted(day for day in days if today - timedelta(days=NUDGE_DAYS) < day <= today)
    return today if len(recent) < MOST_NUDGES else recent[-MOST_NUDGES] + timedelta(days=NUDGE_DAYS)


def day_opens(day: date, zone: str) -> datetime:
    """The first working instant of a local day or after it. In UTC."""
    return working_instant(instant(day, WORK_STARTS, zone), zone)


_SPACES = re.compile(r"\s+")
_MANY_LINES = re.compile(r"\n{3,}")
_BEHIND = re.compile(r"[ \t]+\n")


def one_header(text: str, most: int = 150) -> str:
    """Text on one line without controls, line breaks, invisible or direction marks: safe in a header."""
    seen = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else c for c in text)
    seen = _SPACES.sub(" ", seen).strip()
    return seen if len(seen) <= most else f"{seen[: most - 1].rstrip()}…"


def tidy(text: str) -> str:
    """Plain text as a template left it, without blanks at line ends and with at most one empty line in a row."""
    return _MANY_LINES.sub("\n\n", _BEHIND.sub("\n", text.replace("\r", ""))).strip() + "\n"
