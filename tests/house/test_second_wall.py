"""Mutations: with the first wall taken away, the database alone still keeps a stranger from everything.

Two ways to break the first wall. A view without its door: whoever asks is taken for a member with every right. A
query without its filter: the tenant's manager gives every row the connection can see. Neither shows a row of the other
company.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from http import HTTPStatus
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponseBase
from django.test import Client
from django.urls import re_path
from django.views.defaults import server_error
from pytest_django.plugin import DjangoDbBlocker

from adoption.tenancy.access import find_member
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission
from adoption.tenancy.walls import SETTING, TenantManager, organization
from tests.factories import AT, World
from tests.house.addresses import Address, addresses
from tests.house.test_catalogue import ask, walled
from tests.house.test_doors import METHODS, PAGES, said
from tests.worlds import Enter

each_page = pytest.mark.parametrize("address", PAGES, ids=str)

pytestmark = pytest.mark.django_db


def fingerprint(world: World) -> dict[str, Any]:
    """What a company has, table by table, as one hash each."""
    every_row = "SELECT '{0}', count(*), md5(string_agg(t::text, chr(10) ORDER BY id)) FROM \"{0}\" t"
    with organization(world.organization.pk):
        return {table: rest for table, *rest in ask(" UNION ALL ".join(every_row.format(one) for one in walled()))}


@pytest.fixture
def no_filters() -> Iterator[None]:
    """The tenant manager gives whatever the connection can see."""
    with patch.object(TenantManager, "get_queryset", models.Manager.get_queryset):
        yield


@pytest.fixture(scope="module")
def without_doors(filled: tuple[World, World], django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A module of addresses, every organisation page without its door: whoever asks is taken for Harbour's administrator."""
    harbour = filled[1]
    with django_db_blocker.unblock(), organization(harbour.organization.pk):
        member = find_member(harbour.admin.identity, at=AT)
    assert member

    def without_door(address: Address) -> Any:
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.membership, request.person, request.roles = member.membership, member.person, member.roles  # type: ignore[attr-defined]
            request.permissions = frozenset(Permission)  # type: ignore[attr-defined]
            return address.view.__wrapped__(request, *args, **kwargs)  # type: ignore[attr-defined,no-any-return]

        return view

    broken = ModuleType("tests.house.broken_urls")
    broken.urlpatterns = [  # type: ignore[attr-defined]
        re_path(address.pattern, without_door(address) if address in PAGES else address.view, name=address.name)
        for address in addresses()
    ]
    broken.handler500 = server_error  # type: ignore[attr-defined]
    with patch.dict(sys.modules, {broken.__name__: broken}):
        yield broken.__name__


@pytest.fixture
def no_doors(without_doors: str) -> Iterator[None]:
    """Every organisation page without its door, and with every right."""
    # Not by override_settings, which would have the resolver read all addresses anew for each test.
    with patch.object(settings, "ROOT_URLCONF", without_doors):
        yield


def knock(client: Client, method: str, path: str) -> HttpResponseBase:
    """One request whose effects are undone; a view that falls over the wall answers 500."""
    client.raise_request_exception = False
    with transaction.atomic():
        answer: HttpResponseBase = getattr(client, method)(path)
        transaction.set_rollback(True)
    return answer


@each_page
def test_without_doors_a_stranger_still_sees_and_changes_nothing(
    address: Address, meridian: World, harbour: World, no_filters: None, no_doors: None
) -> None:
    tried = (address.own(meridian), address.foreign(meridian, harbour), address.random(meridian))
    before = fingerprint(meridian)
    client = Client(raise_request_exception=False)
    client.force_login(harbour.admin.identity)
    for method in METHODS:
        for path_ in tried:
            # Not undone, so that what it did can be seen.
            answer = getattr(client, method)(path_)
            assert meridian.canary not in said(answer), f"{method} {path_}"
    assert fingerprint(meridian) == before


@each_page
def test_without_filters_another_companys_row_is_still_no_row(
    address: Address, meridian: World, harbour: World, no_filters: None
) -> None:
    if not address.ids:
        return
    path = address.foreign(harbour, meridian)
    before = fingerprint(meridian)
    client = Client()
    client.force_login(harbour.admin.identity)
    for method in METHODS:
        answer = knock(client, method, path)
        assert answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED)
        assert meridian.canary not in said(answer)
    assert fingerprint(meridian) == before


def test_the_mutations_do_take_the_first_wall_away(
    meridian: World, harbour: World, enter: Enter, no_filters: None, no_doors: None
) -> None:
    """Otherwise the tests above would show nothing."""
    with enter(harbour):
        assert "WHERE" not in str(Person.objects.all().query)
    client = Client(raise_request_exception=False)
    client.force_login(harbour.member.identity)
    # A plain member passes every door of the own company.
    passed = [address for address in PAGES if client.get(address.own(harbour)).status_code != HTTPStatus.FORBIDDEN]
    assert passed == PAGES


def test_a_stranger_never_enters_the_tenant_whatever_the_view_does(
    meridian: World, harbour: World, no_doors: None
) -> None:
    entered: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        entered.append(sql)
        return execute(sql, params, many, context)

    client = Client(raise_request_exception=False)
    client.force_login(harbour.admin.identity)
    theirs = [address.own(meridian) for address in PAGES]
    with connection.execute_wrapper(watch):
        for path_ in theirs:
            client.get(path_)
        assert [sql for sql in entered if f"{SETTING} = '{meridian.organization.pk}'" in sql] == []
        client.force_login(meridian.admin.identity)
        client.get(theirs[0])
        assert [sql for sql in entered if f"{SETTING} = '{meridian.organization.pk}'" in sql]
