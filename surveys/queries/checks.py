"""What the calendar's question to champions would say."""

from __future__ import annotations

from datetime import datetime

from adoption.programs.models import Step
from adoption.programs.rules import Preview
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.models import Champion


def preview_check(*, step: Step, at: datetime) -> Preview:
    """To how many champions the question about their time would go."""
    there = Person.objects.working(local_date(at, step.program.organization.zone)).values("pk")
    people = Champion.objects.serving().filter(program=step.program, person__in=there).count()
    return Preview(people=people)
