"""My week on one page: the question, own weeks, minutes gained, what comes next, and what is one's own to decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from adoption.outbox.actions.links import mint
from adoption.outbox.models import Preference
from adoption.programs.models import Objection, Program
from adoption.tenancy.models import AuditEvent
from champions.models import Champion
from champions.queries.champions import export_champions
from metrics.actions.weeks import WEEK
from metrics.models import CheckIn, WeekAsk
from metrics.queries.asking import open_weeks, parts_of
from metrics.queries.own_week import own_week
from metrics.queries.timing import Gain, own_gain
from metrics.rules import Via
from surveys.models import Answer, Ask, Wave
from surveys.rules import MINUTES, TIMES, WaveKind
from tests.factories import AT, World
from tests.practice import Practice, make_program, plan_ahead, practise
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db
PLACE = "/o/meridian/week/"
WEEKS = (date(2026, 6, 22), date(2026, 6, 29))


@pytest.fixture
def practice(meridian: World, enter: Enter) -> Iterator[Practice]:
    """A programme in its third week, in which the member said something of both weeks."""
    practise(meridian)
    with time_machine.travel(AT, tick=False), enter(meridian):
        at = AT - timedelta(days=16)
        Program.objects.update(starts_on=WEEKS[0], baseline_opened_at=at, launched_at=at, fixed={})
        found = practise(meridian)
        for week, uses in zip(WEEKS, (1, 4), strict=True):
            CheckIn.objects.create(
                person=meridian.member.person,
                workflow=found.program.workflow,
                week=week,
                version=1,
                total=uses,
                unprompted=uses,
                via=Via.PAGE,
                valid_at=AT,
                recorded_at=AT,
            )
        yield found


def answer(world: World, program: Program, kind: WaveKind, minutes: int, times: int) -> None:
    wave = Wave.objects.create(program=program, kind=kind, opened_at=AT, closes_at=AT + timedelta(days=21))
    ask = Ask.objects.create(wave=wave, person=world.member.person, asked_at=AT)
    for item, number in ((MINUTES, minutes), (TIMES, times)):
        Answer.objects.create(
            ask=ask, item=item.key, item_version=item.version, version=1, number=number, valid_at=AT, recorded_at=AT
        )


def read(client: Client, place: str = PLACE) -> str:
    return " ".join(client.get(place).content.decode().split())


def test_everything_of_ones_week_stands_on_one_page(
    practice: Practice, meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    meeting = plan_ahead(meridian)
    answer(meridian, practice.program, WaveKind.BASELINE, 90, 4)
    page = read(client_as(meridian.member))
    assert practice.program.workflow.name in page
    assert f"with {practice.champion.person.name}" in page
    assert "Your own weeks" in page
    assert "90 minutes before. What it takes now is asked once more" in page
    for address in (
        reverse("meeting", args=["meridian", practice.pod.public_id, meeting.public_id]),
        *(reverse(name, args=["meridian"]) for name in ("question-ask", "win-new", "kit", "me-export", "my-messages")),
        "/o/meridian/me/#seen",
    ):
        assert f'"{address}"' in page
    answer(meridian, practice.program, WaveKind.POST, 60, 4)
    page = read(client_as(meridian.member))
    assert "30 minutes less each time" in page
    assert "60 minutes a week" in page
    # Somebody else's page says nothing of it.
    for other in (meridian.champion, meridian.lead):
        assert "minutes less each time" not in read(client_as(other))


@pytest.mark.parametrize(
    ("before", "now", "each", "a_week"),
    [(90, 60, 30, 60), (60, 90, -30, -60), (60, 60, 0, 0), (0, 60, None, None), (60, None, None, None)],
)
def test_what_it_gained_is_by_ones_own_answers_and_may_be_a_loss(
    before: int, now: int | None, each: int | None, a_week: int | None
) -> None:
    gain = Gain(before, now, 2.0)
    assert (gain.each, gain.a_week) == (each, a_week)
    assert Gain(before, now, None).a_week is None


def test_a_longer_time_is_said_kindly_and_the_newest_answer_counts(
    practice: Practice, meridian: World, client_as: ClientAs
) -> None:
    answer(meridian, practice.program, WaveKind.BASELINE, 60, 4)
    answer(meridian, practice.program, WaveKind.POST, 50, 4)
    ask = Ask.objects.get(wave__kind=WaveKind.POST)
    Answer.objects.create(ask=ask, item=MINUTES.key, item_version=1, version=2, number=80, valid_at=AT, recorded_at=AT)
    assert own_gain(practice.program, meridian.member.person) == Gain(60, 80, 2.0)
    page = read(client_as(meridian.member))
    assert "It takes longer now" in page
    assert "minutes a week" not in page


def test_pausing_and_leaving_are_one_click_without_a_reason(
    practice: Practice, meridian: World, client_as: ClientAs
) -> None:
    client, person = client_as(meridian.member), meridian.member.person
    client.post(reverse("my-messages", args=["meridian"]), {"messages": "nudge", "wanted": "no"})
    assert Preference.objects.filter(person=person, stopped_at__isnull=False).exists()
    (part,) = parts_of(person)
    assert f'value="{part.key}"' in read(client)
    assert client.post(PLACE, {"part": part.key}).status_code == HTTPStatus.FOUND
    assert Objection.objects.standing().get().person == person
    page = read(client)
    assert "You take no part" in page
    assert "What comes next" not in page
    assert own_week(person, parts_of(person), at=AT).works == ()


def test_a_machine_reads_ones_own_week_and_takes_no_part_for_oneself_alone(
    practice: Practice, meridian: World, client_as: ClientAs
) -> None:
    meeting = plan_ahead(meridian)
    answer(meridian, practice.program, WaveKind.BASELINE, 90, 4)
    answer(meridian, practice.program, WaveKind.POST, 60, 4)
    client, root = client_as(meridian.member), "/api/v1/o/meridian"
    told = client.get(f"{root}/week/").json()
    (work,) = told["works"]
    assert (work["champion"], work["minutes_gained"], work["minutes_gained_a_week"]) == (
        practice.champion.person.name,
        30,
        60,
    )
    assert (told["next"]["id"], told["parts"][0]["takes_part"]) == (str(meeting.public_id), True)
    objection = f"{root}/p/{practice.program.slug}/objection/"
    # Whoever is not in it finds nothing to decline.
    assert client_as(meridian.lead).put(objection).status_code == HTTPStatus.NOT_FOUND
    for other in (meridian.lead, meridian.champion):
        assert client_as(other).get(f"{root}/week/").json()["works"] == []
    for _ in range(2):
        assert client.put(objection).status_code == HTTPStatus.NO_CONTENT
    assert Objection.objects.standing().get().person == meridian.member.person
    assert client.get(f"{root}/week/").json() == {
        "parts": [{"program": practice.program.slug, "takes_part": False, "leads": False}],
        "works": [],
        "next": None,
        "day_seven_at": None,
    }
    assert client.delete(objection).status_code == HTTPStatus.NO_CONTENT
    assert client.get(f"{root}/week/").json()["parts"][0]["takes_part"]


def test_a_champion_leaves_the_weekly_question_out_in_one_click_and_leads_on(
    practice: Practice, meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    client, person = client_as(meridian.champion), meridian.champion.person
    before = AuditEvent.objects.count()
    assert open_weeks(person, at=AT)
    (part,) = parts_of(person)
    assert (part.takes, part.leads) == (True, True)
    page = read(client)
    assert "Do not ask about my weeks" in page
    assert "Take no part" not in page
    assert client.post(PLACE, {"part": part.key}).status_code == HTTPStatus.FOUND
    assert open_weeks(person, at=AT) == []
    page = read(client)
    assert "You are not asked about your weeks in" in page
    assert "Do not ask about my weeks" not in page
    # It is no objection, which would take them off the lists of leads, and nobody is told.
    assert not Objection.objects.exists()
    assert AuditEvent.objects.count() == before
    assert Champion.objects.serving().get(program=practice.program).person == person
    assert export_champions(person=person)["champion_of"][0]["not_asked_about_weeks_since"]
    for place in ("program", "program-pods", "champions"):
        told = client_as(meridian.lead).get(reverse(place, args=["meridian", practice.program.slug]))
        assert "not asked" not in told.content.decode()
    (part,) = parts_of(person)
    client.post(PLACE, {"part": part.key})
    assert open_weeks(person, at=AT)
    assert export_champions(person=person)["champion_of"][0]["not_asked_about_weeks_since"] is None


def test_machines_and_mailed_links_leave_it_out_too(practice: Practice, meridian: World, client_as: ClientAs) -> None:
    client, person, root = client_as(meridian.champion), meridian.champion.person, "/api/v1/o/meridian"
    objection = f"{root}/p/{practice.program.slug}/objection/"
    for _ in range(2):
        assert client.put(objection).status_code == HTTPStatus.NO_CONTENT
    told = client.get(f"{root}/week/").json()
    assert told["parts"] == [{"program": practice.program.slug, "takes_part": False, "leads": True}]
    assert client.get(f"{root}/weeks/").json()["items"] == []
    assert client.delete(objection).status_code == HTTPStatus.NO_CONTENT
    ask = WeekAsk.objects.create(person=person, week=WEEKS[1], asked_at=AT)
    link = mint(
        purpose=WEEK, row_id=ask.pk, person=person, address=str(person.mail), expires_at=AT + timedelta(days=9), at=AT
    )
    browser = Client()
    place = browser.get(urlsplit(link).path)["Location"]
    assert "I would rather not be asked about my weeks" in read(browser, place)
    browser.post(place, {"part": f"out.{practice.program.slug}"})
    assert "You are not asked about your weeks in" in read(browser, place)


def test_somebody_who_takes_part_and_leads_elsewhere_decides_of_each(
    practice: Practice, meridian: World, client_as: ClientAs
) -> None:
    other = make_program(meridian, name="letters")
    Program.objects.filter(pk=other.pk).update(starts_on=WEEKS[0], baseline_opened_at=AT, launched_at=AT, fixed={})
    person = meridian.member.person
    Champion.objects.create(program=other, person=person, named_at=AT - timedelta(days=20))
    client = client_as(meridian.member)
    page = read(client)
    assert f"Take no part in {practice.program.name}" in page
    assert f"Do not ask about my weeks in {other.name}" in page
    client.post(PLACE, {"part": f"out.{other.slug}"})
    assert [(one.program.slug, one.takes) for one in parts_of(person)] == [
        (practice.program.slug, True),
        (other.slug, False),
    ]
    assert {one.program for one in open_weeks(person, at=AT)} == {practice.program}


def test_by_mailed_link_there_is_the_question_alone(practice: Practice, meridian: World) -> None:
    person = meridian.member.person
    ask = WeekAsk.objects.create(person=person, week=WEEKS[1], asked_at=AT)
    address = mint(
        purpose=WEEK, row_id=ask.pk, person=person, address=str(person.mail), expires_at=AT + timedelta(days=9), at=AT
    )
    client = Client()
    answer(meridian, practice.program, WaveKind.BASELINE, 90, 4)
    answer(meridian, practice.program, WaveKind.POST, 60, 4)
    page = read(client, client.get(urlsplit(address).path)["Location"])
    assert "I would rather not take part" in page
    assert "What comes next" not in page
    assert "Yours to decide" not in page
    # It is answered, so what it gained them stands there too: most of them never see another page.
    assert "30 minutes less each time" in page
    assert "60 minutes a week" in page


def test_while_somebody_answers_there_is_nothing_but_the_question(
    practice: Practice, meridian: World, client_as: ClientAs
) -> None:
    client = client_as(meridian.member)
    key = f"{WEEKS[1].isoformat()}.{practice.program.workflow.public_id}"
    page = " ".join(client.post(PLACE, {"about": key, "n": "4"}).content.decode().split())
    assert "How many of the 4" in page
    assert "What comes next" not in page
