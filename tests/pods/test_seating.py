"""Pods suggested, and people moved between pods by boxes and buttons, before the launch."""

from __future__ import annotations

import re
from html import unescape
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from adoption.programs.actions import WrongState
from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Arm
from adoption.tenancy.models import AuditEvent, Person
from champions.actions import name_champion
from pods import rules
from pods.actions import form_pod
from pods.actions.forming import form_pods
from pods.actions.seating import reseat
from pods.models import Pod, Seat
from pods.queries import program_pods
from pods.queries.seating import benches_page, suggested_pods
from pods.rules import Sitting, share_out
from tests.factories import AT, PersonFactory, World
from tests.practice import make_program, practise, some_people
from tests.worlds import ClientAs, Enter, asked

pytestmark = pytest.mark.usefixtures("frozen_clock")


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
        suggested = suggested_pods(program, on=AT.date())
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
@pytest.mark.parametrize("number", [1, 3])
def test_pods_are_suggested_at_the_same_number_of_queries_each_by_a_name_of_its_own(
    meridian: World, enter: Enter, django_assert_num_queries: Any, number: int
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        for n in range(number):
            person = PersonFactory.create(name=f"Kim Abel {n}", department="Tax")
            name_champion(program=program, person=person, by=None, at=AT)
            PersonFactory.create(department="Tax")
        with django_assert_num_queries(5):
            suggested = suggested_pods(program, on=AT.date())
        names = [one.name for one in suggested]
        assert names == ["Pod Kim", "Pod Kim Abel 1", "Pod Kim Abel 2"][:number]
        made = form_pods(program=program, chosen=[(one.champion, one.members) for one in suggested], by=None, at=AT)
        assert [one.name for one in made] == names


@pytest.mark.django_db
def test_a_champions_own_team_comes_before_a_department_of_more_than_can_be_looked_at(
    meridian: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_SHARED_OUT", 3)
    with enter(meridian):
        program = make_program(meridian, name="reports")
        strangers = PersonFactory.create_batch(4, department="Tax")
        head = PersonFactory.create(name="Head of a team")
        champion = PersonFactory.create(name="Kim Abel", department="Tax", manager=head)
        team = PersonFactory.create_batch(2, name="Zoe Zimmer", department="Tax", manager=head)
        name_champion(program=program, person=champion, by=None, at=AT)
        (suggested,) = suggested_pods(program, on=AT.date())
    assert set(team) < set(suggested.members)
    assert len(suggested.members) == 3
    assert set(suggested.members) - set(team) <= set(strangers)


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
        program = Program.objects.select_related("organization").get(pk=program.pk)
        with django_assert_num_queries(3):
            page = benches_page(program, at=AT, after=None, before=None)
        assert [(len(one.members), one.size, len(one.lines)) for one in page.rows] == [(11, "large", 11)] * number
        assert Person.objects.filter(seats__pod__program=program).count() == 11 * number


@pytest.mark.django_db
def test_whoever_has_left_sits_and_leads_nowhere(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        leaders = PersonFactory.create_batch(2)
        first, second = (name_champion(program=program, person=one, by=meridian.lead.person, at=AT) for one in leaders)
        members = some_people(meridian, 2, manager=leaders[0])
        form_pod(program=program, champion=first, name="Elbe", members=members, by=None, at=AT)
        assert [one.champion for one in suggested_pods(program, on=AT.date())] == [second]
        gone = [members[0].pk, *(one.pk for one in leaders)]
        Person.objects.filter(pk__in=gone).update(left_on=AT.date())
        (bench,) = benches_page(program, at=AT, after=None, before=None).rows
        assert (bench.leader, bench.members, bench.lines) == (None, (members[1],), ())
        assert suggested_pods(program, on=AT.date()) == []
        assert program_pods(program, at=AT).without_pod == ()


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
            page = benches_page(program, at=AT, after=after, before=None)
            seen += [one.pod.name for one in page.rows]
            if page.next is None:
                break
            after = page.next
        assert seen == [f"Pod {n}" for n in range(5)]
        back = benches_page(program, at=AT, after=None, before=page.previous)
        assert [one.pod.name for one in back.rows] == ["Pod 2", "Pod 3"]


@pytest.mark.django_db
def test_a_team_is_found_and_added_by_who_heads_it_and_what_is_ticked_stays(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    practice = practise(meridian)
    with enter(meridian):
        champion = name_champion(
            program=practice.program, person=some_people(meridian, 1)[0], by=meridian.lead.person, at=AT
        )
        heads = [PersonFactory.create(name=f"Head {letter}") for letter in "ABCDEFGH"]
        teams = {head.pk: some_people(meridian, 2, manager=head) for head in heads}
        ticked = some_people(meridian, 1)[0]
    client = client_as(meridian.lead)
    address = reverse("pod-new", args=["meridian", practice.program.slug, champion.public_id])
    first = client.get(address).content.decode()
    assert first.count('name="propose"') == 6
    sent: dict[str, Any] = {"q": "Head", "find": "1", "member": [str(ticked.public_id)]}
    found = client.post(address, sent)
    page, rows = found.content.decode(), found.context["teams"]
    assert "Team of Head A" in page
    later = client.post(address, {**sent, "teams-after": str(rows.next)}).content.decode()
    assert "Team of Head A" not in later
    assert "Team of Head H" in later
    added = client.post(address, {**sent, "propose": str(heads[7].public_id)})
    chosen = {one.person for one in added.context["candidates"] if one.is_chosen}
    assert chosen == {ticked, *teams[heads[7].pk]}


@pytest.mark.django_db
def test_machines_take_suggestions_and_seat_people_as_the_pages_do(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        head = PersonFactory.create(name="Head of all")
        team = [PersonFactory.create(name=f"Colleague {n}", manager=head, job_role="Analyst") for n in range(6)]
        for person in team[:2]:
            name_champion(program=program, person=person, by=meridian.lead.person, at=AT)
    root, client = f"/api/v1/o/meridian/p/{program.slug}", client_as(meridian.lead)
    json: dict[str, Any] = {"content_type": "application/json"}
    offered = client.get(f"{root}/pods/suggestion/").json()["items"]
    assert [len(one["people"]) for one in offered] == [2, 2]
    taken = {
        "pods": [
            {"champion": one["champion"]["id"], "people": [person["id"] for person in one["people"]]} for one in offered
        ]
    }
    key = {"Idempotency-Key": "a-key-of-this-test-0001"}
    answers = [client.post(f"{root}/pods/suggestion/", taken, headers=key, **json) for _ in range(2)]
    assert [one.status_code for one in answers] == [HTTPStatus.CREATED] * 2
    assert answers[0].json() == answers[1].json()
    formed = answers[0].json()["items"]
    assert [one["members"] for one in formed] == [2, 2]
    assert client.get(f"{root}/pods/suggestion/").json() == {"items": []}
    # Whoever presses again forms nothing more.
    assert client.post(f"{root}/pods/suggestion/", taken, **json).json() == {"items": []}
    person = offered[0]["people"][0]["id"]
    sits = {one["person"]["id"]: one["pod"] for one in client.get(f"{root}/seats/").json()["items"]}
    assert (len(sits), sits[person]) == (4, formed[0]["id"])
    seat = {"people": [person], "from": formed[0]["id"], "pod": formed[1]["id"]}
    assert [client.put(f"{root}/seats/", seat, **json).json()["moved"] for _ in range(2)] == [1, 0]
    out = {"people": [person], "from": formed[1]["id"], "pod": None}
    assert [client.put(f"{root}/seats/", out, **json).json()["moved"] for _ in range(2)] == [1, 0]
    with enter(meridian):
        assert Seat.objects.current().filter(pod__program=program).count() == 3
    for wrong in (
        {**seat, "people": []},
        {**seat, "pod": str(program.public_id)},
        {**seat, "from": str(program.public_id)},
        {"people": [person], "pod": formed[1]["id"]},
        {**seat, "people": [formed[0]["id"]]},
    ):
        assert client.put(f"{root}/seats/", wrong, **json).status_code == HTTPStatus.BAD_REQUEST
    nobody = {"pods": [{"champion": person, "people": [person]}]}
    assert client.post(f"{root}/pods/suggestion/", nobody, **json).status_code == HTTPStatus.BAD_REQUEST
    with enter(meridian):
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={})
    late = client.put(f"{root}/seats/", {**seat, "from": None}, **json)
    assert (late.status_code, late.json()["errors"][0]["code"]) == (HTTPStatus.CONFLICT, "launched")
    for other in (meridian.executive, meridian.champion):
        assert client_as(other).get(f"{root}/pods/suggestion/").status_code == HTTPStatus.FORBIDDEN
        assert client_as(other).put(f"{root}/seats/", seat, **json).status_code == HTTPStatus.FORBIDDEN
        assert client_as(other).get(f"{root}/seats/").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.django_db
def test_machines_of_two_leads_do_not_overwrite_each_other_unseen(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    practice = practise(meridian)
    with enter(meridian):
        second = _second_pod(meridian, practice.program)
    client, place = client_as(meridian.lead), f"/api/v1/o/meridian/p/{practice.program.slug}/seats/"
    who, there = str(practice.members[1].public_id), str(practice.pod.public_id)
    moved = {"people": [who], "from": there, "pod": str(second.public_id)}
    assert client.put(place, moved, content_type="application/json").json() == {"moved": 1}
    # Another lead has looked before that, and takes two people out of where both of them sat.
    stale = {"people": [who, str(practice.members[2].public_id)], "from": there, "pod": None}
    refused = client.put(place, stale, content_type="application/json")
    assert refused.status_code == HTTPStatus.CONFLICT
    assert [(one["field"], one["code"]) for one in refused.json()["errors"]] == [("people", "moved_meanwhile")]
    sits = {one["person"]["id"]: one["pod"] for one in client.get(place).json()["items"]}
    assert (sits[who], sits[str(practice.members[2].public_id)]) == (str(second.public_id), there)
    first = client.get(f"{place}?limit=2").json()
    assert len(first["items"]) == 2
    assert len(client.get(first["next"]).json()["items"]) == 2
    one = asked(client, place)
    with enter(meridian):
        reseat(pod=second, people=some_people(meridian, 3), by=None, at=AT)
    assert asked(client, place) == one


def _second_pod(meridian: World, program: Program, members: int = 2) -> Pod:
    champion = name_champion(program=program, person=some_people(meridian, 1)[0], by=meridian.lead.person, at=AT)
    return form_pod(
        program=program, champion=champion, name="Weser", members=some_people(meridian, members), by=None, at=AT
    )


def _way_back(answer: Any) -> list[str]:
    return [unescape(one) for one in re.findall(r'formaction="([^"]*)"', answer.content.decode())]


def _dropped(person: Person, before: Pod | None, after: Pod | None) -> dict[str, str]:
    pods = {"from": before, "to": after}
    return {
        "drop": "1",
        "member": str(person.public_id),
        **{key: str(pod.public_id) if pod else "" for key, pod in pods.items()},
    }


@pytest.mark.django_db
def test_a_drop_moves_one_person_says_what_speaks_against_it_and_is_taken_back(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    practice = practise(meridian)
    with enter(meridian):
        second = _second_pod(meridian, practice.program, members=10)
    who, client = practice.members[1], client_as(meridian.lead)
    address = reverse("pods-seats", args=["meridian", practice.program.slug])
    pieces: dict[str, Any] = {"headers": {"HX-Request": "true"}}
    dropped = _dropped(who, practice.pod, second)
    # Two drops are one.
    for _ in range(2):
        answer = client.post(address, dropped, **pieces)
        page = answer.content.decode()
        assert answer.status_code == HTTPStatus.OK
        assert f"{who.name} moved to Weser." in page
        assert "<html" not in page
    assert page.count("many for one champion") == 2, "on the pod, and where it is said"
    with enter(meridian):
        assert Seat.objects.current().get(person=who).pod == second
        assert AuditEvent.objects.filter(verb="pod.reseated").count() == 1
    assert _way_back(answer) == [], "the second moved nobody, so it has nothing to take back"
    out = client.post(address, _dropped(who, second, None), **pieces)
    assert f"{who.name} is in no pod now." in out.content.decode()
    with enter(meridian):
        assert not Seat.objects.filter(person=who).exists()
    (back,) = _way_back(out)
    for _ in range(2):
        again = client.post(back, **pieces)
        assert "Everybody sits where they did." in again.content.decode()
    with enter(meridian):
        assert Seat.objects.current().get(person=who).pod == second
        assert Assignment.objects.current().get(person=who).cluster == "Weser"


@pytest.mark.django_db
def test_what_another_tab_or_another_lead_has_moved_is_not_moved_over(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    practice = practise(meridian)
    with enter(meridian):
        second = _second_pod(meridian, practice.program)
    who, client = practice.members[1], client_as(meridian.lead)
    address = reverse("pods-seats", args=["meridian", practice.program.slug])
    pieces: dict[str, Any] = {"headers": {"HX-Request": "true"}}
    (back,) = _way_back(client.post(address, _dropped(who, practice.pod, second), **pieces))
    with enter(meridian):
        third = form_pod(
            program=practice.program,
            champion=name_champion(
                program=practice.program, person=some_people(meridian, 1)[0], by=meridian.lead.person, at=AT
            ),
            name="Elbe",
            members=[who],
            by=None,
            at=AT,
        )
    for moved in ((address, _dropped(who, second, practice.pod)), (back, {}), (address, _dropped(who, None, second))):
        late = client.post(*moved, **pieces)
        assert late.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Somebody else has moved them meanwhile" in late.content.decode()
        # What comes is where they sit.
        pods = late.content.decode().split("<section")[1:]
        assert [pod for pod in pods if str(who.public_id) in pod] == [pods[0]]
        assert "Elbe" in pods[0]
    with enter(meridian):
        assert Seat.objects.current().get(person=who).pod == third


@pytest.mark.django_db
def test_what_cannot_be_dropped_is_refused_and_nobody_else_drops(
    meridian: World, harbour: World, client_as: ClientAs, enter: Enter
) -> None:
    practice, theirs = practise(meridian), practise(harbour)
    who, client = practice.members[1], client_as(meridian.lead)
    address = reverse("pods-seats", args=["meridian", practice.program.slug])
    pieces: dict[str, Any] = {"headers": {"HX-Request": "true"}}
    assert client.post(address, _dropped(who, practice.pod, theirs.pod), **pieces).status_code == HTTPStatus.NOT_FOUND
    stranger = client.post(address, _dropped(theirs.members[1], None, practice.pod), **pieces)
    assert "Please tick who should move." in stranger.content.decode()
    champion = client.post(address, _dropped(meridian.champion.person, None, practice.pod), **pieces)
    assert champion.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "is a champion of this programme" in champion.content.decode()
    for nonsense in ("?back=", "?back=x.y&now=", f"?back={practice.pod.public_id}.{uuid4()}&now="):
        assert client.post(address + nonsense, **pieces).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for other in (meridian.champion, meridian.executive, meridian.member):
        refused = client_as(other).post(address, _dropped(who, practice.pod, None), **pieces)
        assert refused.status_code == HTTPStatus.FORBIDDEN
    with enter(meridian):
        assert Seat.objects.current().get(person=who).pod == practice.pod
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={})
    late = client.post(address, _dropped(who, practice.pod, None), **pieces)
    assert late.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = client.get(address).content.decode()
    assert "mm-grip" not in page
    assert reverse("seat-move", args=["meridian", practice.pod.public_id, who.public_id]) in page
    with enter(meridian):
        assert Seat.objects.current().get(person=who).pod == practice.pod


@pytest.mark.django_db
def test_without_a_script_a_move_is_taken_back_by_the_notice(
    meridian: World, client_as: ClientAs, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = practise(meridian)
    with enter(meridian):
        second = _second_pod(meridian, practice.program)
    client = client_as(meridian.lead)
    address = reverse("pods-seats", args=["meridian", practice.program.slug])
    moving = {"member": [str(one.public_id) for one in practice.members], "to": str(second.public_id)}
    page = client.post(address, moving, follow=True).content.decode()
    assert "3 people moved to Weser." in page
    (undo,) = re.findall(r'action="([^"]*back=[^"]*)"', page)
    assert "Everybody sits where they did." in client.post(unescape(undo), follow=True).content.decode()
    with enter(meridian):
        assert Seat.objects.current().filter(pod=practice.pod).count() == 3
    # So many that an address would not hold them are not offered to be taken back.
    monkeypatch.setattr(rules, "MOST_TAKEN_BACK", 2)
    page = client.post(address, moving, follow=True).content.decode()
    assert "3 people moved to Weser." in page
    assert "back=" not in page


@pytest.mark.django_db
def test_where_many_sit_in_pods_nobody_is_dragged_and_a_pod_is_named(
    meridian: World, client_as: ClientAs, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = practise(meridian)
    with enter(meridian):
        second = _second_pod(meridian, practice.program)
    client = client_as(meridian.lead)
    address = reverse("pods-seats", args=["meridian", practice.program.slug])
    with monkeypatch.context() as fewer:
        fewer.setattr(rules, "MOST_DRAGGED", 5)
        assert "seats.js" in client.get(address).content.decode()
        fewer.setattr(rules, "MOST_DRAGGED", 4)
        page = client.get(address).content.decode()
        assert "seats.js" not in page
        assert "mm-grip" not in page
        assert "<select" not in page
        assert reverse("program-arms", args=["meridian", practice.program.slug]) in page
        moving = {"member": str(practice.members[1].public_id), "named": "nowhere"}
        assert "No pod of this programme has this name." in client.post(address, moving, follow=True).content.decode()
        client.post(address, {**moving, "named": " weser "})
    with enter(meridian):
        assert Seat.objects.current().get(person=practice.members[1]).pod == second


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_a_drop_costs_the_same_however_many_pods_there_are(
    meridian: World, client_as: ClientAs, enter: Enter, django_assert_num_queries: Any, number: int
) -> None:
    practice = practise(meridian)
    with enter(meridian):
        for n in range(number):
            champion = name_champion(
                program=practice.program, person=some_people(meridian, 1)[0], by=meridian.lead.person, at=AT
            )
            form_pod(
                program=practice.program,
                champion=champion,
                name=f"Weser {n}",
                members=some_people(meridian, 3),
                by=None,
                at=AT,
            )
        second = Pod.objects.get(name="Weser 0")
    client = client_as(meridian.lead)
    address = reverse("pods-seats", args=["meridian", practice.program.slug])
    client.get(address)
    with django_assert_num_queries(51):
        client.post(address, _dropped(practice.members[1], practice.pod, second), headers={"HX-Request": "true"})
