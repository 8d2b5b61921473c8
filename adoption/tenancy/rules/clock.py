"""Local dates, instants and working hours."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WORK_STARTS = time(9)
WORK_ENDS = time(17)


def local_date(at: datetime, zone: str) -> date:
    """The calendar day of an aware instant in an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def instant(day: date, hour: time, zone: str) -> datetime:
    """The UTC instant of a local date and hour. An hour that daylight saving skips becomes the same distance after the gap."""
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def working_instant(not_before: datetime, zone: str, closed: Collection[date] = ()) -> datetime:
    """The first instant at or after `not_before` in working hours of the zone: 09:00 to 17:00, Monday to Friday, not closed.

    In UTC. `closed` are local days.
    """
    local = not_before.astimezone(ZoneInfo(zone))
    day = local.date()
    if _is_open(day, closed) and WORK_STARTS <= local.time() < WORK_ENDS:
        return not_before.astimezone(ZoneInfo("UTC"))
    if local.time() >= WORK_ENDS:
        day += timedelta(days=1)
    while not _is_open(day, closed):
        day += timedelta(days=1)
    return instant(day, WORK_STARTS, zone)


def _is_open(day: date, closed: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in closed
