"""Fixtures: the two companies, a fixed instant, the clock at it, and somebody's browser."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import trans_real
from pytest_django.plugin import DjangoDbBlocker

from adoption.tenancy.models import Identity
from adoption.tenancy.walls import organization
from tests.factories import AT, Somebody, World, make_harbour, make_meridian
from tests.language import LANGUAGE, Bracketed

Enter = Callable[[World], AbstractContextManager[None]]
ClientAs = Callable[[Somebody | Identity | None], Client]
Clock = time_machine.Traveller


@pytest.fixture
def at() -> datetime:
    """A fixed aware instant: Wednesday 8 July 2026, 09:00 UTC."""
    return AT


@pytest.fixture
def frozen_clock() -> Iterator[Clock]:
    """The clock shows the fixed instant and stands still; `frozen_clock.move_to(...)` sets it."""
    with time_machine.travel(AT, tick=False) as clock:
        yield clock


@pytest.fixture
def ticking_clock() -> Iterator[Clock]:
    """The clock starts at the fixed instant and goes on, for tests with a browser."""
    with time_machine.travel(AT, tick=True) as clock:
        yield clock


@pytest.fixture
def meridian(db: None) -> World:
    """The company most tests are about."""
    return make_meridian()


@pytest.fixture
def harbour(db: None) -> World:
    """The other company, whose data must never be seen."""
    return make_harbour()


@contextmanager
def kept(blocker: DjangoDbBlocker, make: Callable[[], tuple[World, World]]) -> Iterator[tuple[World, World]]:
    """Two companies made once for a file of many tests: each test undoes what it does to them.

    They are in a transaction that stays open until the file's end, so a test that needs one of its own has its own file.
    """
    with ExitStack() as open_until_the_end:
        with blocker.unblock(), time_machine.travel(AT, tick=False):
            open_until_the_end.enter_context(transaction.atomic())
            worlds = make()
        yield worlds
        with blocker.unblock():
            transaction.set_rollback(True)
            open_until_the_end.close()


@pytest.fixture
def enter() -> Enter:
    """`with enter(meridian): ...` runs inside that company."""
    return lambda world: organization(world.organization.pk)


@pytest.fixture
def client_as() -> ClientAs:
    """`client_as(meridian.lead).get(...)`: a client signed in as somebody; `client_as(None)` is nobody."""

    def client(somebody: Somebody | Identity | None) -> Client:
        made = Client()
        if somebody is not None:
            made.force_login(somebody.identity if isinstance(somebody, Somebody) else somebody)
        return made

    return client


def asked(client: Client, place: str) -> int:
    """How many queries a page takes that has been opened before."""
    client.get(place)
    with CaptureQueriesContext(connection) as queries:
        client.get(place)
    return len(queries)


@pytest.fixture
def celery_runs_at_once() -> Iterator[None]:
    """A task that is rung for runs in the same thread, before the call returns."""
    # As a worker does: a task nobody has imported would be sent to the broker after all.
    current_app.loader.import_default_modules()
    before = current_app.conf.task_always_eager, current_app.conf.task_eager_propagates
    current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = True
    yield
    current_app.conf.task_always_eager, current_app.conf.task_eager_propagates = before


@pytest.fixture
def bracketed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a language in which every text stands in brackets; pages speak it to whoever asks for it."""
    settings.LANGUAGES = [*settings.LANGUAGES, (LANGUAGE, "Bracketed")]
    monkeypatch.setitem(trans_real._translations, LANGUAGE, Bracketed(LANGUAGE))  # type: ignore[attr-defined]
