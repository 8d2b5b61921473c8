"""The survey ninety days after the end: each person against their own baseline, through the gate, once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from adoption.disclosure.rules import Audience
from adoption.programs.models import Program
from adoption.programs.rules import Arm, Checkpoint
from adoption.tenancy.models import AuditEvent
from metrics.models import SnapshotRun
from metrics.queries.analyst import analysis
from metrics.queries.evidence import evidence
from metrics.queries.figures import Afterwards
from metrics.queries.released import released
from metrics.queries.stamp import stamp_of
from metrics.rules import HOW_NOW, Metric
from surveys.actions import close_wave, publish_wave, reopen_wave
from surveys.models import Answer, Ask, Wave
from surveys.rules import WaveKind
from tests.factories import AT, World
from tests.metrics.trials import Trial, launched
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGE = "/o/meridian/p/client-reports/evidence/"
LOOK = Checkpoint.SURVEY_90
Said = dict[str, int | str]


def asked(trial: Trial, kind: WaveKind, said: Callable[[Arm, int], Said]) -> Wave:
    """Everybody answers a survey by their group and place in it; whoever says nothing is silent."""
    first = {
        WaveKind.BASELINE: trial.program.starts_on - timedelta(days=10),
        WaveKind.POST: trial.program.starts_on + timedelta(days=57),
        WaveKind.RETENTION: trial.program.ends_on + timedelta(days=90),
    }[kind]
    at = trial.at(first)
    wave = Wave.objects.create(program=trial.program, kind=kind, opened_at=at, closes_at=at + timedelta(days=21))
    for arm, groups in ((Arm.PODS, trial.pods), (Arm.COMPARISON, trial.teams)):
        for place, person in enumerate(person for group in groups for person in group):
            answers = said(arm, place)
            if not answers:
                continue
            ask = Ask.objects.create(wave=wave, person=person, asked_at=at)
            for item, value in answers.items():
                known = {"number": value} if isinstance(value, int) else {"choice": value}
                Answer.objects.create(
                    ask=ask, item=item, item_version=1, version=1, valid_at=at, recorded_at=at, **known
                )
    return wave


def before(_arm: Arm, place: int) -> Said:
    return {"how": "by_hand", "minutes": 100, "times": 2, "sure_drafting": "2", "timed": "timed" if place < 20 else ""}


def later(arm: Arm, place: int) -> Said:
    """In the pods twelve of twenty-two take half as long, and timed it; two are slower, eight as before; two are silent."""
    if place >= 22:
        return {}
    if arm is Arm.COMPARISON:
        return {"how": "by_hand" if place < 11 else "ai_some", "minutes": 100, "times": 2, "sure_drafting": "2"}
    minutes = 50 if place < 12 else 120 if place < 16 else 100
    return {
        "how": "ai_most" if place < 12 else "by_hand" if place < 18 else "template",
        "minutes": minutes,
        "times": 4,
        "sure_drafting": "4" if place < 11 else "3",
        "timed": "timed" if place < 12 else "estimated",
        "went_to": "better_quality" if place < 8 else "higher_value" if place < 15 else "other",
    }


def told(trial: Trial, audience: Audience = Audience.LEAD) -> Afterwards:
    found = evidence(trial.program, audience, at=AT).afterwards
    assert found
    return found


def surveyed(world: World) -> tuple[Trial, Wave]:
    trial = launched(world, pods=(8, 8, 8), teams=(8, 8, 8))
    trial.freeze(Checkpoint.S0)
    asked(trial, WaveKind.BASELINE, before)
    return trial, asked(trial, WaveKind.RETENTION, later)


def table(client: Client, name: str) -> list[dict[str, str]]:
    text = client.get(f"/o/meridian/p/client-reports/{name}.csv").content.decode("utf-8-sig")
    return [row for row in csv.DictReader(io.StringIO(text)) if row["look"] == LOOK]


def test_it_is_read_once_its_survey_has_closed_and_each_person_stands_against_their_own_baseline(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        trial, wave = surveyed(meridian)
        assert evidence(trial.program, Audience.LEAD, at=AT).afterwards is None
        stamp = stamp_of(trial.program)
        assert publish_wave(wave=wave, at=wave.closes_at - timedelta(days=1)) == wave.closes_at
        assert not SnapshotRun.objects.filter(kind=LOOK).exists()
        publish_wave(wave=wave, at=wave.closes_at)
        assert stamp_of(trial.program) != stamp
        found = told(trial)
        pods, compared = found.time
        assert [one.said for one in (pods.before, pods.after, pods.saving)] == [
            "100 minutes",
            "50 minutes",
            "100 minutes",
        ]
        assert (pods.saving.n, pods.saving.eligible) == (22, 24)
        assert (pods.faster_words, pods.slower_words) == ("12 of 22", "4 of 22")
        # Timed at both ends: whoever did not say how it was before counts as having estimated.
        assert pods.by_the_clock_words == "12 of 22"
        assert compared.saving.said == "0 minutes"
        assert compared.by_the_clock_words == "fewer than 3 of 22"
        # 12 halved, 4 took 1.2 times as long: (0.5^12 * 1.2^4)^(1/22).
        assert pods.ratio.value == 71
        by_name = {share.name: [one.said for one in share.arms] for _name, shares in found.chosen for share in shares}
        assert by_name["With AI for most of it"][0] == "12 of 22"
        # Of a whole group that gave two answers, the others would follow: one of the two steps back with them.
        assert by_name["By hand"] == ["6 of 22", "not shown"]
        assert by_name["Better quality"][0] == "8 of 22"
        (drafting, *_) = found.confidence
        assert (drafting.before[0].said, drafting.after[0].said, drafting.after[0].n) == ("2.0", "3.5", 22)
        assert {one.look for one in found.figures} == {LOOK}
        assert "90 days after the end" in pods.after.meaning
        assert "90 days after the end" in drafting.after[0].meaning
        run = SnapshotRun.objects.get(kind=LOOK)
        assert (run.version, len(run.input_hash), str(run.first_week)) == (1, 64, "2026-05-25")
        assert AuditEvent.objects.filter(verb="snapshot.frozen", detail__kind=LOOK).exists()


def test_what_it_says_is_the_same_on_the_page_in_the_tables_and_by_api(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        trial, wave = surveyed(meridian)
        trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
        publish_wave(wave=wave, at=wave.closes_at)
        figures = told(trial).figures
        names = {target["name"] for target in released()}
        assert {f"client-reports {LOOK} {one}" for one in ("how", "went to", "slower", "minutes_after")} <= names
        shown = analysis(trial.program, at=AT)
        assert [one.name for one in shown.versions][-1] == "Survey 90 days after the end"
        here = [line.figure for line in shown.lines if line.checkpoint == LOOK]
        assert sorted(map(repr, here)) == sorted(map(repr, figures))
        assert {
            line.method for line in shown.lines if line.figure.measure == Metric.TIME_RATIO and line.figure.x is None
        }
        assert [line.checkpoint for line in shown.lines][-1] != LOOK
    call_command("attack", organization="meridian")
    client = client_as(meridian.lead)
    page = " ".join(client.get(PAGE).content.decode().split())
    assert "What people say 90 days later" in page
    assert "12 of 22" in page
    assert "With AI for most of it" in page
    said = [(one.measure, one.arm, one.said, one.n) for one in figures]
    api = client.get("/api/v1/o/meridian/p/client-reports/evidence/").json()["figures"]
    assert [(one["measure"], one["arm"], one["said"], one["n"]) for one in api if one["look"] == LOOK] == said
    for name in ("evidence", "analyst"):
        rows = [(row["measure"], row["arm"], row["figure"], row["n"]) for row in table(client, name)]
        assert sorted(rows) == sorted((measure, arm, figure, str(n or "")) for measure, arm, figure, n in said)
    answer = client.get("/api/v1/o/meridian/p/client-reports/analyst/", {"look": LOOK}).json()
    assert len(answer["lines"]) == len(figures)


def test_an_executive_reads_quarters_where_a_lead_reads_counts(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        trial, wave = surveyed(meridian)
        publish_wave(wave=wave, at=wave.closes_at)
        pods = told(trial, Audience.EXECUTIVE).time[0]
        assert (pods.slower.x, pods.slower_words) == (None, "under 25% of 22")
        assert pods.saving.said == "100 minutes"


def test_of_few_nothing_is_said(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        trial = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
        asked(trial, WaveKind.BASELINE, before)
        wave = asked(trial, WaveKind.RETENTION, lambda arm, place: later(arm, place) if place < 4 else {})
        publish_wave(wave=wave, at=wave.closes_at)
        found = told(trial)
        assert all(one.why and one.x is None and one.value is None for one in found.figures)
    assert "What people say 90 days later" in client_as(meridian.lead).get(PAGE).content.decode()
    call_command("attack", organization="meridian")


def test_it_is_frozen_once_whatever_comes_after_a_reopening(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        trial, wave = surveyed(meridian)
        at = trial.at(trial.program.ends_on + timedelta(days=99))
        close_wave(wave=wave, reason="Nearly everybody", by=meridian.lead.person, at=at)
        publish_wave(wave=wave, at=at)
        figures = told(trial).figures
        again = reopen_wave(
            wave=wave,
            until=at.date() + timedelta(days=5),
            reason="One was on leave",
            by=meridian.lead.person,
            at=at + timedelta(days=1),
        )
        for ask in Ask.objects.filter(wave=wave):
            known = {"item_version": 1, "version": 2, "valid_at": at, "recorded_at": at}
            Answer.objects.create(ask=ask, item="minutes", number=10, **known)
        publish_wave(wave=again, at=again.closes_at)
        assert told(trial).figures == figures
        assert SnapshotRun.objects.filter(kind=LOOK).count() == 1


@pytest.mark.parametrize("kind", [WaveKind.BASELINE, WaveKind.POST])
def test_no_other_survey_freezes_anything(meridian: World, enter: Enter, kind: WaveKind) -> None:
    with enter(meridian):
        trial = launched(meridian, pods=(8,), teams=(8,))
        wave = asked(trial, kind, before)
        publish_wave(wave=wave, at=wave.closes_at)
        assert not SnapshotRun.objects.exists()


def test_what_was_stopped_has_no_ninety_days(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        trial, wave = surveyed(meridian)
        at = trial.at(trial.program.ends_on)
        Program.objects.filter(pk=trial.program.pk).update(ended_at=at, closed_at=at, stopped_because="Reorganised")
        publish_wave(wave=wave, at=wave.closes_at)
        assert not SnapshotRun.objects.filter(kind=LOOK).exists()


def test_minutes_by_the_clock_stand_beside_the_second_survey_too(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        trial = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        asked(trial, WaveKind.BASELINE, before)
        asked(trial, WaveKind.POST, later)
        trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
        trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2))
        trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2), reason="Late answers")
        figures: list[Any] = [
            one for one in evidence(trial.program, Audience.LEAD, at=AT).figures if one.measure == Metric.BY_THE_CLOCK
        ]
        assert [(one.said, one.n, one.look) for one in figures] == [
            ("12 of 22", 22, "SE"),
            ("fewer than 3", 22, "SE"),
        ]
        assert not {one.measure for one in evidence(trial.program, Audience.LEAD, at=AT).figures} & set(HOW_NOW)
    assert "Timed, not estimated" in client_as(meridian.lead).get(PAGE).content.decode()
    call_command("attack", organization="meridian")
