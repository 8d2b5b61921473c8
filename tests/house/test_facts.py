"""What is somebody's by a fact: a manager and another champion try every page of pods and champions that is open to members."""

from __future__ import annotations

from http import HTTPStatus

import pytest
import time_machine
from django.db import transaction

from adoption.tenancy.actions.members import make_identity
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission, Role
from adoption.tenancy.walls import organization
from champions.models import Champion
from pods.models import Pod
from tests.factories import AT, MembershipFactory, Somebody, World
from tests.house.addresses import Address, addresses
from tests.practice import make_program
from tests.worlds import ClientAs

pytestmark = pytest.mark.django_db

SHUT = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
# Addresses with the row of `world.champion`, of their pod, or of who sits in it: each is tried with that row.
TRIED = [
    one
    for one in addresses()
    if one.permission is Permission.ENTER
    and not one.is_for_machines
    and one.view.__module__.startswith(("champions.", "pods."))
]
# What every member may open: their own lists, which hold nothing of anybody else's, and what the kit shows to all.
EVERYBODYS = {
    "kit",
    "log",
    "network",
    "pods",
    "prompt",
    "prompt-history",
    "prompt-tried",
    "question-ask",
    "questions",
    "steps",
    "tools",
    "waiting-asks",
    "waiting-pods",
    "waiting-questions",
    "win-new",
    "win-thank",
    "win-unthank",
    "wins",
}
# What the manager of the champion may open besides: what is agreed with them.
MANAGERS = {"own-agreement"}
# What any champion may write in the kit.
CHAMPIONS = {
    "ask-new",
    "asks",
    "deed-confirm",
    "deed-new",
    "expert-new",
    "expert-off",
    "expert-on",
    "network-card",
    "objections",
    "prompt-aside",
    "prompt-back",
    "prompt-improve",
    "prompt-new",
    "prompt-review",
    "story",
    "story-back",
    "talk-new",
    "tool",
    "tool-new",
    "waiting-champion",
}


def enrol(world: World, person: Person) -> Somebody:
    """Somebody of the directory who can sign in now."""
    identity = make_identity(mail=str(person.mail), at=AT)
    membership = MembershipFactory.create(person=person, identity=identity, roles={Role.MEMBER})
    return Somebody(identity, person, membership, frozenset({Role.MEMBER}))


def opened(world: World, client_as: ClientAs, somebody: Somebody) -> set[str]:
    """The names of what opens to somebody, or takes what they send. Whatever they did is undone."""
    client = client_as(somebody)

    def tries(address: Address) -> bool:
        for method in ("get", "post"):
            with transaction.atomic():
                status = getattr(client, method)(address.own(world)).status_code
                transaction.set_rollback(True)
            assert status < 500, f"{method} {address}: {status}"
            if status not in SHUT:
                return True
        return False

    return {address.name for address in TRIED if tries(address)}


def test_a_manager_and_another_champion_find_their_own_and_nothing_of_a_champions(
    meridian: World, client_as: ClientAs
) -> None:
    with time_machine.travel(AT, tick=False):
        with organization(meridian.organization.pk):
            for address in TRIED:
                address.own(meridian)  # rows that are made when they are asked for first
            manager = enrol(meridian, meridian.manager)
            other = enrol(meridian, meridian.away)
            Person.objects.filter(pk=other.person.pk).update(manager=None)
            program = make_program(meridian, name="others")
            champion = Champion.objects.create(program=program, person=other.person, named_at=AT)
            Pod.objects.create(program=program, champion=champion, name="Another", formed_at=AT)
        assert opened(meridian, client_as, manager) == EVERYBODYS | MANAGERS
        assert opened(meridian, client_as, other) == EVERYBODYS | CHAMPIONS
