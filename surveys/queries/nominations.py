"""The advice network: what somebody is asked and has said, for themselves alone, and where the asking is, for the lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adoption.outbox.models import Message
from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date, sort_name
from surveys import rules
from surveys.models import Nomination, NominationAsk, NominationWave
from surveys.rules import Item, ItemKind

MOST_FOUND = 8


@dataclass(frozen=True)
class NamedColleagues:
    """One question that asks for colleagues, and whom somebody has named so far, by name."""

    item: Item
    people: tuple[Person, ...]

    @property
    def is_full(self) -> bool:
        return len(self.people) >= self.item.most


def named_by(ask: NominationAsk) -> list[NamedColleagues]:
    """Whom somebody has named, question by question. One query."""
    rows = Nomination.objects.filter(ask=ask).select_related("nominee").order_by("nominee__sort_name", "pk")
    people: dict[str, list[Person]] = {}
    for row in rows:
        people.setdefault(row.item, []).append(row.nominee)
    items = rules.instrument(rules.ADVICE.key, ask.wave.instrument_version).items
    return [NamedColleagues(one, tuple(people.get(one.key, ()))) for one in items if one.kind is ItemKind.PERSON]


def colleagues_called(text: str, *, but: Person, at: datetime) -> list[Person]:
    """Who of one's own organisation is called that, oneself excepted: those of exactly that name, else a few. By name alone."""
    words = sort_name(text).split()
    if not words:
        return []
    found = Person.objects.here(local_date(at, but.local_zone())).exclude(pk=but.pk)
    exact = list(found.filter(sort_name=" ".join(words)).in_name_order()[:MOST_FOUND])
    for word in words:
        found = found.filter(sort_name__contains=word)
    return exact or list(found.in_name_order()[:MOST_FOUND])


def open_nominations_of(person: Person, *, at: datetime) -> list[NominationAsk]:
    """What somebody is asked about their colleagues and has not sent off yet. One query."""
    asks = NominationAsk.objects.still_open(at).unanswered().filter(person=person)
    return list(asks.select_related("wave__program__workflow").order_by("wave__closes_at", "pk"))


@dataclass(frozen=True)
class Asking:
    """Where a programme's advice-network question is, for its lead. Never who answered, nor how many while it is open."""

    wave: NominationWave
    asked: int
    is_open: bool
    may_remind: bool


def asking_of(program: Program, *, at: datetime) -> Asking | None:
    """The asking of a programme; None before it. Two queries."""
    wave = NominationWave.objects.filter(program=program).first()
    if wave is None:
        return None
    is_open = wave.counted_at is None and at < wave.closes_at
    soon = at < wave.opened_at + rules.REMIND_AGAIN_AFTER
    return Asking(
        wave=wave,
        asked=NominationAsk.objects.filter(wave=wave).count(),
        is_open=is_open,
        may_remind=is_open and wave.reminded_at is None and not soon,
    )


def facts_of_nomination(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the mail says that asks somebody whom they go to."""
    ask = NominationAsk.objects.select_related("wave__program__workflow").get(pk=message.row_id)
    return {
        "program": ask.wave.program.name,
        "workflow": ask.wave.program.workflow.name,
        "closes_at": ask.wave.closes_at,
    }


def nomination_wanted(*, message: Message, at: datetime) -> bool:
    """Whether it is still open and not sent off."""
    found: bool = NominationAsk.objects.still_open(at).unanswered().filter(pk=message.row_id).exists()
    return found
