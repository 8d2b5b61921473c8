"""Naming a champion: by name or address, with a choice where several are called that."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.programs.actions import Refused, WrongState, assign
from adoption.programs.rules import Arm
from adoption.tenancy.models import Invitation
from champions.actions import name_champion, withdraw_champion
from champions.models import Champion
from champions.queries import WayIn, awaited, champions_are_free, has_champions
from tests.factories import AT, PersonFactory, World
from tests.practice import make_program
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def program(meridian: World, enter: Enter) -> Any:
    with enter(meridian):
        return make_program(meridian, name="reports")


def address(world: World, program: Any) -> str:
    return reverse("champions", args=[world.organization.slug, program.slug])


def test_a_name_or_an_address_names_one(meridian: World, program: Any, client_as: ClientAs, enter: Enter) -> None:
    client = client_as(meridian.lead)
    person = meridian.champion.person
    for who in (person.name, (person.mail or "").upper()):
        answer = client.post(address(meridian, program), {"who": who})
        assert answer.status_code == HTTPStatus.FOUND
    with enter(meridian):
        champion = Champion.objects.get()
        assert champion.person == person
    # The notice offers to take it back; taken back, it is as if it had not been.
    page = client.get(answer["Location"])
    undo = reverse("champion-withdraw", args=[meridian.organization.slug, program.slug, champion.public_id])
    assert undo in page.content.decode()
    client.post(undo)
    with enter(meridian):
        assert not Champion.objects.exists()


def test_several_are_named_one_after_another(meridian: World, program: Any, client_as: ClientAs) -> None:
    client, page = client_as(meridian.lead), address(meridian, program)
    answer = client.post(page, {"who": meridian.champion.person.name, "another": "1"})
    assert answer["Location"] == page
    answer = client.post(page, {"who": meridian.member.person.name})
    assert answer["Location"] == reverse("program-pods", args=[meridian.organization.slug, program.slug])


def test_who_cannot_sign_in_yet_is_invited_when_named_and_once(
    meridian: World, program: Any, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        newcomer = PersonFactory.create(name="Nora New")
        unreachable = PersonFactory.create(name="Una Reachable", mail=None)
    client = client_as(meridian.lead)
    for _ in range(2):
        page = client.post(address(meridian, program), {"who": newcomer.name}, follow=True).content.decode()
        assert "Nora New is a champion, and gets a mail with a link to come in." in page
    page = client.post(address(meridian, program), {"who": unreachable.name}, follow=True).content.decode()
    assert "has no mail address in the directory" in page
    with enter(meridian):
        assert [one.roles for one in Invitation.objects.filter(person__in=[newcomer, unreachable])] == [["member"]]
        name_champion(program=program, person=meridian.champion.person, by=None, at=AT)
        assert not Invitation.objects.filter(person=meridian.champion.person).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_who_is_still_to_come_in_is_asked_in_two_queries(
    meridian: World, program: Any, enter: Enter, django_assert_num_queries: Any, count: int
) -> None:
    with enter(meridian):
        here = name_champion(program=program, person=meridian.champion.person, by=None, at=AT)
        new = [
            name_champion(program=program, person=PersonFactory.create(), by=None, at=AT - timedelta(days=20 * number))
            for number in range(count)
        ]
        Invitation.objects.filter(person=new[-1].person).update(revoked_at=AT)
        with django_assert_num_queries(2):
            told = awaited([here, *new], at=AT)
    ways = [WayIn.RAN_OUT] if count == 1 else [WayIn.INVITED, WayIn.RAN_OUT, WayIn.RAN_OUT]
    assert [(one.champion, one.way) for one in told] == list(zip(new, ways, strict=True))


def test_a_lead_reads_that_an_invitation_ran_out_and_sends_another_from_there(
    meridian: World, program: Any, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        late, unreachable = PersonFactory.create(name="Nora New"), PersonFactory.create(name="Una Reachable", mail=None)
        champion = name_champion(program=program, person=late, by=None, at=AT - timedelta(days=20))
        name_champion(program=program, person=unreachable, by=None, at=AT)
    client, page = client_as(meridian.lead), address(meridian, program)
    pods = reverse("program-pods", args=[meridian.organization.slug, program.slug])
    again = reverse("champion-invite", args=[meridian.organization.slug, program.slug, champion.public_id])
    for shown in (client.get(page).content.decode(), client.get(pods).content.decode()):
        assert shown.count("the invitation has run out") == shown.count(again) == 1
        assert "Send the way in again: the new link is good for 14 days." in shown
        assert "Please ask an administrator to add one" in shown
    for _ in range(2):
        answer = client.post(again, {"back": "champions"})
        assert answer["Location"] == page
    shown = client.get(page).content.decode()
    assert "the invitation has run out" not in shown
    assert "Invited by mail; the link still works." in shown
    ways = client.get(f"/api/v1/o/meridian/p/{program.slug}/champions/").json()["items"]
    assert [(one["name"], one["way_in"]) for one in ways] == [("Nora New", "invited"), ("Una Reachable", "unreachable")]
    with enter(meridian):
        assert Invitation.objects.pending().filter(person=late).count() == 1


def test_nobody_is_invited_by_a_naming_that_is_refused(meridian: World, program: Any, enter: Enter) -> None:
    with enter(meridian):
        taken = PersonFactory.create()
        assign(program=program, arm=Arm.PODS, cluster="A pod", people=[taken], by=None, at=AT)
        with pytest.raises(Refused):
            name_champion(program=program, person=taken, by=None, at=AT)
        assert not Invitation.objects.filter(person=taken).exists()


def test_several_of_that_name_are_offered_and_one_is_chosen(
    meridian: World, program: Any, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        twins = [PersonFactory.create(name="Kim Quokka", department=where) for where in ("Tax", "Deals")]
    client = client_as(meridian.lead)
    answer = client.post(address(meridian, program), {"who": "Kim Quokka"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Tax" in answer.content.decode()
    client.post(address(meridian, program), {"who": "Kim Quokka", "person": twins[1].public_id})
    with enter(meridian):
        assert Champion.objects.get().person == twins[1]


@pytest.mark.parametrize("who", ["", "Nobody At All", "nobody@nowhere.example"])
def test_nobody_is_named_by_what_nobody_is_called(
    meridian: World, program: Any, client_as: ClientAs, enter: Enter, who: str
) -> None:
    answer = client_as(meridian.lead).post(address(meridian, program), {"who": who})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f'value="{who}"' in answer.content.decode() or not who
    with enter(meridian):
        assert not Champion.objects.exists()


def test_whoever_takes_part_or_has_left_is_no_champion(meridian: World, program: Any, enter: Enter) -> None:
    with enter(meridian):
        member = meridian.member.person
        assign(program=program, arm=Arm.PODS, cluster="A pod", people=[member], by=None, at=AT)
        for person, code in ((member, "in_an_arm"), (meridian.gone, "has_left")):
            with pytest.raises(Refused, match=code):
                name_champion(program=program, person=person, by=None, at=AT)


def test_after_the_launch_champions_stay_as_they_are(meridian: World, program: Any, enter: Enter) -> None:
    with enter(meridian):
        champion = name_champion(program=program, person=meridian.champion.person, by=None, at=AT)
        program.baseline_opened_at = program.launched_at = AT
        program.fixed = {}
        program.save()
        with pytest.raises(WrongState):
            name_champion(program=program, person=meridian.away, by=None, at=AT)
        with pytest.raises(WrongState):
            withdraw_champion(champion=champion, by=None, at=AT)


def test_a_launch_wants_champions_and_none_of_them_in_a_group(meridian: World, program: Any, enter: Enter) -> None:
    with enter(meridian):
        assert not has_champions(program=program, at=AT)
        person = meridian.champion.person
        name_champion(program=program, person=person, by=None, at=AT)
        assert has_champions(program=program, at=AT)
        assert champions_are_free(program=program, at=AT)
        assign(program=program, arm=Arm.COMPARISON, cluster="Their team", people=[person], by=None, at=AT)
        assert not champions_are_free(program=program, at=AT)


def test_the_database_keeps_a_champion_once(meridian: World, program: Any, enter: Enter) -> None:
    with enter(meridian):
        first = name_champion(program=program, person=meridian.champion.person, by=None, at=AT)
        assert name_champion(program=program, person=meridian.champion.person, by=None, at=AT) == first
        with pytest.raises(IntegrityError, match="champion_once"), transaction.atomic():
            Champion.objects.create(program=program, person=first.person, named_at=AT)
        with pytest.raises(IntegrityError, match="champion_public_id"), transaction.atomic():
            Champion.objects.create(program=program, person=meridian.away, named_at=AT, public_id=first.public_id)
