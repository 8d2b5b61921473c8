"""What is true of the whole house is tried with a row in every table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import time_machine
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.everything import fill
from tests.factories import AT, World, make_harbour, make_meridian


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[World, World]]:
    """Both companies with a row in every table, made once for a file: each test undoes what it does to them.

    They are in a transaction that stays open until the file's end, so a test that needs one of its own has its own file.
    """
    with ExitStack() as open_until_the_end:
        with django_db_blocker.unblock(), time_machine.travel(AT, tick=False):
            open_until_the_end.enter_context(transaction.atomic())
            worlds = fill(make_meridian()), fill(make_harbour())
        yield worlds
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            open_until_the_end.close()


@pytest.fixture
def meridian(filled: tuple[World, World], db: None) -> World:
    """The company, with a row in every table."""
    return filled[0]


@pytest.fixture
def harbour(filled: tuple[World, World], db: None) -> World:
    """The other company, with a row in every table."""
    return filled[1]
