"""A champion and their manager agree on time, through the acts of both, for whoever launches a programme."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from champions.actions.agreements import agree, propose_agreement
from champions.models import Agreement, Champion
from champions.rules.agreements import Side

WORK = "The monthly minutes; Ines writes them."


def propose(
    champion: Champion,
    *,
    at: datetime,
    side: Side = Side.CHAMPION,
    hours: str = "4",
    contracted: str = "40",
    because: str = "",
    work: str = WORK,
    from_on: date | None = None,
    to_on: date | None = None,
) -> Agreement:
    """One side's proposal: four of forty hours, for the programme's weeks."""
    return propose_agreement(
        champion=champion,
        side=side,
        work=work,
        hours=Decimal(hours),
        contracted=Decimal(contracted),
        outside_because=because,
        from_on=from_on or champion.program.starts_on,
        to_on=to_on or champion.program.ends_on,
        by=champion.person,
        at=at,
    )


def agree_on_time(champion: Champion, *, at: datetime) -> Agreement:
    """Both have agreed: the champion is ready. Their manager must be in the directory."""
    row = propose(champion, at=at)
    return agree(agreement=row, side=Side.MANAGER, by=champion.person.manager, at=at)
