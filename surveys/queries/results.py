"""What a closed survey says of a lead's own questions and of safety: counted out once, through the gate, whole arms alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count
from django.utils.functional import Promise

from adoption.disclosure.queries import Wording, wording
from adoption.disclosure.rules import (
    Audience,
    Block,
    Cell,
    Display,
    Facts,
    Kind,
    Margin,
    Measure,
    Reason,
    Thresholds,
    arrange,
    may_show_texts,
    publish,
)
from adoption.programs.rules import Arm
from surveys import rules
from surveys.models import Answer, Ask, Finding, PulseReply, Question, Wave
from surveys.queries.asking import own_item
from surveys.queries.returns import ARM_WORDS, placed
from surveys.rules import Item, ItemKind, WaveKind, alpha, pulse_score, silent_options

Words = str | Promise

SAFETY_ITEM = "safety"
# Scores are means of four or five answers: whole in twentieths of a point.
_TWENTIETHS = 20
_PULSE = Measure(Kind.MEAN, _TWENTIETHS, _TWENTIETHS * rules.SCALE_TOP)


def findings_of(wave: Wave) -> Iterable[tuple[str, dict[str, Any]]]:
    """What the gate lets through, by item, as it is stored for good. Whole arms, for the lead alone."""
    thresholds = wave.program.thresholds
    questions = list(Question.objects.asked_in(wave.program, WaveKind(wave.kind)))
    placed_asks = placed(Ask.objects.filter(wave=wave), wave)
    asked: dict[str, int] = dict(placed_asks.values("arm").annotate(n=Count("pk")).values_list("arm", "n"))
    said: dict[str, list[tuple[str, Answer]]] = {}
    arms = dict(placed_asks.values_list("pk", "arm")) if questions else {}
    newest: dict[tuple[int, str], Answer] = {}
    for row in Answer.objects.filter(ask__wave=wave, item__startswith="own-").order_by("version"):
        newest[row.ask_id, row.item] = row
    for (ask, key), row in newest.items():
        if row.number is not None or row.choice or row.text:
            said.setdefault(key, []).append((arms[ask], row))
    for question in questions:
        item = own_item(question)
        yield item.key, _own_finding(item, said.get(item.key, []), asked, thresholds)
    if wave.kind in rules.PULSE_WAVES:
        yield SAFETY_ITEM, _pulse_finding(wave, asked, thresholds)


def _own_finding(
    item: Item, said: Sequence[tuple[str, Answer]], asked: Mapping[str, int], thresholds: Thresholds
) -> dict[str, Any]:
    arms = [arm for arm in Arm if asked.get(arm)]
    by_arm = {arm: [row for where, row in said if where == arm] for arm in arms}
    shown: dict[str, Any] = {"words": item.words, "language": item.language, "kind": item.kind, "rows": []}
    if item.kind is ItemKind.TEXT:
        # The lead asked for texts on purpose, and whoever wrote one was told that it is read: the default does not stand.
        allowed = replace(thresholds, free_text_allowed=True)
        texts = sorted(row.text for _, row in said)
        shown["texts"] = texts if may_show_texts(len(texts), allowed) else None
        return shown
    if item.kind is ItemKind.CHOICE:
        silent = {
            arm: silent_options(
                [sum(row.choice == option.key for row in by_arm[arm]) for option in item.options], thresholds.band
            )
            for arm in arms
        }
        for place, option in enumerate(item.options):
            cells = {
                arm: _arm_cell(
                    item.key,
                    arm,
                    asked[arm],
                    [int(row.choice == option.key) for row in by_arm[arm]],
                    Measure(),
                    thresholds,
                )
                for arm in arms
            }
            for arm, hidden in silent.items():
                if hidden is None or place in hidden:
                    cells[arm] = _silent_cell(arm)
            shown["rows"].append({"words": option.words, "cells": {arm: cell.as_dict() for arm, cell in cells.items()}})
        return shown
    measure = Measure(Kind.MEAN, 1, rules.SCALE_TOP) if item.kind is ItemKind.SCALE else Measure(Kind.MEDIAN, 0, None)
    values = {arm: [int(row.choice) if row.number is None else row.number for row in by_arm[arm]] for arm in arms}
    cells = {arm: _arm_cell(item.key, arm, asked[arm], values[arm], measure, thresholds) for arm in arms}
    shown["rows"].append({"words": "", "cells": {arm: cell.as_dict() for arm, cell in cells.items()}})
    return shown


def _pulse_finding(wave: Wave, asked: Mapping[str, int], thresholds: Thresholds) -> dict[str, Any]:
    items = rules.SAFETY.items
    strict = replace(
        thresholds,
        group=max(rules.LEAST_REPLIES, thresholds.group),
        executive=max(rules.LEAST_REPLIES, thresholds.executive, thresholds.group),
    )
    replies = list(PulseReply.objects.filter(wave=wave))
    answers = [{item.key: getattr(reply, item.key) for item in items} for reply in replies]
    scores = [pulse_score(items, one) for one in answers]
    cells = {}
    for arm in Arm:
        if not asked.get(arm):
            continue
        scored = [
            (reply.cluster, int(score * _TWENTIETHS))
            for reply, score in zip(replies, scores, strict=True)
            if reply.arm == arm and score is not None
        ]
        cell = _arm_cell(SAFETY_ITEM, arm, asked[arm], [value for _, value in scored], _PULSE, strict)
        if len({cluster for cluster, _ in scored}) < rules.LEAST_CLUSTERS:
            cell = _silent_cell(arm)
        if cell.value is not None:
            cell = replace(cell, value=(cell.value / _TWENTIETHS).quantize(Decimal("0.1"), ROUND_HALF_UP))
        cells[arm] = cell.as_dict()
    agreement = alpha(items, answers)
    return {"rows": [{"words": "", "cells": cells}], "alpha": None if agreement is None else round(agreement, 2)}


def _arm_cell(
    metric: str, arm: str, asked: int, values: Sequence[int], measure: Measure, thresholds: Thresholds
) -> Cell:
    # Somebody erased since no longer counts among those asked, while an anonymous reply stays.
    people = max(asked, len(values))
    kept = tuple(values) if measure.kind is Kind.MEDIAN else ()
    block = Block(arm, "", "", people, len(values), sum(values), kept)
    release = publish(
        Facts(metric, "survey", (block,), measure), arrangement=arrange([block], thresholds), thresholds=thresholds
    )
    return release.table(Audience.LEAD).arm(arm)


def _silent_cell(arm: str) -> Cell:
    return Cell(Margin.ARM, arm, (), Display.NOT_SHOWN, Reason.PROTECTED)


@dataclass(frozen=True)
class Line:
    """One line of a result: an option, or the question itself, and what each arm said, by arm."""

    words: str
    said: tuple[tuple[Words, Wording], ...]


@dataclass(frozen=True)
class Result:
    """What was published of one question. `texts` is None where texts are not shown, or are shown no more."""

    item: str
    words: str
    language: str
    kind: str
    lines: tuple[Line, ...]
    texts: tuple[str, ...] | None
    is_forgotten: bool
    alpha: float | None

    @property
    def is_pulse(self) -> bool:
        return self.item == SAFETY_ITEM


def results_of(wave: Wave) -> list[Result]:
    """What was published of a survey, in the order of its questions; empty until it is. One query."""
    return [
        Result(
            item=row.item,
            words=row.shown.get("words", ""),
            language=row.shown.get("language", ""),
            kind=row.shown.get("kind", ""),
            lines=tuple(
                Line(
                    line["words"],
                    tuple((ARM_WORDS[Arm(arm)], wording(Cell.from_dict(cell))) for arm, cell in line["cells"].items()),
                )
                for line in row.shown["rows"]
            ),
            texts=tuple(row.shown["texts"]) if row.shown.get("texts") else None,
            is_forgotten=row.shown.get("is_forgotten", False),
            alpha=row.shown.get("alpha"),
        )
        for row in Finding.objects.filter(wave=wave).order_by("pk")
    ]
