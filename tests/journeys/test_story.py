"""The product once, from an organisation without people to the executive's evidence, with nothing but pages and mail.

Everybody acts through their own browser and follows the links of real mails; everything else is the heartbeat's, under a
clock that is moved. What a hundred people say of their weeks is sent in bulk, as a system sends it that asked them already.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from adoption.outbox.models import Message
from adoption.programs.models import Assignment, Attention, Program, Step
from adoption.programs.rules import Arm, State, asked_weeks
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import local_date
from adoption.tenancy.walls import organization
from metrics.actions.weeks import Line, record_history
from metrics.models import CheckIn, SnapshotMember, SnapshotMetric, SnapshotRun, UseWeek
from metrics.rules import Source, WeekState
from pods.models import FollowUp
from surveys.actions import answer
from surveys.models import Ask
from surveys.rules import WaveKind
from tests.journeys.conftest import Post
from tests.journeys.passing import Clock, passing
from tests.journeys.visitor import Visitor
from tests.metrics.usage import export, line

pytestmark = pytest.mark.django_db

ZONE = "Europe/London"
DRAFTED = date(2026, 2, 4)
BASELINE = date(2026, 2, 9)
START = date(2026, 2, 23)
END = date(2026, 5, 3)
# The clocks change on 29 March, in week 5.
EVIDENCE = "/o/meridian/p/client-reports/evidence/"

TEAMS = 12
TEAM_SIZE = 11
PODS = 3
POD_SIZE = 8
COMPARED = (4, 5)
POD_ADOPTERS = (6, 5, 4)
TEAM_ADOPTERS = (3, 2)
POD_RETAINED = (5, 4, 4)
NOBODY = ((0, 0, 0), (0, 0))
BY_MAIL = ("Person 1-02", "Person 1-08", "Person 4-01")
SIGNED_IN = "Person 1-09"


def people_file() -> str:
    """150 people: a director, four offices, and twelve teams under a manager each. One of them works in New York."""
    lines = ["Employee number,Name,Work email,Department,Manager,Time zone"]
    offices = ("Ada Director", "Lena Lead", "Otto Owner", "Erik Executive", "Ines Admin", "Paula Partner")
    lines += [
        f"{number},{name},{address_of(name)},Office,{'' if number == 1 else 1},"
        for number, name in enumerate(offices, start=1)
    ]
    for team in range(1, TEAMS + 1):
        department = ("Advisory", "Audit", "Tax")[team % 3]
        lines.append(f"{100 * team},Manager {team},{address_of(f'Manager {team}')},{department},1,")
        for seat in range(1, TEAM_SIZE + 1):
            name = f"Person {team}-{seat:02}"
            zone = "America/New_York" if name == "Person 1-03" else ""
            lines.append(f"{100 * team + seat},{name},{address_of(name)},{department},{100 * team},{zone}")
    return "\n".join(lines) + "\n"


def address_of(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@meridian.example"


@dataclass
class Story:
    """Who takes part in the story, and the company they work for."""

    clock: Clock
    letters: Post
    windows: dict[str, Visitor] = field(default_factory=dict)

    @property
    def company(self) -> Organization:
        return Organization.objects.get(slug="meridian")

    def inside(self) -> Any:
        return organization(self.company.pk)

    def arrives(self, name: str) -> Visitor:
        """Somebody follows the link of their invitation and is in."""
        window = Visitor().open(self.letters.link(address_of(name), "/i/")).press("Accept and come in")
        assert window.at == "/o/meridian/"
        self.windows[name] = window
        return window

    def window(self, name: str) -> Visitor:
        """Somebody who has come in before, signed in afresh: sessions end with the weeks."""
        client = Client(enforce_csrf_checks=True)
        client.force_login(get_user_model().objects.get(email=address_of(name)))
        return Visitor(client).open("/o/meridian/")

    def waiting(self, name: str) -> str:
        """What waits for somebody: the first page and the three lists it is made of."""
        window = self.window(name)
        said = [window.text]
        said += [window.open(f"/o/meridian/waiting/{what}/").text for what in ("pods", "week", "programs")]
        return " ".join(said)

    def mailed(self, name: str, path: str) -> Visitor:
        """Somebody without an account opens the link of their last mail."""
        return Visitor().open(self.letters.link(address_of(name), path))

    def subjects(self, name: str) -> list[str]:
        return [str(mail["Subject"]) for mail in self.letters.all_to(address_of(name))]

    def person(self, name: str) -> Person:
        found: Person = Person.objects.select_related("organization").get(name=name)
        return found

    def program(self) -> Program:
        found: Program = Program.objects.select_related("workflow", "organization").get()
        return found

    def today(self) -> date:
        return local_date(self.clock.now, ZONE)


def members(team: int) -> list[str]:
    """A pod of the story: the champion has the team's first seat, the next eight are the pod."""
    return [f"Person {team}-{seat:02}" for seat in range(2, 2 + POD_SIZE)]


def teams() -> list[list[str]]:
    return [[f"Person {team}-{seat:02}" for seat in range(1, TEAM_SIZE + 1)] for team in COMPARED]


def say(story: Story, week: date, adopters: tuple[Iterable[int], Iterable[int]], *, silent: Iterable[str] = ()) -> None:
    """Everybody but the silent says of a week what they did: the first so many of each group three uses, the rest none."""
    uses = {
        name: 3 if place < count else 0
        for groups, counts in zip(([members(team) for team in (1, 2, 3)], teams()), adopters, strict=True)
        for group, count in zip(groups, counts, strict=True)
        for place, name in enumerate(group)
    }
    with story.inside():
        known = set(CheckIn.objects.filter(week=week).values_list("person__name", flat=True)) | set(silent)
        people = dict(Person.objects.filter(name__in=uses).values_list("name", "pk"))
        lines = [Line(people[name], week, count, count) for name, count in uses.items() if name not in known]
        record_history(program=story.program(), lines=lines, by=None, at=story.clock.now)


def survey(story: Story, kind: WaveKind, minutes: dict[Arm, int]) -> None:
    """Everybody else answers a survey."""
    with story.inside():
        arms = dict(Assignment.objects.values_list("person", "arm"))
        for ask in Ask.objects.unanswered().filter(wave__kind=kind).select_related("person"):
            took = minutes[Arm(arms[ask.person_id])] + ask.person_id % 5
            answer(ask=ask, given={"how": "by_hand", "minutes": took, "times": 4, "with_ai": 0}, at=story.clock.now)


def frozen() -> list[Any]:
    """Everything that has been frozen, value by value."""
    return [list(model.objects.order_by("pk").values()) for model in (SnapshotRun, SnapshotMember, SnapshotMetric)]


def figures(window: Visitor) -> tuple[Any, list[dict[str, str]], str]:
    """The evidence as the API, the file and the page give it."""
    machine = window.client.get(f"/api/v1{EVIDENCE}").json()
    file = window.client.get("/o/meridian/p/client-reports/evidence.csv").content.decode("utf-8-sig")
    return machine, list(csv.DictReader(io.StringIO(file))), window.open(EVIDENCE).text


def agree(machine: Any, file: list[dict[str, str]], page: str) -> None:
    """API, file and page say the same, to the digit."""
    assert len(machine["figures"]) == len(file) > 0
    names = {"said": "figure", "response": "response_percent", "level": "interval_level", "why": "not_shown_because"}
    for one, row in zip(machine["figures"], file, strict=True):
        for key in ("measure", "look", "arm", "value", "low", "high", "worst", "best", "x", "n", "eligible", *names):
            said = "" if one[key] is None else str(one[key])
            # A leading sign is quoted, so that no spreadsheet takes it for a formula.
            assert row[names.get(key, key)].lstrip("'") == said, (key, one)
        if one["margin"] == "arm" and not one["why"] and one["measure"] in {"adoption", "retention"}:
            assert one["said"] in page, one
    assert machine["headline"]


def test_from_an_empty_organisation_to_the_evidence(letters: Post) -> None:
    with passing(DRAFTED, zone=ZONE) as clock:
        story = Story(clock, letters)
        people_come_in(story)
        a_programme_is_drafted(story)
        the_baseline_is_collected(story)
        it_is_launched(story)
        a_champion_practises(story)
        weeks_are_said(story)
        usage_is_imported(story)
        it_ends_and_is_followed(story)
        the_evidence_is_read(story)


def people_come_in(story: Story) -> None:
    call_command(
        "create_organization", "meridian", "Meridian", administrator="Ines Admin", mail=address_of("Ines Admin")
    )
    story.clock.beat()
    admin = story.arrives("Ines Admin")
    for name, role in (("Lena Lead", "lead"), ("Erik Executive", "executive"), ("Otto Owner", "system_owner")):
        admin.open("/o/meridian/roles/invite/").press(
            "Send the invitation", name=name, mail=address_of(name), roles=[role, "member"]
        )
    story.clock.beat()
    lead = story.arrives("Lena Lead")
    assert lead.heading == "The directory is nearly empty, and everything starts with it"
    for name in ("Erik Executive", "Otto Owner"):
        story.arrives(name)
    # Each finds a page that says what is to come, and no dead end.
    assert "No programme runs yet" in story.waiting("Erik Executive")

    lead.follow("Import people")
    lead.press("Look at the file", file=SimpleUploadedFile("people.csv", people_file().encode()))
    if "/columns/" in lead.at:
        lead.press("Show what will happen")
    assert lead.heading == "146 new, 4 changed, 0 left"
    lead.press("Import")
    assert lead.heading == "Done: 146 new, 4 changed, 0 left"
    assert "Draft the first programme" in story.waiting("Lena Lead")


def a_programme_is_drafted(story: Story) -> None:
    lead = story.window("Lena Lead").open("/o/meridian/waiting/programs/").follow("Draft the first programme")
    lead.press("Save and go on", name="Client reports", workflow="Client report drafting")
    lead.press("Save and go on", template="peer_champions", tier="fluency")
    lead.press("Save and leave", starts_on=START.isoformat(), weeks="10")
    assert "draft" in lead.text.lower()
    # Too early, it says what is missing, and nothing has happened.
    for step in ("baseline", "launch"):
        lead.open(f"/o/meridian/p/client-reports/{step}/")
    for team in range(1, PODS + 1):
        lead.open("/o/meridian/p/client-reports/champions/").press("Name this person", who=f"Person {team}-01")
        assert "gets a mail with a link to come in" in lead.text
        lead.follow(f"Form the pod: Person {team}-01" if team == 1 else "Form the pod")
        lead.press("Form the pod", name=f"Pod {team}", member=ids(story, members(team)))
        assert f"Pod {team} is formed, with 8 members." in lead.text
    lead.open("/o/meridian/p/client-reports/comparison/")
    lead.press("Put these teams into the comparison group", team=ids(story, [f"Manager {team}" for team in COMPARED]))
    with story.inside():
        sizes = {arm: Assignment.objects.in_arm(arm).count() for arm in Arm}
        assert sizes == {Arm.PODS: 24, Arm.COMPARISON: 22}
        assert story.program().state is State.DRAFT
        assert not Message.objects.exclude(kind="invitation").exists()
    story.clock.beat()
    for team in range(1, PODS + 1):
        story.arrives(f"Person {team}-01")


def ids(story: Story, names: Iterable[str]) -> list[str]:
    with story.inside():
        return [str(one) for one in Person.objects.filter(name__in=list(names)).values_list("public_id", flat=True)]


def the_baseline_is_collected(story: Story) -> None:
    clock = story.clock
    clock.to(DRAFTED + timedelta(days=1))
    lead = story.window("Lena Lead").open("/o/meridian/p/client-reports/baseline/").press("Open the baseline")
    assert "The baseline is open. Its mails go out by themselves." in lead.text
    clock.to(BASELINE, time(8, 59))
    assert story.subjects("Person 1-02") == []
    clock.to(BASELINE, time(10))
    assert story.subjects("Person 1-02") == ["Person, five minutes about Client report drafting"]

    # On a phone, without an account: half an answer is refused beside its field, and what was typed is kept.
    for name in ("Person 1-02", "Person 4-01"):
        form = story.mailed(name, "/s/")
        assert form.heading == "About your work on: Client report drafting"
        form.press("Send my answers", status=HTTPStatus.UNPROCESSABLE_ENTITY, minutes="an hour", times="4")
        assert "Please give a whole number, such as 45." in form.text
        form.press("Send my answers", minutes="60", how="by_hand", with_ai="0")
        assert form.heading.startswith("Thank you, Person")
    # The others in time, but for one, who alone is reminded.
    with story.inside():
        for ask in Ask.objects.unanswered().exclude(person__name="Person 2-02").select_related("person"):
            answer(ask=ask, given={"minutes": 60 + ask.person_id % 5, "times": 4}, at=clock.now)
    clock.to(BASELINE + timedelta(days=6))
    assert [len(story.subjects(name)) for name in ("Person 1-02", "Person 4-01", "Person 2-02")] == [1, 1, 2]

    # The first week: asked on the Monday after it, answered by link in both arms; nothing is an answer, too.
    clock.to(BASELINE + timedelta(weeks=1), time(10))
    for name, taps in (("Person 1-02", ("1", "1")), ("Person 4-01", ("0",))):
        tap(story.mailed(name, "/w/"), *taps)
    say(story, BASELINE, NOBODY, silent=["Person 1-04"])
    assert "answers from 60% of both groups" in story.window("Lena Lead").open("/o/meridian/p/client-reports/").text


def tap(window: Visitor, total: str, unprompted: str = "") -> Visitor:
    """Answer a week: one tap, or two."""
    assert "How many times did you use AI for this: Client report drafting?" in window.heading
    window.press(total)
    if unprompted:
        window.press(unprompted)
    assert "Thank you" in window.heading
    return window


def it_is_launched(story: Story) -> None:
    clock = story.clock
    clock.to(START - timedelta(days=3))
    lead = story.window("Lena Lead").open("/o/meridian/p/client-reports/champions/")
    # Nobody agrees on time in this story: it is written down why, champion by champion.
    while any("Start without" in words for words, _ in lead.page.links):
        lead.follow("Start without").press("Write it down", reason="Their managers agree in the first week.")
    # What nobody brings about in this story is done without, each for its reason.
    lead.open("/o/meridian/p/client-reports/readiness/")
    while any("Do without" in words for words, _ in lead.page.links):
        lead.follow("Do without").press("Write it down", reason="Settled in the first week.")
    lead.open("/o/meridian/p/client-reports/launch/")
    assert "24 people in pods, 22 in the comparison group" in lead.text
    lead.press("Launch")
    assert "Launched. The calendar does the rest." in lead.text
    assert "week 1 begins on 23 February" in lead.heading
    with story.inside():
        assert story.program().state is State.LAUNCHED
        assert not SnapshotRun.objects.exists()
    clock.to(START, time(9, 30))
    with story.inside():
        # The baseline is frozen when both its weeks are closed.
        assert not SnapshotRun.objects.exists()
    # The second baseline week is asked about when it is over.
    tap(story.mailed("Person 1-02", "/w/"), "0")
    say(story, BASELINE + timedelta(weeks=1), NOBODY)


def a_champion_practises(story: Story) -> None:
    clock = story.clock
    tuesday = START + timedelta(days=1)
    clock.to(tuesday, time(15))
    assert "Nothing is due. A session can be logged in under a minute." in story.waiting("Person 1-01")
    champion = story.window("Person 1-01").open("/o/meridian/pods/")
    for name in ("Person 1-02", "Person 1-03"):
        champion.open("/o/meridian/pods/").follow("Log a session").press(
            "Save session",
            kind="one_to_one",
            people=ids(story, [name]),
            doing_minutes="40",
            explaining_minutes="10",
            finished="The first draft of a report",
            written_down="Notes in, the pack loaded, three questions back.",
        )
        assert "Their day 7 is promised: you are reminded when it is due." in champion.text
    # Day 7 is each member's own: ten in the morning in London, and ten in New York, which is three in London.
    with story.inside():
        due = dict(FollowUp.objects.values_list("person__name", "due_at"))
    week_later = tuesday + timedelta(weeks=1)
    assert due == {"Person 1-02": clock.at(week_later, time(10)), "Person 1-03": clock.at(week_later, time(15))}

    clock.to(week_later - timedelta(days=1), time(8))
    say(story, START, NOBODY)
    clock.to(week_later, time(9, 59))
    before = len(story.subjects("Person 1-01"))
    clock.to(week_later, time(10))
    assert story.subjects("Person 1-01")[before:] == ["Person, day 7 for Person 1-02"]
    assert "1 day-7 follow-up is due" in story.waiting("Person 1-01")
    lead = story.window("Lena Lead").open("/o/meridian/p/client-reports/")
    assert "Person 1-02" in lead.text
    assert "The day-7 follow-up is due." in lead.text

    # The mail leads to the three questions. A yes closes the matter.
    window = story.window("Person 1-01").open(story.letters.link(address_of("Person 1-01"), "/o/meridian/follow-ups/"))
    assert window.heading == "Day 7 with Person 1-02"
    window.press("Write it down", used="yes", what_happened="The second report took half the time.")
    assert "uses it: nothing more to do" in window.text
    # The second comes the next morning: one mail of this sort a day. Half an answer is not written down.
    clock.to(week_later + timedelta(days=1), time(12))
    assert story.subjects("Person 1-01")[before + 1 :] == ["Person, day 7 for Person 1-03"]
    window.open(story.letters.link(address_of("Person 1-01"), "/o/meridian/follow-ups/"))
    window.press("Write it down", status=HTTPStatus.UNPROCESSABLE_ENTITY, used="stopped", what_failed="Too generic.")
    assert "Too generic." in window.page.forms[-1].given["what_failed"]
    window.press("Write it down", signs=["obstacle"], fixed="no")
    lead.open("/o/meridian/p/client-reports/")
    assert "Person 1-03" in lead.text
    assert "Too generic." not in lead.text, "what was said stays with the champion"
    with story.inside():
        assert [(one.person.name, one.kind) for one in Attention.objects.open()] == [("Person 1-03", "stuck")]


def weeks_are_said(story: Story) -> None:
    """Weeks 2 to 8. Most are sent early on Monday, so that only those who were silent are asked by mail."""
    clock = story.clock
    adopters = (POD_ADOPTERS, TEAM_ADOPTERS)
    for number in range(1, 8):
        week = START + timedelta(weeks=number)
        monday = week + timedelta(weeks=1)
        clock.to(monday, time(8))
        before = {name: len(story.subjects(name)) for name in ("Person 2-03", *BY_MAIL)}
        say(story, week, adopters, silent=[*BY_MAIL, SIGNED_IN] if number < 3 else ())
        clock.to(monday, time(10))
        if number == 1:
            a_week_by_link(story, week)
        elif number == 2:
            a_week_signed_in(story, week)
        elif number < 7:
            asked = [name for name, count in before.items() if len(story.subjects(name)) > count]
            assert asked == [], "who has said something is not asked"
    survey_again(story)


def a_week_by_link(story: Story, week: date) -> None:
    """A mend is a new version, and the same words are none. Nothing is an answer, and silence is none."""
    mailed = tap(story.mailed("Person 1-02", "/w/"), "2", "2")
    for _ in range(2):
        tap(mailed.follow("Change my answer"), "4", "3")
    tap(story.mailed("Person 4-01", "/w/"), "0")
    assert "week of 2 March" in str(story.letters.to(address_of("Person 1-08"))["Subject"])
    story.clock.to(week + timedelta(weeks=1, days=1))
    with story.inside():
        versions = CheckIn.objects.filter(person__name="Person 1-02", week=week).order_by("version")
        assert [(one.total, one.unprompted, one.via) for one in versions] == [(2, 2, "link"), (4, 3, "link")]
        states = dict(UseWeek.objects.filter(week=week).values_list("person__name", "state"))
        assert states["Person 1-02"] == WeekState.POSITIVE
        assert states["Person 4-01"] == WeekState.ZERO
        assert "Person 1-08" not in states
    # A week that has closed takes nothing any more.
    story.clock.to(week + timedelta(weeks=2) - timedelta(days=1), time(20))
    late = story.mailed("Person 1-08", "/w/")
    late.press("3")
    story.clock.to(week + timedelta(weeks=2), time(7))
    late.press("2", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "That week is closed. It can be mended until the Sunday after it." in late.text


def a_week_signed_in(story: Story, week: date) -> None:
    """Who is a member finds the week on the first page."""
    admin = story.window("Ines Admin").open(f"/o/meridian/roles/invite/?q={SIGNED_IN}").follow(f"Invite {SIGNED_IN}")
    admin.press("Send the invitation")
    story.clock.beat()
    story.arrives(SIGNED_IN)
    assert "How many times did you use AI for it?" in story.waiting(SIGNED_IN)
    member = story.window(SIGNED_IN).open("/o/meridian/waiting/week/").follow("Answer: Client report drafting")
    tap(member, "6+", "2")
    assert "Answered. Thank you" in story.waiting(SIGNED_IN)
    with story.inside():
        said = CheckIn.objects.get(person__name=SIGNED_IN, week=week)
        assert (said.total, said.unprompted, said.via) == (6, 2, "page")


def survey_again(story: Story) -> None:
    """Day 56 is the Monday of week 9: the second survey, the same questions and one more."""
    assert story.today() == START + timedelta(days=56)
    form = story.mailed("Person 4-01", "/s/")
    form.press("Send my answers", minutes="55", times="4", went_to="better_quality")
    survey(story, WaveKind.POST, {Arm.PODS: 30, Arm.COMPARISON: 57})


def usage_is_imported(story: Story) -> None:
    """A second source: it fills a silence where it covers everything, and never lowers what somebody said."""
    week = START + timedelta(weeks=1)
    sundays = (week - timedelta(days=1), week + timedelta(days=6))
    people = ("Person 1-02", "Person 1-08", "Stranger")
    file = export(*(line(address_of(name), sunday) for sunday in sundays for name in people))
    owner = story.window("Otto Owner").follow("Usage imports")
    owner.press("Look at the file", file=SimpleUploadedFile("usage.csv", file))
    story.clock.beat()
    owner.open(owner.at)
    assert owner.heading == "Figures of 2 people"
    assert address_of("Stranger") in owner.text
    owner.press("Import the figures of 2 people", covers_all_tools="on")
    story.clock.beat()
    owner.open(owner.at)
    assert owner.heading == "Imported: figures of 2 people"
    with story.inside():
        said, silent = (UseWeek.objects.get(person__name=name, week=week) for name in people[:2])
        assert (said.state, said.total, said.unprompted, said.discrepant) == (WeekState.POSITIVE, 4, 3, True)
        assert (silent.state, silent.source) == (WeekState.ZERO, Source.VENDOR)
    # Taken back, it is as if it had not been.
    owner.follow("Undo").press("Undo")
    story.clock.beat()
    with story.inside():
        assert UseWeek.objects.get(person__name="Person 1-08", week=week).state == WeekState.MISSING


def it_ends_and_is_followed(story: Story) -> None:
    clock = story.clock
    adopters = (POD_ADOPTERS, TEAM_ADOPTERS)
    later = [week for week in asked_weeks(START, 10) if week >= START + timedelta(weeks=8)]
    for week in later:
        clock.to(week + timedelta(weeks=1), time(8))
        say(story, week, adopters if week < END else (POD_RETAINED, TEAM_ADOPTERS))
        if week == START + timedelta(weeks=9):
            clock.to(END + timedelta(days=1), time(10))
            assert story.window("Lena Lead").open("/o/meridian/p/client-reports/").heading == (
                "Client reports ended on 3 May 2026"
            )
    clock.to(date(2026, 9, 7))
    # Each day 7 was said once, however long ago it is.
    days = [subject for subject in story.subjects("Person 1-01") if "day 7" in subject]
    assert days == ["Person, day 7 for Person 1-02", "Person, day 7 for Person 1-03"]
    with story.inside():
        assert story.program().state is State.CLOSED
        frozen_on = {run.kind: local_date(run.frozen_at, ZONE) for run in SnapshotRun.objects.all()}
        assert SnapshotMember.objects.filter(run__kind="S0", run__version=1).count() == 46
        assert {step.key for step in Step.objects.open()} == set()
    assert frozen_on == {
        "S0": START + timedelta(weeks=1),
        "S30": date(2026, 3, 30),
        "S56": date(2026, 4, 27),
        "SE": date(2026, 5, 11),
        "start+90": date(2026, 6, 1),
        "S90": date(2026, 8, 3),
        # When the survey that opened two days before has been open for three weeks.
        "S90-survey": date(2026, 8, 22),
    }


def the_evidence_is_read(story: Story) -> None:
    executive = story.window("Erik Executive").open("/o/meridian/waiting/programs/").follow("Open the evidence")
    machine, file, page = figures(executive)
    agree(machine, file, page)
    main = {
        one["arm"]: one
        for one in machine["figures"]
        if (one["measure"], one["look"], one["margin"]) == ("adoption", "S56", "arm")
    }
    assert (main["pods"]["x"], main["pods"]["n"]) == (15, 24)
    assert (main["comparison"]["x"], main["comparison"]["n"]) == (5, 22)
    assert "15 of 24" in page
    assert "5 of 22" in page
    assert "Pod 1" not in page, "no single pod is an executive's to see"
    agree(*figures(story.window("Lena Lead")))

    # A fact of week 5 turns up late: what is open changes everywhere at once, and nothing that is frozen does.
    week = START + timedelta(weeks=5)
    with story.inside():
        before = frozen()
        late = story.person("Person 3-09")
        record_history(program=story.program(), lines=[Line(late.pk, week, 5, 5)], by=None, at=story.clock.now)
    story.clock.beat()
    changed, changed_file, changed_page = figures(executive)
    agree(changed, changed_file, changed_page)
    assert changed != machine
    assert changed_page != page
    moved = [
        (old["look"], old["arm"], old["x"], new["x"])
        for old, new in zip(machine["figures"], changed["figures"], strict=True)
        if old != new
    ]
    assert moved == [("2026-W14", "pods", 15, 16)]
    with story.inside():
        assert frozen() == before
