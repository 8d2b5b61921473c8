"""What a champion finds on their home: their time with what to do about it, their kit, and whom the network has for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.models import Card, Champion, PromptReview, PromptTry, TimeCheck
from champions.queries.prompts import OnShelf, shelf
from champions.queries.time import Cell, ChampionTime, Words, open_checks, times_of_person
from champions.rules.time import Todo, what_to_do

# What stands on a line; the rest is one press away.
MOST_CELLS, MOST_PROMPTS, MOST_PEERS = 5, 2, 3

TODO_WORDS: dict[Todo, Words] = {
    Todo.ANSWER: _("Was it kept? One minute."),
    Todo.AGREE: _("Your manager proposes what comes off your plate."),
    Todo.WAIT: _("Your manager has your proposal."),
    Todo.PROPOSE: _("Nothing is agreed yet: say what comes off your plate."),
    Todo.RENEW: _("The agreement ends soon: propose how it goes on."),
    Todo.TALK: _("Less was kept than you are owed: talk about what comes off your plate."),
    Todo.NAME: _("Kept on top of everything: name the work it replaces."),
    Todo.NOTHING: _("Nothing to do about it."),
}


@dataclass(frozen=True)
class OwnTime:
    """A programme somebody leads in: the last checks of their time, and what to do."""

    time: ChampionTime
    check: TimeCheck | None
    todo: Todo

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.time.cells[-MOST_CELLS:]

    @property
    def words(self) -> Words:
        return TODO_WORDS[self.todo]

    @property
    def is_after(self) -> bool:
        """Whether the phase is over, for which hours were agreed."""
        return self.time.agreed.today > self.time.champion.program.ends_on


@dataclass(frozen=True)
class OwnKit:
    """What of the library is theirs to look at. `used` is the prompt they tried last."""

    used: PromptTry | None
    to_review: list[OnShelf]
    stale: list[OnShelf]
    lacking: list[OnShelf]


@dataclass(frozen=True)
class OwnNetwork:
    """Others who say what they help with, who do the same work first. `card` is one's own."""

    card: Card | None
    peers: list[Card]


@dataclass(frozen=True)
class ChampionsHome:
    """A champion's time, kit and network."""

    times: list[OwnTime]
    kit: OwnKit
    network: OwnNetwork


def champions_home(person: Person, *, at: datetime) -> ChampionsHome:
    """What a champion finds on their home. Fourteen queries at most, whatever the numbers."""
    today = local_date(at, person.organization.zone)
    times = times_of_person(person, on=today)
    return ChampionsHome(
        times=_own_times(times, open_checks(person, at=at)),
        kit=_own_kit(person, at=at),
        network=_own_network(person, [one.champion.program.workflow_id for one in times], on=today),
    )


def is_champion() -> Exists:
    """Whether the person of the outer query leads somewhere."""
    return Exists(Champion.objects.serving().filter(person=OuterRef("pk")))


def _own_times(times: list[ChampionTime], checks: list[TimeCheck]) -> list[OwnTime]:
    asked = {one.champion_id: one for one in checks}
    return [OwnTime(one, asked.get(one.champion.pk), _todo(one, asked.get(one.champion.pk))) for one in times]


def _todo(time: ChampionTime, check: TimeCheck | None) -> Todo:
    agreed = time.agreed
    said = [cell.protected for cell in time.cells if cell.hours is not None]
    return what_to_do(
        is_asked=check is not None,
        proposed_to=agreed.proposed_to,
        # Done without, with a reason, or over: nothing is to be agreed on.
        has_agreement=bool(agreed.stands or agreed.waiver) or agreed.today > time.champion.program.ends_on,
        is_ending=agreed.is_ending,
        last=said[-1] if said else None,
    )


def _own_kit(person: Person, *, at: datetime) -> OwnKit:
    rows = shelf(at=at, zone=person.organization.zone)
    mine = [one for one in rows if one.prompt.owner_id == person.pk]
    versions = [one.version.pk for one in rows]
    reviewed = set(
        PromptReview.objects.filter(version__in=versions, reviewer=person).values_list("version_id", flat=True)
    )
    tried = PromptTry.objects.filter(person=person, prompt__set_aside_at__isnull=True).select_related("prompt")
    return OwnKit(
        used=tried.order_by("-tried_on", "-pk").first(),
        to_review=[
            one
            for one in rows
            if not one.is_reviewed and one.version.author_id != person.pk and one.version.pk not in reviewed
        ],
        stale=[one for one in mine if one.is_stale],
        lacking=[one for one in mine if one.lacks],
    )


def _own_network(person: Person, workflows: list[int], *, on: date) -> OwnNetwork:
    serving = Champion.objects.here(on).filter(person=OuterRef("person"))
    cards = Card.objects.filter(Exists(serving)).select_related("person")
    cards = cards.annotate(is_near=Exists(serving.filter(program__workflow__in=workflows)))
    rows = list(cards.order_by("-is_near", "person__sort_name", "pk"))
    return OwnNetwork(
        card=next((one for one in rows if one.person_id == person.pk), None),
        peers=[one for one in rows if one.person_id != person.pk],
    )
