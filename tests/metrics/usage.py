"""Exports of ChatGPT Enterprise as tests write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta

# Every column of the vendor's, in its order.
HEADER = (
    "cadence,period_start,period_end,account_id,public_id,name,email,role,user_role,department,groups,user_status,"
    "created_or_invited_date,is_active,first_day_active_in_period,last_day_active_in_period,messages,model_to_messages,"
    "gpt_messages,tool_messages,project_messages,last_day_active"
).split(",")
# Two of the vendor's weeks, which between them hold all of the week of Monday 22 June 2026.
EARLIER, LATER = date(2026, 6, 21), date(2026, 6, 28)
COVERED_WEEK = date(2026, 6, 22)

Cells = dict[str, str]


def line(email: str, starts_on: date = LATER, /, *, days: Iterable[date] = (), **cells: str) -> Cells:
    """One line: idle, or active from the first to the last of `days`."""
    active = sorted(days)
    first, last = (active[0].isoformat(), active[-1].isoformat()) if active else ("", "")
    messages = 3 * len(active)
    return {
        "cadence": "Weekly",
        "period_start": starts_on.isoformat(),
        "period_end": (starts_on + timedelta(days=6)).isoformat(),
        "account_id": "org-1",
        "public_id": "user-1",
        "name": "Somebody, with a comma",
        "email": email,
        "role": "Analyst",
        "user_role": "member",
        "department": '["Advisory North"]',
        "groups": "[]",
        "user_status": "enabled",
        "created_or_invited_date": "2025-01-01",
        "is_active": str(bool(active)),
        "first_day_active_in_period": first,
        "last_day_active_in_period": last,
        "messages": str(messages),
        "model_to_messages": str({"gpt-5": messages}),
        "gpt_messages": "0",
        "tool_messages": "0",
        "project_messages": "0",
        "last_day_active": last,
        **cells,
    }


def export(*lines: Cells, columns: Iterable[str] = HEADER, delimiter: str = ",") -> bytes:
    """A file of lines, with the columns given."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


def idle(*mails: str | None) -> bytes:
    """People who did nothing in either of the two weeks."""
    return export(*(line(str(mail), starts_on) for starts_on in (EARLIER, LATER) for mail in mails))
