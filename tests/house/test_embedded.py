"""PostgreSQL and Valkey from their wheels: private, strict, and hard to kill."""

import json
import os
import shutil
import signal
import stat
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
import redis

from adoption import embedded
from tests.house.processes import Running, await_gone, data_folder, descendants, environment, kill

KEEPER = """
import sys
from pathlib import Path
from adoption import embedded
with embedded.Services(Path(sys.argv[1]), address="http://localhost:1") as services:
    print("ready", services.processes["postgres"].pid, services.processes["valkey"].pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A DATA folder whose services were started and stopped once."""
    with data_folder() as folder:
        with embedded.Services(folder, durable=False):
            pass
        yield folder


def services(data: Path) -> embedded.Services:
    return embedded.Services(data, durable=False)


def ask(data: Path, sql: str, *, user: str = "app_user", password: str | None = None) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(
        host=embedded.addresses(data).postgres_host,
        port=embedded.addresses(data).postgres_port,
        user=user,
        password=password or getattr(embedded.credentials(data), f"{user.removeprefix('app_')}_password"),
        dbname="murmuration",
    )
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@contextmanager
def keeper(data: Path, *, unprivileged: bool = False) -> Iterator[tuple[Running, int, int]]:
    """The services in a process of their own: it, PostgreSQL's number and Valkey's."""
    running = Running([sys.executable, "-c", KEEPER, str(data)], env=environment(data), unprivileged=unprivileged)
    try:
        _, postgres, valkey = running.line_with("ready").split()
        yield running, int(postgres), int(valkey)
    finally:
        running.close()


def test_credentials_are_generated_once_even_when_twenty_processes_come_first(tmp_path: Path) -> None:
    generate = embedded.credentials.__wrapped__
    with ThreadPoolExecutor(20) as pool:
        made = set(pool.map(generate, [tmp_path / "var"] * 20))
    assert len(made) == 1
    (one,) = made
    assert len(set(vars(one).values())) == 5
    assert min(map(len, vars(one).values())) >= 40
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "var" / "credentials.json").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["credentials.json"]


def test_a_secret_that_an_earlier_release_did_not_know_is_added_and_the_others_stay(tmp_path: Path) -> None:
    generate = embedded.credentials.__wrapped__
    before = generate(tmp_path)
    stored = json.loads((tmp_path / "credentials.json").read_text())
    del stored["redis_password"]
    (tmp_path / "credentials.json").write_text(json.dumps(stored))
    after = generate(tmp_path)
    assert after.redis_password
    assert after.owner_password == before.owner_password


def test_sockets_stay_short_below_a_long_path(tmp_path: Path) -> None:
    found = embedded.addresses(tmp_path / ("long" * 40) / ("longer" * 30))
    assert len(found.redis_socket) < 104
    assert len(f"{found.postgres_host}/.s.PGSQL.{found.postgres_port}.lock") < 104


def test_two_folders_have_different_sockets_and_secrets(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert embedded.addresses(one).redis_socket != embedded.addresses(other).redis_socket
    assert embedded.credentials(one) != embedded.credentials(other)


def test_services_answer_on_private_sockets_only_and_ask_for_a_password(data: Path) -> None:
    found = embedded.addresses(data)
    with services(data):
        assert ask(data, "SHOW listen_addresses") == [("",)]
        locale = "SELECT datlocprovider::text, datlocale FROM pg_database WHERE datname = 'murmuration'"
        assert ask(data, locale) == [("b", "C.UTF-8")]
        assert stat.S_IMODE(Path(found.postgres_host).stat().st_mode) == 0o700
        assert stat.S_IMODE(Path(found.redis_socket).parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(Path(found.redis_socket).stat().st_mode) == 0o700
        for user in ("postgres", "app_owner", "app_user"):
            with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
                ask(data, "SELECT 1", user=user, password="guess")
        with (
            redis.Redis(unix_socket_path=found.redis_socket) as client,
            pytest.raises(redis.exceptions.AuthenticationError),
        ):
            client.ping()


def test_the_application_is_bound_by_the_walls_and_the_owner_is_no_superuser(data: Path) -> None:
    with services(data):
        attributes = "rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole"
        roles = ask(data, f"SELECT {attributes} FROM pg_roles WHERE rolname LIKE 'app%' ORDER BY 1")
        assert roles == [("app_owner", False, True, True, False), ("app_user", False, False, False, False)]
        ask(data, "CREATE TABLE proof (id bigserial PRIMARY KEY)", user="app_owner")
        ask(data, "INSERT INTO proof DEFAULT VALUES; UPDATE proof SET id = id; DELETE FROM proof")
        for refused in ("TRUNCATE proof", "DROP TABLE proof", "CREATE TABLE other ()"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                ask(data, refused)
        ask(data, "DROP TABLE proof", user="app_owner")


def test_a_second_start_says_where_the_first_one_serves(data: Path) -> None:
    with embedded.Services(data, address="http://localhost:8123", durable=False):
        with pytest.raises(embedded.AlreadyRunning, match=r"already running at http://localhost:8123") as refused:
            services(data).start()
        assert refused.value.address == "http://localhost:8123"
        assert ask(data, "SELECT 1") == [(1,)]


def test_two_folders_run_side_by_side(data: Path) -> None:
    with data_folder() as beside, services(data), services(beside):
        ask(data, "CREATE TABLE only_here ()", user="app_owner")
        assert ask(beside, "SELECT to_regclass('only_here')") == [(None,)]
        ask(data, "DROP TABLE only_here", user="app_owner")


def test_what_was_stored_is_there_after_the_supervisor_and_both_servers_were_killed(data: Path) -> None:
    with keeper(data) as (running, postgres, valkey):
        left = descendants(running.process.pid)
        ask(data, "CREATE TABLE kept AS SELECT 'here' AS word", user="app_owner")
        with redis.Redis.from_url(embedded.addresses(data).redis_url(0)) as client:
            client.set("word", "here")
        for pid in (postgres, valkey):
            kill(pid)
        running.kill()
        with services(data):
            assert ask(data, "SELECT word FROM kept", user="app_owner") == [("here",)]
            with redis.Redis.from_url(embedded.addresses(data).redis_url(0)) as client:
                assert client.get("word") == b"here"
            ask(data, "DROP TABLE kept", user="app_owner")
        await_gone(left)


def test_a_postmaster_that_outlives_its_supervisor_is_ended_before_the_next_one_starts(data: Path) -> None:
    with keeper(data) as (running, postgres, _):
        left = descendants(running.process.pid)
        # Stopped, it cannot obey the signal it gets when its supervisor dies.
        os.kill(postgres, signal.SIGSTOP)
        running.kill()
        with services(data):
            assert ask(data, "SELECT 1") == [(1,)]
        await_gone(left)


def test_nothing_outlives_a_killed_supervisor(data: Path) -> None:
    with keeper(data) as (running, _, _):
        left = descendants(running.process.pid)
        assert len(left) > 2
        running.kill()
        await_gone(left)


def test_a_start_that_was_killed_half_way_leaves_nothing_in_the_way() -> None:
    with data_folder() as data:
        with services(data):
            pass
        stores = (data / "stores").resolve()
        shutil.rmtree(stores / "postgres")
        (stores / "postgres.new").mkdir()
        (stores / "postgres.new" / "PG_VERSION").write_text("18\n")
        (stores / "postgres.password").write_text("left over")
        with services(data):
            assert ask(data, "SELECT 1") == [(1,)]


def test_data_of_another_major_version_is_refused_in_one_line(data: Path) -> None:
    version = (data / "stores").resolve() / "postgres" / "PG_VERSION"
    before = version.read_text()
    version.write_text("17\n")
    try:
        with pytest.raises(embedded.EmbeddedError, match="was written by PostgreSQL 17, this release carries 18"):
            services(data).start()
    finally:
        version.write_text(before)


def test_a_lost_credentials_file_is_explained_rather_than_waited_for(data: Path) -> None:
    path = data / "credentials.json"
    before = path.read_text()
    path.write_text(json.dumps({**json.loads(before), "superuser_password": "another"}))
    embedded.credentials.cache_clear()
    try:
        with pytest.raises(embedded.EmbeddedError, match=r"credentials\.json does not fit the database"):
            services(data).start()
    finally:
        path.write_text(before)
        embedded.credentials.cache_clear()


def test_somebody_without_rights_runs_them_in_a_folder_of_their_own() -> None:
    with data_folder(unprivileged=True) as data, keeper(data, unprivileged=True) as (running, postgres, _):
        assert (data / "stores" / "postgres").stat().st_uid == data.stat().st_uid
        assert not (data / "stores").is_symlink()
        left = descendants(running.process.pid)
        assert postgres in left
        assert running.process.stdin
        running.process.stdin.close()
        assert running.process.wait(60) == 0
        await_gone(left)
