"""Rows 1 and 2: an executive's page, made and asked for again, through the whole stack; flat in how many people there are.

The looks are those of five hundred people, frozen by the product and copied into companies of both sizes: what a page reads
is as long for a million. People, seats, keys and answers are written set-based, one answer each in the large company and
ten in the small one. The floors do the page's three reads and answer as many bytes, or one read and 304, and nothing else.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pandas as pd
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.middleware.csrf import get_token

from adoption.disclosure.rules import Thresholds
from adoption.programs import actions as programs
from adoption.programs.models import Program
from adoption.programs.rules import Arm, Checkpoint, baseline_starts_on, looks_at, monday
from adoption.tenancy.actions.members import admit, make_identity
from adoption.tenancy.actions.people import add_person
from adoption.tenancy.models import Organization
from adoption.tenancy.rules import Role, instant
from adoption.tenancy.walls import organization
from bench.ground import read, run, vacuum
from bench.rollup import FROM_FACTS, SUM_ALL
from bench.rounds import Contestant, Line, Report, compare
from bench.snapshot import DECIDED, SAY
from bench.web import ZONE, Application, Company, Visitor, company, counted, signed_in, stack, stripped
from metrics.actions.snapshots import freeze
from metrics.models import ArmWeek, SnapshotMetric, SnapshotRun
from metrics.views.evidence import prepare

NUMBER, TITLE = 1, "executive dashboard, cold and warm"
DEFAULT_SIZE = 1_000_000
FEW = 10_000
MODEL, CLUSTER = 480, 8
WEEKS = 27  # since the start: the look after ninety days is frozen
ANSWERS = 10  # weeks of the small company, for whoever counts them
ROWS = 100_000

# Published, not measured here: the same machine, the same floor in the same unit.
FLOOR_COLD = 2 / 1_100  # seconds of a core
SUPERSET = {10_000: 1.97, 100_000: 12.6}  # seconds, six charts, cold
GOAL = 2.5  # at least 40 % of the floor's rate

PEOPLE = """
INSERT INTO tenancy_person (organization_id, public_id, name, sort_name, mail, department, job_role, location, zone, created_at, version)
SELECT %(organization)s, gen_random_uuid(), 'Person ' || n, 'person ' || n, 'p' || n || '@' || %(slug)s || '.example',
       'Department ' || n %% 12, '', '', '', %(at)s, 1
  FROM generate_series(1, %(rows)s) n
"""
SEATS = """
INSERT INTO programs_assignment (organization_id, program_id, person_id, arm, cluster, from_on, recorded_at)
SELECT organization_id, %(program)s, id, CASE WHEN id %% 3 = 0 THEN 'pods' ELSE 'comparison' END, 'Group ' || id / %(cluster)s,
       %(first)s::date - 21, %(at)s
  FROM tenancy_person WHERE organization_id = %(organization)s
"""
KEYS = """
INSERT INTO metrics_snapshotkey (organization_id, program_id, person_id, key)
SELECT organization_id, %(program)s, id, gen_random_uuid() FROM tenancy_person WHERE organization_id = %(organization)s
"""
TABLES = ("tenancy_person", "programs_assignment", "metrics_snapshotkey", "metrics_checkin", "metrics_armweek")
RUNS = "SELECT * FROM metrics_snapshotrun WHERE organization_id = %s AND program_id = %s"
FIGURES = """
SELECT f.* FROM metrics_snapshotmetric f JOIN metrics_snapshotrun r ON r.organization_id = f.organization_id AND r.id = f.run_id
 WHERE f.organization_id = %s AND r.program_id = %s
"""
CURVE = "SELECT * FROM metrics_armweek WHERE organization_id = %s AND program_id = %s ORDER BY week"
VERSION = "SELECT version FROM tenancy_organization WHERE id = %s"


@dataclass(frozen=True)
class Filled:
    """A company with frozen looks, and its executive's browser and page."""

    made: Company
    visitor: Visitor
    page: str

    def get(self) -> bytes:
        answer = self.visitor.get(self.page)
        assert answer.status == 200, answer.status
        return answer.body

    def again(self) -> Callable[[], None]:
        """Asking whether the page is still the one that is known."""
        tag = self.visitor.get(self.page).headers["ETag"]
        back = Visitor(self.visitor.application, self.visitor.cookies, {"HTTP_IF_NONE_MATCH": tag})

        def call() -> None:
            assert back.get(self.page).status == 304

        return call


def measure(size: int, rounds: int, seconds: float) -> Report:
    """The page in a company of `size` people and in one of ten thousand, cold and asked for again; and stand-ins."""
    now = datetime.now(UTC)
    model = _model(now)
    with stack() as application:
        many, few = (
            _filled(slug, people, weeks, model, application, now)
            for slug, people, weeks in (("many", size, 1), ("few", FEW, ANSWERS))
        )
        vacuum(*TABLES)
        shown = many.get()
        known = few.made.organization.pk, few.made.program.pk

        # Each enters the company itself: an answer that ends within a transaction would close its connection.
        def bare_page(request: WSGIRequest) -> HttpResponse:
            with few.made.inside():
                for statement in (RUNS, FIGURES, CURVE):
                    assert read(statement, known)
            return HttpResponse(shown.replace(b"csrfmiddlewaretoken", get_token(request).encode(), 1))

        def bare_again(request: WSGIRequest) -> HttpResponse:
            with few.made.inside():
                read(VERSION, known[:1])
            return HttpResponse(status=304)

        readers = {name: Visitor(stripped(view)) for name, view in (("floor", bare_page), ("floor, again", bare_again))}

        def floor(name: str, status: int) -> Callable[[], None]:
            def call() -> None:
                assert readers[name].get("/").status == status

            return call

        raw, numbers = _raw(few), _numbers(few.made, ANSWERS, now)

        def naive() -> None:
            with few.made.inside():
                assert len(read(FROM_FACTS, numbers)) == 2 * ANSWERS

        contestants = {
            "floor": Contestant(floor("floor", 200)),
            # The first reader after something has changed, and whoever comes after them.
            "anew": Contestant(many.get, before=prepare.cache_clear),
            "cold": Contestant(many.get),
            "cold, few": Contestant(few.get),
            "floor, again": Contestant(floor("floor, again", 304)),
            "warm": Contestant(many.again()),
            "warm, few": Contestant(few.again()),
            "naive": Contestant(naive),
            "pandas": Contestant(lambda: _pandas(raw)),
        }
        statements: dict[str, list[str]] = {}
        prepare.cache_clear()
        statements["anew"] = counted(many.get)
        for name in ("cold", "cold, few", "warm", "warm, few"):
            contestants[name].call()
            statements[name] = counted(contestants[name].call)
        measured = compare(contestants, rounds=rounds, slice_seconds=seconds)
    cold, warm = measured.ratio("cold"), measured.ratio("warm", to="floor, again")
    lines = [
        Line("cold, times the bare view", str(cold), f"<= {GOAL}", cold.median <= GOAL),
    ]
    for people, goal in ((10_000, 200), (100_000, 1_500)):
        times = SUPERSET[people] / FLOOR_COLD / cold.median
        lines.append(
            Line(f"so, of Superset at {people:,} (published)", f"{times:.0f} times", f">= {goal:,}", times >= goal)
        )
    for name, what in (("cold", "cold"), ("warm", "again")):
        growth = measured.ratio(name, to=f"{name}, few")
        lines.append(Line(f"{what}, {size:,} people over {FEW:,}", str(growth), "<= 1.15", growth.median <= 1.15))
        count = len(statements[name])
        alike = count == len(statements[f"{name}, few"])
        lines.append(Line(f"{what}, statements", str(count), "the same for both", alike))
    lines += [
        Line("again, times the bare 304", str(warm), f"<= {GOAL}", warm.median <= GOAL),
        Line("the first after a change, times the bare view", str(measured.ratio("anew"))),
        Line("the first after a change, statements", str(len(statements["anew"]))),
        Line(f"the curve from {ROWS:,} answers by SQL, over the page", str(measured.ratio("naive", to="cold, few"))),
        Line(f"the curve from {ROWS:,} lines by pandas, over it", str(measured.ratio("pandas", to="cold, few"))),
        Line(
            "a page", f"{measured.seconds('cold') * 1e3:.1f} ms; the bare view {measured.seconds('floor') * 1e3:.2f} ms"
        ),
        Line(
            "again",
            f"{measured.seconds('warm') * 1e3:.1f} ms; the bare 304 {measured.seconds('floor, again') * 1e3:.2f} ms",
        ),
        Line("bytes", f"{len(shown):,}"),
    ]
    return Report(NUMBER, TITLE, f"{size:,} people", tuple(lines), measured, {"statements": statements})


# --- companies -------------------------------------------------------------------------------------------------------


def _model(now: datetime) -> Company:
    """A small company whose looks the product has frozen."""
    made = company("model", people=MODEL, weeks=WEEKS)
    numbers = {
        **_numbers(made, WEEKS, now),
        "weeks": [made.program.starts_on + timedelta(weeks=n) for n in range(-3, WEEKS)],
        "phase": made.program.weeks,
        "cluster": CLUSTER,
    }
    with made.inside():
        run("UPDATE programs_assignment SET cluster = 'Group ' || person_id / %(cluster)s", numbers)
        run(SAY, numbers)
        run(DECIDED, numbers)
        run(SUM_ALL, numbers)
        program = _launch(made.program)
        for checkpoint in (Checkpoint.S0, Checkpoint.S30, Checkpoint.S56, Checkpoint.SE, Checkpoint.S90):
            last = looks_at(checkpoint, program.starts_on, program.weeks)[1]
            freeze(program=program, checkpoint=checkpoint, at=instant(last + timedelta(days=14), now.time(), ZONE))
    return Company(made.organization, program, made.people)


def _launch(program: Program) -> Program:
    at = instant(program.starts_on, program.created_at.time(), ZONE)
    fixed = {"primary_look": Checkpoint.S56, "thresholds": Thresholds().as_dict()}
    known = Program.objects.filter(pk=program.pk)
    known.filter(baseline_opened_at__isnull=True).update(baseline_opened_at=program.created_at)
    known.update(launched_at=at, fixed=fixed)
    launched: Program = known.select_related("organization", "workflow").get()
    return launched


def _filled(slug: str, people: int, weeks: int, model: Company, application: Application, now: datetime) -> Filled:
    starts_on = monday(now.date()) - timedelta(weeks=WEEKS)
    at = instant(baseline_starts_on(starts_on), now.time(), ZONE)
    made = Organization.objects.create(slug=slug, name=slug.title(), zone=ZONE, created_at=at)
    with organization(made.pk):
        executive = add_person(name="Executive", mail=f"executive@{slug}.example", by=None, at=at)
        identity = make_identity(mail=str(executive.mail), at=at)
        admit(identity=identity, person=executive, roles={Role.EXECUTIVE, Role.MEMBER}, by=None, at=at)
        program = programs.create_program(
            name="Reports",
            workflow="Client report drafting",
            starts_on=starts_on,
            weeks=10,
            comparison="Training",
            by=None,
            at=at,
        )
        filled = Company(made, _launch(program), [])
        numbers = {
            **_numbers(filled, weeks, now),
            "rows": people,
            "slug": slug,
            "cluster": CLUSTER,
            "weeks": [starts_on + timedelta(weeks=n) for n in range(weeks)],
        }
        for statement in (PEOPLE, SEATS, KEYS, SAY):
            run(statement, numbers)
    _copy(model, filled)
    return Filled(filled, signed_in(application, identity), f"/o/{slug}/p/{program.slug}/evidence/")


def _copy(model: Company, to: Company) -> None:
    """The frozen looks and the weeks of one company into another."""
    with model.inside():
        runs: list[dict[str, Any]] = list(SnapshotRun.objects.order_by("pk").values())
        figures: list[dict[str, Any]] = list(SnapshotMetric.objects.values())
        weeks: list[dict[str, Any]] = list(ArmWeek.objects.values())
    here = {"organization_id": to.organization.pk}
    with to.inside():
        place = {**here, "program_id": to.program.pk}
        copies = {}
        for row in runs:
            copies[row["id"]] = SnapshotRun.objects.create(**row | place | {"id": None, "public_id": uuid4()})
        SnapshotMetric.objects.bulk_create(
            [SnapshotMetric(**row | here | {"id": None, "run_id": copies[row["run_id"]].pk}) for row in figures]
        )
        ArmWeek.objects.bulk_create([ArmWeek(**row | place | {"id": None}) for row in weeks])


def _numbers(made: Company, weeks: int, now: datetime) -> dict[str, Any]:
    return {
        "organization": made.organization.pk,
        "program": made.program.pk,
        "workflow": made.program.workflow_id,
        "first": made.program.starts_on,
        "weeks": weeks,
        "at": now,
    }


# --- a stand-in ------------------------------------------------------------------------------------------------------


def _raw(few: Filled) -> str:
    """What everybody said, as a CSV export has it: one line an answer, with who and in which arm."""
    with few.made.inside():
        lines: list[tuple[int, date, int, int, str]] = read(
            "SELECT c.person_id, c.week, c.version, c.unprompted, a.arm FROM metrics_checkin c "
            "JOIN programs_assignment a ON a.organization_id = c.organization_id AND a.person_id = c.person_id "
            "WHERE c.organization_id = %s",
            [few.made.organization.pk],
        )
    return "person,week,version,unprompted,arm\n" + "\n".join(",".join(map(str, line)) for line in lines)


def _pandas(raw: str) -> None:
    """The curve as somebody with a notebook computes it: read, the newest version of each, counted by arm and week."""
    said = pd.read_csv(io.StringIO(raw), parse_dates=["week"])
    newest = said.sort_values("version").drop_duplicates(["person", "week"], keep="last")
    shares = newest.assign(three=newest["unprompted"] >= 3).groupby(["week", "arm"])["three"].agg(["size", "sum"])
    assert len(shares) == len(Arm) * ANSWERS
