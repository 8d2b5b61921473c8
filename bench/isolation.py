"""Row 10: what the walls cost: the same reads through them, and on the same table without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from adoption.tenancy.models import Person
from adoption.tenancy.walls import organization
from bench.ground import Plan, explain, make_like, use, vacuum, wall_in
from bench.rounds import Contestant, Line, Measured, Report, compare

NUMBER, TITLE = 10, "isolation: reads through the walls"
DEFAULT_SIZE = 1_000
PEOPLE = 200
# One organisation is large, for what is counted in bulk.
LARGE, BULK = 1, 100_000
# The table of people walled in, walled in among a tenth of the organisations, and open to everybody.
WALLED, FEW, OPEN = "walled", "few", "open"
READS = 20
PAGE = 25

FILL = """
INSERT INTO {table} (
    organization_id, public_id, name, sort_name, mail, department, job_role, location, zone, created_at, version
)
SELECT o, gen_random_uuid(), 'Person ' || n, 'person ' || lpad(n::text, 7, '0'), 'p' || n || '@example.com',
       'Department ' || n %% 12, '', '', '', timestamptz '2026-01-01 00:00Z', 1
  FROM generate_series(1, %(organizations)s) o,
       generate_series(1, CASE WHEN o = %(large)s THEN %(bulk)s ELSE %(people)s END) n
"""

Rows = models.QuerySet[Person]
Enter = Callable[[int], AbstractContextManager[Callable[[], Rows]]]


@contextmanager
def through_the_walls(organization_id: int) -> Iterator[Callable[[], Rows]]:
    """As the application reads: the tenant entered, its manager's filter, the policy."""
    with organization(organization_id):
        yield Person.objects.all


@contextmanager
def without_walls(organization_id: int) -> Iterator[Callable[[], Rows]]:
    """The floor: a transaction and the filter that anybody would write."""
    with transaction.atomic():
        yield lambda: Person._base_manager.filter(organization_id=organization_id)


@dataclass(frozen=True)
class Reading:
    """A kind of read, done inside an organisation some times over."""

    read: Callable[[Rows], Any]
    times: int
    large: bool = False

    def contestants(self, size: int, few: int) -> dict[str, Contestant]:
        """The same reading without walls, with them, and with them among fewer organisations."""
        return {
            "floor": self._contestant(without_walls, OPEN, size),
            "ours": self._contestant(through_the_walls, WALLED, size),
            "ours among few": self._contestant(through_the_walls, FEW, few),
        }

    def _contestant(self, enter: Enter, schema: str, organizations: int) -> Contestant:
        turns = cycle([LARGE] if self.large else range(LARGE + 1, organizations + 1))
        return Contestant(lambda: self.once(enter, next(turns)), lambda: use(schema))

    def once(self, enter: Enter, organization_id: int) -> None:
        """One transaction."""
        with enter(organization_id) as rows:
            for _ in range(self.times):
                assert self.read(rows())


def a_page(rows: Rows) -> list[Person]:
    """A page of the people list, by its key."""
    return list(rows.filter(sort_name__gt="person 0000050").order_by("sort_name", "id")[:PAGE])


def one(rows: Rows) -> Person | None:
    """Somebody by their mail address."""
    return rows.filter(mail="p77@example.com").first()


def counts(rows: Rows) -> list[Any]:
    """How many people each department of 100,000 people has."""
    return list(rows.values_list("department").annotate(Count("id"), Count("mail", distinct=True)))


def measure(size: int, rounds: int, seconds: float) -> Report:
    """Reads among `size` organisations of 200 people and one of 100,000."""
    few = max(size // 10, 2)
    for schema, organizations in ((WALLED, size), (FEW, few), (OPEN, size)):
        filling = {"organizations": organizations, "large": LARGE, "bulk": BULK, "people": PEOPLE}
        make_like(Person, schema, FILL, filling)
        if schema != OPEN:
            wall_in(Person, schema)
        vacuum(f"{schema}.{Person._meta.db_table}")

    def taken(reading: Reading) -> Measured:
        return compare(reading.contestants(size, few), rounds=rounds, slice_seconds=seconds)

    single, pages, request = taken(Reading(one, READS)), taken(Reading(a_page, READS)), taken(Reading(a_page, 5))
    bulk = taken(Reading(counts, 1, large=True))
    more = _statements(through_the_walls, WALLED) - _statements(without_walls, OPEN)
    walled, among_few, bare = (
        _plan(WALLED, through_the_walls),
        _plan(FEW, through_the_walls),
        _plan(OPEN, without_walls),
    )
    growth = pages.ratio("ours", to="ours among few")
    lines = (
        _line(f"one row, {READS} in a transaction", single, 1.15),
        _line(f"a page of {PAGE}, {READS} in a transaction", pages, 1.15),
        _line("five pages, entering included", request, 1.15),
        _line(f"grouping {BULK:,} people", bulk, 1.05),
        Line("round trips more", str(more), "<= 1", more <= 1),
        Line("rows the page's scan reads", f"{walled.rows}", f"{bare.rows}, as without", walled.rows == bare.rows),
        Line(f"{size:,} organisations over {few:,}", str(growth), "<= 1.2", growth.median <= 1.2),
        Line(f"blocks, {size:,} over {few:,}", f"{walled.blocks} over {among_few.blocks}"),
        Line(
            "a page",
            f"{pages.seconds('ours') / READS * 1e3:.2f} ms; without {pages.seconds('floor') / READS * 1e3:.2f} ms",
        ),
    )
    return Report(
        NUMBER, TITLE, f"{size:,} organisations", lines, pages, {"request": request, "bulk": bulk, "single": single}
    )


def _line(what: str, measured: Measured, most: float) -> Line:
    ratio = measured.ratio("ours")
    return Line(what, str(ratio), f"<= {most}", ratio.median <= most)


def _statements(enter: Enter, schema: str) -> int:
    use(schema)
    with CaptureQueriesContext(connection) as asked:
        Reading(a_page, 1).once(enter, LARGE + 1)
    return len(asked)


def _plan(schema: str, enter: Enter) -> Plan:
    use(schema)
    with enter(LARGE + 1) as rows:
        query = rows().filter(sort_name__gt="person 0000050").order_by("sort_name", "id")[:PAGE]
        return explain(*query.query.sql_with_params())
