"""Links to a week and to a survey that are old, changed, somebody else's, or opened twice: a clear sentence, nothing lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from adoption.outbox.actions.links import end, mint
from adoption.tenancy.models import Person
from metrics.actions.weeks import WEEK, ask_week
from metrics.models import CheckIn, WeekAsk
from surveys.actions import SURVEY, open_wave
from surveys.models import Answer, Ask
from surveys.rules import WaveKind
from tests.factories import World
from tests.journeys.visitor import Visitor
from tests.running import Running, with_baseline
from tests.worlds import Enter

pytestmark = pytest.mark.django_db

BASELINE_WEEK = date(2026, 6, 8)
LASTS = timedelta(days=30)


@dataclass(frozen=True)
class Mailed:
    """What somebody was mailed: a link to their week, and one to their survey."""

    running: Running
    person: Person
    now: datetime
    links: dict[str, str]


def mail(world: World, enter: Enter) -> Mailed:
    """Links as a mail of the Monday after the first baseline week carries them."""
    with enter(world):
        running = with_baseline(world)
        person = running.members[0]
        now = running.at(BASELINE_WEEK + timedelta(weeks=1), time(10))
        ask_week(program=running.program, week=BASELINE_WEEK, at=now)
        open_wave(program=running.program, kind=WaveKind.BASELINE, at=now)
        rows = {WEEK: WeekAsk.objects.get(person=person).pk, SURVEY: Ask.objects.get(person=person).pk}
        links = {
            purpose: mint(
                purpose=purpose, row_id=row, person=person, address=str(person.mail), expires_at=now + LASTS, at=now
            )
            for purpose, row in rows.items()
        }
    return Mailed(running, person, now, links)


@pytest.fixture
def mailed(meridian: World, enter: Enter) -> Mailed:
    return mail(meridian, enter)


def nothing_was_said(world: World, enter: Enter) -> bool:
    with enter(world):
        return not CheckIn.objects.exists() and not Answer.objects.exists()


@pytest.mark.parametrize("purpose", [WEEK, SURVEY])
def test_a_link_that_is_unknown_changed_or_of_another_page_opens_nothing(
    mailed: Mailed, meridian: World, enter: Enter, purpose: str
) -> None:
    link = mailed.links[purpose]
    other = mailed.links[SURVEY if purpose == WEEK else WEEK]
    token, path = link.split("/")[-2], link.split("/")[-3]
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    with time_machine.travel(mailed.now, tick=False):
        for wrong in (changed, token[:-1], token + "x", other.split("/")[-2], str(uuid4()), "%00"):
            window = Visitor().open(f"/{path}/{wrong}/", status=HTTPStatus.NOT_FOUND)
            assert window.heading
        # Nor does its stand-in open a page in somebody else's browser.
        there = Visitor().open(link).at
        Visitor().open(there, status=HTTPStatus.NOT_FOUND)
    assert nothing_was_said(meridian, enter)


@pytest.mark.parametrize("purpose", [WEEK, SURVEY])
def test_a_link_that_has_had_its_time_or_was_ended_says_so(
    mailed: Mailed, meridian: World, enter: Enter, purpose: str
) -> None:
    with time_machine.travel(mailed.now, tick=False) as clock:
        early = Visitor().open(mailed.links[purpose])
        clock.move_to(mailed.now + timedelta(hours=11))
        with enter(meridian):
            row = (
                WeekAsk.objects.get(person=mailed.person) if purpose == WEEK else Ask.objects.get(person=mailed.person)
            )
            end(purpose=purpose, row_ids=[row.pk], at=clock_now(mailed, hours=11))
        # A page that was open meanwhile takes nothing either, and is no error.
        button = "4" if purpose == WEEK else "Send my answers"
        early.press(button, status=HTTPStatus.GONE)
        assert early.heading
        Visitor().open(mailed.links[purpose], status=HTTPStatus.GONE)
        clock.move_to(mailed.now + LASTS)
        Visitor().open(mailed.links[purpose], status=HTTPStatus.GONE)
    assert nothing_was_said(meridian, enter)


def clock_now(mailed: Mailed, *, hours: int) -> datetime:
    return mailed.now + timedelta(hours=hours)


def test_another_companys_link_opens_that_company_and_no_further(
    mailed: Mailed, harbour: World, meridian: World, enter: Enter
) -> None:
    theirs = mail(harbour, enter)
    with time_machine.travel(max(mailed.now, theirs.now), tick=False):
        ours = Visitor().open(mailed.links[WEEK])
        Visitor().open(theirs.links[WEEK]).press("2").press("1")
        # The stand-in of one company's link opens no page of the other's.
        there = Visitor().open(theirs.links[WEEK]).at
        ours.open(there, status=HTTPStatus.NOT_FOUND)
    assert nothing_was_said(meridian, enter)
    with enter(harbour):
        assert CheckIn.objects.get().person == theirs.person


def test_a_link_that_was_used_opens_again_so_that_an_answer_can_be_mended(
    mailed: Mailed, meridian: World, enter: Enter
) -> None:
    with time_machine.travel(mailed.now, tick=False):
        for total, unprompted in (("4", "3"), ("4", "3"), ("2", "2")):
            window = Visitor().open(mailed.links[WEEK])
            if "Change my answer" in window.text:
                window.follow("Change my answer")
            window.press(total).press(unprompted)
            assert "Thank you" in window.heading
    with enter(meridian):
        versions = CheckIn.objects.order_by("version")
        assert [(one.version, one.total, one.unprompted) for one in versions] == [(1, 4, 3), (2, 2, 2)]


def test_of_two_tabs_the_later_word_counts_and_the_earlier_one_is_kept(
    mailed: Mailed, meridian: World, enter: Enter
) -> None:
    with time_machine.travel(mailed.now, tick=False):
        client = Client()
        one, two = (Visitor(client).open(mailed.links[WEEK]) for _ in range(2))
        one.press("4")
        two.press("1")
        one.press("4")
        two.press("0")
        assert "Thank you" in two.heading
        # The first one goes back and taps once more, twice.
        for _ in range(2):
            one.open(one.at.partition("?")[0]).follow("Change my answer").press("4").press("4")
    with enter(meridian):
        said = [(one.total, one.unprompted) for one in CheckIn.objects.order_by("version")]
        assert said == [(4, 4), (1, 0), (4, 4)]
