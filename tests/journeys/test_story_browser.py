"""The main path in a real browser, phone and desk, light and dark: every page sound, and each reached from the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import count

import pytest
from playwright.sync_api import expect

from adoption.programs import actions as programs
from adoption.programs.models import Program
from adoption.programs.rules import Arm, State
from adoption.tenancy.models import Person
from champions.actions import name_champion
from metrics.actions.weeks import Line, record_history
from metrics.models import CheckIn
from metrics.rules import Via
from pods.actions import form_pod
from pods.models import FollowUp
from pods.rules import Used
from surveys.actions import answer
from surveys.models import Ask
from tests.factories import PersonFactory, World, make_meridian
from tests.journeys.conftest import DESK, PHONE, Post, Reader, Visit
from tests.journeys.passing import Clock, passing
from tests.worlds import Enter

DRAFTED = date(2026, 2, 4)
BASELINE = date(2026, 2, 9)
START = date(2026, 2, 23)
MAIN_LOOK = START + timedelta(days=63)
EVIDENCE = "/o/meridian/p/client-reports/evidence/"


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A February morning; a browser of November does not mind."""
    with passing(DRAFTED, ticks=True) as clock:
        yield clock


@pytest.fixture
def meridian(transactional_db: None, clock: Clock, enter: Enter) -> World:
    """Meridian on that morning, with a team around the champion and one for the comparison."""
    world = make_meridian(clock.now)
    with enter(world):
        for head, names in (
            ("Hanna Head", ("Ben", "Bea", "Bo", "Bill", "Bao")),
            ("Carla Chief", ("Cid", "Cleo", "Cem")),
        ):
            manager = PersonFactory.create(name=head, department="Delivery")
            for name in names:
                PersonFactory.create(name=f"{name} Colleague", manager=manager, department="Delivery")
            if head == "Hanna Head":
                Person.objects.filter(pk=world.champion.person.pk).update(manager=manager)
    return world


def others(world: World, at: Clock) -> None:
    """Two more pods and a large comparison team, so that there is something to compare."""
    program = Program.objects.get()
    lead = world.lead.person
    for name in ("Oder", "Spree"):
        leader = PersonFactory.create(name=f"Leader {name}")
        champion = name_champion(program=program, person=leader, by=lead, at=at.now)
        members = PersonFactory.create_batch(8, department="Delivery")
        form_pod(program=program, champion=champion, name=name, members=members, by=lead, at=at.now)
    team = PersonFactory.create_batch(20, department="Delivery")
    programs.assign(program=program, arm=Arm.COMPARISON, cluster="Team of Uta", people=team, by=lead, at=at.now)


def test_from_the_draft_to_the_evidence(meridian: World, visit: Visit, post: Post, clock: Clock, enter: Enter) -> None:
    a_lead_drafts_on_a_desk(meridian, visit(meridian.lead, width=DESK))
    with enter(meridian):
        others(meridian, clock)
        colleague = Person.objects.get(name="Ben Colleague")
        compared = Person.objects.get(name="Cleo Colleague")
    lead = visit(meridian.lead, width=DESK, dark=True)
    lead.open("/o/meridian/p/client-reports/")
    lead.follow("Open the baseline")
    lead.see("Open the baseline of Client reports?", shot="5-baseline")
    lead.press("Open the baseline")
    lead.see("Client reports: the baseline begins on 9 February", shot="6-collected")

    # By link, on a phone, without an account; in the other group without a script as well.
    clock.to(BASELINE, time(10))
    a_survey_is_answered(visit(None, width=PHONE), post.link(str(colleague.mail), "/s/"))
    a_survey_is_answered(visit(None, width=PHONE, dark=True, scripts=False), post.link(str(compared.mail), "/s/"))
    clock.to(BASELINE + timedelta(weeks=1), time(10))
    a_week_is_answered(visit(None, width=PHONE), post.link(str(colleague.mail), "/w/"))
    with enter(meridian):
        assert Ask.objects.completed().count() == 2
        said = CheckIn.objects.get()
        assert (said.person, said.total, said.unprompted, said.via) == (colleague, 4, 3, Via.LINK)
        # So do all the others, unseen: two are no baseline.
        for ask in Ask.objects.unanswered():
            answer(ask=ask, given={"minutes": 60}, at=clock.now)

    clock.to(START - timedelta(days=3))
    # A sign-in lasts two weeks.
    lead = visit(meridian.lead, width=DESK, dark=True)
    lead.open("/o/meridian/p/client-reports/")
    lead.see("Client reports is not ready to launch yet")
    lead.follow("The readiness board")
    for still in (5, 4, 3, 2):
        lead.see(f"Client reports: {still} things are open before the launch")
        lead.follow(re.compile("Do without"))
        lead.see("Launch without this?")
        lead.page.get_by_label("Why does the launch not wait for it?").fill("It comes about in the first week.")
        lead.press("Write it down")
    lead.see("Client reports: one thing is open before the launch", shot="6-board")
    lead.open("/o/meridian/p/client-reports/")
    lead.see("Client reports waits for its champions’ time")
    lead.follow("Champions’ time")
    for _ in range(3):
        lead.follow(re.compile("Start without"))
        lead.page.get_by_label("Why do they start").fill("Their manager agrees in the first week.")
        lead.press("Write it down")
    lead.open("/o/meridian/p/client-reports/")
    lead.see("Client reports is ready to launch", shot="7-ready")
    lead.follow("Launch")
    lead.see("Launch Client reports?", shot="8-launch")
    lead.press("Launch")
    lead.see(re.compile("is launched"), shot="9-launched")
    with enter(meridian):
        assert Program.objects.get().state is State.LAUNCHED

    clock.to(START + timedelta(days=1), time(15))
    phone = visit(meridian.champion, width=PHONE, dark=True)
    a_session_is_logged(phone)
    everybody_says(clock, enter, meridian, START)
    clock.to(START + timedelta(days=8), time(10))
    a_day_7_is_answered(phone, post.link(str(meridian.champion.person.mail), "/o/meridian/follow-ups/"))
    with enter(meridian):
        assert FollowUp.objects.get().used == Used.YES

    for number in range(1, 8):
        everybody_says(clock, enter, meridian, START + timedelta(weeks=number))
    clock.to(MAIN_LOOK, time(10))
    the_evidence_is_read(visit(meridian.executive, width=DESK))
    the_evidence_is_read(visit(meridian.executive, width=PHONE, dark=True))


def a_lead_drafts_on_a_desk(meridian: World, lead: Reader) -> None:
    lead.open("/o/meridian/")
    lead.page.get_by_role("link", name="Draft the first programme").click()
    lead.see("Which piece of work, and is AI the answer?", shot="1-draft")
    lead.page.get_by_label("Name", exact=True).fill("Client reports")
    lead.page.get_by_label("The one workflow").fill("Client report drafting")
    lead.press("Save and go on")
    lead.see("What sort of programme, and how far?", shot="1-sort")
    lead.press("Save and go on")
    lead.see("When, and what is it measured by?", shot="1-dates")
    lead.page.get_by_label("Starts on").select_option(START.isoformat())
    lead.press("Save and leave")
    lead.see("Client reports: still a draft", shot="2-drafted")
    lead.follow("Name a champion")
    lead.page.get_by_label("Name or mail address").fill(meridian.champion.person.name)
    lead.press("Name this person")
    lead.see(re.compile("champion, and no pod yet"), shot="3-named")
    lead.follow("Form the pod")
    # The champion's own team is proposed.
    expect(lead.page.get_by_role("checkbox", name=re.compile("Colleague"), checked=True)).to_have_count(5)
    lead.press("Form the pod")
    lead.see("One pod", shot="4-pod")
    lead.open("/o/meridian/p/client-reports/")
    lead.follow("Choose the comparison teams")
    lead.page.get_by_label(re.compile("Team of Carla Chief")).check()
    lead.press("Put these teams into the comparison group")
    lead.see("Client reports is ready for its baseline")


def a_survey_is_answered(window: Reader, link: str) -> None:
    window.open(link)
    window.see("About your work on: Client report drafting", shot="survey")
    assert link.split("/")[2] not in window.page.url, "the secret stays out of the address bar"
    page = window.page
    for number in count(1):
        place = page.get_by_text(re.compile(f"Question {number} of"))
        expect(place).to_be_visible()
        for name, value in (("minutes", "60"), ("times", "4"), ("with_ai", "0")):
            field = page.locator(f"main input[name={name}]")
            if field.is_visible():
                field.fill(value)
        if place.inner_text().strip() == f"Question {number} of {number}":
            break
        window.press("Next")
    window.press("Send my answers")
    window.see(re.compile("^Thank you"), shot="survey-done")


def a_week_is_answered(window: Reader, link: str) -> None:
    # The mail's own button says four; opening it answers nothing.
    window.open(f"{link}?n=4")
    window.see("How many times did you use AI for this: Client report drafting?", shot="week-1")
    assert "You tapped 4 in the mail" in window.page.locator("main").inner_text()
    window.press("4")
    window.see("How many of the 4 did you start without anyone asking?", shot="week-2")
    window.press("3")
    window.see(re.compile("^Thank you"), shot="week-3")


def a_session_is_logged(phone: Reader) -> None:
    phone.open("/o/meridian/")
    phone.page.get_by_role("link", name=re.compile("^Log a session")).first.click()
    phone.see("Log a session", shot="session")
    main = phone.page.locator("main")
    main.get_by_text("One to one", exact=True).click()
    main.get_by_text("Ben Colleague", exact=True).click()
    main.get_by_label("What did you finish together?").fill("The first page of a report")
    main.get_by_label("How, in a line or two?").fill("Notes in, three questions back.")
    phone.press("Save session")
    phone.page.wait_for_url("**/pods/*/")
    phone.see(re.compile("."), shot="session-saved")
    assert "Their day 7 is promised" in phone.page.locator("body").inner_text()


def a_day_7_is_answered(phone: Reader, link: str) -> None:
    phone.open(link)
    phone.see("Day 7 with Ben Colleague", shot="day-7")
    main = phone.page.locator("main")
    main.get_by_text("Yes", exact=True).click()
    main.get_by_label("What happened?").fill("The second report took half the time.")
    phone.press("Write it down")
    phone.page.wait_for_url("**/pods/*/")
    assert "uses it: nothing more to do" in phone.page.locator("body").inner_text()
    phone.see(re.compile("."), shot="day-7-done")


def everybody_says(clock: Clock, enter: Enter, meridian: World, week: date) -> None:
    """What everybody did in a week is sent early on the Monday after it, so that nobody need be asked."""
    clock.to(week + timedelta(weeks=1), time(8))
    with enter(meridian):
        program = Program.objects.get()
        lines = []
        for place, row in enumerate(program.assignments.order_by("pk")):
            uses = 3 if place % (2 if row.arm == Arm.PODS else 5) == 0 else 0
            lines.append(Line(row.person_id, week, uses, uses))
        record_history(program=program, lines=lines, by=None, at=clock.now)


def the_evidence_is_read(executive: Reader) -> None:
    executive.open("/o/meridian/")
    executive.page.get_by_role("link", name=re.compile("^Open the evidence")).click()
    executive.page.wait_for_url(f"**{EVIDENCE}")
    executive.see(re.compile("."), shot=f"evidence-{executive.page.viewport_size['width']}")  # type: ignore[index]
    said = executive.page.locator("main").inner_text()
    assert re.search(r"\d+ of 21", said)
    assert re.search(r"\d+ of 23", said)
    assert "Elbe" not in said
