"""Who moves while a programme runs: helped where they are now, counted where they were at the launch, and undone as if not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from adoption.outbox.models import Message
from adoption.programs.actions import Refused, WrongState
from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Arm
from adoption.tenancy.models import Person
from pods.actions import MEETING, log_session, plan_meeting
from pods.actions.moves import join_late, leave_pod, note_help, transfer, undo_move
from pods.models import Invitee, Move, Pod, Seat
from pods.queries import members_of
from pods.queries.moves import moves_of
from pods.rules import SessionKind
from tests.factories import AT, PersonFactory, World
from tests.practice import practise
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
LAUNCHED = date(2026, 6, 22)


class Running:
    """Two pods and a comparison team of a programme in its third week."""

    def __init__(self, world: World) -> None:
        practice = practise(world)
        Program.objects.update(
            starts_on=LAUNCHED,
            baseline_opened_at=AT - timedelta(days=40),
            launched_at=AT - timedelta(days=16),
            fixed={},
        )
        Assignment.objects.update(from_on=LAUNCHED - timedelta(weeks=2))
        rows = Pod.objects.select_related("program__organization", "organization", "champion__person")
        self.pod = rows.get()
        self.program = self.pod.program
        self.other = Pod.objects.create(program=self.program, champion=self.pod.champion, name="Weser", formed_at=AT)
        self.members = practice.members
        self.person = practice.members[1]
        self.compared = Person.objects.get(pk=self.of_arm(Arm.COMPARISON)[0].person_id)

    def of_arm(self, arm: Arm) -> list[Assignment]:
        return list(Assignment.objects.filter(program=self.program, arm=arm).order_by("pk"))

    def places(self, person: Person) -> list[tuple[str, str, date, date | None]]:
        rows = Assignment.objects.filter(program=self.program, person=person).order_by("from_on")
        return [(row.arm, row.cluster, row.from_on, row.to_on) for row in rows]

    def counted(self, person: Person) -> list[tuple[str, str]]:
        rows = Assignment.objects.of_cohorts().filter(program=self.program, person=person)
        return [(row.arm, row.cluster) for row in rows]


@pytest.fixture
def running(meridian: World, enter: Enter) -> Iterator[Running]:
    with enter(meridian):
        yield Running(meridian)


def plan(pod: Pod, people: list[Person]) -> None:
    plan_meeting(
        pod=pod,
        kind=SessionKind.REFLECTION,
        day=AT.date() + timedelta(days=7),
        hour=time(10),
        minutes=15,
        people=people,
        place="",
        topics="",
        weekly=False,
        form_key=uuid4(),
        by=None,
        at=AT,
    )


def test_a_transfer_moves_the_seat_and_the_calendar_and_leaves_the_comparison_as_it_was(running: Running) -> None:
    plan(running.pod, running.members)
    plan(running.other, [transferred_first(running)])
    before, today = running.places(running.person), AT.date()
    move = transfer(person=running.person, pod=running.other, by=None, at=AT)
    assert running.person not in members_of(running.pod, on=AT.date())
    assert running.person in members_of(running.other, on=AT.date())
    assert Seat.objects.filter(person=running.person).count() == 2
    assert running.counted(running.person) == [(Arm.PODS, running.pod.name)]
    assert running.places(running.person)[-1] == (Arm.PODS, "Weser", today, None)
    invited = Invitee.objects.filter(person=running.person).select_related("meeting__pod")
    assert [row.meeting.pod for row in invited] == [running.other]
    assert Message.objects.filter(kind=MEETING, person=running.person).count() == 3
    assert "Counts in" in str(moves_of(running.program)[0].counts)
    undo_move(move=move, by=None, at=AT + timedelta(hours=1))
    undo_move(move=move, by=None, at=AT + timedelta(hours=2))
    assert running.places(running.person) == before
    assert [seat.pod for seat in Seat.objects.filter(person=running.person)] == [running.pod]
    assert Seat.objects.current().filter(person=running.person).count() == 1


def transferred_first(running: Running) -> Person:
    """Somebody who sits in the other pod already."""
    newcomer: Person = PersonFactory.create()
    join_late(person=newcomer, pod=running.other, by=None, at=AT)
    return newcomer


def test_moved_twice_on_a_day_the_last_word_is_the_days_and_the_first_cannot_be_undone_alone(running: Running) -> None:
    before = running.places(running.person)
    first = transfer(person=running.person, pod=running.other, by=None, at=AT)
    second = transfer(person=running.person, pod=running.pod, by=None, at=AT + timedelta(hours=1))
    assert running.places(running.person)[-1][1] == running.pod.name
    with pytest.raises(Refused, match="moved_since"):
        undo_move(move=first, by=None, at=AT)
    undo_move(move=second, by=None, at=AT + timedelta(hours=2))
    undo_move(move=first, by=None, at=AT + timedelta(hours=3))
    assert running.places(running.person) == before


def test_on_the_day_of_the_launch_a_move_begins_the_day_after(running: Running) -> None:
    early = datetime.combine(LAUNCHED, time(15), ZoneInfo("Europe/London"))
    transfer(person=running.person, pod=running.other, by=None, at=early)
    assert running.counted(running.person) == [(Arm.PODS, running.pod.name)]
    assert running.places(running.person)[-1][2] == LAUNCHED + timedelta(days=1)


def test_a_late_joiner_is_helped_and_in_no_cohort(running: Running) -> None:
    newcomer: Person = PersonFactory.create()
    move = join_late(person=newcomer, pod=running.pod, by=None, at=AT)
    assert newcomer in members_of(running.pod, on=AT.date())
    assert running.counted(newcomer) == []
    assert "no cohort" in str(moves_of(running.program)[0].counts)
    with pytest.raises(Refused, match="sits_already"):
        join_late(person=newcomer, pod=running.other, by=None, at=AT)
    undo_move(move=move, by=None, at=AT)
    assert running.places(newcomer) == []
    assert not Seat.objects.filter(person=newcomer).exists()


def test_somebody_of_the_comparison_group_who_joins_stays_in_it_flagged(running: Running) -> None:
    before = running.places(running.compared)
    move = join_late(person=running.compared, pod=running.pod, by=None, at=AT)
    assert [arm for arm, _ in running.counted(running.compared)] == [Arm.COMPARISON]
    flagged = Assignment.objects.filter(program=running.program).contaminated()
    assert [row.person_id for row in flagged] == [running.compared.pk]
    undo_move(move=move, by=None, at=AT)
    assert running.places(running.compared) == before
    assert not Assignment.objects.filter(program=running.program).contaminated().exists()


def test_help_given_once_flags_and_splits_nothing_for_good(running: Running) -> None:
    before, day = running.places(running.compared), AT.date() - timedelta(days=2)
    move = note_help(person=running.compared, pod=running.pod, day=day, by=None, at=AT)
    assert note_help(person=running.compared, pod=running.pod, day=day, by=None, at=AT) == move
    assert Assignment.objects.filter(program=running.program).contaminated().count() == 1
    assert [(arm, to_on) for arm, _, _, to_on in running.places(running.compared)] == [
        (Arm.COMPARISON, day - timedelta(days=1)),
        (Arm.PODS, day),
        (Arm.COMPARISON, None),
    ]
    for person, when, code in (
        (running.person, day, "not_compared"),
        (running.compared, LAUNCHED, "help_day"),
        (running.compared, AT.date() + timedelta(days=1), "help_day"),
    ):
        with pytest.raises(Refused, match=code):
            note_help(person=person, pod=running.pod, day=when, by=None, at=AT)
    undo_move(move=move, by=None, at=AT)
    assert running.places(running.compared) == before


def test_whoever_leaves_a_pod_stays_in_the_programme(running: Running) -> None:
    before = running.places(running.person)
    move = leave_pod(person=running.person, pod=running.pod, by=None, at=AT)
    assert running.person not in members_of(running.pod, on=AT.date())
    assert running.places(running.person) == before
    with pytest.raises(Refused, match="not_in_pod"):
        leave_pod(person=running.person, pod=running.pod, by=None, at=AT)
    undo_move(move=move, by=None, at=AT)
    assert running.person in members_of(running.pod, on=AT.date())


def test_after_a_session_there_a_move_is_not_undone_and_outside_the_phase_nobody_moves(running: Running) -> None:
    move = transfer(person=running.person, pod=running.other, by=None, at=AT)
    log_session(
        pod=running.other,
        kind=SessionKind.REFLECTION,
        held_on=AT.date(),
        attendees=[running.person],
        doing_minutes=12,
        explaining_minutes=3,
        note="",
        form_key=uuid4(),
        by=None,
        at=AT,
    )
    with pytest.raises(Refused, match="met_since"):
        undo_move(move=move, by=None, at=AT)
    Program.objects.update(ended_at=AT)
    with pytest.raises(WrongState, match="not_running"):
        transfer(person=running.person, pod=running.pod, by=None, at=AT)


def test_a_champion_sits_in_no_pod(running: Running, meridian: World) -> None:
    with pytest.raises(Refused, match="champion_in_pod"):
        join_late(person=meridian.champion.person, pod=running.pod, by=None, at=AT)


# --- pages and machines ----------------------------------------------------------------------------------------------


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["meridian", *args])


def test_a_lead_moves_somebody_sees_where_they_count_and_undoes_it(
    meridian: World, running: Running, client_as: ClientAs
) -> None:
    client = client_as(meridian.lead)
    where = at("seat-move", running.pod.public_id, running.person.public_id)
    assert where in client.get(at("pod", running.pod.public_id)).content.decode()
    assert f"Counts in {running.pod.name}" in client.get(where).content.decode()
    assert client.post(where, {"to": "nowhere"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(where, {"to": str(running.other.public_id)}).status_code == HTTPStatus.FOUND
    move = Move.objects.get()
    undo = at("move-undo", running.program.slug, move.public_id)
    assert undo in client.get(at("program-pods", running.program.slug)).content.decode()
    client.post(undo)
    assert running.person in members_of(running.pod, on=AT.date())
    assert client_as(meridian.champion).get(where).status_code == HTTPStatus.FORBIDDEN


def test_a_lead_looks_twice_before_the_comparison_group_is_touched(
    meridian: World, running: Running, client_as: ClientAs
) -> None:
    client, where = client_as(meridian.lead), at("pod-join", running.pod.public_id)
    running.compared.mail = "compared@meridian.example"
    running.compared.save()
    given = {"who": running.compared.mail, "how": "join", "day": AT.date().isoformat()}
    assert "Counts in the comparison group" in client.post(where, given).content.decode()
    assert not Move.objects.exists()
    assert client.post(where, given | {"anyway": "1"}).status_code == HTTPStatus.FOUND
    nobody = client.post(where, {"who": "Nobody At All", "how": "helped", "day": ""})
    assert nobody.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Please give the day" in nobody.content.decode()


def test_machines_move_and_undo(meridian: World, running: Running, client_as: ClientAs) -> None:
    client, where = client_as(meridian.lead), f"/api/v1/o/meridian/p/{running.program.slug}/moves/"
    body = {"kind": "transfer", "person": str(running.person.public_id), "pod": str(running.other.public_id)}
    made = client.post(where, body, content_type="application/json")
    assert made.status_code == HTTPStatus.CREATED, made.content
    assert made.json()["after"] == str(running.other.public_id)
    again = client.post(where, body, content_type="application/json")
    assert again.status_code == HTTPStatus.CONFLICT
    assert client.post(where, {**body, "kind": "helped"}, content_type="application/json").status_code == 400
    assert client.delete(f"{where}{made.json()['id']}/").status_code == HTTPStatus.NO_CONTENT
    assert client.get(where).json()["items"][0]["undone_at"]
