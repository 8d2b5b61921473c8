"""Ask my champion: with a name, or so that nothing anywhere tells who asked; answered, passed on, and kept for everybody."""

from __future__ import annotations

import logging
import re
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from adoption.outbox.models import Message
from adoption.programs.actions import Refused
from adoption.tenancy.actions.people import record_departure, undo_departure
from adoption.tenancy.models import Agenda, AuditEvent, Person
from adoption.tenancy.rules import Permission, hash_secret, mint_secret
from champions.actions.network import list_expert, take_expert_off
from champions.models import Champion, Expert, Prompt
from pods import rules
from pods.actions import erase_person
from pods.actions import questions as actions
from pods.models import AnonymousQuestion, Pod, Question, Seat
from pods.queries import export_pods
from pods.queries import questions as queries
from pods.rules import SolvedBy
from tests.factories import AT, ApiTokenFactory, Somebody, World
from tests.practice import Practice, practise, some_people
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
TOMORROW = AT + timedelta(days=1)
WORDS = "How do I stop it from inventing figures?"


@pytest.fixture
def practice(meridian: World, enter: Enter) -> Practice:
    """A pod of five, which is large enough to ask without a name."""
    found = practise(meridian)
    with enter(meridian):
        Seat.objects.bulk_create([Seat(pod=found.pod, person=one, taken_at=AT) for one in some_people(meridian, 2)])
    return found


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["meridian", *args])


def form(practice: Practice, **changes: Any) -> dict[str, Any]:
    return {"pod": str(practice.pod.public_id), "words": WORDS, "form_key": str(uuid4()), "key": "", **changes}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, name
    return found[1]


def ask(practice: Practice, **changes: Any) -> Question:
    given = {"pod": practice.pod, "words": WORDS, "form_key": uuid4(), "by": practice.members[0], "at": AT}
    return actions.ask(**given | changes)


def ask_without_name(practice: Practice, key: str, words: str = WORDS) -> None:
    actions.ask_without_name(pod=practice.pod, words=words, key=key, by=practice.members[0], on=AT.date())


def answer(question: Question | AnonymousQuestion, by: Person, **changes: Any) -> Question | AnonymousQuestion:
    given = {"solved_by": SolvedBy.CHAMPION, "answer": "Let it mark what is missing\nand read on.", "prompt": None}
    return actions.answer_question(question=question, by=by, at=AT, **given | changes)


# --- without a name --------------------------------------------------------------------------------------------------


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as text, with the transaction that wrote it left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        tables = sorted(name for (name,) in cursor.fetchall())
        found = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = cursor.fetchall()
    return found


def values_of(client: Client) -> dict[str, str]:
    """What a browser keeps of us."""
    return {name: morsel.value for name, morsel in client.cookies.items()}


def said_in(records: list[logging.LogRecord]) -> list[str]:
    """What our handlers would have written of some records."""
    ours = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    assert ours
    return [handler.format(record) for handler in ours for record in records if handler.filter(record)]


def test_nothing_anywhere_links_a_question_without_a_name_to_who_asked(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter, caplog: pytest.LogCaptureFixture
) -> None:
    """Asked through the page itself; then every column of every table, the logs and the answer's own cookies are searched."""
    asker = meridian.member
    client = client_as(asker)
    client.get(at("home"))
    page = client.get(at("question-ask")).content.decode()
    key = hidden(page, "key")
    sessions, cookies = list(client.session.items()), values_of(client)
    with enter(meridian):
        before = everything()
    caplog.clear()
    caplog.set_level(logging.DEBUG)
    with time_machine.travel(AT + timedelta(hours=2, minutes=34, seconds=56), tick=False):
        given = form(practice, without_name="on", key=key, form_key=hidden(page, "form_key"))
        answered = client.post(at("question-ask"), given)
    assert answered.status_code == HTTPStatus.OK
    assert key in answered.content.decode()
    assert WORDS not in answered.content.decode()

    with enter(meridian):
        after = everything()
        row = AnonymousQuestion.objects.get()
    # One row more in one table, and not a byte different in any other: no session, message, agenda, audit or key of a link.
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"pods_anonymousquestion"}
    ((text,),) = after["pods_anonymousquestion"]
    identity = asker.identity
    traces = [
        str(asker.person.public_id),
        str(identity.email),
        asker.person.name,
        given["form_key"],
        str(client.session.session_key),
        key,
        "11:34",
        "2026-07-08",
    ]
    assert [trace for trace in traces if trace in text] == []
    # No column could hold them: a number drawn by lot, a random id, the pod, the words and the hash of the key.
    held = {field.attname for field in AnonymousQuestion._meta.fields if getattr(row, field.attname) not in (None, "")}
    assert held == {"id", "organization_id", "public_id", "pod_id", "words", "key_hash"}
    assert row.key_hash == hash_secret(key)
    assert row.pk > 10_000, "drawn by lot, and not counted up"

    assert list(client.session.items()) == sessions
    assert values_of(client) == cookies
    written = said_in(caplog.records)
    asked_for = [at("question-ask"), "/q/", key, WORDS, str(identity.pk) + " ", asker.person.name]
    assert [line for line in written for trace in asked_for[:4] if trace in line] == []
    assert [line for line in written if "user_id" in line or "request_id" in line] == []


def test_a_named_question_is_logged_no_more_than_one_without_a_name(
    meridian: World, practice: Practice, client_as: ClientAs, caplog: pytest.LogCaptureFixture
) -> None:
    """Otherwise the lines that are missing would tell."""
    client = client_as(meridian.member)
    caplog.set_level(logging.DEBUG)
    client.post(at("question-ask"), form(practice))
    client.post(at("question-ask"), {})
    client.get(at("question-ask"))
    assert [line for line in said_in(caplog.records) if "/ask/" in line] == []


def test_a_failure_on_the_page_is_told_without_who_met_it() -> None:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "", None, None)
    record.msg = {"event": "request_failed", "request": "POST /o/meridian/ask/", "user_id": 5, "request_id": "r"}  # type: ignore[assignment]
    (line, *_) = said_in([record])
    assert "request_failed" in line
    assert "user_id" not in line


def test_it_is_shown_the_next_morning_with_the_others_and_under_another_number(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.champion)
    with enter(meridian):
        for number in range(3):
            ask_without_name(practice, mint_secret(), f"Question number {number}?")
        before = set(AnonymousQuestion.objects.values_list("pk", flat=True))
        assert queries.inbox(meridian.champion.person, at=AT).waiting == ()
        again = actions.hand_over_questions(at=TOMORROW)
        assert again == datetime.fromisoformat("2026-07-10T07:00:00+00:00")
        rows = list(AnonymousQuestion.objects.all())
        assert {row.shown_on for row in rows} == {date(2026, 7, 9)}
        assert before.isdisjoint(row.pk for row in rows)
    page = client.get(at("questions")).content.decode()
    assert page.count("Without a name") == 3
    assert meridian.member.person.name not in page


def test_champions_are_told_once_a_day_that_something_waits_whatever_it_is(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        for key in (mint_secret(), mint_secret()):
            ask_without_name(practice, key)
        assert not Message.objects.filter(kind=actions.QUESTIONS_WAIT).exists()
        actions.hand_over_questions(at=TOMORROW)
        ask(practice, at=TOMORROW)
        message = Message.objects.get(kind=actions.QUESTIONS_WAIT)
        assert (message.person, message.row_id, message.context) == (meridian.champion.person, 0, {})
        facts = queries.facts_of_waiting(message=message, at=TOMORROW)
        assert "3 questions wait" in facts["title"]
        assert queries.waiting_wanted(message=message, at=TOMORROW)


def test_the_morning_comes_whether_or_not_anything_was_asked(practice: Practice, meridian: World, enter: Enter) -> None:
    row = Agenda.objects.get(organization=meridian.organization, task=actions.HAND_OVER_QUESTIONS)
    assert row.row_id == 0
    with enter(meridian):
        before = row.promised_at
        ask_without_name(practice, mint_secret())
        row.refresh_from_db()
        assert row.promised_at == before
        assert actions.hand_over_questions(at=AT) > AT


def test_a_pod_of_four_has_no_switch_and_refuses_it(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        Seat.objects.filter(pod=practice.pod).order_by("-pk")[0].delete()
    client = client_as(meridian.member)
    page = client.get(at("question-ask")).content.decode()
    assert 'name="without_name"' not in page
    assert "in pods of five and more" in page
    with enter(meridian), pytest.raises(Refused, match="small_pod"):
        ask_without_name(practice, mint_secret())
    # Ticked while the pod was larger: it is not taken for a question with a name.
    refused = client.post(at("question-ask"), form(practice, without_name="on", key=mint_secret()))
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "too small to ask without a name" in refused.content.decode()
    with enter(meridian):
        assert not AnonymousQuestion.objects.exists()
        assert not Question.objects.exists()


def test_whoever_has_left_does_not_count_for_the_switch_and_counts_again_on_coming_back(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        gone = practice.members[-1]
        record_departure(person=gone, left_on=AT.date(), by=None, at=AT)
        with pytest.raises(Refused, match="small_pod"):
            ask_without_name(practice, mint_secret())
        assert [one.without_name for one in queries.askable(practice.members[0], at=AT)] == [False]
        assert [one.without_name for one in queries.askable(practice.members[0], at=AT - timedelta(days=1))] == [True]
    assert 'name="without_name"' not in client_as(meridian.member).get(at("question-ask")).content.decode()
    with enter(meridian):
        undo_departure(person=gone, by=None, at=AT)
        ask_without_name(practice, mint_secret())
        assert AnonymousQuestion.objects.count() == 1


def test_the_same_key_twice_is_one_question_and_no_key_is_none(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    key = mint_secret()
    with enter(meridian):
        for _ in range(2):
            ask_without_name(practice, key)
        assert AnonymousQuestion.objects.count() == 1
        with pytest.raises(Refused, match="no_key"):
            ask_without_name(practice, "guessed")


def test_the_key_opens_the_answer_to_whoever_has_it_and_a_get_changes_nothing(
    meridian: World, practice: Practice, enter: Enter
) -> None:
    key, client = mint_secret(), Client()
    address = at("question-by-key", key)
    with enter(meridian):
        ask_without_name(practice, key)
    assert "reads it tomorrow morning" in client.get(address).content.decode()
    with enter(meridian):
        actions.hand_over_questions(at=TOMORROW)
        answer(AnonymousQuestion.objects.get(), meridian.champion.person)
        before = everything()
    assert "mark what is missing" in client.get(address).content.decode()
    with enter(meridian):
        assert everything() == before
    client.post(address, {"helped": "no"})
    with enter(meridian):
        row = AnonymousQuestion.objects.get()
        assert (row.answered_on, row.helped) == (None, False)
    assert "open again" in client.get(address).content.decode()


@pytest.mark.parametrize("org", ["meridian", "harbour", "nowhere"])
def test_another_key_or_company_opens_nothing(
    meridian: World, harbour: World, practice: Practice, enter: Enter, org: str
) -> None:
    key = mint_secret()
    with enter(meridian):
        ask_without_name(practice, key)
    tried = [key if org != "meridian" else mint_secret(), "short"]
    for one in tried:
        assert Client().get(reverse("question-by-key", args=[org, one])).status_code == HTTPStatus.NOT_FOUND


def test_answering_leaves_no_audit_and_no_message(practice: Practice, meridian: World, enter: Enter) -> None:
    with enter(meridian):
        ask_without_name(practice, mint_secret())
        actions.hand_over_questions(at=TOMORROW)
        before = AuditEvent.objects.count(), Message.objects.count()
        answer(AnonymousQuestion.objects.get(), meridian.champion.person)
        assert (AuditEvent.objects.count(), Message.objects.count()) == before


def test_one_that_was_not_shown_yet_cannot_be_answered_by_its_address(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        ask_without_name(practice, mint_secret())
        hidden_one = AnonymousQuestion.objects.get().public_id
    assert client_as(meridian.champion).get(at("question", hidden_one)).status_code == HTTPStatus.NOT_FOUND


# --- with a name -----------------------------------------------------------------------------------------------------


def test_asked_answered_and_helped(meridian: World, practice: Practice, client_as: ClientAs, enter: Enter) -> None:
    member, champion = client_as(meridian.member), client_as(meridian.champion)
    given = form(practice)
    for _ in range(2):
        assert member.post(at("question-ask"), given).status_code == HTTPStatus.FOUND
    with enter(meridian):
        asked = Question.objects.get()
    page = champion.get(at("questions")).content.decode()
    assert meridian.member.person.name in page
    said = {"answer": "Mark what is missing.", "solved_by": "champion"}
    assert champion.post(at("question", asked.public_id), said).status_code == HTTPStatus.FOUND
    again = champion.post(at("question", asked.public_id), {**said, "answer": "Another"}, follow=True)
    assert "has its answer already" in again.content.decode()
    assert "Mark what is missing." in member.get(at("question-ask")).content.decode()
    member.post(at("question-helped", asked.public_id), {"helped": "yes"})
    with enter(meridian):
        asked.refresh_from_db()
        assert (asked.solved_by, asked.helped) == (SolvedBy.CHAMPION, True)
        message = Message.objects.get(kind=actions.QUESTION_ANSWERED)
        assert message.person == meridian.member.person
        assert "Mark what" not in str(queries.facts_of_answer(message=message, at=AT))
        assert queries.answer_wanted(message=message, at=AT)


def test_an_answer_that_does_not_help_opens_the_question_again(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        asked = ask(practice)
        with pytest.raises(Refused, match="not_answered"):
            actions.say_whether_it_helped(question=asked, helped=True, at=AT)
        answer(asked, meridian.champion.person)
        actions.say_whether_it_helped(question=asked, helped=False, at=AT)
        (waiting,) = queries.inbox(meridian.champion.person, at=AT).waiting
        assert waiting.row.answer.startswith("Let it mark")


def test_what_one_found_oneself_counts_as_self_served(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        first, second, third = ask(practice), ask(practice), ask(practice, by=practice.members[1])
        answer(second, meridian.champion.person)
        with pytest.raises(Refused, match="not_your_question"):
            actions.solve_oneself(question=third, solved_by=SolvedBy.SELF, by=meridian.member.person, at=AT)
        with pytest.raises(Refused, match="not_self_served"):
            actions.solve_oneself(question=first, solved_by=SolvedBy.EXPERT, by=meridian.member.person, at=AT)
    client = client_as(meridian.member)
    client.post(at("question-solved", first.public_id), {"solved_by": "champion"})
    client.post(at("question-solved", first.public_id), {"solved_by": "peer"})
    assert (
        client.post(at("question-solved", third.public_id), {"solved_by": "peer"}).status_code == HTTPStatus.NOT_FOUND
    )
    with enter(meridian):
        found = queries.inbox(meridian.champion.person, at=AT)
        assert (found.solved.self_served, found.solved.resolved) == (1, 2)
        with pytest.raises(Refused, match="answered_already"):
            actions.solve_oneself(question=first, solved_by=SolvedBy.SELF, by=meridian.member.person, at=AT)


def test_what_waits_stands_on_the_pods_page_and_who_asked_is_one_to_talk_to(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        asked = ask(practice)
        ask_without_name(practice, mint_secret(), "Does nobody else need longer?")
        actions.hand_over_questions(at=TOMORROW)
    champion, address = client_as(meridian.champion), at("pod", practice.pod.public_id)
    page = champion.get(address).content.decode()
    assert "Two questions wait for you." in page
    assert "Asked you something and waits for an answer." in page
    assert page.count(at("question", asked.public_id)) == 2
    assert "Does nobody else need longer?" in page
    # A lead reads neither.
    assert "waits for an answer" not in client_as(meridian.lead).get(address).content.decode()
    with enter(meridian):
        expert = list_expert(person=meridian.owner.person, topic="Figures", how="", by=meridian.lead.person, at=AT)
        actions.pass_on(question=asked, expert=expert, by=meridian.champion.person, at=AT)
    page = champion.get(address).content.decode()
    assert "One question waits for you." in page
    assert at("question", asked.public_id) not in page


def test_a_question_is_passed_on_to_an_expert_who_answers_it(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        asked = ask(practice)
        expert = list_expert(person=meridian.owner.person, topic="Figures", how="", by=meridian.lead.person, at=AT)
    champion, owner = client_as(meridian.champion), client_as(meridian.owner)
    assert owner.get(at("question", asked.public_id)).status_code == HTTPStatus.NOT_FOUND
    assert champion.post(at("question-pass-on", asked.public_id), {"expert": str(uuid4())}).status_code == 302
    champion.post(at("question-pass-on", asked.public_id), {"expert": str(expert.public_id)})
    assert WORDS[:20] not in champion.get(at("questions")).content.decode()
    assert WORDS[:20] in owner.get(at("questions")).content.decode()
    with enter(meridian):
        assert Message.objects.filter(kind=actions.QUESTIONS_WAIT, person=meridian.owner.person).exists()
    owner.post(at("question", asked.public_id), {"answer": "Ask for sources", "solved_by": "expert"})
    with enter(meridian):
        asked.refresh_from_db()
        assert (asked.answered_by, asked.solved_by) == (meridian.owner.person, SolvedBy.EXPERT)
        with pytest.raises(Refused, match="answered_already"):
            actions.pass_on(question=asked, expert=expert, by=meridian.champion.person, at=AT)


def test_what_an_expert_taken_off_the_list_left_is_the_champions_again(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        asked = ask(practice)
        expert = list_expert(person=meridian.owner.person, topic="Figures", how="", by=meridian.lead.person, at=AT)
        actions.pass_on(question=asked, expert=expert, by=meridian.champion.person, at=AT)
        assert queries.questions_waiting(meridian.champion.person, at=AT) == 0
        take_expert_off(expert=expert, by=meridian.lead.person, at=AT)
        assert queries.questions_waiting(meridian.champion.person, at=AT) == 1
        assert queries.questions_waiting(meridian.owner.person, at=AT) == 0
        with pytest.raises(Refused, match="not_listed"):
            actions.pass_on(question=asked, expert=Expert.objects.get(), by=meridian.champion.person, at=AT)


def test_what_an_expert_who_has_left_did_not_answer_is_the_champions_again_and_nobody_is_sent_to_them(
    practice: Practice, meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    champion, owner = meridian.champion.person, meridian.owner.person
    with enter(meridian):
        asked, expert = ask(practice), list_expert(person=owner, topic="Figures", how="", by=champion, at=AT)
        other = list_expert(person=meridian.lead.person, topic="Tables", how="", by=champion, at=AT)
        actions.pass_on(question=asked, expert=expert, by=champion, at=AT)
        Message.objects.all().delete()
        Person.objects.filter(pk=owner.pk).update(left_on=AT.date())
        assert queries.questions_waiting(champion, at=AT) == 1
        assert [one.row for one in queries.waiting_in(practice.pod, at=AT)] == [asked]
        assert queries.experts_to_ask(on=AT.date()) == [other]
        actions.hand_over_questions(at=TOMORROW)
        assert [row.person for row in Message.objects.filter(kind="questions_wait")] == [champion]
        with pytest.raises(Refused, match="not_listed"):
            actions.pass_on(question=asked, expert=Expert.objects.get(pk=expert.pk), by=champion, at=AT)
    page = client_as(meridian.champion).get(at("question", asked.public_id)).content.decode()
    assert (str(expert.public_id) in page, str(other.public_id) in page) == (False, True)


def test_a_question_to_a_champion_who_has_left_waits_for_whoever_leads_next(
    practice: Practice, meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        Person.objects.filter(pk=meridian.champion.person.pk).update(left_on=AT.date())
    page = client_as(meridian.member).get(at("question-ask")).content.decode()
    assert meridian.champion.person.name not in page
    client_as(meridian.member).post(at("question-ask"), form(practice))
    with enter(meridian):
        assert Question.objects.get().pod == practice.pod
        actions.hand_over_questions(at=TOMORROW)
        assert not Message.objects.filter(kind="questions_wait").exists()
        Champion.objects.update(person=meridian.lead.person)
        assert queries.questions_waiting(meridian.lead.person, at=AT) == 1


def test_an_answer_becomes_a_prompt_in_one_click_and_the_question_stays_out_of_it(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    champion = client_as(meridian.champion)
    with enter(meridian):
        ask_without_name(practice, mint_secret(), "Only I, who was ill in May, would ask this?")
        actions.hand_over_questions(at=TOMORROW)
        asked = AnonymousQuestion.objects.get()
        with pytest.raises(Refused, match="not_answered"):
            actions.make_prompt_of(question=asked, by=meridian.champion.person, at=AT)
        answer(asked, meridian.champion.person)
    for _ in range(2):
        assert "improve" in champion.post(at("question-to-prompt", asked.public_id))["Location"]
    with enter(meridian):
        prompt = Prompt.objects.get()
        assert prompt.title == "Let it mark what is missing"
        assert prompt.workflow == practice.program.workflow
        assert "ill in May" not in str(list(prompt.versions.values()))


def test_nobody_asks_in_anothers_pod_and_whoever_sits_in_none_reads_why(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    assert "You have no champion yet" in client_as(meridian.owner).get(at("question-ask")).content.decode()
    client_as(meridian.owner).post(at("question-ask"), form(practice))
    with enter(meridian):
        with pytest.raises(Refused, match="not_in_pod"):
            ask(practice, by=meridian.owner.person)
        with pytest.raises(Refused, match="not_in_pod"):
            actions.ask_without_name(
                pod=practice.pod, words=WORDS, key=mint_secret(), by=meridian.owner.person, on=AT.date()
            )
        assert not Question.objects.exists()


@pytest.mark.parametrize("changes", [{"words": ""}, {"words": "x" * 2001}, {"form_key": "none"}, {"pod": "elsewhere"}])
def test_what_is_no_question_is_kept_as_typed(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter, changes: dict[str, str]
) -> None:
    answered = client_as(meridian.member).post(at("question-ask"), form(practice, **changes))
    assert answered.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert WORDS in answered.content.decode() or "words" in changes
    with enter(meridian):
        assert not Question.objects.exists()


def test_an_answer_by_a_prompt_says_which(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        asked = ask(practice)
    said = {"answer": "There is one", "solved_by": "prompt"}
    answered = client_as(meridian.champion).post(at("question", asked.public_id), said)
    assert answered.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Please say which one" in answered.content.decode()


def test_what_was_asked_by_name_is_exported_and_goes_with_the_person(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        answer(ask(practice), meridian.champion.person)
        ask_without_name(practice, mint_secret(), "Nobody knows")
        held = export_pods(person=meridian.member.person)
        assert [one["words"] for one in held["questions"]] == [WORDS]
        assert "Nobody knows" not in str(held)
        assert len(export_pods(person=meridian.champion.person)["questions_answered"]) == 1
        erase_person(person=meridian.member.person, at=AT)
        assert not Question.objects.exists()
        assert AnonymousQuestion.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_questions_takes_the_same_number_of_queries(
    practice: Practice, meridian: World, enter: Enter, count: int, django_assert_num_queries: Any
) -> None:
    with enter(meridian):
        for _ in range(count):
            ask(practice)
            ask_without_name(practice, mint_secret())
        actions.hand_over_questions(at=TOMORROW)
        with django_assert_num_queries(4):
            assert len(queries.inbox(meridian.champion.person, at=AT).waiting) == 2 * count
        with django_assert_num_queries(1):
            assert len(queries.own_questions(meridian.member.person)) == count
        pod = Pod.objects.select_related("champion__person").get(pk=practice.pod.pk)
        with django_assert_num_queries(2):
            assert len(queries.waiting_in(pod, at=AT)) == 2 * count


@pytest.mark.parametrize(
    ("asked_at", "handed_over"),
    [
        ("2026-07-08T23:30:00+00:00", "2026-07-10T07:00:00+00:00"),
        ("2026-12-31T12:00:00+00:00", "2027-01-01T08:00:00+00:00"),
    ],
)
def test_the_morning_is_the_companys_own(asked_at: str, handed_over: str) -> None:
    found = rules.handed_over_after(datetime.fromisoformat(asked_at), "Europe/London")
    assert found == datetime.fromisoformat(handed_over)


# --- for machines ----------------------------------------------------------------------------------------------------


class Machine:
    """A client with a token of somebody's."""

    def __init__(self, world: World, somebody: Somebody, enter: Enter) -> None:
        secret = f"mmt_{somebody.person.pk}"
        with enter(world):
            scopes = [one.value for one in Permission]
            ApiTokenFactory.create(secret=secret, membership=somebody.membership, scopes=scopes)
        self.client, self.headers = Client(), {"Authorization": f"Bearer {secret}"}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self.client, method)(f"/api/v1/o/meridian{path}", headers=self.headers, **more)


def test_machines_ask_and_answer_by_name_and_read_no_name_where_there_is_none(
    meridian: World, practice: Practice, enter: Enter
) -> None:
    member, champion = Machine(meridian, meridian.member, enter), Machine(meridian, meridian.champion, enter)
    asked = member.call("post", "/questions/", {"pod": str(practice.pod.public_id), "words": WORDS})
    assert asked.status_code == HTTPStatus.CREATED
    assert champion.call("post", "/questions/", {"pod": str(practice.pod.public_id), "words": WORDS}).json()["errors"]
    with enter(meridian):
        ask_without_name(practice, mint_secret())
        actions.hand_over_questions(at=TOMORROW)
    items = champion.call("get", "/questions/waiting/").json()["items"]
    assert [one["person"] and one["person"]["name"] for one in items] == [meridian.member.person.name, None]
    assert member.call("get", "/questions/waiting/").json()["items"] == []
    path = f"/questions/{asked.json()['id']}/"
    assert member.call("put", path, {"answer": "Myself", "solved_by": "champion"}).status_code == HTTPStatus.NOT_FOUND
    assert champion.call("put", path, {"answer": "So", "solved_by": "prompt"}).status_code == HTTPStatus.BAD_REQUEST
    assert champion.call("put", path, {"answer": "So", "solved_by": "champion"}).json()["answer"] == "So"
    assert champion.call("put", path, {"answer": "So", "solved_by": "champion"}).status_code == HTTPStatus.CONFLICT
    assert member.call("get", "/questions/").json()["items"][0]["answer"] == "So"
    assert member.call("get", path).json()["solved_by"] == "champion"
    assert champion.call("get", path).status_code == HTTPStatus.NOT_FOUND


def test_machines_pass_on_make_a_prompt_and_say_what_helped(meridian: World, practice: Practice, enter: Enter) -> None:
    member, champion = Machine(meridian, meridian.member, enter), Machine(meridian, meridian.champion, enter)
    owner = Machine(meridian, meridian.owner, enter)
    with enter(meridian):
        by = meridian.lead.person
        expert = list_expert(person=meridian.owner.person, topic="Figures", how="", by=by, at=AT)
    given = {"pod": str(practice.pod.public_id), "words": WORDS}
    path = f"/questions/{member.call('post', '/questions/', given).json()['id']}/"
    assert champion.call("put", f"{path}expert/", {"expert": str(uuid4())}).status_code == HTTPStatus.BAD_REQUEST
    to = {"expert": str(expert.public_id)}
    assert member.call("put", f"{path}expert/", to).status_code == HTTPStatus.NOT_FOUND
    assert champion.call("put", f"{path}expert/", to).status_code == HTTPStatus.OK
    assert len(owner.call("get", "/questions/waiting/").json()["items"]) == 1
    assert member.call("put", f"{path}helped/", {"helped": True}).json()["errors"][0]["code"] == "not_answered"
    assert champion.call("post", f"{path}prompt/", {}).status_code == HTTPStatus.CONFLICT
    owner.call("put", path, {"answer": "Ask for sources", "solved_by": "expert"})
    assert owner.call("put", f"{path}helped/", {"helped": True}).status_code == HTTPStatus.NOT_FOUND
    prompt = champion.call("post", f"{path}prompt/", {})
    assert prompt.status_code == HTTPStatus.CREATED
    assert champion.call("post", f"{path}prompt/", {}).json() == prompt.json()
    again = member.call("put", f"{path}helped/", {"helped": False}).json()
    assert (again["helped"], again["answered_on"], again["answer"]) == (False, None, "Ask for sources")
    assert member.call("put", f"{path}solved/", {"solved_by": "champion"}).status_code == HTTPStatus.BAD_REQUEST
    assert champion.call("put", f"{path}solved/", {"solved_by": "self"}).status_code == HTTPStatus.NOT_FOUND
    assert member.call("put", f"{path}solved/", {"solved_by": "peer"}).json()["solved_by"] == "peer"
