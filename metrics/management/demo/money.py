"""What the demo's programmes cost by their company's own figures, and what an ended one taught."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from adoption.programs.actions.lessons import write_lesson
from adoption.programs.models import Program
from adoption.programs.rules.design import Page
from adoption.programs.rules.lessons import LessonKind, Setting
from adoption.tenancy.models import Person
from metrics.actions.money import set_prices

if TYPE_CHECKING:
    from metrics.management.demo.history import Life

PRICES = {
    "champion_hour": (Decimal(55), Decimal(70)),
    "hour": (Decimal(45), Decimal(60)),
    "licences": (Decimal(2400), Decimal(2400)),
    "other": (Decimal(1500), Decimal(2500)),
}
LEARNED: tuple[tuple[LessonKind, Page, str, Setting | None, int | None], ...] = (
    (
        LessonKind.AGAIN,
        Page.TEMPLATE,
        "Champions from the next desk: people asked them before they asked us.",
        None,
        None,
    ),
    (
        LessonKind.CHANGE,
        Page.DATES,
        "Eight in a pod were one too many beside the day’s work.",
        Setting.POD_SIZE,
        7,
    ),
    (LessonKind.NOT_AGAIN, Page.DATES, "Not across the end of a quarter: two weeks were as good as lost.", None, None),
    (
        LessonKind.CHANGE,
        Page.ARMS,
        "Tell the teams that are compared on the first day what they get, and when.",
        None,
        None,
    ),
)


def reckon(program: Program, *, lead: Person, life: Life) -> None:
    """The figures in the second week, and three weeks after the end what the programme taught."""
    set_prices(
        program=program,
        currency="EUR",
        prices=PRICES,
        other_what="Two days of an expert, and rooms",
        by=lead,
        at=life.at(program.starts_on + timedelta(days=8), time(11)),
    )
    if program.ended_at is None:
        return
    for number, (kind, page, words, setting, proposed) in enumerate(LEARNED):
        write_lesson(
            program=program,
            kind=kind,
            page=page,
            words=words,
            setting=setting,
            number=proposed,
            by=lead,
            at=life.at(program.ends_on + timedelta(days=22), time(15, number)),
        )
