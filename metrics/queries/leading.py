"""The weeks of those who lead in a programme: for freezing alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from django.db.models import Exists, OuterRef

from adoption.programs.models import Assignment, Program
from adoption.tenancy.rules import instant
from champions.models import Champion
from metrics.queries.weeks import decide_weeks
from metrics.rules import Week


def leading_in(program: Program, weeks: Sequence[date]) -> list[list[Week]]:
    """The decided weeks of each champion who was named by the end of the last one. One query, and five where there is one.

    Whoever took a pod over after the launch stays in the group they were launched with, and is not counted twice.
    """
    over = instant(weeks[-1] + timedelta(weeks=1), time(0), program.organization.zone)
    launched = Assignment.objects.of_cohorts().filter(program=program, person=OuterRef("person"))
    named = Champion.objects.serving().filter(~Exists(launched), program=program, named_at__lt=over)
    people = sorted(named.values_list("person", flat=True))
    decided = decide_weeks(program.workflow, people, weeks) if people else {}
    return [[decided[person, week] for week in weeks] for person in people]
