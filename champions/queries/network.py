"""Champions of every programme, whom they ask, and how many members each carries."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Arm
from adoption.tenancy.models import Person
from champions import rules
from champions.models import Card, Champion, Expert, Prompt
from champions.rules import Load


@dataclass(frozen=True)
class Peer:
    """A champion as the others find them: where they lead, what work they know, what they help with."""

    person: Person
    programs: list[str]
    workflows: list[str]
    card: Card | None


@dataclass(frozen=True)
class Ratio:
    """How many members of a running programme there are for each of its champions."""

    program: Program
    members: int
    champions: int
    load: Load

    @property
    def per_champion(self) -> float | None:
        return self.members / self.champions if self.champions else None


@dataclass(frozen=True)
class Network:
    """Who knows what. `ratios` holds only programmes in which something is wrong, for champions and leads."""

    peers: list[Peer]
    experts: list[Expert]
    ratios: list[Ratio]


def network(*, on: date) -> Network:
    """Everybody who leads, the experts, and programmes with too many members a champion. Who has left is none of them. Six queries."""
    serving = list(Champion.objects.here(on).select_related("person", "program__workflow").in_name_order())
    people = {one.person_id: one.person for one in serving}
    programs: dict[int, dict[str, None]] = defaultdict(dict)
    knows: dict[int, dict[str, None]] = defaultdict(dict)
    for one in serving:
        programs[one.person_id][one.program.name] = None
        knows[one.person_id][one.program.workflow.name] = None
    owned = Prompt.objects.on_the_shelf().filter(owner__in=people).values_list("owner_id", "workflow__name")
    for owner, workflow in owned.order_by("workflow__name"):
        knows[owner][workflow] = None
    cards = {one.person_id: one for one in Card.objects.filter(person__in=people)}
    return Network(
        peers=[
            Peer(person, list(programs[person.pk]), list(knows[person.pk]), cards.get(person.pk))
            for person in people.values()
        ],
        experts=list(Expert.objects.to_ask(on).select_related("person").in_topic_order()),
        ratios=_ratios(serving, on),
    )


def _ratios(serving: list[Champion], on: date) -> list[Ratio]:
    running = list(Program.objects.running().filter(ended_at__isnull=True).newest_first())
    led = Counter(one.program_id for one in serving)
    members = Counter(
        Assignment.objects.current()
        .in_arm(Arm.PODS)
        .filter(program__in=[one.pk for one in running])
        .exclude(person__left_on__lte=on)
        .values_list("program_id", flat=True)
    )
    found = [Ratio(one, members[one.pk], led[one.pk], rules.load(members[one.pk], led[one.pk])) for one in running]
    return [one for one in found if one.load in {Load.HIGH, Load.TOO_HIGH}]


def card_of(person: Person) -> Card | None:
    """What a champion says of themselves."""
    found: Card | None = Card.objects.filter(person=person).first()
    return found
