"""The demo's mail server: takes whatever it is given on loopback and keeps it, one private .eml file per message."""

import argparse
import asyncio
import os
import secrets
import signal
import tempfile
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MOST_BYTES = 20 * 1024 * 1024


class Keep:
    """Writes each message to `folder`; file names sort by arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one message, with the recipients of its envelope as headers on top."""
        recipients = "".join(f"X-Envelope-To: {recipient}\r\n" for recipient in envelope.rcpt_tos)
        self.keep(recipients.encode("utf-8", "replace") + (envelope.original_content or b""))
        return "250 kept"

    def keep(self, content: bytes) -> None:
        """Write one file that is complete or absent, because readers list *.eml at any moment."""
        handle, temporary = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).rename(self.folder / f"{time.time_ns():020d}-{secrets.token_hex(4)}.eml")


async def serve(port: int, folder: Path) -> None:
    """Listen on loopback until SIGTERM."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, done.set)
    server = await loop.create_server(
        lambda: SMTP(Keep(folder), hostname="localhost", data_size_limit=MOST_BYTES, enable_SMTPUTF8=True),
        "127.0.0.1",
        port,
    )
    async with server:
        await done.wait()


def main() -> None:
    """Run as `python -m adoption.postbox --port 8025 --folder var/mail`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    options.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(serve(options.port, options.folder))


if __name__ == "__main__":
    main()
