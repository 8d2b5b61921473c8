"""The shortlist of a programme's candidates, for its lead alone. Bands and never numbers; nobody who is not in the corner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.outbox.models import Message
from adoption.programs.models import Assignment, Design, Program
from adoption.programs.rules import Arm, Template
from adoption.tenancy.models import Person
from champions.models import Candidacy, Champion, Offer, Selection
from champions.rules.selection import Sought, Tries, candidates_wanted, sought, spread

Words = str | Promise

TRIES_WORDS: dict[Tries, Words] = {
    Tries.SAYS_SO: _("says so"),
    Tries.SEEN: _("seen in the tools’ weeks"),
    Tries.BOTH: _("says so, and seen in the tools’ weeks"),
}
SOUGHT_WORDS: dict[Sought, Words] = {
    Sought.SOME: _("by one or two colleagues"),
    Sought.SEVERAL: _("by several colleagues"),
    Sought.MANY: _("by many colleagues"),
}
# Where the corner of the plot is, in its own units: the columns and rows of the bands, and how many marks fit into one.
COLUMNS: dict[Tries, int] = {Tries.SAYS_SO: 212, Tries.SEEN: 302, Tries.BOTH: 392}
ROWS: dict[Sought, int] = {Sought.MANY: 30, Sought.SEVERAL: 78, Sought.SOME: 126}
ACROSS, STEP, PLACES = 4, 21, 8


@dataclass(frozen=True)
class Candidate:
    """Somebody in the corner, in words, with a place in the plot. `number` is by name, and ranks nobody."""

    row: Candidacy
    number: int
    x: int
    y: int
    # One of those with whom every department has somebody.
    is_proposed: bool
    is_asked: bool

    @property
    def person(self) -> Person:
        return self.row.person

    @property
    def tries_words(self) -> Words:
        return TRIES_WORDS[Tries(self.row.tries)]

    @property
    def sought_words(self) -> Words:
        return SOUGHT_WORDS[sought(self.row.nominators)]


@dataclass(frozen=True)
class Shortlist:
    """Who meets both criteria, by name; how many a programme of this size wants to choose from."""

    selection: Selection
    candidates: tuple[Candidate, ...]
    wanted: int
    # Who has accepted counts too.
    found: int

    @property
    def is_too_few(self) -> bool:
        return self.found < self.wanted

    @property
    def departments(self) -> list[str]:
        """Where the candidates are, in order."""
        return sorted({one.person.department for one in self.candidates})


def shortlist(program: Program, *, at: datetime) -> Shortlist | None:
    """A programme's shortlist; None before anything was counted. Six queries, whatever the numbers."""
    selection = Selection.objects.filter(program=program).first()
    if selection is None:
        return None
    rows = list(
        Candidacy.objects.filter(selection=selection)
        .select_related("person")
        .order_by("person__sort_name", "person_id")
    )
    champions = set(Champion.objects.serving().filter(program=program).values_list("person_id", flat=True))
    asked = set(Offer.objects.open(at).filter(program=program).values_list("person_id", flat=True))
    open_rows = [row for row in rows if row.person_id not in champions]
    wanted = candidates_wanted(_people_meant(program))
    return Shortlist(
        selection=selection,
        candidates=tuple(_placed(open_rows, _proposed(open_rows, wanted - len(champions)), asked)),
        wanted=wanted,
        found=len(open_rows) + len(champions),
    )


def has_early_adopters(*, program: Program, at: datetime) -> bool:
    """Readiness: whether there are enough who try AI unasked and are sought out.

    While a shortlist is open, those on it and those who have accepted count; without one, the champions that are named.
    Either for the people who are meant to be in pods. A programme that explores needs none.
    """
    if program.template == Template.EXPLORATORY:
        return True
    found = shortlist(program, at=at)
    if found is not None and found.selection.settled_at is None:
        return not found.is_too_few
    return bool(Champion.objects.serving().filter(program=program).count() >= candidates_wanted(_people_meant(program)))


def _people_meant(program: Program) -> int:
    """How many are to be in pods: who sits in one already, before that as planned. Two queries at most."""
    seated: int = Assignment.objects.current().in_arm(Arm.PODS).filter(program=program).count()
    planned = Design.objects.filter(program=program).values_list("pods", "pod_size")
    return seated or sum(pods * size for pods, size in planned)


def _proposed(rows: Iterable[Candidacy], most: int) -> set[int]:
    """Whom to ask first: one of each department in turn, the most sought out first, a title weighs nothing."""
    ranked = sorted(rows, key=lambda row: (-row.nominators, row.person.sort_name, row.person_id))
    return set(spread([(row.person.department, row.person_id) for row in ranked], max(most, 0)))


def _placed(rows: Iterable[Candidacy], proposed: set[int], asked: set[int]) -> Iterable[Candidate]:
    taken: dict[tuple[Tries, Sought], int] = {}
    for number, row in enumerate(rows, start=1):
        cell = Tries(row.tries), sought(row.nominators)
        place = taken.get(cell, 0) % PLACES
        taken[cell] = taken.get(cell, 0) + 1
        yield Candidate(
            row=row,
            number=number,
            x=COLUMNS[cell[0]] + place % ACROSS * STEP,
            y=ROWS[cell[1]] + place // ACROSS * STEP,
            is_proposed=row.person_id in proposed,
            is_asked=row.person_id in asked,
        )


def facts_of_offer(*, message: Message, at: datetime) -> dict[str, Any]:
    """What somebody reads who is asked whether they would be a champion."""
    row = Offer.objects.select_related("program__workflow", "offered_by", "person").get(pk=message.row_id)
    return {
        "speaker": row.offered_by.name if row.offered_by else "",
        "title": _("%(name)s, would you be a champion for: %(workflow)s?")
        % {"name": row.person.name.split()[0], "workflow": row.program.workflow.name},
        "paragraphs": [
            _("Colleagues said that they come to you when work gets difficult, and you try AI for real work already."),
            _(
                "A champion helps about eight colleagues for %(weeks)s weeks, one real task at a time. It is not on top "
                "of your job: what comes off your plate is agreed with your manager first."
            )
            % {"weeks": row.program.weeks},
        ],
        "button": _("See what it means, and answer"),
        "fine": _("A no is as good as a yes. Nobody is told who said no, and nothing of it is kept."),
    }


def offer_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the offer still waits for an answer."""
    found: bool = Offer.objects.open(at).filter(pk=message.row_id).exists()
    return found
