"""What a lead settles before a launch: whether AI is the answer, the goal's tier, who may take part, and weeks to avoid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from adoption.programs.rules import (
    BASELINE_WEEKS,
    MAIN_LOOKS,
    Checkpoint,
    baseline_starts_on,
    looks_of,
    main_look_of,
    weeks_looked_at,
)

WORDS_LENGTH = 300
MOST_PODS = 200
MOST_VALUES = 50  # of one rule of who may take part
# Below this share of people on leave in a week nothing is said of it.
MANY_AWAY = 0.2


class Finding(StrEnum):
    """What came of the question whether AI is the answer to what is in the way."""

    AI = "ai"
    # Something else first: a form nobody needs, a rule nobody knows.
    OTHER = "other"
    UNSURE = "unsure"


class Tier(StrEnum):
    """What people should be able to do in the end. It decides the format."""

    LITERACY = "literacy"
    FLUENCY = "fluency"
    COMPETENCE = "competence"


def main_looks_of(template: str) -> tuple[Checkpoint, ...]:
    """The looks that may be the main one of a template."""
    return tuple(look for look in MAIN_LOOKS if look in looks_of(template))


def main_look(chosen: str, template: str) -> Checkpoint:
    """The main look that was chosen; what is usual for the template where none was, or one that it has not."""
    return Checkpoint(chosen) if chosen in main_looks_of(template) else main_look_of(template)


class Page(StrEnum):
    """The five steps of a design, in their order."""

    WORK = "work"
    TEMPLATE = "template"
    DATES = "dates"
    ARMS = "arms"
    REVIEW = "review"

    @property
    def number(self) -> int:
        return list(Page).index(self) + 1

    @property
    def before(self) -> Page | None:
        return list(Page)[self.number - 2] if self.number > 1 else None

    @property
    def after(self) -> Page | None:
        return list(Page)[self.number] if self.number < len(Page) else None


class Field(StrEnum):
    """What of the directory a rule looks at."""

    DEPARTMENT = "department"
    JOB_ROLE = "job_role"
    LOCATION = "location"
    # Everybody below this person, at any distance.
    LINE = "line"


@dataclass(frozen=True)
class Eligible:
    """Who may take part: one of the values of each field that is named; without any, everybody. Lines are public ids."""

    departments: tuple[str, ...] = ()
    job_roles: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether there is a rule at all."""
        return any(self.of(field) for field in Field)

    def of(self, field: Field) -> tuple[str, ...]:
        """The values of one field."""
        found: tuple[str, ...] = getattr(self, f"{field}s")
        return found

    def with_value(self, field: Field, value: str) -> Eligible:
        """One more value; twice is once."""
        return self._changed(field, sorted({*self.of(field), value}))

    def without_value(self, field: Field, value: str) -> Eligible:
        """One value fewer."""
        return self._changed(field, (one for one in self.of(field) if one != value))

    def _changed(self, field: Field, values: Iterable[str]) -> Eligible:
        return Eligible(**{f"{one}s": self.of(one) for one in Field} | {f"{field}s": tuple(values)})

    def as_dict(self) -> dict[str, list[str]]:
        """As it is kept: fields without a value are left out."""
        return {field.value: list(self.of(field)) for field in Field if self.of(field)}


def eligible(kept: Mapping[str, Any]) -> Eligible:
    """The rules as they were kept."""
    return Eligible(**{f"{field}s": tuple(kept.get(field, ())) for field in Field})


class Quiet(StrEnum):
    """Why little is done in a week."""

    YEARS_END = "years_end"
    EASTER = "easter"
    AWAY = "away"
    CLOSED = "closed"


def easter(year: int) -> date:
    """Easter Sunday of the western churches, by the Gregorian computus of Meeus, Jones and Butcher."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def quiet_weeks(
    first: date, weeks: int, away: Mapping[date, float], closed: Collection[date] = ()
) -> list[tuple[date, Quiet]]:
    """Which of so many weeks from a Monday on are likely to be quiet, and why.

    `away` is the share on leave by Monday, `closed` are days on which nobody works.
    """
    found = []
    for monday in (first + timedelta(weeks=number) for number in range(weeks)):
        days = {monday + timedelta(days=number) for number in range(5)}
        if is_lost(monday, closed):
            found.append((monday, Quiet.CLOSED))
        elif any((day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1) for day in days):
            found.append((monday, Quiet.YEARS_END))
        elif {easter(day.year) - timedelta(days=2) for day in days} & days:
            found.append((monday, Quiet.EASTER))
        elif away.get(monday, 0) >= MANY_AWAY:
            found.append((monday, Quiet.AWAY))
    return found


# --- closed days -----------------------------------------------------------------------------------------------------

# Of five: a week with fewer open days than two says little about anybody's habit.
LOST_FROM = 3


class Hit(StrEnum):
    """What of a programme falls into closed days."""

    BASELINE = "baseline"
    LAUNCH = "launch"
    LOOK = "look"


@dataclass(frozen=True)
class Clash:
    """Something of a programme that falls into closed days: a week by its Monday, or the day of the launch."""

    hit: Hit
    day: date
    # Of a look which one.
    look: Checkpoint | None = None


def is_lost(monday: date, closed: Collection[date]) -> bool:
    """Whether most working days of a week are closed."""
    return sum(monday + timedelta(days=number) in closed for number in range(5)) >= LOST_FROM


def clashes(starts_on: date, weeks: int, mode: str, template: str, closed: Collection[date]) -> list[Clash]:
    """What of a programme with this start falls into closed days: baseline weeks, the launch, and weeks that are looked at."""
    if not closed:
        return []
    first = baseline_starts_on(starts_on)
    baseline = [first + timedelta(weeks=number) for number in range(BASELINE_WEEKS)]
    found = [Clash(Hit.BASELINE, week) for week in baseline if is_lost(week, closed)]
    if starts_on in closed:
        found.append(Clash(Hit.LAUNCH, starts_on))
    for look in looks_of(template):
        looked_at = weeks_looked_at(look, starts_on, weeks, mode)
        found += [Clash(Hit.LOOK, week, look) for week in looked_at if is_lost(week, closed)]
    return found


def better_start(
    starts_on: date, choices: Collection[date], weeks: int, mode: str, template: str, closed: Collection[date]
) -> date | None:
    """The nearest start with fewer clashes, the fewest of all; of two as near the later one. None where none is better."""

    def many(day: date) -> int:
        return len(clashes(day, weeks, mode, template, closed))

    best = min(
        (day for day in choices if day != starts_on),
        key=lambda day: (many(day), abs(day - starts_on), starts_on - day),
        default=None,
    )
    return best if best and many(best) < many(starts_on) else None
