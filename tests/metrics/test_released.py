"""Whoever reads everything that was published, version after version, recovers nobody; planted leaks are found."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command

from adoption.disclosure.management.attacker import Stratum, Target, attack
from adoption.disclosure.rules import Audience
from adoption.programs.rules import Arm, Checkpoint
from metrics.models import SnapshotMember, SnapshotRun
from metrics.queries.digest import summary
from metrics.queries.evidence import evidence
from metrics.queries.released import released
from metrics.rules import Category
from metrics.rules.exports import ExportKind
from tests.factories import AT, World
from tests.journeys.visitor import Page
from tests.metrics.test_exports import made, pdf_in_words, rows_of_sheet, slides_in_words
from tests.metrics.trials import POD_ADOPTERS, TEAM_ADOPTERS, Trial, launched
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db

API = "/api/v1/o/meridian/p/client-reports/analyst/"


def some_trial(world: World, chance: random.Random) -> Trial:
    """A small programme of odd sizes, looked at twice, with late answers between."""
    pods = [chance.choice((4, 5, 6, 8, 9)) for _ in range(chance.randint(2, 4))]
    teams = [chance.choice((4, 6, 8)) for _ in range(chance.randint(2, 4))]
    made = launched(world, pods=pods, teams=teams, departments=chance.randint(1, 3))
    everybody = [person for group in (*made.pods, *made.teams) for person in group]
    made.look(Checkpoint.S0, [0] * len(pods), [0] * len(teams))
    adopters = [chance.randint(0, size) for size in pods], [chance.randint(0, size) for size in teams]
    quiet = [person for person in everybody if chance.random() < 0.1]
    made.look(Checkpoint.S30, *adopters, silent=quiet)
    again = ([max(0, x - chance.randint(0, 3)) for x in adopters[0]], [chance.randint(0, size) for size in teams])
    late = chance.choice((again, adopters))
    made.look(Checkpoint.S30, *late, silent=[one for one in quiet if chance.random() < 0.5], reason="Late answers")
    made.look(Checkpoint.SE, *adopters)
    made.look(Checkpoint.S90, [x // 2 for x in adopters[0]], [x // 2 for x in adopters[1]])
    return made


def as_read(lines: list[dict[str, Any]], look: str, measure: str) -> list[dict[str, Any]]:
    """What the API says of one look, version by version, as the attacker takes it: nothing but what was said."""
    releases: dict[int, list[dict[str, Any]]] = defaultdict(list)
    runs = {(run.kind, run.version): run.params["arrangement"] for run in SnapshotRun.objects.filter(kind=look)}
    for figure in (line["figure"] for line in lines):
        if (figure["look"], figure["measure"]) != (look, measure):
            continue
        rows = runs[look, figure["version"]].get(figure["arm"], {})
        kind = {"department": "departments", "pod": "pods"}.get(figure["margin"])
        merged = [row for row in rows[kind] if len(row) > 1] if kind else []
        members = [figure["group"]] if kind else []
        if kind and members not in rows[kind]:
            members = merged[0]
        cell = {"margin": figure["margin"], "arm": figure["arm"], "members": members, **as_said(figure)}
        releases[figure["version"]].append(cell)
    return [{"tables": {"lead": releases[version]}} for version in sorted(releases)]


QUARTERS = ("under 25%", "25% to under 50%", "50% to under 75%", "75% or more")


def as_said(figure: dict[str, Any]) -> dict[str, Any]:
    """What the words of a figure give away."""
    if figure["n"] is None:
        return {"display": "not_shown"}
    if figure["x"] is not None:
        return {"display": "count", "x": figure["x"], "n": figure["n"]}
    if figure["said"] in QUARTERS:
        return {"display": "quarter", "quarter": QUARTERS.index(figure["said"]), "n": figure["n"]}
    if figure["value"] is not None:
        return {"display": "percent", "percent": figure["value"], "n": figure["n"]}
    few = figure["said"].startswith("fewer")
    return {"display": "fewer" if few else "all_but_fewer", "band": 3, "n": figure["n"]}


def who_was_counted(look: str, among: set[UUID] | None = None) -> tuple[Stratum, ...]:
    """The truth about places and about who changed between versions; nobody's value."""
    places, values = {}, defaultdict(dict)
    for row in SnapshotMember.objects.filter(run__kind=look).select_related("run").order_by("run__version"):
        if among is None or row.key in among:
            places[row.key] = (row.arm, row.department, row.cluster if row.arm == Arm.PODS else "")
            if row.category not in {Category.MISSING, Category.NOT_EXPECTED}:
                values[row.key][row.run.version - 1] = row.category == Category.GENUINE
    strata: Counter[tuple[Any, ...]] = Counter()
    for key, known in values.items():
        for said in set(known.values()):
            strata[places[key], tuple(number for number, value in known.items() if value == said)] += 1
    return tuple(Stratum(*place, people, numbers) for (place, numbers), people in strata.items())


@pytest.mark.parametrize("seed", range(6))
def test_from_all_that_the_analysts_page_says_over_time_nobody_is_recovered(
    meridian: World, enter: Enter, client_as: ClientAs, seed: int
) -> None:
    with time_machine.travel(AT, tick=False), enter(meridian):
        some_trial(meridian, random.Random(seed))
        lines = client_as(meridian.lead).get(API).json()["lines"]
    with enter(meridian):
        for look in (Checkpoint.S0, Checkpoint.S30, Checkpoint.SE, Checkpoint.S90):
            published = as_read(lines, look, "adoption")
            assert published
            assert attack([Target(look, who_was_counted(look), tuple(published))]) == []
        adopters = set(
            SnapshotMember.objects.filter(run__kind=Checkpoint.SE, category=Category.GENUINE).values_list(
                "key", flat=True
            )
        )
        kept = as_read(lines, Checkpoint.S90, "retention")
        assert attack([Target("kept", who_was_counted(Checkpoint.S90, adopters), tuple(kept))]) == []
        call_command("attack", organization="meridian")


WHEN = ("before", "after")
WINS = ("wins_unprompted", "wins_asked_for")


def test_everything_published_here_is_attacked_with_weeks_and_steps(
    meridian: World, harbour: World, enter: Enter, capsys: pytest.CaptureFixture[str]
) -> None:
    with enter(meridian):
        made = launched(meridian, departments=2)
        made.look(Checkpoint.S0, (0,) * 6, (0,) * 12)
        for number in range(2, 10):
            week = made.program.starts_on + timedelta(weeks=number)
            made.say(week, {person: 4 for pod, x in zip(made.pods, POD_ADOPTERS, strict=True) for person in pod[:x]})
        made.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
        made.look(Checkpoint.S56, (3, 3, 3, 8, 8, 8), TEAM_ADOPTERS, reason="Late answers")
        made.look(Checkpoint.SE, POD_ADOPTERS, TEAM_ADOPTERS)
        made.look(Checkpoint.S90, (8, 7, 4, 4, 3, 3), (2,) * 12)
        names = [one["name"] for one in released()]
        sure = [
            f"SE sure_{task}_{when}" for task in ("drafting", "summarising", "analysing", "checking") for when in WHEN
        ]
        beside = [
            f"SE {one}" for one in ("trained", "errors_caught", "other_tasks", "self_served", "target_behaviour", *WINS)
        ]
        regular = [f"{look} {what}" for look in ("S0", "S56", "SE", "S90") for what in ("any_use", "between")]
        headline = ["S0 adoption", "S56 adoption", "SE adoption", "S90 4 survival", "S90 adoption", "S90 retention"]
        assert sorted(name for name in names if "weekly" not in name) == sorted(
            f"client-reports {what}" for what in (*headline, *regular, *beside, *sure, "SE went to", "S90 returned")
        )
        assert sum("weekly" in name for name in names) > 8
        two = next(one for one in released() if one["name"] == "client-reports S56 adoption")
        assert len(two["releases"]) == 2
    call_command("attack")
    assert f"Nobody recovered from {len(names)} metrics and windows" in capsys.readouterr().out
    call_command("attack", organization="harbour")
    assert "Nobody recovered from 0" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no organisation called nowhere"):
        call_command("attack", organization="nowhere")


def test_a_leak_in_what_is_stored_is_found(meridian: World, enter: Enter, capsys: pytest.CaptureFixture[str]) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(8, 3), teams=(8, 8))
        made.look(Checkpoint.S0, (0, 0), (0, 0))
        run = made.look(Checkpoint.S56, (5, 2), (4, 3))
        # As if the gate had let the pod of three through, in a second version: frozen rows are not to be changed.
        cells = [
            {"margin": "arm", "arm": "pods", "members": [], "display": "count", "x": 7, "n": 11},
            {"margin": "pod", "arm": "pods", "members": ["Pod 01"], "display": "count", "x": 5, "n": 8},
        ]
        members = list(SnapshotMember.objects.filter(run=run))
        run.pk, run.public_id, run.version, run.reason = None, uuid4(), 2, "Late answers"
        run.releases = [{"metric": "adoption", "window": "S56", "version": 2, "tables": {"lead": cells}}]
        run.save(force_insert=True)
        for row in members:
            row.pk, row.run = None, run
        SnapshotMember.objects.bulk_create(members)
    with pytest.raises(CommandError, match="recovered from"):
        call_command("attack")
    assert "meridian: client-reports S56 adoption: the sum over 3 people" in capsys.readouterr().err


# --- files, the summary by mail and the page over all programmes -----------------------------------------------------

COUNTS = re.compile(r"(?<!than )\b(\d+)\s+of\s+(\d+)\b")
TOGETHER = ("lead", "executive")


@pytest.mark.parametrize("seed", range(2))
def test_from_what_executives_and_leads_take_along_put_together_nobody_is_recovered(
    meridian: World, enter: Enter, seed: int
) -> None:
    with time_machine.travel(AT, tick=False), enter(meridian):
        trial = some_trial(meridian, random.Random(seed))
        rows = {
            audience: rows_of_sheet(bytes(made(trial, ExportKind.EVIDENCE_SHEET, Audience(audience)).content or b""))
            for audience in TOGETHER
        }
        lines = {
            audience: [{"figure": {**row, "said": row["figure"], "group": row["group"] or ""}} for row in some]
            for audience, some in rows.items()
        }
        for look in (Checkpoint.S30, Checkpoint.SE, Checkpoint.S90):
            version = next(row["version"] for row in rows["lead"] if row["look"] == look)
            tables = {
                audience: as_read(some, look, "adoption")[0]["tables"]["lead"] for audience, some in lines.items()
            }
            assert any(cell["display"] != "not_shown" for cell in tables["lead"])
            counted = tuple(replace(one, releases=(0,)) for one in who_was_counted(look) if version - 1 in one.releases)
            assert attack([Target(look, counted, ({"tables": tables},))]) == []


def test_no_file_mail_or_page_tells_a_count_that_was_not_released(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with time_machine.travel(AT, tick=False), enter(meridian):
        trial = some_trial(meridian, random.Random(3))
        found = evidence(trial.program, Audience.EXECUTIVE, at=AT)
        released_counts = {
            pair for one in found.figures for pair in ((one.x, one.n), (one.n, one.eligible), (one.x, one.eligible))
        }
        shown, notes = slides_in_words(bytes(made(trial, ExportKind.EVIDENCE_SLIDES).content or b""))
        client = client_as(meridian.executive)
        told = {
            "pdf": pdf_in_words(bytes(made(trial, ExportKind.EVIDENCE_PDF).content or b"")),
            "slides": shown,
            "notes": notes,
            "mail": " ".join(map(str, summary(found, None, date(2026, 4, 1), at=AT).as_facts().values())),
            "all": Page(client.get("/o/meridian/evidence/").content.decode()).text,
            "page": Page(client.get("/o/meridian/p/client-reports/evidence/").content.decode()).text,
        }
        for where, text in told.items():
            counts = {(int(x), int(n)) for x, n in COUNTS.findall(text)}
            assert counts <= released_counts, where
        assert COUNTS.findall(told["pdf"])
