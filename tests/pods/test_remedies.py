"""One step for one person against what keeps them: each cause has its own form and day, and a group session is none."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.outbox.models import Message
from adoption.programs.actions import Refused, object_to, raise_attention, take_back_objection
from adoption.programs.models import Attention, Pack, PackElement, Program
from adoption.programs.queries import told_of
from adoption.programs.rules import Kind
from adoption.tenancy.models import Agenda, AuditEvent, Leave, Person
from champions.actions.network import list_expert
from pods import rules
from pods.actions import answer_follow_up, erase_person
from pods.actions import remedies as actions
from pods.models import FollowUp, Remedy, Session
from pods.queries import export_pods
from pods.queries import remedies as queries
from pods.queries.words import CAUSE_SAYINGS, CAUSE_WORDS, REMEDIES
from pods.rules import Approach, Cause, Hindrance, Used
from tests.factories import AT, PersonFactory, World
from tests.practice import Practice, practise
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
MEMBERS = [one for one in Hindrance if one not in queries.NOT_OF_MEMBERS]


@pytest.fixture
def practice(meridian: World) -> Practice:
    return practise(meridian)


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["meridian", *args])


def escaped(page: str) -> str:
    """A page's words as they were before they were escaped, in one line."""
    return " ".join(unescape(page).split())


def once(page: str) -> str:
    """A page without what is drawn anew for each: the token of its form."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def agree(practice: Practice, **changes: Any) -> Remedy:
    given: dict[str, Any] = {
        "program": practice.program,
        "person": practice.members[0],
        "hindrance": Hindrance.OBSTACLE,
        "approach": Approach.WITH_THEM_ALONE,
        "detail": "The figures",
        "owner": practice.champion.person,
        "due_on": AT.date() + timedelta(days=3),
        "by": practice.champion.person,
        "at": AT,
    }
    return actions.open_remedy(**given | changes)


def stuck(practice: Practice) -> None:
    raise_attention(
        program=practice.program, person=practice.members[0], kind=Kind.STUCK, since=AT.date(), detail={}, at=AT
    )


def answer(practice: Practice, cause: Cause) -> Attention:
    """Their day 7 found what keeps them, and it was not fixed."""
    answer_follow_up(
        follow_up=practice.follow_up,
        used=Used.NO,
        what_happened="",
        what_failed="",
        cause=cause,
        fixed=False,
        by=None,
        at=AT,
    )
    row: Attention = Attention.objects.open().select_related("person").get(kind=Kind.STUCK)
    return row


def launch(practice: Practice) -> None:
    Program.objects.filter(pk=practice.program.pk).update(baseline_opened_at=AT, launched_at=AT, fixed={})


# --- each its own ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hindrance", list(Hindrance))
def test_each_hindrance_has_its_own_words_step_question_day_and_owner(hindrance: Hindrance) -> None:
    for words in (queries.HINDRANCE_WORDS, queries.STEP_WORDS, queries.DETAIL_WORDS):
        assert [str(one) for one in words.values()].count(str(words[hindrance])) == 1
    assert rules.USUAL[hindrance].days > 0
    assert rules.proposed_day(hindrance, date(2026, 7, 8)).weekday() < 5


@pytest.mark.parametrize("hindrance", MEMBERS)
def test_each_opens_its_own_form_and_proposes_its_own_day(
    meridian: World, practice: Practice, client_as: ClientAs, hindrance: Hindrance
) -> None:
    address = at("step-for", practice.program.slug, practice.members[0].public_id)
    page = client_as(meridian.champion).get(f"{address}?cause={hindrance}").content.decode()
    assert str(queries.DETAIL_WORDS[hindrance]).replace("'", "&#x27;") in page
    assert f'value="{rules.proposed_day(hindrance, AT.date())}"' in page


def test_without_a_cause_the_causes_stand_in_their_order_the_one_of_day_7_first(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        answer(practice, Cause.NO_PEER_SEEN)
    person = practice.follow_up.person.public_id
    page = client_as(meridian.champion).get(at("step-for", practice.program.slug, person)).content.decode()
    places = [page.index(f'"?cause={one}"') for one in MEMBERS]
    assert min(places) == page.index('"?cause=no_peer_seen"')
    assert sorted(places[:-1]) == places[:-1]
    assert "found on day 7" in page


def test_another_group_session_is_refused_with_the_reason_and_nothing_is_lost(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    address = f"{at('step-for', practice.program.slug, practice.members[0].public_id)}?cause=generic_examples"
    given = {
        "approach": "group_session",
        "detail": "Five of their own",
        "owner": str(practice.champion.person.public_id),
        "due_on": "2026-07-20",
    }
    refused = client_as(meridian.champion).post(address, given)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    said = refused.content.decode()
    assert "repeats what did not work" in said
    assert "Five of their own" in said
    with enter(meridian):
        assert not Remedy.objects.exists()
    assert client_as(meridian.champion).post(address, {**given, "approach": "with_them_alone"}).status_code == 302
    with enter(meridian):
        assert Remedy.objects.get().detail == "Five of their own"


# --- on the lists, by its cause --------------------------------------------------------------------------------------

UNSOLVED = [one for one in Cause if one not in rules.SETTLED]


@pytest.mark.parametrize("cause", UNSOLVED)
def test_whoever_is_stuck_stands_on_every_list_with_the_cause_and_its_own_step(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter, cause: Cause
) -> None:
    with enter(meridian):
        answer(practice, cause)
        launch(practice)
    form = f"{at('step-for', practice.program.slug, practice.follow_up.person.public_id)}?cause={cause}"
    lead, champion = client_as(meridian.lead), client_as(meridian.champion)
    shown = [
        lead.get(at("attention", practice.program.slug)),
        lead.get(at("attention-everywhere")),
        lead.get(at("waiting-programs")),
        champion.get(at("pod", practice.pod.public_id)),
    ]
    for page in (escaped(one.content.decode()) for one in shown):
        assert f"{CAUSE_WORDS[cause]}: found on day 7" in page
        assert str(REMEDIES[cause]) in page
        assert form in page
    assert str(CAUSE_SAYINGS[cause]) in escaped(shown[-1].content.decode())
    assert form in champion.get(at("waiting-pods")).content.decode()
    [told] = lead.get("/api/v1/o/meridian/attention/?kind=stuck").json()["items"]
    [talk] = champion.get(f"/api/v1/o/meridian/pods/{practice.pod.public_id}/talks/").json()["items"]
    for one in (told, talk):
        assert (one["cause"], one["step"]) == (cause, str(REMEDIES[cause]))
    others = [str(words) for key, words in REMEDIES.items() if key is not cause]
    assert not any(one in escaped(shown[0].content.decode()) for one in others)


def test_what_was_found_last_is_what_the_lists_say(practice: Practice, meridian: World, enter: Enter) -> None:
    with enter(meridian):
        row = answer(practice, Cause.OBSTACLE)
        FollowUp.objects.update(answered_at=None, used="", cause="", fixed=None)
        assert answer(practice, Cause.CONTEXT_PACK) == row
        assert told_of(Attention.objects.get(pk=row.pk)).cause == Cause.CONTEXT_PACK


@pytest.mark.parametrize(
    ("face", "name"), [("lead", "attention-done"), ("champion", "talked")], ids=["the lead", "the champion"]
)
def test_whoever_is_stuck_is_not_ticked_off_but_led_to_the_step(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter, face: str, name: str
) -> None:
    with enter(meridian):
        row = answer(practice, Cause.OBSTACLE)
    client = client_as(getattr(meridian, face))
    place = {"attention-done": practice.program.slug, "talked": practice.pod.public_id}[name]
    page = client.get(
        at("attention", practice.program.slug) if face == "lead" else at("pod", practice.pod.public_id)
    ).content.decode()
    assert at(name, place, row.public_id) not in page
    answered = client.post(at(name, place, row.public_id))
    assert answered["Location"] == at("step-for", practice.program.slug, row.somebody.public_id)
    assert "closed by a step that is agreed on" in client.get(answered["Location"]).content.decode()
    with enter(meridian):
        assert Attention.objects.open().get() == row
    address = {
        "lead": f"/api/v1/o/meridian/attention/{row.public_id}/done/",
        "champion": f"/api/v1/o/meridian/pods/{practice.pod.public_id}/talks/{row.public_id}/",
    }[face]
    refused = client.put(address, {}, content_type="application/json")
    assert refused.status_code == HTTPStatus.CONFLICT
    assert refused.json()["errors"][0]["code"] == "step_to_agree_on"
    with enter(meridian):
        agree(practice, person=row.somebody)
        assert not Attention.objects.open().exists()


def test_from_a_day_7_that_went_badly_one_press_leads_to_the_step(
    meridian: World, practice: Practice, client_as: ClientAs
) -> None:
    address, client = at("follow-up", practice.follow_up.public_id), client_as(meridian.champion)
    given = {"used": "stopped", "what_happened": "", "what_failed": "", "cause": "obstacle", "fixed": "no"}
    saved = client.post(address, given, follow=True)
    assert saved.redirect_chain[-1][0] == address
    form = f"{at('step-for', practice.program.slug, practice.follow_up.person.public_id)}?cause=obstacle"
    assert form in saved.content.decode()
    assert client.get(form).status_code == HTTPStatus.OK


# --- opened, reminded of, closed -------------------------------------------------------------------------------------


def test_a_step_takes_the_person_off_the_lists_until_its_day(practice: Practice, meridian: World, enter: Enter) -> None:
    with enter(meridian):
        stuck(practice)
        made = agree(practice, by=meridian.lead.person)
        assert not Attention.objects.open().exists()
        assert Agenda.objects.filter(task=actions.REMEDY_DUE, row_id=made.pk).count() == 1
        assert Message.objects.get(kind=actions.REMEDY).person == practice.champion.person
        actions.remind_of_remedy(remedy=made, at=AT + timedelta(days=3))
        told = told_of(Attention.objects.open().get(kind=Kind.STUCK))
        assert (told.cause, told.begins_with) == ("obstacle", "obstacle")
        assert "nobody has said whether it works" in told.why
        message = Message.objects.filter(kind=actions.REMEDY).latest("pk")
        assert queries.remedy_wanted(message=message, at=AT)
        assert "The figures" not in str(queries.facts_of_remedy(message=message, at=AT))


@pytest.mark.parametrize(("worked", "kinds"), [(True, []), (False, [Kind.STUCK])])
def test_it_is_closed_only_by_saying_whether_it_works(
    practice: Practice, meridian: World, enter: Enter, worked: bool, kinds: list[Kind]
) -> None:
    with enter(meridian):
        made = agree(practice)
        actions.close_remedy(remedy=made, worked=worked, result="Again", by=practice.champion.person, at=AT)
        assert list(Attention.objects.open().values_list("kind", flat=True)) == kinds
        told = [told_of(one) for one in Attention.objects.open()]
        # What did not help is not proposed again.
        assert [(one.cause, one.begins_with) for one in told] == [("obstacle", "") for _ in kinds]
        with pytest.raises(Refused, match="remedy_done"):
            actions.close_remedy(remedy=made, worked=True, result="", by=practice.champion.person, at=AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            Remedy.objects.filter(pk=made.pk).update(worked=None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (lambda world: {"approach": Approach.GROUP_SESSION}, "another_group_session"),
        (lambda world: {"due_on": AT.date() - timedelta(days=1)}, "not_within_six_weeks"),
        (lambda world: {"due_on": AT.date() + timedelta(days=43)}, "not_within_six_weeks"),
        (lambda world: {"person": world.owner.person}, "not_to_be_helped"),
    ],
)
def test_what_is_no_step_is_refused(practice: Practice, meridian: World, enter: Enter, changes: Any, code: str) -> None:
    with enter(meridian):
        with pytest.raises(Refused, match=code):
            agree(practice, **changes(meridian))
        assert not Remedy.objects.exists()


def test_a_second_step_against_the_same_is_refused_and_against_another_is_not(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        agree(practice)
        with pytest.raises(Refused, match="remedy_open"):
            agree(practice)
        agree(practice, hindrance=Hindrance.NO_PEER_SEEN)
        assert Remedy.objects.count() == 2


@pytest.mark.parametrize("face", ["lead", "champion"])
def test_to_lead_and_champion_whoever_objects_looks_like_anybody(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter, face: str
) -> None:
    client, person = client_as(getattr(meridian, face)), practice.members[0]
    address = at("step-for", practice.program.slug, person.public_id)
    given = {
        "approach": "with_them_alone",
        "detail": "The figures",
        "owner": str(practice.champion.person.public_id),
        "due_on": "2026-07-15",
    }

    def seen() -> list[tuple[int, str]]:
        """What each page answers, and what agreeing on a step leads to; then nothing of it is left."""
        agreed = client.post(f"{address}?cause=obstacle", given, follow=True)
        with enter(meridian):
            made = str(Remedy.objects.get().public_id)
        answers = [
            *(client.get(f"{address}{cause}") for cause in ("", "?cause=context_pack")),
            agreed,
            client.get(at("steps")),
            client.get(at("step-taken", made)),
            client.get("/api/v1/o/meridian/steps/"),
            client.post(at("step-taken", made), {"worked": "no"}, follow=True),
        ]
        with enter(meridian):
            Remedy.objects.all().delete()
            Attention.objects.all().delete()
        return [(one.status_code, once(one.content.decode()).replace(made, "")) for one in answers]

    before = seen()
    with enter(meridian):
        object_to(program=practice.program, person=person, at=AT)
    assert seen() == before
    assert {status for status, _page in before} == {HTTPStatus.OK}
    # Somebody who is not in the programme is another matter.
    other = at("step-for", practice.program.slug, meridian.owner.person.public_id)
    assert client.get(other).status_code == HTTPStatus.NOT_FOUND


def test_of_a_step_with_somebody_who_objects_leaves_or_is_away_nothing_is_said_until_they_are_back(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    person, owner, due = practice.members[0], practice.champion.person, AT + timedelta(days=5)

    def listed() -> int:
        return len(queries.steps_of(owner, manages=False, on=due.date()).open)

    with enter(meridian):
        made = agree(practice, by=meridian.lead.person)
        message = Message.objects.get(kind=actions.REMEDY)
        assert (listed(), queries.remedy_wanted(message=message, at=AT)) == (1, True)
        for go, come_back in (
            (
                lambda: object_to(program=practice.program, person=person, at=AT + timedelta(hours=1)),
                lambda: take_back_objection(program=practice.program, person=person, at=AT + timedelta(hours=2)),
            ),
            (
                lambda: Person.objects.filter(pk=person.pk).update(left_on=AT.date()),
                lambda: Person.objects.filter(pk=person.pk).update(left_on=None),
            ),
            (
                lambda: Leave.objects.create(person=person, starts_on=AT.date(), created_at=AT),
                lambda: Leave.objects.all().delete(),
            ),
        ):
            go()
            assert (listed(), queries.remedy_wanted(message=message, at=AT)) == (0, False)
            # It is looked at again the next working morning, which is the Tuesday after.
            again = actions.remind_of_remedy(remedy=made, at=due)
            assert again is not None
            assert (again.date(), Attention.objects.open().exists()) == (date(2026, 7, 14), False)
            come_back()
            assert (listed(), queries.remedy_wanted(message=message, at=AT)) == (1, True)
        assert Message.objects.filter(kind=actions.REMEDY).count() == 1
        assert actions.remind_of_remedy(remedy=made, at=due) is None
        assert Message.objects.filter(kind=actions.REMEDY).count() == 2
        assert Attention.objects.open().get().kind == Kind.STUCK


def test_with_the_programme_ends_what_waits_for_somebody_to_come_back(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        made = agree(practice)
        object_to(program=practice.program, person=practice.members[0], at=AT)
        made.program.closed_at = AT
        assert actions.remind_of_remedy(remedy=made, at=AT) is None


# --- whose it is -----------------------------------------------------------------------------------------------------


def test_owners_see_their_steps_leads_all_and_nobody_else_any(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        made = agree(practice)
    address = at("step-taken", made.public_id)
    for somebody in (meridian.member, meridian.executive, meridian.owner, meridian.admin):
        assert client_as(somebody).get(address).status_code == HTTPStatus.NOT_FOUND
        assert practice.members[0].name not in client_as(somebody).get(at("steps")).content.decode().split("<main")[1]
        new = at("step-for", practice.program.slug, practice.members[1].public_id)
        assert client_as(somebody).get(new).status_code == HTTPStatus.NOT_FOUND
    for somebody in (meridian.champion, meridian.lead):
        assert practice.members[0].name in client_as(somebody).get(at("steps")).content.decode()
        assert "The figures" in client_as(somebody).get(address).content.decode()
    assert client_as(meridian.champion).post(address, {}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    client_as(meridian.champion).post(address, {"worked": "yes", "result": "Used on Tuesday"})
    assert "Used on Tuesday" in client_as(meridian.lead).get(address).content.decode()


def test_a_leader_who_does_not_use_it_is_addressed_privately(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    address = at("step-for-leader", practice.program.slug, "leader_absent")
    assert client_as(meridian.champion).get(address).status_code == HTTPStatus.FORBIDDEN
    assert client_as(meridian.lead).get(at("step-for-leader", practice.program.slug, "obstacle")).status_code == 404
    page = client_as(meridian.lead).get(address).content.decode()
    for words in ("A briefing", "The board report", "A client’s status"):
        assert words in page
    with enter(meridian):
        events = AuditEvent.objects.count()
    given = {
        "who": meridian.executive.person.name,
        "approach": "with_them_alone",
        "detail": "briefing",
        "owner": str(meridian.lead.person.public_id),
        "due_on": "2026-07-15",
    }
    assert client_as(meridian.lead).post(address, {**given, "who": "Nobody at all"}).status_code == 422
    assert client_as(meridian.lead).post(address, given).status_code == HTTPStatus.FOUND
    with enter(meridian):
        made = Remedy.objects.get()
        assert (made.person, made.detail) == (meridian.executive.person, "briefing")
        assert AuditEvent.objects.count() == events
        actions.remind_of_remedy(remedy=made, at=AT)
        actions.close_remedy(remedy=made, worked=False, result="", by=meridian.lead.person, at=AT)
        assert not Attention.objects.exists()
        assert AuditEvent.objects.count() == events


# --- for the lead ----------------------------------------------------------------------------------------------------


def day_sevens(practice: Practice, causes: list[Cause]) -> None:
    session = Session.objects.get()
    for number, cause in enumerate(causes):
        FollowUp.objects.create(
            session=session,
            person=PersonFactory.create(name=f"Somebody {number}"),
            due_at=AT,
            answered_at=AT - timedelta(days=4),
            used=Used.NO,
            cause=cause,
            fixed=False,
        )


def test_causes_are_counted_by_people_through_the_gate(practice: Practice, meridian: World, enter: Enter) -> None:
    with enter(meridian):
        assert queries.diagnosis(practice.program, at=AT).causes == ()
        day_sevens(practice, [Cause.OBSTACLE] * 4)
        few = queries.diagnosis(practice.program, at=AT)
        assert {one.said.figure for one in few.causes} == {"not shown"}
        FollowUp.objects.filter(person__name__startswith="Somebody").delete()
        day_sevens(practice, [Cause.OBSTACLE] * 5 + [Cause.CONTEXT_PACK] * 4)
        found = {str(one.words): one.said.figure for one in queries.diagnosis(practice.program, at=AT).causes}
        assert found["Hit an obstacle that was not solved"] == "5 of 9"
        assert found["Has not seen a colleague use it"] == "fewer than 3"
        # Of this week nothing is counted yet.
        FollowUp.objects.filter(person__name__startswith="Somebody").update(answered_at=AT)
        assert queries.diagnosis(practice.program, at=AT).causes == ()


def test_machines_read_the_causes_as_the_page_says_them(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    root = f"/api/v1/o/meridian/p/{practice.program.slug}/causes/"
    assert client_as(meridian.lead).get(root).json()["causes"] == []
    with enter(meridian):
        day_sevens(practice, [Cause.OBSTACLE] * 5 + [Cause.CONTEXT_PACK] * 4)
    told = {one["cause"]: one["said"] for one in client_as(meridian.lead).get(root).json()["causes"]}
    assert (told["obstacle"], told["no_peer_seen"]) == ("5 of 9", "fewer than 3")
    for other in (meridian.champion, meridian.executive):
        assert client_as(other).get(root).status_code == HTTPStatus.FORBIDDEN


def test_the_attention_list_leads_to_a_step_and_to_the_causes(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        stuck(practice)
    page = client_as(meridian.lead).get(at("attention", practice.program.slug)).content.decode()
    assert at("step-for", practice.program.slug, practice.members[0].public_id) in page
    assert at("causes", practice.program.slug) in page
    part = client_as(meridian.lead).get(at("causes", practice.program.slug), headers={"HX-Request": "true"})
    assert "No day 7 has been answered yet" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert client_as(meridian.champion).get(at("causes", practice.program.slug)).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_steps_takes_two_queries(
    practice: Practice, meridian: World, enter: Enter, count: int, django_assert_num_queries: Any
) -> None:
    with enter(meridian):
        for person in practice.members[:count]:
            agree(practice, person=person)
        with django_assert_num_queries(2):
            assert len(queries.steps_of(meridian.lead.person, manages=True, on=AT.date()).open) == count


def test_a_step_is_in_the_persons_own_data_and_goes_with_them(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        agree(practice)
        (held,) = export_pods(person=practice.members[0])["steps"]
        assert (held["cause"], held["in_particular"]) == ("obstacle", "The figures")
        erase_person(person=practice.members[0], at=AT)
        assert not Remedy.objects.exists()


def test_machines_agree_on_steps_and_are_refused_a_group_session_too(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client, root = client_as(meridian.champion), "/api/v1/o/meridian/steps/"
    body = {
        "program": practice.program.slug,
        "person": str(practice.members[0].public_id),
        "hindrance": "obstacle",
        "detail": "The figures",
    }

    def send(method: str, path: str, given: dict[str, Any]) -> Any:
        return getattr(client, method)(path, given, content_type="application/json")

    refused = send("post", root, {**body, "approach": "group_session"})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "repeats what did not work" in refused.content.decode()
    assert send("post", root, {**body, "person": str(uuid4())}).status_code == HTTPStatus.BAD_REQUEST
    nobody = send("post", root, {**body, "owner": str(uuid4())})
    assert nobody.json()["errors"][0]["code"] == "not_an_owner"
    made = send("post", root, body).json()
    assert made["due_on"] == str(rules.proposed_day(Hindrance.OBSTACLE, AT.date()))
    assert [one["id"] for one in client.get(root).json()["items"]] == [made["id"]]
    assert client_as(meridian.member).get(f"{root}{made['id']}/").status_code == HTTPStatus.NOT_FOUND
    assert send("put", f"{root}{made['id']}/", {"worked": True}).json()["worked"] is True
    assert send("put", f"{root}{made['id']}/", {"worked": True}).status_code == HTTPStatus.CONFLICT
    assert client.get(f"{root}{made['id']}/").json()["owner"]["name"] == meridian.champion.person.name


def test_a_step_is_passed_on_to_an_expert_or_whoever_looks_after_the_pack_and_they_answer_it(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    person, owner = practice.members[0], meridian.owner.person
    with enter(meridian):
        expert = PersonFactory.create(name="Zoe Expert")
        list_expert(person=expert, topic="Figures", how="", by=meridian.lead.person, at=AT)
    address = at("step-for", practice.program.slug, person.public_id)
    page = client_as(meridian.champion).get(f"{address}?cause=obstacle").content.decode()
    assert "Zoe Expert" in page
    assert str(owner.public_id) not in page
    given = {"approach": "with_them_alone", "detail": "Reports", "owner": str(owner.public_id), "due_on": "2026-07-15"}
    client_as(meridian.champion).post(f"{address}?cause=context_pack", given)
    with enter(meridian):
        made = Remedy.objects.get()
        assert (made.owner, Message.objects.get(kind=actions.REMEDY).person) == (owner, owner)
    client_as(meridian.owner).post(at("step-taken", made.public_id), {"worked": "yes"})
    with enter(meridian):
        made.refresh_from_db()
        assert made.worked


def test_a_step_for_the_pack_is_offered_to_whoever_keeps_a_part_of_it_the_persons_own_role_first(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        person = practice.members[0]
        Person.objects.filter(pk=person.pk).update(job_role="Analyst")
        person.refresh_from_db()
        names = [("Writer", "Ada Keeper"), ("Analyst", "Zoe Keeper"), ("Analyst", "Gone Keeper")]
        for role, name in names:
            pack, _ = Pack.objects.get_or_create(program=practice.program, role=role, defaults={"made_at": AT})
            owner = PersonFactory.create(name=name, left_on=AT.date() if name.startswith("Gone") else None)
            PackElement.objects.create(pack=pack, name=name, owner=owner)

        def offered(hindrance: Hindrance) -> list[str]:
            proposed = queries.proposal(practice.program, person, hindrance, by=practice.champion.person, on=AT.date())
            found = queries.owners_of(proposed, practice.champion.person)
            return [one.name for one in found if "Keeper" in one.name]

        assert offered(Hindrance.CONTEXT_PACK) == ["Zoe Keeper", "Ada Keeper"]
        assert offered(Hindrance.OBSTACLE) == []
