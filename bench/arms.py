"""Row 14: people, arms and pods of a programme in a large company: flat in how many people the directory holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from adoption.programs import actions as programs
from adoption.programs.actions.arms import add_rule
from adoption.programs.rules import Arm, monday
from adoption.programs.rules.design import Field
from adoption.tenancy.actions.members import admit, make_identity
from adoption.tenancy.actions.people import add_person
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import Role
from adoption.tenancy.walls import organization
from bench.ground import run, vacuum
from bench.rounds import Contestant, Line, Report, compare
from bench.web import Visitor, counted, signed_in, stack
from champions.actions import name_champion
from champions.models import Champion
from pods.actions import form_pod

NUMBER, TITLE = 14, "people, arms and pods of a large company"
DEFAULT_SIZE = 100_000
GOAL = 1.3
DEPARTMENT = 400  # people of the function that a programme is about, whatever the company's size
PODS, TEAM = 6, 8
PAGES = ("arms/", "arms/people/", "comparison/", "pods/seats/", "pods/", "pods/suggest/", "champions/{champion}/pod/")

# Teams of eight, each reporting to the first of another one; departments of four hundred.
FILL = """
INSERT INTO tenancy_person (organization_id, public_id, name, sort_name, mail, department, job_role, location, zone, created_at, version)
SELECT %(organization)s, gen_random_uuid(), 'Person ' || n, 'person ' || lpad((n * 7919 %% %(rows)s)::text, 7, '0'),
       'p' || n || '@' || %(slug)s || '.example', 'Department ' || n / %(department)s, 'Role ' || n %% 3, 'Town ' || n %% 5, '',
       %(at)s, 1
  FROM generate_series(0, %(rows)s - 1) n
"""
REPORTS = """
UPDATE tenancy_person one SET manager_id = head.id
  FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM tenancy_person WHERE organization_id = %(organization)s) own
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM tenancy_person WHERE organization_id = %(organization)s) head
    ON head.n = (own.n / %(team)s) * %(team)s
 WHERE one.organization_id = %(organization)s AND one.id = own.id AND head.id <> own.id
"""


def measure(size: int, rounds: int, seconds: float) -> Report:
    """A lead's pages about a programme of forty-eight people and its comparison group, among `size` people and a tenth."""
    few = size // 10
    with stack() as application:
        companies = [("many", *_company("many", size, application)), ("few", *_company("few", few, application))]
        vacuum("tenancy_person", "programs_assignment", "programs_design", "pods_seat", "pods_pod")
        statements: dict[str, list[str]] = {}
        contestants: dict[str, Contestant] = {}
        for page in PAGES:
            for name, visitor, root, champion in companies:
                contestants[f"{page} {name}"] = Contestant(_opens(visitor, root + page.format(champion=champion)))
        for name, visitor, root, _champion in companies:
            contestants[f"search {name}"] = Contestant(_opens(visitor, f"{root}arms/?q=person+0000"))
        for name, contestant in contestants.items():
            contestant.call()
            statements[name] = counted(contestant.call)
        contestants = {"floor": contestants.pop(f"{PAGES[0]} few"), **contestants}
        measured = compare(contestants, rounds=rounds, slice_seconds=seconds)
    lines: list[Line] = []
    for page in (*PAGES, "search"):
        tenth = "floor" if page == PAGES[0] else f"{page} few"
        growth = measured.ratio(f"{page} many", to=tenth)
        lines.append(Line(f"{page}: {size:,} people over {few:,}", str(growth), f"<= {GOAL}", growth.median <= GOAL))
        count = len(statements[f"{page} many"])
        alike = count == len(statements[f"{page} few"])
        lines.append(Line(f"{page}: statements", str(count), "the same for both", alike))
        lines.append(Line(f"{page}: a page", f"{measured.seconds(f'{page} many') * 1e3:.1f} ms"))
    return Report(NUMBER, TITLE, f"{size:,} people", tuple(lines), measured, {"statements": statements})


def _opens(visitor: Visitor, address: str) -> Any:
    def call() -> None:
        answer = visitor.get(address)
        assert answer.status == 200, (address, answer.status)

    return call


def _company(slug: str, people: int, application: Any) -> tuple[Visitor, str, str]:
    """A company of so many people, a draft about one function of it, its lead's browser, and a champion without a pod."""
    now = datetime.now(UTC)
    made = Organization.objects.create(slug=slug, name=slug.title(), created_at=now)
    with organization(made.pk):
        given = {"organization": made.pk, "rows": people, "slug": slug, "department": DEPARTMENT, "at": now}
        run(FILL, given)
        run(REPORTS, {"organization": made.pk, "team": TEAM})
        lead = add_person(name="Lead", mail=f"lead@{slug}.example", by=None, at=now)
        identity = make_identity(mail=str(lead.mail), at=now)
        admit(identity=identity, person=lead, roles={Role.LEAD, Role.MEMBER}, by=None, at=now)
        champion = _programme(lead, now)
    return signed_in(application, identity), f"/o/{slug}/p/reports/", str(champion.public_id)


def _programme(lead: Person, now: datetime) -> Champion:
    """Six pods of eight and six teams to compare with, all of one department, and one champion more."""
    program = programs.create_program(
        name="Reports",
        workflow="Client report drafting",
        starts_on=monday(now.date()) + timedelta(weeks=4),
        weeks=10,
        comparison="Training",
        by=lead,
        at=now,
    )
    add_rule(program=program, field=Field.DEPARTMENT, value="Department 0", by=lead, at=now)
    everybody = list(Person.objects.in_department("Department 0").order_by("pk"))
    teams = [everybody[start : start + TEAM] for start in range(0, len(everybody), TEAM)]
    for number in range(PODS):
        head, *members = teams[number]
        champion = name_champion(program=program, person=head, by=lead, at=now)
        form_pod(program=program, champion=champion, name=f"Pod {number}", members=members, by=lead, at=now)
        compared = teams[PODS + number][1:]
        cluster = f"Team {number}"
        programs.assign(program=program, arm=Arm.COMPARISON, cluster=cluster, people=compared, by=lead, at=now)
    return name_champion(program=program, person=teams[2 * PODS][0], by=lead, at=now)
