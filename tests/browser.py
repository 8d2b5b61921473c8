"""Finds a browser for the tests, or fetches one: `python -m tests.browser` prints its path."""

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import brotli

from adoption import frontend

# Chromium as an npm package, for machines that have neither a browser nor an administrator. Linux on x86-64 only.
PACKAGE = "@sparticuz/chromium@147.0.0"
INTEGRITY = "4ZKeAQQa8up2mt675qSitztLdbQrlf8BKdC5naeap+5Mv1OV1OlJdPoU+EJC/p5sQUJUQmN4r+q5+EhaaOUHpQ=="
FETCHED = frontend.ROOT / "var" / "browser"
ADVICE = "no browser for the tests: install chromium or google-chrome, or set CHROMIUM=/path/to/chromium"


class NoBrowser(RuntimeError):
    """There is none and none could be fetched. The message is one line that says what to do."""


def find() -> Path:
    """A Chromium that starts on this machine. Fetches one when there is none; raises NoBrowser."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    for candidate in _candidates():
        if _starts(candidate):
            return candidate
    raise NoBrowser(ADVICE)


def launch_arguments() -> list[str]:
    """What a Chromium needs to start here: its sandbox refuses root, and containers seldom allow it."""
    return ["--no-sandbox"]


def _candidates() -> Iterator[Path]:
    """What is here already, then what can be fetched, cheapest first; each is tried before the next is fetched."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    yield from (Path(found) for name in names if (found := shutil.which(name)))
    yield Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    yield _of_playwright()
    yield FETCHED / "chromium"
    ways: tuple[Callable[[], Path], ...] = (_fetch_with_playwright, _fetch_with_apt, _fetch_with_npm)
    for fetch in ways:
        with suppress(OSError, subprocess.SubprocessError, NoBrowser, frontend.NoNode):
            yield fetch()


def _starts(browser: Path) -> bool:
    return (
        os.access(browser, os.X_OK)
        and _play(f"""
page = playwright.chromium.launch(executable_path={str(browser)!r}, args={launch_arguments()!r}).new_page()
page.set_content("<p>seen</p>")
print(page.inner_text("p"))
""")
        == "seen"
    )


def _of_playwright() -> Path:
    return Path(_play("print(playwright.chromium.executable_path)"))


def _play(script: str) -> str:
    # In a process of its own: a test session may have Playwright running in this one.
    script = "\n    ".join(["with sync_playwright() as playwright:", *script.strip().splitlines()])
    command = [sys.executable, "-c", f"from playwright.sync_api import sync_playwright\n{script}"]
    with suppress(subprocess.SubprocessError):
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout.strip()
    return ""


def _fetch_with_playwright() -> Path:
    _run([sys.executable, "-m", "playwright", "install", "chromium"])
    return _of_playwright()


def _fetch_with_apt() -> Path:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NoBrowser(ADVICE)
    _run(["apt-get", "update", "-qq"])
    _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    return Path(shutil.which("chromium") or "")


def _fetch_with_npm() -> Path:
    node = frontend.find_node()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PATH": f"{node.folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
        _run([*node.npm, "pack", PACKAGE, "--silent", "--pack-destination", folder], environment)
        (packed,) = Path(folder).glob("*.tgz")
        if base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() != INTEGRITY:
            raise NoBrowser(f"{PACKAGE} is not what it was: {ADVICE}")
        fresh = Path(tempfile.mkdtemp(dir=_made(FETCHED.parent)))
        with tarfile.open(packed) as archive:
            for member in archive.getmembers():
                if member.name.endswith(".br") and (stream := archive.extractfile(member)):
                    _unpack(Path(member.name).name.removesuffix(".br"), brotli.decompress(stream.read()), fresh)
    # Its own list of font folders is that of a cloud function.
    fonts = f"<dir>{FETCHED}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{FETCHED}/font-cache</cachedir>"
    (fresh / "fonts.conf").write_text(f"<fontconfig>{fonts}</fontconfig>\n")
    start = fresh / "chromium"
    start.write_text(
        "#!/bin/sh\n"
        f'export LD_LIBRARY_PATH="{FETCHED}/lib" FONTCONFIG_FILE="{FETCHED}/fonts.conf"\n'
        f'exec "{FETCHED}/chromium.bin" "$@"\n'
    )
    start.chmod(0o755)
    shutil.rmtree(FETCHED, ignore_errors=True)
    fresh.rename(FETCHED)
    return FETCHED / "chromium"


def _unpack(name: str, content: bytes, folder: Path) -> None:
    if name == "chromium":
        (folder / "chromium.bin").write_bytes(content)
        (folder / "chromium.bin").chmod(0o755)
    else:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            archive.extractall(folder, filter="data")


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=600)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    try:
        print(find())
    except NoBrowser as none:
        sys.exit(f"tests: {none}")
