"""What holds for every page, read from the resolver: safe to open, well formed, proof against nonsense."""

from __future__ import annotations

import gzip
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adoption.tenancy.rules import permissions_of
from tests.factories import World
from tests.house.addresses import Address
from tests.house.test_doors import PAGES, by_role
from tests.worlds import ClientAs

# What a request may write although it only reads: who is signed in.
SESSIONS = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "django_session"')
WRITES = re.compile(
    r"^\s*(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COPY|WITH[^;]*?\b(?:INSERT|UPDATE|DELETE)\b)|FOR (?:NO KEY )?UPDATE",
    re.DOTALL,
)

# What a page may weigh as it is sent, once style sheet, script and typefaces are there.
MOST_BYTES = 15_000

# Each once broke somebody's application.
NONSENSE = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "9223372036854775808",
    "-9223372036854775809",
    "-1",
    "1e400",
    "NaN",
    "Infinity",
    "\u202eabc\u0301\U0001f9b2",
    "x" * 10_000,
    "'; DROP TABLE tenancy_person; --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}%(x)s%",
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "\r\nSet-Cookie: a=b",
    "[]",
    "00000000-0000-0000-0000-000000000000",
]
# Half a character, and bytes that are no text at all.
BROKEN = (b"%ED%A0%80", b"%FF%FE", b"%C0%80", b"%", b"%zz")
# What lists are commonly asked, whether or not this page knows it.
ASKED = ("q", "page", "after", "before", "cursor", "limit", "sort", "order", "status", "state", "department", "show")

each_page = pytest.mark.parametrize("address", PAGES, ids=str)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock", "unlogged")]


@pytest.fixture
def client_as(client_signed_in: ClientAs) -> ClientAs:
    return client_signed_in


@dataclass
class Form:
    """A form of a page: where it goes, how, and its fields."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.title = ""
        self._inside: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        self.tags.append((tag, has))
        self._inside.append(tag)
        if has.get("id"):
            self.ids.append(str(has["id"]))
        self.inline += [f"{tag} {name}" for name in has if name.startswith("on") or name == "style"]
        if tag == "form":
            self.forms.append(Form(has.get("action") or "", (has.get("method") or "get").lower()))
        if tag in ("input", "select", "textarea", "button") and self.forms and has.get("name"):
            if has.get("type") == "file":
                self.forms[-1].files.append(str(has["name"]))
            else:
                self.forms[-1].fields.setdefault(str(has["name"]), has.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._inside or not data.strip():
            return
        if self._inside[-1] == "title" and "svg" not in self._inside:
            self.title += data
        script = next((has for tag, has in reversed(self.tags) if tag == "script"), {})
        if self._inside[-1] == "style" or (self._inside[-1] == "script" and "json" not in str(script.get("type"))):
            self.inline.append(f"<{self._inside[-1]}> {data[:40]}")


def opened(address: Address, world: World, client_as: ClientAs) -> Client:
    """A client of the first role that the page opens to."""
    return client_as(next(one for role, one in by_role(world).items() if address.permission in permissions_of({role})))


def undone(client: Client, method: str, path: str, data: Any = None, **more: Any) -> HttpResponse:
    with transaction.atomic():
        answer: HttpResponse = getattr(client, method)(path, data, **more)
        transaction.set_rollback(True)
    return answer


def read(answer: HttpResponse) -> str:
    """What a browser makes of an answer; the shortest come as they are."""
    if answer.get("Content-Encoding") == "gzip":
        return gzip.decompress(answer.content).decode()
    assert len(answer.content) < 200
    return answer.content.decode()


def is_page(answer: HttpResponse) -> bool:
    return answer.status_code == HTTPStatus.OK and answer["Content-Type"].startswith("text/html")


@each_page
def test_opening_a_page_changes_nothing(address: Address, meridian: World, client_as: ClientAs) -> None:
    client = opened(address, meridian, client_as)
    client.get("/healthz")
    own = address.own(meridian)
    for method in ("get", "head", "options"):
        with CaptureQueriesContext(connection) as asked:
            getattr(client, method)(own)
        written = [one["sql"] for one in asked if WRITES.search(one["sql"]) and not SESSIONS.match(one["sql"])]
        assert written == [], method


@each_page
def test_nothing_is_taken_from_another_site(address: Address, meridian: World) -> None:
    client = Client(enforce_csrf_checks=True)
    for somebody in (meridian.admin, meridian.lead):
        client.force_login(somebody.identity)
        assert client.post(address.own(meridian)).status_code == HTTPStatus.FORBIDDEN


@each_page
def test_a_page_is_well_formed(address: Address, meridian: World, client_as: ClientAs) -> None:
    answer = opened(address, meridian, client_as).get(address.own(meridian), headers={"Accept-Encoding": "gzip"})
    if not is_page(answer):
        return
    # A window has a full page of rows, which are alike; here each kind of row is there once.
    assert len(answer.content) < MOST_BYTES
    page = Reader(read(answer))
    assert page.inline == [], "the content security policy forbids it"
    assert sorted(page.ids) == sorted(set(page.ids)), "an id twice"
    # A link that htmx follows is a link for everybody.
    assert [has for tag, has in page.tags if tag == "a" and "hx-get" in has and not has.get("href")] == []
    for form in page.forms:
        assert form.method in ("get", "post", "dialog")
        assert form.method != "post" or "csrfmiddlewaretoken" in form.fields, form
    if not any(tag == "html" for tag, _ in page.tags):
        return  # a fragment
    tags = [tag for tag, _ in page.tags]
    assert (tags.count("h1"), tags.count("main"), tags.count("title") >= 1) == (1, 1, True)
    assert page.title.strip()
    assert dict(page.tags)["html"].get("lang")


@each_page
def test_nonsense_in_the_query_is_never_an_error(address: Address, meridian: World, client_as: ClientAs) -> None:
    client = opened(address, meridian, client_as)
    path = address.own(meridian)
    answer = client.get(path)
    page = Reader(answer.content.decode()) if is_page(answer) else Reader("")
    known = [name for form in page.forms if form.method == "get" for name in form.fields]
    known += [name for _, has in page.tags for name in parse_qs(urlsplit(has.get("href") or "").query)]
    queries: list[dict[str, str]] = [dict.fromkeys(known, nonsense) for nonsense in NONSENSE if known]
    # What the page shows no sign of is tried more quickly: each name another value.
    queries += [{name: NONSENSE[(at + 5 * turn) % len(NONSENSE)] for at, name in enumerate(ASKED)} for turn in range(5)]
    for query in queries:
        answer = undone(client, "get", path, query)
        assert answer.status_code < 500, query
        assert "<script>alert(1)" not in answer.content.decode("utf-8", "replace")
    for turn in range(len(BROKEN) if known else 1):
        raw = "&".join(
            f"{name}={BROKEN[(at + turn) % len(BROKEN)].decode()}" for at, name in enumerate((*known, *ASKED))
        )
        assert undone(client, "get", f"{path}?{raw}").status_code < 500, raw


@each_page
def test_nonsense_in_a_form_is_never_an_error(address: Address, meridian: World, client_as: ClientAs) -> None:
    client = opened(address, meridian, client_as)
    path = address.own(meridian)
    answer = client.get(path)
    forms = [form for form in Reader(answer.content.decode()).forms if form.method == "post"] if is_page(answer) else []
    if not is_page(answer):
        forms = [Form(path, "post", {"name": ""})]  # only takes posts: its form is on another page
    for form in forms:
        if not (form.action or path).startswith("/o/"):
            continue
        for nonsense in NONSENSE:
            sent: dict[str, Any] = {name: kept if name == "version" else nonsense for name, kept in form.fields.items()}
            sent |= {name: io.BytesIO(nonsense.encode()) for name in form.files}
            answer = undone(client, "post", form.action or path, sent)
            assert answer.status_code < 500, f"{form}: {nonsense[:20]!r}"
            assert "<script>alert(1)" not in answer.content.decode("utf-8", "replace")
        for broken in BROKEN:
            body = b"&".join(name.encode() + b"=" + broken for name in form.fields)
            answer = undone(client, "post", form.action or path, body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code < 500, f"{form}: {broken!r}"
