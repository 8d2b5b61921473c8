"""Row 5: one tap on one's week, durable, through the whole stack; flat in what was said before."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import cycle
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect

from adoption.tenancy.walls import as_owner
from bench.ground import make_like, run, use, vacuum, wall_in
from bench.rounds import Contestant, Line, Report, compare
from bench.web import Visitor, company, counted, stack, stripped, visitors
from metrics.actions import weeks
from metrics.models import CheckIn, WeekAsk

NUMBER, TITLE = 5, "one-tap weekly log"
DEFAULT_SIZE = 1_000_000
PEOPLE = 60
# What was said before, in two sizes, told apart by the search path.
MANY, FEW = "many", "few"

# Of another company, whose people each said something of two hundred weeks.
FILL = """
INSERT INTO {table} (
    organization_id, person_id, workflow_id, week, version, total, unprompted, via, valid_at, recorded_at
)
SELECT 1000000, n / 200, 1, date '2020-01-06' + 7 * (n %% 200), 1, 3, 2, 'link', %(at)s, %(at)s
  FROM generate_series(1, %(rows)s) n
"""
BARE = """
INSERT INTO floor_tap (person_id, week, version, total, unprompted, recorded_at) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (person_id, week, version) DO NOTHING
"""


def measure(size: int, rounds: int, seconds: float) -> Report:
    """Taps among `size` weeks said before, and among a tenth."""
    few = size // 10
    now = datetime.now(UTC)
    for schema, rows in ((MANY, size), (FEW, few)):
        make_like(CheckIn, schema, FILL, {"rows": rows, "at": now})
        wall_in(CheckIn, schema)
        vacuum(f"{schema}.metrics_checkin")
    _make_floor()
    with stack() as application:
        made = company("taps", people=PEOPLE)
        with made.inside():
            # On the Monday after it, whatever day it is now: on its last weekend nobody is asked any more.
            asked_at = datetime.combine(made.last_week + timedelta(days=7), time(10), UTC)
            weeks.ask_week(program=made.program, week=made.last_week, at=asked_at)
            asks = {one.person: one.pk for one in WeekAsk.objects.select_related("person__organization")}
        use(MANY)
        everybody = visitors(application, made, weeks.WEEK, asks)
        about = f"{made.last_week.isoformat()}.{made.program.workflow.public_id}"
        # Each tap says something else than the one before it, and is a new version.
        turns = cycle([(who, page, str(unasked)) for unasked in range(4) for who, page in everybody])
        numbers = cycle(range(1, 2**30))

        def ours() -> None:
            visitor, page, unasked = next(turns)
            answer = visitor.post(page, about=about, n="4", u=unasked)
            assert (answer.status, answer.headers["Location"]) == (302, f"{page}?thanks={about}")

        bare = Visitor(stripped(_bare))

        def floor() -> None:
            assert bare.post("/", about=about, n="4", u="2", who=str(next(numbers))).status == 302

        def mark() -> None:
            person = next(numbers) % PEOPLE
            with made.inside():
                weeks.mark_dirty([(made.people[person].pk, made.program.workflow_id, made.last_week)], at=now)

        for call in (ours, floor, mark):
            call()
        statements = counted(ours)
        measured = compare(
            {
                "floor": Contestant(floor),
                "ours": Contestant(ours, lambda: use(MANY)),
                "ours among few": Contestant(ours, lambda: use(FEW)),
                "mark": Contestant(mark),
            },
            rounds=rounds,
            slice_seconds=seconds,
        )
    ratio, growth = measured.ratio("ours"), measured.ratio("ours", to="ours among few")
    mark_share = measured.ratio("mark", to="ours")
    lines = (
        Line("times the bare view", str(ratio), "<= 2.5 (40 % of its rate)", ratio.median <= 2.5),
        Line(f"{size:,} weeks over {few:,}", str(growth), "<= 1.2", growth.median <= 1.2),
        Line("the mark, of the whole", str(mark_share), "<= 0.15", mark_share.median <= 0.15),
        Line("statements", f"{len(statements)}"),
        Line(
            "a tap", f"{measured.seconds('ours') * 1e3:.1f} ms; the bare view {measured.seconds('floor') * 1e3:.2f} ms"
        ),
    )
    facts: dict[str, Any] = {"statements": statements}
    return Report(NUMBER, TITLE, f"{size:,} weeks said before", lines, measured, facts)


def _make_floor() -> None:
    with as_owner():
        run(
            "CREATE TABLE floor_tap (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person_id bigint, week date,"
            " version bigint, total int, unprompted int, recorded_at timestamptz, UNIQUE (person_id, week, version))"
        )
        run("GRANT ALL ON floor_tap TO app_user; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO app_user")


def _bare(request: WSGIRequest) -> HttpResponse:
    """One durable insert of what the form says."""
    week = request.POST["about"].partition(".")[0]
    total, unprompted, version = int(request.POST["n"]), int(request.POST["u"]), int(request.POST["who"])
    assert 0 <= unprompted <= total <= 6
    with connection.cursor() as cursor:
        cursor.execute(BARE, [version % PEOPLE, week, version, total, unprompted, datetime.now(UTC)])
    return HttpResponseRedirect(f"/?thanks={week}")
