"""Logs hold what happened, never what people wrote."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from adoption.logs import scrub

SECRET = "hunter2"


def written(record: logging.LogRecord) -> str:
    """A record as our handlers write it."""
    ours = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    assert ours
    return "".join(handler.format(record) for handler in ours)


def test_an_error_is_logged_without_the_values_around_it() -> None:
    """A pretty traceback would print local variables: names, answers and secrets."""

    def fail(answer: str) -> None:
        raise RuntimeError(len(answer))

    with pytest.raises(RuntimeError) as caught:
        fail("hunter" + "2")
    failure = (caught.type, caught.value, caught.tb)
    said = written(logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, failure))
    assert "RuntimeError" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    "address",
    ["/o/meridian/?q=hunter2", "/i/hunter2/", "/u/hunter2/?x", "/nowhere/?code=hunter2", "/healthz?hunter2"],
)
def test_a_request_is_logged_without_what_it_carried(
    address: str, db: None, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for answer in (client.get(address), client.post(address, {"name": SECRET}), client.put(address, {"name": SECRET})):
        assert answer.status_code < 500 or address.startswith("/healthz")
    assert caplog.records
    said = [written(record) for record in caplog.records if record.name.startswith(("django", "adoption"))]
    assert [line for line in said if SECRET in line] == []


def test_addresses_keep_what_is_no_secret() -> None:
    for before, after in {
        "GET /o/meridian/people/?q=ada&page=2": "GET /o/meridian/people/?…",
        "GET /i/abc-DEF_1/": "GET /i/…/",
        "GET /o/meridian/invitations/": "GET /o/meridian/invitations/",
        "Not Found: /u/abc/?n=3": "Not Found: /u/…/?…",
        "why?": "why?",
    }.items():
        assert scrub(None, "", {"event": before, "request": before}) == {"event": after, "request": after}
    assert scrub(None, "", {"event": {"a": 1}}) == {"event": {"a": 1}}
