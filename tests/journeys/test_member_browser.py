"""A member who is stuck, on a phone: the cause is found, another group session refused, one thing mended, and a week says so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from adoption.programs.models import Attention, Program
from metrics.models import CheckIn
from pods.models import FollowUp, Remedy
from pods.rules import Cause
from tests.factories import AT, World
from tests.journeys.conftest import PHONE, Visit
from tests.practice import practise
from tests.worlds import Enter

# The Wednesday of the third week, a day after somebody's day 7.
pytestmark = pytest.mark.usefixtures("ticking_clock")

WEEK = date(2026, 6, 29)


def test_stuck_diagnosed_refused_a_group_session_mended_and_three_uses_of_their_own(
    meridian: World, visit: Visit, enter: Enter
) -> None:
    practice = practise(meridian)
    member = practice.follow_up.person
    with enter(meridian):
        at = AT - timedelta(days=16)
        Program.objects.update(starts_on=date(2026, 6, 22), baseline_opened_at=at, launched_at=at, fixed={})
    champion = visit(meridian.champion, width=PHONE)
    main = champion.page.locator("main")
    champion.open(f"/o/meridian/follow-ups/{practice.follow_up.public_id}/")
    champion.see(f"Day 7 with {member.name}", shot="1-day-7")
    main.get_by_text("Tried, then stopped", exact=True).click()
    main.get_by_label("Which part did not work?").fill("The figures came out wrong")
    main.get_by_text("They hit something").click()
    main.get_by_text("Not yet", exact=True).click()
    champion.press("Write it down")
    expect(champion.page.get_by_text(f"Next, with {member.name} alone")).to_be_visible()
    # Where it was written down, the step is one press away.
    champion.follow("Agree on the next step")
    champion.see("Hit an obstacle that was not solved", shot="2-step")
    main.get_by_text("Another session for the group").click()
    main.locator("[name=detail]").fill("Look the figures up first")
    champion.press("Agree on it")
    # Refused with the reason beside it, and nothing typed is lost.
    expect(main.get_by_text("it repeats what did not work for this person").first).to_be_visible()
    expect(main.locator("[name=detail]")).to_have_value("Look the figures up first")
    champion.see("Hit an obstacle that was not solved", shot="3-refused")
    main.get_by_text("With them alone, as proposed above").click()
    champion.press("Agree on it")
    expect(main.get_by_role("button", name="Agree on it")).to_have_count(0)
    with enter(meridian):
        remedy = Remedy.objects.get()
        assert FollowUp.objects.get().cause == Cause.OBSTACLE
    champion.open(f"/o/meridian/steps/{remedy.public_id}/")
    champion.see(f"A step with {member.name}", shot="4-mended")
    main.get_by_text("Yes: it was used again on real work").click()
    champion.press("Close the step")
    expect(champion.page.get_by_role("button", name="Close the step")).to_have_count(0)

    someone = visit(meridian.member, width=PHONE, dark=True)
    page = someone.page.locator("main")
    someone.open("/o/meridian/week/")
    expect(page.get_by_role("heading", name="What comes next")).to_be_visible()
    page.get_by_role("button", name="3", exact=True).click()
    page.get_by_role("button", name="3", exact=True).click()
    expect(page.get_by_text("3 uses, 3 of them your own idea")).to_be_visible()
    someone.see(f"Thank you, {member.name}. That is all for this week.", shot="5-thanks")
    with enter(meridian):
        week = CheckIn.objects.get(person=member)
        assert (week.week, week.total, week.unprompted) == (WEEK, 3, 3)
        assert Remedy.objects.get().worked
        assert not Attention.objects.open().filter(person=member).exists()
