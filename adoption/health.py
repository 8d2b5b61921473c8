"""Is everything alive? `/healthz` for people and machines, and the pulse that worker and beat leave for it."""

import http.client
import json
import os
import sys

import psycopg2
import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

PULSE_SECONDS = 5
PULSE_EXPIRES_SECONDS = 20
PATIENCE_SECONDS = 2
PROCESSES = ("worker", "beat")

_redis: redis.Redis | None = None


def pulse(process: str) -> None:
    """Say that `process` ("worker" or "beat") is alive. Never raises: whoever says so has work to do."""
    try:
        _store().set(f"health:{process}", "1", ex=PULSE_EXPIRES_SECONDS)
    except redis.exceptions.RedisError:
        return


def still(process: str) -> None:
    """Say that `process` ends, so that nobody believes in it for the time its pulse would last. Never raises."""
    try:
        _store().delete(f"health:{process}")
    except redis.exceptions.RedisError:
        return


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """`{"database": bool, "redis": bool, "worker": bool, "beat": bool, "ok": bool}`; 200 when all are, else 503."""
    # The line in the log would ask the session, and so perhaps a database that is gone, who this is.
    request.user = None  # type: ignore[assignment]
    parts = {"database": _database_answers(), "redis": False} | dict.fromkeys(PROCESSES, False)
    try:
        seen = _store().mget([f"health:{process}" for process in PROCESSES])
    except redis.exceptions.RedisError:
        pass
    else:
        parts["redis"] = True
        parts |= {process: value is not None for process, value in zip(PROCESSES, seen, strict=True)}
    ok = all(parts.values())
    answer = HttpResponse(json.dumps({**parts, "ok": ok}), content_type="application/json", status=200 if ok else 503)
    answer["Cache-Control"] = "no-store"
    return answer


def _database_answers() -> bool:
    # A connection of its own with a short patience: the request's may be old, and a stopped server never answers it.
    try:
        probe = psycopg2.connect(**{**connection.get_connection_params(), "connect_timeout": PATIENCE_SECONDS})
    except psycopg2.Error:
        return False
    probe.close()
    return True


def _store() -> redis.Redis:
    global _redis  # noqa: PLW0603 - one pool per process
    if _redis is None:
        _redis = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
        )
    return _redis


def _web_answers() -> bool:
    """Whether this container's web server answers and reaches its database; the others have checks of their own."""
    web = http.client.HTTPConnection("127.0.0.1", 8000, timeout=10)
    host = next((host for host in settings.ALLOWED_HOSTS if not host.startswith((".", "*"))), "localhost")
    try:
        web.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return bool(json.loads(web.getresponse().read())["database"])
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return False
    finally:
        web.close()


def main(process: str) -> None:
    """Check one container, `python -m adoption.health web|worker|beat`: exit code 0 or 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adoption.settings")
    sys.exit(not (_web_answers() if process == "web" else _store().exists(f"health:{process}")))


if __name__ == "__main__":
    main(sys.argv[1])
