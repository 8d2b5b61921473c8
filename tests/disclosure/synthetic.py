"""Organisations that do not exist: odd sizes, odd answers, everything that makes disclosure control hard."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass

from adoption.disclosure.management.attacker import Stratum, Target
from adoption.disclosure.rules import (
    Arrangement,
    Block,
    Earlier,
    Facts,
    Kind,
    Measure,
    Movement,
    Release,
    Thresholds,
    arrange,
    publish,
)

THRESHOLDS = Thresholds()
SCALE = Measure(Kind.MEAN, 1, 5)


@dataclass(frozen=True)
class Someone:
    arm: str
    department: str
    pod: str


def people(chance: random.Random) -> list[Someone]:
    """Two arms as a rule; pods inside departments, across them, or nearly the same as them."""
    departments = [f"D{number}" for number in range(chance.randint(1, 6))]
    weights = [chance.choice((1, 1, 2, 4, 9)) for _ in departments]
    everybody = []
    manner = chance.choice(("nested", "crossed", "nearly"))
    for pod in range(chance.randint(1, 7)):
        home = chance.choices(departments, weights)[0]
        for _ in range(chance.choice((2, 4, 5, 6, 7, 8, 8, 8, 9, 12))):
            crossed = manner == "crossed" or (manner == "nearly" and chance.random() < 0.15)
            department = chance.choices(departments, weights)[0] if crossed else home
            everybody.append(Someone("pods", department, f"P{pod}"))
    if chance.random() < 0.8:
        size = chance.choice((3, 7, 14, 30, 60))
        everybody += [Someone("comparison", chance.choices(departments, weights)[0], "") for _ in range(size)]
    return everybody


def answers(chance: random.Random, everybody: list[Someone], measure: Measure) -> list[int | None]:
    """One value each, None where nothing was observed; whole groups may agree."""
    top = measure.steps or 1
    share = chance.choice((0.0, 0.03, 0.2, 0.5, 0.5, 0.7, 0.97, 1.0))
    response = chance.choice((0.5, 0.8, 0.95, 1.0))
    bent = {
        place: chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for place in sorted({someone.pod or someone.department for someone in everybody})
        if chance.random() < 0.5
    }
    values: list[int | None] = []
    for someone in everybody:
        likely = bent.get(someone.pod or someone.department, share)
        value = sum(chance.random() < likely for _ in range(top))
        values.append(measure.low + value if chance.random() < response else None)
    return values


def facts(name: str, everybody: list[Someone], values: list[int | None], measure: Measure, version: int = 1) -> Facts:
    eligible: dict[Someone, list[int]] = defaultdict(lambda: [0, 0, 0])
    for someone, value in zip(everybody, values, strict=True):
        row = eligible[someone]
        row[0] += 1
        if value is not None:
            row[1] += 1
            row[2] += value
    blocks = tuple(
        Block(someone.arm, someone.department, someone.pod, numbers[0], numbers[1], numbers[2])
        for someone, numbers in eligible.items()
    )
    return Facts("adoption", name, blocks, measure, version)


def movements(everybody: list[Someone], before: list[int | None], now: list[int | None]) -> tuple[Movement, ...]:
    moved: dict[Someone, list[int]] = defaultdict(lambda: [0, 0, 0])
    for someone, old, new in zip(everybody, before, now, strict=True):
        if old is None and new is not None:
            moved[someone][0] += 1
        elif old is not None and new is None:
            moved[someone][1] += 1
        elif old != new:
            moved[someone][2] += 1
    return tuple(Movement(someone.arm, someone.department, someone.pod, *numbers) for someone, numbers in moved.items())


def target(
    name: str, everybody: list[Someone], versions: list[list[int | None]], releases: list[Release], measure: Measure
) -> Target:
    """What the attacker is given: places and who was counted when; never a value."""
    counts: dict[tuple[Someone, tuple[int, ...]], int] = defaultdict(int)
    for someone, *values in zip(everybody, *versions, strict=True):
        same: dict[int | None, list[int]] = defaultdict(list)
        for number, value in enumerate(values):
            same[value].append(number)
        for value, numbers in same.items():
            if value is not None:
                counts[someone, tuple(numbers)] += 1
    strata = tuple(
        Stratum(someone.arm, someone.department, someone.pod, count, numbers)
        for (someone, numbers), count in counts.items()
    )
    width = measure.steps or 1
    published = tuple(release.as_dict() for release in releases)
    return Target(name, strata, published, measure.low, measure.low + width)


def organisation(seed: int) -> list[Target]:
    """One organisation, published over several windows to every audience, some of them twice."""
    chance = random.Random(seed)
    everybody = people(chance)
    arrangement: Arrangement = arrange(facts("S0", everybody, [0] * len(everybody), Measure()).blocks, THRESHOLDS)
    targets = []
    for number in range(chance.randint(2, 3)):
        measure = SCALE if chance.random() < 0.15 else Measure()
        name = f"{seed}/W{number}"
        values = answers(chance, everybody, measure)
        first = publish(facts(name, everybody, values, measure), arrangement=arrangement, thresholds=THRESHOLDS)
        versions, releases = [values], [first]
        if chance.random() < 0.4:
            amount = chance.choice((0.02, 0.1, 0.4))
            late = answers(chance, everybody, measure)
            # Objectors and leavers withdraw, late answers come in, some are mended.
            again = [new if chance.random() < amount else old for old, new in zip(values, late, strict=True)]
            moved = movements(everybody, values, again)
            second = publish(
                facts(name, everybody, again, measure, version=2),
                arrangement=arrangement,
                thresholds=THRESHOLDS,
                earlier=[Earlier(first, moved)],
            )
            versions.append(again)
            releases.append(second)
        targets.append(target(name, everybody, versions, releases, measure))
    return targets
