"""How the demo's programmes became ready: the policy read, context packs tested, the first showcase planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta
from typing import TYPE_CHECKING

from adoption.programs import actions as programs
from adoption.programs.models import Pack, PackElement, Program
from adoption.programs.queries.packs import roles_in_pods
from adoption.programs.queries.policy import newest_policy, readers_of
from adoption.programs.rules.packs import Verdict
from adoption.programs.rules.readiness import Item
from adoption.tenancy.models import Person
from champions.models import Champion

if TYPE_CHECKING:
    from metrics.management.demo.history import Life

ALLOWED = (
    "You may use the approved assistants for drafting, summarising, analysing and checking your own work. "
    "Whoever sends something out has read every line of it and answers for it.\n\n"
    "Internal documents may go in; client documents only where the engagement letter allows it. "
    "If you are not sure, ask your champion: that is what they are for."
)
NEVER = (
    "No client’s name or figures go into a tool that is not approved.\n"
    "Nothing goes to a client that a person has not read to the end.\n"
    "No decision about a colleague is prepared with AI."
)
AGAIN = "Nothing said in confidence by a colleague goes into any tool."
PLACES = (
    "Shared drive, Practice / Good examples",
    "Wiki: who reads our work",
    "Wiki: house style",
    "Handbook, chapter 4",
    "Policy, second paragraph",
)
# One in six who sit in a pod has not come round to it; enough have.
NOT_READ = 7


def prepare(
    program: Program, champions: Sequence[Champion], *, sponsor: Person, lead: Person, life: Life, renews: bool
) -> None:
    """In the two weeks before the launch: a showcase, the policy and a pack for each role, which came out generic at first."""
    begun = life.at(program.starts_on - timedelta(days=13), time(10))
    programs.prepare(
        program=program,
        item=Item.SHOWCASE,
        owner=lead,
        due_on=program.starts_on - timedelta(days=3),
        evidence=f"The Friday of week 4 at eleven; {sponsor.name} has accepted and opens it.",
        by=lead,
        at=begun,
    )
    for item, owner, days in ((Item.PACKS, champions[0].person, 5), (Item.BASELINE, lead, 3), (Item.POLICY, lead, 4)):
        programs.prepare(
            program=program,
            item=item,
            owner=owner,
            due_on=program.starts_on - timedelta(days=days),
            evidence="",
            by=lead,
            at=begun,
        )
    _read_policy(program, lead=lead, life=life, renews=renews)
    for number, role in enumerate(roles_in_pods(program)):
        _pack(program, role, champions, number, lead=lead, life=life)


def _read_policy(program: Program, *, lead: Person, life: Life, renews: bool) -> None:
    at = life.at(program.starts_on - timedelta(days=12), time(9))
    if newest_policy() is None or renews:
        lines = f"{NEVER}\n{AGAIN}" if renews else NEVER
        programs.publish_policy(organization=program.organization, words=ALLOWED, red_lines=lines, by=lead, at=at)
    programs.ask_to_read(program=program, by=lead, at=at)
    policy = newest_policy()
    for number, person in enumerate(readers_of(program, at=at)):
        if policy and number % NOT_READ != NOT_READ - 1:
            programs.acknowledge(person=person, version=policy.version, at=at + timedelta(hours=number))


def _pack(program: Program, role: str, champions: Sequence[Champion], number: int, *, lead: Person, life: Life) -> None:
    at = life.at(program.starts_on - timedelta(days=10), time(10))
    keeper = champions[number % len(champions)].person
    pack: Pack = programs.begin_pack(program=program, role=role, by=lead, at=at)
    for element, place in zip(PackElement.objects.filter(pack=pack).order_by("id"), PLACES, strict=True):
        programs.put_element(
            pack=pack, element=element, name=element.name, found_at=place, owner=keeper, by=keeper, at=at
        )
    if number == 0:
        programs.record_test(
            pack=pack,
            task="Last month’s longest piece, its second section",
            verdict=Verdict.GENERIC,
            note="Correct and nobody’s: it did not know who reads it.",
            by=keeper,
            at=at + timedelta(days=1),
        )
    programs.record_test(
        pack=pack,
        task="This week’s piece, from notes to a first draft",
        verdict=Verdict.GOOD,
        note="Our words, our order; two figures to check.",
        by=keeper,
        at=at + timedelta(days=3),
    )
    programs.check_pack(pack=pack, by=keeper, at=at + timedelta(days=3))
