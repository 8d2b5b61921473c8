"""One command, as its users meet it: a real start from nothing, real kills, a real stop."""

import http.client
import json
import signal
import smtplib
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from pathlib import Path

import pytest

from adoption import embedded, supervisor
from tests.house.processes import (
    PATIENCE_SECONDS,
    ROOT,
    Running,
    await_gone,
    data_folder,
    descendants,
    environment,
    free_port,
    kill,
    processes,
)


class Product:
    """The product in one DATA folder, started and stopped as often as a test likes."""

    def __init__(self, data: Path, *, unprivileged: bool = False, demo: bool = False) -> None:
        self.data = data
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.env = environment(data, PORT=str(self.port), DEMO=str(int(demo)))
        self.unprivileged = unprivileged

    def launch(self, **changes: str) -> Running:
        command = [sys.executable, "manage.py", "quickstart"]
        return Running(command, env=self.env | changes, unprivileged=self.unprivileged)

    def start(self) -> Running:
        running = self.launch()
        try:
            running.line_with("ready")
        except BaseException:
            running.close()
            raise
        return running

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "ignore", "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)

    def health(self) -> tuple[int, dict[str, bool], str]:
        """Status, parts and cache header of /healthz; status 0 when nobody answers."""
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            web.request("GET", "/healthz")
            answer = web.getresponse()
            return answer.status, json.loads(answer.read()), answer.headers["Cache-Control"]
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}, ""
        finally:
            web.close()

    def await_health(self, status: int) -> dict[str, bool]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self.health())[0] != status:
            assert time.monotonic() < deadline, found
        return found[1]


def child(supervisor: Running, part: str) -> int:
    """The number of the one child of a running product whose command line contains `part`."""
    known = processes()
    (found,) = (pid for pid, (parent, command) in known.items() if parent == supervisor.process.pid and part in command)
    return found


def stop(running: Running, number: signal.Signals) -> None:
    """Stop it by a signal and see that nothing is left."""
    left = [running.process.pid, *descendants(running.process.pid)]
    running.process.send_signal(number)
    code, said = running.end()
    assert code == 0, said
    assert not {pid for pid in left if pid in processes()}


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with data_folder() as data:
        yield Product(data, demo=True)


@pytest.fixture(scope="module")
def running(product: Product) -> Iterator[list[Running]]:
    """The product, up. A test that kills it puts the next one in its place."""
    holder = [product.start()]
    yield holder
    holder[0].close()


def test_it_says_its_address_in_one_line_when_everything_is_well(product: Product, running: Sequence[Running]) -> None:
    assert running[0].lines[0] == "Two invented companies live through their year, once: a minute or two."
    assert [line for line in running[0].lines if product.address in line] == [
        f"Murmuration is ready: {product.address}"
    ]
    status, parts, cache = product.health()
    assert (status, cache) == (200, "no-store")
    assert parts == {"database": True, "redis": True, "worker": True, "beat": True, "ok": True}


def test_a_second_start_says_that_it_runs_and_where(product: Product, running: Sequence[Running]) -> None:
    code, said = product.launch().end()
    assert code == 3
    assert said == [f"Already running: {product.address}"]
    assert product.health()[0] == 200


def test_other_commands_find_the_running_services(product: Product, running: Sequence[Running]) -> None:
    asked = "from adoption.tenancy.models import Organization; print(Organization.objects.count())"
    found = product.manage("shell", "-v0", "-c", asked)
    assert (found.returncode, found.stdout.strip()) == (0, "2"), found.stderr
    assert product.manage("migrate", "--check").returncode == 0


def test_a_taken_port_is_one_line_that_says_what_to_do(product: Product, running: Sequence[Running]) -> None:
    with data_folder() as other:
        code, said = product.launch(DATA=str(other)).end()
    assert code == 1
    advice = f"stop what uses it, or choose another with PORT={product.port + 1}"
    assert said == [f"quickstart: port {product.port} is taken: {advice}"]


def test_the_demo_keeps_its_mail_where_only_its_owner_reads_it(product: Product, running: Sequence[Running]) -> None:
    with smtplib.SMTP("127.0.0.1", product.port + 25) as server:
        server.sendmail("a@example.org", ["b@example.org"], "Subject: Grüße\r\n\r\nHällo\r\n".encode())
    kept = {path: message_from_bytes(path.read_bytes()) for path in (product.data / "mail").glob("*.eml")}
    (path,) = (path for path, message in kept.items() if message["X-Envelope-To"] == "b@example.org")
    assert path.read_bytes().endswith("Hällo\r\n".encode())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("worker", "celery --app=adoption --quiet worker"),
        ("beat", "celery --app=adoption --quiet beat"),
        ("web", "gunicorn"),
        ("postgres", "bin/postgres"),
        ("valkey", "valkey-server"),
        ("mail", "adoption.postbox"),
    ],
)
def test_a_killed_part_comes_back(product: Product, running: Sequence[Running], name: str, part: str) -> None:
    before = child(running[0], part)
    helpers = descendants(before)
    kill(before)
    running[0].line_with(f"{name} ended (signal SIGKILL)")
    await_gone([before, *helpers])
    product.await_health(200)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not [pid for pid, (_, command) in processes().items() if part in command and pid != before]:
        assert time.monotonic() < deadline
    assert product.manage("migrate", "--check").returncode == 0


def test_after_kill_9_of_the_supervisor_nothing_is_left_and_the_next_start_finds_the_data(
    product: Product, running: list[Running]
) -> None:
    left = descendants(running[0].process.pid)
    asked = "from adoption.tenancy.models import Organization; print(Organization.objects.values_list('slug', 'id'))"
    before = product.manage("shell", "-v0", "-c", asked).stdout
    running[0].kill()
    await_gone(left)
    gone = product.manage("migrate", "--check")
    assert gone.returncode == 1
    assert gone.stderr.startswith(f"manage.py: PostgreSQL of {product.data.resolve()} is not running: start it with")
    assert len(gone.stderr.splitlines()) == 1
    running[0].close()
    running[0] = product.start()
    assert product.manage("shell", "-v0", "-c", asked).stdout == before


def test_another_product_runs_beside_it_for_somebody_without_rights(
    running: Sequence[Running], product: Product
) -> None:
    with data_folder(unprivileged=True) as data:
        beside = Product(data, unprivileged=True)
        other = beside.start()
        try:
            assert beside.health()[0] == product.health()[0] == 200
            assert (data / "credentials.json").stat().st_uid == data.stat().st_uid
            stop(other, signal.SIGINT)
        finally:
            other.close()
    assert product.health()[0] == 200


def test_a_stop_during_start_up_leaves_nothing(product: Product) -> None:
    with data_folder() as data:
        started = product.launch(DATA=str(data), PORT=str(free_port()))
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not (data / "logs" / "postgres.log").exists():
                assert time.monotonic() < deadline
            stop(started, signal.SIGTERM)
        finally:
            started.close()


def test_sigterm_stops_everything_in_order(product: Product, running: Sequence[Running]) -> None:
    # Who does not end in time is killed: by these two, all of it takes less than ten seconds.
    assert supervisor.STOP_SECONDS + embedded.STOP_SECONDS < 10
    stop(running[0], signal.SIGTERM)
    assert product.health()[0] == 0
    log = (product.data / "logs" / "postgres.log").read_text()
    assert log.rstrip().endswith("database system is shut down")
