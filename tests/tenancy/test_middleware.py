"""Where: the body first, then the tenant; one transaction; nothing half written; nothing left behind."""

from __future__ import annotations

import io
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils import timezone
from pytest_django import Settings

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.actions import audit
from adoption.tenancy.middleware import WhereMiddleware
from adoption.tenancy.models import AuditEvent
from adoption.tenancy.walls import current_organization_id
from tests.factories import World
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.usefixtures("frozen_clock")


def write(request: OrganizationRequest) -> None:
    audit.record("tests.written", by=request.person, at=request.at)


@requires(Permission.ENTER)
def writes(request: OrganizationRequest, org: str) -> HttpResponse:
    write(request)
    return HttpResponse(f"{timezone.get_current_timezone_name()} {current_organization_id()}")


@requires(Permission.ENTER)
def writes_and_finds_nothing(request: OrganizationRequest, org: str) -> HttpResponse:
    write(request)
    raise Http404


@requires(Permission.ENTER)
def writes_and_refuses(request: OrganizationRequest, org: str) -> HttpResponse:
    write(request)
    raise PermissionDenied


@requires(Permission.ENTER)
def writes_and_breaks(request: OrganizationRequest, org: str) -> HttpResponse:
    write(request)
    raise RuntimeError


@requires(Permission.ENTER)
def writes_and_answers_500(request: OrganizationRequest, org: str) -> HttpResponse:
    write(request)
    return HttpResponse(status=500)


@requires(Permission.ENTER)
def streams(request: OrganizationRequest, org: str) -> StreamingHttpResponse:
    write(request)
    return StreamingHttpResponse(iter([b"a"]))


class Street:
    urlpatterns = [
        path("o/<slug:org>/writes/", writes),
        path("o/<slug:org>/404/", writes_and_finds_nothing),
        path("o/<slug:org>/403/", writes_and_refuses),
        path("o/<slug:org>/breaks/", writes_and_breaks),
        path("o/<slug:org>/500/", writes_and_answers_500),
        path("o/<slug:org>/streams/", streams),
        path("", include("adoption.urls")),
    ]


@pytest.fixture
def street(settings: Settings) -> None:
    settings.ROOT_URLCONF = Street


@pytest.fixture
def lead(meridian: World, client_as: ClientAs, street: None) -> Client:
    client = client_as(meridian.lead)
    client.raise_request_exception = False
    return client


@pytest.fixture
def written(meridian: World, enter: Enter) -> Callable[[], int]:
    def count() -> int:
        with enter(meridian):
            return AuditEvent.objects.filter(verb="tests.written").count()

    return count


# --- one transaction -------------------------------------------------------------------------------------------------


def test_a_view_runs_inside_its_organization_and_zone_and_what_it_writes_stays(
    lead: Client, meridian: World, written: Callable[[], int]
) -> None:
    answer = lead.post("/o/meridian/writes/")
    assert answer.text == f"Europe/London {meridian.organization.pk}"
    assert written() == 1
    assert current_organization_id() is None
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("404", HTTPStatus.NOT_FOUND),
        ("403", HTTPStatus.FORBIDDEN),
        ("breaks", HTTPStatus.INTERNAL_SERVER_ERROR),
        ("500", HTTPStatus.INTERNAL_SERVER_ERROR),
        ("streams", HTTPStatus.INTERNAL_SERVER_ERROR),
    ],
)
def test_a_view_that_fails_has_written_nothing_and_the_next_request_is_not_harmed(
    lead: Client, written: Callable[[], int], where: str, status: HTTPStatus
) -> None:
    assert lead.post(f"/o/meridian/{where}/").status_code == status
    assert written() == 0
    assert current_organization_id() is None
    assert lead.post("/o/meridian/writes/").status_code == HTTPStatus.OK
    assert written() == 1


# --- the body first --------------------------------------------------------------------------------------------------


class Body(io.BytesIO):
    """A body that says in which organisation it was read."""

    def __init__(self, content: bytes, *, breaks: bool = False) -> None:
        super().__init__(content)
        self.breaks = breaks
        self.read_in: list[int | None] = []

    def read(self, *args: Any) -> bytes:
        self.read_in.append(current_organization_id())
        if self.breaks:
            raise OSError("connection reset")
        return super().read(*args)

    def readline(self, *args: Any) -> bytes:
        self.read_in.append(current_organization_id())
        return super().readline(*args)


def ask(world: World, body: Body, content_type: str, view: Callable[[HttpRequest], HttpResponse]) -> Any:
    request = RequestFactory().generic("POST", "/o/meridian/", b"", content_type=content_type)
    request.META["CONTENT_LENGTH"] = str(len(body.getvalue()))
    request.user = world.lead.identity
    request._stream = body
    return WhereMiddleware(view)(request)


BOUNDARY = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nNoor\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b'{"name": "Noor"}', "application/json"),
        (b"name=Noor", "application/x-www-form-urlencoded"),
        (BOUNDARY, "multipart/form-data; boundary=x"),
        (b"name", "text/plain"),
    ],
)
def test_a_slow_body_holds_no_transaction_open(meridian: World, content: bytes, content_type: str) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        assert current_organization_id() == meridian.organization.pk
        assert request.POST.get("name", "Noor") == "Noor"
        return HttpResponse()

    body = Body(content)
    assert ask(meridian, body, content_type, view).status_code == HTTPStatus.OK
    assert set(body.read_in) == {None}


def test_who_goes_away_in_the_middle_is_not_an_error(meridian: World) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise AssertionError("nothing to do")

    body = Body(b'{"name": "Noor"}', breaks=True)
    assert ask(meridian, body, "application/json", view).status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("where", ["/", "/o/meridian/writes/", "/o/nowhere/", "/sign-in/login/"])
def test_what_is_too_large_is_refused_politely_before_a_byte_is_read(
    lead: Client, written: Callable[[], int], where: str
) -> None:
    size = str(settings.MOST_UPLOAD_BYTES + 1024**2)
    answer = lead.generic("POST", where, b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=size)
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "One file may hold 20 MB" in answer.text
    assert written() == 0


def test_a_machine_reads_that_it_was_too_large(lead: Client) -> None:
    size = str(settings.MOST_UPLOAD_BYTES * 2)
    answer = lead.generic(
        "POST", "/api/v1/o/meridian/people/", b"x", content_type="application/json", CONTENT_LENGTH=size
    )
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), "application/x-www-form-urlencoded"),
        (
            b"&".join(b"a=1" for _ in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)),
            "application/x-www-form-urlencoded",
        ),
        (b"not a form", "multipart/form-data; boundary=x"),
        (b"not a form", "multipart/form-data"),
        (b"name=\xff\xfe%ff%00", "application/x-www-form-urlencoded; charset=latin-1"),
    ],
    ids=["large", "many fields", "no form", "no boundary", "charset"],
)
def test_a_body_that_cannot_be_read_is_a_bad_request(
    lead: Client, written: Callable[[], int], content: bytes, content_type: str
) -> None:
    assert lead.generic("POST", "/o/meridian/404/", content, content_type=content_type).status_code in {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
    }
    assert current_organization_id() is None
    assert written() == 0


@pytest.mark.parametrize(
    ("length", "status"),
    [("", HTTPStatus.OK), ("x", HTTPStatus.BAD_REQUEST), (str(2**63), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)],
)
def test_a_length_that_is_none_breaks_nothing(lead: Client, length: str, status: HTTPStatus) -> None:
    assert lead.generic("GET", "/o/meridian/writes/", CONTENT_LENGTH=length).status_code == status


# --- what strangers may not learn ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["", "people/nothing/", "no/such/place/", "settings/"])
def test_to_a_stranger_an_organization_that_exists_is_like_one_that_does_not(
    meridian: World, harbour: World, client_as: ClientAs, rest: str
) -> None:
    for who in (None, harbour.admin):
        client = client_as(who)
        for method in ("get", "head", "options", "post", "put", "delete"):
            real, none = (getattr(client, method)(f"/o/{slug}/{rest}") for slug in ("meridian", "nowhere1"))
            assert real.status_code == none.status_code
            assert real.content == none.content
            assert dict(real.headers) | {"Location": ""} == dict(none.headers) | {"Location": ""}
            assert meridian.canary not in real.text.lower()


def test_addresses_in_another_spelling_lead_nowhere(meridian: World, client_as: ClientAs) -> None:
    client = client_as(meridian.lead)
    for slug in ("Meridian", "MERIDIAN", "meridian_", "meridian%00", "m" * 300, "%6deridian%2f"):
        assert client.get(f"/o/{slug}/").status_code == HTTPStatus.NOT_FOUND


def test_the_sign_in_page_says_nothing_about_the_address_one_came_from(meridian: World, client_as: ClientAs) -> None:
    client = client_as(None)
    pages = [client.get(f"/o/{slug}/", follow=True) for slug in ("meridian", "nowhere1")]
    texts = [page.text.replace("nowhere1", "meridian") for page in pages]
    assert meridian.organization.name not in texts[0]
    assert len({len(text) for text in texts}) == 1


def test_an_expired_session_inside_a_page_leads_the_whole_page_to_the_sign_in(
    meridian: World, client_as: ClientAs
) -> None:
    given = {"HX-Request": "true", "HX-Current-URL": "http://testserver/o/meridian/roles/?q=a"}
    answer = client_as(None).post("/o/meridian/roles/invite/", headers=given)
    assert answer["HX-Redirect"] == "/sign-in/login/?next=/o/meridian/roles/%3Fq%3Da"
    assert client_as(None).post("/o/meridian/roles/invite/")["Location"] == "/sign-in/login/?next=/"


# --- caches and the database -----------------------------------------------------------------------------------------


def test_personal_pages_stay_out_of_caches_and_fragments_are_told_apart(meridian: World, client_as: ClientAs) -> None:
    for where in ("/o/meridian/", "/", "/o/nowhere/"):
        answer = client_as(meridian.lead).get(where)
        assert answer["Cache-Control"] == "private, no-store"
        assert "HX-Request" in answer["Vary"]


def test_the_database_ends_what_idles_inside_a_transaction_and_what_waits_too_long(db: None) -> None:
    with connection.cursor() as cursor:
        for name, value in (("idle_in_transaction_session_timeout", "1min"), ("lock_timeout", "20s")):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,)
