"""A company with people who come by mailed link, and the whole stack as a server calls it: no sockets, no test client."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from adoption.outbox.actions.links import mint
from adoption.programs import actions as programs
from adoption.programs.models import Program
from adoption.programs.rules import Arm, baseline_starts_on, monday
from adoption.tenancy.models import Identity, Organization, Person
from adoption.tenancy.rules import instant
from adoption.tenancy.walls import organization
from bench.ground import vacuum

ZONE = "Europe/London"

Application = Callable[..., Any]


@contextmanager
def stack() -> Iterator[Application]:
    """The application as a server loads it; log lines are written, but nobody reads them."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = False
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        nowhere = opened.enter_context(Path(os.devnull).open("w"))
        # Loading it configures the logs anew.
        application = get_wsgi_application()
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler) and (before := handler.setStream(nowhere)):
                opened.callback(handler.setStream, before)
        yield application


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Visitor:
    """Somebody's browser, or a program: keeps cookies, follows nothing."""

    application: Application
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, address: str) -> Answer:
        return self.send("GET", address)

    def post(self, address: str, **fields: str) -> Answer:
        """A form as a browser sends it, with the CSRF token of the page it was on."""
        body = urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields}).encode()
        return self.send("POST", address, body, "application/x-www-form-urlencoded")

    def send(self, method: str, address: str, body: bytes = b"", content_type: str = "") -> Answer:
        parts = urlsplit(address)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": content_type,
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "wsgi.input": io.BytesIO(body),
            **self.headers,
        }
        setup_testing_defaults(environ)
        started: list[tuple[str, list[tuple[str, str]]]] = []
        answer = self.application(environ, lambda status, headers, *_: started.append((status, headers)))
        content = b"".join(answer)
        answer.close()
        ((status, headers),) = started
        for name, value in headers:
            if name == "Set-Cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        return Answer(int(status[:3]), dict(headers), content)


def counted(work: Callable[[], Any]) -> list[str]:
    """The statements that one unit of work sends, without those that only begin and end transactions."""
    with CaptureQueriesContext(connection) as seen:
        work()
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET LOCAL")
    return [one["sql"] for one in seen.captured_queries if not one["sql"].startswith(frame)]


@dataclass(frozen=True)
class Company:
    """A company with a programme that is asking; half of its people in each arm."""

    organization: Organization
    program: Program
    people: list[Person]

    def inside(self) -> Any:
        """Run everything inside as this company."""
        return organization(self.organization.pk)

    @property
    def last_week(self) -> date:
        """The week that people are asked about today."""
        return monday(datetime.now(UTC).date()) - timedelta(weeks=1)


def company(slug: str, *, people: int, weeks: int = 2) -> Company:
    """A company of so many people whose programme started so many weeks ago, through the product's own actions."""
    starts_on = monday(datetime.now(UTC).date()) - timedelta(weeks=weeks)
    at = instant(baseline_starts_on(starts_on), time(8), ZONE)
    made = Organization.objects.create(slug=slug, name=slug.title(), zone=ZONE, created_at=at)
    with organization(made.pk):
        Person.objects.bulk_create(
            [
                Person(
                    name=f"Person {n}",
                    sort_name=f"person {n:06}",
                    mail=f"p{n}@{slug}.example",
                    department=f"Department {n % 12}",
                    created_at=at,
                )
                for n in range(people)
            ],
            batch_size=5000,
        )
        everybody = list(Person.objects.order_by("pk"))
        program = programs.create_program(
            name=f"{slug.title()} reports",
            workflow="Client report drafting",
            starts_on=starts_on,
            weeks=10,
            comparison="Training",
            by=None,
            at=at,
        )
        half = people // 2
        for arm, group in ((Arm.PODS, everybody[:half]), (Arm.COMPARISON, everybody[half:])):
            programs.assign(program=program, arm=arm, cluster=f"All {arm}", people=group, by=None, at=at)
        programs.open_baseline(program=program, by=None, at=at)
        program = Program.objects.select_related("organization", "workflow").get(pk=program.pk)
    vacuum("tenancy_person", "programs_assignment", "programs_program", "programs_workflow", "tenancy_organization")
    return Company(made, program, everybody)


def stripped(view: Callable[[WSGIRequest], HttpResponse]) -> Application:
    """The floor: a view with nothing around it. No middleware, session, CSRF, routing, tenant or log."""

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> HttpResponse:
        response = view(WSGIRequest(environ))
        start(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return response

    return application


def signed_in(application: Application, identity: Identity) -> Visitor:
    """The browser of somebody who has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(identity.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = identity.get_session_auth_hash()
    session.save()
    return Visitor(application, cookies={settings.SESSION_COOKIE_NAME: str(session.session_key)})


def visitors(
    application: Application, company: Company, purpose: str, rows: dict[Person, int]
) -> list[tuple[Visitor, str]]:
    """A browser for each person, past the exchange of the mailed secret, and the address of its page."""
    found = []
    now = datetime.now(UTC)
    for person, row in rows.items():
        with company.inside():
            address = mint(
                purpose=purpose,
                row_id=row,
                person=person,
                address=str(person.mail),
                expires_at=now + timedelta(days=9),
                at=now,
            )
        visitor = Visitor(application)
        page = visitor.get(urlsplit(address).path).headers["Location"]
        # The CSRF cookie comes with the first page that holds a form.
        assert visitor.get(page).status == 200
        found.append((visitor, page))
    return found
