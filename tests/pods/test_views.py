"""A champion's pages: their own pods and nobody else's, one tap twice, and every refusal beside its field."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from adoption.programs.actions import raise_attention
from adoption.programs.forms import asked_program
from adoption.programs.models import Assignment, Attention
from adoption.programs.rules import Kind
from adoption.tenancy.models import Invitation, Person
from adoption.tenancy.models.organization import ChampionView
from champions.actions import name_champion
from metrics.models import UseWeek
from metrics.rules import WeekState
from pods.actions import form_pod, remind_champion
from pods.models import FollowUp, Pod, Seat, Session
from pods.queries import program_pods
from pods.queries.remedies import peers_of
from pods.rules import Cause, Used
from tests.factories import AT, PersonFactory, World
from tests.practice import HELD_ON, STARTS_ON, Practice, plan_ahead, practise, some_people, want_attention
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def practice(meridian: World) -> Practice:
    return practise(meridian)


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["meridian", *args])


def a_session(practice: Practice, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "one_to_one",
        "people": [str(practice.members[1].public_id)],
        "held_on": "2026-07-07",
        "doing_minutes": "40",
        "explaining_minutes": "10",
        "finished": "The Aldgate report",
        "written_down": "Notes in, three risks out.",
        "form_key": str(uuid4()),
        **changes,
    }


# --- whose pod it is -------------------------------------------------------------------------------------------------


def test_a_pod_is_its_champions_and_operational_to_the_lead(
    meridian: World, practice: Practice, client_as: ClientAs
) -> None:
    page = client_as(meridian.champion).get(at("pod", practice.pod.public_id)).content.decode()
    assert "said it helped" in page
    assert at("pod-weeks", practice.pod.public_id) in page
    seen = client_as(meridian.lead).get(at("pod", practice.pod.public_id)).content.decode()
    assert practice.members[0].name in seen
    assert "said it helped" not in seen
    assert at("pod-weeks", practice.pod.public_id) not in seen


def test_nobody_else_finds_it_and_the_lead_neither_logs_nor_answers(
    meridian: World, practice: Practice, client_as: ClientAs
) -> None:
    pod, follow_up = practice.pod.public_id, practice.follow_up.public_id
    inside = [at("session-log", pod), at("follow-up", follow_up), at("pod-weeks", pod)]
    for somebody in (meridian.member, meridian.executive, meridian.owner, meridian.admin):
        for address in (at("pod", pod), *inside):
            assert client_as(somebody).get(address).status_code == HTTPStatus.NOT_FOUND
    for address in inside:
        assert client_as(meridian.lead).get(address).status_code == HTTPStatus.NOT_FOUND
        assert client_as(meridian.lead).post(address).status_code in {
            HTTPStatus.NOT_FOUND,
            HTTPStatus.METHOD_NOT_ALLOWED,
        }


def test_the_lead_sees_causes_and_never_what_was_said(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    said = {"used": "stopped", "what_failed": "She is slow", "signs": ["obstacle"], "fixed": "no"}
    client_as(meridian.champion).post(at("follow-up", practice.follow_up.public_id), said)
    page = client_as(meridian.lead).get(at("pod", practice.pod.public_id)).content.decode()
    assert "Hit an obstacle" in page
    assert "She is slow" not in page


def test_whoever_leads_one_running_pod_is_there_at_once(
    meridian: World, practice: Practice, client_as: ClientAs
) -> None:
    assert practice.pod.name in client_as(meridian.champion).get(at("pods")).content.decode()
    sits = client_as(meridian.member).get(at("pods")).content.decode()
    assert "You take part" in sits
    assert "You are in no pod" in client_as(meridian.owner).get(at("pods")).content.decode()


# --- a session -------------------------------------------------------------------------------------------------------


def test_a_session_logged_twice_is_one(meridian: World, practice: Practice, client_as: ClientAs, enter: Enter) -> None:
    client, given = client_as(meridian.champion), a_session(practice)
    for _ in range(2):
        answer = client.post(at("session-log", practice.pod.public_id), given)
        assert answer["Location"] == at("pod", practice.pod.public_id)
    with enter(meridian):
        assert Session.objects.count() == FollowUp.objects.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"people": []},
        {"people": [str(uuid4())]},
        {"kind": "party"},
        {"kind": ""},
        {"held_on": "2026-07-09"},
        {"held_on": "2026-01-01"},
        {"held_on": "soon"},
        {"doing_minutes": "601"},
        {"doing_minutes": "-1"},
        {"explaining_minutes": "a while"},
        {"worked": "x" * 501},
        {"form_key": "none"},
    ],
)
def test_what_is_no_session_is_kept_as_typed_and_said_beside_the_field(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter, changes: dict[str, Any]
) -> None:
    given = a_session(practice, worked="Kept words") | changes
    answer = client_as(meridian.champion).post(at("session-log", practice.pod.public_id), given)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "mm-summary" in answer.content.decode()
    assert "Kept words" in answer.content.decode() or "worked" in changes
    with enter(meridian):
        assert Session.objects.count() == 1


def test_two_people_in_a_one_to_one_are_asked_apart(meridian: World, practice: Practice, client_as: ClientAs) -> None:
    both = [str(one.public_id) for one in practice.members[:2]]
    answer = client_as(meridian.champion).post(
        at("session-log", practice.pod.public_id), a_session(practice, people=both)
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "A one-to-one has one person" in answer.content.decode()


def test_the_form_proposes_who_it_was_opened_for(meridian: World, practice: Practice, client_as: ClientAs) -> None:
    who = practice.members[2].public_id
    address = at("session-log", practice.pod.public_id)
    page = client_as(meridian.champion).get(f"{address}?kind=one_to_one&who={who}").content.decode()
    assert page.count("checked") == 2
    assert client_as(meridian.champion).get(f"{address}?kind=nonsense&who=%00").status_code == HTTPStatus.OK


# --- day 7 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "used", "cause", "fixed"),
    [
        ({"used": "yes", "signs": ["obstacle"]}, Used.YES, "", None),
        ({"used": "no", "signs": ["no_peer_seen", "obstacle"], "fixed": "yes"}, Used.NO, Cause.OBSTACLE, True),
        ({"used": "stopped", "cause": "context_pack", "fixed": "no"}, Used.STOPPED, Cause.CONTEXT_PACK, False),
        ({"used": "no", "signs": ["obstacle"], "leave_it": "on"}, Used.NO, "", None),
    ],
)
def test_a_day_7_is_written_down_with_the_first_cause_that_fits(
    meridian: World,
    practice: Practice,
    client_as: ClientAs,
    enter: Enter,
    given: dict[str, Any],
    used: Used,
    cause: str,
    fixed: bool | None,
) -> None:
    client, address = client_as(meridian.champion), at("follow-up", practice.follow_up.public_id)
    assert client.post(address, given).status_code == HTTPStatus.FOUND
    assert client.post(address, {"used": "no", "leave_it": "on"}).status_code == HTTPStatus.FOUND
    with enter(meridian):
        row = FollowUp.objects.get()
        assert (row.used, row.cause, row.fixed) == (used, cause, fixed)
    assert "Written down" in client.get(address).content.decode()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"used": "perhaps"},
        {"used": "no"},
        {"used": "no", "signs": ["obstacle"]},
        {"used": "no", "signs": ["weather"], "fixed": "yes"},
        {"used": "yes", "what_happened": "x" * 2001},
    ],
)
def test_half_an_answer_is_not_written_down(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter, given: dict[str, Any]
) -> None:
    answer = client_as(meridian.champion).post(at("follow-up", practice.follow_up.public_id), given)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with enter(meridian):
        assert FollowUp.objects.get().answered_at is None


# --- forming ---------------------------------------------------------------------------------------------------------


def test_a_champions_own_team_is_proposed_and_a_large_pod_is_asked_about(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        (manager,) = some_people(meridian, 1)
        leader = PersonFactory.create(name="Leader", manager=manager)
        team = some_people(meridian, 11, manager=manager)
        champion = name_champion(program=practice.program, person=leader, by=None, at=AT)
    client, address = client_as(meridian.lead), at("pod-new", practice.program.slug, champion.public_id)
    page = client.get(address).content.decode()
    assert page.count("checked") == 11
    given = {"name": "Large", "member": [one.public_id for one in team], "form": "1"}
    asked = client.post(address, given)
    assert asked.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "11 are many for one champion" in asked.content.decode()
    with enter(meridian):
        assert Pod.objects.count() == 1
    for _ in range(2):
        formed = client.post(address, given | {"anyway": "1"})
        assert formed["Location"] == at("program-pods", practice.program.slug)
    with enter(meridian):
        pod = Pod.objects.get(name="Large")
        assert pod.seats.count() == 11
    client.post(at("pod-dissolve", pod.public_id))
    with enter(meridian):
        assert not Assignment.objects.filter(person__in=team).exists()


def test_two_champions_of_one_first_name_are_proposed_two_names(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.lead)
    for surname, proposed in (("Abel", "Pod Kim"), ("Bell", "Pod Kim Bell"), ("Bell", "Pod Kim Bell 2")):
        with enter(meridian):
            champion = name_champion(
                program=practice.program, person=PersonFactory.create(name=f"Kim {surname}"), by=None, at=AT
            )
            (member,) = some_people(meridian, 1)
        address = at("pod-new", practice.program.slug, champion.public_id)
        assert f'value="{proposed}"' in client.get(address).content.decode()
        client.post(address, {"name": proposed, "member": [member.public_id], "form": "1"})
    with enter(meridian):
        assert Pod.objects.filter(name__startswith="Pod Kim").count() == 3


def test_a_champion_whose_link_has_run_out_gets_another_with_one_click(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        leader = PersonFactory.create(name="Kim Abel", mail="kim@meridian.example")
        champion = name_champion(program=practice.program, person=leader, by=None, at=AT - timedelta(days=20))
        (member,) = some_people(meridian, 1)
        form_pod(program=practice.program, champion=champion, name="Kim", members=[member], by=None, at=AT)
        assert not Invitation.objects.open(AT).filter(person=leader).exists()
    client, pods = client_as(meridian.lead), at("program-pods", practice.program.slug)
    assert client.get(pods).content.decode().count("not here yet") == 1
    again = at("champion-invite", practice.program.slug, champion.public_id)
    for _ in range(2):
        said = client.post(again, follow=True).content.decode()
        assert "Kim Abel gets a mail with a link that is good for 14 days." in said
    with enter(meridian):
        assert Invitation.objects.open(AT).filter(person=leader).count() == 1
        leader.mail = None
        leader.save()
    assert "Kim Abel has no mail address in the directory." in client.post(again, follow=True).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_pods_of_a_programme_take_as_many_queries_for_one_as_for_three(
    meridian: World, practice: Practice, enter: Enter, django_assert_num_queries: Any, count: int
) -> None:
    with enter(meridian):
        for number in range(count - 1):
            leader = PersonFactory.create()
            champion = name_champion(program=practice.program, person=leader, by=None, at=AT - timedelta(days=20))
            if number:
                members = some_people(meridian, 1)
                form_pod(program=practice.program, champion=champion, name="New", members=members, by=None, at=AT)
        program = asked_program(practice.program.slug)
        with django_assert_num_queries(7):
            look = program_pods(program, at=AT)
    assert len(look.pods) + len(look.without_pod) == len(look.awaited) + 1 == count


def test_nobody_is_invited_who_is_in_already(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.lead)
    assert "not here yet" not in client.get(at("program-pods", practice.program.slug)).content.decode()
    client.post(at("champion-invite", practice.program.slug, practice.champion.public_id))
    with enter(meridian):
        assert not Invitation.objects.pending().filter(person=practice.champion.person).exists()


def test_a_reporting_line_inside_a_pod_is_flagged(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        leader = PersonFactory.create(name="Leader")
        middle = PersonFactory.create(name="Middle", manager=leader)
        report = PersonFactory.create(name="Report", manager=middle)
        champion = name_champion(program=practice.program, person=leader, by=None, at=AT)
    given = {"name": "Line", "member": [report.public_id], "form": "1"}
    answer = client_as(meridian.lead).post(at("pod-new", practice.program.slug, champion.public_id), given)
    assert "Report reports to Leader" in answer.content.decode()


def test_a_search_keeps_what_was_ticked_and_refuses_nothing(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        one, other = PersonFactory.create(name="Zelda First"), PersonFactory.create(name="Zelda Second")
        champion = name_champion(program=practice.program, person=meridian.away, by=None, at=AT)
    address = at("pod-new", practice.program.slug, champion.public_id)
    given = {"name": "", "member": [one.public_id], "q": "zelda", "find": "1"}
    page = client_as(meridian.lead).post(address, given)
    assert page.status_code == HTTPStatus.OK
    assert page.content.decode().count("checked") == 1
    assert other.name in page.content.decode()
    client_as(meridian.lead).post(address, {"name": "", "member": ["x", "\0"], "q": "\0", "team": "y", "propose": "1"})


# --- the weeks -------------------------------------------------------------------------------------------------------


def test_a_champion_sees_weeks_by_name_unless_the_member_reports_to_them_or_the_organisation_says_no(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    week = STARTS_ON - timedelta(weeks=2)
    with enter(meridian):
        report = practice.members[2]
        report.manager = practice.champion.person
        report.save()
        for person, uses in zip(practice.members, (4, 0, 5), strict=True):
            UseWeek.objects.create(
                person=person,
                workflow=practice.program.workflow,
                week=week,
                state=WeekState.POSITIVE,
                total=uses,
                prompted=0,
                unprompted=uses,
                decided_at=AT,
            )
    with time_machine.travel(AT + timedelta(days=14), tick=False):
        client, address = client_as(meridian.champion), at("pod-weeks", practice.pod.public_id)
        page = client.get(address).content.decode()
        assert "<main" in page
        assert "mm-q4" in page
        assert "mm-q5" not in page
        assert "theirs to share" in page
        fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "<main" not in fragment
        assert "mm-q4" in fragment
        meridian.organization.champion_view = ChampionView.SHARED_ONLY
        meridian.organization.save()
        assert "mm-q4" not in client.get(address).content.decode()


@pytest.mark.parametrize("name", ["waiting-pods", "waiting-programs", "waiting-week"])
def test_what_waits_is_a_fragment_for_the_script_and_a_page_without(
    meridian: World, practice: Practice, client_as: ClientAs, name: str
) -> None:
    for somebody in meridian.everybody.values():
        client = client_as(somebody)
        assert "<main" in client.get(at(name)).content.decode()
        fragment = client.get(at(name), headers={"HX-Request": "true"})
        assert fragment.status_code == HTTPStatus.OK
        assert "<main" not in fragment.content.decode()
        assert at(name) in client.get(at("home")).content.decode()
    due = client_as(meridian.champion).get(at("waiting-pods")).content.decode()
    assert "1 day-7 follow-up is due" in due


def test_from_the_pods_one_goes_on_with_the_programme(meridian: World, practice: Practice, client_as: ClientAs) -> None:
    page = client_as(meridian.lead).get(at("program-pods", practice.program.slug)).content.decode()
    assert f'class="btn btn-primary" href="{at("program", practice.program.slug)}"' in page
    assert page.count("btn-primary") == 1


# --- logging from the bar, and talks without a session ---------------------------------------------------------------


def test_log_leads_to_the_one_pod_and_asks_which_where_there_are_several(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.champion)
    answer = client.get(at("log"))
    assert answer["Location"] == at("session-log", practice.pod.public_id)
    with enter(meridian):
        second = Pod.objects.create(
            program=practice.program, champion=practice.champion, name="Second pod", formed_at=AT
        )
    page = client.get(at("log")).content.decode()
    assert at("session-log", practice.pod.public_id) in page
    assert at("session-log", second.public_id) in page
    assert "You lead no pod just now" in client_as(meridian.member).get(at("log")).content.decode()


def test_whoever_has_left_is_no_member_and_is_ticked_nowhere(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    gone, there = practice.members[1], practice.members[2]
    with enter(meridian):
        Person.objects.filter(pk=gone.pk).update(left_on=AT.date())
        [listed] = program_pods(practice.program, at=AT).pods
        assert listed.members == len(practice.members) - 1
        assert gone not in peers_of(practice.program, there, on=AT.date())
        assert [one.members for one in Pod.objects.with_members(AT.date())] == [len(practice.members) - 1]
        assert [one.members for one in Pod.objects.with_members(AT.date() - timedelta(days=1))] == [
            len(practice.members)
        ]
    pod = practice.pod.public_id
    for name in ("pod", "pod-weeks", "session-log", "session-plan"):
        with time_machine.travel(AT + timedelta(days=14), tick=False):
            page = client_as(meridian.champion).get(at(name, pod)).content.decode()
        assert there.name in page or str(there.public_id) in page
        assert gone.name not in page
        assert str(gone.public_id) not in page
    lead = client_as(meridian.lead).get(at("pod", pod)).content.decode()
    assert gone.name not in lead
    # The seat is kept: it is theirs should they come back.
    with enter(meridian):
        assert Seat.objects.current().filter(person=gone).exists()


def test_whoever_left_since_a_planned_session_can_be_written_down_as_having_been_there(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    planned = plan_ahead(meridian)
    with enter(meridian):
        day = planned.day + timedelta(days=2)
        Person.objects.filter(pk=practice.members[1].pk).update(left_on=planned.day + timedelta(days=1))
    with time_machine.travel(AT + (day - AT.date()), tick=False):
        address = at("session-log", practice.pod.public_id)
        client = client_as(meridian.champion)
        assert (
            str(practice.members[1].public_id) in client.get(f"{address}?planned={planned.public_id}").content.decode()
        )
        assert str(practice.members[1].public_id) not in client.get(address).content.decode()


def test_a_talk_without_a_session_is_done_with_one_tap_and_undone_with_another(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.champion)
    with enter(meridian):
        person = next(one for one in practice.members if one != practice.follow_up.person)
        silent = {"program": practice.program, "kind": Kind.SILENT, "since": HELD_ON, "detail": {}, "at": AT}
        raise_attention(person=person, **silent)
        row = Attention.objects.get()
    done, back = (at(name, practice.pod.public_id, row.public_id) for name in ("talked", "talked-back"))
    button = f'action="{done}"'
    assert button in client.get(at("pod", practice.pod.public_id)).content.decode()
    page = client.post(done, follow=True).content.decode()
    assert back in page
    assert button not in page
    assert "has come off the list already" in client.post(done, follow=True).content.decode()
    assert button in client.post(back, follow=True).content.decode()
    with enter(meridian):
        assert Attention.objects.open().get() == row


def test_a_day_7_is_not_talked_away(meridian: World, practice: Practice, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        remind_champion(follow_up=practice.follow_up, at=AT)
        row = Attention.objects.get()
    client = client_as(meridian.champion)
    address = at("talked", practice.pod.public_id, row.public_id)
    answer = client.post(address)
    assert answer["Location"] == at("follow-up", practice.follow_up.public_id)
    assert "answered, not talked away" in client.get(answer["Location"]).content.decode()
    with enter(meridian):
        assert Attention.objects.open().get() == row
    assert address not in client.get(at("pod", practice.pod.public_id)).content.decode()


def test_machines_read_whom_to_talk_to_and_say_that_it_is_done(
    meridian: World, harbour: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    row, theirs = want_attention(meridian, Kind.SILENT), want_attention(harbour)
    client, root = client_as(meridian.champion), f"/api/v1/o/meridian/pods/{practice.pod.public_id}/talks/"
    [told] = client.get(root).json()["items"]
    assert (told["id"], told["person"]["name"]) == (str(row.public_id), row.somebody.name)
    assert told["saying"]
    for other in (meridian.lead, meridian.member, meridian.admin):
        assert client_as(other).get(root).status_code == HTTPStatus.NOT_FOUND
        assert client_as(other).put(f"{root}{row.public_id}/").status_code == HTTPStatus.NOT_FOUND
    assert client.put(f"{root}{theirs.public_id}/").status_code == HTTPStatus.NOT_FOUND
    assert client.put(f"{root}{row.public_id}/").status_code == HTTPStatus.NO_CONTENT
    assert client.get(root).json()["items"] == []
    assert client.put(f"{root}{row.public_id}/").status_code == HTTPStatus.CONFLICT
    assert client.delete(f"{root}{row.public_id}/").status_code == HTTPStatus.NO_CONTENT
    assert len(client.get(root).json()["items"]) == 1


@pytest.mark.parametrize("who", ["lead", "member", "admin"])
def test_only_whoever_leads_the_pod_says_that_a_talk_is_done(
    meridian: World, harbour: World, practice: Practice, client_as: ClientAs, enter: Enter, who: str
) -> None:
    row, theirs = want_attention(meridian), want_attention(harbour)
    client = client_as(getattr(meridian, who))
    assert client.post(at("talked", practice.pod.public_id, row.public_id)).status_code == HTTPStatus.NOT_FOUND
    champion = client_as(meridian.champion)
    assert champion.post(at("talked", practice.pod.public_id, theirs.public_id)).status_code == HTTPStatus.NOT_FOUND
    for world in (meridian, harbour):
        with enter(world):
            assert Attention.objects.open().count() == 1


def test_whose_day_7_is_due_comes_first_on_the_first_page(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        stuck = {"program": practice.program, "kind": Kind.STUCK, "since": HELD_ON, "detail": {}, "at": AT}
        others = [one for one in practice.members if one != practice.follow_up.person]
        for person in others:
            raise_attention(person=person, **stuck)
        remind_champion(follow_up=practice.follow_up, at=AT)
    page = client_as(meridian.champion).get(at("waiting-pods")).content.decode()
    assert page.index(at("follow-up", practice.follow_up.public_id)) < page.index(
        at("step-for", practice.program.slug, others[0].public_id)
    )
    for person in others:
        assert at("step-for", practice.program.slug, person.public_id) in page
