"""The lead's list: asked, done, put off and back again; by whom, and what the champion's mail says."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.outbox.models import Message
from adoption.outbox.queries.specimen import write_specimen
from adoption.programs import actions, queries
from adoption.programs.actions import Refused, WrongState
from adoption.programs.forms import REFUSALS
from adoption.programs.models import Attention, Program
from adoption.programs.rules import ASK_AGAIN_AFTER, LONGEST_SNOOZE, Kind
from adoption.tenancy.actions.people import record_departure, record_leave
from adoption.tenancy.models import AuditEvent
from tests.factories import AT, World
from tests.practice import HELD_ON, make_program, practise, some_people, want_attention
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
TODAY = AT.date()


def at(world: World, name: str, row: Attention | None = None) -> str:
    given = [world.organization.slug, practise(world).program.slug]
    return reverse(name, args=[*given, row.public_id] if row else given)


def on_the_list(world: World) -> list[Attention]:
    return [one.row for one in queries.wanting(practise(world).program, on=TODAY, at=AT)]


# --- the step that is proposed ---------------------------------------------------------------------------------------


def test_one_click_asks_the_champion_by_name_once_and_can_be_taken_back(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    row, client = want_attention(meridian), client_as(meridian.lead)
    champion = practise(meridian).champion.person
    assert f"Ask {champion.name.split()[0]}" in client.get(at(meridian, "attention")).content.decode()
    for _ in range(2):
        answer = client.post(at(meridian, "attention-ask", row), {"back": "list"}, follow=True)
    page = answer.content.decode()
    assert at(meridian, "attention-unask", row) in page
    assert f"{champion.name} was asked on 8 July" in " ".join(page.split())
    with enter(meridian):
        message = Message.objects.get(kind="attention")
        assert (message.person, message.context) == (champion, {"speaker": meridian.lead.person.name})
        assert queries.asking_wanted(message=message, at=AT)
        assert AuditEvent.objects.filter(verb="attention.asked").count() == 1
    client.post(at(meridian, "attention-unask", row))
    with enter(meridian):
        assert not queries.asking_wanted(message=message, at=AT)
        assert Attention.objects.get().asked_at is None


def test_the_mail_names_who_asks_and_whom_to_talk_to_but_never_the_reason(meridian: World, enter: Enter) -> None:
    row = want_attention(meridian)
    with enter(meridian):
        actions.ask_guide(attention=row, guide=practise(meridian).champion.person, by=meridian.lead.person, at=AT)
        message = Message.objects.get(kind="attention")
        facts = {**message.context, **queries.facts_of_asking(message=message, at=AT)}
        mail = write_specimen("attention", facts, meridian.organization, at=AT)
    assert row.person.name in mail.subject
    assert meridian.lead.person.name in mail.text
    assert str(queries.KIND_WORDS[Kind.STUCK]) not in mail.text


def test_a_week_later_the_champion_may_be_asked_again(meridian: World, enter: Enter) -> None:
    row, later = want_attention(meridian), AT + ASK_AGAIN_AFTER
    with enter(meridian):
        asked = {"attention": row, "guide": practise(meridian).champion.person, "by": meridian.lead.person}
        actions.ask_guide(**asked, at=AT)
        assert not queries.one_wanting(Attention.objects.get(), at=later - timedelta(seconds=1)).may_ask
        actions.ask_guide(**asked, at=later)
        first, second = Message.objects.filter(kind="attention").order_by("id")
        # Only the last one is still wanted: nobody reads both.
        assert [queries.asking_wanted(message=one, at=later) for one in (first, second)] == [False, True]


def test_without_a_champion_there_is_nobody_to_ask_and_the_row_says_so(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    row, client = want_attention(meridian), client_as(meridian.lead)
    with enter(meridian):
        practise(meridian).champion.delete()
    page = client.get(reverse("attention", args=[meridian.organization.slug, row.program.slug])).content.decode()
    assert "Nobody leads this pod at present" in page
    address = reverse("attention-ask", args=[meridian.organization.slug, row.program.slug, row.public_id])
    assert "so there is nobody to ask" in client.post(address, follow=True).content.decode()
    with enter(meridian):
        assert not Message.objects.filter(kind="attention").exists()


# --- done, later, back -----------------------------------------------------------------------------------------------


def test_done_takes_it_off_and_undo_brings_it_back(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    row, client = want_attention(meridian, Kind.SILENT), client_as(meridian.lead)
    page = client.post(at(meridian, "attention-done", row), follow=True).content.decode()
    assert at(meridian, "attention-back", row) in page
    with enter(meridian):
        assert on_the_list(meridian) == []
    assert "Done on 8 July" in " ".join(client.get(at(meridian, "attention")).content.decode().split())
    assert (
        str(REFUSALS["attention_settled"])
        in client.post(at(meridian, "attention-done", row), {"back": "list"}, follow=True).content.decode()
    )
    client.post(at(meridian, "attention-back", row))
    with enter(meridian):
        assert on_the_list(meridian) == [row]


def test_put_off_for_a_reason_it_is_back_by_itself_on_its_day(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    row, client = want_attention(meridian), client_as(meridian.lead)
    address = at(meridian, "attention-later", row)
    assert row.person.name in client.get(address).content.decode()
    answer = client.post(address, {"until": "2026-07-20", "reason": "Abroad until then"}, follow=True)
    assert "is put off until 20 July" in answer.content.decode()
    with enter(meridian):
        program = practise(meridian).program
        assert on_the_list(meridian) == []
        (later,) = queries.attention_list(program, on=TODAY, at=AT).later
        assert later.row.snooze_reason == "Abroad until then"
        assert [one.row for one in queries.wanting(program, on=date(2026, 7, 20), at=AT)] == [row]
        assert AuditEvent.objects.get(verb="attention.put_off").detail == {"kind": "stuck", "until": "2026-07-20"}
    client.post(at(meridian, "attention-back", row))
    with enter(meridian):
        assert on_the_list(meridian) == [row]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"until": "2026-07-08", "reason": "later"}, "still to come"),
        ({"until": "2026-10-01", "reason": "later"}, "until 19 August"),
        ({"until": "soon", "reason": "later"}, "not a date"),
        ({"until": "2026-07-20", "reason": "  "}, "required"),
        ({"until": "2026-07-20", "reason": "x" * 201}, "at most 200"),
        ({"until": "2026-07-20", "reason": "nul\0"}, "Null characters"),
    ],
)
def test_what_cannot_be_put_off_so_is_said_beside_the_field_and_nothing_is_lost(
    meridian: World, client_as: ClientAs, enter: Enter, given: dict[str, str], words: str
) -> None:
    row = want_attention(meridian)
    answer = client_as(meridian.lead).post(at(meridian, "attention-later", row), given)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = answer.content.decode()
    assert words in page
    assert f'value="{given["until"]}"' in page
    with enter(meridian):
        assert on_the_list(meridian) == [row]


def test_what_ended_by_itself_is_neither_done_nor_brought_back(meridian: World, enter: Enter) -> None:
    row = want_attention(meridian)
    with enter(meridian):
        actions.settle_attention(program=row.program, person=row.person, kind=Kind.STUCK, at=AT)
        lead = meridian.lead.person
        for act in (
            lambda: actions.handle_attention(attention=row, by=lead, at=AT),
            lambda: actions.put_off_attention(attention=row, until=TODAY, reason="x", by=lead, at=AT),
            lambda: actions.ask_guide(attention=row, guide=lead, by=lead, at=AT),
            lambda: actions.reopen_attention(attention=row, by=lead, at=AT),
        ):
            with pytest.raises(WrongState):
                act()
        assert not queries.attention_list(row.program, on=TODAY, at=AT).done


def test_brought_back_while_it_was_raised_anew_it_stays_one_row(meridian: World, enter: Enter) -> None:
    row = want_attention(meridian, Kind.SILENT)
    with enter(meridian):
        actions.handle_attention(attention=row, by=None, at=AT)
        raised = {"program": row.program, "person": row.person, "kind": Kind.SILENT, "since": TODAY, "detail": {}}
        actions.raise_attention(**raised, at=AT)  # type: ignore[arg-type]
        anew = actions.reopen_attention(attention=row, by=None, at=AT)
        assert Attention.objects.open().get() == anew != row
        # Twice is once.
        assert actions.reopen_attention(attention=anew, by=None, at=AT) == anew


def test_whoever_would_rather_take_no_part_is_not_brought_back(meridian: World, enter: Enter) -> None:
    row = want_attention(meridian, Kind.SILENT)
    with enter(meridian):
        actions.handle_attention(attention=row, by=None, at=AT)
        actions.object_to(program=row.program, person=row.person, at=AT)
        with pytest.raises(WrongState, match="attention_settled"):
            actions.reopen_attention(attention=row, by=None, at=AT)
        actions.take_back_objection(program=row.program, person=row.person, at=AT)
        assert actions.reopen_attention(attention=row, by=None, at=AT).settled_at is None


def test_after_the_phase_nobody_is_brought_back(meridian: World, enter: Enter) -> None:
    row = want_attention(meridian, Kind.SILENT)
    with enter(meridian):
        actions.handle_attention(attention=row, by=None, at=AT)
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, ended_at=AT, fixed={})
        with pytest.raises(WrongState, match="phase_over"):
            actions.reopen_attention(attention=row, by=None, at=AT)


def test_the_action_refuses_a_day_that_no_form_would_send(meridian: World, enter: Enter) -> None:
    row = want_attention(meridian)
    with enter(meridian):
        for until, code in ((TODAY, "until_past"), (TODAY + LONGEST_SNOOZE + timedelta(days=1), "until_far")):
            with pytest.raises(Refused) as refusal:
                actions.put_off_attention(attention=row, until=until, reason="x", by=None, at=AT)
            assert refusal.value.code == code


# --- who is not on it ------------------------------------------------------------------------------------------------


def test_whoever_is_on_leave_or_has_left_is_on_nobodys_list(meridian: World, enter: Enter) -> None:
    row = want_attention(meridian)
    with enter(meridian):
        record_leave(person=row.person, starts_on=TODAY, ends_on=date(2026, 7, 12), by=None, at=AT)
        assert on_the_list(meridian) == []
        (listed,) = queries.list_programs(on=TODAY)
        assert listed.attention == 0
        program = practise(meridian).program
        assert queries.wanting(program, on=date(2026, 7, 13), at=AT)
        record_departure(person=row.person, left_on=TODAY, by=None, at=AT)
        assert not queries.wanting(program, on=date(2026, 7, 13), at=AT)


@pytest.mark.parametrize("who", ["member", "executive", "admin", "champion"])
@pytest.mark.parametrize("name", ["attention", "attention-later"])
def test_only_a_lead_opens_the_list(meridian: World, client_as: ClientAs, who: str, name: str) -> None:
    row = want_attention(meridian)
    address = at(meridian, name, None if name == "attention" else row)
    assert client_as(getattr(meridian, who)).get(address).status_code == HTTPStatus.FORBIDDEN


def test_another_companys_row_is_not_found_and_stays(
    meridian: World, harbour: World, client_as: ClientAs, enter: Enter
) -> None:
    theirs = want_attention(harbour)
    practise(meridian)
    client = client_as(meridian.lead)
    for name in ("attention-ask", "attention-done", "attention-later", "attention-back", "attention-unask"):
        assert client.post(at(meridian, name, theirs)).status_code == HTTPStatus.NOT_FOUND
    with enter(harbour):
        assert Attention.objects.open().get() == theirs


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_as_many_queries_for_one_as_for_three(
    meridian: World, enter: Enter, django_assert_num_queries: Any, number: int
) -> None:
    program = practise(meridian).program
    with enter(meridian):
        people = some_people(meridian, 3 * number)
        for place, person in enumerate(people):
            actions.raise_attention(program=program, person=person, kind=Kind.SILENT, since=HELD_ON, detail={}, at=AT)
            row = Attention.objects.get(person=person)
            if place % 3 == 1:
                actions.handle_attention(attention=row, by=None, at=AT)
            if place % 3 == 2:
                until = TODAY + timedelta(days=3)
                actions.put_off_attention(attention=row, until=until, reason="Away", by=None, at=AT)
        with django_assert_num_queries(6):
            look = queries.attention_list(program, on=TODAY, at=AT)
        assert [len(part) for part in (look.now, look.later, look.done)] == [number] * 3


def test_the_database_refuses_nonsense(meridian: World, enter: Enter) -> None:
    want_attention(meridian)
    with enter(meridian):
        for constraint, change in (
            ("attention_put_off_with_reason", {"snoozed_until": TODAY}),
            ("attention_handled_is_settled", {"handled_at": AT}),
        ):
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                Attention.objects.update(**change)


@pytest.mark.parametrize("number", [1, 3])
def test_a_leads_first_page_names_who_has_waited_longest_with_as_many_queries_for_one_as_for_three(
    meridian: World, client_as: ClientAs, enter: Enter, django_assert_num_queries: Any, number: int
) -> None:
    with enter(meridian):
        for place in range(number):
            program = make_program(meridian, name=f"wave {place}")
            for person in some_people(meridian, number):
                actions.raise_attention(
                    program=program, person=person, kind=Kind.SILENT, since=HELD_ON, detail={}, at=AT
                )
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={})
    client, page = client_as(meridian.lead), reverse("waiting-programs", args=["meridian"])
    client.get(page)
    with django_assert_num_queries(13):
        shown = client.get(page).content.decode()
    assert shown.count("/done/") == number
    assert ("1 person wants attention" if number == 1 else "3 people want attention") in " ".join(shown.split())


def test_from_the_first_page_one_comes_back_to_it(meridian: World, client_as: ClientAs) -> None:
    row = want_attention(meridian, Kind.SILENT)
    answer = client_as(meridian.lead).post(at(meridian, "attention-done", row), {"back": "home"})
    assert answer["Location"] == reverse("home", args=["meridian"])
