"""Pods suggested, and people moved between pods by boxes and buttons, before the launch."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from adoption.programs.actions import WrongState
from adoption.programs.models import Assignment, Program
from adoption.programs.queries.design import design_of
from adoption.programs.rules import Arm
from adoption.tenancy.models import AuditEvent, Person
from champions.actions import name_champion
from pods.actions import form_pod
from pods.actions.seating import reseat
from pods.models import Pod, Seat
from pods.queries.seating import benches_page, suggested_pods
from pods.rules import Sitting, share_out
from tests.factories import AT, PersonFactory, World
from tests.practice import make_program, practise, some_people
from tests.worlds import ClientAs, Enter


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def test_pods_are_shared_out_by_job_and_team_in_turns_and_without_reporting_lines() -> None:
    champions = [Sitting(1, team=10, role="Analyst"), Sitting(2, team=20, role="Counsel")]
    people = [
        Sitting(3, team=10, role="Analyst"),
        Sitting(4, team=10, role="Counsel"),
        Sitting(5, team=20, role="Counsel"),
        Sitting(6, team=99, role="Analyst"),
        Sitting(7, team=10, role="Analyst"),
    ]
    # The seventh leads the first champion: they do not sit together.
    lines = {(1, 7)}
    pods = share_out(champions, people, lines, size=3)
    assert pods == {1: [3, 6, 4], 2: [5, 7]} or pods == share_out(champions, people[::-1], lines, size=3)
    assert 7 not in pods[1]
    assert sorted(key for members in pods.values() for key in members) == [3, 4, 5, 6, 7]
    assert share_out(champions, people[::-1], lines, size=3) == pods
    # Lots come before nearness.
    drawn = share_out(champions[:1], [people[0], Sitting(8, drawn=True)], set(), size=1)
    assert drawn == {1: [8]}
    assert share_out(champions, [], set()) == {1: [], 2: []}


@pytest.mark.django_db
def test_suggested_pods_are_looked_at_unticked_and_formed_together(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        head = PersonFactory.create(name="Head of all")
        team = [
            PersonFactory.create(name=f"Colleague {n}", manager=head, job_role="Analyst", department="Tax")
            for n in range(5)
        ]
        for person in team[:2]:
            name_champion(program=program, person=person, by=meridian.lead.person, at=AT)
        suggested = suggested_pods(program, design_of(program), on=AT.date())
        assert [len(one.members) for one in suggested] == [2, 1]
        assert head not in {person for one in suggested for person in one.members}
    client, address = client_as(meridian.lead), reverse("pods-suggest", args=["meridian", program.slug])
    assert "Two pods suggested" in client.get(address).content.decode()
    sent: dict[str, Any] = {"champion": [str(one.champion.public_id) for one in suggested]}
    # Of the first pod one is unticked.
    sent[f"member-{suggested[0].champion.public_id}"] = [str(suggested[0].members[0].public_id)]
    sent[f"member-{suggested[1].champion.public_id}"] = [str(one.public_id) for one in suggested[1].members]
    for _ in range(2):
        assert client.post(address, sent).status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert Pod.objects.filter(program=program).count() == 2
        assert Assignment.objects.in_arm(Arm.PODS).filter(program=program).count() == 2
    assert "Nothing to suggest" in client.get(address).content.decode()


@pytest.mark.django_db
def test_people_are_moved_with_boxes_and_a_button_and_taken_out(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    practice = practise(meridian)
    with enter(meridian):
        other = name_champion(
            program=practice.program, person=some_people(meridian, 1)[0], by=meridian.lead.person, at=AT
        )
        second = form_pod(
            program=practice.program, champion=other, name="Weser", members=some_people(meridian, 2), by=None, at=AT
        )
    client = client_as(meridian.lead)
    address = reverse("pods-seats", args=["meridian", practice.program.slug])
    moving = {"member": [str(one.public_id) for one in practice.members[:2]], "to": str(second.public_id)}
    for _ in range(2):
        assert client.post(address, moving, follow=True).status_code == HTTPStatus.OK
    with enter(meridian):
        assert Seat.objects.current().filter(pod=second).count() == 4
        assert set(Assignment.objects.filter(person__in=practice.members[:2]).values_list("arm", "cluster")) == {
            (Arm.PODS, "Weser")
        }
        assert AuditEvent.objects.filter(verb="pod.reseated").count() == 1
    client.post(address, {**moving, "out": "1"})
    with enter(meridian):
        assert not Seat.objects.filter(person__in=practice.members[:2]).exists()
        assert not Assignment.objects.filter(person__in=practice.members[:2]).exists()
    nobody = client.post(address, {"to": str(second.public_id)}, follow=True)
    assert "Please tick who should move." in nobody.content.decode()
    champion = client.post(address, {**moving, "member": [str(meridian.champion.person.public_id)]}, follow=True)
    assert "is a champion of this programme" in champion.content.decode()
    assert client.post(address, {"member": moving["member"], "to": "nowhere"}).status_code == HTTPStatus.NOT_FOUND
    for stranger in (meridian.champion, meridian.executive):
        assert client_as(stranger).get(address).status_code == HTTPStatus.FORBIDDEN
    with enter(meridian):
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={})
        with pytest.raises(WrongState):
            reseat(pod=second, people=practice.members[:1], by=None, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_pods_stand_side_by_side_at_the_same_number_of_queries_with_what_speaks_against_them(
    meridian: World, enter: Enter, django_assert_num_queries: Any, number: int
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        for n in range(number):
            leader = PersonFactory.create(name=f"Leader {n}")
            champion = name_champion(program=program, person=leader, by=meridian.lead.person, at=AT)
            members = some_people(meridian, 11, manager=leader)
            form_pod(program=program, champion=champion, name=f"Pod {n}", members=members, by=None, at=AT)
        with django_assert_num_queries(3):
            page = benches_page(program, after=None, before=None)
        assert [(len(one.members), one.size, len(one.lines)) for one in page.rows] == [(11, "large", 11)] * number
        assert Person.objects.filter(seats__pod__program=program).count() == 11 * number


@pytest.mark.django_db
def test_pods_come_page_by_page(meridian: World, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pods.queries.seating.PODS_SHOWN", 2)
    with enter(meridian):
        program = make_program(meridian, name="reports")
        for n in range(5):
            champion = name_champion(program=program, person=PersonFactory.create(), by=meridian.lead.person, at=AT)
            form_pod(
                program=program, champion=champion, name=f"Pod {n}", members=some_people(meridian, 1), by=None, at=AT
            )
        seen, after = [], None
        while True:
            page = benches_page(program, after=after, before=None)
            seen += [one.pod.name for one in page.rows]
            if page.next is None:
                break
            after = page.next
        assert seen == [f"Pod {n}" for n in range(5)]
        back = benches_page(program, after=None, before=page.previous)
        assert [one.pod.name for one in back.rows] == ["Pod 2", "Pod 3"]
