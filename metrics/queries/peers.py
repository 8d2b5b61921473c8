"""Who could show a colleague what they do: whoever uses it, most weeks or now and then."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from adoption.programs.models import Program
from adoption.programs.rules import Mode, occasion_window, window
from adoption.tenancy.rules import local_date
from metrics.queries.weeks import decide_weeks
from metrics.rules import Category, audit_by


def who_uses_it(*, program: Program, people: Collection[int], at: datetime) -> set[int]:
    """Ids of those of some people who are adopters or developing, by the weeks that are over."""
    last_two = window(local_date(at, program.organization.zone))
    looked_at = last_two if program.mode == Mode.WEEKLY else occasion_window(last_two[-1])
    decided = decide_weeks(program.workflow, people, set(looked_at))
    return {
        person
        for person in people
        if audit_by(program.mode, [decided[person, week] for week in looked_at]).category
        in {Category.GENUINE, Category.DEVELOPING}
    }
