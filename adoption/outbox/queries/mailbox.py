"""The demo's mailbox: mails as its mail server kept them, one .eml file each. Names of files sort by arrival."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings

PAGE = 30
# A search reads the heads of so many mails and no more.
MOST_READ = 2000

_NAME = re.compile(r"[0-9]{1,30}-[0-9a-f]{1,16}")


@dataclass(frozen=True)
class Kept:
    """One mail as a list shows it."""

    name: str
    recipient: str
    sender: str
    subject: str
    at: datetime

    @property
    def speaker(self) -> str:
        """The sender's name, without the address."""
        return parseaddr(self.sender)[0] or self.sender


@dataclass(frozen=True)
class Opened:
    """One mail as a page shows it."""

    kept: Kept
    text: str
    html: str
    headers: list[tuple[str, str]]
    files: list[str]


def find_kept(*, recipient: str, before: str) -> tuple[list[Kept], str]:
    """Mails, newest first, whose recipient contains a text; and the name to go on before, or nothing."""
    found: list[Kept] = []
    wanted = recipient.casefold().strip()
    for path in _newest_first(before):
        with path.open("rb") as file:
            kept = _kept(path.stem, BytesHeaderParser(policy=policy.default).parse(file))
        if wanted in kept.recipient.casefold():
            found.append(kept)
        if len(found) > PAGE:
            return found[:PAGE], found[PAGE - 1].name
    return found, ""


def open_kept(name: str) -> Opened | None:
    """One mail, or None when there is none of that name."""
    path = Path(settings.MAIL_FOLDER) / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert isinstance(mail, EmailMessage)
    return Opened(
        kept=_kept(name, mail),
        text=_body(mail, "plain"),
        html=_with_pictures(_body(mail, "html"), mail),
        headers=[(key, str(value)) for key, value in mail.items() if not key.startswith("Content-")],
        files=[part.get_filename() or "" for part in mail.walk() if part.get_filename() and "Content-ID" not in part],
    )


def _newest_first(before: str) -> Iterator[Path]:
    folder = Path(settings.MAIL_FOLDER)
    names = sorted((path.stem for path in folder.glob("*.eml")), reverse=True) if folder.is_dir() else []
    kept = [name for name in names if _NAME.fullmatch(name) and (not before or name < before)]
    return (folder / f"{name}.eml" for name in kept[:MOST_READ])


def _kept(name: str, mail: EmailMessage) -> Kept:
    return Kept(
        name=name,
        recipient=str(mail.get("To") or mail.get("X-Envelope-To") or ""),
        sender=str(mail.get("From", "")),
        subject=str(mail.get("Subject", "")),
        # The first part of the name is the arrival in nanoseconds.
        at=datetime.fromtimestamp(int(name.partition("-")[0]) / 1e9, tz=UTC),
    )


def _with_pictures(html: str, mail: EmailMessage) -> str:
    """The page with what it refers to inside the mail, as a mail program shows it."""
    for part in mail.walk():
        content_id, content = str(part.get("Content-ID", "")).strip("<>"), part.get_payload(decode=True)
        if content_id and isinstance(content, bytes):
            said = base64.b64encode(content).decode()
            html = html.replace(f"cid:{content_id}", f"data:{part.get_content_type()};base64,{said}")
    return html


def _body(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""
