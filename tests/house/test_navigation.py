"""What each person can open from every page: the phone's bottom bar, what stands behind "More", the side navigation."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from adoption.programs.models import Program
from tests.factories import AT, World
from tests.practice import practise
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db

BARS = {
    "admin": ["Today", "People", "Import"],
    "lead": ["Today", "Programmes", "People", "Import"],
    "executive": ["Today", "Programmes", "Kit"],
    "owner": ["Today", "Usage", "Weekly log", "Kit"],
    "member": ["Today", "Pods", "My week", "Kit"],
    "champion": ["Today", "My pod", "Log", "Kit"],
}
MORE = {
    "admin": ["Kit", "Organisation", "Roles", "API tokens", "Audit trail"],
    "lead": ["Skills matrix", "Kit", "Messages sent"],
    "executive": [],
    "owner": [],
    "member": [],
    "champion": [],
}


def entries(part: str) -> list[str]:
    """The words of the links in a piece of a page."""
    return [re.sub(r"<[^>]+>", "", words).strip() for words in re.findall(r"<a [^>]*>(.*?)</a>", part, re.DOTALL)]


def navigation(page: str) -> tuple[list[str], list[str], list[str]]:
    """The bottom bar, what its "More" shows on a phone, and the side navigation."""
    bar = page[page.index('<nav class="mm-tabs"') :]
    tabs, more = bar[: bar.index("<details")], bar[bar.index("<details") :]
    shown = re.sub(r'<li class="mm-first">.*?</li>', "", more, flags=re.DOTALL)
    side = page[page.index('<nav aria-label="Main">') : page.index('<div class="mm-side-end">')]
    return entries(tabs), entries(shown), entries(side)


@pytest.mark.parametrize("who", list(BARS))
def test_the_bar_of_each_person_holds_what_they_open_most_and_everything_is_somewhere(
    meridian: World, client_as: ClientAs, who: str
) -> None:
    practise(meridian)
    with time_machine.travel(AT, tick=False):
        page = client_as(getattr(meridian, who)).get(reverse("home", args=["meridian"])).content.decode()
    bar, more, side = navigation(page)
    assert (bar, more) == (BARS[who], MORE[who])
    assert len(bar) + bool(more) <= 5
    # Shorter words and the round button apart, the two say the same.
    long = {"Import": "Import people", "Usage": "Usage imports"}
    assert [long.get(one, one) for one in bar if one != "Log"] + more == side


def test_the_round_button_is_a_champions_as_long_as_the_phase_lasts(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    practise(meridian)
    with time_machine.travel(AT, tick=False):
        home = reverse("home", args=["meridian"])
        page = client_as(meridian.champion).get(home).content.decode()
        assert f'class="mm-do" href="{reverse("log", args=["meridian"])}"' in page
        with enter(meridian):
            Program.objects.update(baseline_opened_at=AT, launched_at=AT, ended_at=AT, fixed={})
        assert "mm-do" not in client_as(meridian.champion).get(home).content.decode()


def test_an_executive_who_takes_part_has_a_week_in_the_bar(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        practise(meridian).program.assignments.create(
            person=meridian.executive.person, arm="pods", cluster="Board", from_on=AT.date(), recorded_at=AT
        )
        Program.objects.update(baseline_opened_at=AT)
    with time_machine.travel(AT, tick=False):
        page = client_as(meridian.executive).get(reverse("home", args=["meridian"])).content.decode()
    assert navigation(page)[0] == ["Today", "Programmes", "My week", "Kit"]


@pytest.mark.parametrize(
    ("who", "name", "marked"),
    [
        ("admin", "people-import", "Import people"),
        ("admin", "person-add", "People"),
        ("admin", "organization-promises", "Organisation"),
        ("lead", "home", "Today"),
        ("lead", "program", "Programmes"),
        ("lead", "money", "Programmes"),
        ("lead", "curriculum", "Programmes"),
        ("lead", "programs-overlap", "Programmes"),
        ("lead", "pod", "Programmes"),
        ("lead", "waiting-pods", "Today"),
        ("champion", "pod", "My pod"),
        ("owner", "usage-review", "Weekly log"),
        ("owner", "usage-imports", "Usage imports"),
        ("member", "tools", "Kit"),
    ],
)
def test_a_page_is_marked_in_the_navigation_by_the_place_it_stands_in(
    meridian: World, client_as: ClientAs, who: str, name: str, marked: str
) -> None:
    practised = practise(meridian)
    more: dict[str, list[Any]] = {
        "program": [practised.program.slug],
        "money": [practised.program.slug],
        "curriculum": [practised.program.slug],
        "pod": [practised.pod.public_id],
    }
    with time_machine.travel(AT, tick=False):
        answer = client_as(getattr(meridian, who)).get(reverse(name, args=["meridian", *more.get(name, ())]))
    page = answer.content.decode()
    side = page[page.index('<nav aria-label="Main">') : page.index('<div class="mm-side-end">')]
    assert entries("".join(re.findall(r"<a [^>]*aria-current[^>]*>.*?</a>", side, re.DOTALL))) == [marked]
