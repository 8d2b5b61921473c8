"""A programme that stands still: found, told to its lead, replaced in one click; and day 30 of what replaces it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.disclosure.rules import Audience, Thresholds
from adoption.programs import actions as programs
from adoption.programs import queries
from adoption.programs.actions import Refused, WrongState
from adoption.programs.models import Attention, Objection, Program
from adoption.programs.rules import (
    LOOK_FOR_ONE_TO_ONES,
    OF_PROGRAM,
    REPLACEMENT_WEEKS,
    Arm,
    Checkpoint,
    Kind,
    Template,
    last_day,
    looks_of,
    plan_active,
    spans,
)
from adoption.tenancy.models import AuditEvent
from metrics.actions.attention import look_after, look_at_target
from metrics.models import ArmWeek
from metrics.queries.digest import summary
from metrics.queries.evidence import evidence
from metrics.rules import people_for_target
from pods.actions.replacement import look_for_one_to_ones, start_replacement
from pods.models import Pod, Seat
from tests.factories import AT, World
from tests.metrics.trials import Trial, launched
from tests.practice import Practice, make_program, practise
from tests.worlds import ClientAs, Enter

STARTED = date(2026, 5, 25)
# AT is Wednesday 8 July: the last week that is closed then is that of 22 June.
LAST_CLOSED = date(2026, 6, 22)


# --- the thirty days, as rules ---------------------------------------------------------------------------------------


def test_a_replacement_has_its_thirty_days_and_no_week_8() -> None:
    monday = date(2026, 8, 3)
    end = last_day(monday, REPLACEMENT_WEEKS)
    assert monday + timedelta(days=30) <= end < monday + timedelta(days=36)
    plan = {one.key: one for one in plan_active(monday, REPLACEMENT_WEEKS, template=Template.REPLACEMENT)}
    assert {
        key: (plan[key].due_on - monday).days
        for key in ("one-to-ones", "tell-wins", "post-survey", "post-survey-reminder")
    } == {"one-to-ones": 7, "tell-wins": 14, "post-survey": 28, "post-survey-reminder": 32}
    assert plan["one-to-ones"].task == LOOK_FOR_ONE_TO_ONES
    assert "freeze-S30" in plan
    assert "freeze-S56" not in plan
    assert Checkpoint.S56 not in looks_of(Template.REPLACEMENT)
    assert [look for look, _day in spans(monday, REPLACEMENT_WEEKS, Template.REPLACEMENT)] == [
        Checkpoint.S30,
        Checkpoint.SE,
        Checkpoint.S90,
    ]
    assert "one-to-ones" not in {one.key for one in plan_active(monday, 10)}


@pytest.mark.parametrize(("team", "target"), [(20, 14), (48, 34), (30, 21), (10, 7), (70, 49), (21, 15)])
def test_the_target_is_of_the_whole_team_and_rounds_up(team: int, target: int) -> None:
    assert people_for_target(team) == target
    assert target / team >= 0.70 > (target - 1) / team


# --- a plateau -------------------------------------------------------------------------------------------------------


@pytest.fixture
def practice(meridian: World, enter: Enter) -> Iterator[Practice]:
    """A programme in its seventh week."""
    practise(meridian)
    with enter(meridian), time_machine.travel(AT, tick=False):
        at = datetime(2026, 5, 25, 7, tzinfo=UTC)
        Program.objects.update(starts_on=STARTED, baseline_opened_at=at, launched_at=at, fixed={})
        yield practise(meridian)


def weeks(program: Program, *adopters: int, people: int = 48, last: date = LAST_CLOSED) -> None:
    """So many of the pods use it three times in each of the weeks that end with the last."""
    ArmWeek.objects.all().delete()
    for back, count in enumerate(reversed(adopters)):
        ArmWeek.objects.create(
            program=program,
            week=last - timedelta(weeks=back),
            arm=Arm.PODS,
            eligible=people,
            observed=people,
            any_use=people,
            three_or_more=count,
            computed_at=AT,
        )


def looked(program: Program, at: datetime = AT) -> list[tuple[str, dict[str, int]]]:
    found = Program.objects.select_related("organization", "workflow").get(pk=program.pk)
    look_after(program=found, at=at)
    rows = Attention.objects.open().of_programs().order_by("kind")
    return [(row.kind, row.detail) for row in rows]


@pytest.mark.django_db
def test_four_closed_weeks_at_a_fifth_are_raised_once_with_the_target_and_settle_by_themselves(
    practice: Practice,
) -> None:
    raised = [(Kind.PLATEAU, {"team": 48, "target": 34})]
    weeks(practice.program, 10, 11, 11, 12)
    assert looked(practice.program) == raised
    assert looked(practice.program, AT + timedelta(hours=1)) == raised
    assert Attention.objects.count() == len(Attention.objects.filter(person__isnull=False)) + 1
    weeks(practice.program, 11, 11, 12, 18)
    assert looked(practice.program) == []


@pytest.mark.django_db
def test_three_weeks_a_gap_a_small_team_or_a_week_that_is_still_open_are_no_plateau(practice: Practice) -> None:
    weeks(practice.program, 11, 11, 12)
    assert looked(practice.program) == []
    weeks(practice.program, 3, 3, 3, 3, people=12)
    assert looked(practice.program) == []
    # The last of the four can still be mended.
    weeks(practice.program, 10, 11, 11, 12, last=LAST_CLOSED + timedelta(weeks=1))
    assert looked(practice.program) == []
    weeks(practice.program, 10, 11, 11, 12)
    ArmWeek.objects.filter(week=LAST_CLOSED - timedelta(weeks=2)).delete()
    assert looked(practice.program) == []


@pytest.mark.django_db
def test_a_plateau_that_was_dealt_with_is_let_be_and_outlasts_the_phase(practice: Practice, meridian: World) -> None:
    weeks(practice.program, 10, 11, 11, 12)
    looked(practice.program)
    row = Attention.objects.of_programs().get()
    programs.end(program=practice.program, at=AT)
    assert Attention.objects.open().of_programs().get() == row
    programs.handle_attention(attention=row, by=meridian.lead.person, at=AT)
    Program.objects.update(ended_at=None)
    assert looked(practice.program) == []
    programs.reopen_attention(attention=row, by=meridian.lead.person, at=AT)
    assert Attention.objects.open().of_programs().get() == row


@pytest.mark.django_db
def test_what_is_about_a_programme_is_about_nobody_and_the_database_insists(practice: Practice) -> None:
    given = {"program": practice.program, "since": AT.date(), "raised_at": AT}
    for wrong in (
        {"kind": Kind.PLATEAU, "person": practice.members[0]},
        {"kind": Kind.STUCK, "person": None},
    ):
        with pytest.raises(IntegrityError, match="attention_of_whom"), transaction.atomic():
            Attention.objects.create(**given, **wrong)
    Attention.objects.create(**given, kind=Kind.PLATEAU)
    with pytest.raises(IntegrityError, match="attention_of_program_once_open"), transaction.atomic():
        Attention.objects.create(**given, kind=Kind.PLATEAU)
    row = Attention.objects.of_programs().get()
    assert row.called == practice.program.name
    with pytest.raises(ValueError, match="about a programme"):
        row.somebody  # noqa: B018
    assert set(queries.KIND_NAMES) == set(queries.KIND_WORDS) == set(Kind) > OF_PROGRAM


# --- one click -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_click_drafts_it_with_the_champions_and_pods_as_they_are(
    practice: Practice, meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    weeks(practice.program, 10, 11, 11, 12)
    looked(practice.program)
    programs.object_to(program=practice.program, person=practice.members[1], at=AT)
    page = reverse("attention", args=["meridian", practice.program.slug])
    there = reverse("replacement-start", args=["meridian", practice.program.slug])
    client = client_as(meridian.lead)
    said = " ".join(client.get(page).content.decode().split())
    assert there in said
    assert "Target on day 30: 34 of all 48" in said
    assert client.get(there).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    for other in (meridian.champion, meridian.executive, meridian.member):
        assert client_as(other).post(there).status_code == HTTPStatus.FORBIDDEN
    answer = client.post(there, follow=True)
    assert "Drafted, with the same champions and pods" in answer.content.decode()
    assert "Replacement" in answer.content.decode()
    client.post(there)
    with enter(meridian):
        draft = Program.objects.get(template=Template.REPLACEMENT)
        assert (draft.workflow, draft.weeks, draft.mode) == (practice.program.workflow, REPLACEMENT_WEEKS, "weekly")
        # Two whole weeks of audit lie between today and its first day.
        assert draft.starts_on == date(2026, 7, 27)
        pod = Pod.objects.select_related("champion__person").get(program=draft)
        assert (pod.name, pod.champion.person) == (practice.pod.name, practice.champion.person)  # type: ignore[union-attr]
        assert set(Seat.objects.filter(pod=pod).values_list("person_id", flat=True)) == {
            one.pk for one in practice.members
        }
        assert Objection.objects.standing().get(program=draft).person == practice.members[1]
        assert not Attention.objects.open().of_programs().exists()
        assert AuditEvent.objects.filter(verb="program.created", detail__weeks=REPLACEMENT_WEEKS).count() == 1


@pytest.mark.django_db
def test_a_replacement_is_drafted_by_machines_too_and_never_of_a_draft(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    draft = start_replacement(program=practice.program, name="Again", by=None, at=AT)
    with pytest.raises(WrongState, match="not_launched_yet"):
        start_replacement(program=draft, name="Once more", by=None, at=AT)
    assert start_replacement(program=practice.program, name="Once more", by=None, at=AT) == draft
    Program.objects.filter(pk=draft.pk).delete()
    with pytest.raises(Refused, match="name_taken"):
        start_replacement(program=practice.program, name=practice.program.name, by=None, at=AT)
    other = make_program(meridian, name="notices")
    with pytest.raises(IntegrityError, match="program_weeks"), transaction.atomic():
        Program.objects.filter(pk=other.pk).update(template=Template.REPLACEMENT)


@pytest.mark.django_db
def test_a_week_into_it_whoever_had_no_one_to_one_is_on_the_list_until_they_had(practice: Practice) -> None:
    # One member had theirs in the session of the practice.
    program = Program.objects.select_related("organization").get(pk=practice.program.pk)
    for _ in range(2):
        look_for_one_to_ones(program=program, at=AT)
    rows = Attention.objects.open().filter(kind=Kind.NOT_BEGUN)
    assert {row.person_id for row in rows} == {one.pk for one in practice.members} - {practice.follow_up.person_id}


# --- day 30 ----------------------------------------------------------------------------------------------------------


def replacing(world: World, pods: tuple[int, ...] = (8, 8, 8)) -> Trial:
    """A replacement that was launched; call inside the company."""
    trial = launched(world, pods=pods, teams=(), is_launched=False)
    launched_at = trial.at(trial.program.starts_on)
    Program.objects.filter(pk=trial.program.pk).update(
        template=Template.REPLACEMENT,
        weeks=REPLACEMENT_WEEKS,
        baseline_opened_at=launched_at,
        launched_at=launched_at,
        fixed={"primary_look": Checkpoint.S30, "thresholds": Thresholds().as_dict()},
    )
    return replace(trial, program=Program.objects.select_related("organization", "workflow").get(pk=trial.program.pk))


@pytest.mark.django_db
@pytest.mark.parametrize(("adopters", "missed"), [((5, 5, 5), True), ((6, 6, 5), False)])
def test_a_target_missed_on_day_30_sends_the_lead_to_the_context_pack_before_anybody(
    adopters: tuple[int, ...], missed: bool, meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        trial = replacing(meridian)
        program = trial.program
        run = trial.look(Checkpoint.S30, adopters, ())
        program.template = Template.PEER_CHAMPIONS
        look_at_target(program=program, at=run.frozen_at)
        assert not Attention.objects.exists(), "only a replacement has a target"
        program.template = Template.REPLACEMENT
        person = trial.pods[0][0]
        early = {"since": date(2026, 1, 6), "detail": {}, "at": run.frozen_at}
        programs.raise_attention(program=program, person=person, kind=Kind.STUCK, **early)
        for _ in range(2):
            look_at_target(program=program, at=run.frozen_at)
        kinds = [one.row.kind for one in queries.wanting(program, on=AT.date(), at=AT)]
        assert kinds == ([Kind.TARGET_MISSED] if missed else []) + [Kind.STUCK]
    if missed:
        with time_machine.travel(AT, tick=False):
            page = client_as(meridian.lead).get(reverse("attention-everywhere", args=["meridian"])).content.decode()
        assert "Check the context pack first" in page
        assert page.index("Check the context pack first") < page.index(person.name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("adopters", "silent", "words"),
    [
        ((5, 5, 5), (), "is missed. The context pack is looked at first."),
        ((6, 6, 5), (), "The target is met: 70% of everybody on the team or more, whoever the silent are."),
        # 15 of 20 who answered; of all 24 it is 62 %.
        ((5, 5, 5), ((0, 7), (1, 7), (2, 7), (0, 6)), "is met on the answers that came."),
        ((7, 7, 6), (), "The target is met, above the range of 70% to 80%"),
        ((3, 3, 3), tuple((pod, seat) for pod in range(3) for seat in range(4, 8)), "is not known: too few answered."),
    ],
)
def test_what_became_of_the_target_is_said_wherever_its_evidence_is_read(
    adopters: tuple[int, ...],
    silent: tuple[tuple[int, int], ...],
    words: str,
    meridian: World,
    client_as: ClientAs,
    enter: Enter,
) -> None:
    with enter(meridian), time_machine.travel(AT, tick=False):
        trial = replacing(meridian)
        trial.look(Checkpoint.S30, adopters, (), silent=[trial.pods[pod][seat] for pod, seat in silent])
        for audience in (Audience.LEAD, Audience.EXECUTIVE):
            found = evidence(trial.program, audience, at=AT)
            assert found.opening
            assert words in found.opening.finding
            assert "control group" not in found.opening.text
            assert found.opening.look.no_difference == (
                "Nothing is compared in this programme: it has no comparison group."
            )
            assert words in summary(found, None, date(2026, 3, 1), at=AT).finding
        slug = trial.program.slug
    with time_machine.travel(AT, tick=False):
        for client in (client_as(meridian.lead), client_as(meridian.executive)):
            assert words in client.get(reverse("evidence", args=["meridian", slug])).text
            assert words in client.get(f"/api/v1/o/meridian/p/{slug}/evidence/").json()["headline"]
        assert words in client_as(meridian.lead).get(reverse("adoption-so-far", args=["meridian", slug])).text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pods", "adopters", "words"),
    [
        # "All but fewer than 3 of 10": eight, nine or ten. Of five it is three to five, on both sides of the target.
        ((5, 5), (4, 5), "The target is met: 70% of everybody"),
        ((5,), (4,), "is not told: it would point to somebody in a team so small."),
    ],
)
def test_of_a_count_that_is_not_told_only_what_holds_for_all_of_them_is_said(
    pods: tuple[int, ...], adopters: tuple[int, ...], words: str, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        trial = replacing(meridian, pods=pods)
        trial.look(Checkpoint.S30, adopters, ())
        found = evidence(trial.program, Audience.LEAD, at=AT).opening
        assert found
        assert words in found.finding
