"""The proof: an attacker who reads everything recovers nobody, and does recover people where the gate is broken."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from adoption.disclosure.management import attacker
from adoption.disclosure.management.attacker import Contradiction, Stratum, Target, attack
from adoption.disclosure.rules import Block, Display, Facts, Release, Thresholds, arrange, gate, publish
from adoption.disclosure.rules import arrangement as arrangements
from adoption.disclosure.rules.network import Bounds

from .synthetic import organisation

THRESHOLDS = Thresholds()


@pytest.mark.parametrize("hundred", range(10))
def test_nobody_is_recovered_in_a_thousand_organisations(hundred: int) -> None:
    for seed in range(100 * hundred, 100 * (hundred + 1)):
        assert attack(organisation(seed)) == []


def test_executives_alone_determine_no_group_below_ten() -> None:
    for seed in range(1000, 1060):
        assert attack(organisation(seed), people=10, audiences=["executive"]) == []


def test_champions_and_employees_determine_no_group_below_six() -> None:
    for seed in range(1100, 1115):
        assert attack(organisation(seed), people=6, audiences=["employee"]) == []
        for target in organisation(seed):
            for pod in sorted({stratum.pod for stratum in target.strata if stratum.pod}):
                assert attack([seen_by_champion(target, pod)], people=6, audiences=["champion"]) == []


def seen_by_champion(target: Target, pod: str) -> Target:
    releases = []
    for stored in target.releases:
        own = [cell.as_dict() for cell in Release.from_dict(stored).own_pod("pods", pod)]
        releases.append({**stored, "tables": {"champion": json.loads(json.dumps(own))}})
    return replace(target, releases=tuple(releases))


# --- every rule, switched off -------------------------------------------------------------------------------------


def unbanded(arm: gate._Arm, observed: int, flow: int, capacity: int, people: int) -> Display:
    if observed < people:
        return Display.NOT_SHOWN
    return Display.COUNT if arm.measure.kind == "proportion" else Display.VALUE


def unmerged(rows: list[Any], sizes: Any, people: int) -> list[Any]:
    return list(rows)


def all_shown(arm: gate._Arm) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    return frozenset(), frozenset(), frozenset()


BREAKAGES: dict[str, list[tuple[object, str, Callable[..., Any]]]] = {
    "bands": [
        (gate._Arm, "_shade", unbanded),
        (gate._Arm, "_executive_bounds", lambda _, row: Bounds(row.flow, row.flow)),
    ],
    "audit": [(gate, "is_safe", lambda *_, **__: True)],
    "complementary rows": [(gate._Arm, "_choose", all_shown)],
    "comparison of releases": [(gate, "_may_restate", lambda *_: True)],
    "unanimous differences": [(gate, "_arm_bounds", lambda *_: None)],
    "merging, and the audit behind it": [
        (arrangements, "merge_small", unmerged),
        (arrangements, "_part", lambda pods, departments, *_: (pods, departments)),
        (gate, "is_safe", lambda *_, **__: True),
    ],
}


@pytest.mark.parametrize("rule", BREAKAGES)
def test_with_a_rule_switched_off_people_are_recovered(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for room, name, broken in BREAKAGES[rule]:
        monkeypatch.setattr(room, name, broken)
    for seed in range(200):
        try:
            if attack(organisation(seed)):
                return
        except Contradiction:
            # What was published is not what the gate says it publishes: caught too, but not what is asked here.
            continue
    pytest.fail(f"nobody was recovered without: {rule}")


# --- planted leaks, one by one ------------------------------------------------------------------------------------


def cell(margin: str, members: list[str], **said: Any) -> dict[str, Any]:
    return {"margin": margin, "arm": "pods", "members": members, **said}


def count(margin: str, members: list[str], x: int, n: int) -> dict[str, Any]:
    return cell(margin, members, display="count", x=x, n=n)


def target(strata: list[tuple[Any, ...]], *releases: dict[str, list[dict[str, Any]]]) -> Target:
    return Target(
        "planted", tuple(Stratum("pods", *stratum) for stratum in strata), tuple({"tables": one} for one in releases)
    )


def recovered(*targets: Target) -> list[tuple[int, int]]:
    return [(one.people, one.value) for one in attack(targets)]


def test_it_finds_a_unanimous_row() -> None:
    assert recovered(target([("D", "A", 8)], {"lead": [count("pod", ["A"], 8, 8)]})) == [(8, 8)]


def test_it_finds_the_row_left_out_by_subtraction() -> None:
    shown = [count("arm", [], 9, 23), count("pod", ["A"], 7, 20), cell("pod", ["B"], display="not_shown")]
    assert recovered(target([("D", "A", 20), ("D", "B", 3)], {"lead": shown})) == [(3, 2)]


def test_it_finds_what_a_band_and_a_total_say_together() -> None:
    shown = [count("arm", [], 8, 18), count("pod", ["A"], 8, 10), cell("pod", ["B"], display="fewer", band=3, n=8)]
    assert recovered(target([("D", "A", 10), ("D", "B", 8)], {"lead": shown})) == [(8, 0)]


def test_it_finds_the_one_person_between_two_margins() -> None:
    strata = [("Legal", "A", 8), ("Legal", "B", 1), ("Sales", "B", 9)]
    shown = [count("pod", ["A"], 4, 8), count("department", ["Legal"], 5, 9)]
    assert (1, 1) in recovered(target(strata, {"lead": shown}))


def test_it_finds_what_two_audiences_say_together() -> None:
    strata = [("North", "", 11), ("South", "", 11)]
    lead = [cell("department", [name], display="fewer", band=3, n=11) for name in ("North", "South")]
    executive = [cell("department", ["North", "South"], display="percent", percent=18, n=22)]
    assert recovered(target(strata, {"lead": lead})) == []
    together = [cell("department", ["North", "South"], display="count", x=0, n=22)]
    assert recovered(target(strata, {"lead": lead, "executive": executive})) == []
    assert recovered(target(strata, {"lead": lead, "executive": together})) == [(11, 0), (11, 0)]


def test_case_53_it_finds_the_team_missing_from_a_second_release() -> None:
    strata = [("A", "", 44, (0, 1)), ("T", "", 4, (0,))]
    first, second = {"lead": [count("arm", [], 20, 48)]}, {"lead": [count("arm", [], 17, 44)]}
    assert recovered(target(strata, first, second)) == [(4, 3)]


def test_it_finds_small_groups_made_of_several_places() -> None:
    strata = [("D", "A", 2), ("D", "B", 2), ("E", "C", 20)]
    shown = [count("arm", [], 12, 24), count("department", ["E"], 10, 20)]
    assert recovered(target(strata, {"lead": shown})) == [(4, 2)]


def test_it_finds_an_average_at_the_end_of_its_scale() -> None:
    shown = {"tables": {"lead": [cell("arm", [], display="value", value="5.0", n=6)]}}
    with pytest.raises(Contradiction):  # the gate would have said so in words
        attack([Target("scale", (Stratum("pods", "D", "A", 6),), (shown,), 1, 5)])


def test_figures_that_fit_no_answers_are_a_contradiction() -> None:
    with pytest.raises(Contradiction):
        recovered(target([("D", "A", 8)], {"lead": [count("arm", [], 9, 9), count("pod", ["A"], 3, 8)]}))


# --- an attacker who knows the procedure --------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(8, 8), (5, 5), (5, 9), (6, 7), (5, 12), (8, 8, 8), (5, 6, 7), (5, 5, 12)])
def test_whoever_knows_how_the_gate_decides_still_recovers_nobody_on_one_margin(sizes: tuple[int, ...]) -> None:
    """All possible answers are published; whatever gives the same publication must leave everybody uncertain."""
    pods = [f"P{number}" for number in range(len(sizes))]
    cohort = tuple(Block("pods", "D", pod, size, size) for pod, size in zip(pods, sizes, strict=True))
    arrangement = arrange(cohort, THRESHOLDS)
    alike: dict[tuple[object, ...], list[tuple[int, ...]]] = {}
    for answers in product(*(range(size + 1) for size in sizes)):
        blocks = tuple(replace(one, total=answer) for one, answer in zip(cohort, answers, strict=True))
        shown = publish(Facts("adoption", "S56", blocks), arrangement=arrangement, thresholds=THRESHOLDS)
        alike.setdefault(shown.tables, []).append(answers)
    for possible in alike.values():
        for place, size in enumerate(sizes):
            certain = {answers[place] for answers in possible}
            assert len(certain) > 1 or not certain & {0, size}


# --- independence, and the command --------------------------------------------------------------------------------


def test_the_attacker_shares_nothing_with_the_gate() -> None:
    tree = ast.parse(Path(attacker.__file__).read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or "."] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    assert not any(name.startswith(("adoption", ".")) for name in imported)


def stored(one: Target) -> dict[str, Any]:
    strata = [
        {"arm": s.arm, "department": s.department, "pod": s.pod, "people": s.people, "releases": s.releases}
        for s in one.strata
    ]
    return {"name": one.name, "low": one.low, "high": one.high, "strata": strata, "releases": one.releases}


def test_the_command_attacks_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "published.json"
    file.write_text(json.dumps([stored(one) for one in organisation(1)]), encoding="utf-8")
    call_command("attack", file)
    assert "Nobody recovered" in capsys.readouterr().out
    leak = target([("D", "A", 8)], {"lead": [count("pod", ["A"], 8, 8)]})
    file.write_text(json.dumps([stored(leak)]), encoding="utf-8")
    with pytest.raises(CommandError, match="1 recovered from 1"):
        call_command("attack", file)
    assert "8 people in pods/D/A" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}', "[1]", '[{"name": "x"}]'])
def test_the_command_says_what_is_wrong_with_a_file(tmp_path: Path, content: str) -> None:
    file = tmp_path / "published.json"
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("attack", file)
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match="not a list of targets"):
        call_command("attack", file)


# --- medians and means without ends --------------------------------------------------------------------------------


def minutes(people: list[tuple[str, str, int]], rows: list[tuple[str, list[str]]]) -> Target:
    """Medians of minutes, published of the whole arm and of these rows."""
    strata = tuple(Stratum("pods", department, pod, count) for department, pod, count in people)
    cells = [
        {"margin": margin, "arm": "pods", "members": members, "display": "value", "value": "30", "n": 20}
        for margin, members in [("arm", []), *rows]
    ]
    return Target("minutes", strata, ({"tables": {"lead": cells}},), 0, None)


@pytest.mark.parametrize(
    ("people", "rows", "recovered"),
    [
        pytest.param([("D", "A", 8), ("D", "B", 8)], [], 0, id="a whole arm tells of nobody"),
        pytest.param([("D", "A", 4)], [], 4, id="of four people no figure may stand"),
        pytest.param(
            [("D", "A", 8), ("D", "B", 4)], [("pod", ["A"])], 4, id="the whole without a pod is the other one"
        ),
        pytest.param([("D", "A", 8), ("D", "B", 8)], [("pod", ["A"])], 0, id="eight are enough to stand alone"),
        pytest.param(
            [("D", "A", 8), ("D", "B", 2), ("E", "B", 2), ("E", "C", 8)],
            [("department", ["D"]), ("pod", ["A"])],
            2,
            id="a department without a pod",
        ),
        pytest.param(
            [("D", "A", 8), ("D", "B", 2), ("E", "B", 2), ("E", "C", 8)],
            [("pod", ["A"]), ("pod", ["C"])],
            4,
            id="the whole without two pods leaves two places of two",
        ),
    ],
)
def test_a_median_of_few_is_found_as_if_it_could_be_subtracted(
    people: list[tuple[str, str, int]], rows: list[tuple[str, list[str]]], recovered: int
) -> None:
    found = attack([minutes(people, rows)])
    assert sum(one.people for one in found) == recovered
    assert all(one.value is None for one in found)


def test_another_audience_and_silent_rows_say_nothing_of_minutes() -> None:
    leak = minutes([("D", "A", 4)], [])
    assert attack([leak], audiences=["executive"]) == []
    silent = [{"margin": "arm", "arm": "pods", "members": [], "display": "not_shown", "reason": "protected"}]
    assert attack([replace(leak, releases=({"tables": {"lead": silent}},))]) == []


def test_a_file_may_hold_values_without_ends(tmp_path: Path) -> None:
    file = tmp_path / "published.json"
    file.write_text(json.dumps([stored(minutes([("D", "A", 4)], []))]), encoding="utf-8")
    with pytest.raises(CommandError, match="1 recovered from 1"):
        call_command("attack", file)
