"""A new customer signs up in the morning and launches a sound programme: by keyboard alone, and read on a phone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from adoption.programs.models import Policy, Preparation, Program
from adoption.programs.rules import State
from adoption.tenancy.models import Identity, Invitation, Organization, Person
from adoption.tenancy.walls import organization
from surveys.actions.answers import answer
from surveys.models import Ask
from tests.journeys.conftest import PHONE, Post, Reader, Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.passing import Clock, passing
from tests.journeys.test_arriving import CODE

MORNING = date(2026, 2, 4)
MAIL = "noor.haddad@northwind.example"
CHAMPIONS = ("P0125", "P0134", "P0143")
HEADINGS = "FILENUMBER;WORKER;PRIMARY_WORK_EMAIL;JOBTITLE;DEPARTMENT;CF_SITE;MANAGER_ID;STANDARD_HOURS;HIREDATE;TERMINATION_DATE;ON_LEAVE"


@pytest.fixture
def clock(settings: Settings) -> Iterator[Clock]:
    """A February morning. The browser's own clock stays where it is, so its cookies hold as long as its window."""
    settings.ACCOUNT_SESSION_REMEMBER = False
    settings.CSRF_COOKIE_AGE = None
    settings.SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
    with passing(MORNING, ticks=True) as clock:
        yield clock


def hr_file(folder: Path) -> Path:
    """Five hundred people as an HR system exports them: a head, five departments, fifty teams, leavers, people away."""
    departments = ("Delivery", "Delivery", "Delivery", "Finance", "Sales")
    sites = ("Leeds", "Leeds", "Hamburg", "Leeds", "Porto")
    lines = [
        (
            "P0001",
            "Ivo Head",
            "ivo.head@northwind.example",
            "Managing director",
            "Board",
            "Leeds",
            "",
            "40",
            "01.02.2011",
            "",
            "N",
        )
    ]
    for number in range(2, 501):
        key, place = f"P{number:04}", number % 5
        leads = number <= 51
        manager = "P0001" if leads else f"P{2 + (number - 52) // 9:04}"
        # A team is of one department and one place: that of whoever leads it.
        team = number if leads else 2 + (number - 52) // 9
        name = "Noor Haddad" if number == 400 else f"{('Ada', 'Bo', 'Cai', 'Dee', 'Eli')[place]} Name{number:03}"
        lines.append(
            (
                key,
                name,
                MAIL if number == 400 else f"p{number:04}@northwind.example",
                "Team lead" if leads else ("Consultant", "Analyst")[number % 9 == 0],
                departments[team % 5],
                sites[team % 5],
                manager,
                "37,5",
                "01.09.2019",
                "31.01.2026" if number in (77, 388) else "",
                "Y" if number in (90, 91, 290) else "N",
            )
        )
    path = folder / "workers_northwind_2026-02-04.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(HEADINGS + "\r\n")
        csv.writer(file, delimiter=";").writerows(lines)
    return path


def test_from_sign_up_to_the_launch_by_keyboard_alone(
    transactional_db: None, visit: Visit, post: Post, clock: Clock, settings: Settings, tmp_path: Path
) -> None:
    settings.ORGANIZATIONS_BY = ["@northwind.example"]
    noor = visit(None)
    keys = Keyboard(noor.page)
    # The only address that is ever typed.
    noor.open("/")
    she_signs_in(noor, keys, post)
    she_sets_up_her_organization(noor, keys)
    northwind = Organization.objects.get(slug="northwind")
    she_imports_her_people(noor, keys, hr_file(tmp_path))
    she_invites_two_colleagues(noor, keys)
    with organization(northwind.pk):
        assert Person.objects.count() == 499
        assert Invitation.objects.count() == 2
    she_drafts_a_programme(noor, keys)
    she_seats_people(noor, keys)
    she_looks_it_over_and_says_what_is_allowed(noor, keys)
    she_opens_the_baseline(noor, keys)

    with organization(northwind.pk):
        program = Program.objects.get()
        baseline, start = program.starts_on - timedelta(weeks=2), program.starts_on
    clock.to(baseline, time(10))
    # What the pages of the survey are like is another story.
    with organization(northwind.pk):
        for ask in Ask.objects.filter(wave__program=program):
            answer(ask=ask, given={"minutes": 40}, at=clock.now)

    clock.to(start - timedelta(days=3))
    she_gives_reasons_for_what_is_open(noor, keys)
    with organization(northwind.pk):
        assert Program.objects.get().state is State.BASELINE
        assert Preparation.objects.waived().count() == 4
    she_launches(noor, keys)
    with organization(northwind.pk):
        assert Program.objects.get().state is State.LAUNCHED
        assert Policy.objects.count() == 1

    she_reads_on_her_phone(visit(Identity.objects.get(email=MAIL), width=PHONE, dark=True), program.slug)


def arrive(noor: Reader, heading: str | re.Pattern[str]) -> None:
    """The page is there; what a machine can find is looked for at the stations alone."""
    noor.page.get_by_role("heading", level=1, name=heading).wait_for()
    # An address that names a part takes the keyboard to it, a moment after the page is there: nobody types before that.
    noor.page.wait_for_load_state()
    noor.page.wait_for_function("!location.hash || document.activeElement !== document.body")


def home(noor: Reader, keys: Keyboard) -> None:
    """The mark at the top leads to the first page, which says what comes next."""
    keys.press(re.compile("^Murmuration"))
    noor.page.wait_for_url("**/o/northwind/")


def she_signs_in(noor: Reader, keys: Keyboard, post: Post) -> None:
    arrive(noor, "Sign in")
    keys.type("Work e-mail", MAIL)
    keys.press("Send me a code")
    arrive(noor, "Look into your mail")
    code = CODE.search(post.text(MAIL))
    assert code, post.text(MAIL)
    keys.type(re.compile("[Cc]ode"), code[1])
    keys.press("Sign in")
    arrive(noor, "You are not a member anywhere yet")
    keys.press("Set up your organisation")


def she_sets_up_her_organization(noor: Reader, keys: Keyboard) -> None:
    noor.see("Set up your organisation", shot="2-organisation")
    keys.type("Name", "Northwind")
    keys.pick("Time zone", "Europe/London")
    keys.type("Your own name", "Noor Haddad")
    keys.press("Set it up")
    noor.page.wait_for_url("**/o/northwind/")
    noor.see("The directory is nearly empty, and everything starts with it", shot="3-home")


def she_imports_her_people(noor: Reader, keys: Keyboard, file: Path) -> None:
    keys.skip()
    keys.press("Go there: Bring your people in")
    arrive(noor, "Import people")
    keys.skip()
    keys.give(re.compile("Drop a file here"), file)
    keys.press("Look at the file")
    arrive(noor, "What do these columns mean?")
    keys.skip()
    keys.pick("CF_SITE", "Location")
    keys.press("Show what will happen")
    arrive(noor, "497 new, 1 changed, 0 left")
    keys.skip()
    keys.press(re.compile("^Import [0-9]+ people$"))
    arrive(noor, re.compile("^Done: "))


def she_invites_two_colleagues(noor: Reader, keys: Keyboard) -> None:
    home(noor, keys)
    noor.see(re.compile("Noor Haddad"), shot="6-guide")
    keys.skip()
    keys.press("Go there: Invite who works with you")
    noor.see("Invite several people", shot="7-invite")
    keys.skip()
    keys.type("Work e-mail, line 1", "p0002@northwind.example")
    keys.pick("Role, line 1", "Executive")
    keys.type("Work e-mail, line 2", "systems@northwind.example")
    keys.type("Name, line 2", "Sam Systems")
    keys.pick("Role, line 2", "System owner")
    keys.press("Send the invitations")
    arrive(noor, "Who may come in, and what they see")


def she_drafts_a_programme(noor: Reader, keys: Keyboard) -> None:
    home(noor, keys)
    keys.skip()
    keys.press("Go there: Choose the one piece of work")
    arrive(noor, "Which piece of work, and is AI the answer?")
    keys.skip()
    keys.type("Name", "Client reports")
    keys.type("The one workflow", "Drafting client reports")
    keys.type(re.compile("^What should come"), "Clients have their report within two days.")
    keys.type(re.compile("^What is in the way"), "Three people wait for one figure.")
    keys.choose(re.compile("^Yes: it is writing"))
    keys.press("Save and go on")
    arrive(noor, "What sort of programme, and how far?")
    keys.skip()
    keys.choose(re.compile("^Peer champions"))
    keys.choose(re.compile("^Competence"))
    keys.press("Save and go on")
    arrive(noor, "When, and what is it measured by?")
    keys.skip()
    keys.pick("Length", "8")
    keys.type("Pods planned", "3")
    keys.press("Save and go on")
    arrive(noor, "Who takes part?")


def she_seats_people(noor: Reader, keys: Keyboard) -> None:
    keys.skip()
    keys.press("Arms")
    arrive(noor, "Who learns in pods, and who is compared with them?")
    keys.skip()
    keys.pick("By", "Department")
    keys.type("Which", "Delivery")
    keys.press("Add this rule")
    noor.page.get_by_text("may take part, counted on").wait_for()
    keys.skip()
    keys.press("Back to the programme")
    for key in CHAMPIONS:
        arrive(noor, re.compile("still a draft|One pod|champion"))
        keys.press("Name a champion")
        arrive(noor, "Whom do people ask when this work gets difficult?")
        keys.skip()
        keys.type("Name or mail address", f"{key.lower()}@northwind.example")
        keys.press("Name this person")
        noor.page.get_by_role("heading", level=1, name=re.compile("champions?, and no pod yet")).wait_for()
    keys.press("Suggest pods")
    arrive(noor, "Three pods suggested")
    keys.skip()
    keys.press("Form these pods")
    arrive(noor, "Three pods")
    keys.press("Go on with the programme")
    arrive(noor, "Client reports: still a draft")
    keys.press("Match them, or let lots decide")
    arrive(noor, "Who learns in pods, and who is compared with them?")
    keys.press("Propose a comparison group")
    arrive(noor, re.compile("most nearly|most like the pods"))
    keys.press("Put these teams into the comparison group")
    noor.page.get_by_text(re.compile("comparison group now")).wait_for()


def she_looks_it_over_and_says_what_is_allowed(noor: Reader, keys: Keyboard) -> None:
    home(noor, keys)
    keys.skip()
    keys.press("Look: Choose the one piece of work")
    arrive(noor, "Client reports is ready for its baseline")
    keys.press("Change the draft")
    arrive(noor, "Which piece of work, and is AI the answer?")
    keys.press(re.compile("^5 Review$"))
    arrive(noor, "Is this what you mean?")
    home(noor, keys)
    keys.skip()
    keys.press("Go there: Say what is allowed with AI, and what never")
    arrive(noor, "What is allowed, and what never is")
    keys.skip()
    keys.type("What is allowed", "The approved assistant, for drafts. Whoever sends a report has read it.")
    keys.type(re.compile("^Red lines"), "No client’s name in a tool that is not approved.")
    keys.press("Publish")
    arrive(noor, "What you may do with AI, and what never")


def she_opens_the_baseline(noor: Reader, keys: Keyboard) -> None:
    home(noor, keys)
    keys.skip()
    keys.press("Go there: Open the baseline")
    arrive(noor, "Client reports is ready for its baseline")
    keys.skip()
    keys.press("Open the baseline")
    arrive(noor, "Open the baseline of Client reports?")
    keys.skip()
    keys.press("Open the baseline")
    arrive(noor, re.compile("the baseline begins on"))


def she_gives_reasons_for_what_is_open(noor: Reader, keys: Keyboard) -> None:
    home(noor, keys)
    keys.skip()
    keys.press("Go there: Launch")
    arrive(noor, "Client reports is not ready to launch yet")
    keys.press("The readiness board")
    arrive(noor, "Client reports: 5 things are open before the launch")
    for still in (4, 3, 2, 1):
        keys.skip()
        keys.press(re.compile("^Do without"))
        arrive(noor, "Launch without this?")
        keys.skip()
        keys.type(re.compile("^Why does the launch not wait"), "It comes about in the first week.")
        keys.press("Write it down")
        arrive(noor, re.compile("one thing is open" if still == 1 else f"{still} things are open"))
    keys.skip()
    keys.press("To champions’ time")
    for _ in CHAMPIONS:
        arrive(noor, "Whom do people ask when this work gets difficult?")
        keys.skip()
        keys.press(re.compile("^Start without"))
        arrive(noor, re.compile("starts without agreed time"))
        keys.skip()
        keys.type(re.compile("^Why do they start"), "Their manager agrees in the first week.")
        keys.press("Write it down")


def she_launches(noor: Reader, keys: Keyboard) -> None:
    arrive(noor, "Whom do people ask when this work gets difficult?")
    home(noor, keys)
    keys.skip()
    keys.press("Go there: Launch")
    arrive(noor, "Client reports is ready to launch")
    keys.skip()
    keys.press("Launch")
    noor.see("Launch Client reports?", shot="14-launch")
    keys.skip()
    keys.press("Launch")
    arrive(noor, re.compile("is launched"))
    home(noor, keys)
    noor.page.get_by_text("From here to the first launch").wait_for(state="detached")


def she_reads_on_her_phone(phone: Reader, program: str) -> None:
    """The same pages on the way home: nothing is wider than the window."""
    for address in (
        "",
        "settings/",
        "settings/promises/",
        "roles/invite/several/",
        f"p/{program}/",
        f"p/{program}/readiness/",
    ):
        phone.open(f"/o/northwind/{address}")
        phone.see(re.compile("."), shot=f"phone-{address.strip('/').replace('/', '-') or 'home'}")
