"""The monthly summary of a programme: who reads it, whether anything is new, and what the mail says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from adoption.disclosure.rules import Audience
from adoption.outbox.models import Message
from adoption.programs.models import Program, Step
from adoption.programs.rules import Mode, Preview
from adoption.tenancy.models import Person, RoleGrant
from adoption.tenancy.rules import Permission, Role, local_date, permissions_of
from champions.models import Sponsorship
from champions.queries.asks import waiting_asks
from champions.queries.sponsor import short_of_time
from metrics.queries import sentences
from metrics.queries.evidence import evidence
from metrics.queries.figures import Evidence


def readers_of(program: Program, *, at: datetime) -> list[Person]:
    """Executives, and who stands for the programme's time as its sponsor. One query."""
    today = local_date(at, program.organization.zone)
    leads = RoleGrant.objects.filter(
        role=Role.EXECUTIVE, membership__ended_at__isnull=True, membership__person=OuterRef("pk")
    )
    sponsors = Sponsorship.objects.filter(program=program, sponsor=OuterRef("pk"))
    return list(Person.objects.here(today).filter(Exists(leads) | Exists(sponsors)).order_by("pk"))


def figures_hash(found: Evidence) -> str:
    """What may be read, in one number: the same where nothing is new, and empty where nothing may be read at all.

    What can still be mended does not count.
    """
    told = [one for one in found.figures if one.shown and not one.provisional]
    # "None or a few" is said of every programme.
    if all(one.n is None for one in told):
        return ""
    said = "\n".join(
        f"{one.measure}|{one.look}|{one.margin}|{one.arm}|{one.group}|{one.said}|{one.low}|{one.high}|{one.version}"
        for one in told
    )
    return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Summary:
    """What the mail of a month says to one person. Whole groups as executives read them, and one thing to do."""

    program: str
    month: str
    sentence: str
    finding: str
    caveat: str
    # What the picture shows, in words: it is read where pictures are not.
    shown: str
    edition: str
    act: str
    address: str
    leads_to: str
    purpose: str

    def as_facts(self) -> dict[str, Any]:
        return dict(self.__dict__)


def facts_of_digest(*, message: Message, at: datetime) -> dict[str, Any]:
    """The figures as they stand when the mail is written."""
    person = message.person
    assert person
    program = Program.objects.select_related("organization", "workflow").get(pk=message.row_id)
    with translation.override(program.organization.locale):
        found = evidence(program, Audience.EXECUTIVE, at=at)
        return summary(found, person, date.fromisoformat(message.context["month"]), at=at).as_facts()


def summary(found: Evidence, person: Person | None, month: date, *, at: datetime) -> Summary:
    """The month in words. Without a person it is how it looks to anybody."""
    program, opening = found.program, found.opening
    permissions = _permissions(person)
    name = "evidence" if person is None or Permission.SEE_EVIDENCE in permissions else "sponsor"
    place = [program.organization.slug, program.slug] if name == "evidence" else [program.organization.slug]
    return Summary(
        program=program.name,
        month=date_format(month, _("F Y")),
        sentence=opening.lead.text if opening else _so_far(found),
        finding=opening.finding if opening else "",
        caveat=opening.caveat if opening else "",
        shown=_shown(found),
        edition=_edition(found),
        act=_act(found, person, permissions, at=at),
        address=f"{settings.BASE_URL}{reverse(name, args=place)}",
        leads_to=_("Read the evidence") if name == "evidence" else _("See what you stand for"),
        purpose=found.purpose,
    )


def _permissions(person: Person | None) -> frozenset[Permission]:
    if person is None:
        return frozenset()
    held = RoleGrant.objects.filter(membership__person=person, membership__ended_at__isnull=True)
    return permissions_of({Role(role) for role in held.values_list("role", flat=True)})


def _so_far(found: Evidence) -> str:
    return _("Week %(week)s of %(weeks)s. No verdict before %(day)s.") % {
        "week": max(found.week_today, 0),
        "weeks": found.program.weeks,
        "day": sentences.day(found.main_look_on),
    }


def _shown(found: Evidence) -> str:
    if not found.weeks:
        return ""
    last = found.weeks[-1]
    said = "; ".join(f"{one.group}: {_with_share(one)}" for one in last.in_order)
    if found.program.mode == Mode.OPPORTUNITY:
        return _("Over the four weeks to %(day)s, AI on half of the occasions or more. %(said)s.") % {
            "day": sentences.day(last.pods.last_day),
            "said": said,
        }
    return _("In the week of %(days)s, three or more unprompted uses. %(said)s.") % {
        "days": last.pods.days,
        "said": said,
    }


def _with_share(one: Any) -> str:
    return f"{one.said} ({one.value}%)" if one.value is not None else one.said


def _edition(found: Evidence) -> str:
    if found.opening is None:
        return _("As of %(day)s.") % {"day": sentences.day(found.today)}
    pods = found.opening.look.pods
    return _("%(look)s, audit weeks %(days)s, version %(version)s.") % {
        "look": found.opening.look.name,
        "days": pods.days,
        "version": pods.version,
    }


def _act(found: Evidence, person: Person | None, permissions: frozenset[Permission], *, at: datetime) -> str:
    """The one thing this reader can do: what only they can comes first."""
    if person is not None:
        asks = waiting_asks(person, permissions, at=at)
        if asks:
            return ngettext(
                "Champions wait for one answer of yours. A yes or a no helps them on.",
                "Champions wait for %(count)d answers of yours. A yes or a no to each helps them on.",
                len(asks),
            ) % {"count": len(asks)}
        stands = list(Sponsorship.objects.filter(sponsor=person, program=found.program))
        if stands and short_of_time(stands):
            return _("A champion you stand for runs out of time. Your page as sponsor says with whom to settle it.")
    if found.opening is None:
        return _("Nothing to decide yet. Ask one team what they stopped doing to have time for this.")
    look = found.opening.look
    if not look.is_main and found.main_look not in {one.checkpoint for one in found.looks}:
        return _("Nothing to decide before %(day)s. Show a piece of your own work until then.") % {
            "day": sentences.day(found.main_look_on)
        }
    return _("Read what it rests on, and ask what would have to be true to do the same elsewhere.")


def digest_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the programme still goes on, and the person still reads of it."""
    program = Program.objects.select_related("organization").filter(pk=message.row_id, closed_at__isnull=True).first()
    return program is not None and message.person in readers_of(program, at=at)


def preview_digest(*, step: Step, at: datetime) -> Preview:
    """What the summary would say today, and to how many."""
    program = step.program
    found = evidence(program, Audience.EXECUTIVE, at=at)
    facts = summary(found, None, date.fromisoformat(step.about), at=at).as_facts()
    return Preview(len(readers_of(program, at=at)), "digest", facts)
