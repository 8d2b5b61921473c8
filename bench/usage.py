"""Row 7: importing a tool's export of who was active, against the least a database can be asked to do for it."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from adoption.tenancy.actions.bulk import in_bulk
from bench.ground import make_like, run, vacuum
from bench.rounds import Contestant, Line, Report, compare
from bench.web import Company, company
from metrics.actions.imports import begin_import, import_usage, stage_import
from metrics.models import VendorFile, VendorWeek

NUMBER, TITLE = 7, "usage: import an export"
# A file may have 64 MB, which are four hundred thousand such lines.
DEFAULT_SIZE = 100_000
MOST_ROUNDS = 3
WEEKS = 8
# Lines of one person: a week each.
LINES_EACH = 5
# One line in so many is of nobody who is known, and one says something impossible: each is named by its number.
STRANGER_EACH, WRONG_EACH = 50, 200
MIB = 1024**2
OPEN = "open_usage"
HEADER = "cadence,period_start,period_end,email,is_active,first_day_active_in_period,last_day_active_in_period,messages"

STAGE = """
CREATE TEMPORARY TABLE floor_incoming (
    cadence text, period_start text, period_end text, email text, is_active text, first_active text, last_active text, messages text
) ON COMMIT DROP
"""
# Staged, joined with the directory, upserted where something differs; what cannot be read is left out.
UPSERT = """
INSERT INTO {table} AS w (organization_id, file_id, person_id, period_start, period_end, is_active, first_active_on, last_active_on)
SELECT p.organization_id, %(file)s, p.id, i.period_start::date, i.period_end::date, i.is_active::boolean,
       nullif(i.first_active, '')::date, nullif(i.last_active, '')::date
  FROM floor_incoming i JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.mail = lower(i.email)
 WHERE i.period_end <> 'soon'
    ON CONFLICT (organization_id, file_id, person_id, period_start)
    DO UPDATE SET is_active = excluded.is_active, first_active_on = excluded.first_active_on
 WHERE (w.is_active, w.first_active_on) IS DISTINCT FROM (excluded.is_active, excluded.first_active_on)
"""
# What a commit would check: each row's file and person.
CHECK = "SET CONSTRAINTS ALL IMMEDIATE"


def measure(size: int, rounds: int, seconds: float) -> Report:
    """An export of `size` lines, new each time; of a tenth; and the same export again, which says nothing new."""
    few = size // 10
    make_like(VendorWeek, OPEN, "SELECT 1", {}, references=True)
    table = f"{OPEN}.{VendorWeek._meta.db_table}"
    many, small, known = (
        company(slug, people=rows // LINES_EACH, weeks=WEEKS)
        for slug, rows in (("many", size), ("few", few), ("known", size))
    )
    files = {made.organization.pk: an_export(made) for made in (many, small, known)}
    at = datetime.now(UTC)

    def ours(made: Company) -> None:
        with made.inside(), transaction.atomic():
            done = import_usage(file_name="usage.csv", content=files[made.organization.pk], by=None, at=at)
            assert all(done.counts[kind] for kind in ("new", "refused", "strangers")), done.counts
            run(CHECK)
            transaction.set_rollback(True)

    def again() -> None:
        with known.inside(), transaction.atomic():
            found = begin_import(file_name="usage.csv", content=files[known.organization.pk], by=None, at=at)
            stage_import(file_id=found.pk, at=at)
            counts = VendorFile.objects.get(pk=found.pk).counts
            assert counts["unchanged"] > counts["new"] + counts["changed"] == 0, counts
            transaction.set_rollback(True)

    with known.inside():
        import_usage(file_name="usage.csv", content=files[known.organization.pk], by=None, at=at)
    with many.inside():
        bare = {"source": "chatgpt", "file_name": "floor.csv", "file_hash": "0" * 64, "uploaded_at": at}
        file = VendorFile.objects.create(**bare, committed_at=at, undone_at=at)
    vacuum("metrics_vendorweek", "metrics_vendorrow", "metrics_vendorfile")

    def floor() -> None:
        text = io.TextIOWrapper(io.BytesIO(files[many.organization.pk]), "utf-8")
        with transaction.atomic():
            with in_bulk(size), connection.cursor() as cursor:
                run(STAGE)
                cursor.copy_expert("COPY floor_incoming FROM STDIN WITH (FORMAT csv, HEADER)", text)  # type: ignore[attr-defined]
                with many.inside():
                    numbers = {"organization": many.organization.pk, "file": file.pk}
                    assert run(UPSERT.format(table=table), numbers) > size * 0.9
                    run(CHECK)
            transaction.set_rollback(True)

    measured = compare(
        {
            "floor": Contestant(floor),
            "ours": Contestant(lambda: ours(many)),
            "ours, a tenth": Contestant(lambda: ours(small)),
            "again": Contestant(again),
        },
        # One import is longer than a slice.
        rounds=min(rounds, MOST_ROUNDS),
        slice_seconds=min(seconds, 0.1),
    )
    tracemalloc.start()
    ours(many)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    ratio, growth = measured.ratio("ours"), measured.ratio("ours", to="ours, a tenth")
    sooner = measured.ratio("ours", to="again")
    lines = (
        Line("times COPY, join and upsert", str(ratio), "<= 1.5", ratio.median <= 1.5),
        Line("new takes times what is known already takes", str(sooner), ">= 1.5", sooner.median >= 1.5),
        Line(f"{size:,} lines over {few:,}", str(growth), "<= 12, linear", growth.median <= 12),
        Line("memory at its peak, the file in it", f"{peak / MIB:.0f} MiB", "<= 150 MiB", peak <= 150 * MIB),
        Line("an import", f"{measured.seconds('ours'):.2f} s; the floor {measured.seconds('floor'):.2f} s"),
        Line("lines a second", f"{size / measured.seconds('ours'):,.0f}"),
    )
    facts: dict[str, Any] = {"bytes": len(files[many.organization.pk])}
    return Report(NUMBER, TITLE, f"{size:,} lines", lines, measured, facts)


def an_export(made: Company) -> bytes:
    """Everybody in the last finished weeks of the vendor, active in most; now and then a stranger, or a line without its end."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER.split(","))
    sunday = _last_sunday(made) - timedelta(weeks=LINES_EACH)
    for number, person in enumerate(made.people):
        mail = f"stranger{number}@elsewhere.example" if number % STRANGER_EACH == 0 else person.mail
        for back in range(LINES_EACH):
            first = sunday + timedelta(weeks=back)
            last = first + timedelta(days=6)
            active = (number + back) % 3 > 0
            days = (first + timedelta(days=1), first + timedelta(days=4)) if active else ("", "")
            wrong = (number * LINES_EACH + back) % WRONG_EACH == 1
            writer.writerow(
                ["Weekly", first, "soon" if wrong else last, mail, active, *days, 12 if active else 0],
            )
    return text.getvalue().encode()


def _last_sunday(made: Company) -> date:
    """The first day of a vendor's week that is not over: of the running one of ours."""
    return made.last_week + timedelta(days=6)
