"""Asks: an owner and fourteen days, an answer that reaches the champion, and deeds that somebody else confirms."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adoption.outbox.models import Message
from adoption.programs.actions import Refused
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Agenda
from adoption.tenancy.rules import permissions_of
from champions.actions.asks import (
    OVERDUE,
    answer_ask,
    ask_for,
    confirm_deed,
    note_deed,
    remind_of_ask,
    withdraw_ask,
    withdraw_deed,
)
from champions.models import LeaderDeed, Need
from champions.queries.asks import ask_wanted, asks_for, modelling_of
from champions.queries.kit import standing_in_kit
from champions.queries.privacy.kit import export_kit
from champions.rules import AskAnswer, LeaderAct
from champions.tasks import ask_overdue
from tests.factories import AT, Somebody, World
from tests.outbox.conftest import CarryAt, carry_at, server
from tests.outbox.speech import MailServer
from tests.stock import a_prompt, an_ask, another_champion, make_champion
from tests.worlds import ClientAs, Enter

__all__ = ["carry_at", "server"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def need(meridian: World, enter: Enter) -> Any:
    with enter(meridian):
        make_champion(meridian)
        return an_ask(meridian)


def answered(need: Need, world: World, *, at: Any = AT, answer: AskAnswer = AskAnswer.DONE) -> Need:
    return answer_ask(need=need, answer=answer, words="Thursdays are free.", by=world.executive.person, at=at)


def seen_by(somebody: Somebody, *, at: Any = AT) -> Any:
    standing = standing_in_kit(somebody.person, permissions_of(somebody.roles))
    return asks_for(somebody.person, standing, at=at)


def test_an_ask_has_an_owner_who_is_told_and_fourteen_days(meridian: World, need: Need, enter: Enter) -> None:
    with enter(meridian):
        assert (need.due_on - need.asked_on).days == 14
        message = Message.objects.get(kind="asked")
        assert message.person == meridian.executive.person
        assert ask_wanted(message=message, at=AT)
        with pytest.raises(Refused, match="not_a_champion"):
            ask_for(wanted="x", why="", program=None, owner=meridian.executive.person, by=meridian.member.person, at=AT)
        with pytest.raises(Refused, match="own_ask"):
            ask_for(
                wanted="x", why="", program=None, owner=meridian.champion.person, by=meridian.champion.person, at=AT
            )


@pytest.mark.parametrize(("days", "overdue", "late"), [(14, 0, 0), (15, 1, 1), (20, 6, 6)])
def test_after_fourteen_days_it_is_overdue_and_an_answer_is_late(
    meridian: World, need: Need, enter: Enter, days: int, overdue: int, late: int
) -> None:
    at = AT + timedelta(days=days)
    with enter(meridian):
        [row] = seen_by(meridian.executive, at=at).waiting
        assert (row.is_overdue, row.days_over, row.may_answer) == (overdue > 0, overdue, True)
        assert Need.objects.overdue(at.date()).exists() is (overdue > 0)
        answered(need, meridian, at=at)
        [row] = seen_by(meridian.champion, at=at).answered
        assert (row.was_late, row.days_over) == (late > 0, late)
        # Only what was done in time is an example to be confirmed.
        assert LeaderDeed.objects.exists() is (late == 0)


def test_the_answer_reaches_the_champion_as_it_stands(
    meridian: World, need: Need, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    carry_at(meridian, AT)
    assert "Free Thursday mornings" in str(server.mails[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    with enter(meridian):
        answered(need, meridian)
    carry_at(meridian, AT)
    mail = server.mails[-1]
    assert meridian.champion.person.mail in mail["To"]
    text = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert "What you asked for is done" in text
    assert "Thursdays are free." in text
    assert "/o/meridian/kit/asks/" in text


def test_the_owner_is_reminded_once_when_the_days_are_over_and_not_after_an_answer(
    meridian: World, need: Need, enter: Enter
) -> None:
    with enter(meridian):
        promised = Agenda.objects.get(task=OVERDUE, row_id=need.pk)
        assert promised.due_at == (AT + timedelta(days=15)).replace(hour=8)
        for _ in range(2):
            remind_of_ask(need=need, at=promised.due_at)
        assert Message.objects.filter(kind="ask_overdue", person=meridian.executive.person).count() == 1
        assert ask_overdue.name == OVERDUE
        fresh = answered(need, meridian)
        assert not ask_wanted(message=Message.objects.get(kind="ask_overdue"), at=AT)
        Message.objects.filter(kind="ask_overdue").delete()
        remind_of_ask(need=fresh, at=promised.due_at)
        assert not Message.objects.filter(kind="ask_overdue").exists()


def test_an_ask_is_answered_once_and_not_by_who_asked(meridian: World, need: Need, enter: Enter) -> None:
    with enter(meridian):
        with pytest.raises(Refused, match="own_ask"):
            answer_ask(need=need, answer=AskAnswer.DONE, words="x", by=meridian.champion.person, at=AT)
        answered(need, meridian, answer=AskAnswer.DECLINED)
        with pytest.raises(Refused, match="ask_answered"):
            answered(need, meridian)
        with pytest.raises(Refused, match="ask_answered"):
            withdraw_ask(need=need, by=meridian.champion.person, at=AT)
        # Declined it was answered, not acted on.
        need.refresh_from_db()
        assert not need.was_acted_on
        assert not LeaderDeed.objects.exists()


def test_who_asked_may_withdraw_it(meridian: World, need: Need, enter: Enter) -> None:
    with enter(meridian):
        with pytest.raises(Refused, match="not_your_ask"):
            withdraw_ask(need=need, by=meridian.lead.person, at=AT)
        for _ in range(2):
            withdraw_ask(need=need, by=meridian.champion.person, at=AT)
        with pytest.raises(Refused, match="ask_withdrawn"):
            answered(need, meridian)
        assert seen_by(meridian.executive).waiting == []
        assert not ask_wanted(message=Message.objects.get(kind="asked"), at=AT)


def test_what_a_leader_did_counts_once_somebody_else_confirmed_it(meridian: World, need: Need, enter: Enter) -> None:
    with enter(meridian):
        leader, champion = meridian.executive.person, meridian.champion.person
        answered(need, meridian)
        deed = LeaderDeed.objects.get()
        assert (deed.act, modelling_of(leader, on=AT.date()).shown) == (LeaderAct.ACTED_ON_FEEDBACK, 0)
        with pytest.raises(Refused, match="not_by_oneself"):
            confirm_deed(deed=deed, by=leader, at=AT)
        confirm_deed(deed=deed, by=champion, at=AT)
        assert modelling_of(leader, on=AT.date()).shown == 1
        noted = note_deed(leader=leader, act=LeaderAct.SHARED_A_FAILURE, done_on=AT.date(), note="", by=champion, at=AT)
        with pytest.raises(Refused, match="not_by_oneself"):
            confirm_deed(deed=noted, by=champion, at=AT)
        confirm_deed(deed=noted, by=meridian.lead.person, at=AT)
        own = modelling_of(leader, on=AT.date())
        assert (own.shown, [one.is_seen for one in own.kinds]) == (2, [False, True, False, True])
        assert modelling_of(leader, on=AT.date() + timedelta(days=28)).shown == 0


def test_a_video_counts_nothing_also_when_it_is_confirmed(meridian: World, need: Need, enter: Enter) -> None:
    with enter(meridian):
        leader = meridian.executive.person
        for act in (LeaderAct.VIDEO, LeaderAct.MAIL, LeaderAct.SPONSORED):
            deed = note_deed(leader=leader, act=act, done_on=AT.date(), note="", by=leader, at=AT)
            confirm_deed(deed=deed, by=meridian.lead.person, at=AT)
        assert modelling_of(leader, on=AT.date()).shown == 0
        with pytest.raises(Refused, match="not_yet"):
            note_deed(
                leader=leader, act=LeaderAct.VIDEO, done_on=AT.date() + timedelta(days=1), note="", by=leader, at=AT
            )


def test_a_note_is_taken_back_by_who_wrote_it_until_it_is_confirmed(meridian: World, need: Need, enter: Enter) -> None:
    with enter(meridian):
        leader, lead = meridian.executive.person, meridian.lead.person
        deed = note_deed(leader=leader, act=LeaderAct.VIDEO, done_on=AT.date(), note="", by=lead, at=AT)
        with pytest.raises(Refused, match="not_your_note"):
            withdraw_deed(deed=deed, by=leader, at=AT)
        confirm_deed(deed=deed, by=meridian.champion.person, at=AT)
        with pytest.raises(Refused, match="deed_stands"):
            withdraw_deed(deed=deed, by=lead, at=AT)
        other = note_deed(leader=leader, act=LeaderAct.VIDEO, done_on=AT.date(), note="", by=lead, at=AT)
        withdraw_deed(deed=other, by=lead, at=AT)
        assert LeaderDeed.objects.count() == 1


def test_it_waits_on_the_executives_first_page_with_one_click_to_answer(
    meridian: World, need: Need, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.executive)
    assert reverse("waiting-asks", args=["meridian"]) in client.get(reverse("home", args=["meridian"])).content.decode()
    answer = reverse("ask-answer", args=["meridian", need.public_id])
    part = client.get(reverse("waiting-asks", args=["meridian"]), headers={"HX-Request": "true"}).content.decode()
    assert answer in part
    said = client.post(answer, {"answer": "done", "words": ""})
    assert said.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(answer, {"answer": "done", "words": "Free."}).status_code == HTTPStatus.FOUND
    assert client.get(answer).status_code == HTTPStatus.NOT_FOUND
    part = client.get(reverse("waiting-asks", args=["meridian"]), headers={"HX-Request": "true"}).content.decode()
    assert answer not in part
    # Nothing waits for a lead who does not own it, nor for a member.
    for somebody in (meridian.lead, meridian.member):
        assert answer not in client_as(somebody).get(reverse("waiting-asks", args=["meridian"])).content.decode()


def test_a_champion_asks_on_the_page_one_of_those_in_charge(
    meridian: World, need: Need, client_as: ClientAs, enter: Enter
) -> None:
    client, place = client_as(meridian.champion), reverse("ask-new", args=["meridian"])
    wrong = client.post(place, {"wanted": "A room", "owner": str(meridian.member.person.public_id)})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "A room" in wrong.content.decode()
    right = client.post(place, {"wanted": "A room", "owner": str(meridian.lead.person.public_id)}, follow=True)
    assert "A room" in right.content.decode()
    with enter(meridian):
        assert Need.objects.newest_first()[0].owner == meridian.lead.person


def test_who_has_nothing_to_do_with_asks_finds_none(
    meridian: World, need: Need, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        deed = note_deed(
            leader=meridian.executive.person,
            act=LeaderAct.SHARED_A_FAILURE,
            done_on=AT.date(),
            note="",
            by=meridian.champion.person,
            at=AT,
        )
    for somebody in (meridian.member, meridian.owner, meridian.admin):
        client = client_as(somebody)
        for name, ids in (
            ("asks", []),
            ("ask-new", []),
            ("deed-new", []),
            ("ask-answer", [need.public_id]),
        ):
            answer = client.get(reverse(name, args=["meridian", *ids]))
            assert answer.status_code == HTTPStatus.NOT_FOUND, name
        for name, id_ in (
            ("ask-withdraw", need.public_id),
            ("deed-confirm", deed.public_id),
            ("deed-withdraw", deed.public_id),
        ):
            assert client.post(reverse(name, args=["meridian", id_])).status_code == HTTPStatus.NOT_FOUND, name
    # Another champion reads it, and answers nothing.
    with enter(meridian):
        assert seen_by(meridian.champion).waiting[0].may_answer is False


def test_how_many_of_the_four_only_the_leader_reads(
    meridian: World, need: Need, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        answered(need, meridian)
    place = reverse("asks", args=["meridian"])
    assert "You, in the last 28 days" in client_as(meridian.executive).get(place).content.decode()
    for somebody in (meridian.champion, meridian.lead):
        assert "You, in the last 28 days" not in client_as(somebody).get(place).content.decode()
    with enter(meridian):
        confirm = reverse("deed-confirm", args=["meridian", LeaderDeed.objects.get().public_id])
    assert confirm in client_as(meridian.champion).get(place).content.decode()
    assert "Confirmed" in client_as(meridian.champion).post(confirm, follow=True).content.decode()


def test_the_page_asks_the_same_of_the_database_with_one_row_and_with_three(
    meridian: World, need: Need, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.champion)

    def asked() -> int:
        client.get(reverse("asks", args=["meridian"]))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("asks", args=["meridian"]))
        return len(queries)

    with enter(meridian):
        answered(an_ask(meridian, wanted="Another"), meridian)
    one = asked()
    with enter(meridian):
        a_prompt(meridian)
        another_champion(meridian)
        for number in range(2):
            an_ask(meridian, wanted=f"Waiting {number}")
            answered(an_ask(meridian, wanted=f"Answered {number}"), meridian)
    assert asked() == one


def test_the_database_refuses_nonsense(meridian: World, need: Need, enter: Enter) -> None:
    with enter(meridian):
        today = AT.date()
        row = {"wanted": "x", "asked_on": today, "due_on": today, "asked_at": AT}
        deed = {"leader": meridian.executive.person, "act": "video", "done_on": today, "noted_at": AT}
        said = {"answer": "done", "answer_words": "x", "answered_on": today, "answered_at": AT}
        kept = LeaderDeed.objects.create(**deed, need=need)
        for model, name, values in (
            (Need, "need_public_id", {**row, "public_id": need.public_id}),
            (Need, "need_says_what", {**row, "wanted": ""}),
            (Need, "need_due_later", {**row, "due_on": today - timedelta(days=1)}),
            (Need, "need_answered_in_words", {**row, **said, "answer_words": ""}),
            (Need, "need_answered_or_withdrawn", {**row, **said, "withdrawn_at": AT}),
            (LeaderDeed, "leader_deed_public_id", {**deed, "public_id": kept.public_id}),
            (LeaderDeed, "leader_deed_once_an_ask", {**deed, "need": need}),
            (LeaderDeed, "leader_deed_act", {**deed, "act": "speech"}),
            (
                LeaderDeed,
                "leader_deed_confirmed_by_another",
                {**deed, "confirmed_by": meridian.executive.person, "confirmed_at": AT},
            ),
        ):
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                model.objects.create(**values)


def test_erased_an_ask_stays_without_a_name_and_a_leaders_deeds_go(meridian: World, need: Need, enter: Enter) -> None:
    with enter(meridian):
        answered(need, meridian)
        assert len(export_kit(person=meridian.executive.person)["deeds_as_leader"]) == 1
        assert len(export_kit(person=meridian.champion.person)["asks"]) == 1
        erase_person(person=meridian.executive.person, by=None, at=AT)
        erase_person(person=meridian.champion.person, by=None, at=AT)
        need.refresh_from_db()
        assert (need.asked_by_id, need.owner_id, need.answered_by_id) == (None, None, None)
        assert not LeaderDeed.objects.exists()
