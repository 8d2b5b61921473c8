"""A page that somebody already has is not made again: they are asked in, and told that nothing has changed.

Who asks is let in first, as always. What is compared is everything the page is made of, so that a right that was taken
away, an answer that was drained and a new release of the application each make another page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from adoption.tenancy.access import OrganizationRequest
from adoption.tenancy.middleware import place
from adoption.tenancy.rules import local_date

# Where the words and the looks of a page come from, inside the application's own folder.
_SOURCES = ("adoption", "champions", "pods", "surveys", "metrics", "templates", "static/dist", "locale")


def unless_unchanged(
    request: OrganizationRequest, made_of: object, answer: Callable[[dict[str, Any]], HttpResponse]
) -> HttpResponse:
    """`answer`, given what templates know of the place; or 304 to whoever has this very page.

    `made_of` says what it shows beside who looks at it. Kept by the reader's own browser alone, which asks each time.
    """
    placed = place(request)
    if len(get_messages(request)):
        # Said once: such a page is nobody's to keep.
        return answer(placed)
    tag = _tag(request, placed, made_of)
    response = get_conditional_response(request, etag=tag) or answer(placed)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def _tag(request: OrganizationRequest, placed: dict[str, Any], made_of: object) -> str:
    """Weak, for the form's token is masked anew each time; the secret behind it is part of what is compared."""
    get_token(request)
    person, today = request.person, local_date(request.at, request.organization.zone)
    facts = (
        *(_release(), get_language(), today, request.META["CSRF_COOKIE"], request.session.session_key),
        *(person.pk, person.name, person.job_role, request.user.pk, request.user.email, sorted(request.permissions)),
        *(sorted(request.roles), sorted(placed["standing"].items()), request.organization.version),
        [(one.slug, one.name) for one in placed["organizations"]],
        made_of,
    )
    return f'W/"{hashlib.sha256(repr(facts).encode()).hexdigest()}"'


@lru_cache(maxsize=1)
def _release() -> str:
    """Which state of the application this is: the same in every process that runs it."""
    return hashlib.sha256("\n".join(sorted(_files())).encode()).hexdigest()


def _files() -> Iterator[str]:
    for source in _SOURCES:
        for file in (settings.BASE_DIR / source).rglob("*"):
            if file.suffix != ".pyc" and file.is_file():
                known = file.stat()
                yield f"{file.relative_to(settings.BASE_DIR)} {known.st_size} {known.st_mtime_ns}"
