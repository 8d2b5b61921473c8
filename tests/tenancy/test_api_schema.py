"""The OpenAPI document and the page that makes it readable."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from drf_spectacular.validation import validate_schema

from adoption.tenancy.api import errors, people, schema
from adoption.tenancy.api.address import Address
from tests.factories import World
from tests.house.addresses import addresses

SCHEMA = "/api/v1/schema/"
PAGE = "/api/v1/"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return schema.document()


def test_the_document_is_valid_openapi_and_made_without_a_warning(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))
    validate_schema(schema.document())
    assert schema.document()["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", "", "application/json"),
        ("", "*/*", "application/json"),
        ("", "application/yaml", "application/yaml"),
        ("", "application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
        ("?format=yaml", "", "application/yaml"),
        ("?format=json", "", "application/json"),
    ],
)
def test_it_comes_as_json_and_as_yaml_to_everybody(db: None, query: str, accept: str, kind: str, document: Any) -> None:
    answer = Client().get(SCHEMA + query, headers={"Accept": accept} if accept else {})
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    read = yaml.safe_load if "yaml" in kind else json.loads
    assert read(answer.content) == document
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert re.fullmatch(r'"[0-9a-f]{32}"', answer.headers["ETag"])


def test_there_is_no_third_form(db: None) -> None:
    assert Client().get(f"{SCHEMA}?format=xml").json()["code"] == "not-found"
    assert Client().get(SCHEMA, headers={"Accept": "text/html"}).json()["code"] == "not-acceptable"
    assert Client().post(SCHEMA).json()["code"] == "method-not-allowed"


def test_it_holds_nothing_of_any_organisation(meridian: World, harbour: World, client_as: Any) -> None:
    for address in (SCHEMA, PAGE):
        answers = {client_as(who).get(address).content for who in (None, meridian.admin, harbour.member)}
        assert len(answers) == 1
        assert not re.search(rb"quokka|narwhal|harbour", answers.pop().lower())


def test_every_address_is_documented_and_every_documented_address_exists(document: Any) -> None:
    expected = {}
    for one in addresses():
        if one.is_for_machines and one.belongs_to_an_organization:
            view: type[Address] = one.view.cls  # type: ignore[attr-defined]
            path = "/" + one.template % {part: f"{{{part}}}" for part in one.parts}
            expected[path] = {name for name in ("get", "post", "put", "patch", "delete") if hasattr(view, name)}
    assert {path: set(methods) for path, methods in document["paths"].items()} == expected


def test_every_operation_says_what_may_be_refused_and_how_to_come_in(document: Any) -> None:
    for one in schema.operations(document):
        value = one["value"]
        assert value["summary"]
        assert value["security"] == [{"token": []}, {"session": []}]
        writes = one["method"] != "get"
        refusals = {status for status in value["responses"] if status >= "4"}
        named = {parameter["name"] for parameter in value["parameters"]}
        assert {"400", "401", "403", "404", "406", "429"} <= refusals
        assert ({"409", "413", "415"} <= refusals) == writes == ("Idempotency-Key" in named)
        assert ({"412", "428"} <= refusals) == ("If-Match" in named)
        for status in refusals:
            assert list(value["responses"][status]["content"]) == ["application/problem+json"]


def test_what_comes_in_is_closed_and_no_internal_key_is_named(document: Any) -> None:
    schemas = document["components"]["schemas"]
    for name in ("NewPerson", "PersonChanges", "NewLeave", "Departure"):
        assert schemas[name]["additionalProperties"] is False
    assert not {"pk", "organization", "organization_id", "sort_name"} & set(schemas["Person"]["properties"])
    assert set(schemas["Person"]["required"]) == set(schemas["Person"]["properties"])
    assert (
        set(schemas["NewPerson"]["properties"]) == set(people.PersonIn().fields) == set(people.PersonChanges().fields)
    )


class Page(HTMLParser):
    """The page's anchors, its links, and what a strict policy would refuse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.refused: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links |= {given["href"] or ""} if "href" in given else set()
        inline = tag == "style" or (tag == "script" and "src" not in given) or "style" in given
        if inline or any(name.startswith("on") for name in given):
            self.refused.append(tag)


def test_the_page_shows_every_operation_and_every_problem_without_anything_inline(db: None, document: Any) -> None:
    answer = Client().get(PAGE, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    text = answer.content.decode()
    page = Page(text)
    assert page.refused == []
    for one in schema.operations(document):
        assert f"{one['method'].upper()} {one['path']}" in text
    assert set(errors.KINDS) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert "curl" in text
    assert "Authorization: Bearer $TOKEN" in text
    # An address that a problem's `type` points to is on the page.
    assert f"{PAGE}#" == errors.EXPLAINED_AT


def test_the_page_refuses_as_the_rest_does(db: None) -> None:
    assert Client().post(PAGE).json()["code"] == "method-not-allowed"
    assert Client().get(PAGE, headers={"Accept": "application/json"}).json()["code"] == "not-acceptable"
