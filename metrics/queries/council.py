"""What a works council asks of a programme: what is stored, who sees it, from how many people on, how long, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from adoption.disclosure.rules import Thresholds
from adoption.outbox.rules import LOG_LASTS
from adoption.programs.models import Program
from adoption.tenancy.models import AuditEvent
from adoption.tenancy.queries.audit import sentences as told_acts
from adoption.tenancy.queries.members import ROLE_WORDS, RoleWords
from adoption.tenancy.queries.privacy import Seen, who_sees
from metrics.queries.dictionary import FactTable, fact_tables
from metrics.rules.exports import FILE_LASTS, FORGET_READER_AFTER, REMEMBERED_FOR
from surveys.rules.ratings import FORGET_GUESTS_AFTER
from surveys.rules.waves import TEXTS_LAST

Words = str | Promise

LOOKED_BACK = timedelta(days=90)
# What bears on who sees what, and on what was published. Nothing that somebody chose for themselves: few do, and a count
# of few says who.
_ACTS = (
    "organization.changed",
    "member.admitted",
    "member.ended",
    "role.granted",
    "role.revoked",
    "token.made",
    "token.revoked",
    "people_import.committed",
    "people_import.undone",
    "usage_import.committed",
    "usage_import.undone",
    "snapshot.frozen",
    "export.asked",
    "evidence_link.sent",
    "evidence_link.ended",
)


@dataclass(frozen=True)
class Acted:
    """A sort of act, how often it was done, and when last. Never by whom or to whom."""

    what: str
    count: int
    last: datetime


@dataclass(frozen=True)
class Council:
    """Everything the pack says."""

    seen: list[Seen]
    roles: list[RoleWords]
    thresholds: list[tuple[str, str]]
    kept: list[tuple[str, str]]
    tables: tuple[FactTable, ...]
    acts: list[Acted]
    since: datetime


def council(program: Program, *, at: datetime) -> Council:
    """What stands behind one programme, on a day. Three queries."""
    since = at - LOOKED_BACK
    return Council(
        seen=who_sees(program.organization),
        roles=list(ROLE_WORDS.values()),
        thresholds=_thresholds(program),
        kept=kept(),
        tables=fact_tables(),
        acts=_acts(since),
        since=since,
    )


def _thresholds(program: Program) -> list[tuple[str, str]]:
    known = program.thresholds
    return [
        (_("A figure for leads"), _("from %(n)s people on") % {"n": known.group}),
        (
            _("A figure for executives, and for whoever reads by a link"),
            _("from %(n)s people on") % {"n": known.executive},
        ),
        (_("Readers who are counted themselves"), _("one person more")),
        (_("A yes or no that nearly all, or nearly none, said"), _("in words: fewer than %(n)s") % {"n": known.band}),
        (_("A share of replies"), _("from %(n)s people asked on") % {"n": known.response}),
        (
            _("What people write to a lead’s own question"),
            _("from %(n)s replies on, word for word and without names, to leads alone") % {"n": known.free_text},
        ),
        (
            _("What people write of the task that takes most of their time"),
            _("the same, from %(n)s replies on") % {"n": Thresholds.promised_by(program.organization).free_text},
        ),
        (_("Any other words of people"), _("in no figure and no file; read by those whom the table above names")),
        (_("Groups that are too small"), _("are merged with others, so that nothing can be told by subtraction")),
        (_("Changes"), _("may be raised by the organisation, never lowered; fixed for this programme at its launch")),
    ]


def kept() -> list[tuple[str, str]]:
    """How long what is held."""
    return [
        (
            _("Answers in numbers and choices, weeks, sessions, follow-ups"),
            _("nothing deletes them by itself: until the person is erased; then all of it goes at once"),
        ),
        (
            _("What people write to a lead’s own question"),
            _("%(days)s after the survey is published, from the answers and from what was published")
            % {"days": _days(TEXTS_LAST)},
        ),
        (
            _("What people write of the task that takes most of their time"),
            _("with their name until they are erased; without it as long as the skills matrix stands"),
        ),
        (_("Frozen looks"), _("stay, under a random key; erasing takes away what leads from it to the person")),
        (_("What was mailed, and whether it arrived"), _days(LOG_LASTS)),
        (
            _("Files of people or usage that were brought in"),
            _("until they are imported or thrown away, seven days at most"),
        ),
        (
            _("Names and addresses of raters from outside"),
            _("%(days)s after their round") % {"days": _days(FORGET_GUESTS_AFTER)},
        ),
        (
            _("Files of evidence"),
            _("%(hours)s hours; that there was one, %(days)s")
            % {
                "hours": FILE_LASTS // timedelta(hours=1),
                "days": _days(REMEMBERED_FOR),
            },
        ),
        (_("Whom a link to evidence was sent to"), _("%(days)s after its end") % {"days": _days(FORGET_READER_AFTER)}),
        (_("The audit trail"), _("names people by a number alone; after an erasure it names nobody")),
        (_("That somebody was erased"), _("as a keyed hash, so that no import brings them back")),
    ]


def _days(time: timedelta) -> str:
    return _("%(days)s days") % {"days": time.days}


def _acts(since: datetime) -> list[Acted]:
    """By sort of act, without anything of whom. One query."""
    blank = {"subject": "…", "detail": "…"}
    rows = AuditEvent.objects.filter(at__gte=since, verb__in=_ACTS).order_by("verb").values("verb")
    counted = {row["verb"]: row for row in rows.annotate(count=Count("id"), last=Max("at"))}
    words = told_acts()
    return [
        Acted(str(words[verb]) % blank, counted[verb]["count"], counted[verb]["last"])
        for verb in _ACTS
        if verb in counted
    ]
