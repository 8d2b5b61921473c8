"""Reads of the champions' floor."""

from __future__ import annotations

from datetime import datetime

from adoption.programs.models import Program
from champions.models import Champion


def has_champions(*, program: Program, at: datetime) -> bool:
    """Readiness: whether somebody leads."""
    return Champion.objects.serving().filter(program=program).exists()
