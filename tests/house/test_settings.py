"""What stands in the environment, as a process of its own reads it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.processes import ROOT, environment


def run(data: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(data, **variables),
        capture_output=True,
        text=True,
        check=False,
    )


def asked(data: Path, expression: str, **variables: str) -> str:
    """What an expression about the settings is."""
    start = "from django.conf import settings; from django.core.mail import get_connection; "
    found = run(data, "-c", f"{start}print({expression})", **variables, DJANGO_SETTINGS_MODULE="adoption.settings")
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


@pytest.mark.parametrize("port", ["99999", "abc", "0", ""])
def test_what_is_no_port_is_one_line_that_says_what_to_do(tmp_path: Path, port: str) -> None:
    found = run(tmp_path, "manage.py", "quickstart", PORT=port, DEMO="1")
    assert (found.returncode, found.stdout) == (1, "")
    said = f"manage.py: PORT={port} is no port: choose a number from 1 to 65535, for example PORT=8000"
    assert found.stderr.splitlines() == [said]


def test_the_demos_mail_has_a_port_beside_every_port(tmp_path: Path) -> None:
    assert asked(tmp_path, "settings.EMAIL_PORT", PORT="8000", DEMO="1") == "8025"
    assert asked(tmp_path, "settings.EMAIL_PORT", PORT="65530", DEMO="1") == "65505"


def test_a_mail_provider_takes_its_key_from_the_environment(tmp_path: Path) -> None:
    provider = {"EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend", "ANYMAIL_POSTMARK_SERVER_TOKEN": "a-key"}
    assert asked(tmp_path, "get_connection().server_token", **provider) == "a-key"


def test_beat_loads_nothing_of_the_application_and_rings_by_a_name_that_a_worker_knows(tmp_path: Path) -> None:
    started = (
        "import logging, sys; from adoption.celery import app; app.Beat(quiet=True).init_loader(); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'metrics', 'pods', 'scipy', 'rest_framework'})); "
        "print([type(one.formatter).__module__ for one in logging.getLogger().handlers])"
    )
    found = run(tmp_path, "-c", started, DJANGO_SETTINGS_MODULE="adoption.settings")
    assert found.stdout.splitlines() == ["[]", "['structlog.stdlib']"], found.stderr
    known = (
        "from adoption.celery import app; app.loader.import_default_modules(); "
        "print({one['task'] for one in app.conf.beat_schedule.values()} <= set(app.tasks))"
    )
    found = run(tmp_path, "-c", known, DJANGO_SETTINGS_MODULE="adoption.settings")
    assert found.stdout.strip() == "True", found.stderr
