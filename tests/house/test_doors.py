"""Every address and who gets through its door, read from the resolver: a new address is tested at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
import time_machine
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from adoption.tenancy import access
from adoption.tenancy.models import Identity
from adoption.tenancy.rules import Role, permissions_of
from adoption.tenancy.walls import organization
from tests.factories import AT, MembershipFactory, PersonFactory, Somebody, World
from tests.house.addresses import BY_FACT, PUBLIC, Address, addresses
from tests.house.conftest import session_of
from tests.worlds import ClientAs

ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
ALL = addresses()
ORGANIZATION = [address for address in ALL if address.belongs_to_an_organization]
PAGES = [address for address in ORGANIZATION if not address.is_for_machines]

each_page = pytest.mark.parametrize("address", PAGES, ids=str)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock", "unlogged")]


@pytest.fixture
def client_as(client_signed_in: ClientAs) -> ClientAs:
    return client_signed_in


def knock(client: Client, method: str, path: str) -> HttpResponseBase:
    """One request whose effects are undone. An exception in a view fails the test with its own story."""
    cookies = client.cookies.output()
    kept = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        answer = getattr(client, method)(path)
        transaction.set_rollback(True)
    if client.cookies.output() != cookies:
        client.cookies.clear()
        client.cookies.load(kept)
    assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"
    return answer


def said(answer: HttpResponseBase) -> str:
    """Everything an answer says, in small letters: status, headers and body."""
    body = b"".join(answer) if getattr(answer, "streaming", False) else answer.content  # type: ignore[attr-defined]
    headers = "".join(f"{name}: {value}\n" for name, value in answer.items())
    return f"{answer.status_code}\n{headers}\n{body.decode('utf-8', 'replace')}\n{answer.cookies.output()}".lower()


TOKEN = re.compile(r"""(csrf[a-z-]*(?:=|"[^>]*?(?:value|content)="|&quot;: ?&quot;|": ?"))[a-z0-9]+""")


def seen(answer: HttpResponseBase, path: str) -> str:
    """What an answer says apart from the address asked for and what differs each time."""
    text = re.sub(r"\br=\d+;", "r=LEFT;", said(answer)).replace(path.lower(), "PATH")
    text = re.sub(r"\b(?:nowhere|meridian)\b", "ORG", text)
    for part in path.strip("/").lower().split("/"):
        if len(part) > 20:
            text = text.replace(part, "PART")
    return TOKEN.sub(r"\1TOKEN", text)


def paths(address: Address, world: World, other: World) -> list[str]:
    """What a stranger may try: a real row, the stranger's own, one that is nowhere, an organisation that is none."""
    tried = (address.own(world), address.foreign(world, other), address.random(world), address.nowhere(world))
    # An address that names no row has two forms, not four.
    return list(dict.fromkeys(tried))


def knocks(address: Address, world: World, other: World) -> Iterator[tuple[str, list[str]]]:
    """What a stranger does: fetches and posts to every such path, and tries each other method on a company's own row.

    A door stands before the view and so before its methods: what it answers to one unsafe method it answers to all.
    """
    tried = paths(address, world, other)
    yield from (("get", tried), ("post", tried))
    yield from ((method, tried[:1]) for method in METHODS if method not in ("get", "post"))


def by_role(world: World) -> dict[Role, Somebody]:
    """Somebody for each role, with no other."""
    return {
        Role.ADMINISTRATOR: world.admin,
        Role.LEAD: world.lead,
        Role.EXECUTIVE: world.executive,
        Role.SYSTEM_OWNER: world.owner,
        Role.MEMBER: world.member,
    }


# --- the map ---------------------------------------------------------------------------------------------------------


def test_each_address_is_an_organisations_or_public_for_a_reason_or_allauths() -> None:
    unlisted = [
        f"{address} ({address.name})"
        for address in ALL
        if not address.belongs_to_an_organization and not address.is_allauths and address.name not in PUBLIC
    ]
    assert unlisted == [], "list a public address with its reason in tests/house/addresses.py"
    assert all(PUBLIC.values())
    assert set(PUBLIC) <= {address.name for address in ALL}, "a public address is gone: take it off the list"


def test_each_name_leads_to_one_place() -> None:
    names = [address.name for address in ALL if not address.is_allauths]
    assert "" not in names, [str(address) for address in ALL if not address.name]
    assert sorted(names) == sorted(set(names))


@each_page
def test_a_door_is_outermost_and_names_one_permission(address: Address) -> None:
    assert address.permission is not None, f"{address} has no @requires"
    # wraps() copies `permission` outwards, so its presence alone would not show that something stands before the door.
    door = access.requires(address.permission)(lambda request: None)  # type: ignore[arg-type,return-value]
    assert address.view.__code__ is door.__code__, f"@requires is not the outermost decorator of {address}"  # type: ignore[attr-defined]


# --- who gets in -----------------------------------------------------------------------------------------------------


@each_page
def test_nobody_signed_in_is_sent_to_sign_in_whether_or_not_anything_exists(
    address: Address, meridian: World, harbour: World, client_as: ClientAs
) -> None:
    client = client_as(None)
    for method, tried in knocks(address, meridian, harbour):
        for path in tried:
            answer = knock(client, method, path)
            assert answer.status_code == HTTPStatus.FOUND, f"{method} {path}"
            assert answer["Location"].startswith("/sign-in/")
            assert meridian.canary not in said(answer)


@each_page
def test_a_stranger_finds_nothing_and_cannot_tell_what_exists(
    address: Address, meridian: World, harbour: World, client_as: ClientAs
) -> None:
    tries = list(knocks(address, meridian, harbour))
    # Whatever they are at home: the administrator tries everything, the others what they could follow or send.
    for stranger, most in ((harbour.admin, len(tries)), (harbour.lead, 1), (harbour.member, 2)):
        client = client_as(stranger)
        for method, tried in tries[:most]:
            answers = set()
            for path in tried:
                answer = knock(client, method, path)
                assert answer.status_code == HTTPStatus.NOT_FOUND, f"{method} {path}"
                assert meridian.canary not in said(answer)
                answers.add(seen(answer, path))
            assert len(answers) == 1, f"{method}: a stranger can tell what exists"


@each_page
def test_the_door_opens_to_exactly_the_granted_roles(
    address: Address, meridian: World, harbour: World, client_as: ClientAs
) -> None:
    path = address.own(meridian)
    tried_each: set[bool] = set()
    for role, somebody in by_role(meridian).items():
        client = client_as(somebody)
        statuses = {}
        granted = address.permission in permissions_of({role})
        # The door stands before the view and so before its methods: each once by somebody let in and by somebody who is not.
        for method in ("get", "post") if granted in tried_each else METHODS:
            answer = knock(client, method, path)
            assert harbour.canary not in said(answer), f"{role} {method} {path}"
            statuses[method] = answer.status_code
        tried_each.add(granted)
        if granted:
            assert HTTPStatus.FORBIDDEN not in statuses.values(), f"{role}: {statuses}"
            assert statuses["get"] != HTTPStatus.FOUND, f"{role}: {statuses}"
            assert statuses.get("head", statuses["get"]) == statuses["get"]
            assert set(statuses.values()) - set(ABSENT) or address.name in BY_FACT, (
                f"{address} opens to nobody: {statuses}"
            )
        else:
            assert set(statuses.values()) == {HTTPStatus.FORBIDDEN}, f"{role}: {statuses}"


@pytest.mark.parametrize("address", [address for address in PAGES if address.ids], ids=str)
def test_another_companys_row_is_like_no_row_at_all(
    address: Address, meridian: World, harbour: World, client_as: ClientAs
) -> None:
    foreign, random = address.foreign(meridian, harbour), address.random(meridian)
    opened_first = next(role for role in by_role(meridian) if address.permission in permissions_of({role}))
    for role, somebody in by_role(meridian).items():
        client = client_as(somebody)
        if address.permission not in permissions_of({role}):
            assert knock(client, "get", foreign).status_code == HTTPStatus.FORBIDDEN
            continue
        # Behind the door roles share one view: each method once, and what all of them do most.
        for method in METHODS if role is opened_first else ("get", "post"):
            there, nowhere = knock(client, method, foreign), knock(client, method, random)
            assert there.status_code in ABSENT, f"{method} {foreign}"
            assert seen(there, foreign) == seen(nowhere, random)
            assert harbour.canary not in said(there)


@pytest.fixture(scope="module")
def those_who_left(
    filled: tuple[World, World], sessions: dict[int, SessionBase], django_db_blocker: DjangoDbBlocker
) -> list[Identity]:
    """Somebody who could do everything until their membership ended, and somebody who did until they left."""
    with django_db_blocker.unblock(), time_machine.travel(AT, tick=False):
        with organization(filled[0].organization.pk):
            former = MembershipFactory.create(roles=set(Role), ended_at=AT)
            left = MembershipFactory.create(roles=set(Role), person=PersonFactory.create(left_on=AT.date()))
        identities = [former.identity, left.identity]
        sessions.update({identity.pk: session_of(identity) for identity in identities})
    return identities


@each_page
def test_a_right_that_was_taken_away_is_gone_at_once(
    address: Address, meridian: World, those_who_left: list[Identity], client_as: ClientAs
) -> None:
    for identity in those_who_left:
        for method in ("get", "post"):
            answer = knock(client_as(identity), method, address.own(meridian))
            assert answer.status_code == HTTPStatus.NOT_FOUND


# --- what every answer carries ---------------------------------------------------------------------------------------


@each_page
def test_a_personal_page_stays_out_of_caches_and_frames(address: Address, meridian: World, client_as: ClientAs) -> None:
    answer = knock(client_as(meridian.admin), "get", address.own(meridian))
    assert answer["Cache-Control"] in ("private, no-store", "private, no-cache")
    assert "HX-Request" in answer["Vary"]
    assert "Cookie" in answer["Vary"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
