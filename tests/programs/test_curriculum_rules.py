"""What a plan of learning is made of: its order, its minutes, and what a goal does not allow."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from adoption.programs.queries.curriculum import CONTENT_WORDS
from adoption.programs.rules import Template, lengths_of
from adoption.programs.rules.curriculum import (
    EMBEDDING_WEEKS,
    GENERAL,
    Content,
    Delivery,
    Logged,
    Note,
    Phase,
    Practice,
    Practised,
    Refusal,
    SessionKind,
    Topic,
    as_changed,
    budget,
    contents_of,
    deliveries_of,
    embedding_weeks,
    is_usual_length,
    moved,
    notes_on,
    phases_of,
    refusal_of,
)
from adoption.programs.rules.design import Tier

EVERY = [(template, tier, weeks) for template, tier in product(Template, Tier) for weeks in lengths_of(template)]
FLUENCY = (Template.PEER_CHAMPIONS, Tier.FLUENCY, 10)
OWN = Content("own-checklist", Phase.EMBEDDING, SessionKind.REFLECTION, 12, 3, words="Our checklist")


def keys(contents: object) -> list[str]:
    return [one.key for one in contents]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("template", "tier", "weeks"), EVERY, ids=str)
def test_every_templates_plan_keeps_its_own_rules(template: Template, tier: Tier, weeks: int) -> None:
    plan = contents_of(template, tier, weeks)
    assert not [one.key for one in plan if refusal_of(one, template, tier, weeks)]
    assert notes_on(plan, tier) == []
    assert budget(plan).enough
    assert set(keys(plan)) <= set(CONTENT_WORDS)
    assert not [key for key in keys(plan) if key.startswith("own-")], "that is how the lead’s own begin"
    assert len(set(keys(plan))) == len(plan)
    spans = phases_of(template, tier, weeks)
    assert [one.phase for one in plan] == sorted((one.phase for one in plan), key=list(spans).index)
    for phase in spans:
        assert is_usual_length(phase, budget([one for one in plan if one.phase is phase])), phase


def test_the_order_is_models_patterns_workflow_red_lines_measuring_and_tools_last() -> None:
    assert [one.topic for one in contents_of(*FLUENCY) if one.topic] == list(Topic)


def test_embedding_takes_four_to_eight_weeks_and_what_is_weekly_comes_as_often() -> None:
    assert [embedding_weeks(weeks) for weeks in (5, 8, 10, 12, 13)] == [4, 6, 8, 8, 8]
    assert {embedding_weeks(weeks) for weeks in range(1, 20)} == set(EMBEDDING_WEEKS)
    [reflection] = [one for one in contents_of(*FLUENCY) if one.key == "reflection"]
    assert reflection.times == 8
    assert phases_of(*FLUENCY)[Phase.EMBEDDING] == (3, 10)
    assert phases_of(*FLUENCY)[Phase.NETWORK] == (11, None)


def test_a_video_or_a_webinar_is_for_understanding_alone() -> None:
    for tier in (Tier.FLUENCY, Tier.COMPETENCE):
        assert set(deliveries_of(Phase.WORKSHOPS, tier)) == set(Delivery) - GENERAL
        assert set(deliveries_of(Phase.ALIGNMENT, tier)) == set(Delivery)
    assert set(deliveries_of(Phase.ALIGNMENT, Tier.LITERACY)) == set(Delivery)
    webinar = replace(OWN, delivery=Delivery.WEBINAR)
    assert refusal_of(webinar, *FLUENCY) is Refusal.NOT_FOR_TIER
    assert refusal_of(replace(webinar, phase=Phase.ALIGNMENT), *FLUENCY) is None


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"kind": None}, Refusal.NO_SESSION),
        ({"phase": Phase.ALIGNMENT, "delivery": Delivery.ON_DEMAND}, Refusal.NO_SESSION),
        ({"doing": 0, "explaining": 4}, Refusal.MINUTES),
        ({"doing": 599, "explaining": 2}, Refusal.MINUTES),
        ({"doing": -1, "explaining": 20}, Refusal.MINUTES),
        ({"times": 0}, Refusal.TIMES),
        ({"times": 31}, Refusal.TIMES),
        ({"times": 30, "doing": 5, "explaining": 0}, None),
    ],
    ids=str,
)
def test_what_cannot_stand_in_a_plan(changes: dict[str, object], refusal: Refusal | None) -> None:
    assert refusal_of(replace(OWN, **changes), *FLUENCY) is refusal  # type: ignore[arg-type]


def test_a_team_that_was_trained_once_is_not_called_together_again() -> None:
    replacement = (Template.REPLACEMENT, Tier.FLUENCY, 5)
    for kind in (SessionKind.KICKOFF, SessionKind.WORKSHOP):
        assert refusal_of(replace(OWN, kind=kind), *replacement) is Refusal.TOGETHER_AGAIN
    assert refusal_of(OWN, *replacement) is None
    assert refusal_of(replace(OWN, phase=Phase.WORKSHOPS), *replacement) is Refusal.NO_SUCH_PHASE


def test_a_content_changes_places_with_its_neighbour_and_never_leaves_its_phase() -> None:
    plan = contents_of(*FLUENCY)
    later = keys(moved(plan, "prompt-patterns", earlier=False))
    assert later.index("workflow-design") < later.index("prompt-patterns") < later.index("red-lines")
    for key, earlier in (("prompt-patterns", True), ("red-lines", False), ("mental-models", False), ("nowhere", True)):
        assert keys(moved(plan, key, earlier=earlier)) == keys(plan)
    # What is left out is passed by.
    without = [replace(one, left_out="Known") if one.key == "workflow-design" else one for one in plan]
    past = keys(moved(without, "red-lines", earlier=True))
    assert past.index("red-lines") < past.index("prompt-patterns")


def test_what_a_lead_has_changed_survives_another_template_as_far_as_it_fits() -> None:
    before = contents_of(*FLUENCY)
    changed = [*moved(before, "red-lines", earlier=True), OWN]
    assert keys(as_changed(before, changed)) == keys(
        moved([*before[:10], OWN, *before[10:]], "red-lines", earlier=True)
    )
    competence = contents_of(Template.PEER_CHAMPIONS, Tier.COMPETENCE, 10)
    assert "building" in keys(as_changed(competence, changed))
    literacy = as_changed(contents_of(Template.PEER_CHAMPIONS, Tier.LITERACY, 10), changed)
    assert keys(literacy) == ["mental-models", "prompt-patterns", "red-lines", "own-checklist"]
    # How often the template's own comes back follows the weeks, whatever was kept of it.
    shorter = as_changed(contents_of(Template.PEER_CHAMPIONS, Tier.FLUENCY, 8), changed)
    assert [one.times for one in shorter if one.key == "reflection"] == [6]


def test_what_is_said_of_a_plan_as_a_whole() -> None:
    plan = list(contents_of(*FLUENCY))
    assert notes_on(moved(moved(plan, "tools", earlier=True), "tools", earlier=True), Tier.FLUENCY) == []
    early = [next(one for one in plan if one.key == "tools"), *(one for one in plan if one.key != "tools")]
    assert notes_on(early, Tier.FLUENCY) == [Note.OUT_OF_ORDER]
    talk = [*plan, replace(OWN, doing=0, explaining=600, times=2)]
    assert notes_on(talk, Tier.FLUENCY) == [Note.TOO_MUCH_EXPLAINING]
    first = [one for one in plan if one.phase is Phase.ALIGNMENT]
    assert notes_on(first, Tier.FLUENCY) == [Note.NOTHING_LIVE]
    assert notes_on(first, Tier.LITERACY) == []


def test_minutes_are_summed_before_they_are_divided_and_nothing_is_never_a_ratio() -> None:
    logged = Practised(
        kinds={
            SessionKind.WORKSHOP: Logged(1, Practice(60, 20)),
            SessionKind.ONE_TO_ONE: Logged(2, Practice(120, 45)),
        }
    )
    assert (logged.sessions, logged.all) == (3, Practice(180, 65))
    assert logged.all.enough is False
    assert Practised().all.ratio is None
    left = [replace(one, left_out="Known") for one in contents_of(*FLUENCY)]
    assert budget(left) == Practice(0, 0)
