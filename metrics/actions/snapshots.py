"""Freezing a checkpoint. Only tasks and operators import this room: it brings scipy with it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from adoption.programs.models import Program
from adoption.programs.rules import SPEC_VERSION, Arm, Checkpoint, looks_at
from adoption.tenancy.actions import audit
from metrics import statistics
from metrics.models import SnapshotKey, SnapshotMember, SnapshotMetric, SnapshotRun
from metrics.queries.timing import Pair, pairs
from metrics.queries.weeks import CohortMember, cohort, decide_weeks
from metrics.rules import Audit, Category, Metric, adoption
from metrics.rules import audit as audit_weeks
from metrics.statistics import ClusteredInterval, Interval


@transaction.atomic
def freeze(*, program: Program, checkpoint: Checkpoint, at: datetime, reason: str = "") -> SnapshotRun:
    """Freeze a checkpoint as a new version: the run, one row for each member of the cohort, and the figures.

    Without `reason` it freezes once: a second call returns the first version. With one it restates.
    """
    # One freezing of a programme at a time.
    program = Program.objects.select_for_update(of=("self",), no_key=True).select_related("workflow").get(pk=program.pk)
    known = SnapshotRun.objects.filter(program=program, kind=checkpoint).order_by("-version").first()
    if known and not reason:
        return known
    weeks = looks_at(checkpoint, program.starts_on, program.weeks)
    members = cohort(program)
    decided = decide_weeks(program.workflow, [member.person_id for member in members], weeks)
    audits = {member.person_id: audit_weeks([decided[member.person_id, week] for week in weeks]) for member in members}
    keys = _keys(program, members)
    facts = [[str(keys[m.person_id]), m.arm, m.cluster, asdict(audits[m.person_id])] for m in members]
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    run = SnapshotRun.objects.create(
        program=program,
        kind=checkpoint,
        version=known.version + 1 if known else 1,
        reason=reason,
        first_week=weeks[0],
        last_week=weeks[1],
        frozen_at=at,
        spec_version=SPEC_VERSION,
        seed=int(digest[:12], 16),
        input_hash=digest,
    )
    SnapshotMember.objects.bulk_create(
        [
            SnapshotMember(
                run=run,
                key=keys[member.person_id],
                arm=member.arm,
                cluster=member.cluster,
                department=member.department,
                expected_weeks=audits[member.person_id].expected_weeks,
                observed_weeks=audits[member.person_id].observed_weeks,
                uses=_sum(decided[member.person_id, week].total for week in weeks),
                unprompted=_sum(decided[member.person_id, week].unprompted for week in weeks),
                category=audits[member.person_id].category,
            )
            for member in members
        ],
        batch_size=5000,
    )
    figures = list(_adoption(members, audits))
    if checkpoint is Checkpoint.S90:
        figures += _retention(program, members, audits, keys)
    if checkpoint in {Checkpoint.S56, Checkpoint.SE}:
        figures += _timing(pairs(program, members), members, seed=run.seed)
    for figure in figures:
        figure.run = run
    SnapshotMetric.objects.bulk_create(figures)
    audit.record("snapshot.frozen", by=None, at=at, subject=run, kind=checkpoint, version=run.version)
    return run


def _keys(program: Program, members: Sequence[CohortMember]) -> dict[int, object]:
    SnapshotKey.objects.bulk_create(
        [SnapshotKey(program=program, person_id=member.person_id) for member in members],
        ignore_conflicts=True,
        batch_size=5000,
    )
    return dict(SnapshotKey.objects.filter(program=program).values_list("person_id", "key"))


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _clusters(members: Sequence[CohortMember], audits: dict[int, Audit], arm: Arm) -> list[tuple[int, int]]:
    """(adopters, observed) of each cluster of an arm, in the clusters' order of name."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for member in members:
        category = audits[member.person_id].category
        if member.arm is arm and category not in {Category.MISSING, Category.NOT_EXPECTED}:
            counts[member.cluster][0] += category is Category.GENUINE
            counts[member.cluster][1] += 1
    return [(x, n) for _, (x, n) in sorted(counts.items())]


def _adoption(members: Sequence[CohortMember], audits: dict[int, Audit]) -> Iterable[SnapshotMetric]:
    clusters = {arm: _clusters(members, audits, arm) for arm in Arm}
    gap = statistics.clustered_difference(clusters[Arm.PODS], clusters[Arm.COMPARISON])
    for arm in Arm:
        counted = adoption(audits[member.person_id] for member in members if member.arm is arm)
        share = (
            statistics.clustered_proportion(clusters[arm], icc=gap.icc, df=gap.df)
            if gap.icc is not None and gap.df is not None
            else statistics.proportion(counted.adopters, counted.observed)
        )
        yield _figure(
            Metric.ADOPTION, arm, share, "Wilson, clustered", counted.adopters, counted.observed, counted.eligible
        )
    yield _figure(Metric.DIFFERENCE, "", gap, "Newcombe, clustered")
    # What a look before the primary one must clear.
    early = statistics.clustered_difference(clusters[Arm.PODS], clusters[Arm.COMPARISON], level=0.999)
    yield _figure(Metric.DIFFERENCE_EARLY, "", early, "Newcombe, clustered, 99.9%")


def _retention(
    program: Program, members: Sequence[CohortMember], audits: dict[int, Audit], keys: dict[int, object]
) -> Iterable[SnapshotMetric]:
    """Of those who were genuine adopters at the end, how many are so ninety days later; and of everybody who started."""
    end = SnapshotRun.objects.filter(program=program, kind=Checkpoint.SE).order_by("-version").first()
    adopters = set(
        SnapshotMember.objects.filter(run=end, category=Category.GENUINE).values_list("key", flat=True) if end else ()
    )
    for arm in Arm:
        ours = [member for member in members if member.arm is arm]
        then = [audits[m.person_id] for m in ours if keys[m.person_id] in adopters]
        counted = adoption(then)
        yield _figure(
            Metric.RETENTION,
            arm,
            statistics.proportion(counted.adopters, counted.observed),
            "Wilson",
            counted.adopters,
            counted.observed,
            counted.eligible,
        )
        yield _figure(
            Metric.RETENTION_OF_ALL,
            arm,
            statistics.proportion(counted.adopters, len(ours)),
            "Wilson",
            counted.adopters,
            len(ours),
            len(ours),
        )


def _timing(found: Sequence[Pair], members: Sequence[CohortMember], *, seed: int) -> Iterable[SnapshotMetric]:
    arms = {member.person_id: member.arm for member in members}
    for arm in Arm:
        ours = [pair for pair in found if arms[pair.person_id] is arm]
        eligible = sum(member.arm is arm for member in members)
        ratio = statistics.paired_ratio([pair.before for pair in ours], [pair.after for pair in ours])
        yield _figure(Metric.TIME_RATIO, arm, ratio, "t on log ratios", None, len(ours), eligible)
        savings = [pair.weekly_saving for pair in ours]
        median = statistics.median_interval(savings)
        slower = sum(saving < 0 for saving in savings)
        yield _figure(Metric.WEEKLY_SAVING, arm, median, "order statistics", slower, len(ours), eligible)
        mean = statistics.mean_interval(savings, seed)
        yield _figure(Metric.WEEKLY_SAVING_MEAN, arm, mean, "BCa", None, len(ours), eligible)


def _figure(
    metric: Metric,
    group: str,
    interval: Interval | ClusteredInterval,
    method: str,
    x: int | None = None,
    observed: int | None = None,
    eligible: int | None = None,
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
    )
