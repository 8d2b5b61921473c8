"""What is true of the whole house is tried with a row in every table."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from adoption.tenancy.models import Identity
from tests.everything import fill
from tests.factories import AT, Somebody, World, make_harbour, make_meridian
from tests.house.addresses import addresses
from tests.worlds import ClientAs, kept


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[World, World]]:
    """Both companies with a row in every table, made once for a file."""
    with kept(django_db_blocker, lambda: (_named(fill(make_meridian())), _named(fill(make_harbour())))) as worlds:
        yield worlds


def _named(world: World) -> World:
    """Some rows are made when their address is asked for: now, so that no test makes them and takes them back."""
    for address in addresses():
        if address.belongs_to_an_organization:
            address.own(world)
    return world


@pytest.fixture
def meridian(filled: tuple[World, World], db: None) -> World:
    """The company, with a row in every table."""
    return filled[0]


@pytest.fixture
def harbour(filled: tuple[World, World], db: None) -> World:
    """The other company, with a row in every table."""
    return filled[1]


@pytest.fixture(scope="module")
def sessions(filled: tuple[World, World], django_db_blocker: DjangoDbBlocker) -> dict[int, SessionBase]:
    """A session of everybody in both companies, by identity, made once for a file: signing in takes longer than a page."""
    with django_db_blocker.unblock(), time_machine.travel(AT, tick=False):
        return {one.identity.pk: session_of(one.identity) for world in filled for one in world.everybody.values()}


def session_of(identity: Identity) -> SessionBase:
    client = Client()
    client.force_login(identity)
    return client.session


@pytest.fixture
def client_signed_in(sessions: dict[int, SessionBase], client_as: ClientAs) -> ClientAs:
    """As `client_as`, with a session that is there already. Nobody but its test sees what happened to it."""

    def client(somebody: Somebody | Identity | None) -> Client:
        session = sessions.get(getattr(somebody, "identity", somebody).pk) if somebody else None
        if session is None:
            return client_as(somebody)
        made = Client()
        made.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return made

    return client


@pytest.fixture
def unlogged() -> Iterator[None]:
    """Of thousands of requests that are refused on purpose no line is written, which takes a tenth of the time. Errors are."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
