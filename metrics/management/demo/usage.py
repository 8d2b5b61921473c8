"""What the demo's AI tool exported of its use, brought in as a system owner brings it in."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta

from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from metrics.actions.imports import import_usage
from metrics.management.demo.history import Life
from metrics.models import CheckIn

HEADER = (
    "cadence period_start period_end public_id name email user_status is_active first_day_active_in_period "
    "last_day_active_in_period messages model_to_messages"
).split()
PERIODS = 2
# The last export is older than a week: the next one is due.
AGO = timedelta(days=10)
# Contractors, who have a seat in the tool and no place in the directory.
GUESTS = ("a.contractor@partner.example", "b.contractor@partner.example")
HAVE_A_SEAT = 0.85


def bring_in(life: Life, *, owner: Person) -> None:
    """Import the last two of the tool's weeks, Sunday to Saturday, that ended ten days ago or earlier."""
    latest = local_date(life.now, life.organization.zone) - AGO
    saturday = latest - timedelta(days=(latest.weekday() + 2) % 7)
    sundays = [saturday - timedelta(days=6, weeks=number) for number in reversed(range(PERIODS))]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(_lines(sundays))
    import_usage(
        file_name=f"chatgpt-weekly-{saturday.isoformat()}.csv",
        content=text.getvalue().encode(),
        by=owner,
        at=life.at(saturday + timedelta(days=2), time(10)),
    )
    life.decide(life.now)


def _lines(sundays: Iterable[date]) -> Iterator[list[object]]:
    people = [
        person
        for person in Person.objects.in_name_order()
        if random.Random(str(person.mail)).random() < HAVE_A_SEAT  # noqa: S311 - the demo's dice, the same every time
    ]
    for sunday in sundays:
        weeks = (sunday - timedelta(days=6), sunday + timedelta(days=1))
        said = CheckIn.objects.newest_per_week().filter(week__in=weeks)
        used = {row.person_id for row in said if row.total}
        for number, person in enumerate(people):
            yield _line(sunday, f"seat-{number}", person.name, str(person.mail), active=person.pk in used)
        for number, guest in enumerate(GUESTS):
            yield _line(sunday, f"guest-{number}", "", guest, active=True)


def _line(sunday: date, seat: str, name: str, mail: str, *, active: bool) -> list[object]:
    dice = random.Random(f"{mail}-{sunday}")  # noqa: S311 - the demo's dice
    first, last = sorted(sunday + timedelta(days=dice.randint(1, 5)) for _ in range(2))
    messages = dice.randint(3, 40) if active else 0
    days = [first, last] if active else ["", ""]
    return [
        "Weekly",
        sunday,
        sunday + timedelta(days=6),
        seat,
        name,
        mail,
        "enabled",
        active,
        *days,
        messages,
        {"gpt-5": messages},
    ]
