"""How the demo's champions are found, agreed with and given time: through the same acts as everybody's."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from adoption.programs import actions as programs
from adoption.programs.models import Program
from adoption.programs.queries.calendar import step_called
from adoption.programs.rules import CHECKS_ON, monday
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.actions.agreements import agree, propose_agreement, record_sponsorship
from champions.actions.selection import accept_offer, offer
from champions.models import Champion, TimeCheck
from champions.queries.selection import shortlist
from champions.rules.agreements import Side, owed
from champions.rules.time import ANSWERED_WITHIN
from metrics.management.demo.design import draw, think
from pods.actions import look_at_champions
from pods.actions.forming import form_pods
from pods.queries.seating import suggested_pods
from surveys.actions import answer_check, close_nominations, keep_tries, name_colleague, open_nominations
from surveys.models import NominationAsk

if TYPE_CHECKING:
    from metrics.management.demo.history import Life

WORK = (
    "The monthly minutes; the team assistant writes them.",
    "First reviews of standard cases; two colleagues take them in turn.",
    "The internal newsletter; it pauses until the end of the phase.",
)
# Of the champions of a programme by name, whoever comes last runs out of time in it.
ANSWERED = 150
NOT_HEARD_OF = 4
MEANT_FOR = ("Advisory North", "Advisory South", "Tax")


def give_time(program: Program, champions: Sequence[Champion], *, sponsor: Person, lead: Person, life: Life) -> None:
    """The sponsor stands for it, and each champion agrees with their manager, a week before the baseline."""
    at = life.at(program.starts_on - timedelta(weeks=3), time(10))
    record_sponsorship(
        program=program, sponsor=sponsor, budget_line="Learning and development, champions’ time", by=lead, at=at
    )
    for number, champion in enumerate(champions):
        contracted = champion.person.contracted_hours or Decimal(40)
        row = propose_agreement(
            champion=champion,
            side=Side.CHAMPION,
            work=WORK[number % len(WORK)],
            hours=owed(contracted)[0],
            contracted=contracted,
            outside_because="",
            from_on=program.starts_on,
            to_on=program.ends_on,
            by=champion.person,
            at=at,
        )
        agree(agreement=row, side=Side.MANAGER, by=champion.person.manager, at=at + timedelta(hours=4))


def keep_time(program: Program, week: date, life: Life) -> None:
    """Champions answer on the Thursday they are asked: most have their hours; in a running programme one has not."""
    at = life.at(week + timedelta(days=CHECKS_ON), time(12))
    if at > life.now or week > program.ends_on:
        return
    life.until(at)
    checks = list(
        TimeCheck.objects.unanswered()
        .filter(champion__program=program, asked_at__gt=at - ANSWERED_WITHIN)
        .select_related("champion__program__organization", "champion__person")
        .order_by("champion__person__sort_name")
    )
    runs = program.week_on(local_date(life.now, life.organization.zone)) <= program.weeks
    for place, check in enumerate(checks):
        is_short = runs and place == len(checks) - 1
        least = owed(check.champion.person.contracted_hours or Decimal(40))[0]
        answer_check(
            check=check,
            displaced="" if is_short else WORK[place % len(WORK)].partition(";")[0],
            hours=Decimal(1) if is_short else least + Decimal(place % 3) / 4,
            can_keep=2 if is_short else 4,
            to_fix="Month-end falls on us again; nobody took the reviews." if is_short else "",
            at=at,
        )


def keep_some_time(program: Program, life: Life) -> None:
    """After the phase champions are asked every four weeks, and keep two to four hours; one of them is not heard of."""
    life.until(life.now)
    checks = (
        TimeCheck.objects.unanswered()
        .filter(champion__program=program, due_on__gt=program.ends_on)
        .select_related("champion__program__organization", "champion__person")
        .order_by("due_on", "champion__person__sort_name")
    )
    for place, check in enumerate(checks):
        at = life.at(check.due_on, time(12))
        if at <= life.now and place % 7 != NOT_HEARD_OF:
            answer_check(
                check=check,
                displaced=WORK[place % len(WORK)].partition(";")[0],
                hours=Decimal(2) + Decimal(place % 5) / 2,
                can_keep=4,
                to_fix="",
                at=at,
            )
    # Follow-ups were closed since the last Friday: whoever was late with them is not any more.
    look_at_champions(program=Program.objects.select_related("organization").get(pk=program.pk), at=life.now)


def ask_around(life: Life, *, lead: Person, name: str, workflow: str) -> Program:
    """A programme that is still a draft: everybody has said whom they go to, and of those who were asked not all have answered."""
    at = life.now - timedelta(days=9)
    starts_on = monday(local_date(life.now, life.organization.zone)) + timedelta(weeks=8)
    program = programs.create_program(
        name=name,
        workflow=workflow,
        starts_on=starts_on,
        weeks=10,
        comparison="The vendor’s training, on demand",
        by=lead,
        at=at,
    )
    think(program, departments=MEANT_FOR, pods=3, teams=3, by=lead, at=at)
    # Its Monday is the day on which figures are due: the second survey comes on the Wednesday.
    if survey := step_called(program, "post-survey"):
        programs.move_step(step=survey, to=survey.due_on + timedelta(days=2), by=lead, at=at)
    until = local_date(at, life.organization.zone) + timedelta(days=7)
    wave = open_nominations(program=program, departments=[], until=until, by=lead, at=at)
    asks = list(NominationAsk.objects.filter(wave=wave).select_related("person").order_by("person__sort_name"))
    sought = [ask for number, ask in enumerate(asks) if number % 13 == 5]
    for number, ask in enumerate(asks[:ANSWERED]):
        dice = random.Random(str(ask.person.mail))  # noqa: S311 - the demo's dice, the same every time
        for one in dice.sample(sought, 2):
            if one.person_id != ask.person_id:
                name_colleague(ask=ask, item="difficult", person=one.person, at=at + timedelta(days=1))
        tries = "often" if ask in sought and number % 2 else dice.choice(("no", "once", "once", "often"))
        keep_tries(ask=ask, tries=tries, at=at + timedelta(days=1), complete=True)
    close_nominations(wave=wave, by=lead, at=at + timedelta(days=8))
    _ask_some(program, lead=lead, life=life)
    return program


def _ask_some(program: Program, *, lead: Person, life: Life) -> None:
    """Two who are sought out in its departments have said yes; somebody from elsewhere has not answered yet.

    Lots then choose between the teams without a champion, and the two have pods as suggested.
    """
    asked_at = life.now - timedelta(hours=20)
    found = shortlist(program, at=asked_at)
    candidates = found.candidates if found else ()
    there = [one for one in candidates if one.person.department in MEANT_FOR][:2]
    elsewhere = [one for one in candidates if one.person.department not in MEANT_FOR][:1]
    for one in [*there, *elsewhere]:
        made = offer(candidacy=one.row, by=lead, at=asked_at)
        if one in there:
            accept_offer(offer=made, at=life.now - timedelta(hours=4))
    at = life.now - timedelta(hours=2)
    draw(program, pods=3, teams=3, by=lead, at=at)
    suggested = suggested_pods(program, on=local_date(at, life.organization.zone))
    form_pods(program=program, chosen=[(one.champion, one.members) for one in suggested], by=lead, at=at)
