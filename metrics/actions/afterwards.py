"""What people said ninety days after support ended, frozen once their survey has closed. Only workers import this room: it brings scipy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from adoption.programs.models import Program
from adoption.programs.rules import Checkpoint, window
from adoption.tenancy.actions import audit
from adoption.tenancy.rules import local_date
from metrics.actions.timing import Timing
from metrics.actions.told import Told
from metrics.models import SnapshotKey, SnapshotMetric, SnapshotRun
from metrics.queries.curve import whole_arms
from metrics.queries.weeks import CohortMember, cohort
from metrics.rules import HOW_NOW, WENT_TO
from surveys.models import Answer, Wave
from surveys.rules import HOW, WaveKind
from surveys.rules import WENT_TO as WENT_TO_ITEM

ASKED = (WaveKind.BASELINE, WaveKind.RETENTION)


@transaction.atomic
def freeze_survey(*, wave: Wave, at: datetime) -> SnapshotRun | None:
    """Freeze what the survey of ninety days later says of those who were launched, each held against their own baseline.

    Once: what comes after a reopening changes nothing that is out. None for other surveys, and of a programme that was
    stopped, for what was not lived to its end says nothing of what lasts.
    """
    if wave.kind != WaveKind.RETENTION:
        return None
    held = Program.objects.select_for_update(of=("self",), no_key=True)
    program = held.select_related("organization", "workflow").get(pk=wave.program_id)
    known = SnapshotRun.objects.filter(program=program).of_kind(Checkpoint.SURVEY_90)
    if not program.fixed or program.stopped_because or known.exists():
        return None
    members, thresholds = cohort(program), program.thresholds
    digest = _digest(program, members)
    seed = int(digest[:12], 16)
    timing = Timing(program, members, later=WaveKind.RETENTION, whole=True)
    told = Told(
        program,
        members,
        thresholds,
        later=WaveKind.RETENTION,
        window="retention-survey",
        choices={HOW: HOW_NOW, WENT_TO_ITEM: WENT_TO},
    )
    first, last = window(local_date(wave.opened_at, program.organization.zone))
    run = SnapshotRun.objects.create(
        program=program,
        kind=Checkpoint.SURVEY_90,
        version=1,
        first_week=first,
        last_week=last,
        frozen_at=at,
        spec_version=program.measure.label,
        seed=seed,
        input_hash=digest,
        params={
            "thresholds": thresholds.as_dict(),
            "least_icc": program.measure.least_icc,
            "release": settings.RELEASE,
        },
        releases=[one.as_dict() for one in (*timing.releases(whole_arms(thresholds), thresholds), *told.releases())],
    )
    figures: list[SnapshotMetric] = [*timing.figures(seed), *told.figures()]
    for figure in figures:
        figure.run = run
    SnapshotMetric.objects.bulk_create(figures)
    audit.record("snapshot.frozen", by=None, at=at, subject=run, kind=run.kind, version=run.version)
    return run


def _digest(program: Program, members: Sequence[CohortMember]) -> str:
    """The SHA-256 of everything it is made from: everybody's group and answers to both surveys, in the order of their keys."""
    keys = dict(SnapshotKey.objects.filter(program=program).values_list("person_id", "key"))
    said: dict[int, dict[str, Any]] = {}
    rows = Answer.objects.filter(ask__wave__program=program, ask__wave__kind__in=ASKED, text="").order_by("version")
    for person, kind, item, number, choice in rows.values_list(
        "ask__person_id", "ask__wave__kind", "item", "number", "choice"
    ):
        said.setdefault(person, {})[f"{kind} {item}"] = choice or number
    lines = sorted(
        json.dumps(
            [str(keys.get(one.person_id, "")), one.arm, one.cluster, said.get(one.person_id, {})], sort_keys=True
        )
        for one in members
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
