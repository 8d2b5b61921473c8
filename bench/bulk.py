"""Row 6: ten thousand weeks in one request, against reading, checking, COPY and an upsert alone."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import cycle

from django.db import connection, transaction
from rest_framework.settings import api_settings

from adoption.tenancy.actions.members import admit, make_identity
from adoption.tenancy.actions.tokens import make_token
from adoption.tenancy.rules import Permission, Role
from bench.ground import vacuum
from bench.rounds import Contestant, Line, Report, compare
from bench.web import Company, Visitor, company, stack
from metrics.api.bulk import LineIn
from metrics.models import CheckIn

NUMBER, TITLE = 6, "bulk log: 10,000 weeks in one request"
DEFAULT_SIZE = 10_000
WEEKS = 400
MIB = 1024**2

STAGE = "CREATE TEMP TABLE floor_incoming (public_id uuid, week date, total int, unprompted int) ON COMMIT DROP"
UPSERT = """
INSERT INTO metrics_checkin (
    organization_id, person_id, workflow_id, week, version, total, unprompted, via, valid_at, recorded_at
)
SELECT p.organization_id, p.id, %(workflow)s, i.week, 1, i.total, i.unprompted, 'bulk', %(at)s, %(at)s
  FROM floor_incoming i JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.public_id = i.public_id
ON CONFLICT DO NOTHING
"""


def measure(size: int, rounds: int, seconds: float) -> Report:
    """A week of `size` people, new to the database each time; of a tenth; and what most projects would write."""
    few = size // 10
    with stack() as application:
        api_settings.DEFAULT_THROTTLE_RATES["requests"] = 10**9
        made = company("bulk", people=size, weeks=WEEKS)
        machine = Visitor(application, headers={"HTTP_AUTHORIZATION": f"Bearer {_secret(made)}"})
        address = f"/api/v1/o/{made.organization.slug}/p/{made.program.slug}/weeks/"
        mondays = _mondays(made)
        counts = cycle(range(7))

        def body(rows: int) -> bytes:
            week, total = next(mondays).isoformat(), next(counts)
            lines = [
                {"person": str(one.public_id), "week": week, "total": total, "unprompted": total // 2}
                for one in made.people[:rows]
            ]
            return json.dumps({"weeks": lines}).encode()

        def contestant(rows: int, call: Callable[[bytes, int], None]) -> Contestant:
            ready: list[bytes] = []
            return Contestant(lambda: call(ready.pop(), rows), before=lambda: ready.append(body(rows)))

        def ours(sent: bytes, rows: int) -> None:
            answer = machine.send("POST", address, sent, "application/json")
            assert json.loads(answer.body) == {"received": rows, "written": rows, "own": 0, "unchanged": 0}, (
                answer.body[:300]
            )

        contestants = {
            "floor": contestant(size, lambda sent, rows: floor(made, sent, rows)),
            "ours": contestant(size, ours),
            "ours, a tenth": contestant(few, ours),
            "serializers and bulk_create": contestant(size, lambda sent, rows: stand_in(made, sent, rows)),
        }
        for one in contestants.values():
            one.before()
            one.call()
        vacuum("metrics_checkin")
        # One request is longer than a slice.
        measured = compare(contestants, rounds=rounds, slice_seconds=min(seconds, 0.1))
        same = body(size)
        machine.send("POST", address, same, "application/json")
        tracemalloc.start()
        again = machine.send("POST", address, same, "application/json")
        peak = tracemalloc.get_traced_memory()[1] - len(same)
        tracemalloc.stop()
        assert json.loads(again.body)["unchanged"] == size
    ratio, growth = measured.ratio("ours"), measured.ratio("ours", to="ours, a tenth")
    faster = measured.ratio("serializers and bulk_create", to="ours")
    lines = (
        Line("times JSON, checks, COPY and upsert", str(ratio), "<= 1.6", ratio.median <= 1.6),
        Line("serializers and bulk_create take times", str(faster), ">= 3.4", faster.median >= 3.4),
        Line(f"{size:,} lines over {few:,}", str(growth), "<= 12, linear", growth.median <= 12),
        Line("memory at its peak", f"{peak / MIB:.1f} MiB", "<= 20 MiB", peak <= 20 * MIB),
        Line(
            "a request", f"{measured.seconds('ours') * 1e3:.0f} ms; the floor {measured.seconds('floor') * 1e3:.0f} ms"
        ),
        Line("lines a second", f"{size / measured.seconds('ours'):,.0f}"),
    )
    return Report(NUMBER, TITLE, f"{size:,} lines", lines, measured, {"bytes": len(same)})


def floor(made: Company, sent: bytes, rows: int) -> None:
    """Read, check by hand, COPY into a temporary table, insert: the same rows into the same table."""
    lines = json.loads(sent)["weeks"]
    text = io.StringIO()
    for one in lines:
        date.fromisoformat(one["week"])
        assert 0 <= one["unprompted"] <= one["total"] <= 6
        text.write(f"{one['person']}\t{one['week']}\t{one['total']}\t{one['unprompted']}\n")
    text.seek(0)
    facts = {
        "organization": made.organization.pk,
        "workflow": made.program.workflow_id,
        "at": datetime.now(UTC),
    }
    with made.inside(), connection.cursor() as cursor:
        cursor.execute(STAGE)
        cursor.copy_from(text, "floor_incoming")  # type: ignore[attr-defined]
        cursor.execute(UPSERT, facts)
        assert cursor.rowcount == rows


def stand_in(made: Company, sent: bytes, rows: int) -> None:
    """As most projects would: a serializer for the lines, objects, bulk_create."""
    weeks = {one["week"]: date.fromisoformat(one["week"]) for one in json.loads(sent)["weeks"][:1]}
    read = LineIn(data=json.loads(sent)["weeks"], many=True, context={"weeks": weeks})
    read.is_valid(raise_exception=True)
    now = datetime.now(UTC)
    people = {one.public_id: one.pk for one in made.people}
    with made.inside(), transaction.atomic():
        done = CheckIn.objects.bulk_create(
            [
                CheckIn(
                    person_id=people[one["person"]],
                    workflow_id=made.program.workflow_id,
                    week=one["week"],
                    version=1,
                    total=one["total"],
                    unprompted=one["unprompted"],
                    via="bulk",
                    valid_at=now,
                    recorded_at=now,
                )
                for one in read.validated_data
            ],
            ignore_conflicts=True,
            batch_size=5000,
        )
    assert len(done) == rows


def _mondays(made: Company) -> Iterator[date]:
    """Weeks nothing was said of, the oldest first."""
    for number in range(WEEKS):
        yield made.program.starts_on + timedelta(weeks=number)


def _secret(made: Company) -> str:
    """A token of somebody who looks after the tools' figures."""
    now = datetime.now(UTC)
    with made.inside():
        person = made.people[0]
        identity = make_identity(mail=str(person.mail), at=now)
        membership = admit(identity=identity, person=person, roles=[Role.SYSTEM_OWNER], by=None, at=now)
        scopes = [Permission.IMPORT_USAGE]
        _token, secret = make_token(
            name="Bench", scopes=scopes, membership=membership, expires_at=None, by=None, at=now
        )
    return secret
