"""Two promises on a phone: whoever asks without a name leaves no trace, and whoever would rather not is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from adoption.outbox.models import Message
from adoption.programs.actions.calendar import promise
from adoption.programs.models import Attention, Objection, Program
from adoption.programs.rules import ASK_WEEK, LOOK_AFTER, plan_active
from adoption.tenancy.models import AuditEvent
from pods.models import AnonymousQuestion, Seat
from tests.factories import AT, World, make_meridian
from tests.journeys.conftest import PHONE, Post, Visit
from tests.journeys.passing import Clock, passing
from tests.pods.test_questions import everything
from tests.practice import Practice, practise, some_people
from tests.worlds import Enter

TODAY = AT.date()
STARTED = date(2026, 6, 22)
WORDS = "Does nobody else need longer with it?"


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The Wednesday of the third week, the day after somebody's day 7."""
    with passing(TODAY, time(10), ticks=True) as clock:
        yield clock


@pytest.fixture
def meridian(transactional_db: None, clock: Clock) -> World:
    return make_meridian()


@pytest.fixture
def practice(meridian: World, enter: Enter) -> Practice:
    """A pod of five in a programme that runs."""
    found = practise(meridian)
    with enter(meridian):
        Seat.objects.bulk_create([Seat(pod=found.pod, person=one, taken_at=AT) for one in some_people(meridian, 2)])
        at = AT - timedelta(days=16)
        Program.objects.update(starts_on=STARTED, baseline_opened_at=at, launched_at=at, fixed={})
        found.program.refresh_from_db()
    return found


def test_a_question_without_a_name_is_answered_and_nothing_tells_who_asked(
    meridian: World, practice: Practice, visit: Visit, clock: Clock, enter: Enter
) -> None:
    asker = visit(meridian.member, width=PHONE)
    asker.open("/o/meridian/ask/")
    asker.see(f"Ask {practice.champion.person.name}", shot="1-ask")
    with enter(meridian):
        before = everything()
    asker.page.get_by_label("What would you like to know?").fill(WORDS)
    asker.page.get_by_label("Ask without my name").check()
    asker.press("Ask")
    asker.see("Asked, without your name", shot="2-key")
    link = asker.page.locator(".mm-keep a").inner_text()
    with enter(meridian):
        after = everything()
        assert {table for table in after if after[table] != before[table]} == {"pods_anonymousquestion"}
        ((row,),) = after["pods_anonymousquestion"]
        person = meridian.member.person
        assert [
            trace for trace in (str(person.public_id), person.name, str(person.mail), link[-43:]) if trace in row
        ] == []

    champion = visit(meridian.champion, width=PHONE, dark=True)
    champion.open("/o/meridian/questions/")
    champion.see("Nobody has asked anything yet")
    clock.to(TODAY + timedelta(days=1), time(9))
    champion.open("/o/meridian/questions/")
    champion.see("One question waits", shot="3-waiting")
    champion.follow("Answer")
    champion.see("Somebody of your pod asks", shot="4-answer")
    champion.page.locator("[name=answer]").fill("I did, for two weeks. Let us look at the figures first.")
    champion.page.locator("main").get_by_text("I knew it", exact=True).click()
    champion.press("Answer")
    expect(champion.page.get_by_role("button", name="Put the answer into the library")).to_be_visible()

    nobody = visit(None, width=PHONE)
    nobody.open(urlsplit(link).path)
    nobody.see("There is an answer", shot="5-read")
    nobody.press("That helped")
    expect(nobody.page.get_by_text("You said that it helped")).to_be_visible()
    with enter(meridian):
        assert AnonymousQuestion.objects.get().helped
        assert not Message.objects.filter(person=meridian.member.person, kind="question_answered").exists()
        assert not AuditEvent.objects.filter(verb__startswith="question.").exists()


def test_whoever_would_rather_not_says_so_in_one_tap_and_is_never_reminded_again(
    meridian: World, practice: Practice, visit: Visit, post: Post, clock: Clock, enter: Enter
) -> None:
    person = meridian.member.person
    other = practice.members[1] if practice.members[0] == person else practice.members[0]
    with enter(meridian):
        asked = [one for one in plan_active(STARTED, 10) if one.task in {ASK_WEEK, LOOK_AFTER}]
        promise(practice.program, [one for one in asked if one.due_on > TODAY])
    member = visit(meridian.member, width=PHONE, dark=True)
    member.open("/o/meridian/week/")
    member.press("Take no part")
    expect(member.page.get_by_role("button", name="Take part again")).to_be_visible()
    member.see("Nothing is asked of you just now", shot="1-no-part")
    clock.to(TODAY + timedelta(weeks=4), time(18))
    assert post.all_to(str(other.mail)), "others are asked on"
    assert post.all_to(str(person.mail)) == []
    with enter(meridian):
        assert Objection.objects.standing().get().person == person
        assert not Attention.objects.open().filter(person=person).exists()
    champion = visit(meridian.champion, width=PHONE)
    champion.open(f"/o/meridian/pods/{practice.pod.public_id}/")
    # Nobody is told, and nobody is pointed at: not among those to talk to, nor among day 7s.
    expect(champion.page.get_by_role("heading", level=3, name=person.name)).to_have_count(0)
    expect(champion.page.get_by_role("link", name=re.compile(f"Start.*{person.name}"))).to_have_count(0)
