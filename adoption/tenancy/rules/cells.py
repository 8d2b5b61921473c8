"""Values as people export them: dates, yes and no, hours, zones, addresses in the forms that files carry."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from zoneinfo import available_timezones

from adoption.tenancy.rules.people import MOST_CONTRACTED_HOURS, clean_hours, clean_mail
from adoption.tenancy.rules.sheets import SHOWN


class DateOrder(StrEnum):
    """How dates with slashes are to be read: 03/04 is the third of April, or March the fourth."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{2}|\d{4})(?:[ T].*)?")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2}|\d{4})(?:[ T].*)?")
_ISO = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[ T].*)?")
_WORDED = re.compile(r"(\d{1,2})\.?[ -]([^\W\d]{3,12})\.?[ -](\d{2}|\d{4})")
_US_WORDED = re.compile(r"([^\W\d]{3,12})\.? (\d{1,2}),? (\d{4})")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner janvier enero",
            "feb february februar février febrero",
            "mar march mär märz mrz mars marzo",
            "apr april avril abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio",
            "aug august août agosto",
            "sep sept september septembre septiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember décembre diciembre",
        ),
        start=1,
    )
    for name in names.split()
}


def read_date(text: str, order: DateOrder | None) -> date | None:
    """A date in ISO, German, British, US or worded form; None when it is none. Slashes are read in `order`."""
    text = text.strip()
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DOTTED.fullmatch(text):
            return date(_year(found[3]), int(found[2]), int(found[1]))
        if found := _SLASHED.fullmatch(text):
            first, second = int(found[1]), int(found[2])
            day, month = (second, first) if order is DateOrder.MONTH_FIRST else (first, second)
            return date(_year(found[3]), month, day)
        if found := _WORDED.fullmatch(text):
            return date(_year(found[3]), _MONTHS[found[2].lower()], int(found[1]))
        if found := _US_WORDED.fullmatch(text):
            return date(int(found[3]), _MONTHS[found[1].lower()], int(found[2]))
    except (ValueError, KeyError):
        return None
    return None


def _year(digits: str) -> int:
    return int(digits) + 2000 if len(digits) == 2 else int(digits)


@dataclass(frozen=True)
class DateQuestion:
    """Whether a column says which part of its dates is the day. `example` is a date that can be read both ways."""

    order: DateOrder | None
    example: str = ""


def order_of(texts: Iterable[str]) -> DateQuestion:
    """Look through dates: a part above 12 settles the order; without one the file must be asked about."""
    example = ""
    for text in texts:
        found = _SLASHED.fullmatch(text.strip())
        if found is None:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second:
            return DateQuestion(DateOrder.DAY_FIRST)
        if second > 12 >= first:
            return DateQuestion(DateOrder.MONTH_FIRST)
        if not example and first != second and 0 < first <= 12 and 0 < second <= 12:
            example = text.strip()[:SHOWN]
    return DateQuestion(None, example)


_YES = frozenset(
    "true yes y 1 x t ja j wahr oui vrai si sí verdadero active enabled employed aktiv actif activo".split()
)
_NO = frozenset(
    "false no n 0 f nein falsch non faux falso inactive disabled terminated suspended deactivated left former inaktiv ausgeschieden inactif"
    " inactivo gekündigt".split()
)
_AWAY = frozenset(
    (
        "on leave",
        "leave",
        "loa",
        "leave of absence",
        "beurlaubt",
        "elternzeit",
        "freigestellt",
        "en congé",
        "parental leave",
    )
)


def is_away(text: str) -> bool:
    """Whether a status says that somebody is on leave."""
    return text.strip().casefold() in _AWAY


def read_yes_no(text: str) -> bool | None:
    """Yes or no in the words exports use; None when it is neither."""
    text = text.strip().casefold()
    return True if text in _YES else False if text in _NO else None


def read_hours(text: str) -> tuple[Decimal | None, str]:
    """Hours a week from "38.5", "38,5" or "38,5 h", or None and what might have been meant (or "")."""
    number = re.sub(r"\s*(h|hrs|hours|std|stunden|heures|horas)\.?$", "", text.strip().casefold()).replace(",", ".")
    try:
        hours = Decimal(number) if len(number) <= 12 else Decimal("NaN")
    except InvalidOperation:
        return None, ""
    cleaned = clean_hours(hours)
    if cleaned is not None:
        return cleaned, ""
    for divisor in (10, 100):
        if hours.is_finite() and MOST_CONTRACTED_HOURS < hours <= 60 * divisor:
            meant = clean_hours(hours / divisor)
            if meant is not None:
                return None, f"{meant.normalize():f}"
    return None, ""


# The names Microsoft's systems use where HR exports carry zones at all.
_WINDOWS_ZONES = {
    "gmt standard time": "Europe/London",
    "w. europe standard time": "Europe/Berlin",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "romance standard time": "Europe/Paris",
    "e. europe standard time": "Europe/Chisinau",
    "fle standard time": "Europe/Kiev",
    "gtb standard time": "Europe/Bucharest",
    "russian standard time": "Europe/Moscow",
    "turkey standard time": "Europe/Istanbul",
    "eastern standard time": "America/New_York",
    "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver",
    "pacific standard time": "America/Los_Angeles",
    "e. south america standard time": "America/Sao_Paulo",
    "india standard time": "Asia/Kolkata",
    "china standard time": "Asia/Shanghai",
    "singapore standard time": "Asia/Singapore",
    "tokyo standard time": "Asia/Tokyo",
    "arabian standard time": "Asia/Dubai",
    "israel standard time": "Asia/Jerusalem",
    "south africa standard time": "Africa/Johannesburg",
    "aus eastern standard time": "Australia/Sydney",
    "utc": "UTC",
}


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()} | _WINDOWS_ZONES


def read_zone(text: str) -> tuple[str, str]:
    """An IANA zone from its name in any case or from a Windows name, or "" and the nearest name (or "")."""
    wanted = text.strip().casefold().replace(" ", "_")
    zone = _zones().get(wanted) or _zones().get(text.strip().casefold())
    if zone:
        return zone, ""
    cities = {name.rpartition("/")[2].casefold(): name for name in available_timezones() if "/" in name}
    near = difflib.get_close_matches(wanted[:SHOWN], list(_zones()), n=1, cutoff=0.75)
    return "", cities.get(wanted) or (_zones()[near[0]] if near else "")


def mended_mail(text: str) -> str:
    """What an address with a common slip was meant to be, or ""."""
    mended = re.sub(r"^mailto:", "", text.strip(), flags=re.IGNORECASE)
    if inside := re.search(r"<([^<>]+)>", mended):
        mended = inside[1]
    mended = re.sub(r"\s+", "", mended).replace("(at)", "@").replace("[at]", "@").replace(",", ".").rstrip(".;>")
    mended = re.sub(r"\.{2,}", ".", re.sub(r"@{2,}", "@", mended))
    return clean_mail(mended) or ""
