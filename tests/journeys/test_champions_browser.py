"""A champion who is short of time is seen before week three, by lead and sponsor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from adoption.programs.actions.calendar import promise
from adoption.programs.models import Attention, Program
from adoption.programs.rules import Kind, plan_active
from champions.actions.agreements import record_sponsorship
from champions.models import Champion
from tests.factories import World, make_meridian
from tests.journeys.conftest import DESK, PHONE, Post, Visit
from tests.journeys.passing import Clock, passing
from tests.running import draft
from tests.worlds import Enter

# A Wednesday.
TODAY = date(2026, 6, 24)
START = date(2026, 6, 29)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A June morning; a browser of November does not mind."""
    with passing(TODAY, ticks=True) as clock:
        yield clock


@pytest.fixture
def meridian(transactional_db: None, clock: Clock) -> World:
    return make_meridian(clock.now)


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
