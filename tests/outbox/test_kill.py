"""A thousand messages, and workers that die at the worst moments: none lost, none doubled, none silent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from threading import Thread

import pytest
import time_machine
from django.conf import settings
from django.db import connection, connections

from adoption.outbox.actions.messages import Saying, say_many
from adoption.outbox.models import Envelope, Message
from adoption.outbox.rules import Outcome
from adoption.outbox.tasks import carry
from adoption.tenancy.models import Agenda
from tests.factories import AT, PersonFactory, World
from tests.house.processes import PATIENCE_SECONDS
from tests.outbox.conftest import CarryAt
from tests.outbox.speech import MailServer
from tests.worlds import Enter

pytestmark = pytest.mark.django_db(transaction=True)

NUDGES, RECEIPTS = 900, 100
CONTEXT = {"title": "Your week", "paragraphs": ["How many?"]}


@dataclass
class Killer:
    """Kills the worker once the mail server has come so far: at RCPT, or after DATA before the worker hears of it."""

    server: MailServer
    at_recipient: set[int]
    after_data: set[int]
    victim: subprocess.Popen[bytes] | None = None
    recipients: int = 0
    mails: int = 0
    killed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.on_recipient = self.count_recipient
        self.server.on_kept = self.count_kept

    def count_recipient(self, address: str) -> str | None:
        self.recipients += 1
        if self.recipients in self.at_recipient:
            self.kill("recipient")
            return "421 the caller is dead"
        return None

    def count_kept(self, _mail: EmailMessage) -> None:
        self.mails += 1
        if self.mails in self.after_data:
            self.kill("data")

    def kill(self, moment: str) -> None:
        victim = self.victim
        assert victim is not None
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        self.killed.append(moment)

    def watch(self, victim: subprocess.Popen[bytes]) -> None:
        """A worker that is killed, or lives; returns once it is gone and its death is noted."""
        before = len(self.killed)
        self.victim = victim
        if victim.wait(PATIENCE_SECONDS) != 0:
            while len(self.killed) == before:
                time.sleep(0.01)


def work(world: World, server: MailServer, at: datetime) -> subprocess.Popen[bytes]:
    row = Agenda.objects.get(organization=world.organization, task="outbox.carry")
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.outbox.worker",
            str(connection.settings_dict["NAME"]),
            str(server.port),
            str(row.pk),
        ],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATA": str(settings.DATA), "AT": at.isoformat()},
    )


def test_a_thousand_messages_survive_workers_that_are_killed(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        people = PersonFactory.create_batch(NUDGES + RECEIPTS)
        say_many(
            kind="test_nudge",
            sayings=[Saying(one, "week:28", context=CONTEXT) for one in people[:NUDGES]],
            at=AT,
        )
        say_many(
            kind="test_receipt",
            sayings=[Saying(one, "receipt", context=CONTEXT) for one in people[NUDGES:]],
            at=AT,
        )
    # Urgent messages go first: two of these deaths each are among them.
    killer = Killer(server, at_recipient={7, 60, 300, 640}, after_data={30, 90, 200, 500, 801})
    while len(killer.killed) < 9:
        killer.watch(work(meridian, server, AT))
    # Whoever was claimed by a dead worker is nobody's after ten minutes; urgent ones are then tried again.
    for minutes in (0, 11, 13):
        carry_at(meridian, AT + timedelta(minutes=minutes))

    with enter(meridian):
        fates = Counter(Message.objects.filter(subject_key="week:28").values_list("outcome", flat=True))
        receipts = Counter(Message.objects.filter(subject_key="receipt").values_list("outcome", flat=True))
        address = dict(Message.objects.filter(kind__startswith="test_").values_list("envelope__address", "outcome"))
        ids = {
            f"<{public_id}@murmuration.example>": address
            for public_id, address in Envelope.objects.filter(messages__kind__startswith="test_").values_list(
                "public_id", "address"
            )
        }
    # None lost, none silent: each is sent, or shown as uncertain - and only those whose worker was killed over them.
    assert sum(fates.values()) == NUDGES
    assert fates[Outcome.UNCERTAIN] == 5
    assert fates[Outcome.SENT] == NUDGES - 5
    assert receipts == {Outcome.SENT: RECEIPTS}
    arrived = Counter(str(mail["To"]).rpartition("<")[2].rstrip(">") for mail in server.mails)
    nudged = {one.mail for one in people[:NUDGES]}
    # None doubled: what was not asked for arrived once, or is uncertain and arrived once or never.
    assert {count for mail, count in arrived.items() if mail in nudged} == {1}
    assert {mail for mail in nudged if mail not in arrived} <= {
        mail for mail, fate in address.items() if fate == "uncertain"
    }
    # What was asked for arrived; where it came twice, a mailbox can tell, for the Message-ID is the same.
    assert all(arrived[one.mail] >= 1 for one in people[NUDGES:])
    assert {mail["Message-ID"] for mail in server.mails} <= set(ids)
    assert len({mail["Message-ID"] for mail in server.mails}) == len(arrived)


def test_two_sweepers_at_once_send_each_mail_once(meridian: World, enter: Enter, server: MailServer) -> None:
    with enter(meridian):
        people = PersonFactory.create_batch(60)
        for kind in ("test_nudge", "test_digest", "test_receipt"):
            say_many(kind=kind, sayings=[Saying(one, kind, context=CONTEXT) for one in people], at=AT)
    row = Agenda.objects.get(organization=meridian.organization, task="outbox.carry")
    failures: list[BaseException] = []

    def sweep() -> None:
        try:
            carry(agenda_id=row.pk)
        except BaseException as failure:  # noqa: BLE001 - reported by the test's own thread
            failures.append(failure)
        finally:
            connections.close_all()

    with time_machine.travel(AT, tick=False):
        sweepers = [Thread(target=sweep) for _ in range(4)]
        for sweeper in sweepers:
            sweeper.start()
        for sweeper in sweepers:
            sweeper.join()
        carry(agenda_id=row.pk)
    assert failures == []
    assert len(server.mails) == 120
    assert set(Counter(str(mail["To"]) for mail in server.mails).values()) == {2}
    with enter(meridian):
        assert set(Message.objects.filter(kind__startswith="test_").values_list("outcome", flat=True)) == {Outcome.SENT}


def test_a_wake_during_the_last_look_is_not_lost(meridian: World, enter: Enter, server: MailServer) -> None:
    """A writer that commits while the sweep closes: whichever comes first, the outbox is due in time afterwards."""
    with enter(meridian):
        person = PersonFactory.create()
        say_many(kind="test_receipt", sayings=[Saying(person, "first", context=CONTEXT)], at=AT)
    row = Agenda.objects.get(organization=meridian.organization, task="outbox.carry")

    def write() -> None:
        for number in range(20):
            with enter(meridian):
                say_many(kind="test_receipt", sayings=[Saying(person, f"{number}", context=CONTEXT)], at=AT)
        connections.close_all()

    with time_machine.travel(AT, tick=False):
        writer = Thread(target=write)
        writer.start()
        while writer.is_alive():
            carry(agenda_id=row.pk)
        writer.join()
        row.refresh_from_db()
        with enter(meridian):
            left = Message.objects.filter(kind="test_receipt", settled_at__isnull=True).count()
        assert left == 0 or row.due_at <= AT + timedelta(seconds=10)
        assert row.done_at is None
