"""Evaluations of tools."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adoption.tenancy.rules import local_date
from champions import rules
from champions.models import Tool
from champions.queries.kit import VERDICT_WORDS, Words
from champions.rules import ToolVerdict


@dataclass(frozen=True)
class ToolRow:
    """An evaluation, and whether the day until which it is good has passed."""

    tool: Tool
    verdict: Words
    is_overdue: bool


def tools(*, at: datetime, zone: str) -> list[ToolRow]:
    """Every evaluation, by the tool's name. One query."""
    today = local_date(at, zone)
    rows = Tool.objects.select_related("evaluated_by").in_name_order()
    return [
        ToolRow(one, VERDICT_WORDS[ToolVerdict(one.verdict)], rules.needs_another_look(one.review_on, today))
        for one in rows
    ]
