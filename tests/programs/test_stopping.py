"""A programme that is not followed to its end: a draft discarded, a baseline called off, a phase ended early."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.outbox.models import Link, Message
from adoption.programs import actions
from adoption.programs.actions import Refused, WrongState
from adoption.programs.actions.stopping import stop, take_up_again
from adoption.programs.models import Attention, Program, Step
from adoption.programs.queries.listing import programs_page
from adoption.programs.rules import Arm, State
from adoption.tenancy.models import Agenda, AuditEvent, Invitation, Person
from champions.actions import name_champion
from champions.actions.agreements import ask_for_agreement
from champions.models import Champion
from champions.queries.agreements import agreement_wanted
from metrics.actions.weeks import ask_week
from metrics.queries.asking import week_wanted
from pods.actions import form_pod, plan_meeting
from pods.models import FollowUp, Meeting, Pod
from pods.queries.follow_ups import who_meets
from surveys.models import Wave
from tests.factories import AT, PersonFactory, World
from tests.practice import make_program, plan_ahead, practise, promise_step, some_people, want_attention
from tests.programs.test_many import reach
from tests.running import with_baseline
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

WHY = "The tool was withdrawn"


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["meridian", *args])


def fresh(program: Program) -> Program:
    return Program.objects.select_related("workflow", "organization").get(pk=program.pk)


def verbs(of: str) -> list[str]:
    return list(AuditEvent.objects.filter(verb__startswith=of).order_by("id").values_list("verb", flat=True))


# --- a draft ---------------------------------------------------------------------------------------------------------


def test_a_draft_is_discarded_with_one_question_and_brought_back_with_none(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
    client, page = client_as(meridian.lead), at("program-stop", program.slug)
    assert page in client.get(at("program", program.slug)).content.decode()
    assert f"Discard {program.name}?" in client.get(page).content.decode()
    for _ in range(2):
        said = client.post(page, follow=True).content.decode()
    assert at("program-stop-back", program.slug) in said
    with enter(meridian):
        draft = fresh(program)
        assert (draft.state, draft.is_discarded, draft.archived_at) == (State.STOPPED, True, AT)
        assert [one.program for one in programs_page(state=State.STOPPED, is_archived=True, on=AT.date()).rows] == [
            draft
        ]
        # Its work is free, and nothing of it can be changed.
        actions.retire_workflow(workflow=draft.workflow, by=None, at=AT)
        for act in (
            lambda: actions.assign(
                program=draft, arm=Arm.COMPARISON, cluster="A", people=some_people(meridian, 1), by=None, at=AT
            ),
            lambda: name_champion(program=draft, person=meridian.champion.person, by=None, at=AT),
            lambda: actions.open_baseline(program=draft, by=None, at=AT),
            lambda: actions.choose_template(program=draft, template="exploratory", by=None, at=AT),
        ):
            with pytest.raises(WrongState) as refusal:
                act()
            assert refusal.value.code == "stopped"
    assert "a discarded draft" in client.get(at("program", program.slug)).content.decode()
    for _ in range(2):
        back = client.post(at("program-stop-back", program.slug), follow=True).content.decode()
    assert "is a draft again" in back
    with enter(meridian):
        assert fresh(program).state is State.DRAFT
        assert verbs("program.") == ["program.created", "program.discarded", "program.taken_up_again"]
    for other in (meridian.executive, meridian.champion):
        assert client_as(other).post(page).status_code == HTTPStatus.FORBIDDEN


def test_the_name_of_a_discarded_draft_is_free_and_the_draft_keeps_its_own(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        drafts = [make_program(meridian, name="reports")]
        for _ in range(2):
            with pytest.raises(Refused, match="name_taken"):
                make_program(meridian, name="reports")
            stop(program=drafts[-1], reason="", by=None, at=AT)
            drafts.append(make_program(meridian, name="reports"))
        assert [fresh(one).slug for one in drafts] == [f"{drafts[0].slug}-2", f"{drafts[0].slug}-3", drafts[0].slug]
        assert len({fresh(one).name for one in drafts}) == 1
        # One that asked something of people keeps its address.
        Program.objects.filter(pk=drafts[-1].pk).update(baseline_opened_at=AT)
        stop(program=fresh(drafts[-1]), reason="No money", by=None, at=AT)
        with pytest.raises(Refused, match="name_taken"):
            make_program(meridian, name="reports")
    back = client_as(meridian.lead).post(at("program-stop-back", f"{drafts[0].slug}-2"), follow=True).content.decode()
    assert "is a draft again" in back


def test_who_was_asked_for_a_discarded_draft_is_asked_no_more(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        program, other = make_program(meridian, name="reports"), make_program(meridian, name="other")
        manager = PersonFactory.create()
        new, both = PersonFactory.create(manager=manager), PersonFactory.create()
        champion = name_champion(program=program, person=new, by=None, at=AT)
        for one in (program, other):
            name_champion(program=one, person=both, by=None, at=AT)
        ask_for_agreement(champion=champion, by=None, at=AT)
        message = Message.objects.get(kind="champion_agreement")
        assert agreement_wanted(message=message, at=AT)
        stop(program=program, reason="", by=None, at=AT)
        assert not agreement_wanted(message=message, at=AT)
        with pytest.raises(Refused):
            ask_for_agreement(champion=Champion.objects.get(pk=champion.pk), by=None, at=AT)
        # Whoever leads elsewhere is still invited.
        invited = set(Invitation.objects.pending().values_list("person", flat=True))
        assert (new.pk in invited, both.pk in invited) == (False, True)


# --- a baseline ------------------------------------------------------------------------------------------------------


def test_a_baseline_is_called_off_for_a_reason_and_asks_nobody_any_more(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        program = running.program
        now = running.at(program.starts_on - timedelta(days=7))
        step = Step.objects.open().filter(program=program, task="metrics.ask_week").order_by("due_on").first()
        assert step
        ask_week(program=program, week=step.due_on - timedelta(weeks=1), at=now)
        message = Message.objects.filter(kind="week").first()
        assert message
        assert week_wanted(message=message, at=now)
        with pytest.raises(Refused) as refusal:
            stop(program=program, reason=" ", by=None, at=now)
        assert refusal.value.code == "no_stop_reason"
        for _ in range(2):
            stop(program=program, reason=WHY, by=None, at=now)
        found = fresh(program)
        assert (found.state, found.stopped_because, found.archived_at) == (State.STOPPED, WHY, None)
        assert not week_wanted(message=message, at=now)
        steps = Step.objects.filter(program=program)
        assert not steps.open().exists()
        assert set(steps.filter(done_at__isnull=True).values_list("skip_reason", flat=True)) == {WHY}
        assert not Agenda.objects.open().filter(row_id__in=steps.values("pk"), task__in=steps.values("task")).exists()
        assert not Wave.objects.filter(program=program, closes_at__gt=now).exists()
        with pytest.raises(WrongState):
            actions.restore_step(step=step, by=None, at=now)
        with pytest.raises(WrongState):
            take_up_again(program=program, by=None, at=now)
        with pytest.raises(WrongState):
            actions.launch(program=program, by=None, at=now)
        assert verbs("program.stopped") == ["program.stopped"]
        # In the database too only for a reason.
        with pytest.raises(IntegrityError), transaction.atomic():
            Program.objects.filter(pk=program.pk).update(stopped_because="")


def test_without_a_reason_the_page_asks_for_one(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        program = reach(make_program(meridian, name="reports"), State.BASELINE)
    client, page = client_as(meridian.lead), at("program-stop", program.slug)
    assert f"Call {program.name} off?" in client.get(page).content.decode()
    assert client.post(page).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    said = client.post(page, {"reason": WHY}, follow=True).content.decode()
    assert "was stopped on 8 July 2026" in said
    assert WHY in said
    assert "Open the baseline" not in said
    assert "There is nothing to stop" in client.get(page).content.decode()
    assert client.get(at("readiness", program.slug)).status_code == HTTPStatus.OK


# --- a phase ---------------------------------------------------------------------------------------------------------


def test_a_phase_that_is_ended_early_lets_sessions_and_days_seven_go(meridian: World, enter: Enter) -> None:
    want_attention(meridian)
    meeting = plan_ahead(meridian)
    promise_step(meridian)
    practice = practise(meridian)
    with enter(meridian):
        reach(practice.program, State.LAUNCHED)
        FollowUp.objects.update(due_at=AT + timedelta(days=1))
        row = FollowUp.objects.select_related("session__pod__program", "person").get()
        assert who_meets(row)
        before = Message.objects.filter(kind="meeting").count()
        stop(program=practice.program, reason=WHY, by=meridian.lead.person, at=AT)
        found = fresh(practice.program)
        assert (found.state, found.ended_at, found.closed_at, found.followed_at) == (State.STOPPED, AT, AT, None)
        assert not Attention.objects.open().filter(program=found).exists()
        held = Meeting.objects.get(pk=meeting.pk)
        assert (held.cancelled_at, held.reason) == (AT, "The programme has ended.")
        assert Message.objects.filter(kind="meeting").count() > before
        assert not FollowUp.objects.open(AT).exists()
        assert not who_meets(row)
        assert not Link.objects.filter(purpose="follow_up", ended_at__isnull=True).exists()
        with pytest.raises(Refused):
            plan_meeting(
                pod=Pod.objects.get(pk=practice.pod.pk),
                kind=held.kind,
                day=AT.date() + timedelta(days=3),
                hour=held.hour,
                minutes=15,
                people=practice.members,
                place="",
                topics="",
                weekly=False,
                form_key=practice.pod.public_id,
                by=None,
                at=AT,
            )


def test_its_evidence_says_so_and_a_pod_elsewhere_may_have_its_people(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    practice = practise(meridian)
    with enter(meridian):
        reach(practice.program, State.LAUNCHED)
        stop(program=practice.program, reason=WHY, by=None, at=AT)
        other = make_program(meridian, name="other")
        champion = name_champion(program=other, person=PersonFactory.create(), by=None, at=AT)
        people = list(Person.objects.filter(pk__in=[one.pk for one in practice.members]))
        form_pod(program=other, champion=champion, name="Again", members=people, by=None, at=AT)
    for reader in (meridian.lead, meridian.executive):
        for page in (at("program", practice.program.slug), at("evidence", practice.program.slug), at("programs")):
            assert client_as(reader).get(page).status_code == HTTPStatus.OK
        assert WHY in client_as(reader).get(at("program", practice.program.slug)).content.decode()
    said = client_as(meridian.executive).get(at("evidence", practice.program.slug)).content.decode()
    assert "stopped before its first look" in said


def test_after_the_ninety_days_there_is_nothing_to_stop(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        for state, code in ((State.FOLLOWED, "closes_itself"), (State.CLOSED, "closes_itself")):
            with pytest.raises(WrongState) as refusal:
                stop(program=reach(program, state), reason=WHY, by=None, at=AT)
            assert refusal.value.code == code


def test_machines_stop_a_programme_as_the_page_does(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
    client, json = client_as(meridian.lead), {"content_type": "application/json"}
    address = f"/api/v1/o/meridian/p/{program.slug}/stop/"
    assert client.post(address, {}, **json).json()["state"] == "stopped"
    assert client.delete(address).json()["state"] == "draft"
    with enter(meridian):
        reach(program, State.LAUNCHED)
    silent = client.post(address, {}, **json)
    assert (silent.status_code, silent.json()["errors"][0]["code"]) == (HTTPStatus.CONFLICT, "no_stop_reason")
    stopped = client.post(address, {"reason": WHY}, **json).json()
    assert (stopped["state"], stopped["stopped_because"]) == ("stopped", WHY)
    assert client.delete(address).status_code == HTTPStatus.CONFLICT
    for other in (meridian.executive, meridian.champion):
        assert client_as(other).post(address, {}, **json).status_code == HTTPStatus.FORBIDDEN
