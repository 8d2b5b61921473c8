"""Requests nobody would write, good and bad, made from the document: never a 5xx, nothing foreign.

Deterministic. `FUZZ=2000 pytest tests/tenancy/test_api_fuzz.py` asks more of each operation than the suite does.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from adoption.tenancy.api import schema
from adoption.tenancy.models import Person
from tests.factories import AT, World, make_harbour, make_meridian
from tests.worlds import Enter, kept

CASES = int(os.environ.get("FUZZ", "15"))
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
OPERATIONS = [one["value"]["operationId"] for one in schema.operations(schema.document())]


@pytest.fixture(scope="module")
def companies(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[World, World]]:
    """Both, made once: what is sent is undone after each test."""
    with kept(django_db_blocker, lambda: (make_meridian(), make_harbour())) as worlds:
        yield worlds


@pytest.fixture
def meridian(companies: tuple[World, World], db: None) -> World:
    return companies[0]


@pytest.fixture
def harbour(companies: tuple[World, World], db: None) -> World:
    return companies[1]


@pytest.fixture(scope="module")
def api() -> Any:
    """The document, read once."""
    read = schemathesis.openapi.from_dict(schema.document())
    read.app = get_wsgi_application()
    return read


@pytest.fixture
def unlimited(settings: Any) -> None:
    rates = {"requests": 10**9, "refusals": 10**9}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}


@pytest.fixture
def in_one_transaction() -> Iterator[None]:
    """Requests through WSGI would close the connection that the test's transaction lives on."""
    moments = (request_started, request_finished)
    for moment in moments:
        moment.disconnect(close_old_connections)
    yield
    for moment in moments:
        moment.connect(close_old_connections)


@pytest.mark.usefixtures("unlimited", "in_one_transaction")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_is_sent_the_answer_is_a_documented_one_and_nothing_foreign(
    api: Any, operation: str, mode: GenerationMode, meridian: World, harbour: World, enter: Enter
) -> None:
    strategy = api.find_operation_by_id(operation).as_strategy(generation_mode=mode)
    with enter(harbour):
        before = list(Person.objects.order_by("pk").values())
    foreign = re.compile(rf"{harbour.canary}|{harbour.manager.public_id}", re.IGNORECASE)
    ours = [str(one.public_id) for one in (meridian.manager, meridian.away, meridian.member.person)]
    people = st.sampled_from([*ours, *ours, str(harbour.manager.public_id), str(UUID(int=2**127)), None])
    # Most requests pass the door and meet somebody, so that what lies behind is tried.
    orgs = st.sampled_from(["meridian"] * 6 + ["harbour", "no-such-company", None])
    versions = st.sampled_from(['"1"', "*", '"2"', None])

    @seed(7)
    @settings(
        max_examples=CASES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, org=orgs, person=people, version=versions)
    def send(case: Any, org: str | None, person: str | None, version: str | None) -> None:
        if org is not None:
            case.path_parameters["org"] = org
        if person is not None and "person" in case.path_parameters:
            case.path_parameters["person"] = person
        headers = {"Authorization": f"Bearer {meridian.secret}", **({"If-Match": version} if version else {})}
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        sent = f"{case.path_parameters}{case.query}{case.body}"
        if not foreign.search(sent):
            assert not foreign.search(answer.text)

    with time_machine.travel(AT, tick=False):
        send()
    with enter(harbour):
        assert list(Person.objects.order_by("pk").values()) == before
