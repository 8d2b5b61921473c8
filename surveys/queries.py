"""Reads of the asking floor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.outbox.models import Message
from adoption.programs.models import Program
from adoption.programs.rules import Arm
from adoption.tenancy.models import Person
from surveys.models import Answer, Ask
from surveys.rules import WaveKind

# What the audit trail says of this floor's acts.
SENTENCES: dict[str, Promise] = {
    "survey.opened": _("opened a survey: %(detail)s"),
}


def baseline_collected(*, program: Program, at: datetime) -> bool:
    """Readiness: whether somebody in either arm has answered the baseline survey."""
    asks = Ask.objects.completed().filter(wave__program=program, wave__kind=WaveKind.BASELINE)
    return all(asks.filter(person__assignments__program=program, person__assignments__arm=arm).exists() for arm in Arm)


def facts_of_survey(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the invitation to a survey says."""
    ask = Ask.objects.select_related("wave__program__workflow").get(pk=message.row_id)
    program = ask.wave.program
    return {
        "program": program.name,
        "workflow": program.workflow.name,
        "kind": ask.wave.kind,
        "closes_at": ask.wave.closes_at,
    }


def survey_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the survey is still unanswered and open."""
    return bool(Ask.objects.unanswered().filter(pk=message.row_id, wave__closes_at__gt=at).exists())


def given_answers(ask: Ask) -> dict[str, str]:
    """What a person has answered so far, as a form shows it."""
    newest = {row.item: row for row in Answer.objects.filter(ask=ask).order_by("version")}
    return {
        item: str(row.number) if row.number is not None else row.choice
        for item, row in newest.items()
        if row.number is not None or row.choice
    }


def export_person(*, person: Person) -> dict[str, Any]:
    """Everything this floor holds about a person, in its own words."""
    asks = Ask.objects.filter(person=person).select_related("wave__program").order_by("asked_at", "pk")
    return {
        "surveys": [
            {
                "program": ask.wave.program.name,
                "kind": ask.wave.kind,
                "asked_at": ask.asked_at.isoformat(),
                "completed_at": ask.completed_at and ask.completed_at.isoformat(),
                "answers": given_answers(ask),
            }
            for ask in asks
        ]
    }
