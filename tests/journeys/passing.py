"""Time that passes: the clock is moved to whatever is due next, and the heartbeat beats there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time

import time_machine
from celery import current_app
from django.utils import timezone

from adoption.tenancy.models import Agenda
from adoption.tenancy.rules import instant
from adoption.tenancy.tasks import heartbeat

NINE = time(9)


@dataclass
class Clock:
    """The clock of everybody, and the zone of the company that a test is about."""

    traveller: time_machine.Traveller
    zone: str
    # Whether seconds go by as well: a browser's windows wait for each other by the clock.
    ticks: bool

    @property
    def now(self) -> datetime:
        return timezone.now()

    def at(self, day: date, hour: time = NINE) -> datetime:
        """A local time of the company."""
        return instant(day, hour, self.zone)

    def to(self, day: date, hour: time = NINE) -> None:
        """Let time pass to a local time of the company, with a heartbeat at each moment at which something is due."""
        moment = self.at(day, hour)
        while (due := Agenda.objects.open().filter(due_at__lte=moment).order_by("due_at").first()) is not None:
            self._move(max(due.due_at, self.now))
            self.beat()
        self._move(moment)

    def outage(self, day: date, hour: time = NINE) -> None:
        """Let time pass to a local time of the company without any heartbeat."""
        self._move(self.at(day, hour))

    def beat(self) -> None:
        """One heartbeat, after which everything that was due has been carried out, and nothing failed."""
        heartbeat()
        failed = Agenda.objects.exclude(failure="")
        assert [(row.task, row.row_id, row.failure) for row in failed] == []

    def _move(self, moment: datetime) -> None:
        assert moment >= self.now or self.ticks, "time goes one way"
        self.traveller.move_to(max(moment, self.now), tick=self.ticks)


@contextmanager
def passing(day: date, hour: time = NINE, zone: str = "Europe/London", *, ticks: bool = False) -> Iterator[Clock]:
    """It is a local time until the clock is moved on; what a heartbeat rings for is done before it returns."""
    # As a worker does: a task nobody has imported would be sent to the broker after all.
    current_app.loader.import_default_modules()
    before = current_app.conf.task_always_eager, current_app.conf.task_eager_propagates
    current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = True
    try:
        with time_machine.travel(instant(day, hour, zone), tick=ticks) as traveller:
            yield Clock(traveller, zone, ticks)
    finally:
        current_app.conf.task_always_eager, current_app.conf.task_eager_propagates = before
