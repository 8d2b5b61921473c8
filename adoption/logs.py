"""What may stand in a log: what happened and where; no search, no secret of a mailed link."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Behind these, an address carries a secret.
_SECRET = re.compile(r"(/(?:i|r|s|u|w)/)[^/?\s'\"]+")
_QUERY = re.compile(r"(/[^\s?]*\?)[^\s'\"]+")


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
