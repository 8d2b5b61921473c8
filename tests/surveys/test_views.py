"""Answering by mailed link and signed in; the lead's pages of a programme's surveys."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.test import Client

from adoption.outbox.actions.links import mint
from adoption.tenancy.models import Person
from surveys import actions
from surveys.models import Answer, Ask, PulseReply, Question, Wave
from surveys.queries import given_answers
from surveys.rules import ItemKind, WaveKind
from tests.factories import AT, MembershipFactory, World
from tests.running import Running, draft, with_baseline
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

OPENED = AT - timedelta(days=5)
CLOSES = OPENED + timedelta(days=21)
SURVEYS = "/o/meridian/p/client-reports/surveys/"


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    with enter(meridian):
        made = with_baseline(meridian, members=8, compared=8)
        actions.open_wave(program=made.program, kind=WaveKind.BASELINE, at=OPENED)
        return made


def mailed(world: World, person: Person, enter: Enter, at: datetime = AT) -> tuple[Client, str]:
    """A browser that came by the mail of somebody, and the page it came to."""
    with enter(world):
        ask = Ask.objects.get(person=person)
        address = mint(
            purpose=actions.SURVEY, row_id=ask.pk, person=person, address="a@b.example", expires_at=CLOSES, at=at
        )
    client = Client()
    return client, client.get(address)["Location"]


def stored(world: World, person: Person, enter: Enter) -> dict[str, str]:
    with enter(world):
        return given_answers(Ask.objects.get(person=person))


def before(client: Client, page: str) -> str:
    return str(client.get(page).context["form"].before)


def without_secrets(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


# --- one's own survey ------------------------------------------------------------------------------------------------


def test_one_goes_from_question_to_question_and_each_answer_is_kept(
    meridian: World, running: Running, enter: Enter
) -> None:
    client, page = mailed(meridian, running.members[0], enter)
    assert client.get(page).context["now"] == "how"
    answer = client.post(page, {"next": "how", "how": "by_hand", "before": before(client, page)})
    assert answer["Location"] == f"{page}?at=minutes#q-minutes"
    assert stored(meridian, running.members[0], enter) == {"how": "by_hand"}
    # Another device goes on where this one was, and Back is a page like any other.
    other, same = mailed(meridian, running.members[0], enter)
    assert other.get(same).context["now"] == "minutes"
    assert other.get(f"{same}?at=how").context["later"] == "minutes"
    with enter(meridian):
        assert Ask.objects.get(person=running.members[0]).completed_at is None


def test_an_answer_leaves_questions_out(meridian: World, running: Running, enter: Enter) -> None:
    client, page = mailed(meridian, running.members[0], enter)
    answer = client.post(page, {"next": "how", "how": "not_mine", "before": before(client, page)})
    assert answer["Location"] == f"{page}?at=sure_drafting#q-sure_drafting"
    # Taken back, what it left out is asked before the thanks.
    shown = before(client, page)
    answer = client.post(page, {"send": "1", "how": "by_hand", "before": shown})
    assert answer["Location"] == f"{page}?at=minutes#q-minutes"
    with enter(meridian):
        assert Ask.objects.get(person=running.members[0]).completed_at is None


def test_a_page_left_open_takes_nothing_back(meridian: World, running: Running, enter: Enter) -> None:
    client, page = mailed(meridian, running.members[0], enter)
    old = before(client, page)
    client.post(page, {"next": "minutes", "minutes": "45", "before": old})
    answer = client.post(page, {"send": "1", "times": "3", "before": old})
    assert answer["Location"] == f"{page}?at=timed#q-timed"
    assert stored(meridian, running.members[0], enter) == {"minutes": "45", "times": "3"}


def test_sent_twice_is_one_set_of_answers(meridian: World, running: Running, enter: Enter) -> None:
    client, page = mailed(meridian, running.members[0], enter)
    given = {"how": "by_hand", "minutes": "45", "times": "2", "with_ai": "0", "timed": "timed"}
    for _ in range(2):
        assert client.post(page, given)["Location"] == f"{page}?done"
    with enter(meridian):
        assert Answer.objects.count() == len(given)
    assert "What happens next" in client.get(f"{page}?done").content.decode()


def test_an_unusual_number_is_asked_back_once_and_kept_as_it_was_said(
    meridian: World, running: Running, enter: Enter
) -> None:
    client, page = mailed(meridian, running.members[0], enter)
    given = {"how": "by_hand", "minutes": "0", "times": "101", "with_ai": "0", "timed": "timed"}
    asked_back = client.post(page, given)
    assert asked_back.status_code == HTTPStatus.OK
    words = html.unescape(asked_back.content.decode())
    assert "2 numbers are unusual" in words
    assert words.count("Is it right?") == 2
    # Kept already, whether or not anybody comes back; sent off once it is said to be right.
    assert stored(meridian, running.members[0], enter) == given
    with enter(meridian):
        assert Ask.objects.get(person=running.members[0]).completed_at is None
    # Another number than the one that was confirmed is asked back, too.
    sure = asked_back.context["form"].sure
    assert sure == "minutes=0 times=101"
    other = client.post(page, given | {"minutes": "601", "sure": sure})
    assert set(other.context["doubted"]) == {"minutes"}
    assert client.post(page, given | {"sure": sure})["Location"] == f"{page}?done"
    assert stored(meridian, running.members[0], enter) == given


@pytest.mark.parametrize(("minutes", "times"), [("1", "0"), ("600", "100")])
def test_a_usual_number_is_not_asked_back(
    meridian: World, running: Running, enter: Enter, minutes: str, times: str
) -> None:
    client, page = mailed(meridian, running.members[0], enter)
    given = {"how": "by_hand", "minutes": minutes, "times": times, "with_ai": "0", "timed": "timed"}
    assert client.post(page, given)["Location"] == f"{page}?done"


def test_what_somebody_answered_is_on_nobody_elses_page(meridian: World, running: Running, enter: Enter) -> None:
    one, ones = mailed(meridian, running.members[0], enter)
    other, others = mailed(meridian, running.members[1], enter)
    untouched = other.get(others).content.decode()
    one.post(ones, {"keep": "1", "how": "template", "minutes": "47", "before": before(one, ones)})
    shown = one.get(ones).content.decode()
    assert 'value="47"' in shown
    assert re.search(r'value="template" id="id_how_\d" checked', shown)
    # What is chosen from a list is drawn once for all who chose it, what is typed for its writer alone.
    assert without_secrets(other.get(others).content.decode()) == without_secrets(untouched)
    other.post(others, {"keep": "1", "how": "template", "before": before(other, others)})
    again = other.get(others).content.decode()
    assert re.search(r'value="template" id="id_how_\d" checked', again)
    assert 'value="47"' not in again


def test_what_cannot_be_written_down_is_said_beside_the_question_and_the_rest_is_kept(
    meridian: World, running: Running, enter: Enter
) -> None:
    client, page = mailed(meridian, running.members[0], enter)
    answer = client.post(page, {"next": "minutes", "minutes": "an hour", "before": before(client, page)})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.context["now"] == "minutes"
    assert b'value="an hour"' in answer.content
    assert b"Please give a whole number" in answer.content
    given = {"how": "by_hand", "times": "2", "with_ai": "3", "before": before(client, page)}
    assert client.post(page, given | {"keep": "1"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert stored(meridian, running.members[0], enter) == {"how": "by_hand", "times": "2"}
    assert client.post(page, given | {"send": "1"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize("sent", ["keep", "send"])
def test_what_cannot_be_written_down_is_wrong_again_when_the_page_that_says_so_is_sent_as_it_is(
    meridian: World, running: Running, enter: Enter, sent: str
) -> None:
    client, page = mailed(meridian, running.members[0], enter)
    given = {"how": "by_hand", "times": "2", "with_ai": "3", "before": before(client, page)}
    refused = client.post(page, given | {sent: "1"})
    (shown,) = re.findall(r'name="before" value="([^"]*)"', refused.content.decode())
    again = client.post(page, given | {"send": "1", "before": html.unescape(shown)})
    assert (refused.status_code, again.status_code) == (HTTPStatus.UNPROCESSABLE_ENTITY,) * 2
    assert stored(meridian, running.members[0], enter) == {"how": "by_hand", "times": "2"}
    (shown,) = re.findall(r'name="before" value="([^"]*)"', again.content.decode())
    mended = client.post(page, given | {"send": "1", "with_ai": "1", "before": html.unescape(shown)})
    assert mended.headers["Location"] == f"{page}?done"
    assert stored(meridian, running.members[0], enter) == {"how": "by_hand", "times": "2", "with_ai": "1"}


def test_what_is_kept_on_the_way_answers_with_what_the_page_now_shows(
    meridian: World, running: Running, enter: Enter
) -> None:
    client, page = mailed(meridian, running.members[0], enter)
    answer = client.post(page, {"keep": "1", "minutes": "45", "before": before(client, page)})
    assert answer.status_code == HTTPStatus.OK
    assert b"Kept at" in answer.content
    assert b"<h1" not in answer.content
    said = json.loads(before(client, page))
    assert (said["minutes"], said["timed"]) == ("45", "")


@pytest.mark.parametrize("nonsense", ["", "[]", "{", '{"a": [1]}', "9" * 5000, "[" * 5000])
def test_a_page_that_does_not_say_what_it_showed_is_taken_at_its_word(
    meridian: World, running: Running, enter: Enter, nonsense: str
) -> None:
    client, page = mailed(meridian, running.members[0], enter)
    client.post(page, {"minutes": "45", "before": nonsense})
    assert stored(meridian, running.members[0], enter) == {"minutes": "45"}


def test_any_script_and_pictures_come_back_as_they_were_written(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = draft(meridian)
        question = actions.add_question(
            program=made.program,
            wave=WaveKind.BASELINE,
            kind=ItemKind.TEXT,
            words="ما الذي ساعدك؟",
            options=(),
            language="ar",
            by=None,
            at=OPENED,
        )
        actions.open_wave(program=made.program, kind=WaveKind.BASELINE, at=OPENED)
    key, text = f"own-{question.public_id.hex}", "القالب\nשלום 👩‍👩‍👧 \x00ok"
    client, page = mailed(meridian, made.members[0], enter)
    client.post(page, {key: text})
    assert stored(meridian, made.members[0], enter) == {key: "القالب\nשלום 👩‍👩‍👧 ok"}
    shown = client.get(page).content.decode()
    assert 'lang="ar"' in shown
    assert "שלום 👩‍👩‍👧 ok" in shown
    assert client.post(page, {key: "x" * 1500}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_closed_survey_says_so_and_takes_nothing(meridian: World, running: Running, enter: Enter) -> None:
    with time_machine.travel(CLOSES + timedelta(minutes=1), tick=False):
        client, page = mailed(meridian, running.members[0], enter)
        for answer in (client.get(page), client.post(page, {"minutes": "45"}), client.get(f"{page}anonymous/")):
            assert answer.status_code == HTTPStatus.GONE
        assert "This survey is closed" in client.get(page).content.decode()
    assert stored(meridian, running.members[0], enter) == {}


def test_somebody_signed_in_finds_the_survey_at_home_and_only_their_own(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    person = running.members[0]
    with enter(meridian):
        own = client_as(MembershipFactory.create(person=person).identity)
        ask = Ask.objects.get(person=person)
    page = f"/o/meridian/surveys/{ask.public_id}/"
    assert page in own.get("/o/meridian/waiting/surveys/").content.decode()
    assert own.post(page, {"minutes": "45"})["Location"] == f"{page}?done"
    assert "Look or change" in own.get("/o/meridian/waiting/surveys/", headers={"HX-Request": "true"}).content.decode()
    for other in (meridian.lead, meridian.member):
        assert client_as(other).get(page).status_code == HTTPStatus.NOT_FOUND
        assert page not in client_as(other).get("/o/meridian/waiting/surveys/").content.decode()


def test_the_anonymous_part_is_sent_once_and_never_empty(meridian: World, running: Running, enter: Enter) -> None:
    client, page = mailed(meridian, running.members[0], enter)
    client.post(page, {"minutes": "45"})
    part = f"{page}anonymous/"
    assert f'href="{part}"' in client.get(f"{page}?done").content.decode()
    assert client.post(part, {}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(part, {"asking": "6"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for _ in range(2):
        assert client.post(part, {"asking": "5", "learning": "4"})["Location"] == part
    assert "nobody knows that it is yours" in client.get(part).content.decode()
    assert f'href="{part}"' not in client.get(f"{page}?done").content.decode()
    with enter(meridian):
        assert list(PulseReply.objects.values_list("asking", "learning", "not_knowing")) == [(5, 4, None)]


# --- the lead's pages ------------------------------------------------------------------------------------------------


def test_a_lead_reads_returns_by_group_and_never_who(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        for person in running.members[:5]:
            actions.answer(ask=Ask.objects.get(person=person), given={"minutes": 45}, at=OPENED)
    lead = client_as(meridian.lead)
    for page in (SURVEYS, f"{SURVEYS}baseline/"):
        shown = lead.get(page).content.decode()
        assert "5 of 8" in shown
        assert "A range; 2 more for a single number" in shown
        assert "fewer than 3" in shown
        assert not any(person.name in shown for person in (*running.members, *running.compared))
    assert lead.get(f"{SURVEYS}nothing/").status_code == HTTPStatus.NOT_FOUND


def test_a_lead_reminds_closes_and_opens_once_more(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    lead, page = client_as(meridian.lead), f"{SURVEYS}baseline/"
    lead.post(f"{page}remind/")
    lead.post(f"{page}remind/")
    assert lead.post(f"{page}close/", {"reason": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert lead.post(f"{page}close/", {"reason": "All are in"}).status_code == HTTPStatus.FOUND
    again = lead.post(f"{page}close/", {"reason": "All are in"})
    assert b"This survey is closed already." in again.content
    shown = lead.get(page).content.decode()
    assert "Closed early: All are in." in shown
    day = AT.date() + timedelta(days=7)
    late = {"until": "2027-01-01", "reason": "Lost mails"}
    assert lead.post(f"{page}reopen/", late).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert lead.post(f"{page}reopen/", late | {"until": day.isoformat()}).status_code == HTTPStatus.FOUND
    with enter(meridian):
        wave = Wave.objects.get()
        assert (wave.reminders, wave.reopened_because) == (1, "Lost mails")
        assert wave.closes_at > AT


def test_a_lead_adds_orders_and_previews_questions_of_a_survey_to_come(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    lead, page = client_as(meridian.lead), f"{SURVEYS}post/"
    given = {"words": "Where?", "kind": "choice", "options": "Desk\n\n Train \nDesk", "language": "en-gb"}
    assert lead.post(f"{page}questions/", given).status_code == HTTPStatus.FOUND
    assert lead.post(f"{page}questions/", given | {"options": "Desk"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    long = given | {"options": "x" * 81 + "\ny"}
    assert lead.post(f"{page}questions/", long).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    lead.post(f"{page}questions/", {"words": "Why?", "kind": "text", "language": "en-gb"})
    with enter(meridian):
        where, why = Question.objects.asked_in(running.program, WaveKind.POST)
        assert where.options == ["Desk", "Train"]
    lead.post(f"{page}questions/{why.public_id}/up/")
    lead.post(f"{page}questions/{why.public_id}/down/")
    lead.post(f"{page}questions/{why.public_id}/up/")
    shown = lead.get(f"{page}preview/").content.decode()
    assert shown.index("What did the time go to?") < shown.index("Why?") < shown.index("Where?")
    lead.post(f"{page}questions/{where.public_id}/away/")
    assert "Where?" not in lead.get(f"{page}questions/").content.decode()
    # The baseline is out: its questions are fixed.
    refused = lead.post(f"{SURVEYS}baseline/questions/", given)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_results_stand_on_the_page_of_a_closed_survey(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        made = draft(meridian, members=8, compared=8)
        question = actions.add_question(
            program=made.program,
            wave=WaveKind.BASELINE,
            kind=ItemKind.SCALE,
            words="How calm is it?",
            options=(),
            language="en-gb",
            by=None,
            at=OPENED,
        )
        wave = actions.open_wave(program=made.program, kind=WaveKind.BASELINE, at=OPENED)
        for place, person in enumerate(made.members):
            given = {f"own-{question.public_id.hex}": str(2 + place % 3)}
            actions.answer(ask=Ask.objects.get(person=person), given=given, at=OPENED)
        actions.close_wave(wave=wave, reason="Enough", by=None, at=AT - timedelta(hours=1))
        actions.publish_wave(wave=wave, at=AT)
    shown = client_as(meridian.lead).get(f"{SURVEYS}baseline/").content.decode()
    assert "How calm is it?" in shown
    assert "2.9" in shown
    assert "How safe it is to ask" in shown


@pytest.mark.parametrize("count", [1, 3])
def test_a_lead_page_asks_the_same_number_of_queries(
    meridian: World, enter: Enter, client_as: ClientAs, django_assert_max_num_queries: object, count: int
) -> None:
    with enter(meridian):
        made = with_baseline(meridian, members=8 * count, compared=8 * count)
        actions.open_wave(program=made.program, kind=WaveKind.BASELINE, at=OPENED)
    lead = client_as(meridian.lead)
    lead.get(SURVEYS)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        lead.get(f"{SURVEYS}baseline/")
