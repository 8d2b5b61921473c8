"""Evaluating tools."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from adoption.programs.actions import Refused
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.models import Tool
from champions.rules import ToolVerdict


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation says."""

    tool: str
    task: str
    verdict: ToolVerdict
    why: str
    data_allowed: str
    data_forbidden: str
    for_whom: str
    review_on: date


@transaction.atomic
def evaluate_tool(*, says: Evaluation, found: Tool | None, by: Person, at: datetime) -> Tool:
    """Write an evaluation down, or look at `found` again; either way it is now this person's word, of this day.

    Raises Refused when the tool is evaluated for this task elsewhere, and for a next look that is not ahead.
    """
    if says.review_on <= local_date(at, by.organization.zone):
        raise Refused("look_ahead")
    same = Tool.objects.filter(tool=says.tool, task=says.task)
    if (same.exclude(pk=found.pk) if found else same).exists():
        raise Refused("evaluated_already")
    row = Tool.objects.select_for_update().get(pk=found.pk) if found else Tool()
    for name, value in vars(says).items():
        setattr(row, name, value)
    row.evaluated_by, row.evaluated_at = by, at
    row.save()
    if found:
        audit.record("tool.looked_at_again", by=by, at=at, subject=row, verdict=says.verdict)
    else:
        audit.record("tool.evaluated", by=by, at=at, subject=row, verdict=says.verdict)
    return row
