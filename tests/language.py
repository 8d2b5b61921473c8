"""A language in which every text says the same as in English, in brackets: what stands outside them nobody can translate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import trans_real

LANGUAGE = "de"
OPENS, CLOSES = "«", "»"
# Attributes that are read to somebody or shown, by style sheets and scripts too.
SAID = {
    "alt",
    "aria-label",
    "aria-roledescription",
    "aria-valuetext",
    "data-copied",
    "data-doing-alone",
    "data-label",
    "data-left",
    "data-lost",
    "data-moving",
    "data-name",
    "data-offline",
    "data-over",
    "data-refused",
    "data-taken",
    "placeholder",
    "title",
}
# The same in every language: the product, formats, units and what is typed as it stands here.
NAMES = re.compile(r"\b(?:Murmuration|AI|API|CSV|PDF|XLSX|SVG|PPTX|ICC|ID|URL|MB|OpenAPI|GET|POST|PUT|PATCH|DELETE)\b")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CODE = {"script", "style", "code", "pre"}
WORD = re.compile(r"[^\W\d_]{2,}")


class Bracketed(trans_real.DjangoTranslation):
    """A language in which every text says the same as in English, in brackets."""

    def gettext(self, message: str) -> str:
        return OPENS + message.rpartition("\x04")[2] + CLOSES if message else ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


class Outside(HTMLParser):
    """The texts of a page that stand outside brackets, as they are read: words, and what a screen reader is told."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.depth = 0
        # What is open, and since which of them nothing is to be translated.
        self.open: list[str] = []
        self.silent: int | None = None
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
            if self.silent is None and (tag in CODE or has.get("translate") == "no"):
                self.silent = len(self.open)
        if self.depth:
            return
        said = [value for name, value in attrs if name in SAID]
        if tag == "input" and has.get("type") in {"submit", "button"}:
            said.append(has.get("value"))
        for value in said:
            self.found += outside(value or "", 0)[0]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass
        if self.silent is not None and len(self.open) < self.silent:
            self.silent = None

    def handle_data(self, data: str) -> None:
        if self.silent is None:
            found, self.depth = outside(data, self.depth)
            self.found += found


def outside(text: str, depth: int = 0) -> tuple[list[str], int]:
    """What of a text stands outside brackets, of which so many are open; and how many are open after it."""
    found, here = [], ""
    for sign in text:
        if sign == OPENS:
            depth += 1
        elif sign == CLOSES:
            depth -= 1
        elif not depth:
            here += sign
            continue
        if here.strip():
            found.append(here.strip())
        here = ""
    if here.strip():
        found.append(here.strip())
    return found, depth


def written() -> list[str]:
    """What people wrote, from every table, the longest first."""
    found: set[str] = set()
    for model in apps.get_models(include_auto_created=True):
        texts = [
            one
            for one in model._meta.concrete_fields
            if isinstance(one, (models.CharField, models.TextField, models.JSONField)) and not one.choices
        ]
        if texts:
            for row in model._base_manager.values_list(*(one.attname for one in texts)):
                for value in row:
                    found.update(_texts(value))
    return sorted((one for one in found if WORD.search(one)), key=len, reverse=True)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from (line.strip() for line in value.splitlines())
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def left_over(texts: list[str], known: list[str]) -> list[str]:
    """Which of these texts are not what somebody wrote."""
    found = []
    for text in texts:
        rest = text
        for one in known:
            if one in rest:
                rest = rest.replace(one, " ")
        if WORD.search(NAMES.sub("", rest)):
            found.append(text)
    return found
