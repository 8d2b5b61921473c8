"""A lead's morning in a running programme: what comes next, who needs what, and what is seen to is gone from the list."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from adoption.programs import actions
from adoption.programs.actions.calendar import promise
from adoption.programs.models import Attention
from adoption.programs.queries.programs import UPCOMING
from adoption.programs.rules import Kind, monday, plan_active
from adoption.tenancy.rules import local_date
from tests.factories import World
from tests.journeys.conftest import DESK, PHONE, Visit
from tests.metrics.trials import Trial, launched
from tests.worlds import Enter


def test_what_a_lead_sees_to_in_the_morning_is_gone_from_the_list(meridian: World, visit: Visit, enter: Enter) -> None:
    with enter(meridian):
        trial = in_week_three(meridian)
        stuck, silent = trial.pods[0][0], trial.pods[1][0]
    lead = visit(meridian.lead, width=DESK)
    lead.open(f"/o/meridian/p/{trial.program.slug}/")
    lead.see("Client reports, week 3: two people want attention", shot="1-morning")
    page = lead.page
    # Parts of upper floors come by themselves.
    expect(page.locator("#adoption-so-far")).to_contain_text("No week can be shown yet")
    comes = page.locator("section", has=page.get_by_role("heading", name="Next automations")).get_by_role("listitem")
    expect(comes).to_have_count(UPCOMING)
    expect(comes.filter(has_text="To 12 people: everybody in the groups who is at work.").first).to_be_visible()

    # On a phone whoever is stuck has the form of their step beside the name, and no button that ticks them off.
    small = visit(meridian.lead, width=PHONE)
    small.open(f"/o/meridian/p/{trial.program.slug}/attention/")
    small.see("Two things wait", shot="0-on-a-phone")
    expect(small.page.get_by_role("button", name=re.compile(f"Done.*{stuck.name}"))).to_have_count(0)
    small.follow(re.compile(f"Agree on a step.*{stuck.name}"))
    small.see(f"What keeps {stuck.name}?")

    # One rests, for a reason; the other one is done.
    lead.follow(re.compile(f"Later.*{stuck.name}"))
    lead.see(f"Let {stuck.name} rest until when?")
    page.get_by_label("Why").fill("Abroad until then")
    lead.press("Put off")
    lead.see("Client reports, week 3: one person wants attention")
    expect(page.get_by_role("link", name=re.compile(f"Later.*{stuck.name}"))).to_have_count(0)
    lead.press(re.compile(f"Done.*{silent.name}"))
    lead.see("Client reports, week 3 of 10", shot="2-seen-to")
    lead.follow("All of it, with what was put off and done")
    lead.see("Nobody waits for you just now", shot="3-list")
    expect(page.get_by_text("Abroad until then")).to_be_visible()
    with enter(meridian):
        assert not Attention.objects.wanting(local_date(timezone.now(), meridian.organization.zone)).exists()

    # On a phone, in the dark: what is opened now and then stands behind one word.
    phone = visit(meridian.lead, width=PHONE, dark=True)
    phone.open(f"/o/meridian/p/{trial.program.slug}/")
    phone.page.locator("main summary", has_text="More").click()
    expect(phone.page.get_by_role("link", name="Every figure")).to_be_visible()
    phone.see("Client reports, week 3 of 10", shot="4-more")
    phone.follow("What is measured")
    phone.see("Fixed at launch, and every change since")


def in_week_three(world: World) -> Trial:
    """A programme that began two weeks ago, and two of its people who want attention. Call inside the company."""
    today = local_date(timezone.now(), world.organization.zone)
    trial = launched(world, pods=(4, 4), teams=(4,), starts_on=monday(today) - timedelta(weeks=2))
    program = trial.program
    promise(program, [one for one in plan_active(program.starts_on, program.weeks) if one.due_on > today])
    for person, kind in ((trial.pods[0][0], Kind.STUCK), (trial.pods[1][0], Kind.SILENT)):
        actions.raise_attention(program=program, person=person, kind=kind, since=today, detail={}, at=timezone.now())
    return trial
