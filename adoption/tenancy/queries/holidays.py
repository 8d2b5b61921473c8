"""Public holidays of a country and its regions, and which of them are noted as closed days already.

The library that knows them takes 9 MiB in the process that loads it, and is asked about once a year by one administrator. So
it is imported where it is used and nowhere else: no other web process holds it (docs/speed.md, "Memory").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any, NamedTuple

from adoption.tenancy import rules
from adoption.tenancy.models import Closure
from adoption.tenancy.queries.closures import covering


class Choice(NamedTuple):
    """A country or a region: by its code, and as people call it."""

    code: str
    name: str


_WORDS = re.compile(r"(?<=[a-z])(?<!Mc)(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SMALL = {"And", "Da", "Of", "The"}
# As long as an abbreviation of a region is at most.
_ABBREVIATED = 3


@dataclass(frozen=True)
class Holiday:
    """A public holiday on a working day, and what is noted there already."""

    day: date
    name: str
    noted: Closure | None


@dataclass(frozen=True)
class Holidays:
    """Public holidays of a span, in order; `on_weekends`: how many of them nobody would work on anyway."""

    days: tuple[Holiday, ...]
    on_weekends: int

    @property
    def open(self) -> tuple[Holiday, ...]:
        """Those that are not noted yet."""
        return tuple(one for one in self.days if one.noted is None)


def countries() -> list[Choice]:
    """Every country that is known, with its code, by name."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - see above

    return sorted((Choice(code, _spaced(name)) for name, code, *_ in COUNTRIES.values()), key=lambda one: one.name)


def regions(country: str) -> list[Choice]:
    """The regions of a country whose holidays are told apart, with their codes, by name."""
    known = _country(country)
    names: dict[str, str] = {}
    for name, code in known.subdivisions_aliases.items():
        # A code stands for several spellings; abbreviations are among them, and the first long one is the usual one.
        if len(name) > len(names.get(code, "")) and len(names.get(code, "")) <= _ABBREVIATED:
            names[code] = name
    return sorted((Choice(code, names.get(code, code)) for code in known.subdivisions), key=lambda one: one.name)


def country_of(zone: str) -> str:
    """The code of the country that a time zone is of; empty for one of no country, or an old name of one."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((country for country, _place, name, *_ in rows if name == zone), "")


def public_holidays(*, country: str, region: str, first: date, last: date, location: str, locale: str) -> Holidays:
    """What is a public holiday from one day to another, both included, where it is one by law and with substitutes. One query.

    Named in a language where the country's are translated into it, else in English, else as they are called there.
    `location` is whose noted days are looked at.
    """
    known = _country(country)
    found = known(
        subdiv=region or None,
        years=range(first.year, last.year + 1),
        observed=True,
        language=_language(known, locale),
    )
    named = {day: ", ".join(found.get_list(day))[: rules.TEXT_LENGTH] for day in sorted(found) if first <= day <= last}
    noted = covering(first, last, location=location)
    working = [day for day in named if rules.is_working_day(day)]
    return Holidays(
        days=tuple(Holiday(day, named[day], noted.get(day)) for day in working),
        on_weekends=len(named) - len(working),
    )


def _country(code: str) -> Any:
    import holidays  # noqa: PLC0415 - see above

    return getattr(holidays, code).get_entity()


def _language(known: Any, locale: str) -> str | None:
    """The language of a country's holidays that is nearest to a locale; None where there is but one."""
    wanted = locale.replace("-", "_").lower()
    by_name = {one.lower(): one for one in known.supported_languages}
    near = [by_name[one] for one in sorted(by_name) if one.split("_")[0] == wanted.split("_")[0]]
    english = [by_name[one] for one in sorted(by_name) if one.startswith("en")]
    exact = [by_name[wanted]] if wanted in by_name else []
    found: str | None = next(iter([*exact, *near, *english]), known.default_language)
    return found


def _spaced(name: str) -> str:
    """How a country is written that the library runs together: "BosniaAndHerzegovina"."""
    first, *rest = _WORDS.split(name)
    return " ".join([first, *(one.lower() if one in _SMALL else one for one in rest)])
