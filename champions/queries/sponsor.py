"""What somebody stands for as a sponsor: champions' time in some programmes, and who of them runs out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from adoption.programs.models import Attention, Program
from adoption.programs.rules import Kind
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission, local_date
from champions.models import Sponsorship
from champions.queries.asks import AskRow, DeedRow, Modelling, modelling_of, own_deeds, waiting_asks
from champions.queries.time import ChampionTime, times_by_program


@dataclass(frozen=True)
class Sponsored:
    """A programme, the line of the budget, and the time of its champions: agreed, and kept as they said last."""

    program: Program
    budget_line: str
    week: int
    rows: tuple[ChampionTime, ...]
    # Champions who run out of time.
    short: tuple[ChampionTime, ...]

    @property
    def agreed(self) -> Decimal:
        """Hours a week, of those with whom they are agreed."""
        return sum((row.agreed.stands.hours for row in self.rows if row.agreed.stands), Decimal(0))

    @property
    def with_agreement(self) -> int:
        return sum(row.agreed.stands is not None for row in self.rows)

    @property
    def said(self) -> list[ChampionTime]:
        """Who has agreed hours and said at the last check how many were kept. Whoever said nothing is not zero."""
        return [row for row in self.rows if row.agreed.stands and row.newest and row.newest.hours is not None]

    @property
    def kept(self) -> Decimal:
        """Hours a week kept free, by those who said so."""
        return sum((row.newest.hours for row in self.said if row.newest and row.newest.hours is not None), Decimal(0))

    @property
    def agreed_with_them(self) -> Decimal:
        """Hours a week agreed with those same people."""
        return sum((row.agreed.stands.hours for row in self.said if row.agreed.stands), Decimal(0))

    @property
    def asked(self) -> bool:
        return any(row.cells for row in self.rows)

    @property
    def is_over(self) -> bool:
        return self.program.ended_at is not None


@dataclass(frozen=True)
class Sponsoring:
    """Everything a sponsor's page says. `own` is there for executives: their own last 28 days, for their eyes alone."""

    programs: tuple[Sponsored, ...]
    asks: list[AskRow]
    own: Modelling | None
    deeds: list[DeedRow]

    @property
    def short(self) -> int:
        return sum(len(one.short) for one in self.programs)


def sponsorships_of(person: Person) -> list[Sponsorship]:
    """What somebody stands for, until the programme is closed; the newest first. One query."""
    rows = Sponsorship.objects.filter(sponsor=person, program__closed_at__isnull=True)
    return list(rows.select_related("program__workflow").order_by("-program__starts_on", "-program_id"))


def sponsored(rows: list[Sponsorship], *, on: date) -> tuple[Sponsored, ...]:
    """These programmes with the time of their champions. Six queries at most, whatever the numbers."""
    programs = [row.program for row in rows]
    times = times_by_program(programs, on=on)
    warned = _warned(programs)
    return tuple(
        Sponsored(
            program=row.program,
            budget_line=row.budget_line,
            week=row.program.week_on(on),
            rows=tuple(times[row.program_id]),
            short=tuple(one for one in times[row.program_id] if (row.program_id, one.person.pk) in warned),
        )
        for row in rows
    )


def sponsoring(
    person: Person, permissions: frozenset[Permission], rows: list[Sponsorship], *, at: datetime
) -> Sponsoring:
    """A sponsor's page."""
    today = local_date(at, person.organization.zone)
    leads_people = Permission.SEE_EVIDENCE in permissions and Permission.MANAGE_PROGRAMS not in permissions
    return Sponsoring(
        programs=sponsored(rows, on=today),
        asks=[row for row in waiting_asks(person, permissions, at=at) if row.need.owner_id == person.pk],
        own=modelling_of(person, on=today) if leads_people else None,
        deeds=own_deeds(person) if leads_people else [],
    )


def short_of_time(rows: list[Sponsorship]) -> int:
    """How many champions of these programmes run out of time. One query."""
    return len(_warned([row.program for row in rows]))


def _warned(programs: list[Program]) -> set[tuple[int, int]]:
    found = Attention.objects.open().filter(program__in=programs, kind=Kind.CHAMPION_TIME)
    return set(found.values_list("program_id", "person_id"))
