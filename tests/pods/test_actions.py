"""What is refused, what is written once, and what a day 7 leaves behind."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from adoption.outbox.models import Message
from adoption.programs.actions import Refused, WrongState, object_to, take_back_objection
from adoption.programs.models import Assignment, Attention
from adoption.programs.rules import Arm, Kind
from adoption.tenancy.models import Agenda, Leave, Person
from adoption.tenancy.rules import EXPORTERS, local_date
from champions.actions import erase_person as erase_champion
from champions.actions import name_champion
from pods import actions
from pods.models import Attendance, FollowUp, Pod, Seat, Session
from pods.queries import look_at, waiting_for
from pods.rules import Cause, SessionKind, Used
from pods.tasks import follow_up_due
from tests.factories import AT, World
from tests.practice import HELD_ON, Practice, make_program, practise, some_people
from tests.worlds import Enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice(meridian: World, enter: Enter) -> Any:
    made = practise(meridian)
    with enter(meridian):
        yield made


def log(practice: Practice, **changes: Any) -> Session:
    given: dict[str, Any] = {
        "pod": practice.pod,
        "kind": SessionKind.REFLECTION,
        "held_on": AT.date(),
        "attendees": practice.members,
        "doing_minutes": 12,
        "explaining_minutes": 3,
        "note": "",
        "form_key": uuid4(),
        "by": None,
        "at": AT,
    }
    return actions.log_session(**given | changes)


def answer(follow_up: FollowUp, **changes: Any) -> FollowUp:
    given: dict[str, Any] = {
        "follow_up": follow_up,
        "used": Used.STOPPED,
        "what_happened": "",
        "what_failed": "Too much to rewrite.",
        "cause": Cause.OBSTACLE,
        "fixed": False,
        "by": None,
        "at": AT,
    }
    return actions.answer_follow_up(**given | changes)


# --- forming and dissolving ------------------------------------------------------------------------------------------


def test_a_pod_seats_its_members_and_puts_them_into_the_pods_arm(practice: Practice) -> None:
    assert Seat.objects.current().filter(pod=practice.pod).count() == 3
    assigned = Assignment.objects.current().filter(program=practice.program, arm=Arm.PODS)
    assert {row.person_id for row in assigned} == {one.pk for one in practice.members}
    assert {row.cluster for row in assigned} == {practice.pod.name}


def form(meridian: World, practice: Practice, **changes: Any) -> Pod:
    given: dict[str, Any] = {
        "program": practice.program,
        "champion": practice.champion,
        "name": "Another",
        "members": some_people(meridian, 2),
        "by": None,
        "at": AT,
    }
    return actions.form_pod(**given | changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (lambda practice: {"members": []}, "empty_pod"),
        (lambda practice: {"members": [practice.champion.person]}, "champion_in_pod"),
        (lambda practice: {"name": practice.pod.name}, "pod_name_taken"),
    ],
)
def test_what_is_no_pod_is_refused_and_nobody_is_moved(
    meridian: World, practice: Practice, changes: Any, code: str
) -> None:
    before = Assignment.objects.count()
    with pytest.raises(Refused) as refusal:
        form(meridian, practice, **changes(practice))
    assert refusal.value.code == code
    assert Pod.objects.count() == 1
    assert Assignment.objects.count() == before


def test_a_champion_of_another_programme_leads_no_pod_here(meridian: World, practice: Practice) -> None:
    with pytest.raises(Refused, match="not_a_champion"):
        form(meridian, practice, program=make_program(meridian, name="notices"))


def test_after_the_launch_no_pod_is_formed_or_dissolved(meridian: World, practice: Practice) -> None:
    program = practice.program
    program.baseline_opened_at = program.launched_at = AT
    program.fixed = {}
    program.save()
    with pytest.raises(WrongState):
        form(meridian, practice)
    Session.objects.all().delete()
    with pytest.raises(WrongState):
        actions.dissolve_pod(pod=practice.pod, by=None, at=AT)
    assert Pod.objects.count() == 1


def test_somebody_who_moves_between_pods_leaves_the_other_seat(meridian: World, practice: Practice) -> None:
    mover = practice.members[0]
    form(meridian, practice, members=[mover])
    assert [seat.pod.name for seat in Seat.objects.filter(person=mover)] == ["Another"]
    assert Assignment.objects.get(program=practice.program, person=mover).cluster == "Another"


def test_a_pod_with_a_session_stays_and_one_without_dissolves(meridian: World, practice: Practice) -> None:
    with pytest.raises(Refused, match="pod_has_sessions"):
        actions.dissolve_pod(pod=practice.pod, by=None, at=AT)
    other = form(meridian, practice)
    people = [seat.person_id for seat in other.seats.all()]
    actions.dissolve_pod(pod=other, by=None, at=AT)
    assert not Assignment.objects.filter(person__in=people).exists()
    assert not Seat.objects.filter(person__in=people).exists()


def test_a_champion_who_leads_a_pod_is_not_withdrawn(meridian: World, practice: Practice) -> None:
    with pytest.raises(Refused, match="leads_a_pod"):
        actions.withdraw_champion(champion=practice.champion, by=None, at=AT)
    (person,) = some_people(meridian, 1)
    other = name_champion(program=practice.program, person=person, by=None, at=AT)
    actions.withdraw_champion(champion=other, by=None, at=AT)
    assert not person.championships.exists()


# --- sessions --------------------------------------------------------------------------------------------------------


def test_a_one_to_one_promises_day_7_and_anything_else_promises_nothing(practice: Practice) -> None:
    assert local_date(practice.follow_up.due_at, "Europe/London") == HELD_ON + timedelta(days=7)
    assert Agenda.objects.filter(task=actions.FOLLOW_UP_DUE, row_id=practice.follow_up.pk).count() == 1
    log(practice)
    assert FollowUp.objects.count() == 1


def test_the_same_form_twice_is_one_session(practice: Practice) -> None:
    key = UUID(int=99)
    first, second = log(practice, form_key=key), log(practice, form_key=key, doing_minutes=99)
    assert first.pk == second.pk
    assert Session.objects.count() == 2
    assert Attendance.objects.filter(session=first).count() == 3


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (lambda practice: {"attendees": []}, "nobody"),
        (lambda practice: {"attendees": [practice.champion.person]}, "not_in_pod"),
        (lambda practice: {"kind": SessionKind.ONE_TO_ONE}, "one_at_a_time"),
        (lambda practice: {"held_on": AT.date() + timedelta(days=1)}, "not_yet"),
        (lambda practice: {"held_on": AT.date() - timedelta(days=61)}, "long_past"),
    ],
)
def test_what_is_no_session_is_refused_and_leaves_nothing(practice: Practice, changes: Any, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        log(practice, **changes(practice))
    assert refusal.value.code == code
    assert Session.objects.count() == FollowUp.objects.count() == 1


# --- day 7 -----------------------------------------------------------------------------------------------------------


def test_the_champion_is_reminded_once_and_the_member_is_on_the_list_once(practice: Practice) -> None:
    for _ in range(2):
        actions.remind_champion(follow_up=practice.follow_up, at=AT)
    message = Message.objects.get(kind=actions.FOLLOW_UP)
    assert message.person == practice.champion.person
    row = Attention.objects.get()
    assert (row.kind, row.person, row.detail) == (Kind.FOLLOW_UP_DUE, practice.follow_up.person, {})


def test_a_use_closes_the_matter(practice: Practice) -> None:
    actions.remind_champion(follow_up=practice.follow_up, at=AT)
    done = answer(practice.follow_up, used=Used.YES)
    assert (done.cause, done.fixed) == ("", None)
    assert not Attention.objects.open().exists()


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, [Kind.STUCK]),
        ({"fixed": True}, []),
        ({"cause": None}, []),
        ({"cause": Cause.NO_SUITABLE_WORKFLOW}, []),
    ],
)
def test_only_what_can_still_be_mended_stays_on_the_list(
    practice: Practice, changes: dict[str, Any], kinds: list[Kind]
) -> None:
    actions.remind_champion(follow_up=practice.follow_up, at=AT)
    answer(practice.follow_up, **changes)
    assert list(Attention.objects.open().values_list("kind", flat=True)) == kinds


def test_a_later_day_7_that_goes_well_takes_somebody_off_the_list(practice: Practice) -> None:
    answer(practice.follow_up)
    log(practice, kind=SessionKind.ONE_TO_ONE, attendees=[practice.follow_up.person])
    answer(FollowUp.objects.unanswered().get(), used=Used.YES, at=AT + timedelta(days=8))
    assert not Attention.objects.open().exists()


def test_the_first_answer_stands(practice: Practice) -> None:
    answer(practice.follow_up)
    with pytest.raises(actions.AlreadyAnswered):
        answer(practice.follow_up, used=Used.YES)
    assert FollowUp.objects.get().used == Used.STOPPED


def day_seven(practice: Practice, at: datetime = AT) -> Agenda:
    """What the heartbeat does on that day, and what is left of the promise."""
    row = Agenda.objects.get(task=actions.FOLLOW_UP_DUE, row_id=practice.follow_up.pk)
    follow_up_due(row.pk, at=at.isoformat())
    row.refresh_from_db()
    return row


def asked() -> tuple[int, int, int]:
    """Follow-ups that are due, rows on the lists, and mails to champions."""
    mails = Message.objects.filter(kind=actions.FOLLOW_UP)
    return FollowUp.objects.due(AT).count(), Attention.objects.open().count(), mails.count()


def test_nobody_chases_somebody_who_would_rather_be_let_be_and_no_list_says_why(practice: Practice) -> None:
    person = practice.follow_up.person
    object_to(program=practice.program, person=person, at=AT)
    assert day_seven(practice).done_at == AT
    assert asked() == (0, 0, 0)
    assert look_at(practice.pod, at=AT).follow_ups == ()
    take_back_objection(program=practice.program, person=person, at=AT)
    assert asked() == (1, 0, 0)


def test_nobody_chases_somebody_who_has_left(practice: Practice) -> None:
    Person.objects.filter(pk=practice.follow_up.person_id).update(left_on=AT.date())
    assert day_seven(practice).done_at == AT
    assert asked() == (0, 0, 0)


def test_a_day_7_in_somebodys_leave_waits_for_the_first_working_day_after_it(practice: Practice) -> None:
    friday = date(2026, 7, 10)
    Leave.objects.create(person=practice.follow_up.person, starts_on=HELD_ON, ends_on=friday, created_at=AT)
    row = day_seven(practice)
    assert row.done_at is None
    assert local_date(row.due_at, "Europe/London") == friday + timedelta(days=3)
    assert FollowUp.objects.get().due_at == row.due_at
    assert asked() == (0, 0, 0)
    assert day_seven(practice, at=row.due_at).done_at == row.due_at
    assert Message.objects.filter(kind=actions.FOLLOW_UP).count() == 1


def test_a_leave_without_an_end_ends_the_asking(practice: Practice) -> None:
    Leave.objects.create(person=practice.follow_up.person, starts_on=HELD_ON, created_at=AT)
    assert day_seven(practice).done_at == AT
    assert asked() == (0, 0, 0)


# --- what stays of a person ------------------------------------------------------------------------------------------


def test_a_champion_who_is_erased_leaves_the_pod_and_its_members(practice: Practice) -> None:
    erase_champion(person=practice.champion.person, at=AT)
    pod = Pod.objects.get()
    assert pod.champion is None
    assert Seat.objects.count() == 3
    actions.remind_champion(follow_up=FollowUp.objects.get(), at=AT)
    assert not Message.objects.filter(kind=actions.FOLLOW_UP).exists()


def test_a_member_can_take_along_what_is_held_about_them(practice: Practice) -> None:
    answer(practice.follow_up)
    held = {
        name: EXPORTERS[name].load()(person=practice.follow_up.person) for name in ("programs", "champions", "pods")
    }
    assert held["pods"]["seats"][0]["pod"] == practice.pod.name
    assert held["pods"]["follow_ups"][0]["what_failed"] == "Too much to rewrite."
    assert held["programs"]["taking_part"][0]["group"] == "pods"
    assert held["champions"] == {"champion_of": []}
    led = EXPORTERS["pods"].load()(person=practice.champion.person)
    assert led["sessions_led"][0]["kind"] == "one_to_one"


# --- reads -----------------------------------------------------------------------------------------------------------


def test_who_got_stuck_comes_with_a_sentence_and_who_is_due_with_the_follow_up(practice: Practice) -> None:
    actions.remind_champion(follow_up=practice.follow_up, at=AT)
    (talk,) = look_at(practice.pod, at=AT).talks
    assert talk.follow_up == practice.follow_up
    answer(practice.follow_up)
    (talk,) = look_at(practice.pod, at=AT).talks
    assert talk.follow_up is None
    (waiting,) = waiting_for(practice.champion.person, at=AT)
    assert (waiting.due, len(waiting.first), waiting.more) == (0, 1, 0)


@pytest.mark.parametrize("others", [0, 2])
def test_a_pods_page_takes_as_many_queries_for_one_as_for_three(
    meridian: World, practice: Practice, others: int, django_assert_num_queries: Any
) -> None:
    for person in practice.members[1 : 1 + others]:
        log(practice, kind=SessionKind.ONE_TO_ONE, attendees=[person], held_on=HELD_ON)
    for follow_up in FollowUp.objects.unanswered():
        actions.remind_champion(follow_up=follow_up, at=AT)
    pod = Pod.objects.select_related("program", "organization", "champion__person").get()
    with django_assert_num_queries(6):
        look = look_at(pod, at=AT)
    assert len(look.talks) == len(look.follow_ups) == 1 + others
    with django_assert_num_queries(5):
        waiting_for(practice.champion.person, at=AT)


# --- what the database refuses ---------------------------------------------------------------------------------------


def refused(constraint: str, act: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        act()


def test_the_database_refuses_nonsense(meridian: World, practice: Practice) -> None:
    pod, session, follow_up = practice.pod, practice.session, practice.follow_up
    program, champion = practice.program, practice.champion
    member: Person = practice.members[0]

    def again(model: Any, **fields: Any) -> Any:
        return lambda: model.objects.create(**fields)

    a_pod = {"program": program, "champion": champion, "formed_at": AT}
    a_session = {"pod": pod, "held_on": HELD_ON, "doing_minutes": 1, "explaining_minutes": 1, "logged_at": AT}
    refused("pod_public_id", again(Pod, **a_pod, name="x", public_id=pod.public_id))
    refused("pod_name", again(Pod, **a_pod, name=pod.name))
    refused("seat_once", again(Seat, pod=pod, person=member, taken_at=AT))
    refused("session_public_id", again(Session, **a_session, kind="showcase", public_id=session.public_id))
    refused("session_logged_once", again(Session, **a_session, kind="showcase", form_key=session.form_key))
    refused("session_kind", again(Session, **a_session, kind="party"))
    refused("session_minutes", again(Session, **a_session | {"doing_minutes": 601}, kind="showcase"))
    refused("attendance_once", again(Attendance, session=session, person=follow_up.person))
    refused("follow_up_once", again(FollowUp, session=session, person=follow_up.person, due_at=AT))
    refused(
        "follow_up_public_id",
        again(FollowUp, session=session, person=champion.person, due_at=AT, public_id=follow_up.public_id),
    )
    refused("follow_up_answered", lambda: FollowUp.objects.update(answered_at=AT))
    refused("follow_up_cause", lambda: FollowUp.objects.update(cause="weather"))
