"""Everything the application needs, started from nothing and kept alive, with one command."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from adoption import embedded, frontend
from adoption.supervisor import Child, Failed, Stopped, Supervisor, loopback, taken
from adoption.tenancy.models import Organization

READY_SECONDS = 180
ALREADY_RUNNING = 3
# Who stops first: what takes new work, then the mail server that the last of it may need.
STOP_ORDER = (("beat", "web", "worker"), ("mail",))


class Command(BaseCommand):
    """`manage.py quickstart`: PORT (8000), DATA (var/), DEMO (0), DATABASE_URL and REDIS_URL steer it.

    Exit code 0 after a stop that was asked for, 1 when it cannot start, 3 when it runs already.
    """

    help = "Start PostgreSQL, Valkey, the web server, the worker and the clock; stop them with Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(Quickstart(settings.PORT).run())


class Quickstart:
    """One run from start to stop."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://localhost:{port}"
        self.supervisor = Supervisor(settings.DATA / "logs", folder=settings.BASE_DIR, out=sys.stdout)
        self.services = embedded.Services(
            settings.DATA,
            address=self.address,
            postgres=not os.environ.get("DATABASE_URL"),
            valkey=not os.environ.get("REDIS_URL"),
            pause=self.supervisor.pause,
        )
        self.hosts = loopback()
        self.environment = os.environ | {
            "DATA": str(settings.DATA),
            "PORT": str(port),
            "BIND": ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for _, host in self.hosts),
            "PYTHONUNBUFFERED": "1",
        }

    def run(self) -> int:
        """The exit code."""
        with self.supervisor.listening():
            try:
                self.services.hold()
                self._refuse_taken_ports()
                self.services.start()
                self._prepare()
                self._start()
                self.supervisor.await_ready(self._missing, seconds=READY_SECONDS)
                self.supervisor.announce(f"Murmuration is ready: {self.address}")
                self.supervisor.follow()
            except embedded.AlreadyRunning as running:
                print(f"Already running: {running.address or settings.DATA}", file=sys.stderr)
                return ALREADY_RUNNING
            except (embedded.EmbeddedError, frontend.NoNode, Failed) as error:
                print(f"quickstart: {error}", file=sys.stderr)
                return 1
            except Stopped:
                return 0
            finally:
                self.supervisor.stop(STOP_ORDER)
                self.services.stop()
        raise AssertionError("follow() ends only by raising")

    def _refuse_taken_ports(self) -> None:
        if taken(self.port, hosts=self.hosts):
            raise Failed(f"port {self.port} is taken: stop what uses it, or choose another with PORT={self.port + 1}")
        if self._keeps_mail and taken(settings.EMAIL_PORT, hosts=self.hosts[:1]):
            raise Failed(
                f"port {settings.EMAIL_PORT} is taken, which the demo's mail needs: choose another with EMAIL_PORT=2525"
            )

    def _prepare(self) -> None:
        if _migrations_wait():
            self._step("migrate", "migrate", "--noinput", "--verbosity=0")
        if not frontend.is_built():
            frontend.build(lambda command, environment: self.supervisor.step("frontend", command, environment))
        stamp = settings.DATA / "static.stamp"
        digest = _static_digest()
        if not (stamp.exists() and settings.STATIC_ROOT.exists() and stamp.read_text() == digest):
            self._step("collectstatic", "collectstatic", "--noinput", "--clear", "--verbosity=0")
            stamp.write_text(digest)
        if settings.DEMO and not Organization.objects.exists():
            # The one wait of minutes, and only once: whoever meets silence here presses Ctrl-C.
            self.supervisor.announce("Two invented companies live through their year, once: a minute or two.")
            self._step("demo", "demo")
        connection.close()

    def _start(self) -> None:
        for name, process in self.services.processes.items():
            self.supervisor.keep(Child(name, partial(self.services.spawn, name), process))
        # Root is supported, so its warning would only repeat at every start.
        celery = (sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "--app=adoption", "--quiet")
        worker = (
            *celery,
            "worker",
            "--pool=prefork",
            "--concurrency=2",
            "--without-mingle",
            "--without-gossip",
            "--loglevel=INFO",
        )
        children: dict[str, tuple[str, ...]] = {
            "web": (sys.executable, "-m", "gunicorn", "--config=python:adoption.gunicorn", "adoption.wsgi"),
            "worker": worker,
            "beat": (*celery, "beat", "--pidfile=", "--loglevel=INFO"),
        }
        if self._keeps_mail:
            mail = ("-m", "adoption.postbox", f"--port={settings.EMAIL_PORT}", f"--folder={settings.MAIL_FOLDER}")
            children = {"mail": (sys.executable, *mail), **children}
        for name, command in children.items():
            self.supervisor.keep(Child(name, self._spawning(name, command)))

    def _spawning(self, name: str, command: tuple[str, ...]) -> Callable[[], subprocess.Popen[bytes]]:
        return lambda: self.supervisor.spawn(name, command, self.environment)

    def _step(self, name: str, *command: str) -> None:
        self.supervisor.step(name, (sys.executable, "manage.py", *command), self.environment)

    @property
    def _keeps_mail(self) -> bool:
        return settings.DEMO and not os.environ.get("EMAIL_HOST")

    def _missing(self) -> str:
        """What /healthz still misses, or empty."""
        web = http.client.HTTPConnection(self.hosts[0][1], self.port, timeout=5)
        try:
            web.request("GET", "/healthz", headers={"Host": f"localhost:{self.port}"})
            answer = web.getresponse()
            parts = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return "web"
        finally:
            web.close()
        return ", ".join(name for name, well in parts.items() if not well and name != "ok")


def _migrations_wait() -> bool:
    # Asked here rather than by running `migrate` always: a warm start saves the time of one process.
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _static_digest() -> str:
    """Changes when the built files or the installed packages, which bring static files too, change."""
    seen = hashlib.sha256((Path(settings.BASE_DIR) / "requirements" / "base.txt").read_bytes())
    seen.update((frontend.DIST / ".built-from").read_bytes())
    return seen.hexdigest()
