"""The audit trail as people read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import ApiToken, AuditEvent, Erasure, Person
from adoption.tenancy.queries.members import PAGE_SIZE, role_name
from adoption.tenancy.rules import ACTS, Role

# What a person may take home at once; more is asked for year by year, or through the API.
MOST_EXPORTED = 20_000
# People of one search whose acts are looked for.
MOST_PEOPLE = 50

# %(subject)s is whom or what it was done to, %(detail)s what the event says about it. Who did it stands before it.
SENTENCES: dict[str, str | Promise] = {
    "organization.created": _("set up the organisation"),
    "organization.changed": _("changed the settings of the organisation: %(detail)s"),
    "person.added": _("added %(subject)s to the directory"),
    "person.changed": _("changed the entry of %(subject)s: %(detail)s"),
    "person.alias_added": _("added another address of %(subject)s"),
    "person.alias_removed": _("removed another address of %(subject)s"),
    "person.departed": _("recorded the departure of %(subject)s"),
    "person.departure_undone": _("took back the departure of %(subject)s"),
    "person.erased": _("erased %(subject)s"),
    "leave.recorded": _("recorded a leave of %(subject)s"),
    "leave.withdrawn": _("took back a leave of %(subject)s"),
    "closure.noted": _("noted closed days of the organisation: %(detail)s"),
    "closure.withdrawn": _("took back closed days of the organisation"),
    "closures.noted": _("noted several closed days of the organisation at once: %(detail)s"),
    "closures.withdrawn": _("took back several closed days of the organisation at once: %(detail)s"),
    "member.admitted": _("let %(subject)s in as %(detail)s"),
    "member.ended": _("ended the membership of %(subject)s"),
    "role.granted": _("gave %(subject)s the role %(detail)s"),
    "role.revoked": _("took the role %(detail)s from %(subject)s"),
    "invitation.sent": _("invited %(subject)s as %(detail)s"),
    "invitation.resent": _("invited %(subject)s once more"),
    "invitation.withdrawn": _("withdrew the invitation of %(subject)s"),
    "invitation.accepted": _("accepted the invitation"),
    "people_import.uploaded": _("uploaded a file of people"),
    "people_import.mapped": _("said what the columns of a file of people mean"),
    "people_import.absent_chosen": _("decided about people who are missing from a file"),
    "people_import.commit_asked": _("asked for a file of people to be imported"),
    "people_import.committed": _("imported a file of people: %(detail)s"),
    "people_import.discarded": _("discarded a file of people"),
    "people_import.undone": _("undid an import of people"),
    "guide.put_away": _("put the list of first steps away"),
    "guide.taken_out": _("took the list of first steps out again"),
    "token.made": _("made the API token %(subject)s"),
    "token.revoked": _("revoked the API token %(subject)s"),
}


@cache
def sentences() -> dict[str, str | Promise]:
    """How every floor's acts are told, by verb. Raises ValueError when two floors tell the same verb."""
    told: dict[str, str | Promise] = {}
    for floor in ACTS:
        if twice := told.keys() & floor.load().keys():
            raise ValueError(f"{floor.name} tells again what another floor tells: {sorted(twice)}")
        told |= floor.load()
    return told


@dataclass(frozen=True)
class Told:
    """One act in words. `actor` is None when the application itself acted; names are those of today."""

    id: int
    at: datetime
    verb: str
    actor: str | None
    actor_id: UUID | None
    sentence: str
    subject_id: UUID | None


@dataclass(frozen=True)
class Trail:
    """One page of acts, the latest first. `newer` and `older` are what to ask for next, None at the ends."""

    acts: list[Told]
    newer: int | None
    older: int | None


def find_people(search: str) -> list[UUID]:
    """Public ids of those whose entry contains the text: whose acts, and acts about whom, a search means."""
    return list(
        Person.objects.in_file_of_name(search).in_name_order().values_list("public_id", flat=True)[:MOST_PEOPLE]
    )


def known_verbs() -> list[tuple[str, str]]:
    """Every verb there is, with its sentence without names, by sentence."""
    blank = {"subject": "…", "detail": "…"}
    return sorted(((verb, str(sentence) % blank) for verb, sentence in sentences().items()), key=lambda pair: pair[1])


def trail(
    *,
    verb: str = "",
    people: Iterable[UUID] | None = None,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Trail:
    """A page of acts: of one verb, by or about some people, before or after one of them. Four queries at most."""
    events = AuditEvent.objects.all()
    if verb:
        events = events.filter(verb=verb)
    if people is not None:
        events = events.naming_any(people)
    if after is not None:
        found = list(events.filter(id__gt=after).order_by("id")[: size + 1])
        more, found = len(found) > size, found[:size][::-1]
        newer, older = more, True
    else:
        found = list((events.filter(id__lt=before) if before is not None else events).newest_first()[: size + 1])
        more, found = len(found) > size, found[:size]
        newer, older = before is not None, more
    return Trail(tell(found), found[0].pk if found and newer else None, found[-1].pk if found and older else None)


def tell(events: list[AuditEvent]) -> list[Told]:
    """Acts in words. Names are looked up now, so that somebody who was erased is named nowhere."""
    ids = {one for event in events for one in (event.actor, event.subject) if one is not None}
    names: dict[UUID, str] = dict(Person.objects.filter(public_id__in=ids).values_list("public_id", "name"))
    if unknown := ids - names.keys():
        names |= {
            public_id: f"“{name}”"
            for public_id, name in ApiToken.objects.filter(public_id__in=unknown).values_list("public_id", "name")
        }
    if unknown := ids - names.keys():
        erased = str(_("somebody who was erased"))
        names |= dict.fromkeys(
            Erasure.objects.filter(public_id__in=unknown).values_list("public_id", flat=True), erased
        )
    gone = str(_("something that is no longer there"))
    return [
        Told(
            id=event.pk,
            at=event.at,
            verb=event.verb,
            actor=None if event.actor is None else names.get(event.actor, str(_("somebody who is no longer there"))),
            actor_id=event.actor,
            sentence=_sentence(event, names.get(event.subject, gone) if event.subject else ""),
            subject_id=event.subject,
        )
        for event in events
    ]


def _sentence(event: AuditEvent, subject: str) -> str:
    sentence = sentences().get(event.verb)
    if sentence is None:
        # An act of an older or newer release: better plainly named than hidden.
        return f"{event.verb} {subject}".strip()
    return str(sentence) % {"subject": subject, "detail": _detail(event.detail)}


def _detail(detail: dict[str, Any]) -> str:
    """What an event says about itself: roles by what they are called, the names of fields, numbers."""
    roles = detail.get("roles") or [detail[key] for key in ("role",) if key in detail]
    if roles:
        return ", ".join(role_name(role) if role in set(Role) else str(role) for role in roles)
    if "fields" in detail:
        return ", ".join(str(field).replace("_", " ") for field in detail["fields"])
    return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in sorted(detail.items()))
