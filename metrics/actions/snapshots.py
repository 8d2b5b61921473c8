"""Freezing a checkpoint. Only tasks and operators import this room: it brings scipy with it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction

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
from adoption.programs.models import Assignment, Objection, Program
from adoption.programs.rules import OPEN_WEEKS_SOUGHT, Arm, Checkpoint, Mode, open_window, weeks_looked_at
from adoption.tenancy.actions import audit
from metrics import statistics
from metrics.actions.quality import Judgement, published_in
from metrics.actions.survival import Lasting
from metrics.models import SnapshotKey, SnapshotMember, SnapshotMetric, SnapshotRun
from metrics.queries.timing import pairs
from metrics.queries.weeks import CohortMember, cohort, decide_weeks
from metrics.rules import JUDGED, Audit, Category, Metric, Week, WeekState, adoption, audit_by, whole
from metrics.statistics import ClusteredInterval, Interval

EARLY_LEVEL = 0.999  # what a look before the primary one must clear
POST_SURVEY = "post-survey"  # the window of what is asked before and after
MINUTES = Measure(Kind.MEDIAN, 0, None)
RATED_AT = (Checkpoint.SE, Checkpoint.S90)


class NotLaunched(ValueError):
    """A programme without thresholds and cohort: nothing can be frozen before its launch."""


@dataclass(frozen=True)
class Seat:
    """Where the gate counts somebody: the arm, department and pod they were launched with."""

    arm: Arm
    department: str
    cluster: str

    @property
    def pod(self) -> str:
        """Comparison teams are clusters of the analysis, and never a row that anybody reads."""
        return self.cluster if self.arm is Arm.PODS else ""


@dataclass(frozen=True)
class Look:
    """Everything a freezing works with."""

    program: Program
    checkpoint: Checkpoint
    version: int
    weeks: tuple[date, ...]
    members: list[CohortMember]
    keys: Mapping[int, UUID]
    decided: Mapping[tuple[int, date], Week]
    audits: Mapping[int, Audit]
    before: list[SnapshotRun]  # earlier versions, first version first
    objecting: frozenset[int]  # people of the cohort who object when it is frozen

    @cached_property
    def seats(self) -> dict[UUID, Seat]:
        return {self.keys[m.person_id]: Seat(m.arm, m.department, m.cluster) for m in self.members}

    @cached_property
    def categories(self) -> dict[UUID, Category]:
        return {self.keys[m.person_id]: self.audits[m.person_id].category for m in self.members}


@transaction.atomic
def freeze(*, program: Program, checkpoint: Checkpoint, at: datetime, reason: str = "") -> SnapshotRun:
    """Freeze a checkpoint as a new version: the run, one row for each member of the cohort, and the figures.

    Without `reason` it freezes once: a second call returns the newest version. With one it restates, and the gate
    decides what of that may be read beside the versions that are out. What a checkpoint stands on is frozen first: S0
    below all of them, SE below S90. Raises NotLaunched.
    """
    # One freezing of a programme at a time.
    program = Program.objects.select_for_update(of=("self",), no_key=True).select_related("workflow").get(pk=program.pk)
    if not program.fixed:
        raise NotLaunched
    thresholds = Thresholds.from_dict(program.fixed["thresholds"])
    known: list[SnapshotRun] = list(
        SnapshotRun.objects.filter(program=program).of_kind(checkpoint).first_version_first()
    )
    if known and not reason:
        return known[-1]
    launch = _launch_version(program, checkpoint, known, at)
    look = _look(program, checkpoint, known, launch, at)
    arrangement = (
        arrange(_cohort_blocks(look.seats), thresholds)
        if launch is None
        else Arrangement.from_dict(launch.params["arrangement"])
    )
    adopters = _adopters(_first(program, Checkpoint.SE, at)) if checkpoint is Checkpoint.S90 else frozenset[UUID]()
    facts = sorted(
        [
            *(str(look.keys[one.person_id]), one.arm, one.cluster, one.department),
            *(asdict(look.audits[one.person_id]), one.person_id in look.objecting),
        ]
        for one in look.members
    )
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    seed = int(digest[:12], 16)
    figures = list(_adoption_figures(look))
    releases = [_proportion(Metric.ADOPTION, look, look.categories, arrangement, thresholds)]
    if checkpoint is Checkpoint.S90:
        still = {key: category for key, category in look.categories.items() if key in adopters}
        figures += _retention_figures(look, still)
        releases.append(_proportion(Metric.RETENTION, look, still, arrangement, thresholds, adopters))
        if known:
            # The curve is published once, as minutes are.
            figures += _again(known[0], [Metric.SURVIVAL])
            releases += [Release.from_dict(one) for one in known[0].releases if one["metric"] == Metric.SURVIVAL]
        elif program.mode == Mode.WEEKLY:
            # Spells are made of weeks: of work that comes up now and then there is no curve.
            lasting = Lasting(program, look.members, look.weeks[-1], thresholds)
            figures += lasting.figures()
            releases += lasting.releases()
    if checkpoint is Checkpoint.SE and known:
        # Minutes are published once: their figures carry nobody's name, so who differs could not be told.
        figures += _again(known[0], _TIMED)
        releases += [Release.from_dict(one) for one in known[0].releases if one["metric"] in _TIMED]
    elif checkpoint is Checkpoint.SE:
        timing = _Timing(look)
        figures += timing.figures(seed)
        releases += timing.releases(arrangement, thresholds)
    if checkpoint in RATED_AT:
        # Ratings are published once too: with the first of these looks by which somebody's work was rated on both sides.
        out = published_in(program)
        if out is None:
            judgement = Judgement(program, look.members, thresholds, at=at)
            figures += judgement.figures()
            releases += judgement.releases()
        elif out.kind == checkpoint:
            figures += _again(out, (*JUDGED, Metric.AGREEMENT, Metric.RATED_TWICE))
            releases += [Release.from_dict(one) for one in out.releases if one["metric"] in JUDGED]
    run = SnapshotRun.objects.create(
        program=program,
        kind=checkpoint,
        version=look.version,
        reason=reason,
        first_week=look.weeks[0],
        last_week=look.weeks[-1],
        frozen_at=at,
        spec_version=program.measure.label,
        seed=seed,
        input_hash=digest,
        params={
            "thresholds": thresholds.as_dict(),
            "arrangement": arrangement.as_dict(),
            "primary_look": program.measure.primary_look,
            "least_icc": program.measure.least_icc,
            **({"mode": program.mode} if program.mode == Mode.OPPORTUNITY else {}),
        },
        releases=[release.as_dict() for release in releases],
    )
    _write_members(run, look)
    for figure in figures:
        figure.run = run
    SnapshotMetric.objects.bulk_create(figures)
    audit.record("snapshot.frozen", by=None, at=at, subject=run, kind=checkpoint, version=run.version)
    return run


def _first(program: Program, checkpoint: Checkpoint, at: datetime) -> SnapshotRun:
    """The first version of a checkpoint that another one stands on."""
    freeze(program=program, checkpoint=checkpoint, at=at)
    first: SnapshotRun = SnapshotRun.objects.filter(program=program).of_kind(checkpoint).first_version_first()[0]
    return first


def _launch_version(
    program: Program, checkpoint: Checkpoint, known: list[SnapshotRun], at: datetime
) -> SnapshotRun | None:
    """The first version of S0, which holds the cohort; None while that is what is being frozen."""
    if checkpoint is Checkpoint.S0:
        return known[0] if known else None
    return _first(program, Checkpoint.S0, at)


def _look(
    program: Program, checkpoint: Checkpoint, known: list[SnapshotRun], launch: SnapshotRun | None, at: datetime
) -> Look:
    weeks = weeks_looked_at(checkpoint, program.starts_on, program.weeks, program.mode)
    if launch is None:
        members = cohort(program)
        keys = _new_keys(program, members)
    else:
        members, keys = _as_launched(program, launch)
    people = [member.person_id for member in members]
    decided = decide_weeks(program.workflow, people, weeks)
    if checkpoint is Checkpoint.S0 and (open_weeks := _open_weeks(program, members, weeks, decided)) != weeks:
        weeks = open_weeks
        decided = decide_weeks(program.workflow, people, weeks)
    audits = {person: audit_by(program.mode, [decided[person, week] for week in weeks]) for person in people}
    version = known[-1].version + 1 if known else 1
    objecting = frozenset(Objection.objects.standing_at(at).filter(program=program).values_list("person_id", flat=True))
    return Look(program, checkpoint, version, weeks, members, keys, decided, audits, known, objecting)


def _open_weeks(
    program: Program,
    members: Sequence[CohortMember],
    weeks: tuple[date, ...],
    decided: Mapping[tuple[int, date], Week],
) -> tuple[date, ...]:
    """The baseline's weeks; for one in which the company was closed, so that nobody was expected, an earlier open one."""
    there = [one.person_id for one in members if one.left_on is None or one.left_on > weeks[-1]]

    def closed(found: Mapping[tuple[int, date], Week], week: date) -> bool:
        return all(found[person, week].state is WeekState.NOT_EXPECTED for person in there)

    if not there or not any(closed(decided, week) for week in weeks):
        return weeks
    back = [weeks[-1] - timedelta(weeks=number) for number in range(OPEN_WEEKS_SOUGHT)]
    earlier = decide_weeks(program.workflow, there, back)
    shut = {week for week in back if closed(earlier, week)}
    if len(back) - len(shut) < len(weeks):
        return weeks
    return open_window(program.starts_on - timedelta(days=1), shut)


def _new_keys(program: Program, members: Sequence[CohortMember]) -> dict[int, UUID]:
    SnapshotKey.objects.bulk_create(
        [SnapshotKey(program=program, person_id=member.person_id) for member in members], batch_size=5000
    )
    return dict(SnapshotKey.objects.filter(program=program).values_list("person_id", "key"))


def _as_launched(program: Program, launch: SnapshotRun) -> tuple[list[CohortMember], dict[int, UUID]]:
    """The cohort with the places it was launched with. Nobody is found again who has been erased."""
    rows = list(
        SnapshotKey.objects.filter(program=program)
        .order_by("person_id")
        .values_list("person_id", "key", "person__left_on")
    )
    keys = {person: key for person, key, _ in rows}
    seats = {row.key: row for row in SnapshotMember.objects.filter(run=launch)}
    members = [
        CohortMember(person, Arm(seats[key].arm), seats[key].cluster, seats[key].department, left_on)
        for person, key, left_on in rows
    ]
    return members, keys


def _write_members(run: SnapshotRun, look: Look) -> None:
    SnapshotMember.objects.bulk_create(
        [
            SnapshotMember(
                run=run,
                key=look.keys[member.person_id],
                arm=member.arm,
                cluster=member.cluster,
                department=member.department,
                expected_weeks=look.audits[member.person_id].expected_weeks,
                observed_weeks=look.audits[member.person_id].observed_weeks,
                uses=_sum(look.decided[member.person_id, week].total for week in look.weeks),
                unprompted=_sum(look.decided[member.person_id, week].unprompted for week in look.weeks),
                occurrences=_sum(look.decided[member.person_id, week].occurrences for week in look.weeks),
                category=look.audits[member.person_id].category,
            )
            for member in look.members
        ],
        batch_size=5000,
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


# --- through the gate ------------------------------------------------------------------------------------------------


def _cohort_blocks(seats: Mapping[UUID, Seat]) -> list[Block]:
    sizes = Counter((seat.arm, seat.department, seat.pod) for seat in seats.values())
    return [Block(arm, department, pod, people, 0) for (arm, department, pod), people in sorted(sizes.items())]


def _counted(category: Category) -> int | None:
    """What somebody adds to a share; None for the silent."""
    return None if category is Category.MISSING else int(category is Category.GENUINE)


def _proportion(
    metric: Metric,
    look: Look,
    categories: Mapping[UUID, Category],
    arrangement: Arrangement,
    thresholds: Thresholds,
    among: frozenset[UUID] | None = None,
) -> Release:
    """What may be read of a share of genuine adopters, given what is out. `among` names whom alone it is about."""
    seats = look.seats
    tally: dict[tuple[Arm, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for key, category in categories.items():
        if category is Category.NOT_EXPECTED:
            continue
        place = tally[seats[key].arm, seats[key].department, seats[key].pod]
        value = _counted(category)
        place[0] += 1
        place[1] += value is not None
        place[2] += value or 0
    blocks = tuple(Block(*place, n, observed, x) for place, (n, observed, x) in sorted(tally.items()))
    facts = Facts(metric, look.checkpoint, blocks, version=look.version)
    earlier = [Earlier(_release(run, metric), tuple(_movements(run, categories, seats, among))) for run in look.before]
    return publish(facts, arrangement=arrangement, thresholds=thresholds, earlier=earlier)


def _release(run: SnapshotRun, metric: Metric) -> Release:
    return next(Release.from_dict(stored) for stored in run.releases if stored["metric"] == metric)


def _movements(
    run: SnapshotRun, now: Mapping[UUID, Category], seats: Mapping[UUID, Seat], among: frozenset[UUID] | None
) -> Iterable[Movement]:
    """Who differs between a version that is out and the facts as they are now, counted where they sit."""
    then: dict[UUID, Category] = {}
    places: dict[UUID, Seat] = dict(seats)
    for row in SnapshotMember.objects.filter(run=run):
        # Somebody who has been erased since sits where they sat, and has left.
        places[row.key] = Seat(Arm(row.arm), row.department, row.cluster)
        if among is None or row.key in among:
            then[row.key] = Category(row.category)
    moves: dict[tuple[Arm, str, str], Counter[str]] = defaultdict(Counter)
    for key in then.keys() | now.keys():
        old, new = _value(then.get(key)), _value(now.get(key))
        if old == new:
            continue
        place = places[key].arm, places[key].department, places[key].pod
        moves[place]["joined" if old is None else "left" if new is None else "changed"] += 1
    for place, counts in sorted(moves.items()):
        yield Movement(*place, joined=counts["joined"], left=counts["left"], changed=counts["changed"])


def _value(category: Category | None) -> int | None:
    return None if category is None or category is Category.NOT_EXPECTED else _counted(category)


# --- figures ---------------------------------------------------------------------------------------------------------


def _clusters(look: Look, arm: Arm) -> list[tuple[int, int]]:
    """(adopters, observed) of each cluster of an arm in which somebody was observed, in the clusters' order of name."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for member in look.members:
        category = look.audits[member.person_id].category
        if member.arm is arm and category not in {Category.MISSING, Category.NOT_EXPECTED}:
            counts[member.cluster][0] += category is Category.GENUINE
            counts[member.cluster][1] += 1
    return [(x, n) for _, (x, n) in sorted(counts.items())]


def _adoption_figures(look: Look) -> Iterable[SnapshotMetric]:
    clusters = {arm: _clusters(look, arm) for arm in Arm}
    least = look.program.measure.least_icc
    gap = statistics.clustered_difference(clusters[Arm.PODS], clusters[Arm.COMPARISON], least_icc=least)
    shares = {Arm.PODS: gap.first, Arm.COMPARISON: gap.second}
    for arm in Arm:
        people = [member for member in look.members if member.arm is arm]
        counted = adoption(look.audits[member.person_id] for member in people)
        # By the allowance of the difference; where there is none, as of people who are not clustered.
        share = shares[arm] or statistics.proportion(counted.adopters, counted.observed)
        yield _figure(
            Metric.ADOPTION, arm, share, "Wilson, clustered", counted.adopters, counted.observed, counted.eligible
        )
        yield SnapshotMetric(metric=Metric.COHORT, group=arm, eligible=len(people))
        yield from _beside(look, people, arm)
    used = {
        "icc": gap.icc,
        "design_effect": gap.design_effect,
        "df": gap.df,
        "clusters": {arm: len(found) for arm, found in clusters.items()},
    }
    yield _figure(Metric.DIFFERENCE, "", gap, "Newcombe, clustered", detail=used)
    early = statistics.clustered_difference(
        clusters[Arm.PODS], clusters[Arm.COMPARISON], level=EARLY_LEVEL, least_icc=least
    )
    yield _figure(Metric.DIFFERENCE_EARLY, "", early, "Newcombe, clustered, 99.9%", detail=used)


def _beside(look: Look, people: Sequence[CohortMember], arm: Arm) -> Iterable[SnapshotMetric]:
    """Who is not counted, and who is although they object: with how many of these are observed."""
    out = [one for one in people if look.audits[one.person_id].category is Category.NOT_EXPECTED]
    left = sum(_has_left(one, look) for one in out)
    # Somebody whose work did not come up was there, and said so.
    idle = sum(look.audits[one.person_id].observed_weeks > 0 for one in out if not _has_left(one, look))
    objecting = [
        look.audits[one.person_id].category for one in people if one.person_id in look.objecting and one not in out
    ]
    assigned = Assignment.objects.filter(program=look.program)
    yield SnapshotMetric(metric=Metric.EXEMPT, group=arm, eligible=assigned.exempt().in_arm(arm).count())
    helped = set(assigned.contaminated().in_arm(arm).values_list("person_id", flat=True))
    ours = {one.person_id for one in people}
    yield SnapshotMetric(metric=Metric.CONTAMINATED, group=arm, eligible=len(ours & helped))
    yield SnapshotMetric(metric=Metric.LEFT, group=arm, eligible=left)
    yield SnapshotMetric(metric=Metric.AWAY, group=arm, eligible=len(out) - left - idle)
    if look.program.mode == Mode.OPPORTUNITY:
        yield SnapshotMetric(metric=Metric.NO_OCCASION, group=arm, eligible=idle)
    answered = sum(category is not Category.MISSING for category in objecting)
    yield SnapshotMetric(metric=Metric.OBJECTED, group=arm, observed=answered, eligible=len(objecting))


def _has_left(one: CohortMember, look: Look) -> bool:
    return one.left_on is not None and one.left_on <= look.weeks[-1]


def _adopters(end: SnapshotRun) -> frozenset[UUID]:
    """Who was a genuine adopter at the end of the active phase, as first frozen."""
    return frozenset(SnapshotMember.objects.filter(run=end, category=Category.GENUINE).values_list("key", flat=True))


def _retention_figures(look: Look, still: Mapping[UUID, Category]) -> Iterable[SnapshotMetric]:
    """Of the genuine adopters at the end, how many are so ninety days later; and of everybody who started."""
    audits = {look.keys[member.person_id]: look.audits[member.person_id] for member in look.members}
    for arm in Arm:
        ours = [key for key, seat in look.seats.items() if seat.arm is arm]
        counted = adoption(audits[key] for key in ours if key in still)
        x, n = counted.adopters, counted.observed
        yield _figure(Metric.RETENTION, arm, statistics.proportion(x, n), "Wilson", x, n, counted.eligible)
        of_all = statistics.proportion(x, len(ours))
        yield _figure(Metric.RETENTION_OF_ALL, arm, of_all, "Wilson", x, len(ours), len(ours))


_TIMED = (
    Metric.MINUTES_BEFORE,
    Metric.MINUTES_AFTER,
    Metric.TIME_RATIO,
    Metric.WEEKLY_SAVING,
    Metric.WEEKLY_SAVING_MEAN,
    Metric.SLOWER,
)


class _Timing:
    """Minutes before and after, of those who gave both."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.pairs = pairs(look.program, look.members)
        self.seats = {member.person_id: Seat(member.arm, member.department, member.cluster) for member in look.members}

    def figures(self, seed: int) -> Iterable[SnapshotMetric]:
        for arm in Arm:
            ours = [pair for pair in self.pairs if self.seats[pair.person_id].arm is arm]
            eligible = sum(seat.arm is arm for seat in self.seats.values())
            before, after = [pair.before for pair in ours], [pair.after for pair in ours]
            savings = [pair.weekly_saving for pair in ours]
            middle = statistics.median_interval
            for metric, interval, method in (
                (Metric.MINUTES_BEFORE, middle(before), "order statistics"),
                (Metric.MINUTES_AFTER, middle(after), "order statistics"),
                (Metric.TIME_RATIO, statistics.paired_ratio(before, after), "t on log ratios"),
                (Metric.WEEKLY_SAVING, middle(savings), "order statistics"),
                (Metric.WEEKLY_SAVING_MEAN, statistics.mean_interval(savings, seed), "BCa"),
            ):
                yield _figure(metric, arm, interval, method, None, len(ours), eligible)

    def releases(self, arrangement: Arrangement, thresholds: Thresholds) -> Iterable[Release]:
        for metric, measure, values in (
            (Metric.MINUTES_BEFORE, MINUTES, [(pair.person_id, pair.before) for pair in self.pairs]),
            (Metric.MINUTES_AFTER, MINUTES, [(pair.person_id, pair.after) for pair in self.pairs]),
            (Metric.WEEKLY_SAVING, MINUTES, [(pair.person_id, whole(pair.weekly_saving)) for pair in self.pairs]),
            (Metric.SLOWER, Measure(), [(pair.person_id, int(pair.weekly_saving < 0)) for pair in self.pairs]),
        ):
            facts = Facts(metric, POST_SURVEY, tuple(self._blocks(dict(values), measure)), measure)
            yield publish(facts, arrangement=arrangement, thresholds=thresholds)

    def _blocks(self, values: Mapping[int, int], measure: Measure) -> Iterable[Block]:
        given: dict[tuple[Arm, str, str], list[int | None]] = defaultdict(list)
        for person, seat in self.seats.items():
            given[seat.arm, seat.department, seat.pod].append(values.get(person))
        for place, answers in sorted(given.items()):
            said = tuple(sorted(answer for answer in answers if answer is not None))
            kept = said if measure.kind is Kind.MEDIAN else ()
            yield Block(*place, len(answers), len(said), sum(said), kept)


def _again(run: SnapshotRun, metrics: Collection[Metric]) -> Iterable[SnapshotMetric]:
    """The figures of an earlier version, to stand in the next one too."""
    kept = ("metric", "group", "x", "observed", "eligible", "estimate", "low", "high", "method", "detail")
    for row in SnapshotMetric.objects.filter(run=run, metric__in=metrics).order_by("pk").values(*kept):
        yield SnapshotMetric(**row)


def _figure(
    metric: Metric,
    group: str,
    interval: Interval | ClusteredInterval,
    method: str,
    x: int | None = None,
    observed: int | None = None,
    eligible: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> SnapshotMetric:
    return SnapshotMetric(
        metric=metric,
        group=group,
        x=x,
        observed=observed,
        eligible=eligible,
        estimate=interval.estimate,
        low=interval.low,
        high=interval.high,
        method=method,
        detail={**(detail or {}), **({"reason": interval.reason} if interval.reason else {})},
    )
