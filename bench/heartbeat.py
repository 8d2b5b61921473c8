"""Row 9: claiming a thousand due rows among many, and finding nothing due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection

from adoption.tenancy.actions import agenda
from adoption.tenancy.models import Agenda
from bench.ground import Plan, explain, make_like, run, use, vacuum
from bench.rounds import Contestant, Line, Report, compare

NUMBER, TITLE = 9, "heartbeat: claim 1,000 due rows"
DEFAULT_SIZE = 1_000_000
FEW_ROWS = 100_000
DUE = 1_000
# The same table in two sizes, told apart by the search path.
MANY, FEW = "many", "few"
AT = datetime(2026, 1, 1, tzinfo=UTC)

# The first thousand are due; of the others half are done, and half are due within the next year.
FILL = """
INSERT INTO {table} (id, organization_id, task, row_id, promised_at, due_at, attempts, done_at, failure)
OVERRIDING SYSTEM VALUE
SELECT n, 1, 'bench.task', n, due, due, 0, CASE WHEN n > %(due)s AND n %% 2 = 0 THEN due END, ''
  FROM generate_series(1, %(rows)s) n,
       LATERAL (SELECT CASE WHEN n > %(due)s THEN n %% 31536000 + 3600 ELSE 0 END * interval '1 second') AS later (by),
       LATERAL (SELECT %(at)s + by) AS moment (due)
"""
RESET = "UPDATE tenancy_agenda SET due_at = %s, claimed_at = NULL, attempts = 0 WHERE id <= %s"
# What the claim comes down to.
BARE = """
UPDATE tenancy_agenda SET due_at = %s, claimed_at = %s, attempts = attempts + 1 WHERE id IN (
    SELECT id FROM tenancy_agenda WHERE done_at IS NULL AND due_at <= %s ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING *
"""
SCAN = "SELECT id FROM tenancy_agenda WHERE done_at IS NULL AND due_at <= %s ORDER BY due_at LIMIT %s"


def measure(size: int, rounds: int, seconds: float) -> Report:
    """Claims among `size` rows and among 100,000."""
    for schema, rows in ((MANY, size), (FEW, FEW_ROWS)):
        make_like(Agenda, schema, FILL, {"rows": rows, "due": DUE, "at": AT})
        vacuum(f"{schema}.{Agenda._meta.db_table}")
    plans = {schema: _plan(schema) for schema in (MANY, FEW)}

    def ours() -> None:
        assert len(agenda.claim_due(at=AT, most=DUE)) == DUE

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE, [AT + timedelta(hours=1), AT, AT, DUE])
            assert len(cursor.fetchall()) == DUE

    def idle() -> None:
        assert agenda.claim_due(at=AT - timedelta(days=1), most=DUE) == []

    measured = compare(
        {
            "floor": Contestant(bare, lambda: use(MANY), _reset),
            "ours": Contestant(ours, lambda: use(MANY), _reset),
            "ours among few": Contestant(ours, lambda: use(FEW), _reset),
            "idle": Contestant(idle, lambda: use(MANY)),
        },
        rounds=rounds,
        slice_seconds=seconds,
    )
    ratio, growth = measured.ratio("ours"), measured.ratio("ours", to="ours among few")
    idle_ms, ours_ms, bare_ms = (measured.seconds(name) * 1e3 for name in ("idle", "ours", "floor"))
    touched, touched_few = plans[MANY].rows, plans[FEW].rows
    lines = (
        Line("times the bare statement", str(ratio), "<= 2", ratio.median <= 2),
        Line("nothing due", f"{idle_ms:.2f} ms", "<= 1 ms", idle_ms <= 1),
        Line(f"{size:,} rows over {FEW_ROWS:,}", str(growth), "<= 1.3", growth.median <= 1.3),
        Line("rows its scan reads", f"{touched:,}", f"{touched_few:,}, as among {FEW_ROWS:,}", touched == touched_few),
        Line("by the due index", ", ".join(plans[MANY].nodes[-1:]), "agenda_due", plans[MANY].uses("agenda_due")),
        Line("a claim", f"{ours_ms:.1f} ms; the bare statement {bare_ms:.1f} ms"),
    )
    facts = {"blocks": {schema: plan.blocks for schema, plan in plans.items()}}
    return Report(NUMBER, TITLE, f"{size:,} rows", lines, measured, facts)


def _reset() -> None:
    run(RESET, [AT, DUE])


def _plan(schema: str) -> Plan:
    use(schema)
    return explain(SCAN, [AT, DUE])
