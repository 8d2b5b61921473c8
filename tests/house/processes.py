"""Starting the product as its users do, as root or as somebody without rights, and watching what it leaves."""

import os
import pwd
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

from adoption.embedded import discard

ROOT = Path(__file__).resolve().parent.parent.parent
# What takes longer hangs. Far beyond what a slow machine needs that is busy with other tests: no test is a race.
PATIENCE_SECONDS = 1200


class Running:
    """A process whose lines are read as they come."""

    def __init__(self, command: Sequence[str], *, env: dict[str, str], unprivileged: bool = False) -> None:
        self.process = subprocess.Popen(
            [*(_without_rights() if unprivileged else []), *command],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Not a group of ours: Ctrl-C in the terminal of the tests is not meant for it.
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._coming: Queue[str | None] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._coming.put(line.rstrip("\n"))
        self._coming.put(None)

    def line_with(self, text: str) -> str:
        """The next line that contains `text`. Fails when the process ends first, or hangs."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                line = self._coming.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                raise AssertionError(f"{text!r} was not said; but:\n" + "\n".join(self.lines)) from None
            if line is None:
                raise AssertionError(f"ended before it said {text!r}:\n" + "\n".join(self.lines))
            self.lines.append(line)
            if text in line:
                return line

    def end(self) -> tuple[int, list[str]]:
        """Wait for the end: the exit code and every line said."""
        code = self.process.wait(PATIENCE_SECONDS)
        while (line := self._coming.get(timeout=PATIENCE_SECONDS)) is not None:
            self.lines.append(line)
        self.close()
        return code, self.lines

    def kill(self) -> None:
        """End it with kill -9, and nothing else; it holds nothing any more when this returns."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End it and its descendants, whatever state they are in."""
        for pid in [self.process.pid, *descendants(self.process.pid)]:
            kill(pid)
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            pipe.close()


def kill(pid: int) -> None:
    """kill -9, also when it is gone already."""
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        return


def processes() -> dict[int, tuple[int, str]]:
    """Every live process of this machine: its parent and its command line."""
    said = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    )
    rows = (line.split(None, 3) for line in said.stdout.splitlines())
    return {int(row[0]): (int(row[1]), row[3] if len(row) > 3 else "") for row in rows if not row[2].startswith("Z")}


def descendants(pid: int) -> list[int]:
    """Children of a process, and theirs."""
    parents = {child: parent for child, (parent, _) in processes().items()}
    found = [pid]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return found[1:]


def await_gone(pids: Sequence[int]) -> None:
    """Return when none of them lives."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left := {pid: command for pid, (_, command) in processes().items() if pid in pids}:
        assert time.monotonic() < deadline, f"still there: {left}"


def environment(data: Path, **more: str) -> dict[str, str]:
    """What a newcomer's shell holds: nothing of this test session's."""
    unwanted = ("DATA", "PORT", "DEMO", "DATABASE_URL", "REDIS_URL", "EMAIL_HOST", "EMAIL_PORT", "BASE_URL", "PYTEST_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
    return {**kept, "DATA": str(data), **more}


def free_port() -> int:
    """A port that is free, as is the one 25 above it, where the demo's mail is taken."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 25))
            except (OSError, OverflowError):
                continue
            return port


@contextmanager
def data_folder(*, unprivileged: bool = False) -> Iterator[Path]:
    """A DATA folder below a closed parent, removed with everything its services keep elsewhere."""
    with tempfile.TemporaryDirectory(prefix="mm-") as parent:
        data = Path(parent) / "a folder" / "var"
        data.parent.mkdir(mode=0o700)
        if unprivileged and os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for folder in (data.parent.parent, data.parent):
                os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        try:
            yield data
        finally:
            discard(data)


def _without_rights() -> list[str]:
    """How a command is run as an unprivileged account: as it is, unless we are root."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    command = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    if not all(map(_open_to_all, (Path(sys.executable).resolve(), ROOT))):
        # This interpreter, or this checkout, is root's alone: let the account read, and nothing more.
        command += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    assert shutil.which("setpriv"), "setpriv (util-linux) is needed to test as somebody without rights"
    return command


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))
