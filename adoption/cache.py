"""The cache, which may be lost at any time: what it does not answer it does not know. PostgreSQL is the only truth."""

from __future__ import annotations

import time
from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

# After a failure nobody asks for so long: a server that swallows packets costs its patience once, not at every step.
REST_SECONDS = 5

_rests_until: dict[str, float] = {}


class Forgetful(RedisCache):
    """Django's Redis cache, for which a lost server is an empty one.

    Nothing is found, and what is written is forgotten. `add` says that it added: it takes locks and begins counters, and
    what limits how often something may be tried stands open rather than shut.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._server = server

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask("add", True, key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", default, key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask("set", None, key, value, timeout, version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask("touch", False, key, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask("delete", False, key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """As for every cache, a ValueError where there is nothing to add to."""
        found = self._ask("incr", None, key, delta, version)
        if found is None:
            raise ValueError("the cache does not answer")
        return int(found)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask("has_key", False, key, version))

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        found: dict[Any, Any] = self._ask("get_many", {}, keys, version)
        return found

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[Any]:
        found: list[Any] = self._ask("set_many", list(data), data, timeout, version)
        return found

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        self._ask("delete_many", None, keys, version)

    def clear(self) -> None:
        self._ask("clear", None)

    def _ask(self, verb: str, otherwise: Any, *arguments: Any) -> Any:
        if time.monotonic() < _rests_until.get(self._server, 0):
            return otherwise
        try:
            return getattr(super(), verb)(*arguments)
        except RedisError as failure:
            _rests_until[self._server] = time.monotonic() + REST_SECONDS
            log.warning("cache.lost", failure=type(failure).__name__)
            return otherwise
