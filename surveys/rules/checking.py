"""What an answer may be, which questions are asked after which answers, and where somebody is in between."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from surveys.rules.instruments import TEXT_LENGTH, Item, ItemKind, WaveKind
from surveys.rules.library import WORK, items_of


class Problem(StrEnum):
    """What is wrong with an answer."""

    NOT_A_NUMBER = "not_a_number"
    NOT_A_CHOICE = "not_a_choice"
    TOO_LARGE = "too_large"
    MORE_THAN = "more_than"
    TOO_LONG = "too_long"


def asked(items: Sequence[Item], given: Mapping[str, str]) -> tuple[Item, ...]:
    """Which of the items are asked, given what was answered so far. An item that is not asked counts as unanswered."""
    said: dict[str, str] = {}
    found = []
    for item in items:
        if any(said.get(name, "") == answer for name, answer in item.left_out_after):
            continue
        said[item.key] = given.get(item.key, "").strip()
        found.append(item)
    return tuple(found)


def check(
    kind: WaveKind, given: Mapping[str, str], *, version: int = WORK.version
) -> tuple[dict[str, Any], dict[str, Problem]]:
    """Clean answers and problems of one wave's questions: `check_items` of them."""
    return check_items(items_of(kind, version), given)


def check_items(items: Sequence[Item], given: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Problem]]:
    """Clean answers and problems, by item key. A question left out is missing: it appears in neither.

    Numbers come out as int, everything else as text: a choice as its key. Nothing is ever taken as zero because it was
    left out, and what was said to a question that is not asked is dropped.
    """
    clean: dict[str, Any] = {}
    wrong: dict[str, Problem] = {}
    open_items = asked(items, given)
    for item in open_items:
        value = _clean(item, given.get(item.key, "").strip())
        if isinstance(value, Problem):
            wrong[item.key] = value
        elif value is not None:
            clean[item.key] = value
    for item in open_items:
        if item.at_most and item.key in clean and item.at_most in clean and clean[item.key] > clean[item.at_most]:
            wrong[item.key] = Problem.MORE_THAN
            del clean[item.key]
    return clean, wrong


def unusual(items: Sequence[Item], clean: Mapping[str, Any]) -> dict[str, int]:
    """Numbers that are worth asking back, by item key. They count as they are."""
    return {
        item.key: number
        for item in items
        if isinstance(number := clean.get(item.key), int) and not item.is_usual(number)
    }


def next_item(items: Sequence[Item], given: Mapping[str, str], after: str) -> Item | None:
    """The question to show after one of them; None when it was the last."""
    keys = [item.key for item in items]
    later = keys[keys.index(after) + 1 :] if after in keys else keys
    return next((item for item in asked(items, given) if item.key in later), None)


def item_before(items: Sequence[Item], given: Mapping[str, str], before: str) -> Item | None:
    """The question that was shown before one of them; None when it is the first."""
    keys = [item.key for item in items]
    earlier = keys[: keys.index(before)] if before in keys else []
    return next((item for item in reversed(asked(items, given)) if item.key in earlier), None)


def first_open(items: Sequence[Item], given: Mapping[str, str]) -> Item | None:
    """Where somebody goes on: the question after the last one they answered; the last when all are answered."""
    open_items = asked(items, given)
    answered = [place for place, item in enumerate(open_items) if given.get(item.key, "").strip()]
    if not open_items:
        return None
    return open_items[min(answered[-1] + 1 if answered else 0, len(open_items) - 1)]


def tidy_text(text: str) -> str:
    """A text as written, in any script, without what no keyboard writes: controls other than line breaks."""
    seen = (c for c in text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in seen if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def _clean(item: Item, text: str) -> int | str | Problem | None:
    if item.kind is ItemKind.TEXT:
        text = tidy_text(text)
        return Problem.TOO_LONG if len(text) > TEXT_LENGTH else text or None
    if not text:
        return None
    if item.kind is ItemKind.NUMBER:
        if not (text.isascii() and text.isdecimal() and len(text) <= 9):
            return Problem.NOT_A_NUMBER
        return int(text) if int(text) <= item.most else Problem.TOO_LARGE
    return text if text in item.choices else Problem.NOT_A_CHOICE
