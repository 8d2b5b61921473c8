"""The network: who helps with what, experts who agreed, and how many members a champion carries."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.programs.actions import Refused, assign
from adoption.programs.models import Program
from adoption.programs.rules import Arm
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Person
from champions.actions.network import list_expert, put_expert_back, take_expert_off, write_card
from champions.models import Card, Champion, Expert
from champions.queries.network import network
from champions.queries.privacy.kit import export_kit
from champions.rules import Load, load
from tests.factories import AT, PersonFactory, World
from tests.stock import a_prompt, another_champion, make_champion
from tests.worlds import ClientAs, Enter, asked

TODAY = AT.date()

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def champion(meridian: World, enter: Enter) -> Person:
    with enter(meridian):
        return make_champion(meridian)


@pytest.mark.parametrize(
    ("members", "champions", "found"),
    [
        (8, 1, Load.FINE),
        (10, 1, Load.FINE),
        (11, 1, Load.HIGH),
        (31, 3, Load.HIGH),
        (15, 1, Load.HIGH),
        (16, 1, Load.TOO_HIGH),
        (0, 2, Load.FINE),
        (9, 0, Load.UNKNOWN),
    ],
)
def test_above_ten_members_is_many_and_above_fifteen_too_many(members: int, champions: int, found: Load) -> None:
    assert load(members, champions) is found


@pytest.mark.parametrize(("members", "loads"), [(10, []), (11, [Load.HIGH]), (16, [Load.TOO_HIGH])])
def test_a_running_programme_with_too_many_members_says_so(
    meridian: World, champion: Person, enter: Enter, client_as: ClientAs, members: int, loads: list[Load]
) -> None:
    with enter(meridian):
        program = Program.objects.get()
        people = PersonFactory.create_batch(members)
        assign(program=program, arm=Arm.PODS, cluster="Elbe", people=people, by=None, at=AT)
        assert network(on=TODAY).ratios == []  # a draft asks nothing of anybody
        Program.objects.update(baseline_opened_at=AT)
        assert [one.load for one in network(on=TODAY).ratios] == loads
        if loads:
            assert network(on=TODAY).ratios[0].per_champion == members
    for somebody, reads in ((meridian.champion, True), (meridian.lead, True), (meridian.member, False)):
        page = client_as(somebody).get(reverse("network", args=["meridian"])).content.decode()
        assert (f"{members} members for 1 champions" in page) is (reads and bool(loads))


def test_champions_of_all_programmes_are_found_by_what_they_know(
    meridian: World, champion: Person, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        second = another_champion(meridian)
        a_prompt(meridian)
        write_card(solves="Long tables", office_hours="Tuesdays", by=second, at=AT)
        peers = {one.person: one for one in network(on=TODAY).peers}
        assert list(peers) == sorted(peers, key=lambda person: person.sort_name)
        assert peers[champion].workflows == [f"{meridian.canary} reports"]
        assert peers[second].card.solves == "Long tables"  # type: ignore[union-attr]
        Champion.objects.filter(person=second).update(stepped_down_at=AT)
        assert [one.person for one in network(on=TODAY).peers] == [champion]
        with pytest.raises(Refused, match="not_a_champion"):
            write_card(solves="x", office_hours="", by=meridian.member.person, at=AT)
    client = client_as(meridian.champion)
    client.post(reverse("network-card", args=["meridian"]), {"solves": "Tone", "office_hours": "Fridays at ten"})
    page = client_as(meridian.member).get(reverse("network", args=["meridian"])).content.decode()
    assert "Fridays at ten" in page
    assert 'value="Tone"' in client.get(reverse("network-card", args=["meridian"])).content.decode()
    assert client_as(meridian.lead).get(reverse("network-card", args=["meridian"])).status_code == 404


def test_whoever_has_left_is_not_asked_and_not_counted(meridian: World, champion: Person, enter: Enter) -> None:
    with enter(meridian):
        second = another_champion(meridian)
        list_expert(person=second, topic="Contracts", how="", by=champion, at=AT)
        program = Program.objects.get(champions__person=champion)
        people = PersonFactory.create_batch(12)
        assign(program=program, arm=Arm.PODS, cluster="Elbe", people=people, by=None, at=AT)
        Program.objects.update(baseline_opened_at=AT)
        Person.objects.filter(pk=second.pk).update(left_on=TODAY)
        found = network(on=TODAY)
        assert ([one.person for one in found.peers], found.experts) == ([champion], [])
        assert [(one.members, one.champions) for one in found.ratios] == [(12, 1)]
        Person.objects.filter(pk__in=[one.pk for one in people[:2]]).update(left_on=TODAY)
        assert network(on=TODAY).ratios == []
        # Until that day they are there.
        assert len(network(on=TODAY - timedelta(days=1)).peers) == 2


def test_an_expert_is_listed_once_a_topic_and_may_leave_the_list(
    meridian: World, champion: Person, enter: Enter, client_as: ClientAs
) -> None:
    given = {"person": meridian.owner.person.mail, "topic": "Contracts"}
    place = reverse("expert-new", args=["meridian"])
    assert client_as(meridian.member).post(place, given).status_code == HTTPStatus.NOT_FOUND
    client = client_as(meridian.champion)
    assert client.post(place, {**given, "person": "Nobody At All"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "is on the list" in client.post(place, given, follow=True).content.decode()
    assert client.post(place, given).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with enter(meridian):
        expert = Expert.objects.get()
    off, on = (reverse(name, args=["meridian", expert.public_id]) for name in ("expert-off", "expert-on"))
    assert client_as(meridian.member).post(off).status_code == HTTPStatus.NOT_FOUND
    client_as(meridian.owner).post(off)
    with enter(meridian):
        assert network(on=TODAY).experts == []
    client.post(on)
    with enter(meridian):
        assert [one.person for one in network(on=TODAY).experts] == [meridian.owner.person]


def test_listed_again_meanwhile_the_first_entry_stays_off(meridian: World, champion: Person, enter: Enter) -> None:
    with enter(meridian):
        listed = {"person": meridian.owner.person, "topic": "Contracts", "how": "", "by": champion, "at": AT}
        first = list_expert(**listed)
        take_expert_off(expert=first, by=champion, at=AT)
        list_expert(**listed)
        with pytest.raises(Refused, match="listed_already"):
            put_expert_back(expert=first, by=champion, at=AT)


def test_the_page_asks_the_same_of_the_database_with_one_row_and_with_three(
    meridian: World, champion: Person, client_as: ClientAs, enter: Enter
) -> None:
    client, place = client_as(meridian.champion), reverse("network", args=["meridian"])

    with enter(meridian):
        write_card(solves="Tone", office_hours="", by=champion, at=AT)
        list_expert(person=champion, topic="One", how="", by=champion, at=AT)
    one = asked(client, place)
    with enter(meridian):
        for name in ("Nadia", "Nils"):
            second = another_champion(meridian, name)
            write_card(solves="Tables", office_hours="", by=second, at=AT)
            list_expert(person=second, topic="Two", how="", by=champion, at=AT)
    assert asked(client, place) == one


def test_the_database_refuses_nonsense(meridian: World, champion: Person, enter: Enter) -> None:
    with enter(meridian):
        write_card(solves="Tone", office_hours="", by=champion, at=AT)
        kept = list_expert(person=champion, topic="One", how="", by=champion, at=AT)
        expert = {"person": champion, "topic": "Two", "listed_at": AT}
        for model, name, values in (
            (Card, "card_once", {"person": champion, "solves": "x", "written_at": AT}),
            (Card, "card_says_what", {"person": meridian.member.person, "solves": "", "written_at": AT}),
            (Expert, "expert_public_id", {**expert, "public_id": kept.public_id}),
            (Expert, "expert_once_a_topic", {**expert, "topic": "One"}),
            (Expert, "expert_says_what", {**expert, "topic": ""}),
        ):
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                model.objects.create(**values)


def test_erased_somebody_is_in_no_list(meridian: World, champion: Person, enter: Enter) -> None:
    with enter(meridian):
        write_card(solves="Tone", office_hours="", by=champion, at=AT)
        list_expert(person=champion, topic="One", how="", by=champion, at=AT)
        held = export_kit(person=champion)
        assert (len(held["card"]), len(held["expert_for"])) == (1, 1)
        erase_person(person=champion, by=None, at=AT)
        found = network(on=TODAY)
        assert (found.peers, found.experts) == ([], [])
