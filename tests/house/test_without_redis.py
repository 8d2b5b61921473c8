"""Redis is lost, and what people and machines do goes on: only the doorbell is gone."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from adoption import health
from tests.factories import World
from tests.worlds import ClientAs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGES = ("", "week/", "me/", "people/", "p/", "usage/", "kit/", "evidence/", "waiting/week/", "people/import/")


@pytest.fixture(autouse=True)
def no_redis(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both stores at a port that is somebody's, and where nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
        settings.REDIS_URL = nowhere
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": nowhere}}
        monkeypatch.setattr(health, "_redis", None)
        yield


def test_pages_open_and_acts_are_kept(meridian: World, client_as: ClientAs) -> None:
    for somebody in (meridian.admin, meridian.lead, meridian.member):
        client = client_as(somebody)
        for page in PAGES:
            answer = client.get(f"/o/meridian/{page}")
            assert answer.status_code in {HTTPStatus.OK, HTTPStatus.FORBIDDEN, HTTPStatus.FOUND}, (page, answer)
    client = client_as(meridian.admin)
    assert client.post("/o/meridian/guide/away/").status_code < HTTPStatus.BAD_REQUEST


def test_a_password_opens_the_door_and_signing_out_closes_it(meridian: World) -> None:
    identity = meridian.lead.identity
    identity.set_password("a long enough pass phrase")
    identity.save()
    client = Client()
    login = reverse("account_login")
    assert client.get(login).status_code == HTTPStatus.OK
    # The counters are gone, so nothing is counted, and nobody is refused for that.
    for _ in range(12):
        assert client.post(login, {"login": identity.email, "password": "not it"}).status_code == HTTPStatus.OK
    answer = client.post(login, {"login": identity.email, "password": "a long enough pass phrase"})
    assert answer.status_code == HTTPStatus.FOUND
    assert client.get("/o/meridian/").status_code == HTTPStatus.OK
    assert client.post(reverse("account_logout")).status_code == HTTPStatus.FOUND
    assert client.get("/o/meridian/").status_code == HTTPStatus.FOUND


def test_a_code_is_mailed(meridian: World) -> None:
    client = Client()
    for _ in range(8):
        answer = client.post(reverse("account_request_login_code"), {"email": meridian.lead.identity.email})
        assert answer.status_code == HTTPStatus.FOUND
    assert client.get(reverse("account_confirm_login_code")).status_code == HTTPStatus.OK


def test_machines_are_answered_and_told_what_they_have_left(meridian: World) -> None:
    client = Client(headers={"Authorization": f"Bearer {meridian.secret}"})
    for page in ("people/", "me/", "programmes/"):
        answer = client.get(f"/api/v1/o/meridian/{page}")
        assert answer.status_code in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}, (page, answer)
    assert client.get("/api/v1/o/meridian/people/")["RateLimit"].startswith('"default";r=599')
    for _ in range(70):
        refused = Client(headers={"Authorization": "Bearer mm_nobody"}).get("/api/v1/o/meridian/people/")
        assert refused.status_code == HTTPStatus.UNAUTHORIZED


def test_what_is_missing_is_said_whoever_asks(
    meridian: World, client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Also where the database is gone: who asks is not looked up there."""
    for client in (Client(), client_as(meridian.lead)):
        with django_assert_num_queries(0):
            answer = client.get("/healthz")
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert answer.json() == {"database": True, "redis": False, "worker": False, "beat": False, "ok": False}


def test_what_is_not_answered_is_not_known(db: None) -> None:
    assert cache.add("lock", True)
    cache.set("one", 1)
    assert cache.get("one", "otherwise") == "otherwise"
    assert "one" not in cache
    assert cache.get_many(["one", "two"]) == {}
    assert cache.set_many({"one": 1}) == ["one"]
    assert cache.get_or_set("one", 2) == 2
    assert not cache.delete("one")
    assert not cache.touch("one")
    cache.delete_many(["one"])
    cache.clear()
    with pytest.raises(ValueError, match="does not answer"):
        cache.incr("one")
