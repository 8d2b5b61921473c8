"""Frozen looks: what they hold, that nobody changes them, and what of them leaves through the gate."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from adoption.disclosure.rules import Arrangement, Audience, Cell, Display, Margin, Reason, Release, Thresholds
from adoption.programs.actions import object_to
from adoption.programs.models import Assignment
from adoption.programs.rules import Arm, Checkpoint, looks_at
from adoption.tenancy.actions.people import record_departure, record_leave
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import AuditEvent, Person
from adoption.tenancy.walls import as_owner, organization
from metrics.actions.snapshots import NotLaunched, freeze
from metrics.models import SnapshotKey, SnapshotMember, SnapshotMetric, SnapshotRun
from metrics.queries.weeks import cohort, decide_weeks
from metrics.rules import Category, Metric
from tests.factories import World, make_meridian
from tests.metrics.trials import POD_ADOPTERS, TEAM_ADOPTERS, Trial, launched
from tests.worlds import Enter

pytestmark = pytest.mark.django_db


def cell(run: SnapshotRun, metric: Metric, arm: Arm, audience: Audience = Audience.EXECUTIVE) -> Cell:
    release = next(Release.from_dict(one) for one in run.releases if one["metric"] == metric)
    return release.table(audience).arm(arm)


def said(run: SnapshotRun, metric: Metric, arm: Arm) -> tuple[int | None, int | None, int | None]:
    found = cell(run, metric, arm)
    return found.x, found.n, found.eligible


def stored(run: SnapshotRun, metric: Metric, group: str = "") -> SnapshotMetric:
    return SnapshotMetric.objects.get(run=run, metric=metric, group=group)


# --- what is frozen --------------------------------------------------------------------------------------------------


def test_the_headline_of_the_specification_is_frozen_to_the_digit(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        whole = launched(meridian)
        run = whole.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
        assert said(run, Metric.ADOPTION, Arm.PODS) == (34, 48, 48)
        assert said(run, Metric.ADOPTION, Arm.COMPARISON) == (22, 96, 96)
        gap = stored(run, Metric.DIFFERENCE)
        assert [round(number or 0, 4) for number in (gap.estimate, gap.low, gap.high)] == [0.4792, 0.2651, 0.6365]
        assert gap.detail["df"] == 16
        assert gap.detail["clusters"] == {"pods": 6, "comparison": 12}
        early = stored(run, Metric.DIFFERENCE_EARLY)
        assert [round(number or 0, 4) for number in (early.low, early.high)] == [0.0750, 0.7194]
        pods, comparison = stored(run, Metric.ADOPTION, "pods"), stored(run, Metric.ADOPTION, "comparison")
        assert [round(number or 0, 4) for number in (pods.low, pods.high)] == [0.5309, 0.8390]
        assert [round(number or 0, 4) for number in (comparison.low, comparison.high)] == [0.1415, 0.3490]
        assert looks_at(Checkpoint.S56, date(2026, 1, 5), 10) == (run.first_week, run.last_week)


def test_a_look_freezes_once(trial: Trial) -> None:
    first = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    again = trial.freeze(Checkpoint.S56)
    assert again == first
    assert SnapshotRun.objects.of_kind(Checkpoint.S56).count() == 1
    assert SnapshotMember.objects.filter(run=first).count() == 48
    assert AuditEvent.objects.filter(verb="snapshot.frozen").count() == 2  # S0 stands below


def test_what_a_look_stands_on_is_frozen_first(trial: Trial) -> None:
    trial.freeze(Checkpoint.S90)
    assert set(SnapshotRun.objects.values_list("kind", "version")) == {("S0", 1), ("SE", 1), ("S90", 1)}


def test_nothing_is_frozen_before_the_launch(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        draft = launched(meridian, pods=(3,), teams=(3,), is_launched=False)
        with pytest.raises(NotLaunched):
            freeze(program=draft.program, checkpoint=Checkpoint.S56, at=draft.at(draft.program.starts_on))


def test_the_merges_and_thresholds_of_the_launch_are_kept_with_every_look(trial: Trial) -> None:
    launch = trial.freeze(Checkpoint.S0)
    assert Thresholds.from_dict(launch.params["thresholds"]) == Thresholds()
    kept = Arrangement.from_dict(launch.params["arrangement"])
    assert [pod.members for pod in kept.of(Arm.PODS).pods] == [("Pod 01",), ("Pod 02",), ("Pod 03",)]
    # Teams of the comparison group are clusters of the analysis and never a row.
    assert [pod.members for pod in kept.of(Arm.COMPARISON).pods] == [("",)]
    # Somebody moves to a department that did not exist then: rows stay as they were frozen.
    Person.objects.filter(pk=trial.pods[0][0].pk).update(department="A new department")
    later = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    assert later.params["arrangement"] == launch.params["arrangement"]
    assert set(SnapshotMember.objects.filter(run=later).values_list("department", flat=True)) == {"Department 1"}


def test_a_raised_threshold_holds_from_the_launch_that_fixed_it(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        thresholds = Thresholds(group=9, executive=30)
        strict = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8), thresholds=thresholds)
        run = strict.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
        assert cell(run, Metric.ADOPTION, Arm.PODS).display is Display.NOT_SHOWN
        assert cell(run, Metric.ADOPTION, Arm.PODS, Audience.LEAD).x == 18
        lead = next(Release.from_dict(one) for one in run.releases).table(Audience.LEAD)
        assert [row.members for row in lead.rows(Arm.PODS, Margin.POD)] == [("Pod 01", "Pod 02", "Pod 03")]


# --- who is in it ----------------------------------------------------------------------------------------------------


def test_21_somebody_on_leave_throughout_is_left_out_and_counted(trial: Trial) -> None:
    weeks = looks_at(Checkpoint.S56, trial.program.starts_on, trial.program.weeks)
    record_leave(
        person=trial.pods[0][7],
        starts_on=weeks[0],
        ends_on=weeks[1] + timedelta(days=6),
        by=None,
        at=trial.at(weeks[0]),
    )
    run = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2), silent=[trial.pods[0][7]])
    assert said(run, Metric.ADOPTION, Arm.PODS) == (18, 23, 23)
    assert stored(run, Metric.COHORT, "pods").eligible == 24


def test_23_a_leaver_is_out_of_the_look_and_stays_in_the_cohort(trial: Trial) -> None:
    trial.freeze(Checkpoint.S0)
    gone = trial.pods[0][0]
    left_on = trial.program.starts_on + timedelta(days=40)
    record_departure(person=gone, left_on=left_on, by=None, at=trial.at(left_on))
    run = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2), silent=[gone])
    assert said(run, Metric.ADOPTION, Arm.PODS) == (17, 23, 23)
    assert SnapshotMember.objects.filter(run=run, category=Category.NOT_EXPECTED).count() == 1


def test_24_25_and_26_the_cohort_stays_as_it_was_launched(trial: Trial) -> None:
    trial.freeze(Checkpoint.S0)
    moved, joined = trial.pods[0][0], trial.teams[0][0]
    day = trial.program.starts_on + timedelta(days=20)
    for person, arm, cluster in ((moved, Arm.PODS, "Pod 02"), (joined, Arm.PODS, "Pod 01")):
        Assignment.objects.filter(program=trial.program, person=person).update(to_on=day - timedelta(days=1))
        Assignment.objects.create(
            program=trial.program, person=person, arm=arm, cluster=cluster, from_on=day, recorded_at=trial.at(day)
        )
    late = Person.objects.create(name="Late", sort_name="late", created_at=trial.at(day))
    Assignment.objects.create(
        program=trial.program, person=late, arm=Arm.PODS, cluster="Pod 01", from_on=day, recorded_at=trial.at(day)
    )
    run = trial.look(Checkpoint.S56, (8, 4, 4), (8, 0, 0))
    keys = dict(SnapshotKey.objects.values_list("person_id", "key"))
    assert late.pk not in keys
    rows = {row.key: row for row in SnapshotMember.objects.filter(run=run)}
    assert (rows[keys[moved.pk]].arm, rows[keys[moved.pk]].cluster) == ("pods", "Pod 01")
    assert (rows[keys[joined.pk]].arm, rows[keys[joined.pk]].cluster) == ("comparison", "Team 01")
    assert said(run, Metric.ADOPTION, Arm.PODS) == (16, 24, 24)


def test_47_retention_is_of_the_adopters_at_the_end_as_they_were_frozen(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        whole = launched(meridian)
        whole.look(Checkpoint.SE, POD_ADOPTERS, TEAM_ADOPTERS)
        # Of pods' 34 adopters three are silent and five have lapsed; two who were none are adopters now.
        silent = [whole.pods[0][0], whole.pods[0][1], whole.pods[1][0]]
        run = whole.look(Checkpoint.S90, (8, 7, 4, 4, 3, 5), TEAM_ADOPTERS, silent=silent)
        assert said(run, Metric.RETENTION, Arm.PODS) == (26, 31, 34)
        assert said(run, Metric.RETENTION, Arm.COMPARISON) == (22, 22, 22) or (
            cell(run, Metric.RETENTION, Arm.COMPARISON).display is Display.ALL_BUT_FEWER
        )
        of_all = stored(run, Metric.RETENTION_OF_ALL, "pods")
        assert (of_all.x, of_all.eligible, round(of_all.estimate or 0, 3)) == (26, 48, 0.542)


# --- nobody changes it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "change"),
    [(SnapshotRun, {"reason": "better so"}), (SnapshotMember, {"category": "genuine"}), (SnapshotMetric, {"x": 48})],
)
def test_rows_are_never_changed_nor_taken_away(trial: Trial, model: Any, change: dict[str, object]) -> None:
    trial.freeze(Checkpoint.S0)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        model.objects.all().update(**change)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        model.objects.all()._raw_delete(model.objects.db)


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_of_the_tables_changes_a_look_or_takes_it_away() -> None:
    """Tests that commit empty every table, so that one trigger is off wherever they run, and on again only here."""
    world = make_meridian()
    with organization(world.organization.pk):
        launched(world).freeze(Checkpoint.S0)
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        for model in (SnapshotRun, SnapshotMember, SnapshotMetric):
            table = model._meta.db_table
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER kept')
            for statement, said in (
                (f'UPDATE "{table}" SET id = id', "never changed"),
                (f'DELETE FROM "{table}"', "never taken away"),
                (f'TRUNCATE "{table}" CASCADE', "never taken away"),
            ):
                with pytest.raises(DatabaseError, match=said), transaction.atomic():
                    cursor.execute(statement)
        transaction.set_rollback(True)


def test_54_late_facts_make_a_second_version_and_leave_the_first(trial: Trial) -> None:
    first = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    before = list(SnapshotMetric.objects.filter(run=first).order_by("pk").values())
    second = trial.look(Checkpoint.S56, (8, 1, 1), (2, 2, 2), reason="A tool's logs came late")
    assert (second.version, second.reason) == (2, "A tool's logs came late")
    assert list(SnapshotMetric.objects.filter(run=first).order_by("pk").values()) == before
    first.refresh_from_db()
    assert said(first, Metric.ADOPTION, Arm.PODS) == (18, 24, 24)
    # Twelve differ, not all in one direction: nobody follows from both versions. The arm is restated, pods keep theirs.
    assert cell(second, Metric.ADOPTION, Arm.PODS, Audience.LEAD).x == 10
    lead = next(Release.from_dict(one) for one in second.releases).table(Audience.LEAD)
    assert {row.reason for row in lead.rows(Arm.PODS, Margin.POD)} == {Reason.EARLIER_RELEASE}


def test_a_second_version_that_would_point_at_somebody_is_frozen_and_not_published(trial: Trial) -> None:
    trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    second = trial.look(Checkpoint.S56, (5, 6, 6), (2, 2, 2), reason="One person mended a week")
    assert stored(second, Metric.ADOPTION, "pods").x == 17
    assert cell(second, Metric.ADOPTION, Arm.PODS).reason is Reason.EARLIER_RELEASE
    assert cell(second, Metric.ADOPTION, Arm.PODS, Audience.LEAD).reason is Reason.EARLIER_RELEASE


def test_a_version_needs_its_reason(trial: Trial) -> None:
    run = trial.freeze(Checkpoint.S0)
    with pytest.raises(DatabaseError, match="snapshot_restated_with_reason"), transaction.atomic():
        SnapshotRun.objects.create(
            program=trial.program,
            kind=Checkpoint.S0,
            version=2,
            first_week=run.first_week,
            last_week=run.last_week,
            frozen_at=run.frozen_at,
            spec_version="1.0",
            seed=1,
            input_hash="",
        )


def test_58_erasing_somebody_leaves_figures_and_takes_the_key(trial: Trial) -> None:
    run = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    before = list(SnapshotMember.objects.filter(run=run).order_by("pk").values())
    somebody = trial.pods[0][0]
    key = SnapshotKey.objects.get(person=somebody).key
    erase_person(person=somebody, by=None, at=trial.at(date(2026, 4, 1), time(9)))
    assert list(SnapshotMember.objects.filter(run=run).order_by("pk").values()) == before
    assert not SnapshotKey.objects.filter(key=key).exists()
    # A later look goes on without them, and says nothing about who it was.
    later = trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2), silent=[somebody])
    assert SnapshotMember.objects.filter(run=later).count() == 47


def test_the_same_facts_give_the_same_hash_and_seed(trial: Trial) -> None:
    first = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    again = trial.freeze(Checkpoint.S56, reason="To be sure")
    assert (again.input_hash, again.seed) == (first.input_hash, first.seed)
    assert said(again, Metric.ADOPTION, Arm.PODS) == said(first, Metric.ADOPTION, Arm.PODS) == (18, 24, 24)


def test_the_hash_is_of_everybodys_place_weeks_and_objection_in_the_order_of_the_keys(trial: Trial) -> None:
    Assignment.objects.filter(cluster="Pod 01").update(cluster="Düsseldorf “1”")
    objector, silent = trial.pods[0][0], trial.teams[1][3]
    object_to(program=trial.program, person=objector, at=trial.at(trial.program.starts_on))
    run = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2), silent=[silent])
    keys = dict(SnapshotKey.objects.values_list("person_id", "key"))
    members = cohort(trial.program)
    weeks = looks_at(Checkpoint.S56, trial.program.starts_on, trial.program.weeks)
    decided = decide_weeks(trial.program.workflow, [one.person_id for one in members], weeks)
    slices: dict[int, list[str]] = defaultdict(list)
    for one in sorted(members, key=lambda member: keys[member.person_id]):
        found = [decided[one.person_id, week] for week in weeks]
        # Not away, how often, how often unasked; no occasions, no tool and no session.
        known = [[0, week.total, week.unprompted, *5 * [None]] for week in found]
        told = (
            json.dumps(known, separators=(",", ":")).translate({ord("["): "{", ord("]"): "}"}).replace("null", "NULL")
        )
        key = keys[one.person_id]
        line = [str(key), one.arm, one.cluster, one.department, told, one.person_id == objector.pk]
        slices[key.bytes[0]].append(json.dumps(line, ensure_ascii=False))
    parts = [hashlib.sha256("\n".join(lines).encode()).digest() for _, lines in sorted(slices.items())]
    assert run.input_hash == hashlib.sha256(b"".join(parts)).hexdigest()
    assert run.seed == int(run.input_hash[:12], 16)


def test_rows_stand_in_the_order_of_their_keys_which_says_nothing_of_whose_they_are(trial: Trial) -> None:
    run = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    keys = list(SnapshotMember.objects.filter(run=run).order_by("pk").values_list("key", flat=True))
    assert keys == sorted(keys)


def test_freezing_takes_the_same_queries_for_three_people_and_for_forty_in_three_pods(
    meridian: World, enter: Enter, django_assert_num_queries: Any
) -> None:
    with enter(meridian):
        small = launched(meridian, pods=(3,), teams=(3,), name="Small")
        large = launched(meridian, pods=(10, 10, 10), teams=(10,), name="Large")
        small.freeze(Checkpoint.S0)
        large.freeze(Checkpoint.S0)
        with django_assert_num_queries(23):
            small.freeze(Checkpoint.S56)
        with django_assert_num_queries(23):
            large.freeze(Checkpoint.S56)
