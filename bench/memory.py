"""Row 13: what the running processes hold of the machine's memory: flat over requests and files. Linux alone tells."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import CookieJar
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

from django.conf import settings

from bench.rounds import Line, Report
from metrics.rules.exports import ExportKind

NUMBER, TITLE = 13, "memory of the processes"
DEFAULT_SIZE = 4_000
ROOT = Path(__file__).resolve().parent.parent
SEATS = 4  # requests at a time
MOST_WEB, MOST_CHILD = 90, 80  # MiB
PROGRAM = "/o/meridian/p/client-reports/"
# What people open, by who opens it.
PAGES = {
    "executive": ("/o/meridian/", f"{PROGRAM}evidence/", "/o/meridian/evidence/"),
    "lead": ("/o/meridian/", PROGRAM, "/o/meridian/people/", f"{PROGRAM}analyst/"),
    "champion": ("/o/meridian/", "/o/meridian/pods/", "/o/meridian/kit/"),
    "employee": ("/o/meridian/", "/o/meridian/week/"),
}
FILES = (ExportKind.EVIDENCE_PDF, ExportKind.EVIDENCE_SLIDES, ExportKind.EVIDENCE_SHEET)


def measure(size: int, rounds: int, seconds: float) -> Report:
    """The demo's processes after a tenth of `size` requests, after all of them, and after files were made."""
    with _running() as (address, supervisor):
        people = {persona: Browser(address, persona) for persona in PAGES}
        turns = cycle([(people[persona], page) for persona, pages in PAGES.items() for page in pages])

        def ask(many: int) -> None:
            with ThreadPoolExecutor(SEATS) as seats:
                list(seats.map(lambda turn: turn[0].read(turn[1]), islice(turns, many)))

        ask(size // 10)
        early = _largest(supervisor, "gunicorn")
        ask(size - size // 10)
        late = _largest(supervisor, "gunicorn")
        idle = _largest(supervisor, "celery")
        for file in FILES:
            people["executive"].make(file)
        made = _largest(supervisor, "celery")
    lines = (
        Line(f"a web process after {size} requests", f"{late:.0f} MiB", f"at most {MOST_WEB}", late <= MOST_WEB),
        Line("the same, over a tenth of them", f"{late / early:.2f}", "at most 1.1", late / early <= 1.1),
        Line(
            "a worker's child, at rest",
            f"{idle:.0f} MiB",
            f"at most {MOST_CHILD}",
            idle <= MOST_CHILD,
        ),
        Line("the same, once it made a report, slides and a workbook", f"{made:.0f} MiB"),
    )
    facts = {"early": early, "late": late, "idle": idle, "made": made}
    return Report(NUMBER, TITLE, f"{size} requests of {len(PAGES)} people", lines, facts=facts)


@contextmanager
def _running() -> Iterator[tuple[str, int]]:
    """The application with its demo, beside the database of the other workloads: its address, and its first process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    env |= {"DATA": str(settings.DATA / "memory"), "PORT": str(port), "DEMO": "1"}
    command = [sys.executable, "manage.py", "quickstart"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        if not any("Murmuration is ready" in line for line in process.stdout):
            raise RuntimeError("the application did not start")
        # Read on, or it would wait for somebody who does.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield f"http://localhost:{port}", process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


class Browser:
    """The browser of somebody who came into the demo."""

    def __init__(self, address: str, persona: str) -> None:
        self.address, self.cookies = address, CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))
        self.read("/")
        self.post(f"/demo/enter/{persona}/")

    def read(self, page: str) -> bytes:
        """What a page says."""
        with self._opener.open(self.address + page, timeout=60) as answer:
            found: bytes = answer.read()
            return found

    def post(self, page: str, **fields: str) -> str:
        """The page that a form leads to."""
        token = next(str(cookie.value) for cookie in self.cookies if cookie.name == "csrftoken")
        data = urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        with self._opener.open(self.address + page, data, timeout=60) as answer:
            return urlsplit(answer.url).path

    def make(self, kind: str) -> None:
        """Ask for a file, and wait until it can be fetched."""
        page = self.post(f"{PROGRAM}exports/", kind=kind)
        while b"/file/" not in self.read(page):
            time.sleep(0.5)


def _largest(supervisor: int, name: str) -> float:
    """MiB of the largest process of a pool, what it shares counted by parts. The pool's own first process is not one."""
    parents = _parents()
    firsts = {pid for pid, parent in parents.items() if parent == supervisor and name in _command(pid)}
    return max(_held(pid) for pid, parent in parents.items() if parent in firsts)


def _parents() -> dict[int, int]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(folder.name)] = int(after_name[1])
    return found


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def _held(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
