"""A champion's kit on a phone: an objection met with an own story, a prompt that became part of the work, an ask answered late."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from champions.models import Champion, Need, Prompt, Talk
from tests.factories import MembershipFactory, PersonFactory, Somebody, World
from tests.journeys.conftest import PHONE, Reader, Visit
from tests.practice import make_program
from tests.stock import an_ask, make_champion
from tests.worlds import Enter

KIT = "/o/meridian/kit/"


@pytest.fixture
def second(meridian: World, enter: Enter) -> Somebody:
    """Another champion, of another programme, with a telephone of their own."""
    with enter(meridian):
        make_champion(meridian)
        person = PersonFactory.create(name="Nadia Quokka", mail="nadia@meridian.example")
        Champion.objects.create(program=make_program(meridian, name="notices"), person=person, named_at=timezone.now())
        membership = MembershipFactory.create(person=person, organization=meridian.organization)
    return Somebody(membership.identity, person, membership, frozenset())


def test_an_objection_is_met_with_an_own_story(meridian: World, second: Somebody, visit: Visit, enter: Enter) -> None:
    champion = visit(meridian.champion, width=PHONE)
    champion.open("/o/meridian/")
    champion.page.get_by_role("navigation", name="Main, phone").get_by_role("link", name="Kit").click()
    champion.see("Prompts that work here", shot="1-empty")
    champion.follow("Objections")
    champion.see("When somebody has doubts", shot="2-objections")
    champion.follow(re.compile("^Tell your own story.*blame"))
    champion.see("“AI will make mistakes, and I get the blame”", shot="3-story")
    main = champion.page.locator("main")
    main.get_by_label("What I worried about").fill("A wrong name in the first line.")
    champion.press("Keep it")
    champion.see("“AI will make mistakes, and I get the blame”", shot="4-mended")
    main.get_by_label("What I tried").fill("Reading it aloud.")
    main.get_by_label("What I found").fill("I catch more than before.")
    main.get_by_label("Let other champions and leads read it").check()
    champion.press("Keep it")
    champion.see("When somebody has doubts")
    assert "A wrong name in the first line." in main.inner_text()
    champion.press(re.compile("^I had this talk.*blame"))
    champion.see("When somebody has doubts", shot="5-talked")
    champion.follow(re.compile("^Open.*blame"))
    champion.see("“AI will make mistakes, and I get the blame”", shot="6-talk")
    with enter(meridian):
        assert Talk.objects.get().member is None
    # Another champion reads the story, in the dark and without a script.
    other = visit(second, width=PHONE, dark=True, scripts=False)
    other.open(f"{KIT}objections/")
    other.page.get_by_text("1 story of another champion").click()
    expect(other.page.get_by_text("A wrong name in the first line.")).to_be_visible()


def test_a_prompt_improved_by_another_and_used_by_three_is_part_of_the_work(
    meridian: World, second: Somebody, visit: Visit, enter: Enter
) -> None:
    author = visit(meridian.champion, width=PHONE)
    author.open(f"{KIT}prompts/new/")
    author.see("What has worked for you?", shot="1-new")
    main = author.page.locator("main")
    main.get_by_label("Name", exact=True).fill("Report from notes")
    main.get_by_label("The prompt").fill("Draft a report for {{client}}.")
    main.get_by_label("How is the output checked").fill("Read every figure")
    author.press("Put it into the library")
    author.see("Report from notes", shot="2-first")

    other = visit(second, width=PHONE, dark=True)
    other.open(KIT)
    other.page.get_by_role("searchbox", name="Search prompts").fill("repport")
    other.page.locator("#shelf").get_by_role("link", name="Report from notes").click()
    other.see("Report from notes")
    other.follow("Improve it")
    other.see("Improve “Report from notes”", shot="3-improve")
    other.page.locator("main").get_by_label("The prompt").fill("Draft a short report for {{client}}.")
    other.page.locator("main").get_by_label("Why this version").fill("It was too long")
    other.press("Keep as a new version")
    other.see("Report from notes")
    other.follow("Every version, and what changed")
    other.see("How “Report from notes” became what it is", shot="4-history")

    with enter(meridian):
        place = f"{KIT}prompts/{Prompt.objects.get().public_id}/"
    author.open(place)
    author.page.locator("main").get_by_label("Good as it is").check()
    author.press("Give your word")
    author.see("Report from notes", shot="5-reviewed")
    for somebody in (meridian.member, meridian.owner, second):
        _uses(visit(somebody, width=PHONE), place)
    author.open(KIT)
    author.see("Prompts that work here", shot="6-shipped")
    assert "Part of the work: three or more people use it" in main.inner_text()
    assert "Reviewed by another champion" in main.inner_text()


def _uses(reader: Reader, place: str) -> None:
    """Fills it in, which changes the words on the page, and says that it worked."""
    reader.open(place)
    assert "Fewer than three people use it so far" in reader.page.locator("main").inner_text()
    reader.page.get_by_label("client").fill("Acme")
    reader.page.get_by_text("Draft a short report for Acme.").wait_for()
    reader.see("Report from notes")
    reader.press("Worked for me")
    reader.page.get_by_text("Good. Thank you for saying so.").wait_for()


def test_gaps_are_filled_without_a_script_as_well(
    meridian: World, second: Somebody, visit: Visit, enter: Enter
) -> None:
    author = visit(meridian.champion, width=PHONE, scripts=False)
    author.open(f"{KIT}prompts/new/")
    main = author.page.locator("main")
    main.get_by_label("Name", exact=True).fill("Report from notes")
    main.get_by_label("The prompt").fill("Draft a report for {{client}}.")
    author.press("Put it into the library")
    main.get_by_label("client").fill("Acme")
    expect(main.get_by_role("button", name="Copy")).not_to_be_visible()
    author.press("Fill in")
    expect(main.get_by_text("Draft a report for Acme.")).to_be_visible()
    assert "Acme" not in author.page.url


def test_an_ask_that_is_answered_late_is_shown_so(
    meridian: World, second: Somebody, visit: Visit, enter: Enter
) -> None:
    with enter(meridian):
        an_ask(meridian, at=timezone.now() - timedelta(days=20))
    executive = visit(meridian.executive, width=PHONE)
    executive.open("/o/meridian/")
    executive.page.get_by_text("Overdue by 6 days").wait_for()
    executive.see(re.compile("Good to see you"), shot="1-home")
    executive.follow(re.compile("^Answer"))
    executive.see("Free Thursday mornings", shot="2-answer")
    executive.page.locator("main").get_by_label("In your words").fill("From next week on. Sorry for the wait.")
    executive.press("Send the answer")
    executive.see("What champions need from leadership", shot="3-answered")
    champion = visit(meridian.champion, width=PHONE, dark=True)
    champion.open(f"{KIT}asks/")
    champion.see("What champions need from leadership", shot="4-late")
    shown = champion.page.locator("main").inner_text()
    assert "Answered 6 days late" in shown
    assert "From next week on. Sorry for the wait." in shown
    with enter(meridian):
        assert not Need.objects.get().was_acted_on
