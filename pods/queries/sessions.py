"""Sessions that were held, over a programme."""

from __future__ import annotations

from django.db.models import Sum

from adoption.programs.models import Program
from pods.models import Session
from pods.rules import Practice


def practice_of(program: Program) -> Practice:
    """Minutes of doing and explaining over all sessions of a programme. One query."""
    sums = Session.objects.filter(pod__program=program).aggregate(
        doing=Sum("doing_minutes"), explaining=Sum("explaining_minutes")
    )
    return Practice(sums["doing"] or 0, sums["explaining"] or 0)
