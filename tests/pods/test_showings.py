"""The peer moment: whoever uses it is asked two weeks into their own start, offers or does not, and is shown once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from adoption.outbox.actions.links import mint
from adoption.outbox.queries.specimen import write_specimen
from adoption.programs.actions import Refused, object_to, raise_attention
from adoption.programs.models import Program
from adoption.programs.rules import Kind
from adoption.tenancy.models import Person
from adoption.tenancy.models.organization import ChampionView
from metrics.models import CheckIn
from metrics.rules import Via
from pods.actions import SHOWING, log_session, plan_meeting
from pods.actions.showings import decline_showing, offer_showing, withdraw_showing
from pods.models import Meeting, Pod, Showing
from pods.queries import look_at, meeting_look, members_of
from pods.queries.showings import asked_to_show, could_show, is_asked_to_show, peer_moment
from pods.queries.starts import own_week
from pods.rules import SessionKind
from tests.factories import AT, World
from tests.practice import HELD_ON, practise
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
LAUNCHED = date(2026, 6, 22)
WEEKS = (date(2026, 6, 22), date(2026, 6, 29))


@pytest.fixture
def pod(meridian: World, enter: Enter) -> Iterator[Pod]:
    """On the Wednesday of week 3. The first member began with a one-to-one in week 2, the others with week 1."""
    practise(meridian)
    with enter(meridian):
        Program.objects.update(
            starts_on=LAUNCHED,
            baseline_opened_at=AT - timedelta(days=40),
            launched_at=AT - timedelta(days=16),
            fixed={},
        )
        rows = Pod.objects.select_related(
            "program__organization", "program__workflow", "organization", "champion__person", "champion__program"
        )
        yield rows.get()


def use(person: Person, pod: Pod, *uses: int) -> None:
    for week, count in zip(WEEKS, uses, strict=True):
        CheckIn.objects.create(
            person=person,
            workflow=pod.program.workflow,
            week=week,
            version=1,
            total=count,
            unprompted=count,
            via=Via.PAGE,
            valid_at=AT,
            recorded_at=AT,
        )


def test_a_week_of_ones_own_begins_with_the_one_somebody_began_in() -> None:
    assert [own_week(date(2026, 7, 1), day) for day in (date(2026, 7, 5), date(2026, 7, 6), date(2026, 7, 15))] == [
        1,
        2,
        3,
    ]


def test_adopters_and_developing_two_weeks_in_are_asked_and_nobody_else(pod: Pod) -> None:
    members = members_of(pod, on=AT.date())
    began_late = next(one for one in members if one.pk == practise_member(pod))
    early = [one for one in members if one != began_late]
    use(early[0], pod, 4, 3)
    use(early[1], pod, 1, 0)
    use(began_late, pod, 5, 5)
    everybody = {one.pk for one in members}
    assert could_show(pod.program, everybody, at=AT) == {early[0].pk}
    later = AT + timedelta(days=7)
    assert began_late.pk not in could_show(pod.program, everybody, at=AT)
    assert could_show(pod.program, everybody, at=later) <= everybody
    object_to(program=pod.program, person=early[0], at=AT)
    assert could_show(pod.program, everybody, at=AT) == set()


def practise_member(pod: Pod) -> int:
    """Who had the one-to-one."""
    found = pod.sessions.get().attendances.get().person_id
    return int(found)


def test_whose_weeks_are_theirs_to_share_is_not_named_until_they_offer(meridian: World, pod: Pod) -> None:
    members = members_of(pod, on=AT.date())
    early = [one for one in members if one.pk != practise_member(pod)]
    for one in early:
        use(one, pod, 4, 3)
    assert peer_moment(pod, members, at=AT).could_show == tuple(early)
    pod.organization.champion_view = ChampionView.SHARED_ONLY
    assert peer_moment(pod, members, at=AT).could_show == ()
    offer_showing(pod=pod, person=early[0], task="A risk section", minutes_now=30, minutes_before=90, at=AT)
    assert [one.person for one in peer_moment(pod, members, at=AT).offered] == early[:1]
    pod.organization.champion_view = ChampionView.BY_NAME
    Person.objects.filter(pk=early[1].pk).update(manager=pod.champion.person)  # type: ignore[union-attr]
    assert peer_moment(pod, members, at=AT).could_show == ()


def test_what_is_offered_stands_on_the_next_reflection_until_it_was_shown(pod: Pod) -> None:
    person = members_of(pod, on=AT.date())[1]
    meeting = plan_meeting(
        pod=pod,
        kind=SessionKind.REFLECTION,
        day=AT.date() + timedelta(days=1),
        hour=time(10),
        minutes=15,
        people=members_of(pod, on=AT.date()),
        place="",
        topics="",
        weekly=False,
        form_key=uuid4(),
        by=None,
        at=AT,
    )[0]
    for task in ("A summary", "A risk section"):
        offer_showing(pod=pod, person=person, task=task, minutes_now=None, minutes_before=None, at=AT)
    assert [one.task for one in meeting_look(meeting, leads=False, at=AT).showings] == ["A risk section"]
    later = AT + timedelta(days=1)
    log_session(
        pod=pod,
        kind=SessionKind.REFLECTION,
        held_on=later.date(),
        attendees=[person],
        doing_minutes=12,
        explaining_minutes=3,
        note="",
        form_key=uuid4(),
        by=None,
        at=later,
        meeting=meeting,
    )
    assert Showing.objects.get().session_id
    assert not Showing.objects.offered().exists()


def test_not_now_is_not_asked_again_and_told_to_nobody(meridian: World, pod: Pod) -> None:
    person = next(one for one in members_of(pod, on=AT.date()) if one.pk != practise_member(pod))
    use(person, pod, 4, 3)
    assert asked_to_show(person, at=AT) == [pod]
    decline_showing(pod=pod, person=person, at=AT)
    decline_showing(pod=pod, person=person, at=AT)
    assert asked_to_show(person, at=AT) == []
    assert peer_moment(pod, members_of(pod, on=AT.date()), at=AT).offered == ()
    assert peer_moment(pod, members_of(pod, on=AT.date()), at=AT).could_show == ()
    offer_showing(pod=pod, person=person, task="After all", minutes_now=None, minutes_before=None, at=AT)
    withdraw_showing(pod=pod, person=person, at=AT)
    assert Showing.objects.count() == 1
    with pytest.raises(Refused, match="not_in_pod"):
        offer_showing(pod=pod, person=meridian.owner.person, task="Mine", minutes_now=None, minutes_before=None, at=AT)


def test_a_member_offers_changes_and_takes_back_by_hand_and_others_find_nothing(
    meridian: World, pod: Pod, client_as: ClientAs
) -> None:
    where = reverse("showing", args=["meridian", pod.public_id])
    client = client_as(meridian.member)
    refused = client.post(where, {"task": "", "minutes_now": "30"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(where, {"task": "A risk section", "minutes_now": "30"}).status_code == HTTPStatus.FOUND
    assert "A risk section" in client.get(reverse("pods", args=["meridian"])).content.decode()
    listed = client_as(meridian.champion).get(f"/api/v1/o/meridian/pods/{pod.public_id}/showings/").json()
    assert [one["task"] for one in listed["items"]] == ["A risk section"]
    client.post(reverse("showing-not-now", args=["meridian", pod.public_id]))
    assert not Showing.objects.offered().exists()
    for somebody in (meridian.lead, meridian.champion, meridian.owner):
        assert client_as(somebody).get(where).status_code == HTTPStatus.NOT_FOUND


def test_with_a_reason_from_the_weeks_stands_the_week_of_their_own(pod: Pod) -> None:
    person = next(one for one in members_of(pod, on=AT.date()) if one.pk != practise_member(pod))
    raise_attention(program=pod.program, person=person, kind=Kind.BELOW_THRESHOLD, since=AT.date(), detail={}, at=AT)
    talk = next(one for one in look_at(pod, at=AT).talks if one.person == person)
    assert talk.own_week == 3
    assert datetime.combine(HELD_ON, time(0)).date() == HELD_ON


# --- by mailed link --------------------------------------------------------------------------------------------------


def ahead(pod: Pod, kind: SessionKind = SessionKind.REFLECTION) -> Meeting:
    return plan_meeting(
        pod=pod,
        kind=kind,
        day=AT.date() + timedelta(days=8),
        hour=time(10),
        minutes=15,
        people=members_of(pod, on=AT.date()),
        place="",
        topics="",
        weekly=False,
        form_key=uuid4(),
        by=None,
        at=AT,
    )[0]


def test_the_reminder_of_a_session_asks_whoever_could_show_something_and_nobody_else(pod: Pod) -> None:
    person, other = [one for one in members_of(pod, on=AT.date()) if one.pk != practise_member(pod)][:2]
    use(person, pod, 4, 3)
    meeting, hours = ahead(pod), ahead(pod, SessionKind.OFFICE_HOURS)
    assert is_asked_to_show(meeting, person.pk, at=AT)
    assert not is_asked_to_show(meeting, other.pk, at=AT)
    assert not is_asked_to_show(hours, person.pk, at=AT)
    facts = {
        "meeting": meeting,
        "what": "Reflection",
        "pod": pod.name,
        "zone": "UTC",
        "leads": False,
        "address": "https://example.com/",
    }
    asked = write_specimen("meeting_soon", {**facts, "asked": True}, pod.organization, at=AT)
    assert "Show it, or say not now" in asked.text
    assert "Show it" not in write_specimen("meeting_soon", {**facts, "asked": False}, pod.organization, at=AT).text
    decline_showing(pod=pod, person=person, at=AT)
    assert not is_asked_to_show(meeting, person.pk, at=AT)


def test_by_link_a_get_shows_and_a_post_offers_says_not_now_or_is_told_what_is_missing(pod: Pod) -> None:
    person, meeting = members_of(pod, on=AT.date())[0], ahead(pod)

    def arrive() -> tuple[Client, str]:
        address = mint(
            purpose=SHOWING,
            row_id=meeting.pk,
            person=person,
            address=str(person.mail),
            expires_at=AT + timedelta(days=1),
            at=AT,
        )
        client = Client()
        return client, client.get(urlsplit(address).path)["Location"]

    client, page = arrive()
    assert "Two minutes of your own work" in client.get(page).content.decode()
    assert not Showing.objects.exists()
    assert client.post(page, {"task": "", "minutes_now": "30"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Thank you" in client.post(page, {"task": "A risk section", "minutes_now": "30"}).content.decode()
    assert Showing.objects.offered().get().task == "A risk section"
    assert client.get(page).status_code == HTTPStatus.NOT_FOUND, "the next person at this browser finds nothing"
    client, page = arrive()
    assert 'value="A risk section"' in client.get(page).content.decode()
    assert "Nobody asks again" in client.post(page, {"not_now": "1"}).content.decode()
    assert not Showing.objects.offered().exists()
    Program.objects.update(ended_at=AT)
    client, page = arrive()
    assert "Nothing is asked of you any more" in client.post(page, {"task": "Late"}).content.decode()
    assert not Showing.objects.offered().exists()
