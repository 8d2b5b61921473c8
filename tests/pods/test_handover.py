"""Who leads a pod next: also where its champion was erased or has left, which the lead is told on the day itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from adoption.outbox.models import Message
from adoption.programs import actions as programs
from adoption.programs.models import Attention
from adoption.programs.queries import wanting
from adoption.programs.rules import Kind
from adoption.tenancy.actions.people import record_departure, undo_departure
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Agenda
from champions.models import Agreement, Champion
from pods.actions import hand_over, look_at_champions
from pods.actions.champions import LONE_PODS
from pods.actions.remedies import REMEDY, open_remedy
from pods.models import Handover, Pod, Remedy
from pods.queries.places import guides
from pods.rules import Approach, Hindrance
from pods.tasks import look_for_lone_pods
from tests.factories import PersonFactory, World
from tests.running import STARTS_ON, Running, draft, under_way
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db
WEEK_FOUR = STARTS_ON + timedelta(weeks=3)


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    with enter(meridian):
        return under_way(meridian)


@pytest.fixture
def at(running: Running) -> datetime:
    return running.at(WEEK_FOUR)


def address(name: str, *args: Any) -> str:
    return reverse(name, args=["meridian", *args])


def look(running: Running, at: datetime) -> datetime | None:
    """What the agenda promised for the programme is carried out; when it comes again."""
    row = Agenda.objects.get(task=LONE_PODS, row_id=running.program.pk)
    look_for_lone_pods(row.pk, at=at.isoformat())
    row.refresh_from_db()
    return row.due_at if row.done_at is None else None


def alone(running: Running, at: datetime) -> list[str]:
    """What the lead's list says of pods that nobody leads."""
    rows = wanting(running.program, on=at.date(), at=at)
    return [str(one.why) for one in rows if one.row.kind == Kind.NO_CHAMPION]


def step(running: Running, person: Any, owner: Any, at: datetime, **changes: Any) -> Remedy:
    given: dict[str, Any] = {
        "hindrance": Hindrance.OBSTACLE,
        "approach": Approach.WITH_THEM_ALONE,
        "detail": "The figures",
        "due_on": at.date() + timedelta(days=3),
    }
    return open_remedy(program=running.program, person=person, owner=owner, by=owner, at=at, **given | changes)


# --- a champion who is gone ------------------------------------------------------------------------------------------


def test_a_pod_whose_champion_was_erased_is_on_the_leads_list_until_it_has_a_successor(
    meridian: World, running: Running, at: datetime, enter: Enter
) -> None:
    with enter(meridian):
        erase_person(person=meridian.champion.person, by=meridian.owner.person, at=at)
        assert look(running, at) is None
        assert alone(running, at) == ["Nobody leads Elbe any more."]
        pod = Pod.objects.get(pk=running.pod.pk)
        hand_over(pod=pod, successor=running.members[1], by=meridian.lead.person, at=at)
        assert alone(running, at) == []
        assert [(row.before, row.after.person) for row in Handover.objects.all()] == [(None, running.members[1])]
        assert Pod.objects.led_by(running.members[1]).get() == pod


def test_a_champion_who_leaves_is_told_of_on_the_day_itself_and_nobody_asks_them_any_more(
    meridian: World, running: Running, at: datetime, enter: Enter, client_as: ClientAs
) -> None:
    champion, member = meridian.champion.person, running.members[0]
    last = WEEK_FOUR + timedelta(days=7)
    with enter(meridian):
        programs.raise_attention(
            program=running.program, person=member, kind=Kind.STUCK, since=WEEK_FOUR, detail={}, at=at
        )
        record_departure(person=champion, left_on=last, by=None, at=at)
        due = look(running, at)
        assert due is not None
        assert due.date() == last
        assert alone(running, at) == []
        assert guides(programs=[running.program], at=at)[running.program.pk, member.pk] == champion
        assert look(running, due) is None
        assert alone(running, due) == ["Nobody leads Elbe any more."]
        assert guides(programs=[running.program], at=due) == {}
        row = Attention.objects.get(kind=Kind.STUCK)
        Message.objects.all().delete()
    with time_machine.travel(due, tick=False):
        lead = client_as(meridian.lead)
        page = lead.get(address("attention", running.program.slug)).content.decode()
        assert f"Ask {champion.name.split()[0]}" not in page
        assert "Nobody leads this pod at present." in page
        assert address("program-pods", running.program.slug) in page
        lead.post(address("attention-ask", running.program.slug, row.public_id))
    with enter(meridian):
        assert not Message.objects.exists()
        undo_departure(person=champion, by=None, at=due)
        look(running, due)
        assert alone(running, due) == []


def test_every_pod_that_is_alone_is_named_and_done_without_a_successor_rests_for_three_weeks(
    meridian: World, running: Running, at: datetime, enter: Enter
) -> None:
    with enter(meridian):
        other = Champion.objects.create(program=running.program, person=PersonFactory(), named_at=at)
        Pod.objects.create(program=running.program, champion=other, name="Weser", formed_at=at)
        record_departure(person=meridian.champion.person, left_on=at.date(), by=None, at=at)
        look(running, at)
        row = Attention.objects.get(kind=Kind.NO_CHAMPION)
        programs.handle_attention(attention=row, by=None, at=at)
        look_at_champions(program=running.program, at=at + timedelta(weeks=1))
        assert alone(running, at) == []
        # Another one is news.
        record_departure(person=other.person, left_on=at.date(), by=None, at=at)
        look(running, at)
        assert alone(running, at) == ["Nobody leads Elbe, Weser any more."]
        hand_over(pod=running.pod, successor=running.members[0], by=None, at=at)
        assert alone(running, at) == ["Nobody leads Weser any more."]
        programs.end(program=running.program, at=at)
        assert not Attention.objects.open().filter(kind=Kind.NO_CHAMPION).exists()
        assert look_at_champions(program=running.program, at=at) is None


def test_a_draft_whose_champion_leaves_asks_nobody(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        early = draft(meridian)
        record_departure(person=meridian.champion.person, left_on=STARTS_ON, by=None, at=early.at(STARTS_ON))
        assert not Agenda.objects.filter(task=LONE_PODS).exists()


def test_whoever_may_hand_a_pod_over_finds_it_on_its_page_whatever_is_agreed(
    meridian: World, running: Running, at: datetime, enter: Enter, client_as: ClientAs
) -> None:
    page, form = address("pod", running.pod.public_id), address("pod-hand-over", running.pod.public_id)
    with enter(meridian):
        Agreement.objects.all().delete()
    with time_machine.travel(at, tick=False):
        assert form in client_as(meridian.lead).get(page).content.decode()
        assert form not in client_as(meridian.champion).get(page).content.decode()
        with enter(meridian):
            record_departure(person=meridian.champion.person, left_on=at.date(), by=None, at=at)
        lead = client_as(meridian.lead)
        said = lead.get(page).content.decode()
        assert "Elbe has no champion at present" in said
        assert "Name a successor" in said
        listed = lead.get(address("program-pods", running.program.slug)).content.decode()
        assert "none at present" in listed
        assert form in listed
        assert meridian.champion.person.name not in lead.get(form).content.decode()
        assert lead.post(form, {"who": running.members[2].mail}).status_code == HTTPStatus.FOUND
        assert f"Elbe, led by {running.members[2].name}" in lead.get(page).content.decode()


# --- what goes along -------------------------------------------------------------------------------------------------


def test_open_steps_with_members_go_to_the_successor_and_no_others(
    meridian: World, running: Running, at: datetime, enter: Enter
) -> None:
    champion, expert = meridian.champion.person, meridian.owner.person
    first, second, successor = running.members
    with enter(meridian):
        theirs = step(running, first, champion, at)
        experts = step(running, second, expert, at)
        private = step(running, expert, champion, at, hindrance=Hindrance.LEADER_ABSENT, detail="briefing")
        Message.objects.all().delete()
        hand_over(pod=running.pod, successor=successor, by=None, at=at)
        owners = {row.pk: row.owner for row in Remedy.objects.select_related("owner")}
        assert owners == {theirs.pk: successor, experts.pk: expert, private.pk: champion}
        assert [(row.person, row.row_id) for row in Message.objects.filter(kind=REMEDY)] == [(successor, theirs.pk)]


def test_open_steps_of_an_erased_champion_go_to_whoever_leads_next(
    meridian: World, running: Running, at: datetime, enter: Enter
) -> None:
    with enter(meridian):
        theirs = step(running, running.members[0], meridian.champion.person, at)
        erase_person(person=meridian.champion.person, by=meridian.owner.person, at=at)
        hand_over(pod=Pod.objects.get(pk=running.pod.pk), successor=running.members[1], by=None, at=at)
        assert Remedy.objects.get(pk=theirs.pk).owner == running.members[1]
