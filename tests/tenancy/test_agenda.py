"""Promised work: claimed once, carried out once, woken without fail."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from adoption.tenancy import rules, tasks
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.actions.agenda import OutsideTenant
from adoption.tenancy.models import Agenda, AuditEvent
from adoption.tenancy.walls import organization
from tests.factories import AT, World
from tests.house.processes import PATIENCE_SECONDS
from tests.worlds import Clock, Enter

THREADS = 8
LATER = AT + timedelta(minutes=5)
NOTE = "tests.note"
SWEEP = "tests.sweep"


class Oops(RuntimeError):
    pass


def in_threads(*work: Callable[[], Any]) -> list[Any]:
    """Runs all at once, each in a thread with a connection of its own. Raises what any of them raised."""

    def run(one: Callable[[], Any]) -> Any:
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return [future.result(timeout=PATIENCE_SECONDS) for future in [pool.submit(run, one) for one in work]]


def promise(world: World, *rows: int, due_at: datetime = AT, task: str = NOTE) -> None:
    with organization(world.organization.pk):
        agenda.schedule_many(task=task, rows=[(row, due_at) for row in rows])


def the_row(row_id: int = 1) -> Agenda:
    return Agenda.objects.get(task__startswith="tests.", row_id=row_id)


# --- promising -------------------------------------------------------------------------------------------------------


def test_a_promise_is_made_once_and_what_is_done_stays_done(meridian: World, harbour: World) -> None:
    promise(meridian, 1, 2)
    promise(meridian, 2, 3, due_at=LATER)
    promise(harbour, 1)
    assert list(
        Agenda.objects.filter(task=NOTE, organization=meridian.organization)
        .order_by("row_id")
        .values_list("row_id", "due_at")
    ) == [(1, AT), (2, AT), (3, LATER)]
    Agenda.objects.filter(task=NOTE).update(done_at=AT)
    promise(meridian, 1, due_at=LATER)
    assert agenda.claim_due(at=LATER) == []


def test_a_promise_needs_somebody_who_makes_it(db: None) -> None:
    for call in (agenda.schedule, agenda.wake):
        with pytest.raises(OutsideTenant):
            call(task=NOTE, row_id=1, due_at=AT)


def test_the_database_keeps_one_row_a_promise(meridian: World) -> None:
    promise(meridian, 1)
    with pytest.raises(IntegrityError, match="agenda_once"), transaction.atomic():
        Agenda.objects.create(organization=meridian.organization, task=NOTE, row_id=1, promised_at=AT, due_at=AT)


@pytest.mark.django_db(transaction=True)
def test_a_promise_is_undone_with_its_cause(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        agenda.schedule(task=NOTE, row_id=1, due_at=AT)
        transaction.set_rollback(True)
    assert not Agenda.objects.filter(task=NOTE).exists()


# --- claiming --------------------------------------------------------------------------------------------------------


def test_only_what_is_due_is_claimed_oldest_first(meridian: World) -> None:
    promise(meridian, 1, due_at=AT)
    promise(meridian, 2, due_at=AT - timedelta(days=1))
    promise(meridian, 3, due_at=AT + timedelta(microseconds=1))
    assert [row.row_id for row in agenda.claim_due(at=AT, most=1)] == [2]
    assert [row.row_id for row in agenda.claim_due(at=AT)] == [1]
    assert agenda.claim_due(at=AT) == []


def test_a_claim_is_a_lease(meridian: World) -> None:
    promise(meridian, 1)
    (row,) = agenda.claim_due(at=AT)
    assert (row.claimed_at, row.due_at, row.attempts) == (AT, AT + rules.LEASE, 1)
    assert agenda.claim_due(at=AT + rules.LEASE - timedelta(microseconds=1)) == []
    (again,) = agenda.claim_due(at=AT + rules.LEASE)
    assert (again.pk, again.attempts) == (row.pk, 2)


@pytest.mark.django_db(transaction=True)
def test_eight_sweepers_claim_each_row_once(meridian: World, harbour: World) -> None:
    promise(meridian, *range(1, 201))
    promise(harbour, *range(1, 201))
    start = threading.Barrier(THREADS)

    def sweep() -> list[int]:
        start.wait()
        claimed: list[int] = []
        while rows := agenda.claim_due(at=AT, most=7):
            claimed += [row.pk for row in rows]
        return claimed

    claimed = [pk for share in in_threads(*[sweep] * THREADS) for pk in share]
    assert len(claimed) == len(set(claimed)) == 400
    assert set(Agenda.objects.filter(task=NOTE).values_list("attempts", flat=True)) == {1}


# --- carrying out ----------------------------------------------------------------------------------------------------


def note(row_id: int, *, at: datetime) -> datetime | None:
    """A promise kept by writing it down."""
    audit.record(NOTE, by=None, at=at, row=row_id)
    return None


def fail(row_id: int, *, at: datetime) -> datetime | None:
    note(row_id, at=at)
    raise Oops


def notes(world: World) -> list[int]:
    with organization(world.organization.pk):
        return sorted(event.detail["row"] for event in AuditEvent.objects.filter(verb=NOTE))


def test_a_promise_is_kept_and_closed_in_one_transaction(meridian: World, frozen_clock: Clock) -> None:
    promise(meridian, 1)
    (row,) = agenda.claim_due(at=AT)
    tasks.carry_out(row.pk, note)
    assert notes(meridian) == [1]
    assert (the_row().done_at, the_row().claimed_at, the_row().failure) == (AT, None, "")


def test_a_second_delivery_does_nothing(meridian: World, frozen_clock: Clock) -> None:
    promise(meridian, 1)
    (row,) = agenda.claim_due(at=AT)
    for _ in range(3):
        tasks.carry_out(row.pk, note)
    assert notes(meridian) == [1]
    tasks.carry_out(row.pk + 2**40, note)


@pytest.mark.django_db(transaction=True)
def test_deliveries_at_the_same_time_keep_the_promise_once(meridian: World) -> None:
    promise(meridian, 1)
    (row,) = agenda.claim_due(at=AT)
    start = threading.Barrier(THREADS)

    def carry() -> None:
        start.wait()
        tasks.carry_out(row.pk, note)

    in_threads(*[carry] * THREADS)
    assert notes(meridian) == [1]


@pytest.mark.django_db(transaction=True)
def test_a_delivery_beside_a_running_one_returns_at_once(meridian: World) -> None:
    promise(meridian, 1)
    (row,) = agenda.claim_due(at=AT)
    inside, over = threading.Event(), threading.Event()

    def slow(row_id: int, *, at: datetime) -> datetime | None:
        inside.set()
        assert over.wait(30)
        return note(row_id, at=at)

    def beside() -> None:
        assert inside.wait(30)
        try:
            tasks.carry_out(row.pk, fail)
        finally:
            over.set()

    in_threads(lambda: tasks.carry_out(row.pk, slow), beside)
    assert notes(meridian) == [1]
    assert the_row().failure == ""


def test_a_failure_leaves_nothing_but_its_name_and_a_growing_pause(meridian: World, frozen_clock: Clock) -> None:
    promise(meridian, 1)
    now = AT
    for attempt in range(1, 12):
        frozen_clock.move_to(now)
        (row,) = agenda.claim_due(at=now)
        assert row.attempts == attempt
        tasks.carry_out(row.pk, fail)
        left = the_row()
        assert notes(meridian) == []
        assert (left.done_at, left.claimed_at, left.failure) == (None, None, "Oops")
        assert left.due_at == now + rules.retry_after(attempt)
        assert agenda.claim_due(at=left.due_at - timedelta(microseconds=1)) == []
        now = left.due_at
    assert rules.retry_after(11) == timedelta(hours=1)
    frozen_clock.move_to(now)
    (row,) = agenda.claim_due(at=now)
    tasks.carry_out(row.pk, note)
    assert (the_row().done_at, the_row().failure, notes(meridian)) == (now, "", [1])


def test_a_promise_for_one_company_is_kept_inside_it(meridian: World, harbour: World, frozen_clock: Clock) -> None:
    promise(meridian, 1)
    promise(harbour, 2)
    for row in agenda.claim_due(at=AT):
        tasks.carry_out(row.pk, note)
    assert (notes(meridian), notes(harbour)) == ([1], [2])


def test_a_standing_task_sleeps_until_the_time_it_names(meridian: World, frozen_clock: Clock) -> None:
    promise(meridian, 1)
    (row,) = agenda.claim_due(at=AT)
    tasks.carry_out(row.pk, lambda row_id, at: LATER)
    assert (the_row().done_at, the_row().due_at, the_row().attempts) == (None, LATER, 0)
    assert agenda.claim_due(at=AT) == []
    assert len(agenda.claim_due(at=LATER)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_leaves_the_promise_open(meridian: World) -> None:
    promise(meridian, 1)
    (row,) = agenda.claim_due(at=AT)

    def die(row_id: int, *, at: datetime) -> datetime | None:
        note(row_id, at=at)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return None

    def carry() -> None:
        tasks.carry_out(row.pk, die)

    in_threads(carry)
    assert notes(meridian) == []
    assert (the_row().done_at, the_row().failure) == (None, "OperationalError")
    (again,) = agenda.claim_due(at=the_row().due_at)
    tasks.carry_out(again.pk, note)
    assert notes(meridian) == [1]


def test_the_heartbeat_rings_for_what_is_due_by_the_name_of_its_task(
    meridian: World, harbour: World, frozen_clock: Clock, celery_runs_at_once: None
) -> None:
    rung: list[int] = []

    @tasks.promised("tests.rung")
    def ring(row_id: int, *, at: datetime) -> datetime | None:
        rung.append(row_id)
        return None

    Agenda.objects.all().delete()
    promise(meridian, 1, 2, task="tests.rung")
    promise(harbour, 3, task="tests.rung")
    promise(harbour, 4, task="tests.rung", due_at=LATER)
    assert tasks.heartbeat() == 3
    assert sorted(rung) == [1, 2, 3]
    assert tasks.heartbeat() == 0
    frozen_clock.move_to(LATER)
    assert tasks.heartbeat() == 1
    assert sorted(rung) == [1, 2, 3, 4]


# --- waking ----------------------------------------------------------------------------------------------------------
# A standing sweep reads what is to be done and closes its row. Whatever is written and wakes it in the same
# transaction must be read by this sweep or by one after it, however the two are interleaved.


def test_waking_makes_a_row_due_or_due_sooner_and_never_later(meridian: World, enter: Enter) -> None:
    for due_at, expected in ((LATER, LATER), (AT, AT), (LATER, AT)):
        with enter(meridian):
            agenda.wake(task=SWEEP, row_id=1, due_at=due_at)
        assert (the_row().due_at, the_row().done_at) == (expected, None)


def test_waking_opens_a_row_that_was_done(meridian: World, enter: Enter, frozen_clock: Clock) -> None:
    promise(meridian, 1, task=SWEEP)
    (row,) = agenda.claim_due(at=AT)
    tasks.carry_out(row.pk, note)
    with enter(meridian):
        agenda.wake(task=SWEEP, row_id=1, due_at=LATER)
    left = the_row()
    assert (left.done_at, left.due_at, left.promised_at, left.attempts, left.claimed_at) == (
        None,
        LATER,
        LATER,
        0,
        None,
    )


class Turns:
    """Two threads that take turns at named points."""

    def __init__(self) -> None:
        self._reached: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def _event(self, name: str) -> threading.Event:
        with self._lock:
            return self._reached.setdefault(name, threading.Event())

    def reach(self, name: str) -> None:
        self._event(name).set()

    def wait(self, name: str) -> None:
        assert self._event(name).wait(30), name


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def pending(world: World) -> int:
    """Work written for the sweep that no sweep has seen: more notes than are swept."""
    with organization(world.organization.pk):
        seen = set(AuditEvent.objects.filter(verb=SWEEP).values_list("detail__of", flat=True))
        return AuditEvent.objects.filter(verb=NOTE).exclude(pk__in=seen).count()


def sweep(row_id: int, *, at: datetime) -> datetime | None:
    """Sees to every note there is."""
    seen = set(AuditEvent.objects.filter(verb=SWEEP).values_list("detail__of", flat=True))
    for event in AuditEvent.objects.filter(verb=NOTE).exclude(pk__in=seen):
        audit.record(SWEEP, by=None, at=at, of=event.pk)
    return None


def sweep_until_asleep(at: datetime) -> None:
    while rows := agenda.claim_due(at=at):
        for row in rows:
            if row.task == SWEEP:
                tasks.carry_out(row.pk, sweep)


def write_and_wake(
    world: World, *, between: Callable[[], None] = lambda: None, before: Callable[[], None] = lambda: None
) -> None:
    """What every action does that wakes a sweep: a row and the wake-up in one transaction."""
    with organization(world.organization.pk):
        note(0, at=AT)
        before()
        agenda.wake(task=SWEEP, row_id=1, due_at=AT)
        between()


@pytest.mark.django_db(transaction=True)
def test_a_sweep_never_closes_the_row_before_what_woke_it_is_visible(meridian: World) -> None:
    """The row is awake already; somebody wakes it and has not committed; a sweeper comes."""
    promise(meridian, 1, task=SWEEP)
    turns = Turns()

    def writer() -> None:
        write_and_wake(meridian, between=lambda: (turns.reach("woken"), turns.wait("swept")))  # type: ignore[arg-type,func-returns-value]

    def sweeper() -> None:
        turns.wait("woken")
        sweep_until_asleep(AT)
        turns.reach("swept")

    in_threads(writer, sweeper)
    sweep_until_asleep(AT)
    assert pending(meridian) == 0


@pytest.mark.django_db(transaction=True)
def test_waking_a_row_that_is_being_closed_opens_it_again(meridian: World) -> None:
    """A sweep has read everything there was and is about to close; somebody writes more and wakes it."""
    promise(meridian, 1, task=SWEEP)
    (row,) = agenda.claim_due(at=AT)
    turns = Turns()

    def slow_sweep(row_id: int, *, at: datetime) -> datetime | None:
        again = sweep(row_id, at=at)
        turns.reach("read")
        turns.wait("waking")
        while not waiting_for_a_lock():
            pass
        return again

    def writer() -> None:
        turns.wait("read")
        write_and_wake(meridian, before=lambda: turns.reach("waking"))

    in_threads(lambda: tasks.carry_out(row.pk, slow_sweep), writer)
    assert pending(meridian) == 1
    assert the_row().done_at is None, "the wake-up was lost"
    sweep_until_asleep(AT)
    assert pending(meridian) == 0


@pytest.mark.django_db(transaction=True)
def test_waking_a_claimed_row_does_not_wait_for_the_lease(meridian: World) -> None:
    promise(meridian, 1, task=SWEEP)
    (row,) = agenda.claim_due(at=AT)
    turns = Turns()

    def writer() -> None:
        write_and_wake(meridian, between=lambda: (turns.reach("woken"), turns.wait("carried")))  # type: ignore[arg-type,func-returns-value]

    def sweeper() -> None:
        turns.wait("woken")
        tasks.carry_out(row.pk, sweep)
        turns.reach("carried")

    in_threads(writer, sweeper)
    sweep_until_asleep(AT)
    assert pending(meridian) == 0


@pytest.mark.django_db(transaction=True)
def test_no_wake_up_is_lost_among_eight(meridian: World) -> None:
    """Five writers and three sweepers without any order. Whatever is left unseen must still be awake."""
    start = threading.Barrier(THREADS)
    over = threading.Event()

    def write() -> None:
        start.wait()
        for _ in range(40):
            write_and_wake(meridian)

    def sweeper() -> None:
        start.wait()
        while not over.is_set():
            sweep_until_asleep(AT)

    def writers() -> None:
        try:
            in_threads(*[write] * 5)
        finally:
            over.set()

    in_threads(writers, *[sweeper] * 3)
    assert len(notes(meridian)) == 200
    assert pending(meridian) == 0 or the_row().done_at is None
    sweep_until_asleep(AT)
    assert pending(meridian) == 0


@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_each_other(meridian: World) -> None:
    promise(meridian, 1, task=SWEEP)
    turns = Turns()

    def first() -> None:
        write_and_wake(meridian, between=lambda: (turns.reach("first"), turns.wait("second")))  # type: ignore[arg-type,func-returns-value]

    def second() -> None:
        turns.wait("first")
        write_and_wake(meridian)
        turns.reach("second")

    in_threads(first, second)
    assert len(notes(meridian)) == 2
