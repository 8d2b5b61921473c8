"""How much one token, one member or one stranger may ask for in a minute. Counted in the cache, which may fail open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from rest_framework.exceptions import Throttled
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:  # the framework loads this module while it loads its views
    from rest_framework.views import APIView

    from adoption.tenancy.api.address import Arriving, Inside

WINDOW = 60  # seconds


class PerKey(BaseThrottle):
    """So many requests a minute for each token, or for each member who comes with a session.

    Windows begin with the minute; the counter is one atomic increment, so that parallel requests are counted too. The
    state is left on the request for the RateLimit headers.
    """

    def allow_request(self, request: Inside, view: APIView) -> bool:  # type: ignore[override]
        most = _rate("requests")
        seconds = request.at.timestamp()
        used = _count("key", f"{request.organization.pk}:{_who(request)}", seconds)
        self.left = int(WINDOW - seconds % WINDOW) or 1
        request._request.rate = f'"default";r={max(0, most - used)};t={self.left}', f'"default";q={most};w={WINDOW}'  # type: ignore[attr-defined]
        return used <= most

    def wait(self) -> float:
        return self.left


def _who(request: Inside) -> str:
    return f"token-{request.auth.token.pk}" if request.auth else f"member-{request.membership.pk}"


def count_refusal(request: Arriving) -> None:
    """Note a token that opened nothing. Raises Throttled for an address that tries too many in a minute."""
    seconds = request.at.timestamp()
    tried = _count("refused", PerKey().get_ident(request), seconds)
    if tried > _rate("refusals"):
        raise Throttled(wait=WINDOW - seconds % WINDOW)


def _rate(what: str) -> int:
    rate: Any = api_settings.DEFAULT_THROTTLE_RATES[what]
    return int(rate)


def _count(what: str, who: str, seconds: float) -> int:
    """How often this happened in the running minute, this time included; 1 when the cache does not answer."""
    key = f"api:{what}:{who}:{int(seconds // WINDOW)}"
    try:
        cache.add(key, 0, 2 * WINDOW)
        return int(cache.incr(key))
    except ValueError:  # evicted in between, or lost
        return 1
