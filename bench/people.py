"""Row 11: importing people from a file, against the least a database can be asked to do for it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.db import connection, transaction

from adoption.tenancy.actions.imports import import_people
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.walls import organization
from bench.ground import make_like, run
from bench.rounds import Contestant, Line, Report, compare

NUMBER, TITLE = 11, "people: import a file"
DEFAULT_SIZE = 100_000
MOST_ROUNDS = 5
AT = datetime(2026, 1, 1, 9, tzinfo=UTC)
# A copy of the table without walls, for the floor.
OPEN = "open"

STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS floor_incoming (
    external_id text, name text, mail text, department text, job_role text, location text, manager text, hours numeric
) ON COMMIT DELETE ROWS
"""
# Staged, joined with the managers, upserted where something differs.
UPSERT = """
INSERT INTO {table} AS p (organization_id, id, public_id, external_id, name, sort_name, mail, department, job_role, location, zone,
                          manager_id, contracted_hours, created_at, version)
SELECT %(organization)s, i.id, gen_random_uuid(), i.external_id, i.name, lower(i.name), lower(i.mail), i.department, i.job_role,
       i.location, '', m.id, i.hours, %(at)s, 1
  FROM (SELECT *, nextval(pg_get_serial_sequence('{table}', 'id')) AS id FROM floor_incoming) i
  LEFT JOIN {table} m ON m.organization_id = %(organization)s AND m.external_id = i.manager
    ON CONFLICT (organization_id, external_id) DO UPDATE SET name = excluded.name, mail = excluded.mail
 WHERE (p.name, p.mail) IS DISTINCT FROM (excluded.name, excluded.mail)
"""


def measure(size: int, rounds: int, seconds: float) -> Report:
    """New people, `size` of them and a tenth, each time into an organisation that is still empty."""
    few = size // 10
    # With its foreign keys: what need not check a manager is not the same work.
    make_like(Person, OPEN, "SELECT 1", {}, references=True)
    # Managers are joined by number; the constraint gives ON CONFLICT its target.
    table = f"{OPEN}.{Person._meta.db_table}"
    files = {rows: a_file(rows) for rows in (size, few)}
    numbers = count(1)
    organizations: list[int] = []

    def empty() -> None:
        number = next(numbers)
        made = Organization.objects.create(slug=f"bench-{number}", name=f"Bench {number}", created_at=AT)
        organizations.append(made.pk)

    def ours(rows: int) -> None:
        with organization(organizations[-1]):
            done = import_people(file_name="people.csv", content=files[rows], by=None, at=AT)
        assert done.counts["new"] == rows, done.counts

    def floor(rows: int) -> None:
        with transaction.atomic():
            run(STAGE)
            with connection.cursor() as cursor:
                text = io.TextIOWrapper(io.BytesIO(files[rows]), "utf-8")
                cursor.copy_expert("COPY floor_incoming FROM STDIN WITH (FORMAT csv, HEADER)", text)  # type: ignore[attr-defined]
            assert run(UPSERT.format(table=table), {"organization": organizations[-1], "at": AT}) == rows

    measured = compare(
        {
            "floor": Contestant(lambda: floor(size), before=empty),
            "ours": Contestant(lambda: ours(size), before=empty),
            "ours, a tenth": Contestant(lambda: ours(few), before=empty),
        },
        # One import is longer than a slice; more rounds would take minutes.
        rounds=min(rounds, MOST_ROUNDS),
        slice_seconds=min(seconds, 0.1),
    )
    ratio, growth = measured.ratio("ours"), measured.ratio("ours", to="ours, a tenth")
    lines = (
        Line("times COPY, join and upsert", str(ratio), "<= 2", ratio.median <= 2),
        Line(f"{size:,} lines over {few:,}", str(growth), "<= 12, linear", growth.median <= 12),
        Line("an import", f"{measured.seconds('ours'):.2f} s; the floor {measured.seconds('floor'):.2f} s"),
        Line("lines a second", f"{size / measured.seconds('ours'):,.0f}"),
    )
    facts: dict[str, Any] = {"bytes": len(files[size])}
    return Report(NUMBER, TITLE, f"{size:,} lines", lines, measured, facts)


def a_file(rows: int) -> bytes:
    """A clean export: everybody has a number, an address and, but for the first, a manager."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["Employee number", "Name", "Work email", "Department", "Job title", "Location", "Manager", "Hours"]
    )
    for n in range(rows):
        who = (f"E{n:07}", f"Given{n} Family{n % 977}", f"given{n}.family@example.com", f"Department {n % 40}")
        writer.writerow([*who, f"Role {n % 15}", f"Town {n % 9}", f"E{n // 8:07}" if n else "", "37.5"])
    return text.getvalue().encode()
