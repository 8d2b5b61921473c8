"""Local dates, instants and working hours."""

from __future__ import annotations

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


def working_instant(not_before: datetime, zone: str) -> datetime:
    """The first instant at or after `not_before` that lies on Monday to Friday, 09:00 to 17:00, in the zone. In UTC."""
    local = not_before.astimezone(ZoneInfo(zone))
    day = local.date()
    if local.weekday() < 5 and WORK_STARTS <= local.time() < WORK_ENDS:
        return not_before.astimezone(ZoneInfo("UTC"))
    if local.weekday() >= 5 or local.time() >= WORK_ENDS:
        day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return instant(day, WORK_STARTS, zone)
