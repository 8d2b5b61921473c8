"""A champion answers for their time; whoever can help hears of it at once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from champions.actions import time
from champions.models import TimeAnswer, TimeCheck
from pods.actions import look_at_champions


@transaction.atomic
def answer_check(
    *, check: TimeCheck, displaced: str, hours: Decimal | None, can_keep: int | None, to_fix: str, at: datetime
) -> TimeAnswer:
    """Write down what a champion says of their time, and look at once whether it warns. Raises CheckOver."""
    row = time.answer_check(check=check, displaced=displaced, hours=hours, can_keep=can_keep, to_fix=to_fix, at=at)
    look_at_champions(program=check.champion.program, only=check.champion, at=at)
    return row
