"""Everything of this floor that was published, for whoever attacks it: who was counted where, and the releases. No answers.

What the evidence page, the analyst's page, their tables and the API say comes from these releases and from nothing else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from adoption.programs.models import Program
from adoption.programs.rules import Arm, Checkpoint
from champions.rules import MODELLING
from metrics.models import SnapshotKey, SnapshotMember, SnapshotMetric, SnapshotRun
from metrics.queries.curve import Summed, sums_of, week_releases
from metrics.queries.timing import pairs
from metrics.queries.weeks import CohortMember
from metrics.rules import COUNTED_BESIDE, HOW_NOW, RECEIVED, SURE, USING, WENT_TO, Category, Metric
from surveys.rules import SCALE_TOP

Target = dict[str, Any]
Place = tuple[str, str, str]
# People by where they sit and in which releases they were counted alike.
Strata = Mapping[tuple[Place, tuple[int, ...]], int]


def released() -> Iterator[Target]:
    """Every metric and window published in the organisation entered, with all of its versions."""
    for program in Program.objects.filter(fixed__isnull=False).order_by("pk"):
        runs: dict[str, list[SnapshotRun]] = defaultdict(list)
        for run in SnapshotRun.objects.filter(program=program).first_version_first():
            runs[run.kind].append(run)
        for run in runs.pop(Checkpoint.SURVEY_90, []):
            yield from _afterwards(program, run)
        for kind, versions in runs.items():
            members = [list(SnapshotMember.objects.filter(run=run)) for run in versions]
            yield _shares(program, kind, versions, members, Metric.ADOPTION, lambda _key: True)
            yield from _regular(program, kind, versions, members)
            yield from _beside(program, versions[0], (Metric.CHAMPIONS,))
            if kind == Checkpoint.S90 and runs[Checkpoint.SE]:
                adopters = _adopters(runs[Checkpoint.SE][0])
                yield _shares(program, kind, versions, members, Metric.RETENTION, adopters.__contains__)
                yield from _survival(program, versions[0])
                yield from _beside(program, versions[0], (Metric.RETURNED,))
            if kind == Checkpoint.SE:
                yield from _timed(program, versions[0], members[0])
                yield from _beside(program, versions[0], (*COUNTED_BESIDE, Metric.TARGET_BEHAVIOUR))
                yield from _means(program, versions[0])
                yield from _chosen(program, versions[0], "went to", WENT_TO)
            yield from _judged(program, versions[0])
        yield from _weeks(program)


def _adopters(end: SnapshotRun) -> frozenset[UUID]:
    return frozenset(SnapshotMember.objects.filter(run=end, category=Category.GENUINE).values_list("key", flat=True))


def _target(name: str, strata: Strata, releases: Sequence[Any]) -> Target:
    return {
        "name": name,
        "strata": [
            {"arm": arm, "department": department, "pod": pod, "people": people, "releases": list(counted)}
            for ((arm, department, pod), counted), people in sorted(strata.items())
        ],
        "releases": list(releases),
    }


def _place(member: SnapshotMember) -> Place:
    return member.arm, member.department, member.cluster if member.arm == Arm.PODS else ""


def _shares(
    program: Program,
    kind: str,
    versions: Sequence[SnapshotRun],
    members: Sequence[Sequence[SnapshotMember]],
    metric: Metric,
    counts: Callable[[UUID], bool],
) -> Target:
    """A share of genuine adopters."""
    strata = _strata(members, counts, frozenset({Category.GENUINE}))
    return _target(f"{program.slug} {kind} {metric}", strata, [_stored(run, metric) for run in versions])


def _regular(
    program: Program, kind: str, versions: Sequence[SnapshotRun], members: Sequence[Sequence[SnapshotMember]]
) -> Iterator[Target]:
    """One use a week or more; and who lies between it and adoption, as whoever takes one from the other reads it."""
    kept = [place for place, run in enumerate(versions) if _stored(run, Metric.ANY_USE)["tables"]]
    if not kept:
        return
    versions, members = [versions[place] for place in kept], [members[place] for place in kept]
    everybody = frozenset[UUID](row.key for rows in members for row in rows)
    both = [(_stored(run, Metric.ADOPTION), _stored(run, Metric.ANY_USE)) for run in versions]
    strata = _strata(members, everybody.__contains__, USING)
    yield _target(f"{program.slug} {kind} {Metric.ANY_USE}", strata, [some for _, some in both])
    strata = _strata(members, everybody.__contains__, frozenset({Category.DEVELOPING}))
    yield _target(f"{program.slug} {kind} between", strata, [_taken(*one) for one in both])


def _taken(fewer: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """What is left of whole arms when one release is taken from another, where both give counts."""
    tables = {}
    for audience, cells in more["tables"].items():
        known = {
            cell["arm"]: cell["x"]
            for cell in fewer["tables"].get(audience, ())
            if cell["margin"] == "arm" and cell["display"] == "count"
        }
        tables[audience] = [
            {**cell, "x": cell["x"] - known[cell["arm"]]}
            for cell in cells
            if cell["display"] == "count" and cell["arm"] in known
        ]
    return {"tables": tables}


def _strata(
    members: Sequence[Sequence[SnapshotMember]], counts: Callable[[UUID], bool], yes: Collection[Category]
) -> Strata:
    """Who was counted in which versions. Whose value differs between them is two strata: the attacker knows who moved."""
    places: dict[UUID, Place] = {}
    values: dict[UUID, dict[bool, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, rows in enumerate(members):
        for row in rows:
            places.setdefault(row.key, _place(row))
            if counts(row.key) and row.category not in {Category.MISSING, Category.NOT_EXPECTED}:
                values[row.key][row.category in yes].append(number)
    return Counter((places[key], tuple(numbers)) for key, same in values.items() for numbers in same.values())


def _stored(run: SnapshotRun, metric: Metric) -> dict[str, Any]:
    return next((one for one in run.releases if one["metric"] == metric), {"tables": {}})


def _survival(program: Program, run: SnapshotRun) -> Iterator[Target]:
    """The steps of the curve, each a window of its own."""
    steps = {
        (row.group, step["weeks"]): step["known"]
        for row in SnapshotMetric.objects.filter(run=run, metric=Metric.SURVIVAL)
        for step in row.detail["steps"]
    }
    for release in run.releases:
        if release["metric"] == Metric.SURVIVAL:
            weeks = int(release["window"].split()[-1])
            strata: Strata = {((arm, "", ""), (0,)): known for (arm, after), known in steps.items() if after == weeks}
            yield _target(f"{program.slug} {release['window']} survival", strata, [release])


def _timed(program: Program, run: SnapshotRun, members: Iterable[SnapshotMember]) -> Iterator[Target]:
    """Who lost time, and the medians of minutes, of those who answered both surveys.

    Left out once answers are gone, for then nobody knows who they were.
    """
    people = dict(SnapshotKey.objects.filter(program=program).values_list("key", "person_id"))
    cohort = {
        people[row.key]: CohortMember(people[row.key], Arm(row.arm), row.cluster, row.department, None)
        for row in members
        if row.key in people
    }
    strata: Counter[tuple[Place, tuple[int, ...]]] = Counter()
    for pair in pairs(program, list(cohort.values())):
        if not pair.has_ratio:
            continue
        one = cohort[pair.person_id]
        strata[(one.arm.value, one.department, one.cluster if one.arm is Arm.PODS else ""), (0,)] += 1
    stored = _stored(run, Metric.SLOWER)
    said = {
        cell["arm"]: cell["n"] for cell in stored["tables"].get("lead", ()) if cell["margin"] == "arm" and "n" in cell
    }
    if said and all(
        sum(n for (place, _), n in strata.items() if place[0] == arm) == known for arm, known in said.items()
    ):
        for metric in (Metric.SLOWER, Metric.FASTER, Metric.BY_THE_CLOCK):
            if (shared := _stored(run, metric))["tables"]:
                yield _target(f"{program.slug} SE {metric}", strata, [shared])
        for metric in (Metric.MINUTES_BEFORE, Metric.MINUTES_AFTER, Metric.WEEKLY_SAVING):
            yield {**_target(f"{program.slug} SE {metric}", strata, [_stored(run, metric)]), "high": None}


def _judged(program: Program, run: SnapshotRun) -> Iterator[Target]:
    """The means of what recipients said, whole arms only: a score has no whole steps, so it is read as without ends."""
    for release in run.releases:
        if release["metric"] in RECEIVED:
            rows = SnapshotMetric.objects.filter(run=run, metric=release["metric"])
            strata: Strata = {((row.group, "", ""), (0,)): row.observed or 0 for row in rows}
            yield {**_target(f"{program.slug} {run.kind} {release['metric']}", strata, [release]), "high": None}


def _known(run: SnapshotRun, metric: str) -> Strata:
    """How many of each group a figure of whole arms is made of."""
    rows = SnapshotMetric.objects.filter(run=run, metric=metric)
    return {((row.group, "", ""), (0,)): row.observed or 0 for row in rows}


def _beside(program: Program, run: SnapshotRun, metrics: Iterable[Metric]) -> Iterator[Target]:
    """Shares of people beside the headline, of whole arms or of all champions."""
    for metric in metrics:
        stored = _stored(run, metric)
        if stored["tables"]:
            yield _target(f"{program.slug} {run.kind} {metric}", _known(run, metric), [stored])


def _means(program: Program, run: SnapshotRun) -> Iterator[Target]:
    """Confidence, a mean of 1 to 5, and leaders' example, one of 0 to 4."""
    scales = {metric: (1, SCALE_TOP) for pair in SURE for metric in pair} | {Metric.MODELLING: (0, len(MODELLING))}
    for metric, (low, high) in scales.items():
        stored = _stored(run, metric)
        if stored["tables"]:
            target = _target(f"{program.slug} {run.kind} {metric}", _known(run, metric), [stored])
            yield {**target, "low": low, "high": high}


def _afterwards(program: Program, run: SnapshotRun) -> Iterator[Target]:
    """The survey ninety days after the end: whole arms, of those who gave minutes twice, and of those who chose."""
    paired = _known(run, Metric.TIME_RATIO)
    for metric in (Metric.SLOWER, Metric.FASTER, Metric.BY_THE_CLOCK):
        yield _target(f"{program.slug} {run.kind} {metric}", paired, [_stored(run, metric)])
    for metric in (Metric.MINUTES_BEFORE, Metric.MINUTES_AFTER, Metric.WEEKLY_SAVING):
        yield {**_target(f"{program.slug} {run.kind} {metric}", paired, [_stored(run, metric)]), "high": None}
    yield from _means(program, run)
    for name, metrics in (("how", HOW_NOW), ("went to", WENT_TO)):
        yield from _chosen(program, run, name, metrics)


def _chosen(program: Program, run: SnapshotRun, name: str, metrics: Sequence[Metric]) -> Iterator[Target]:
    """The answers to one question beside one another: each person gave one, so that all of them together are known."""
    strata: dict[tuple[Place, tuple[int, ...]], int] = {}
    cells: list[dict[str, Any]] = []
    for metric in metrics:
        stored = _stored(run, metric)
        if not stored["tables"]:
            return
        for (arm, _department, _pod), n in ((place, n) for (place, _), n in _known(run, metric).items()):
            strata[(arm, metric, ""), (0,)] = n
        cells += [{**cell, "margin": "department", "members": [metric]} for cell in stored["tables"]["lead"]]
    totals = {place[0]: n for (place, _), n in strata.items()}
    said = {cell["arm"] for cell in cells if "n" in cell}
    cells += [
        {"margin": "arm", "arm": arm, "members": [], "display": "count", "x": totals[arm], "n": totals[arm]}
        for arm in sorted(said)
    ]
    cells = [cell for cell in cells if cell["arm"] in said]
    strata = {(place, counted): n for (place, counted), n in strata.items() if place[0] in said}
    yield _target(f"{program.slug} {run.kind} {name}", strata, [{"tables": {"lead": cells}}])


def _weeks(program: Program) -> Iterator[Target]:
    """The open weeks of the curve, whole arms only, as they are now; and who lies between three uses and one."""
    rows: dict[date, dict[str, Summed]] = defaultdict(dict)
    for row in sums_of(program, until=date.max):
        rows[row.week][row.arm] = row
    for monday, arms in rows.items():
        if len(arms) == len(Arm):
            strata: Strata = {((arm, "", ""), (0,)): row.observed for arm, row in arms.items()}
            told = {one: found.as_dict() for one, found in week_releases(monday, arms, program.thresholds).items()}
            for metric, release in told.items():
                yield _target(f"{program.slug} {monday.isoformat()} {metric}", strata, [release])
            between = _taken(told[Metric.WEEKLY], told[Metric.WEEKLY_ANY_USE])
            yield _target(f"{program.slug} {monday.isoformat()} weekly between", strata, [between])
