"""Somebody with a web browser without a script: reads pages, follows their links, and sends their forms as they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

_SPACES = re.compile(r"\s+")
_TICKED = frozenset({"checkbox", "radio"})
_UNREAD = frozenset({"script", "style", "title"})
_SENT = frozenset({"submit", "button", "image", "reset"})


@dataclass
class Button:
    """What can be pressed: its words, what it sends, and where, if elsewhere than its form."""

    words: str
    name: str
    value: str
    action: str


@dataclass
class Form:
    """A form of a page: what it would send, what else its boxes offer, and its buttons."""

    action: str
    method: str
    given: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)

    def put(self, name: str, value: str) -> None:
        self.given.setdefault(name, []).append(value)


class Page(HTMLParser):
    """A page as its reader has it: headings, text, links and forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = self.heading = ""
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self._open: list[str] = []
        self._link: tuple[str, str] | None = None
        self._button: Button | None = None
        self._select = self._textarea = ""
        self._unread = 0
        self.feed(html)
        self.text = _SPACES.sub(" ", self.text).strip()
        self.heading = _SPACES.sub(" ", self.heading).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _UNREAD:
            self._unread += 1
        elif tag == "h1":
            self._open.append(tag)
        elif tag == "a":
            self._link = ("", given.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.forms:
            self._field(tag, given)
        if tag in {"p", "div", "li", "td", "th", "dd", "dt", "br", "h1", "h2", "h3", "button", "option"}:
            self.text += " "

    def _field(self, tag: str, given: Mapping[str, str]) -> None:
        form, name, kind = self.forms[-1], given.get("name", ""), given.get("type", "text")
        if tag == "button":
            self._button = Button("", name, given.get("value", ""), given.get("formaction", "") or form.action)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.offered.setdefault(self._select, []).append(given.get("value", ""))
            if "selected" in given:
                form.put(self._select, given.get("value", ""))
        elif tag == "textarea":
            self._textarea = name
            form.given[name] = [""]
        elif tag == "input" and name and kind in _TICKED:
            form.offered.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                form.put(name, given.get("value", "on"))
        elif tag == "input" and name and kind not in _SENT:
            form.offered.setdefault(name, [])
            if kind != "file":
                form.put(name, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread -= 1
        elif tag == "h1" and self._open:
            self._open.pop()
        elif tag == "a" and self._link:
            self.links.append((_SPACES.sub(" ", self._link[0]).strip(), self._link[1]))
            self._link = None
        elif tag == "button" and self._button:
            self._button.words = _SPACES.sub(" ", self._button.words).strip()
            self.forms[-1].buttons.append(self._button)
            self._button = None
        elif tag == "select":
            form = self.forms[-1]
            # As browsers do: a list with nothing chosen sends its first line.
            if self._select and self._select not in form.given and form.offered.get(self._select):
                form.put(self._select, form.offered[self._select][0])
            self._select = ""
        elif tag == "textarea" and self._textarea:
            # A line break right after the tag is no part of the text.
            (text,) = self.forms[-1].given[self._textarea]
            self.forms[-1].given[self._textarea] = [text.removeprefix("\n")]
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._unread:
            return
        self.text += data
        if self._open:
            self.heading += data
        if self._link:
            self._link = (self._link[0] + data, self._link[1])
        if self._button:
            self._button.words += data
        if self._textarea:
            self.forms[-1].given[self._textarea][0] += data


class Visitor:
    """A window of somebody. Every form is sent with the token that was on the page, and checked for it."""

    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client(enforce_csrf_checks=True)
        self.client.handler.enforce_csrf_checks = True
        self.at = "/"
        self.status = 0
        self.page = Page("")

    @property
    def text(self) -> str:
        """What can be read, in one line."""
        return self.page.text

    @property
    def heading(self) -> str:
        return self.page.heading

    def open(self, address: str, *, status: int = HTTPStatus.OK) -> Visitor:
        """Go to an address, as far as it leads. Fails unless the last answer has this status."""
        parts = urlsplit(urljoin(self.at, address))
        self._came(self.client.get(parts.path + (f"?{parts.query}" if parts.query else ""), follow=True))
        assert self.status == status, f"{self.at}: {self.status} {self.heading} {self.text[:600]}"
        return self

    def follow(self, words: str, *, status: int = HTTPStatus.OK) -> Visitor:
        """Follow the first link of the page with these words."""
        found = [href for said, href in self.page.links if words in said]
        assert found, f"no link {words!r} at {self.at}, only {[said for said, _ in self.page.links]}"
        return self.open(found[0], status=status)

    def press(self, words: str, *, status: int = HTTPStatus.OK, **filled: Any) -> Visitor:
        """Press a button: send its form as it stands, with these fields filled in. Boxes take a list."""
        form, button = self._button(words)
        sent: dict[str, Any] = {key: list(values) for key, values in form.given.items()}
        for key, given in filled.items():
            assert key in form.given or key in form.offered, f"no field {key} at {self.at}"
            wanted = given if isinstance(given, list) else [given]
            if form.offered.get(key):
                assert set(map(str, wanted)) <= set(form.offered[key]), f"{key} offers {form.offered[key]}"
            sent[key] = wanted
        if button.name:
            sent[button.name] = [button.value]
        address = urlsplit(urljoin(self.at, button.action)).path if button.action else self.at
        send = self.client.post if form.method == "post" else self.client.get
        self._came(send(address, sent, follow=True))
        assert self.status == status, f"{self.at}: {self.status} {self.heading} {self.text[:600]}"
        return self

    def _button(self, words: str) -> tuple[Form, Button]:
        every = [(form, button) for form in self.page.forms for button in form.buttons]
        found = [one for one in every if one[1].words == words] or [one for one in every if words in one[1].words]
        assert found, f"no button {words!r} at {self.at}, only {[one.words for _, one in every]}: {self.text[:400]}"
        return found[0]

    def _came(self, answer: Any) -> None:
        self.status = answer.status_code
        self.at = answer.request["PATH_INFO"]
        query = answer.request.get("QUERY_STRING", "")
        self.at += f"?{query}" if query else ""
        html = answer.content.decode() if answer.get("Content-Type", "").startswith("text/html") else ""
        self.page = Page(html)
