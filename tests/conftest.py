"""The ground under every test: real PostgreSQL and Valkey, tables of their owner, tests as the application's role."""

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Before settings are read, which pytest-django does once this file is loaded.
os.environ.setdefault("DATA", str(ROOT / "var" / "test"))
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # Tests beside tests share nothing: each worker has a database server, a Valkey and files of its own.
    os.environ["DATA"] = str(Path(os.environ["DATA"]) / worker)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adoption.settings")
# Playwright's synchronous interface runs an event loop in the test's thread, where Django would refuse to query.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

import django
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models.signals import pre_migrate
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

# Hashed names need a collected folder; tests read the files where they lie.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
# A run counts from nothing: one before it stood at the same instant, and its Valkey may still be there.
settings.CACHES["default"]["KEY_PREFIX"] = f"test-{uuid4().hex}"

django.setup()

from adoption import embedded
from adoption.tenancy.walls import as_owner
from tests import browser

pytest_plugins = ["tests.worlds"]

# A page that says the wrong thing is told from one that is slow on a machine busy with other tests.
expect.set_options(timeout=60_000)

# What `roles.sql` grants in the real database, so that a migration which takes something of it away does so here too.
GRANTS = """
GRANT USAGE ON SCHEMA public TO app_user;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app_user;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO app_user;
"""

# TRUNCATE only here: a test that commits is cleaned up after by Django's flush, which takes every table in one statement.
EMPTYING = """
GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO app_user;
DO $$ DECLARE held regclass; BEGIN
  FOR held IN SELECT tgrelid FROM pg_trigger WHERE tgname = 'kept' LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER kept', held);
  END LOOP;
END $$
"""

# A database is dropped only when nobody is in it. A session may outlive its test: that of a worker which a test killed, or of
# a thread which nobody has collected yet. A role may end its own sessions and no other's, so each of the two does.
CLOSED = "ALTER DATABASE {} WITH CONNECTION LIMIT 0"
GOODBYE = """
SELECT pg_terminate_backend(pid, 120000) FROM pg_stat_activity
WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Workers inherit this process's environment, and must not read settings before they have their own DATA."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a worker waits for its database, its browser or a process half of the time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """What is imported by now stays until the end: the collector need not walk all of it after every few hundred objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def services() -> Iterator[None]:
    """PostgreSQL and Valkey: those of the environment, those that already run in DATA, or our own until the end."""
    with ExitStack() as stack:
        own = embedded.Services(
            settings.DATA,
            postgres=not os.environ.get("DATABASE_URL"),
            valkey=not os.environ.get("REDIS_URL"),
            durable=False,
        )
        with suppress(embedded.AlreadyRunning):
            stack.enter_context(own)
        yield


def _drop(made: list[Any]) -> None:
    """Whoever may still sit in the test database is asked to leave it."""
    name = connection.settings_dict["NAME"]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(CLOSED.format(connection.ops.quote_name(name)))
        cursor.execute(GOODBYE, [name])
    with connection._nodb_cursor() as cursor:
        cursor.execute(GOODBYE, [name])
    with as_owner():
        teardown_databases(made, verbosity=0)


def _grant(**_signal: object) -> None:
    """Before the tables of a new database are made."""
    with connection.cursor() as cursor:
        cursor.execute(GRANTS)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    services: None,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Make and migrate the test database as its owner; every test then runs as app_user. `--reuse-db` keeps it."""
    keep = request.config.getoption("reuse_db") and not request.config.getoption("create_db")
    pre_migrate.connect(_grant, sender=apps.get_app_config("tenancy"))
    with django_db_blocker.unblock(), as_owner():
        made = setup_databases(verbosity=0, interactive=False, keepdb=keep)
        with connection.cursor() as cursor:
            cursor.execute(EMPTYING)
    yield
    if not keep:
        with django_db_blocker.unblock():
            _drop(made)


@pytest.fixture
def live_server(live_server: LiveServer, transactional_db: None) -> Iterator[LiveServer]:
    """The server that browsers visit. The test's tables are emptied only when it has answered everybody.

    A closed window leaves its last requests behind (a home loads its parts by itself). One that still reads while the
    tables are emptied is a deadlock, and then the next test finds this one's company.
    """
    yield live_server
    answering = [thread for thread in threading.enumerate() if "process_request_thread" in thread.name]
    for thread in answering:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in answering), "a browser of this test was left open"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright's options, for the browser that this machine has or can get."""
    return {**browser_type_launch_args, "executable_path": str(browser.find()), "args": browser.launch_arguments()}


@pytest.fixture(scope="session", name="browser")
def patient_browser(browser: Browser) -> Browser:
    """A browser whose windows wait for what hangs: whatever is clicked may take its time on a busy machine."""
    opens = browser.new_context

    def new_context(**options: Any) -> BrowserContext:
        context = opens(**options)
        context.set_default_timeout(120_000)
        return context

    browser.new_context = new_context  # type: ignore[method-assign]
    return browser
