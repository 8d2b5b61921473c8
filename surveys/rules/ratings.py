"""Rating outputs: what a rating is worth, which outputs come into a round, and who rates which of them, in what order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from surveys.rules.instruments import ItemKind
from surveys.rules.library import STAKEHOLDER

RATED_WITHIN = timedelta(days=21)
# After the opening, at most as often as for a survey.
REMIND_RATERS_AFTER = (timedelta(days=5), timedelta(days=12))
# Guests are forgotten so long after the last round in which they were asked.
# "3 or more", counted as three.
MOST_MISTAKES = 3
FORGET_GUESTS_AFTER = timedelta(days=30)
TITLE_LENGTH = 160
NOTE_LENGTH = 300
# More than this nobody rates with care.
MOST_TO_RATE = 40
MOST_RATERS = 60
# One output in five is to be rated by two people, who do not know of each other. Some will say that they cannot judge, so
# one in four is given out; a round in which not even one in five can be is refused.
TWICE_IN, TWICE_NEEDED_IN = 4, 5
# The score is the mean of these.
JUDGED = tuple(item.key for item in STAKEHOLDER.items if item.kind is ItemKind.SCALE)
_ANSWERED = tuple(item.key for item in STAKEHOLDER.items)


@dataclass(frozen=True)
class Allotted:
    """A rater is given an output, as their first, second, third ..."""

    rater: int
    output: int
    place: int


class NobodyElse(ValueError):
    """An output that none of the raters may rate, or only one where two are needed. `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def score(answers: Mapping[str, str]) -> Fraction | None:
    """The mean of the three judgements, 1 to 5; None as soon as one of them is missing or could not be made."""
    given = [answers.get(key, "") for key in JUDGED]
    if not all(one.isdecimal() for one in given):
        return None
    return Fraction(sum(map(int, given)), len(given))


def is_rated(answers: Mapping[str, str]) -> bool:
    """Whether everything was answered, if only with "I cannot judge"."""
    return all(answers.get(key) for key in _ANSWERED)


def proposed(waiting: Mapping[int, bool], *, launched: bool, seed: int) -> frozenset[int]:
    """Which of the outputs that nobody rated yet come into the next round. `waiting` says of each whether it is of before.

    Until the launch half of them, rounded down, at random: the others are held back, to be rated together with later ones.
    A rater who knows when the round was held then still does not know which are which.
    """
    if launched:
        return frozenset(waiting)
    early = sorted(key for key, before in waiting.items() if before)
    return frozenset(random.Random(seed).sample(early, len(early) // 2))  # noqa: S311 - repeatable, not secret


def allot(authors: Mapping[int, Hashable], raters: Mapping[int, Hashable | None], *, seed: int) -> list[Allotted]:
    """Who rates what: each output once, one in four (rounded up) by a second person; nobody what is theirs.

    `authors` has whose each output is, `raters` who each rater is, None for somebody of outside. The load is spread evenly, and
    each rater's order drawn by lot. The same seed gives the same. Raises NobodyElse with the code "nobody" or "second", and
    "many" where somebody would rate more than forty.
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    outputs = sorted(authors)
    dice.shuffle(outputs)
    free = {output: _others(raters, authors[output]) for output in outputs}
    if not all(free.values()):
        raise NobodyElse("nobody")
    twice = [output for output in outputs if len(free[output]) > 1][: -(-len(outputs) // TWICE_IN)]
    if len(twice) * TWICE_NEEDED_IN < len(outputs):
        raise NobodyElse("second")
    # Where few may rate an output, they are asked first; what goes to two people before what goes to one.
    load: Counter[int] = Counter()
    given: dict[int, list[int]] = {rater: [] for rater in raters}
    for output in sorted([*twice, *outputs], key=lambda output: len(free[output])):
        rater = min(
            (one for one in free[output] if output not in given[one]), key=lambda one: (load[one], dice.random())
        )
        load[rater] += 1
        given[rater].append(output)
    if max(load.values(), default=0) > MOST_TO_RATE:
        raise NobodyElse("many")
    found = []
    for rater in sorted(given):
        dice.shuffle(given[rater])
        found += [Allotted(rater, output, place) for place, output in enumerate(given[rater], start=1)]
    return found


def _others(raters: Mapping[int, Hashable | None], author: Hashable) -> Sequence[int]:
    return [rater for rater, who in sorted(raters.items()) if who is None or who != author]
