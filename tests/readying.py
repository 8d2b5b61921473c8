"""What must be there before a launch, for whoever launches a programme in a test."""

from __future__ import annotations

from datetime import datetime

from adoption.programs.actions import waive_item
from adoption.programs.models import Program
from adoption.programs.rules.readiness import Item

# Everything that nobody brings about in tests of something else.
ELSEWHERE = (Item.POLICY, Item.SPONSOR, Item.SHOWCASE, Item.PACKS)


def make_ready(program: Program, *, at: datetime) -> None:
    """It is written down of each of these why the launch does not wait for it. Call inside the company."""
    for item in ELSEWHERE:
        waive_item(program=program, item=item, reason="Not what this is about.", by=None, at=at)
