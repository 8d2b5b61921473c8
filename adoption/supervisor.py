"""Keeps a handful of processes alive, and stops them in order. Knows what a process is, not what the application is."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO

from adoption import embedded

TICK_SECONDS = 0.1
STOP_SECONDS = 5
# A child that lived this long is healthy again: its next failure is the first.
HEALTHY_SECONDS = 30
MOST_BACKOFF_SECONDS = 30
MOST_LOG_BYTES = 10 * 1024 * 1024
COLOURS = ("36", "32", "33", "35", "34", "31")


class Stopped(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


class Failed(RuntimeError):
    """A step or a child could not do its work. The message is for the person at the terminal."""


@dataclass
class Child:
    """One process to keep alive. `spawn` starts it, which may raise embedded.EmbeddedError."""

    name: str
    spawn: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    start_at: float = 0
    failures: int = 0


class Supervisor:
    """Steps that must succeed, then children that must live, in one folder of logs and one terminal."""

    def __init__(self, logs: Path, *, folder: Path, out: TextIO) -> None:
        self.logs = logs
        self.folder = folder
        self.children: list[Child] = []
        self._out: TextIO | None = out
        self._coloured = out.isatty() and "NO_COLOR" not in os.environ
        self._read: dict[str, int] = {}
        self._asked_to_stop = False
        self._wake_in, self._wake_out = socket.socketpair()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Inside, `pause()` notices a request to stop: never between starting a child and knowing it."""

        def ask(number: int, frame: FrameType | None) -> None:
            self._asked_to_stop = True

        for end in (self._wake_in, self._wake_out):
            end.setblocking(False)
        wakeup = signal.set_wakeup_fd(self._wake_in.fileno(), warn_on_full_buffer=False)
        before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(wakeup)
            for end in (self._wake_in, self._wake_out):
                end.close()

    def pause(self) -> None:
        """Wait a moment. Raises Stopped as soon as somebody asks us to stop."""
        select.select([self._wake_out], [], [], 0 if self._asked_to_stop else TICK_SECONDS)
        if self._asked_to_stop:
            raise Stopped

    def step(self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Run one command to its end. Raises Failed with the end of its log, or Stopped after ending it."""
        process = self.spawn(name, command, environment)
        start = self._size(name)
        try:
            while process.poll() is None:
                self.pause()
        finally:
            if process.poll() is None:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(1)
            embedded.kill_group(process)
        if process.returncode:
            raise Failed(f"{name} failed; {self._log(name)} ends with\n{self._tail(name, start)}")

    def spawn(
        self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a command whose output goes to its log."""
        self.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._log(name).open("ab") as log:
            return embedded.popen(command, output=log, environment=environment, folder=self.folder)

    def keep(self, child: Child) -> None:
        """Start a child, unless it runs, and keep it alive from now on."""
        self.children.append(child)
        if child.process is None:
            self._start(child)

    def await_ready(self, ready: Callable[[], str], *, seconds: float) -> None:
        """Return when `ready` says "" rather than what is missing. Raises Failed when that is hopeless or late."""
        deadline = time.monotonic() + seconds
        while missing := ready():
            self.watch()
            hopeless = next((child for child in self.children if child.failures >= 3), None)
            if hopeless:
                raise Failed(
                    f"{hopeless.name} does not stay up; {self._log(hopeless.name)} ends with\n"
                    f"{self._tail(hopeless.name, 0)}"
                )
            if time.monotonic() > deadline:
                raise Failed(f"not ready after {seconds:.0f} seconds: {missing}; see {self.logs}")
            self.pause()

    def follow(self) -> None:
        """Show the logs and restart what ends, until somebody asks us to stop (raises Stopped)."""
        self._read = {child.name: self._size(child.name) for child in self.children}
        while True:
            self.watch()
            self.show_logs()
            self.pause()

    def watch(self) -> None:
        """Restart children that ended, later and later when they keep ending."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                ended = child.process
                # What it started must not go on without it.
                embedded.kill_group(ended)
                child.process = None
                child.failures = 1 if now - child.started_at > HEALTHY_SECONDS else child.failures + 1
                delay = min(MOST_BACKOFF_SECONDS, 0.5 * 2 ** (child.failures - 1))
                child.start_at = now + delay
                self.say(f"{child.name} ended ({_ending(ended.returncode)}); starting it again in {delay:g} s")
            elif child.process is None and now >= child.start_at:
                self._start(child)

    def stop(self, groups: Sequence[Sequence[str]], *, seconds: float = STOP_SECONDS) -> None:
        """Stop children, group after group, all within `seconds`; whoever is late is killed."""
        deadline = time.monotonic() + seconds
        for group in groups:
            processes = [child.process for child in self.children if child.name in group and child.process is not None]
            for process in processes:
                if process.poll() is None:
                    process.terminate()
            for process in processes:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.0, deadline - time.monotonic()))
                embedded.kill_group(process)
        self.show_logs()

    def say(self, line: str) -> None:
        """One line of our own among the logs."""
        self._print("quickstart", line)

    def show_logs(self) -> None:
        """Print what was logged since the last time, one prefixed line each; nothing before `follow()`."""
        for name, position in self._read.items():
            path = self._log(name)
            size = self._size(name)
            if size == position:
                continue
            if size < position:
                position = 0
            with path.open("rb") as log:
                log.seek(position)
                text = log.read(1 << 20)
            if len(text) < 1 << 20 and not text.endswith(b"\n"):
                text = text[: text.rfind(b"\n") + 1]
            self._read[name] = position + len(text)
            for line in text.decode("utf-8", "replace").splitlines():
                # PostgreSQL's own diary stays in its file; its complaints are shown.
                if line.strip() and not (name == "postgres" and " LOG:  " in line):
                    self._print(name, line)
            if size > MOST_LOG_BYTES:
                # Writers append, so they go on at the new end; a line written in between may be lost.
                path.with_suffix(".log.1").write_bytes(path.read_bytes())
                os.truncate(path, 0)
                self._read[name] = 0

    def announce(self, line: str) -> None:
        """The line people wait for, without a prefix."""
        self._write(line)

    def _start(self, child: Child) -> None:
        child.started_at = time.monotonic()
        try:
            child.process = child.spawn()
        except embedded.EmbeddedError as error:
            child.failures += 1
            child.start_at = child.started_at + min(MOST_BACKOFF_SECONDS, 0.5 * 2**child.failures)
            self.say(f"{child.name} cannot start: {error}")

    def _print(self, name: str, line: str) -> None:
        prefix = f"{name:<10} |"
        if self._coloured:
            colour = COLOURS[sum(name.encode()) % len(COLOURS)]
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        self._write(f"{prefix} {line}")

    def _write(self, line: str) -> None:
        if self._out:
            try:
                print(line, file=self._out, flush=True)
            except OSError:  # nobody reads any more; the files in DATA/logs go on
                self._out = None

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _size(self, name: str) -> int:
        return self._log(name).stat().st_size if self._log(name).exists() else 0

    def _tail(self, name: str, start: int) -> str:
        with self._log(name).open("rb") as log:
            log.seek(start)
            return "\n".join(log.read().decode("utf-8", "replace").splitlines()[-20:])


def taken(port: int, *, hosts: Sequence[tuple[socket.AddressFamily, str]]) -> bool:
    """Whether somebody listens on that port of one of the addresses."""
    for family, host in hosts:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return True
    return False


def loopback() -> list[tuple[socket.AddressFamily, str]]:
    """What `localhost` may mean here: a browser tries both, so both are served."""
    hosts = [(socket.AF_INET, "127.0.0.1")]
    if socket.has_ipv6:
        try:
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(("::1", 0))
        except OSError:
            return hosts
        hosts.append((socket.AF_INET6, "::1"))
    return hosts


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
