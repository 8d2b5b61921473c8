"""Two invented companies, made by calling the application's own actions under a moved clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from adoption.outbox.models import Message
from adoption.programs.rules import Arm, Checkpoint, baseline_starts_on, monday
from adoption.tenancy.actions.closures import close_days
from adoption.tenancy.actions.members import admit, invite, make_identity
from adoption.tenancy.actions.organizations import create_organization
from adoption.tenancy.actions.people import (
    add_alias,
    add_person,
    record_departure,
    record_leave,
)
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import Role, clean_mail, local_date, sort_name
from adoption.tenancy.walls import organization
from metrics.management.demo.champions import ask_around
from metrics.management.demo.history import Group, Life, Plan, live
from metrics.management.demo.kit import stock_kit
from metrics.management.demo.leaders import sit_down
from metrics.management.demo.matrix import look_for_work
from metrics.management.demo.questions import ask_champions
from metrics.management.demo.review import look_through
from metrics.management.demo.sessions import plan_ahead
from metrics.management.demo.usage import bring_in

Teams = list[list[list[Person]]]  # department, team, seat
TEAM = 8
PART_TIME = Decimal(24)
EMPLOYEE_SEAT = (0, 0, 3)  # department, team, seat
# How long ago the companies came aboard: a programme of ten weeks that ended 100 days ago has room, with its baseline.
ABOARD_DAYS = 230


@dataclass(frozen=True)
class Department:
    """A department of the demo: its roles, its office, and how many teams of eight it has."""

    name: str
    roles: tuple[str, ...]
    location: str
    zone: str
    teams: int


@dataclass(frozen=True)
class Persona:
    """Somebody the sign-in page of a demo lets one become. Their address is `<key>@<company>.example`."""

    key: str
    name: str
    job_role: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Company:
    """One company of the demo: outside its teams stand the people who run programmes, and its champions."""

    slug: str
    name: str
    zone: str
    domain: str
    departments: tuple[Department, ...]
    # In neither arm of any programme: they run it, sponsor it or look after it.
    office: tuple[Persona, ...]
    champions: tuple[Persona, ...]
    employee: Persona
    contracted: Decimal
    # Where in the two name lists this company starts, so that no two people share a name.
    first_names_from: int
    plans: Callable[[Teams, list[Person], date], Iterator[Plan]]
    # Whether everybody has been asked whom they go to, for a programme that is still a draft.
    asks_around: bool = False
    # Whether whoever heads it sits in a pod, as everybody does.
    head_learns: bool = False


PODS = ("Elbe", "Weser", "Oder", "Isar", "Danube", "Tyne")
# Of eight in each pod, and in each comparison team, so many come to work differently.
POD_ADOPTERS = (8, 7, 6, 5, 5, 3)
TEAM_ADOPTERS = (4, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0)
SETTLED_DAYS = 100


def _meridian_plans(teams: Teams, champions: list[Person], today: date) -> Iterator[Plan]:
    """One programme that ended on the last Sunday at least 100 days ago, and one that is in its third week."""
    settled = today - timedelta(days=SETTLED_DAYS)
    ended_on = settled - timedelta(days=(settled.weekday() + 1) % 7)
    others = [team for department in teams for team in department[1:]]
    yield Plan(
        name="Client reports",
        workflow="Client report drafting",
        comparison="The vendor’s training for everybody",
        starts_on=ended_on - timedelta(weeks=10, days=-1),
        weeks=10,
        groups=(
            *(_pod(name, teams[n][0], champions[n], POD_ADOPTERS[n]) for n, name in enumerate(PODS)),
            *(_team(team, TEAM_ADOPTERS[n], n) for n, team in enumerate(others)),
        ),
        silent={
            (Checkpoint.S30, Arm.PODS): (5, 3),
            (Checkpoint.S30, Arm.COMPARISON): (13, 5),
            (Checkpoint.S90, Arm.PODS): (2, 3),
            (Checkpoint.S90, Arm.COMPARISON): (9, 2),
        },
        retained={Arm.PODS: 26, Arm.COMPARISON: 11},
        rated=True,
    )
    in_pods = (teams[0][0], *(teams[n][1] for n in range(1, 5)))
    compared = (*(department[2] for department in teams), teams[0][1], teams[5][1])
    yield Plan(
        name="Proposals",
        workflow="Proposal sections",
        comparison="The vendor’s training, on demand",
        starts_on=monday(today) - timedelta(weeks=2),
        weeks=10,
        groups=(
            *(_pod(PODS[n], team, champions[n], 3) for n, team in enumerate(in_pods)),
            *(_team(team, 1, n) for n, team in enumerate(compared)),
        ),
        waits=(_employee(teams),),
        is_being_rated=True,
    )


def _harbour_plans(teams: Teams, champions: list[Person], today: date) -> Iterator[Plan]:
    """One programme in its sixth week, and one in its eighth that stands still: two champions for 24 people."""
    yield Plan(
        name="Back-order notices",
        workflow="Back-order notices",
        comparison="The vendor’s training, on demand",
        starts_on=monday(today) - timedelta(weeks=5),
        weeks=10,
        groups=(
            _pod("Pier", teams[0][0], champions[0], 5),
            _pod("Quay", teams[1][0], champions[1], 4),
            *(_team(team, 2, n) for n, team in enumerate((teams[0][1], teams[0][2], teams[1][1], teams[2][0]))),
        ),
        waits=(_employee(teams),),
    )
    claims, planning = teams[1], teams[2]
    yield Plan(
        name="Claims letters",
        workflow="Claims letters",
        comparison="The vendor’s training, on demand",
        starts_on=monday(today) - timedelta(weeks=7),
        weeks=10,
        groups=(
            _pod("Lock", [*claims[2], *planning[1][:4]], champions[2], 3),
            _pod("Basin", [*teams[0][3], *planning[1][4:]], champions[1], 3),
            *(_team(team, 1, n) for n, team in enumerate((planning[2], teams[3][0]))),
        ),
        stands_still=True,
    )


def _employee(teams: Teams) -> Person:
    department, team, seat = EMPLOYEE_SEAT
    return teams[department][team][seat]


def _pod(name: str, members: list[Person], champion: Person, adopters: int) -> Group:
    return Group(name, tuple(members), champion, adopters)


def _team(members: list[Person], adopters: int, number: int) -> Group:
    return Group(f"{members[0].department}, team {number + 1}", tuple(members), None, adopters)


MERIDIAN = Company(
    slug="meridian",
    name="Meridian Advisory",
    zone="Europe/London",
    domain="meridian.example",
    departments=(
        Department(
            "Advisory North",
            ("Consultant", "Senior consultant", "Analyst"),
            "Leeds",
            "",
            3,
        ),
        Department(
            "Advisory South",
            ("Consultant", "Senior consultant", "Analyst"),
            "London",
            "",
            3,
        ),
        Department("Tax", ("Tax adviser", "Senior tax adviser", "Analyst"), "London", "", 3),
        Department(
            "Audit and Assurance",
            ("Auditor", "Senior auditor", "Analyst"),
            "Hamburg",
            "Europe/Berlin",
            3,
        ),
        Department(
            "Deals",
            ("Consultant", "Manager", "Analyst"),
            "New York",
            "America/New_York",
            3,
        ),
        Department("Legal", ("Counsel", "Senior counsel", "Paralegal"), "London", "", 3),
    ),
    office=(
        Persona("lead", "Katrin Vogel", "L&D lead", (Role.LEAD, Role.MEMBER)),
        Persona(
            "executive",
            "Helene Marchetti",
            "Managing partner",
            (Role.EXECUTIVE, Role.MEMBER),
        ),
        Persona(
            "executive2",
            "Jonas Beck",
            "Operations partner",
            (Role.EXECUTIVE, Role.MEMBER),
        ),
        Persona("owner", "Ines Roth", "Knowledge systems", (Role.SYSTEM_OWNER, Role.MEMBER)),
        Persona("admin", "Tomas Lind", "IT administrator", (Role.ADMINISTRATOR, Role.MEMBER)),
    ),
    champions=(
        Persona("champion", "Aisha Rahman", "Senior consultant", (Role.MEMBER,)),
        Persona("champion2", "Leo Brandt", "Consultant", (Role.MEMBER,)),
        Persona("champion3", "Priya Nair", "Senior tax adviser", (Role.MEMBER,)),
        Persona("champion4", "Sam Whitlock", "Auditor", (Role.MEMBER,)),
        Persona("champion5", "Marta Lindqvist", "Manager", (Role.MEMBER,)),
        Persona("champion6", "Chidi Eze", "Counsel", (Role.MEMBER,)),
    ),
    employee=Persona("employee", "Ben Okafor", "Consultant", (Role.MEMBER,)),
    contracted=Decimal("37.5"),
    first_names_from=0,
    plans=_meridian_plans,
    asks_around=True,
)

HARBOUR = Company(
    slug="harbour",
    name="Harbour Logistics",
    zone="Europe/Berlin",
    domain="harbour.example",
    departments=(
        Department("Customer desk", ("Service agent", "Team coordinator"), "Hamburg", "", 4),
        Department("Claims", ("Claims handler", "Senior claims handler"), "Hamburg", "", 3),
        Department("Planning", ("Planner", "Dispatcher"), "Rotterdam", "Europe/Amsterdam", 3),
        Department(
            "Pacific desk",
            ("Service agent", "Planner"),
            "Auckland",
            "Pacific/Auckland",
            1,
        ),
    ),
    office=(
        Persona("lead", "Maren Petersen", "People development", (Role.LEAD, Role.MEMBER)),
        Persona(
            "executive",
            "Willem de Boer",
            "Managing director",
            (Role.EXECUTIVE, Role.MEMBER),
        ),
        Persona("owner", "Yusuf Kaya", "Business systems", (Role.SYSTEM_OWNER, Role.MEMBER)),
        Persona(
            "admin",
            "Greta Sommer",
            "IT administrator",
            (Role.ADMINISTRATOR, Role.MEMBER),
        ),
    ),
    champions=(
        Persona("champion", "Lina Haddad", "Team coordinator", (Role.MEMBER,)),
        Persona("champion2", "Piet Jansen", "Planner", (Role.MEMBER,)),
        Persona("champion3", "Nadia Voss", "Dispatcher", (Role.MEMBER,)),
    ),
    employee=Persona("employee", "Oskar Nowak", "Service agent", (Role.MEMBER,)),
    contracted=Decimal("38.5"),
    first_names_from=23,
    plans=_harbour_plans,
    head_learns=True,
)

COMPANIES = (MERIDIAN, HARBOUR)

FIRST_NAMES = (
    "Amara Anders Anneke Arjun Astrid Beatriz Bilal Björn Callum Camille Carmen Chiara Claire Daan Dalia "
    "Daniel Deepa Dmitri Eamon Edith Elif Elena Emeka Erik Esther Fatima Femi Finn Freya Gabriel Georgia "
    "Giulia Hana Hannah Harriet Hugo Ida Imran Ingrid Isla Ivana Jakub James Jamila Jana Joana Jürgen "
    "Kaisa Kamal Karin Kofi Lars Laura Layla Lennart Lucia Luca Magnus Malika Marco Maria Matteo Maya Mei "
    "Mila Miriam Mohammed Nadia Naomi Niels Nina Noor Nuno Olga Oliver Omar Paula Pavel Rachel Rafael "
    "Ravi Renata Rosa Ruth Sahana Samira Sara Sebastian Selin Shira Simone Sofia Stefan Tariq Tess Theo "
    "Tomasz Ursula Vera Viktor Yara Zainab Zoe"
).split()
SURNAMES = (
    "Abbott Adeyemi Almeida Andersen Bachmann Bakker Banerjee Barros Bauer Bennett Bianchi Bose Carter "
    "Castillo Chowdhury Clarke Costa Dahl Delgado Diaz Dubois Duarte Ekström Fernandes Fischer Fontaine "
    "Fraser Ganguly Garcia Gray Gupta Haas Hansen Hartmann Hassan Hayes Hoffmann Holm Hughes Ibrahim Iyer "
    "Jackson Janssen Johansson Jones Kapoor Keller Khan Klein Kovács Kowalski Kumar Lang Larsen Laurent "
    "Lewis Lopez Maas Mahmoud Marino Martin Mehta Meyer Mitchell Moreau Müller Murphy Mwangi Nakamura "
    "Neumann Nguyen Nilsson Novak O’Brien Obi Oliveira Olsen Osei Park Patel Pereira Popescu Quinn Ramos "
    "Rao Reid Richter Rossi Sato Schmidt Schulz Sharma Silva Singh Sørensen Stewart Suzuki Taylor "
    "Tremblay Vasquez Visser Wagner Walker Weber Williams Wójcik Yılmaz Zhang Zimmermann"
).split()


class Command(BaseCommand):
    help = "Fill an empty database with two invented companies, Meridian Advisory and Harbour Logistics."

    # A demo that was killed half way leaves nothing behind, and the next start begins again.
    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        taken = Organization.objects.filter(slug__in=[company.slug for company in COMPANIES]).values_list(
            "slug", flat=True
        )
        if taken:
            raise CommandError(
                f"There is already a company called {taken[0]}. The demo fills only a database without it."
            )
        for company in COMPANIES:
            found(company, now=now)
            self.stdout.write(f"{company.name} is there.")


def found(company: Company, *, now: datetime) -> None:
    """Bring one company aboard: its people, their teams, and those who sign in."""
    at = now - timedelta(days=ABOARD_DAYS)
    made = create_organization(slug=company.slug, name=company.name, zone=company.zone, locale="en-gb", at=at)
    with organization(made.pk):
        office = {persona.key: hire(company, persona, at=at) for persona in company.office}
        names = _names(company.first_names_from)
        head = office["executive"]
        teams: list[list[list[Person]]] = []
        champions: list[Person] = []
        for number, department in enumerate(company.departments):
            teams.append(_staff(company, department, number=number, head=head, names=names, at=at))
            if number < len(company.champions):
                champion = company.champions[number]
                champions.append(hire(company, champion, at=at, department=department, manager=teams[-1][-1][0]))
        if company.head_learns:
            teams[0][0].append(head)
        _later(company, office, now=now)
        for plan in company.plans(teams, champions, local_date(now, company.zone)):
            live(plan, Life(made, now=now), lead=office["lead"], sponsor=office["executive"])
        if company.asks_around:
            draft = ask_around(
                Life(made, now=now), lead=office["lead"], name="Campaign briefs", workflow="Campaign briefs"
            )
            # The draft has to look for another start.
            shut = baseline_starts_on(draft.starts_on)
            close_days(
                organization=made,
                name="Company holidays",
                starts_on=shut,
                ends_on=shut + timedelta(days=4),
                by=office["admin"],
                at=now,
            )
            look_for_work(Life(made, now=now), lead=office["lead"])
        bring_in(Life(made, now=now), owner=office["owner"])
        stock_kit(Life(made, now=now), champions=champions, office=office, people=teams[0][0])
        sit_down(Life(made, now=now), office=office)
        plan_ahead(Life(made, now=now))
        ask_champions(Life(made, now=now))
        look_through(Life(made, now=now), owner=office["owner"])
        Life(made, now=now).decide(now)
        # What the history would have mailed was for days that are gone.
        Message.objects.filter(due_at__lt=now - timedelta(days=1)).delete()


def hire(
    company: Company,
    persona: Persona,
    *,
    at: datetime,
    department: Department | None = None,
    manager: Person | None = None,
) -> Person:
    """A persona of the sign-in page: a person of the directory with a sign-in identity."""
    person = add_person(
        name=persona.name,
        mail=f"{persona.key}@{company.domain}",
        department=department.name
        if department
        else "Office of the partners"
        if company is MERIDIAN
        else "Head office",
        job_role=persona.job_role,
        location=department.location if department else company.departments[1].location,
        zone=department.zone if department else "",
        manager=manager,
        contracted_hours=company.contracted,
        by=None,
        at=at,
    )
    admit(
        identity=make_identity(mail=str(person.mail), at=at),
        person=person,
        roles=set(persona.roles),
        by=None,
        at=at,
    )
    return person


def _staff(
    company: Company,
    department: Department,
    *,
    number: int,
    head: Person,
    names: Iterator[str],
    at: datetime,
) -> list[list[Person]]:
    """Teams of eight, each led by the first of the team after it: where there are several, nobody reports into their own.

    Returns the teams.
    """

    def add(team: int, seat: int, manager: Person) -> Person:
        if (number, team, seat) == EMPLOYEE_SEAT:
            return hire(company, company.employee, at=at, department=department, manager=manager)
        name = next(names)
        return add_person(
            name=name,
            mail=f"{_login(name)}@{company.domain}",
            external_id=f"{company.slug[:1].upper()}{number + 1}{team + 1}{seat + 1:02}",
            department=department.name,
            job_role=department.roles[seat % len(department.roles)],
            location=department.location,
            zone=department.zone,
            manager=manager,
            contracted_hours=PART_TIME if (team * TEAM + seat) % 9 == 7 else company.contracted,
            by=None,
            at=at,
        )

    teams = [[add(team, 0, head)] for team in range(department.teams)]
    for team in range(department.teams):
        for seat in range(1, TEAM):
            teams[team].append(add(team, seat, teams[(team + 1) % len(teams)][0]))
    return teams


def _later(company: Company, office: dict[str, Person], *, now: datetime) -> None:
    """What has happened since: somebody was ill, somebody left, somebody is being invited."""
    today = local_date(now, company.zone)
    staff = list(Person.objects.filter(external_id__isnull=False).in_name_order())
    lead, admin = office["lead"], office["admin"]
    for person, began, days in (
        (staff[5], 225, 12),
        (staff[17], 90, 5),
        (staff[29], 40, 9),
    ):
        starts_on = today - timedelta(days=began)
        record_leave(
            person=person,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=days),
            by=lead,
            at=now - timedelta(days=began),
        )
    add_alias(
        person=staff[2],
        address=f"{_login(staff[2].name).split('.')[-1]}@{company.domain}",
        by=admin,
        at=now - timedelta(days=80),
    )
    if company is HARBOUR:
        record_leave(
            person=staff[40],
            starts_on=today - timedelta(days=20),
            ends_on=None,
            by=lead,
            at=now - timedelta(days=21),
        )
        record_departure(
            person=staff[50],
            left_on=today - timedelta(days=33),
            by=lead,
            at=now - timedelta(days=60),
        )
    invite(person=staff[8], roles={Role.MEMBER}, by=admin, at=now)


def _names(start: int) -> Iterator[str]:
    """Names without repetition: the lists are 103 and 109 long, both prime, so walking through both meets each pair once."""
    for step in range(start, len(FIRST_NAMES) * len(SURNAMES)):
        yield f"{FIRST_NAMES[(step * 7) % len(FIRST_NAMES)]} {SURNAMES[(step * 11 + start) % len(SURNAMES)]}"


def _login(name: str) -> str:
    """'Björn O’Brien' -> 'bjorn.obrien'."""
    login = sort_name(name).replace("’", "").replace(" ", ".")
    assert clean_mail(f"{login}@a.example")
    return login
