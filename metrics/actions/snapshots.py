"""Freezing a checkpoint. Only tasks and operators import this room: it brings scipy with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import transaction

from adoption.disclosure.rules import (
    Arrangement,
    Block,
    Earlier,
    Facts,
    Movement,
    Release,
    Thresholds,
    arrange,
    publish,
)
from adoption.programs.models import Assignment, Program
from adoption.programs.rules import OPEN_WEEKS_SOUGHT, Arm, Checkpoint, Mode, open_window, weeks_looked_at
from adoption.tenancy.actions import audit
from metrics import statistics
from metrics.actions.clusters import share_of
from metrics.actions.hulls import add_hulls
from metrics.actions.leading import Leading
from metrics.actions.looks import Cohort, Differing, Sight, Tally
from metrics.actions.quality import Judgement, published_in
from metrics.actions.regular import Regular
from metrics.actions.supporting import Returning, Supporting, shipped
from metrics.actions.survival import Lasting
from metrics.actions.target import TargetBehaviour
from metrics.actions.timing import Timing
from metrics.models import SnapshotMetric, SnapshotRun
from metrics.queries.weeks import CohortMember, Place
from metrics.rules import RECEIVED, SUPPORTING, TIMED, Adoption, Category, Metric
from metrics.statistics import ClusteredInterval, Interval

EARLY_LEVEL = 0.999  # what a look before the primary one must clear
RATED_AT = (Checkpoint.SE, Checkpoint.S90)


class NotLaunched(ValueError):
    """A programme without thresholds and cohort: nothing can be frozen before its launch."""


@dataclass(frozen=True)
class Look:
    """Everything a freezing works with."""

    program: Program
    checkpoint: Checkpoint
    version: int
    weeks: tuple[date, ...]
    sight: Sight
    before: list[SnapshotRun]  # earlier versions, first version first

    @property
    def tallies(self) -> list[Tally]:
        return self.sight.tallies

    @cached_property
    def clusters(self) -> dict[Arm, list[tuple[int, int]]]:
        return {arm: _clusters(self.tallies, arm) for arm in Arm}

    @cached_property
    def members(self) -> list[CohortMember]:
        return self.sight.members()


@transaction.atomic
def freeze(*, program: Program, checkpoint: Checkpoint, at: datetime, reason: str = "") -> SnapshotRun:
    """Freeze a checkpoint as a new version: the run, one row for each member of the cohort, and the figures.

    Without `reason` it freezes once: a second call returns the newest version. With one it restates, and the gate
    decides what of that may be read beside the versions that are out. What a checkpoint stands on is frozen first: S0
    below all of them, SE below S90. Raises NotLaunched.
    """
    # One freezing of a programme at a time.
    held = Program.objects.select_for_update(of=("self",), no_key=True)
    program = held.select_related("organization", "workflow").get(pk=program.pk)
    if not program.fixed:
        raise NotLaunched
    thresholds = program.thresholds
    known: list[SnapshotRun] = list(
        SnapshotRun.objects.filter(program=program).of_kind(checkpoint).first_version_first()
    )
    if known and not reason:
        return known[-1]
    launch = _launch_version(program, checkpoint, known, at)
    end = _first(program, Checkpoint.SE, at) if checkpoint is Checkpoint.S90 else None
    look = _look(program, checkpoint, known, launch, end, at)
    arrangement = (
        arrange(_cohort_blocks(look), thresholds)
        if launch is None
        else Arrangement.from_dict(launch.params["arrangement"])
    )
    digest = look.sight.digest()
    seed = int(digest[:12], 16)
    figures = list(_adoption_figures(look))
    releases = [_proportion(Metric.ADOPTION, look, arrangement, thresholds)]
    regular = Regular(program, checkpoint, look.sight, thresholds)
    figures += regular.figures()
    releases.append(regular.release(releases[0], look.before, version=look.version))
    if known:
        # Who leads is told once, as minutes are: of a handful, late answers would point at whose they are.
        figures += _again(known[0], (Metric.CHAMPIONS,))
        releases += [Release.from_dict(one) for one in known[0].releases if one["metric"] == Metric.CHAMPIONS]
    else:
        leading = Leading(program, checkpoint, look.weeks, thresholds)
        figures += leading.figures()
        releases += leading.releases()
    if checkpoint is not Checkpoint.S0:
        levels = {Metric.DIFFERENCE: 0.95, Metric.DIFFERENCE_EARLY: EARLY_LEVEL}
        icc = program.measure.least_icc
        add_hulls(figures, releases[0], look.clusters, levels=levels, band=thresholds.band, least_icc=icc)
    if checkpoint is Checkpoint.S90:
        figures += _retention_figures(look)
        releases.append(_proportion(Metric.RETENTION, look, arrangement, thresholds, among_adopters=True))
        if known:
            # The curve is published once, as minutes are; and so is who came back.
            once = (Metric.SURVIVAL, Metric.RETURNED, Metric.SHIPPED)
            figures += _again(known[0], once)
            releases += [Release.from_dict(one) for one in known[0].releases if one["metric"] in once]
        elif program.mode == Mode.WEEKLY:
            # Spells are made of weeks: of work that comes up now and then there is no curve.
            lasting = Lasting(program, look.members, look.weeks[-1], thresholds)
            figures += lasting.figures()
            releases += lasting.releases()
        if not known:
            returning = Returning(program, _earlier(program), thresholds)
            figures += [*returning.figures(), shipped(program, at=at)]
            releases.append(returning.release())
    if checkpoint is Checkpoint.SE and known:
        # Minutes are published once: their figures carry nobody's name, so who differs could not be told.
        kept = (*TIMED, *SUPPORTING, Metric.TARGET_BEHAVIOUR)
        figures += _again(known[0], kept)
        releases += [Release.from_dict(one) for one in known[0].releases if one["metric"] in kept]
    elif checkpoint is Checkpoint.SE:
        timing = Timing(program, look.members)
        figures += timing.figures(seed)
        releases += timing.releases(arrangement, thresholds)
        if program.mode == Mode.WEEKLY:
            # Where weeks hold the occasions themselves, adoption at week 8 is this very share.
            target = TargetBehaviour(program, look.members, thresholds)
            figures += target.figures()
            releases.append(target.release())
        supporting = Supporting(program, look.members, thresholds, at=at)
        figures += supporting.figures()
        releases += supporting.releases()
    if checkpoint in RATED_AT:
        # Ratings are published once too: with the first of these looks by which somebody's work was rated on both sides.
        out = published_in(program)
        if out is None:
            judgement = Judgement(program, look.members, thresholds, at=at)
            figures += judgement.figures()
            releases += judgement.releases()
        elif out.kind == checkpoint:
            figures += _again(out, (*RECEIVED, Metric.AGREEMENT, Metric.RATED_TWICE))
            releases += [Release.from_dict(one) for one in out.releases if one["metric"] in RECEIVED]
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
            "release": settings.RELEASE,
            **({"mode": program.mode} if program.mode == Mode.OPPORTUNITY else {}),
        },
        releases=[release.as_dict() for release in releases],
    )
    look.sight.write(run)
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


def _earlier(program: Program) -> list[SnapshotRun]:
    """The first versions of the looks in the active phase."""
    kinds = (Checkpoint.S30, Checkpoint.S56)
    return [run for run in SnapshotRun.objects.filter(program=program, kind__in=kinds) if run.version == 1]


def _launch_version(
    program: Program, checkpoint: Checkpoint, known: list[SnapshotRun], at: datetime
) -> SnapshotRun | None:
    """The first version of S0, which holds the cohort; None while that is what is being frozen."""
    if checkpoint is Checkpoint.S0:
        return known[0] if known else None
    return _first(program, Checkpoint.S0, at)


def _look(
    program: Program,
    checkpoint: Checkpoint,
    known: list[SnapshotRun],
    launch: SnapshotRun | None,
    end: SnapshotRun | None,
    at: datetime,
) -> Look:
    cohort = Cohort(program, launch)
    weeks = weeks_looked_at(checkpoint, program.starts_on, program.weeks, program.mode)
    if checkpoint is Checkpoint.S0:
        weeks = _open_weeks(program, cohort, weeks)
    version = known[-1].version + 1 if known else 1
    return Look(program, checkpoint, version, weeks, cohort.look(weeks, end=end, at=at), known)


def _open_weeks(program: Program, cohort: Cohort, weeks: tuple[date, ...]) -> tuple[date, ...]:
    """The baseline's weeks; for one in which the company was closed, so that nobody was expected, an earlier open one."""
    back = [weeks[-1] - timedelta(weeks=number) for number in range(OPEN_WEEKS_SOUGHT)]
    shut = cohort.closed(back, last=weeks[-1])
    if shut.isdisjoint(weeks) or len(back) - len(shut) < len(weeks):
        return weeks
    return open_window(program.starts_on - timedelta(days=1), shut)


# --- through the gate ------------------------------------------------------------------------------------------------


def _cohort_blocks(look: Look) -> list[Block]:
    sizes = Counter[Place]()
    for tally in look.tallies:
        sizes[tally.place] += tally.people
    return [Block(arm, department, pod, people, 0) for (arm, department, pod), people in sorted(sizes.items())]


def _counted(category: Category) -> int | None:
    """What somebody adds to a share; None for the silent."""
    return None if category is Category.MISSING else int(category is Category.GENUINE)


def _proportion(
    metric: Metric, look: Look, arrangement: Arrangement, thresholds: Thresholds, *, among_adopters: bool = False
) -> Release:
    """What may be read of a share of genuine adopters, given what is out; of everybody, or of the adopters at the end."""
    found: dict[Place, list[int]] = defaultdict(lambda: [0, 0, 0])
    for tally in look.tallies:
        if tally.category is Category.NOT_EXPECTED or (among_adopters and not tally.adopted):
            continue
        place, value = found[tally.place], _counted(tally.category)
        place[0] += tally.people
        place[1] += tally.people if value is not None else 0
        place[2] += tally.people * (value or 0)
    blocks = tuple(Block(*place, n, observed, x) for place, (n, observed, x) in sorted(found.items()))
    facts = Facts(metric, look.checkpoint, blocks, version=look.version)
    earlier = [
        Earlier(_release(run, metric), tuple(_movements(look.sight.differing(run, among_adopters=among_adopters))))
        for run in look.before
    ]
    return publish(facts, arrangement=arrangement, thresholds=thresholds, earlier=earlier)


def _release(run: SnapshotRun, metric: Metric) -> Release:
    return next(Release.from_dict(stored) for stored in run.releases if stored["metric"] == metric)


def _movements(differing: Iterable[Differing]) -> Iterable[Movement]:
    """Who differs between a version that is out and the facts as they are now, counted where they sit."""
    moves: dict[Place, Counter[str]] = defaultdict(Counter)
    for one in differing:
        old, new = _value(one.before), _value(one.now)
        if old != new:
            what = "joined" if old is None else "left" if new is None else "changed"
            moves[one.place][what] += one.people
    for place, counts in sorted(moves.items()):
        yield Movement(*place, joined=counts["joined"], left=counts["left"], changed=counts["changed"])


def _value(category: Category | None) -> int | None:
    return None if category is None or category is Category.NOT_EXPECTED else _counted(category)


# --- figures ---------------------------------------------------------------------------------------------------------


def _clusters(tallies: Iterable[Tally], arm: Arm) -> list[tuple[int, int]]:
    """(adopters, observed) of each cluster of an arm in which somebody was observed, in the clusters' order of name."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for tally in tallies:
        value = _value(tally.category)
        if tally.arm is arm and value is not None:
            counts[tally.cluster][0] += value * tally.people
            counts[tally.cluster][1] += tally.people
    return [(x, n) for _, (x, n) in sorted(counts.items())]


def _people(tallies: Iterable[Tally]) -> int:
    return sum(tally.people for tally in tallies)


def _adoption(tallies: Sequence[Tally]) -> Adoption:
    """Adopters among the eligible."""
    eligible = [one for one in tallies if one.category is not Category.NOT_EXPECTED]
    observed = [one for one in eligible if one.category is not Category.MISSING]
    adopters = [one for one in observed if one.category is Category.GENUINE]
    return Adoption(_people(adopters), _people(observed), _people(eligible))


def _adoption_figures(look: Look) -> Iterable[SnapshotMetric]:
    clusters, least = look.clusters, look.program.measure.least_icc
    gap = statistics.clustered_difference(clusters[Arm.PODS], clusters[Arm.COMPARISON], least_icc=least)
    shares = {Arm.PODS: gap.first, Arm.COMPARISON: gap.second}
    for arm in Arm:
        tallies = [tally for tally in look.tallies if tally.arm is arm]
        counted = _adoption(tallies)
        # By the allowance of the difference; where there is none, as of people who are not clustered.
        share = shares[arm] or statistics.proportion(counted.adopters, counted.observed)
        yield _figure(
            Metric.ADOPTION, arm, share, "Wilson, clustered", counted.adopters, counted.observed, counted.eligible
        )
        yield SnapshotMetric(metric=Metric.COHORT, group=arm, eligible=_people(tallies))
        yield from _beside(look, tallies, arm)
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


def _beside(look: Look, tallies: Sequence[Tally], arm: Arm) -> Iterable[SnapshotMetric]:
    """Who is not counted, and who is although they object: with how many of these are observed."""
    out = [one for one in tallies if one.category is Category.NOT_EXPECTED]
    left = _people(one for one in out if one.has_left)
    # Somebody whose work did not come up was there, and said so.
    idle = _people(one for one in out if one.is_known and not one.has_left)
    objecting = _adoption([one for one in tallies if one.objects])
    exempt = Assignment.objects.filter(program=look.program).exempt().in_arm(arm)
    yield SnapshotMetric(metric=Metric.EXEMPT, group=arm, eligible=exempt.count())
    yield SnapshotMetric(metric=Metric.CONTAMINATED, group=arm, eligible=_people(one for one in tallies if one.helped))
    yield SnapshotMetric(metric=Metric.LEFT, group=arm, eligible=left)
    yield SnapshotMetric(metric=Metric.AWAY, group=arm, eligible=_people(out) - left - idle)
    if look.program.mode == Mode.OPPORTUNITY:
        yield SnapshotMetric(metric=Metric.NO_OCCASION, group=arm, eligible=idle)
    yield SnapshotMetric(metric=Metric.OBJECTED, group=arm, observed=objecting.observed, eligible=objecting.eligible)


def _retention_figures(look: Look) -> Iterable[SnapshotMetric]:
    """Of the genuine adopters at the end, how many are so ninety days later; and of everybody who started."""
    least = look.program.measure.least_icc
    for arm in Arm:
        ours = [tally for tally in look.tallies if tally.arm is arm]
        adopters = [tally for tally in ours if tally.adopted]
        eligible = _adoption(adopters).eligible
        yield share_of(Metric.RETENTION, arm, _clusters(adopters, arm), eligible, least_icc=least)
        # Of everybody who started: whoever could not be checked counts as stopped.
        kept: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for one in ours:
            kept[one.cluster][0] += one.people * (one.adopted and one.category is Category.GENUINE)
            kept[one.cluster][1] += one.people
        started = [(x, n) for _, (x, n) in sorted(kept.items())]
        yield share_of(Metric.RETENTION_OF_ALL, arm, started, _people(ours), least_icc=least)


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
