"""From the question to everybody to a champion with agreed time; and a champion short of time who is seen before week three."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from adoption.programs.actions.calendar import promise
from adoption.programs.models import Attention, Program
from adoption.programs.rules import Kind, plan_active
from adoption.tenancy.models import Person
from champions.actions.agreements import record_sponsorship
from champions.models import Candidacy, Champion
from surveys.actions import keep_tries, name_colleague
from surveys.models import Nomination, NominationAsk
from tests.factories import PersonFactory, World, make_meridian
from tests.journeys.conftest import DESK, PHONE, Post, Reader, Visit
from tests.journeys.passing import Clock, passing
from tests.practice import make_program
from tests.running import draft
from tests.worlds import Enter

# A Wednesday; the programme of `make_program` starts on 27 July.
TODAY = date(2026, 6, 24)
START = date(2026, 6, 29)
DEPARTMENTS = ("Tax", "Deals", "Legal")
ANSWERED = 150


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A June morning; a browser of November does not mind."""
    with passing(TODAY, ticks=True) as clock:
        yield clock


@pytest.fixture
def meridian(transactional_db: None, clock: Clock) -> World:
    return make_meridian(clock.now)


def test_from_the_question_to_everybody_to_a_ready_champion(
    meridian: World, visit: Visit, post: Post, clock: Clock, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports", at=clock.now)
        heads = [PersonFactory.create(name=f"Head of {name}", department=name) for name in DEPARTMENTS]
        people = [
            PersonFactory.create(
                name=f"Number {number:03}",
                department=DEPARTMENTS[number % 3],
                manager=heads[number % 3],
                contracted_hours=40,
            )
            for number in range(ANSWERED)
        ]
    lead = visit(meridian.lead, width=DESK)
    lead.open(f"/o/meridian/p/{program.slug}/champions/")
    lead.follow("Ask whom people go to")
    lead.see("Ask everybody whom they go to", shot="1-ask")
    lead.press("Ask them")
    lead.see(re.compile("people are asked, until 8 July"))
    clock.to(TODAY, time(10))

    first = people[0]
    a_colleague_is_named(visit(None, width=PHONE, scripts=False), post.link(str(first.mail), "/n/"), sees=False)
    a_colleague_is_named(visit(None, width=PHONE, dark=True), post.link(str(people[1].mail), "/n/"), sees=True)
    with enter(meridian):
        everybody_else_answers(people)
        assert NominationAsk.objects.completed().count() == ANSWERED
    lead.open(f"/o/meridian/p/{program.slug}/nominations/")
    lead.press("Close and count now")
    lead.see("Three people are sought out and try AI unasked", shot="2-shortlist")
    with enter(meridian):
        assert not Nomination.objects.exists()
        found = {row.person.name: row.nominators for row in Candidacy.objects.select_related("person")}
    # 149 named each of them in turn; the head of the first one, and they themselves, count nothing.
    assert set(found) == {"Number 003", "Number 004", "Number 005"}
    phone = visit(meridian.lead, width=PHONE, dark=True)
    phone.open(f"/o/meridian/p/{program.slug}/champions/shortlist/")
    phone.see("Three people are sought out and try AI unasked", shot="3-shortlist-phone")

    lead.page.get_by_role("button", name=re.compile("Ask them.*Number 003")).click()
    lead.page.get_by_role("button", name=re.compile("Ask them.*Number 004")).click()
    clock.beat()
    no = visit(None, width=PHONE)
    no.open(post.link(str(people[4].mail), "/c/"))
    no.see(re.compile("Would you be a champion"))
    no.press("No, thank you")
    no.see("Thank you for saying so")
    yes = visit(None, width=PHONE, dark=True)
    yes.open(post.link(str(people[3].mail), "/c/"))
    yes.see(re.compile("Would you be a champion"), shot="4-offer")
    yes.press("Yes, I would")
    yes.see("Thank you. You are a champion.")
    lead.open(f"/o/meridian/p/{program.slug}/champions/shortlist/")
    lead.see("One person is sought out and tries AI unasked")
    time_is_agreed(meridian, program, visit, post, clock, lead, people[3], heads[0])


def a_colleague_is_named(window: Reader, link: str, *, sees: bool) -> None:
    """One of 150 answers by mail."""
    window.open(link)
    if sees:
        window.see(re.compile("Whom do you go to"), shot="nomination")
    page = window.page
    page.locator("main input[name=difficult]").fill("Number 003")
    page.locator("main input[name=difficult]").press("Enter")
    page.get_by_role("button", name=re.compile("Take away.*Number 003")).wait_for()
    page.get_by_label("I have tried it once or twice").check()
    window.press("Send")
    page.get_by_role("heading", name="Thank you. That is all.").wait_for()


def everybody_else_answers(people: list[Person]) -> None:
    """Everybody names one of three in turn, and a head of department; those three and many others try AI."""
    asks = {ask.person_id: ask for ask in NominationAsk.objects.select_related("wave")}
    sought = people[3:6]
    for number, person in enumerate(people[2:], start=2):
        at = asks[person.pk].asked_at + timedelta(hours=1)
        nominee = sought[number % 3]
        if nominee != person:
            name_colleague(ask=asks[person.pk], item="useful_ways", person=nominee, at=at)
        if person.manager:
            name_colleague(ask=asks[person.pk], item="difficult", person=person.manager, at=at)
        keep_tries(ask=asks[person.pk], tries="often" if person in sought else "once", at=at, complete=True)


def time_is_agreed(
    world: World, program: Program, visit: Visit, post: Post, clock: Clock, lead: Reader, champion: Person, head: Person
) -> None:
    """The lead asks, the champion proposes on a phone, the manager agrees without an account."""
    lead.open(f"/o/meridian/p/{program.slug}/champions/")
    lead.page.get_by_text("One is not ready").wait_for()
    lead.page.get_by_role("button", name=re.compile("Ask them to agree")).click()
    lead.page.get_by_text("gets a mail with a link, and their manager after them").wait_for()
    clock.beat()
    window = visit(None, width=PHONE)
    window.open(post.link(str(champion.mail), "/g/"))
    window.see("What comes off your plate?", shot="5-agreement")
    window.page.get_by_label("What comes off the plate").fill("The monthly minutes; Ines writes them.")
    window.page.get_by_label("Hours a week kept free").fill("3")
    window.press("Propose this")
    window.page.get_by_text("8 % of the contracted hours").first.wait_for()
    window.page.get_by_label("Hours a week kept free").fill("4,5")
    window.press("Propose this")
    window.page.get_by_text("It stands as soon as").wait_for()
    clock.beat()
    manager = visit(None, width=DESK, dark=True)
    manager.open(post.link(str(head.mail), "/g/"))
    manager.see("What comes off the plate of Number 003?", shot="6-manager")
    manager.press("Agree")
    manager.see("The agreed time of Number 003", shot="7-agreed")
    lead.open(f"/o/meridian/p/{program.slug}/champions/")
    lead.page.get_by_text("all are ready").wait_for()
    lead.see("Whom do people ask when this work gets difficult?", shot="8-ready")


def test_a_champion_short_of_time_is_seen_before_week_three(
    meridian: World, visit: Visit, post: Post, clock: Clock, enter: Enter
) -> None:
    with enter(meridian):
        running = draft(meridian, starts_on=START)
        program = running.program
        at = clock.now
        record_sponsorship(
            program=program, sponsor=meridian.executive.person, budget_line="4711", by=meridian.lead.person, at=at
        )
        Program.objects.filter(pk=program.pk).update(baseline_opened_at=at, launched_at=at, fixed={})
        asking = [one for one in plan_active(START, 10) if one.key.startswith("champion-")]
        promise(Program.objects.select_related("organization").get(pk=program.pk), asking)
        champion = Champion.objects.get(program=program)
    mail = str(meridian.champion.person.mail)
    for number, (day, width) in enumerate(((3, PHONE), (10, DESK)), start=1):
        clock.to(START + timedelta(days=day), time(10))
        window = visit(None, width=width, dark=number == 2)
        window.open(post.link(mail, "/k/"))
        window.see("Was your time kept free?", shot=f"check-{number}")
        window.page.locator("main input[name=hours]").fill("1,5")
        window.page.get_by_label("2", exact=True).check()
        window.page.get_by_label("What should leadership fix?").fill("Month-end falls on me again.")
        window.press("Send")
        window.see("Thank you. It is written down.")
    with enter(meridian):
        row = Attention.objects.open().get(program=program)
        assert (row.person, row.kind) == (champion.person, Kind.CHAMPION_TIME)
        assert row.since < START + timedelta(weeks=2)
    clock.to(START + timedelta(days=11), time(12))
    assert "is running out of time as a champion" in str(post.to(str(meridian.executive.person.mail))["Subject"])
    assert "Agreed are 4 hours a week; last said to be kept: 1.5." in post.text(str(meridian.executive.person.mail))
    lead = visit(meridian.lead, width=DESK)
    lead.open(f"/o/meridian/p/{program.slug}/champions/")
    lead.see("One champion leads", shot="short-of-time")
    lead.page.get_by_text("Month-end falls on me again.").wait_for()
    lead.open(f"/o/meridian/p/{program.slug}/attention/")
    lead.page.get_by_text("running out of time").first.wait_for()
    phone = visit(meridian.champion, width=PHONE)
    phone.open(f"/o/meridian/pods/{running.pod.public_id}/")
    phone.page.get_by_role("heading", name="Your time").wait_for()
