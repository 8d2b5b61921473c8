"""What the demo's system owner has looked through of the log, by the application's own act."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from adoption.tenancy.models import Person
from metrics.actions.review import mark_reviewed
from metrics.management.demo.history import Life
from metrics.queries.review import WAITS_AFTER, weeks_of_log

MORNING = time(10)
# Minutes of each look and what was noticed, newest first. The newest week that could be looked through still waits.
LOOKS = (
    (17, ""),
    (24, "Several short answers disagree with the file: the tool’s week ends on a Saturday."),
    (15, ""),
    (19, "Two contractors in the file are nobody here."),
    (13, ""),
)


def look_through(life: Life, *, owner: Person) -> None:
    """On the Wednesday after each of the last weeks but the newest."""
    today = life.now - WAITS_AFTER
    finished = [week for week in weeks_of_log(life.organization, at=life.now) if life.at(week) <= today]
    for number, (week, (minutes, note)) in enumerate(zip(reversed(finished[:-1]), LOOKS, strict=False)):
        mark_reviewed(
            week=week,
            minutes=minutes,
            note=note,
            form_key=UUID(int=number + 1),
            by=owner,
            at=life.at(week + WAITS_AFTER, MORNING),
        )
