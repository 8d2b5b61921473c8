"""The clock: one beat entry, the heartbeat. PostgreSQL is the truth; Celery only rings."""

import gc
import logging
import os
from datetime import timedelta
from typing import Any

from celery import Celery, bootsteps, signals
from celery.apps.beat import Beat
from celery.beat import Scheduler
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.utils.log import configure_logging
from django.utils.module_loading import import_string
from django_structlog.celery.steps import DjangoStructLogInitStep

from adoption import health

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adoption.settings")

app = Celery("adoption")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    beat_scheduler="adoption.celery:Metronome",
    # Scipy and large imports leave memory behind.
    worker_max_tasks_per_child=1000,
    # A task that a lost connection orphaned is rung again by the heartbeat, so it need not run on unwatched.
    worker_cancel_long_running_tasks_on_connection_loss=True,
    # Remote control opens a queue per process and nobody uses it.
    worker_enable_remote_control=False,
)
app.autodiscover_tasks()


class Metronome(Scheduler):
    """Beats at once after every start, then evenly. Keeps no file: the one entry has nothing worth remembering."""

    max_interval = health.PULSE_SECONDS

    def setup_schedule(self) -> None:
        self.merge_inplace(self.app.conf.beat_schedule)
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - timedelta(days=1)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        health.pulse("beat")
        return super().tick(*args, **kwargs)

    def close(self) -> None:
        health.still("beat")
        super().close()


class Ringer(Beat):
    """Rings by name, so it loads no task and nothing of the application that stands behind them: some 110 MiB."""

    def init_loader(self) -> None:
        configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
        app.finalize()


app.Beat = app.subclass_with_self(Ringer)  # type: ignore[misc]  # kept on the instance, as Celery keeps its own


class Pulse(bootsteps.StartStopStep):
    """While the worker is connected and its loop turns, it says so."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, parent: Any) -> None:
        health.pulse("worker")
        self.entry = parent.timer.call_repeatedly(health.PULSE_SECONDS, health.pulse, ("worker",))

    def stop(self, parent: Any) -> None:
        self.entry.cancel()
        health.still("worker")


app.steps["worker"].add(DjangoStructLogInitStep)
app.steps["consumer"].add(Pulse)


@signals.setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Being connected keeps Celery from replacing Django's logging. A line per heartbeat helps nobody."""
    for name in ("celery.worker.strategy", "celery.app.trace", "celery.beat", "django_structlog.celery"):
        logging.getLogger(name).setLevel(logging.WARNING)


@signals.worker_init.connect
def refuse_to_bypass_the_walls(**_: Any) -> None:
    """A worker under a privileged role does not start. Its pool forks after this, so the connection is closed."""
    # By name: this module is loaded before Django knows its models.
    try:
        import_string("adoption.tenancy.walls.refuse_privileged_role")()
    except (ImproperlyConfigured, DatabaseError) as failure:
        # What a receiver raises Celery only logs, and goes on; this alone ends the process.
        raise SystemExit(str(failure)) from failure
    connections.close_all()
    # What is loaded by now is never collected, so that the pool goes on sharing its memory.
    gc.freeze()
