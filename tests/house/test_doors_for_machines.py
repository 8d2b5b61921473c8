"""Every address of the API and who gets through its door: by token, by session, by nothing. Read from the resolver."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from unittest.mock import patch

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from rest_framework.settings import api_settings

from adoption.tenancy.rules import Permission, Role, permissions_of
from adoption.tenancy.walls import organization
from tests.factories import ApiTokenFactory, World
from tests.house.addresses import Address, addresses
from tests.house.test_doors import ABSENT, METHODS, by_role, paths, said, seen
from tests.worlds import ClientAs, Clock

MACHINES = [address for address in addresses() if address.belongs_to_an_organization and address.is_for_machines]
READ = ("get", "head", "options")

each_address = pytest.mark.parametrize("address", MACHINES, ids=str)
each_address_of_a_row = pytest.mark.parametrize("address", [one for one in MACHINES if one.ids], ids=str)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unlogged")]


@pytest.fixture
def client_as(client_signed_in: ClientAs) -> ClientAs:
    return client_signed_in


@pytest.fixture(autouse=True)
def without_hurry(frozen_clock: Clock) -> Iterator[None]:
    """The clock stands still, and nobody asks too often."""
    rates = dict.fromkeys(api_settings.DEFAULT_THROTTLE_RATES, 10**9)
    with patch.dict(api_settings.DEFAULT_THROTTLE_RATES, rates):
        yield


def knock(client: Client, method: str, path: str, secret: str | None = None) -> HttpResponse:
    """One request whose effects are undone, with a token where a secret is given."""
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    with transaction.atomic():
        answer: HttpResponse = getattr(client, method)(path, content_type="application/json", headers=headers)
        transaction.set_rollback(True)
    assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"
    return answer


def is_handled(address: Address, method: str) -> bool:
    return hasattr(address.view.cls, method)  # type: ignore[attr-defined]


def methods_of(address: Address) -> tuple[str, ...]:
    """What an address answers to, and one method that it does not: behind the door all of those are one line of the framework."""
    handled = [method for method in METHODS if method in READ or is_handled(address, method)]
    return (*handled, *[method for method in METHODS if method not in handled][:1])


def a_token(world: World, role: Role, scopes: frozenset[Permission]) -> str:
    """The secret of a token that somebody with one role has made."""
    secret = f"mmt_{role.value}-{len(scopes)}"
    with organization(world.organization.pk):
        membership = by_role(world)[role].membership
        ApiTokenFactory.create(secret=secret, membership=membership, scopes=[scope.value for scope in scopes])
    return secret


def test_there_are_addresses_for_machines() -> None:
    assert MACHINES


@each_address
def test_an_address_names_its_permissions(address: Address) -> None:
    assert address.permission in Permission
    assert address.permission_to_write in Permission


@each_address
def test_without_a_key_nothing_opens_and_nothing_is_told(
    address: Address, meridian: World, harbour: World, client_as: ClientAs
) -> None:
    client = client_as(None)
    # A token of the other company, one that never was, and something that is no token.
    for secret in (None, harbour.secret, "mmt_" + "x" * 43, "nonsense"):
        for method in methods_of(address):
            answers = set()
            for path in paths(address, meridian, harbour)[: None if method == "get" else 2]:
                answer = knock(client, method, path, secret)
                assert answer.status_code == HTTPStatus.UNAUTHORIZED, f"{method} {path}"
                assert "WWW-Authenticate" in answer
                assert meridian.canary not in said(answer)
                answers.add(seen(answer, path))
            assert len(answers) == 1, f"{method} {secret}: a stranger can tell what exists"


@each_address
def test_a_stranger_with_a_session_finds_nothing(
    address: Address, meridian: World, harbour: World, client_as: ClientAs
) -> None:
    client = client_as(harbour.admin)
    for method in methods_of(address):
        answers = set()
        for path in paths(address, meridian, harbour)[: None if method == "get" else 2]:
            answer = knock(client, method, path)
            assert answer.status_code == HTTPStatus.NOT_FOUND, f"{method} {path}"
            assert meridian.canary not in said(answer)
            answers.add(seen(answer, path))
        assert len(answers) == 1, f"{method}: a stranger can tell what exists"


@each_address
def test_it_opens_to_exactly_what_member_and_token_may_both(
    address: Address, meridian: World, harbour: World, client_as: ClientAs
) -> None:
    path = address.own(meridian)
    nobody = client_as(None)
    writing = [method for method in methods_of(address) if method not in READ and is_handled(address, method)]
    tried_each: set[tuple[bool, ...]] = set()
    for role, somebody in by_role(meridian).items():
        held = permissions_of({role})
        everything = a_token(meridian, role, frozenset(Permission))
        reading = a_token(meridian, role, frozenset(one for one in (address.permission,) if one))
        nothing = a_token(meridian, role, frozenset())
        for client, secret, may in (
            (client_as(somebody), None, held),
            (nobody, everything, held),
            (nobody, reading, held & {address.permission}),
            (nobody, nothing, frozenset()),
        ):
            # A session and a token, let in to read, to write or not at all: the first of each tries every method.
            kind = (secret is None, address.permission in may, address.permission_to_write in may)
            methods = ("get", *writing) if kind in tried_each else methods_of(address)
            tried_each.add(kind)
            for method in methods:
                needed = (
                    {address.permission, address.permission_to_write} if method in writing else {address.permission}
                )
                answer = knock(client, method, path, secret)
                assert harbour.canary not in said(answer)
                if needed <= may:
                    assert answer.status_code not in (401, 403), f"{role} {method} {path} {secret}: {answer.content!r}"
                else:
                    assert answer.status_code == HTTPStatus.FORBIDDEN, f"{role} {method} {path} {secret}"


@each_address_of_a_row
def test_another_companys_row_is_like_no_row_at_all(
    address: Address, meridian: World, harbour: World, client_as: ClientAs
) -> None:
    foreign, random = address.foreign(meridian, harbour), address.random(meridian)
    needed = {address.permission, address.permission_to_write}
    role = next(role for role in Role if needed <= permissions_of({role}))
    secret = a_token(meridian, role, frozenset(Permission))
    for method in methods_of(address):
        there, nowhere = (knock(client_as(None), method, path, secret) for path in (foreign, random))
        if method in ("get", "head"):
            assert there.status_code in ABSENT, f"{method} {foreign}"
        # Without a body much is refused before it is looked for; then too the answers are the same.
        assert there.status_code not in range(200, 300) or method == "options", f"{method} {foreign}"
        assert seen(there, foreign) == seen(nowhere, random)
        assert harbour.canary not in said(there)


@each_address
def test_a_session_writes_only_with_its_csrf_token(address: Address, meridian: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(meridian.admin.identity)
    for method in ("post", "put", "patch", "delete"):
        assert knock(client, method, address.own(meridian)).status_code == HTTPStatus.FORBIDDEN
