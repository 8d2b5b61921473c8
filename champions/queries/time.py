"""Whether champions' time was kept: the strip of each one's checks, and what warns that somebody is about to stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.outbox.models import Message
from adoption.programs.models import Attention, Program
from adoption.programs.rules import RETENTION_DAYS, Kind
from adoption.tenancy.models import Person
from champions.models import Champion, Sponsorship, TimeAnswer, TimeCheck
from champions.queries.agreements import Agreed, agreed_of, sponsorship_of
from champions.rules.agreements import plain
from champions.rules.time import ANSWERED_WITHIN, Kept, Phase, ProtectedWeek, protected_week

Words = str | Promise

KEPT_WORDS: dict[Kept, Words] = {
    Kept.UNKNOWN: _("not known"),
    Kept.SHORT: _("short"),
    Kept.KEPT: _("kept"),
    Kept.OVER: _("more than 15 %"),
}
# After the phase champions keep a few hours a week, whatever the contract says.
KEPT_AFTERWARDS: dict[Kept, Words] = KEPT_WORDS | {Kept.OVER: _("more than four hours")}


@dataclass(frozen=True)
class Cell:
    """One check of a champion, as far as others may see it: the hours and the work, never the 1 to 5."""

    due_on: date
    week: int
    hours: Decimal | None
    displaced: str
    # What leadership should fix: for the lead, who can.
    to_fix: str
    phase: Phase
    protected: ProtectedWeek

    @property
    def kept(self) -> Kept:
        return self.protected.kept

    @property
    def is_adherent(self) -> bool:
        return self.protected.adherent

    @property
    def words(self) -> Words:
        """What a reader who does not see the colour is told."""
        if self.kept in {Kept.KEPT, Kept.OVER} and not self.protected.displaced:
            return _("hours kept, but no work named that they replace")
        return (KEPT_WORDS if self.phase is Phase.ACTIVE else KEPT_AFTERWARDS)[self.kept]


@dataclass(frozen=True)
class ChampionTime:
    """A champion with the agreement and the strip of checks."""

    champion: Champion
    agreed: Agreed
    cells: tuple[Cell, ...]

    @property
    def person(self) -> Person:
        return self.champion.person

    @property
    def newest(self) -> Cell | None:
        return self.cells[-1] if self.cells else None


@dataclass(frozen=True)
class Times:
    """Everything a lead sees of the time of a programme's champions."""

    rows: tuple[ChampionTime, ...]
    sponsorship: Sponsorship | None
    # The last day of the ninety on which they keep some time.
    asked_until: date
    # How many had stopped by week three, as a number alone.
    stopped: int

    @property
    def waiting(self) -> int:
        """How many are not ready."""
        return sum(not row.agreed.is_ready for row in self.rows)

    @property
    def has_checks(self) -> bool:
        return any(row.cells for row in self.rows)

    @property
    def has_sustained(self) -> bool:
        """Whether somebody was asked after the phase, too."""
        return any(cell.phase is Phase.SUSTAIN for row in self.rows for cell in row.cells)


def times_of(program: Program, *, on: date) -> Times:
    """The champions of a programme by name, with their time. Six queries, and one more once somebody was asked, whatever the numbers."""
    stopped = Attention.objects.filter(program=program, kind=Kind.CHAMPION_STOPPED).values("person").distinct().count()
    return Times(
        rows=tuple(times_by_program([program], on=on)[program.pk]),
        sponsorship=sponsorship_of(program),
        asked_until=program.ends_on + timedelta(days=RETENTION_DAYS),
        stopped=stopped,
    )


def times_by_program(programs: Sequence[Program], *, on: date) -> dict[int, list[ChampionTime]]:
    """The champions of several programmes with their time, by the programme's id and by name. Five queries at most."""
    champions = list(
        Champion.objects.serving()
        .filter(program__in=programs)
        .select_related("program", "person__manager")
        .in_name_order()
    )
    agreed = agreed_of(champions, on=on)
    cells = _cells(champions, agreed)
    found: dict[int, list[ChampionTime]] = {one.pk: [] for one in programs}
    for one in champions:
        found[one.program_id].append(ChampionTime(one, agreed[one.pk], tuple(cells[one.pk])))
    return found


def strip_of(champion: Champion, agreed: Agreed, *, on: date) -> ChampionTime:
    """One champion's strip. Two queries."""
    return ChampionTime(champion, agreed, tuple(_cells([champion], {champion.pk: agreed})[champion.pk]))


def own_time(champion: Champion, *, on: date) -> ChampionTime:
    """A champion's own agreement and strip, for their pod's page. Four queries."""
    return strip_of(champion, agreed_of([champion], on=on)[champion.pk], on=on)


def times_of_person(person: Person, *, on: date) -> list[ChampionTime]:
    """Somebody's own agreement and strip in each programme they lead in that is not closed. Five queries at most."""
    champions = list(
        Champion.objects.serving()
        .held_by(person)
        .filter(program__closed_at__isnull=True)
        .select_related("program", "person__manager")
        .order_by("program__starts_on", "pk")
    )
    agreed = agreed_of(champions, on=on)
    cells = _cells(champions, agreed)
    return [ChampionTime(one, agreed[one.pk], tuple(cells[one.pk])) for one in champions]


def answers_of(champions: Sequence[Champion]) -> dict[int, list[tuple[TimeCheck, TimeAnswer | None]]]:
    """Each champion's checks in order, with what counts of what they said. Two queries."""
    found: dict[int, list[tuple[TimeCheck, TimeAnswer | None]]] = {one.pk: [] for one in champions}
    checks = list(TimeCheck.objects.filter(champion__in=champions).order_by("due_on"))
    newest = {row.check_asked_id: row for row in TimeAnswer.objects.newest().filter(check_asked__in=checks)}
    for check in checks:
        found[check.champion_id].append((check, newest.get(check.pk)))
    return found


def _cells(champions: Sequence[Champion], agreed: dict[int, Agreed]) -> dict[int, list[Cell]]:
    said = answers_of(champions)
    return {one.pk: [_cell(one, agreed[one.pk], *pair) for pair in said[one.pk]] for one in champions}


def _cell(champion: Champion, agreed: Agreed, check: TimeCheck, answer: TimeAnswer | None) -> Cell:
    contracted = agreed.stands.contracted if agreed.stands else champion.person.contracted_hours
    hours = answer.hours if answer else None
    displaced = answer.displaced if answer else ""
    phase = Phase.ACTIVE if check.due_on <= champion.program.ends_on else Phase.SUSTAIN
    named = bool(displaced.strip())
    return Cell(
        due_on=check.due_on,
        week=champion.program.week_on(check.due_on),
        hours=hours,
        displaced=displaced,
        to_fix=answer.to_fix if answer else "",
        phase=phase,
        # Without contracted hours nobody can say how much is enough.
        protected=protected_week(
            hours=None if hours is None else float(hours),
            contracted=float(contracted),
            displaced=displaced,
            phase=phase,
        )
        if contracted
        else ProtectedWeek(Kept.UNKNOWN, named),
    )


def open_checks(person: Person, *, at: datetime) -> list[TimeCheck]:
    """What a champion is asked about their time and has not answered. One query."""
    rows = TimeCheck.objects.unanswered().filter(
        champion__person=person,
        champion__stepped_down_at__isnull=True,
        champion__program__closed_at__isnull=True,
        asked_at__gt=at - ANSWERED_WITHIN,
    )
    return list(rows.select_related("champion__program").order_by("-due_on")[:1])


def facts_of_check(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the mail says that asks a champion about their time."""
    check = TimeCheck.objects.select_related("champion__program").get(pk=message.row_id)
    return {
        "title": _("Was your time kept free?"),
        "paragraphs": [
            _("One minute about your time as a champion of %(program)s: what came off your plate, and how many hours.")
            % {"program": check.champion.program.name}
        ],
        "button": _("Answer in a minute"),
        "fine": _(
            "Your lead, your manager and the sponsor see the hours and the work. Whether you can keep it up is shown to nobody."
        ),
    }


def check_wanted(*, message: Message, at: datetime) -> bool:
    """Whether it is unanswered, and they still lead."""
    rows = TimeCheck.objects.unanswered().filter(pk=message.row_id, champion__stepped_down_at__isnull=True)
    return bool(rows.filter(champion__program__closed_at__isnull=True).exists())


def facts_of_warning(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the sponsor reads of a champion who runs out of time: what is agreed and kept, and never an answer of 1 to 5."""
    champion = Champion.objects.select_related("program", "person__manager").get(pk=message.row_id)
    time = own_time(champion, on=at.date())
    agreed, newest = time.agreed.stands, time.newest
    kept = newest.hours if newest else None
    names = {
        "name": champion.person.name,
        "program": champion.program.name,
        "manager": champion.person.manager.name if champion.person.manager else "",
        "agreed": plain(agreed.hours) if agreed else "",
        "kept": plain(kept) if kept is not None else "",
    }
    hours = _("Nothing is agreed with their manager yet.")
    if agreed and kept is not None:
        hours = _("Agreed are %(agreed)s hours a week; last said to be kept: %(kept)s.")
    elif agreed:
        hours = _("Agreed are %(agreed)s hours a week; how many are kept is not known.")
    return {
        "title": _("%(name)s is running out of time as a champion") % names,
        "paragraphs": [
            _("Champions without protected time stop by the third week, and their pods with them (%(program)s).")
            % names,
            hours % names,
            _("What helps: a word from you to %(manager)s this week, about one piece of work that somebody else does.")
            % names
            if names["manager"]
            else _("What helps: a word from you this week, about one piece of work that somebody else does."),
        ],
        "fine": _("You read this as the programme’s sponsor. It is about time that was agreed, not about the person."),
    }


def warning_wanted(*, message: Message, at: datetime) -> bool:
    """Whether it still warns: nobody has seen to it meanwhile."""
    champion = Champion.objects.serving().filter(pk=message.row_id).first()
    return champion is not None and bool(
        Attention.objects.open()
        .filter(program=champion.program_id, person=champion.person_id, kind=Kind.CHAMPION_TIME)
        .exists()
    )
