"""A programme from its draft to its launch: pages, refusals, and what the database keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.programs import actions, queries
from adoption.programs.actions import NotReady, Refused, WrongState
from adoption.programs.forms import REFUSALS
from adoption.programs.models import Assignment, Attention, Program, Step, Workflow
from adoption.programs.queries.arms import Standing, teams_page
from adoption.programs.queries.design import design_of
from adoption.programs.rules import OF_PROGRAM, RESERVED_SLUGS, Act, Arm, Kind, State, next_act
from adoption.programs.views import timeline
from adoption.tenancy.models import Agenda, AuditEvent, Person
from tests.factories import AT, PersonFactory, World
from tests.house.addresses import addresses
from tests.practice import STARTS_ON, make_program, practise, some_people
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


def at(world: World, name: str, *args: Any) -> str:
    return reverse(name, args=[world.organization.slug, *args])


def teams_of(program: Program) -> tuple[Standing, ...]:
    """Teams that could be compared, the first page of them."""
    return teams_page(program, design_of(program), search="", after=None, before=None, on=AT.date()).rows


GIVEN = {
    "name": "Client reports",
    "workflow": "Client report drafting",
    "comparison": "The vendor’s training",
    "starts_on": "2026-07-27",
    "weeks": "10",
}
# What the third step of a design says beside it.
DATES = {"mode": "weekly", "primary_look": "S56", "pods": "6", "pod_size": "8", "teams": "6", "least_icc": "0.05"}


# --- a draft ---------------------------------------------------------------------------------------------------------


def test_a_lead_drafts_a_programme_and_a_second_press_makes_no_second(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.lead)
    first = client.post(at(meridian, "program-new"), GIVEN)
    assert first["Location"] == at(meridian, "program-step", "client-reports", "template")
    second = client.post(at(meridian, "program-new"), GIVEN)
    assert second.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert str(REFUSALS["name_taken"]) in second.content.decode()
    assert 'value="Client report drafting"' in second.content.decode()
    with enter(meridian):
        program = Program.objects.get()
        assert (program.state, program.starts_on, program.ends_on) == (State.DRAFT, STARTS_ON, date(2026, 10, 4))


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "   "},
        {"name": "!!!"},
        {"name": "x" * 61},
        {"workflow": ""},
        {"aim": "y" * 301},
        {"finding": "perhaps"},
        {"form_key": "no key"},
        {"name": "nul\0"},
        {"name": "New"},
    ],
)
def test_what_cannot_be_a_programme_is_said_beside_the_field(
    meridian: World, client_as: ClientAs, enter: Enter, changes: dict[str, str]
) -> None:
    answer = client_as(meridian.lead).post(at(meridian, "program-new"), GIVEN | changes)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "mm-summary" in answer.content.decode()
    with enter(meridian):
        assert not Program.objects.exists()


def test_no_programme_is_hidden_by_an_address_beside_it() -> None:
    parts = [str(one).strip("/").split("/") for one in addresses()]
    beside = {part[3] for part in parts if part[:3] == ["o", "%(org)s", "p"] and len(part) > 3}
    assert {word for word in beside if "%" not in word} == RESERVED_SLUGS


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "!!!"}, "no_address"),
        ({"name": " New! "}, "address_reserved"),
        ({"starts_on": date(2026, 7, 28)}, "not_monday"),
        ({"weeks": 7}, "weeks"),
        ({"weeks": 13}, "weeks"),
    ],
)
def test_the_action_refuses_what_no_form_would_send(
    meridian: World, enter: Enter, changes: dict[str, Any], code: str
) -> None:
    given = {**GIVEN, "starts_on": STARTS_ON, "weeks": 10, **changes}
    with enter(meridian), pytest.raises(Refused) as refusal:
        actions.create_program(**given, by=None, at=AT)  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert code in REFUSALS


# --- what comes next -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "missing", "act"),
    [
        (State.DRAFT, ["champions", "pods", "arm_comparison", "baseline"], Act.NAME_CHAMPION),
        (State.DRAFT, ["pods", "baseline"], Act.FORM_POD),
        (State.DRAFT, ["arm_comparison", "baseline"], Act.CHOOSE_COMPARISON),
        (State.DRAFT, ["champions_free"], Act.CHOOSE_COMPARISON),
        (State.DRAFT, ["baseline"], Act.OPEN_BASELINE),
        (State.BASELINE, ["baseline"], Act.WAIT_FOR_BASELINE),
        (State.BASELINE, ["pods", "baseline"], Act.FORM_POD),
        (State.BASELINE, [], Act.LAUNCH),
        (State.LAUNCHED, [], Act.READ_EVIDENCE),
        (State.CLOSED, ["champions"], Act.READ_EVIDENCE),
    ],
)
def test_there_is_one_next_act(state: State, missing: list[str], act: Act) -> None:
    assert next_act(state, missing) is act


def test_the_page_of_a_draft_has_one_primary_button_and_says_what_is_missing(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
    page = client_as(meridian.lead).get(at(meridian, "program", program.slug)).content.decode()
    assert page.count("btn-primary") == 1
    assert at(meridian, "champions", program.slug) in page
    for words in queries.READY_WORDS.values():
        assert str(words) in page


def test_an_executive_sees_where_a_programme_is_and_nobody_in_it(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    practice = practise(meridian)
    with enter(meridian):
        actions.raise_attention(
            program=practice.program, person=practice.members[0], kind=Kind.STUCK, since=AT.date(), detail={}, at=AT
        )
    page = client_as(meridian.executive).get(at(meridian, "program", practice.program.slug)).content.decode()
    assert practice.pod.name not in page
    for person in (*practice.members, practice.champion.person):
        assert person.name not in page


# --- the comparison group --------------------------------------------------------------------------------------------


def test_whole_teams_go_into_the_comparison_group_and_out_again(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        manager = meridian.away
        team = some_people(meridian, 3, manager=manager)
    client = client_as(meridian.lead)
    page = at(meridian, "program-comparison", program.slug)
    assert client.post(page, {}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(page, {"team": ["nonsense"]}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(page, {"team": [manager.public_id]}).status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert set(Assignment.objects.in_arm(Arm.COMPARISON).values_list("person", flat=True)) == {
            one.pk for one in team
        }
        cluster = Assignment.objects.all()[0].cluster
        (mine,) = [one for one in teams_of(program) if one.manager == manager]
        assert (mine.is_free, mine.in_comparison) == (False, 3)
    client.post(page, {"out": cluster})
    with enter(meridian):
        assert not Assignment.objects.exists()


def test_a_page_left_open_moves_nobody_out_of_a_pod_and_a_second_press_changes_nothing(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        first, second = (PersonFactory.create(name=name) for name in ("Anna Head", "Zoe Head"))
        for head in (first, second):
            some_people(meridian, 2, manager=head)
        moved = Person.objects.filter(manager=second).in_name_order()[0]
    client = client_as(meridian.lead)
    teams = {"team": [str(first.public_id), str(second.public_id)]}
    client.get(at(meridian, "program-comparison", program.slug))
    # In the other tab one of them joins a pod.
    with enter(meridian):
        actions.assign(program=program, arm=Arm.PODS, cluster="Elbe", people=[moved], by=None, at=AT)
    refused = client.post(at(meridian, "program-comparison", program.slug), teams)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert str(REFUSALS["in_a_pod"]) in refused.content.decode()
    with enter(meridian):
        assert [row.person for row in Assignment.objects.all()] == [moved], "nothing is half done"
    for _ in range(2):
        answer = client.post(at(meridian, "program-comparison", program.slug), {"team": [str(first.public_id)]})
        assert answer.status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert Assignment.objects.in_arm(Arm.COMPARISON).count() == 2


def test_a_baseline_whose_start_has_passed_is_not_opened(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    program = practise(meridian).program
    with time_machine.travel(datetime.combine(STARTS_ON, time(10), tzinfo=UTC), tick=False):
        answer = client_as(meridian.lead).post(at(meridian, "program-baseline", program.slug))
    assert answer.status_code == HTTPStatus.CONFLICT
    assert str(REFUSALS["start_passed"]) in answer.content.decode()
    with enter(meridian):
        assert Program.objects.get().state is State.DRAFT
        assert not Step.objects.exists()


def test_a_calendar_that_comes_late_and_out_of_order_still_closes_its_programme(meridian: World, enter: Enter) -> None:
    program = practise(meridian).program
    with enter(meridian):
        program.baseline_opened_at = program.launched_at = AT
        program.fixed = {}
        program.save()
        actions.close(program=program, at=AT)
        actions.end(program=program, at=AT + timedelta(days=1))
        closed = Program.objects.get()
    assert closed.state is State.CLOSED
    assert (closed.ended_at, closed.followed_at, closed.closed_at) == (AT, AT, AT)


def test_after_the_launch_nobody_is_assigned_or_taken_out(meridian: World, enter: Enter) -> None:
    practice = practise(meridian)
    with enter(meridian):
        program = practice.program
        program.baseline_opened_at = program.launched_at = AT
        program.fixed = {}
        program.save()
        for act in (actions.unassign, lambda **given: actions.assign(arm=Arm.PODS, cluster="x", **given)):
            with pytest.raises(WrongState):
                act(program=program, people=practice.members, by=None, at=AT)


# --- baseline and launch ---------------------------------------------------------------------------------------------


def test_the_baseline_opens_once_names_what_it_sends_and_writes_its_calendar(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    program = practise(meridian).program
    client = client_as(meridian.lead)
    page = client.get(at(meridian, "program-baseline", program.slug)).content.decode()
    assert "3 people in pods, 2 in the comparison group" in page
    assert client.post(at(meridian, "program-baseline", program.slug)).status_code == HTTPStatus.FOUND
    again = client.post(at(meridian, "program-baseline", program.slug))
    assert again.status_code == HTTPStatus.CONFLICT
    assert str(REFUSALS["baseline_open"]) in again.content.decode()
    with enter(meridian):
        steps = Step.objects.filter(program=program)
        assert {step.key for step in steps} == {
            "baseline-survey",
            "baseline-survey-reminder",
            "week-2026-07-13",
            "week-2026-07-20",
        }
        promised = Agenda.objects.filter(organization=meridian.organization, task__in=[step.task for step in steps])
        assert set(promised.values_list("row_id", flat=True)) == {step.pk for step in steps}


def test_without_anybody_in_an_arm_no_baseline_opens_and_nothing_is_half_done(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
    answer = client_as(meridian.lead).post(at(meridian, "program-baseline", program.slug))
    assert answer.status_code == HTTPStatus.CONFLICT
    for code in ("arm_pods", "arm_comparison"):
        assert str(REFUSALS[code]) in answer.content.decode()
    with enter(meridian):
        assert Program.objects.get().state is State.DRAFT
        assert not Step.objects.exists()


def test_a_launch_without_baseline_says_so_and_changes_nothing(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    program = practise(meridian).program
    client = client_as(meridian.lead)
    refused = client.post(at(meridian, "program-launch", program.slug))
    assert refused.status_code == HTTPStatus.CONFLICT
    assert str(REFUSALS["no_baseline"]) in refused.content.decode()
    client.post(at(meridian, "program-baseline", program.slug))
    with enter(meridian):
        steps = Step.objects.count()
    refused = client.post(at(meridian, "program-launch", program.slug))
    assert refused.status_code == HTTPStatus.CONFLICT
    assert str(queries.READY_WORDS["baseline"]) in refused.content.decode()
    with enter(meridian):
        assert Program.objects.get().state is State.BASELINE
        assert Step.objects.count() == steps


def test_a_launch_without_champions_or_with_an_empty_arm_is_refused(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        for arm in Arm:
            actions.assign(program=program, arm=arm, cluster=arm, people=some_people(meridian, 1), by=None, at=AT)
        actions.open_baseline(program=program, by=None, at=AT)
        Assignment.objects.in_arm(Arm.COMPARISON).delete()
        with pytest.raises(NotReady) as refusal:
            actions.launch(program=program, by=None, at=AT)
        assert {"champions", "arm_comparison", "baseline"} <= set(refusal.value.facts["missing"])
        assert Program.objects.get().fixed is None


def test_the_page_before_the_launch_names_what_is_fixed(meridian: World, client_as: ClientAs) -> None:
    program = practise(meridian).program
    page = client_as(meridian.lead).get(at(meridian, "program-launch", program.slug)).content.decode()
    for words in ("3 people in pods", "three or more unprompted uses a week", "27 July 2026 to 4 October 2026"):
        assert words in page


def test_nobody_is_helped_along_after_the_phase(meridian: World, enter: Enter) -> None:
    practice = practise(meridian)
    with enter(meridian):
        program = practice.program
        program.baseline_opened_at = program.launched_at = AT
        program.fixed = {}
        program.save()
        for kind in set(Kind) - OF_PROGRAM:
            actions.raise_attention(
                program=program, person=practice.members[0], kind=kind, since=AT.date(), detail={}, at=AT
            )
        actions.raise_of_program(program=program, kind=Kind.PLATEAU, since=AT.date(), detail={}, at=AT)
        actions.end(program=program, at=AT)
        # A day 7 that was promised is kept, and what follows on the programme is decided after it.
        assert {row.kind for row in Attention.objects.open()} == {Kind.FOLLOW_UP_DUE, Kind.PLATEAU}
        actions.follow(program=program, at=AT)
        actions.close(program=program, at=AT)
        assert not Attention.objects.open().exists()
        assert Program.objects.get().state is State.CLOSED


def test_whoever_waits_for_the_baseline_is_told_for_what_and_until_when(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    practice, client = practise(meridian), client_as(meridian.lead)
    page = at(meridian, "program", practice.program.slug)
    assert "once the baseline is open" in client.get(page).content.decode()
    with enter(meridian):
        actions.open_baseline(program=practice.program, by=None, at=AT)
    waiting = " ".join(client.get(page).content.decode().split())
    for words in (
        "the baseline begins on 13 July",
        "goes out by itself on Monday 13 July at 09:00",
        "is reminded on Friday 17 July",
        "before week 1 begins, on Monday 27 July",
    ):
        assert words in waiting
    with enter(meridian):
        Step.objects.filter(task="surveys.open_wave").update(done_at=AT)
    assert "The survey is out." in client.get(page).content.decode()


def test_whom_another_running_programme_asks_is_said_before_they_are_chosen(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    practice = practise(meridian)
    with enter(meridian):
        (manager,) = some_people(meridian, 1)
        team = some_people(meridian, 3, manager=manager)
        program = make_program(meridian, name="proposals")
        actions.assign(program=program, arm=Arm.PODS, cluster="A pod", people=team[:2], by=None, at=AT)
        (mine,) = [one for one in teams_of(practice.program) if one.manager == manager]
        # A draft asks nobody for anything.
        assert (mine.people, mine.elsewhere) == (3, 0)
        Program.objects.filter(pk=program.pk).update(baseline_opened_at=AT)
        (mine,) = [one for one in teams_of(practice.program) if one.manager == manager]
        assert (mine.people, mine.elsewhere) == (3, 2)
    client = client_as(meridian.lead)
    page = client.get(at(meridian, "program-comparison", practice.program.slug)).content.decode()
    assert "2 take part in another programme" in page
    champion = at(meridian, "pod-new", practice.program.slug, practice.champion.public_id)
    found = client.post(champion, {"q": team[0].name, "find": "1"}).content.decode()
    assert f"takes part in {program.name}" in found


def test_choosing_no_team_is_said_beside_the_teams(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        some_people(meridian, 2, manager=some_people(meridian, 1)[0])
    answer = client_as(meridian.lead).post(at(meridian, "program-comparison", practise(meridian).program.slug), {})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = answer.content.decode()
    assert page.index("Teams with people who may take part") < page.index("Please choose at least one team.")


# --- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_lists_take_as_many_queries_for_one_as_for_three(
    meridian: World, enter: Enter, client_as: ClientAs, django_assert_num_queries: Any, number: int
) -> None:
    with enter(meridian):
        for name in range(number):
            program = make_program(meridian, name=f"reports {name}")
            people = some_people(meridian, number)
            actions.assign(program=program, arm=Arm.PODS, cluster="A pod", people=people, by=None, at=AT)
            for person in people:
                actions.raise_attention(
                    program=program, person=person, kind=Kind.STUCK, since=AT.date(), detail={}, at=AT
                )
        with django_assert_num_queries(1):
            listed = queries.list_programs(on=AT.date())
        assert [(one.in_pods, one.in_comparison, one.attention) for one in listed] == [(number, 0, number)] * number
        program = Program.objects.select_related("workflow", "organization").newest_first()[0]
        with django_assert_num_queries(19):
            assert len(queries.look_at(program, at=AT).wanting) == number


@pytest.mark.parametrize("day", [STARTS_ON + timedelta(days=number) for number in (-60, -14, 0, 33, 69, 70, 120, 400)])
def test_the_time_line_is_drawn_on_every_day_inside_its_picture(meridian: World, enter: Enter, day: date) -> None:
    with enter(meridian):
        drawn = timeline.draw(make_program(meridian, name="reports"), day)
    for line in (drawn.wide, drawn.narrow):
        places = [float(block.x) + float(block.width) for block in line.blocks]
        places += [float(ring.x) for ring in line.rings] + [float(line.today_x), float(line.today_text_x)]
        assert all(0 <= place <= line.width for place in places)
        assert len(line.blocks) == 12


# --- what the database refuses ---------------------------------------------------------------------------------------


def test_the_database_refuses_nonsense(meridian: World, enter: Enter) -> None:
    practice = practise(meridian)
    with enter(meridian):
        program, member = practice.program, practice.members[0]
        fields = {
            "workflow": program.workflow,
            "starts_on": STARTS_ON,
            "comparison": "x",
            "name": "x",
            "created_at": AT,
        }
        another = {"name": "y", "created_at": AT}
        row = {"program": program, "arm": Arm.PODS, "cluster": "x", "from_on": STARTS_ON, "recorded_at": AT}
        seen = {"program": program, "person": member, "since": STARTS_ON, "raised_at": AT}
        Attention.objects.create(**seen, kind=Kind.STUCK)
        step = {"program": program, "task": "x", "due_on": STARTS_ON, "hour": "09:00"}
        Step.objects.create(**step, key="x")
        first = Attention.objects.get()
        for constraint, act in (
            ("workflow_name", lambda: Workflow.objects.create(name=program.workflow.name, created_at=AT)),
            (
                "workflow_public_id",
                lambda: Workflow.objects.create(**another, public_id=program.workflow.public_id),
            ),
            ("program_slug", lambda: Program.objects.create(**fields, slug=program.slug)),
            (
                "program_public_id",
                lambda: Program.objects.create(**fields, slug="x", public_id=program.public_id),
            ),
            ("program_starts_on_monday", lambda: Program.objects.update(starts_on=STARTS_ON + timedelta(days=1))),
            ("program_weeks", lambda: Program.objects.update(weeks=13)),
            ("program_states_in_order", lambda: Program.objects.update(launched_at=AT, fixed={})),
            ("program_fixed_at_launch", lambda: Program.objects.update(baseline_opened_at=AT, launched_at=AT)),
            ("assignment_one_open", lambda: Assignment.objects.create(**row, person=member)),
            ("assignment_arm", lambda: Assignment.objects.update(arm="both")),
            ("assignment_in_order", lambda: Assignment.objects.update(to_on=date(2000, 1, 1))),
            ("step_once", lambda: Step.objects.create(**step, key="x")),
            ("step_skipped_with_reason", lambda: Step.objects.update(skipped_at=AT)),
            ("attention_once_open", lambda: Attention.objects.create(**seen, kind=Kind.STUCK)),
            (
                "attention_public_id",
                lambda: Attention.objects.create(**seen, kind=Kind.SILENT, public_id=first.public_id),
            ),
            ("attention_kind", lambda: Attention.objects.update(kind="bored")),
        ):
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                act()


# --- a draft said anew -----------------------------------------------------------------------------------------------


def test_a_draft_whose_start_has_passed_is_moved_and_everybody_chosen_stays(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        people = some_people(meridian, 4)
        actions.assign(program=program, arm=Arm.PODS, cluster="Elbe", people=people, by=None, at=AT)
    late = STARTS_ON + timedelta(days=2)
    with time_machine.travel(datetime.combine(late, time(9), UTC), tick=False):
        client = client_as(meridian.lead)
        page = client.get(at(meridian, "program-change", program.slug), follow=True).content.decode()
        assert f'value="{program.name}"' in page
        dates = at(meridian, "program-step", program.slug, "dates")
        given = {**GIVEN, **DATES, "comparison": "A book 📈", "starts_on": "2026-09-07", "weeks": "8", "leave": "1"}
        passed = client.post(dates, {**given, "starts_on": "2026-07-27"})
        assert passed.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "A book 📈" in passed.content.decode()
        saved = client.post(dates, given)
        assert saved["Location"] == at(meridian, "program", program.slug)
        # The second press changes nothing more.
        client.post(dates, given)
    with enter(meridian):
        again = Program.objects.get(pk=program.pk)
        assert (again.slug, again.comparison, again.starts_on, again.weeks) == (
            program.slug,
            "A book 📈",
            date(2026, 9, 7),
            8,
        )
        assert [one.from_on for one in Assignment.objects.filter(program=program)] == [date(2026, 8, 24)] * len(people)
        assert AuditEvent.objects.filter(verb="program.changed").count() == 1


def test_only_a_draft_can_be_changed(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    program = practise(meridian).program
    other = {"name": "Other", "workflow": "Other", "weeks": 8, "comparison": "Nothing"}
    with enter(meridian):
        actions.assign(
            program=program, arm=Arm.COMPARISON, cluster="Oder", people=some_people(meridian, 3), by=None, at=AT
        )
        actions.open_baseline(program=program, by=None, at=AT)
        with pytest.raises(WrongState):
            actions.change_draft(program=program, **other, starts_on=STARTS_ON + timedelta(weeks=9), by=None, at=AT)
    answer = client_as(meridian.lead).get(at(meridian, "program-change", program.slug), follow=True)
    assert str(REFUSALS["baseline_open"]) in answer.content.decode()
