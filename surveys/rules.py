"""The instruments: what is asked, word for word, and what an answer may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

ANSWERED_WITHIN = timedelta(days=21)
ITEM_VERSION = 1
# Beyond these a number is queried, never deleted.
MOST_MINUTES = 600
MOST_TIMES = 50
HIGHEST_NUMBER = 9999


class WaveKind(StrEnum):
    """When the survey is asked. Baseline and later waves are paired person by person."""

    BASELINE = "baseline"
    POST = "post"
    RETENTION = "retention"


class ItemKind(StrEnum):
    """What an answer is."""

    CHOICE = "choice"
    NUMBER = "number"
    SCALE = "scale"


@dataclass(frozen=True)
class Item:
    """One question. Its wording stands in the forms room, where it can be translated; its key never changes."""

    key: str
    kind: ItemKind
    choices: tuple[str, ...] = ()
    most: int = HIGHEST_NUMBER
    # The answer may not be larger than this other item's.
    at_most: str = ""
    waves: tuple[WaveKind, ...] = tuple(WaveKind)


HOW = Item("how", ItemKind.CHOICE, ("by_hand", "template", "ai_some", "ai_most", "not_mine"))
MINUTES = Item("minutes", ItemKind.NUMBER)
TIMES = Item("times", ItemKind.NUMBER)
WITH_AI = Item("with_ai", ItemKind.NUMBER, at_most="times")
SURE_DRAFTING = Item("sure_drafting", ItemKind.SCALE, ("1", "2", "3", "4", "5", "none"))
SURE_SUMMARISING = Item("sure_summarising", ItemKind.SCALE, ("1", "2", "3", "4", "5", "none"))
SURE_ANALYSING = Item("sure_analysing", ItemKind.SCALE, ("1", "2", "3", "4", "5", "none"))
SURE_CHECKING = Item("sure_checking", ItemKind.SCALE, ("1", "2", "3", "4", "5", "none"))
TIMED = Item("timed", ItemKind.CHOICE, ("timed", "estimated"))
WENT_TO = Item(
    "went_to",
    ItemKind.CHOICE,
    ("more_of_the_same", "better_quality", "higher_value", "breathing_space", "other"),
    waves=(WaveKind.POST, WaveKind.RETENTION),
)

ITEMS = (HOW, MINUTES, TIMES, WITH_AI, SURE_DRAFTING, SURE_SUMMARISING, SURE_ANALYSING, SURE_CHECKING, TIMED, WENT_TO)


class Problem(StrEnum):
    """What is wrong with an answer."""

    NOT_A_NUMBER = "not_a_number"
    NOT_A_CHOICE = "not_a_choice"
    TOO_LARGE = "too_large"
    MORE_THAN = "more_than"


def items_of(kind: WaveKind) -> tuple[Item, ...]:
    """The questions of a wave, in their order."""
    return tuple(item for item in ITEMS if kind in item.waves)


def check(kind: WaveKind, given: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Problem]]:
    """Clean answers and problems, by item key. A question left out is missing: it appears in neither.

    Numbers come out as int, everything else as its choice. Nothing is ever taken as zero because it was left out.
    """
    clean: dict[str, Any] = {}
    wrong: dict[str, Problem] = {}
    for item in items_of(kind):
        text = given.get(item.key, "").strip()
        if not text:
            continue
        if item.kind is ItemKind.NUMBER:
            if not (text.isascii() and text.isdecimal() and len(text) <= 9):
                wrong[item.key] = Problem.NOT_A_NUMBER
            elif int(text) > item.most:
                wrong[item.key] = Problem.TOO_LARGE
            else:
                clean[item.key] = int(text)
        elif text in item.choices:
            clean[item.key] = text
        else:
            wrong[item.key] = Problem.NOT_A_CHOICE
    for item in items_of(kind):
        if item.at_most and item.key in clean and item.at_most in clean and clean[item.key] > clean[item.at_most]:
            wrong[item.key] = Problem.MORE_THAN
            del clean[item.key]
    return clean, wrong
