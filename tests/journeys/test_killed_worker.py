"""Workers of the story that are killed at the worst moments: what was promised still happens, and happens once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.db import connection, connections, transaction

from adoption.disclosure.rules import Audience
from adoption.outbox.models import Envelope, Message
from adoption.outbox.rules import Outcome
from adoption.programs.models import Attention
from adoption.programs.rules import Checkpoint, Kind
from adoption.tenancy.actions import agenda
from adoption.tenancy.models import Agenda
from adoption.tenancy.rules import LEASE
from metrics.actions.exports import FORGET, MAKE, ask_export
from metrics.models import Export
from metrics.rules.exports import ExportKind
from pods.models import FollowUp
from surveys.models import Ask
from tests.factories import AT, World, make_meridian
from tests.house.processes import PATIENCE_SECONDS
from tests.journeys.conftest import Post
from tests.journeys.visitor import Visitor
from tests.metrics.test_exports import rows_of_sheet
from tests.metrics.trials import launched
from tests.outbox.test_kill import Killer
from tests.practice import practise
from tests.running import with_baseline
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meridian(transactional_db: None) -> World:
    """Meridian as it is in every other test, at the tests' fixed instant."""
    return make_meridian()


def work(post: Post, at: datetime) -> subprocess.Popen[bytes]:
    """A worker process that beats once."""
    database = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-m", "tests.journeys.worker", database, str(post.server.port)]
    environment = {**os.environ, "DATA": str(settings.DATA), "AT": at.isoformat()}
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)


def until_done(post: Post, at: datetime) -> None:
    """A worker that lives."""
    assert work(post, at).wait(PATIENCE_SECONDS) == 0


@contextmanager
def held(task: str) -> Iterator[None]:
    """Somebody else holds an agenda row: whoever wakes it waits in the middle of their transaction."""
    ready, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            assert Agenda.objects.select_for_update().filter(task=task).get()
            ready.set()
            # Not idle: whoever holds a lock and does nothing is thrown out.
            while not done.wait(0.2):
                assert Agenda.objects.filter(task=task).exists()
        connections.close_all()

    holder = Thread(target=hold)
    holder.start()
    assert ready.wait(PATIENCE_SECONDS)
    try:
        yield
    finally:
        done.set()
        holder.join()


def until_somebody_waits() -> None:
    """Return once a process stands in front of a lock."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def test_a_worker_killed_inside_a_day_7_leaves_nothing_half_done_and_the_next_one_reminds_once(
    meridian: World, enter: Enter, letters: Post
) -> None:
    practice = practise(meridian)
    due_at = practice.follow_up.due_at
    champion = str(meridian.champion.person.mail)
    with enter(meridian):
        agenda.wake(task="outbox.carry", due_at=due_at + timedelta(days=1))
    with held("outbox.carry"):
        worker = work(letters, due_at)
        until_somebody_waits()
        worker.kill()
        worker.wait()
    with enter(meridian):
        assert not Message.objects.filter(kind="follow_up").exists()
        assert not Attention.objects.exists()
        row = Agenda.objects.get(task="pods.follow_up_due")
        assert (row.done_at, row.due_at) == (None, due_at + LEASE)
    # Before its lease has ended nobody takes it up; then somebody does, and beating on changes nothing.
    until_done(letters, due_at + timedelta(minutes=30))
    assert letters.all_to(champion) == []
    for hours in (1, 2):
        until_done(letters, due_at + timedelta(hours=hours, minutes=1))
    with enter(meridian):
        assert [one.kind for one in Attention.objects.all()] == [Kind.FOLLOW_UP_DUE]
    (mail,) = letters.all_to(champion)
    assert "day 7" in str(mail["Subject"])


@pytest.mark.parametrize("moment", ["recipient", "data"])
def test_a_reminder_whose_worker_died_over_it_is_shown_and_sent_again_by_a_person(
    meridian: World, enter: Enter, letters: Post, client_as: ClientAs, moment: str
) -> None:
    practice = practise(meridian)
    due_at = practice.follow_up.due_at
    champion = str(meridian.champion.person.mail)
    # Claimed and not yet sent; or sent, and the worker never heard of it.
    killer = Killer(
        letters.server,
        at_recipient={1} if moment == "recipient" else set(),
        after_data={1} if moment == "data" else set(),
    )
    killer.watch(work(letters, due_at))
    assert killer.killed == [moment]
    arrived = len(letters.all_to(champion))
    assert arrived == (moment == "data")
    for minutes in (11, 70):
        until_done(letters, due_at + timedelta(minutes=minutes))
    # Not repeated by itself, and not silent: the lead sees it, the champion has the follow-up on the first page.
    assert len(letters.all_to(champion)) == arrived
    with time_machine.travel(due_at + timedelta(hours=2), tick=False):
        with enter(meridian):
            assert Message.objects.get(kind="follow_up").outcome == Outcome.UNCERTAIN
            assert FollowUp.objects.due(due_at + timedelta(hours=2)).count() == 1
        assert "1 day-7 follow-up is due" in signed_in(client_as, meridian.champion, "waiting/pods/").text
        signed_in(client_as, meridian.lead, "deliveries/").press("Send again")
    until_done(letters, due_at + timedelta(hours=2, minutes=1))
    mails = letters.all_to(champion)
    assert len(mails) == arrived + 1
    assert len({mail["Message-ID"] for mail in mails}) == 1, "a mailbox can tell"
    with enter(meridian):
        assert Message.objects.get(kind="follow_up").outcome == Outcome.SENT


def signed_in(client_as: ClientAs, somebody: object, place: str) -> Visitor:
    return Visitor(client_as(somebody)).open(f"/o/meridian/{place}")  # type: ignore[arg-type]


def test_a_survey_reaches_everybody_once_over_workers_that_die(meridian: World, enter: Enter, letters: Post) -> None:
    with enter(meridian):
        running = with_baseline(meridian, members=12, compared=12)
    monday = running.at(running.program.starts_on - timedelta(weeks=2)).replace(hour=8, minute=0)
    killer = Killer(letters.server, at_recipient={3, 15}, after_data={8})
    # The first also opens the survey; each next one comes when the claims of the dead have run out.
    for number in range(4):
        killer.watch(work(letters, monday + timedelta(hours=number)))
    assert killer.killed == ["recipient", "data", "recipient"]
    with enter(meridian):
        assert Ask.objects.count() == 24
        fates = Counter(Message.objects.filter(kind="survey").values_list("outcome", flat=True))
        assert fates == {Outcome.SENT: 21, Outcome.UNCERTAIN: 3}
        unsure = set(Envelope.objects.filter(outcome=Outcome.UNCERTAIN).values_list("address", flat=True))
        addresses = {str(person.mail) for person in (*running.members, *running.compared)}
    arrived = Counter(str(mail["To"]).rpartition("<")[2].rstrip(">") for mail in letters.server.mails)
    assert set(arrived.values()) == {1}
    assert len(addresses - set(arrived)) == 2
    assert addresses - set(arrived) <= unsure


def test_a_worker_killed_over_a_file_leaves_no_half_of_it_and_the_next_one_makes_it_once(
    meridian: World, enter: Enter, letters: Post
) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        made.look(Checkpoint.S56, (8, 7, 5), (2, 2, 1))
        asked = ask_export(
            program=made.program,
            kind=ExportKind.EVIDENCE_SHEET,
            audience=Audience.EXECUTIVE,
            form_key=uuid4(),
            by=meridian.executive.person,
            at=AT,
        )
        agenda.wake(task=FORGET, row_id=asked.pk, due_at=AT + timedelta(days=30))
    with held(FORGET):
        worker = work(letters, AT)
        # Its bytes are written by then, and its transaction is still open.
        until_somebody_waits()
        worker.kill()
        worker.wait()
    with enter(meridian):
        left = Export.objects.get()
        assert (left.made_at, left.content, left.size) == (None, None, 0)
        row = Agenda.objects.get(task=MAKE)
        assert (row.done_at, row.due_at) == (None, AT + LEASE)
    until_done(letters, AT + LEASE)
    with enter(meridian):
        export = Export.objects.get()
        assert export.made_at == AT + LEASE
        assert len(rows_of_sheet(bytes(export.content or b""))) > 10
        assert Agenda.objects.get(task=MAKE).done_at == AT + LEASE
