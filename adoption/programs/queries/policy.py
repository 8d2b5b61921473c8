"""The policy that holds, who is to have read it, and how many have, as far as that is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from adoption.disclosure.rules import Audience, Thresholds, response_rate
from adoption.outbox.models import Message
from adoption.programs.models import Acknowledgement, Assignment, Policy, Program
from adoption.programs.rules import Arm
from adoption.programs.rules.readiness import is_enough_acknowledged
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.models.person import PersonQuerySet
from adoption.tenancy.rules import local_date


def newest_policy() -> Policy | None:
    """The version that holds; None before the first."""
    found: Policy | None = Policy.objects.newest_first().first()
    return found


def readers_of(program: Program, *, at: datetime) -> PersonQuerySet:
    """Who is to have read it: everybody in the pods who is at work, by name."""
    today = local_date(at, program.organization.zone)
    seated = Assignment.objects.current().in_arm(Arm.PODS).filter(program=program, person=OuterRef("pk"))
    found: PersonQuerySet = Person.objects.working(today).filter(Exists(seated)).in_name_order()
    return found


@dataclass(frozen=True)
class Reading:
    """How far the reading has come in a programme. `percent` is None where so few read that it is not said.

    `unasked` is how many have not been asked to read this version.
    """

    policy: Policy | None
    percent: int | None
    is_enough: bool
    unasked: int


def reading_of(program: Program, *, at: datetime) -> Reading:
    """The reading of the newest version by the people in the pods. Never who. Four queries."""
    policy = newest_policy()
    if policy is None:
        return Reading(None, None, False, 0)
    readers = readers_of(program, at=at)
    of_this = Acknowledgement.objects.filter(policy=policy, person=OuterRef("pk"))
    people = readers.count()
    given = readers.filter(Exists(of_this.given())).count()
    asked = readers.filter(Exists(of_this)).count()
    thresholds = Thresholds.promised_by(program.organization)
    return Reading(
        policy=policy,
        percent=response_rate(given, people, Audience.LEAD, thresholds),
        is_enough=is_enough_acknowledged(given, people),
        unasked=people - asked,
    )


def policy_read(*, program: Program, at: datetime) -> bool:
    """Readiness: whether enough of those in the pods have acknowledged the newest version."""
    return reading_of(program, at=at).is_enough


def own_acknowledgement(person: Person) -> Acknowledgement | None:
    """Somebody's own, of the newest version: asked for, given, or not there."""
    policy = newest_policy()
    found: Acknowledgement | None = Acknowledgement.objects.filter(policy=policy, person=person).first()
    return found


def policies_waiting(person: Person) -> list[Acknowledgement]:
    """What somebody is asked to read and has not acknowledged: the newest version, or nothing."""
    return list(Acknowledgement.objects.waiting().filter(person=person).select_related("policy"))


def facts_of_policy(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the mail says that asks somebody to read the policy."""
    row = Acknowledgement.objects.select_related("policy", "organization").get(pk=message.row_id)
    company: Organization = row.organization
    return {
        "title": _("What you may do with AI at %(organization)s, and what never") % {"organization": company.name},
        "paragraphs": [
            _("Two minutes to read: what is allowed, and the red lines. Please say that you have read it."),
            *(
                [_("It is version %(version)s; some of it is new.") % {"version": row.policy.version}]
                if row.policy.version > 1
                else []
            ),
        ],
        "button": _("Read it"),
        "fine": _(
            "Your lead sees how many have read it, never who. Opening the link says nothing; the button there does."
        ),
    }


def policy_wanted(*, message: Message, at: datetime) -> bool:
    """Whether that version is still the newest and not acknowledged."""
    found: bool = Acknowledgement.objects.waiting().filter(pk=message.row_id).exists()
    return found
