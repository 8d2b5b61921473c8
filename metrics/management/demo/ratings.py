"""What the demo's recipients say of its people's work: registered, given out and rated as in life, the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from metrics.management.demo.habits import Habit
from surveys.actions import close_round, open_round, rate, register_output
from surveys.models import Allotment, Output
from surveys.queries import Named
from surveys.rules import JUDGED, STAKEHOLDER

# Clients of the company: nobody of its directory.
CLIENTS = (
    ("Ada Brenner", "ada@brenner.example"),
    ("Tim Castell", "tim@castell.example"),
    ("Ruth Denholm", "ruth@denholm.example"),
    ("Jon Eldridge", "jon@eldridge.example"),
    ("Mina Farrow", "mina@farrow.example"),
    ("Otto Grieg", "otto@grieg.example"),
    ("Lea Hollis", "lea@hollis.example"),
    ("Ivo Jansky", "ivo@jansky.example"),
)
SUBJECTS = ("Market review", "Quarterly report", "Cost review", "Site report", "Risk report", "Progress report")
SEED = 20260105
# Of those who adopt and of those who do not, so many register a piece of each time.
TAKE_PART = 0.9, 0.5
# On the scale of 1 to 5: how good work is, how people differ, how one's pieces differ, and how raters do.
USUAL, PEOPLE, PIECES, RATERS = 3.9, 0.6, 0.3, 0.55
BETTER = 0.08
CANNOT_JUDGE = 0.01


def _dice(key: str) -> random.Random:
    return random.Random(f"rating-{key}")  # noqa: S311 - the demo's dice


def register(
    program: Program, people: Iterable[tuple[Person, Habit, Person | None]], *, before: bool, day: date, at: datetime
) -> None:
    """People, or their champions for them, register a piece of work each: of before the start, or of later.

    `people` are with their habits and their champions, None in the comparison group.
    """
    for person, habit, champion in people:
        dice = _dice(habit.seat)
        if dice.random() >= TAKE_PART[0 if champion else 1]:
            continue
        made = _dice(f"{habit.seat}-{before}")
        subject, client = made.choice(SUBJECTS), made.choice(CLIENTS)[0].split()[1]
        register_output(
            program=program,
            person=person,
            title=f"{subject} for {client}, no. {made.randrange(100, 1000)}",
            found_at="In your mail, with this title",
            produced_on=day - timedelta(days=made.randrange(10)),
            used_ai=habit.adopts and not before,
            by=champion if champion and dice.random() < 0.2 else person,
            at=at,
        )


def give_out(program: Program, *, lead: Person, at: datetime) -> None:
    """One round with everything in it, mixed, for eight clients."""
    open_round(
        program=program,
        outputs=list(Output.objects.waiting().filter(program=program)),
        raters=[Named(name=name, mail=mail) for name, mail in CLIENTS],
        by=lead,
        at=at,
        seed=SEED,
    )


Seats = dict[int, tuple[str, bool]]


def have_rated(program: Program, seats: Seats, *, lead: Person, at: datetime) -> None:
    """Clients rate what they were given, and the lead closes the round. `seats` are seats of people, and who is in a pod."""
    given = _given(program)
    _rate(program, given, seats, at=at)
    if given:
        close_round(round_=given[0].rater.round, by=lead, at=at + timedelta(hours=1))


def have_begun(program: Program, seats: Seats, *, at: datetime) -> None:
    """Half of the clients have rated what they were given so far, and the round goes on."""
    given = _given(program)
    heard_of = sorted({str(one.rater.guest) for one in given})[::2]
    _rate(program, [one for one in given if str(one.rater.guest) in heard_of], seats, at=at)


def _given(program: Program) -> Sequence[Allotment]:
    return list(
        Allotment.objects.filter(rater__round__program=program)
        .select_related("output", "rater__round", "rater__guest")
        .order_by("output__title", "place")
    )


def _rate(program: Program, given: Iterable[Allotment], seats: Seats, *, at: datetime) -> None:
    for one in given:
        output = one.output
        seat, in_pod = seats[output.person_id]
        later = output.produced_on >= program.starts_on
        worth = USUAL + _dice(seat).gauss(0, PEOPLE) + _dice(f"{seat}-{later}-piece").gauss(0, PIECES)
        worth += BETTER if later and in_pod else 0
        dice = _dice(f"{seat}-{later}-{one.rater.guest}")
        said = {key: _judged(worth + dice.gauss(0, RATERS), dice) for key in JUDGED}
        mistakes = STAKEHOLDER.items[-1].choices[:4]
        said["mistakes"] = mistakes[min(3, max(0, round(4.6 - worth + dice.gauss(0, 0.5))))]
        rate(allotment=one, given=said, at=at)


def _judged(worth: float, dice: random.Random) -> str:
    return "none" if dice.random() < CANNOT_JUDGE else str(min(5, max(1, round(worth))))
