"""The wall itself: who is entered, for how long, and that nothing of it stays on a connection."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory

from adoption.tenancy.middleware import WhereMiddleware
from adoption.tenancy.models import Person
from adoption.tenancy.walls import (
    SETTING,
    AnotherTenant,
    as_owner,
    current_organization_id,
    organization,
    refuse_privileged_role,
)
from tests.factories import PersonFactory, World
from tests.worlds import Enter

THREADS = 8


class Oops(RuntimeError):
    pass


def oops(_written: object) -> None:
    raise Oops


def tenant() -> str:
    """What the connection believes; empty outside."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [SETTING])
        return str(cursor.fetchone()[0])


def nowhere() -> bool:
    """Neither the code nor the connection is in a tenant, and a query says so."""
    with pytest.raises(DatabaseError), transaction.atomic():
        list(Person.objects.all())
    return current_organization_id() is None and tenant() == ""


@pytest.fixture
def committed(transactional_db: None, meridian: World, harbour: World) -> tuple[World, World]:
    """Both companies, really in the database: what is outside of every transaction can be looked at."""
    return meridian, harbour


def test_inside_the_connection_and_the_code_agree(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        assert (current_organization_id(), tenant()) == (meridian.organization.pk, str(meridian.organization.pk))
        assert Person.objects.count() == 9
    assert nowhere()


def test_the_tenant_ends_with_its_transaction(committed: tuple[World, World], enter: Enter) -> None:
    meridian, harbour = committed
    with enter(meridian):
        PersonFactory.create()
    assert nowhere()
    with enter(harbour):
        assert Person.objects.count() == 9
    assert nowhere()


def test_after_an_exception_nothing_stays_and_nothing_is_written(committed: tuple[World, World], enter: Enter) -> None:
    meridian, _ = committed
    with pytest.raises(Oops), enter(meridian):
        oops(PersonFactory.create())
    assert nowhere()
    with enter(meridian):
        assert Person.objects.count() == 9


def test_after_a_broken_statement_nothing_stays(committed: tuple[World, World], enter: Enter) -> None:
    meridian, _ = committed
    with pytest.raises(IntegrityError), enter(meridian):
        PersonFactory.create(name="")
    assert nowhere()


def test_after_a_chosen_rollback_nothing_stays(committed: tuple[World, World], enter: Enter) -> None:
    meridian, _ = committed
    with enter(meridian):
        PersonFactory.create()
        transaction.set_rollback(True)
    assert nowhere()
    with enter(meridian):
        assert Person.objects.count() == 9


def test_in_an_enclosing_transaction_the_tenant_ends_with_its_block(
    meridian: World, harbour: World, enter: Enter
) -> None:
    with transaction.atomic():
        with enter(meridian):
            assert Person.objects.filter(pk=meridian.lead.person.pk).exists()
        assert nowhere()
        with enter(harbour):
            assert not Person.objects.filter(pk=meridian.lead.person.pk).exists()
        with pytest.raises(Oops), enter(meridian):
            raise Oops
        assert nowhere()
        with pytest.raises(IntegrityError), enter(meridian):
            PersonFactory.create(name="")
        assert nowhere()
    assert nowhere()


def test_a_rollback_chosen_in_an_enclosing_transaction_leaves_nothing(
    committed: tuple[World, World], enter: Enter
) -> None:
    with transaction.atomic():
        with enter(committed[0]):
            transaction.set_rollback(True)
        transaction.set_rollback(True)
    assert nowhere()


def test_entering_again_is_the_same_place_and_leaving_stays_inside(meridian: World, enter: Enter) -> None:
    inside = str(meridian.organization.pk)
    with enter(meridian):
        with enter(meridian):
            assert tenant() == inside
        assert (current_organization_id(), tenant()) == (meridian.organization.pk, inside)
        with pytest.raises(Oops), enter(meridian):
            oops(PersonFactory.create())
        assert (current_organization_id(), tenant()) == (meridian.organization.pk, inside)
        assert Person.objects.count() == 9
    assert nowhere()


def test_another_organisation_cannot_be_entered_from_inside(meridian: World, harbour: World, enter: Enter) -> None:
    with enter(meridian):
        with pytest.raises(AnotherTenant), enter(harbour):
            raise AssertionError("entered")
        assert (current_organization_id(), tenant()) == (meridian.organization.pk, str(meridian.organization.pk))
        assert Person.objects.count() == 9


@pytest.mark.parametrize("forged", ["1; SELECT 1", "1' OR true --", "0x1", ""])
def test_an_organisation_is_a_number(forged: str, db: None) -> None:
    with pytest.raises(ValueError, match="invalid literal"), organization(forged):  # type: ignore[arg-type]
        pass
    assert nowhere()


def test_transactions_of_two_companies_take_turns_on_one_connection(
    committed: tuple[World, World], enter: Enter
) -> None:
    """As behind a pooler in transaction mode: each transaction meets the connection as the last one left it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    for _ in range(10):
        for world in committed:
            with enter(world), connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid(), array_agg(DISTINCT organization_id) FROM tenancy_person")
                assert cursor.fetchone() == (backend, [world.organization.pk])
            with pytest.raises(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM tenancy_person")
            with pytest.raises(Oops), enter(world):
                raise Oops
            assert nowhere()


def test_threads_are_each_in_their_own_tenant(committed: tuple[World, World]) -> None:
    start = threading.Barrier(THREADS)

    def work(number: int) -> set[tuple[int, int]]:
        world = committed[number % 2]
        start.wait()
        try:
            seen = set()
            for _ in range(20):
                with organization(world.organization.pk):
                    seen |= set(Person.objects.values_list("organization_id", flat=True).distinct())
            assert nowhere()
            return {(number % 2, found) for found in seen}
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        found = set().union(*pool.map(work, range(THREADS)))
    assert found == {(0, committed[0].organization.pk), (1, committed[1].organization.pk)}


def test_a_thread_started_inside_begins_outside(committed: tuple[World, World], enter: Enter) -> None:
    def work() -> bool:
        try:
            return nowhere()
        finally:
            connection.close()

    with enter(committed[0]), ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result()


def test_an_answer_that_would_outlive_the_tenant_is_refused(committed: tuple[World, World], rf: RequestFactory) -> None:
    meridian, _ = committed

    def names() -> Iterator[str]:
        yield from Person.objects.values_list("name", flat=True)

    def stream(request: HttpRequest) -> HttpResponseBase:
        return StreamingHttpResponse(names())

    request = rf.get("/o/meridian/")
    request.user = meridian.lead.identity
    with pytest.raises(RuntimeError, match="outlive"):
        WhereMiddleware(stream)(request)
    assert nowhere()


@pytest.mark.parametrize(("status", "kept"), [(200, True), (302, True), (422, True), (500, False)])
def test_a_failed_answer_takes_its_writes_back(
    status: int, kept: bool, committed: tuple[World, World], rf: RequestFactory, enter: Enter
) -> None:
    meridian, _ = committed

    def write(request: HttpRequest) -> HttpResponse:
        PersonFactory.create()
        return HttpResponse(status=status)

    request = rf.post("/o/meridian/")
    request.user = meridian.lead.identity
    assert WhereMiddleware(write)(request).status_code == status
    assert nowhere()
    with enter(meridian):
        assert Person.objects.count() == 9 + kept


def test_an_exception_behind_the_door_takes_its_writes_back(
    committed: tuple[World, World], rf: RequestFactory, enter: Enter
) -> None:
    """Django turns it into an answer before the middleware sees it, also for Http404: process_exception tells."""
    meridian, _ = committed

    def write(request: HttpRequest) -> HttpResponse:
        PersonFactory.create()
        middleware.process_exception(request, Oops())
        return HttpResponse(status=404)

    middleware = WhereMiddleware(write)
    request = rf.post("/o/meridian/")
    request.user = meridian.lead.identity
    middleware(request)
    with enter(meridian):
        assert Person.objects.count() == 9


@pytest.mark.django_db(transaction=True)
def test_a_process_under_the_owner_refuses_to_start() -> None:
    with as_owner(), pytest.raises(ImproperlyConfigured, match="app_owner owns tables or bypasses row level security"):
        refuse_privileged_role()
