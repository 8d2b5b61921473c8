"""What may stand in a log: what happened and where; no search, no secret of a mailed link."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Behind these, an address carries a secret.
_SECRET = re.compile(r"(/(?:c|f|g|i|k|n|q/[a-z0-9-]+|r|s|u|w)/)[^/?\s'\"]+")
_QUERY = re.compile(r"(/[^\s?]*\?)[^\s'\"]+")

# Where one asks without a name, and reads the answer.
_NAMELESS = re.compile(r"/(?:o/[^/\s]+/ask|q)/")
_WHO = frozenset({"user_id", "request_id", "correlation_id", "ip", "user_agent"})


class Nameless(logging.Filter):
    """For handlers: no line says who opened a page on which one can ask without a name, or when.

    A failure there is told, without whom it met.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        entry = record.msg
        said = entry.get("request", "") if isinstance(entry, dict) else record.getMessage()
        if not _NAMELESS.search(str(said)):
            return True
        if not isinstance(entry, dict) or record.levelno < logging.ERROR:
            return False
        record.msg = {key: value for key, value in entry.items() if key not in _WHO}
        return True


def scrub(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: addresses without their secrets and without their queries."""
    for key in ("event", "request"):
        if isinstance(entry.get(key), str):
            entry[key] = _QUERY.sub(r"\1…", _SECRET.sub(r"\1…", entry[key]))
    return entry


def worth_a_line(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: one line a request, and none for the health checks that come every few seconds."""
    if entry.get("event") == "request_started" or "/healthz" in str(entry.get("request", "")):
        raise structlog.DropEvent
    return entry
