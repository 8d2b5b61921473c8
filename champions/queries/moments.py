"""Who is to be asked for a win: two weeks into their own start, using AI unasked, and not asked before."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse

from adoption.outbox.models import Message
from adoption.programs.models import Assignment, Objection, Program
from adoption.programs.rules import Arm, State
from adoption.tenancy.models import Membership, Person
from adoption.tenancy.rules import instant, local_date
from champions.models import Win, WinQuerySet
from champions.rules.winning import BEGINNINGS, Beginning, is_moment

TELL_WIN = "tell_win"  # the outbox's kind


def subject_of(program: Program) -> str:
    """What the invitation is about: with the person it makes it one, whatever the day."""
    return f"tell_win:{program.pk}"


def moments(program: Program, *, at: datetime) -> list[Person]:
    """Who of the pods is to be asked for a win now. Whoever objects, is away, was asked, or has told of one, is not.

    Only whoever can sign in: the page they are asked to lies behind the sign-in.
    """
    today = local_date(at, program.organization.zone)
    assigned = Assignment.objects.current().in_arm(Arm.PODS).filter(program=program, person=OuterRef("pk"))
    let_be = Objection.objects.standing().filter(program=program, person=OuterRef("pk"))
    asked = Message.objects.filter(kind=TELL_WIN, subject_key=subject_of(program), person=OuterRef("pk"))
    comes_in = Membership.objects.current().filter(person=OuterRef("pk"))
    people = {
        person.pk: person
        for person in Person.objects.working(today)
        .filter(Exists(assigned), Exists(comes_in))
        .exclude(Exists(let_be))
        .exclude(Exists(asked))
    }
    found: dict[int, Beginning] = {}
    for entry in BEGINNINGS:
        found |= entry.load()(program=program, people=list(people), at=at)
    ready = {key: one for key, one in found.items() if is_moment(one, today)}
    done = set(_told(program).filter(person__in=ready).values_list("person_id", flat=True))
    return [person for key, person in people.items() if key in ready and key not in done]


def facts_of_moment(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the invitation says: the work is filled in already."""
    program = Program.objects.select_related("workflow", "organization").get(pk=message.row_id)
    given = urlencode({"asked": 1, "workflow": program.workflow.public_id})
    address = reverse("win-new", args=[program.organization.slug])
    return {
        "program": program,
        "workflow": program.workflow.name,
        "address": f"{settings.BASE_URL}{address}?{given}",
    }


def moment_wanted(*, message: Message, at: datetime) -> bool:
    """Whether they may still be asked: the phase runs, they take part and do not object, and have told of nothing yet."""
    if message.person is None:
        return False
    asking = Program.objects.asking(message.person).select_related("organization")
    program = asking.filter(pk=message.row_id).first()
    if program is None or program.state is not State.LAUNCHED:
        return False
    told: bool = _told(program).filter(person=message.person).exists()
    return not told


def _told(program: Program) -> WinQuerySet:
    """What was told since a programme began."""
    begun = instant(program.starts_on, time(0), program.organization.zone)
    found: WinQuerySet = Win.objects.filter(shared_at__gte=begun)
    return found
