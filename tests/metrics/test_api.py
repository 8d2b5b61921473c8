"""Weeks for machines: one's own, a pod's, a programme's, and ten thousand at once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adoption.tenancy.models import Agenda, AuditEvent, Membership
from adoption.tenancy.models.organization import ChampionView
from adoption.tenancy.rules import Permission, Role
from metrics.actions import weeks as actions
from metrics.actions.weeks import DRAIN
from metrics.models import CheckIn, DirtyWeek
from metrics.rules import Via
from tests.factories import AT, AliasFactory, ApiTokenFactory, MembershipFactory, PersonFactory, Somebody, World
from tests.running import Running, with_baseline
from tests.tenancy.test_api import Machine, assert_problem, fields
from tests.tenancy.test_api_idempotency import at_once
from tests.worlds import Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

ROOT = "/api/v1/o/meridian"
WEEKS = f"{ROOT}/p/client-reports/weeks/"
# On the tests' fixed Wednesday the week before is open, the one before that is closed.
OPEN, CLOSED, RUNNING_NOW = "2026-06-29", "2026-06-22", "2026-07-06"
FACTS = ("person_id", "workflow_id", "week", "version", "total", "unprompted", "other_tasks", "errors_caught")


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    with enter(meridian):
        return with_baseline(meridian)


def machine_of(world: World, who: Membership, scopes: set[Permission] | None = None) -> Machine:
    """A program that acts for a member; called inside the company."""
    secret = f"mmt_{uuid4()}"
    ApiTokenFactory.create(secret=secret, membership=who, scopes=sorted(scopes or set(Permission)))
    return Machine(world, secret)


@pytest.fixture
def owner(meridian: World, enter: Enter) -> Machine:
    with enter(meridian):
        return machine_of(meridian, meridian.owner.membership, {Permission.IMPORT_USAGE})


@pytest.fixture
def member(meridian: World, running: Running, enter: Enter) -> Machine:
    with enter(meridian):
        return machine_of(meridian, MembershipFactory.create(person=running.members[0], roles={Role.MEMBER}))


def line(person: Any, week: str = OPEN, total: Any = 3, unprompted: Any = 2, **more: Any) -> dict[str, Any]:
    return {"person": str(person.public_id), "week": week, "total": total, "unprompted": unprompted, **more}


def known(world: World, enter: Enter) -> list[tuple[Any, ...]]:
    with enter(world):
        return list(CheckIn.objects.order_by("person", "week", "version").values_list(*FACTS))


# --- one's own -------------------------------------------------------------------------------------------------------


def test_one_says_a_week_mends_it_and_reads_what_counts(member: Machine, meridian: World, enter: Enter) -> None:
    (asked,) = member.call("GET", f"{ROOT}/weeks/open/").json()["items"]
    assert (asked["week"], asked["closes_on"], asked["said"]) == (OPEN, "2026-07-12", None)
    body = {"program": asked["program"], "week": OPEN, "total": 4, "unprompted": 3}
    said = [{}, {}, {"errors_caught": 3, "other_tasks": 0}, {}, {"total": 0, "unprompted": 0}]
    statuses = [member.call("POST", f"{ROOT}/weeks/", {**body, **counts}).status_code for counts in said]
    assert statuses == [201, 200, 201, 200, 201]
    (said,) = member.call("GET", f"{ROOT}/weeks/").json()["items"]
    assert (said["total"], said["unprompted"], said["version"]) == (0, 0, 3)
    assert (said["errors_caught"], said["other_tasks"]) == (None, 0)
    assert member.call("GET", f"{ROOT}/weeks/open/").json()["items"][0]["said"] == said
    with enter(meridian):
        assert list(CheckIn.objects.order_by("version").values_list("total", "via")) == [
            (4, "api"),
            (4, "api"),
            (0, "api"),
        ]
        assert DirtyWeek.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"unprompted": 5}, "unprompted", "more_than_total"),
        ({"total": 7}, "total", "max_value"),
        ({"errors_caught": 4}, "errors_caught", "max_value"),
        ({"other_tasks": None}, "other_tasks", "null"),
        ({"total": 0, "unprompted": 0, "errors_caught": 0}, "errors_caught", "nothing_to_check"),
        ({"total": -1}, "total", "min_value"),
        ({"total": "4"}, "total", "invalid"),
        ({"total": True}, "total", "invalid"),
        ({"week": "2026-06-30"}, "week", "not_monday"),
        ({"week": CLOSED}, "week", "closed"),
        ({"week": RUNNING_NOW}, "week", "not_over"),
        ({"week": "yesterday"}, "week", "invalid"),
        ({"program": "nothing"}, "program", "not_asked"),
        ({"mood": "good"}, "mood", "unknown"),
    ],
)
def test_what_the_page_would_refuse_is_a_problem_that_names_the_field(
    member: Machine, meridian: World, enter: Enter, changes: dict[str, Any], field: str, code: str
) -> None:
    body = {"program": "client-reports", "week": OPEN, "total": 4, "unprompted": 3, **changes}
    answer = member.call("POST", f"{ROOT}/weeks/", body)
    assert_problem(answer, "invalid")
    assert fields(answer) == {field: code}
    assert not known(meridian, enter)


def test_who_takes_no_part_cannot_say_anything_and_reads_nobody_elses(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        actions.record_history(
            program=running.program,
            lines=[actions.Line(one.pk, running.program.starts_on, 3, 3) for one in running.members],
            by=None,
            at=AT,
        )
        lead = machine_of(meridian, meridian.lead.membership)
    answer = lead.call(
        "POST", f"{ROOT}/weeks/", {"program": "client-reports", "week": OPEN, "total": 1, "unprompted": 1}
    )
    assert fields(answer) == {"program": "not_asked"}
    for address in ("weeks/", "weeks/open/"):
        assert lead.call("GET", f"{ROOT}/{address}").json()["items"] == []
    # A lead never reads weeks by name, neither of a programme nor of a pod.
    assert_problem(lead.call("GET", WEEKS), "forbidden")
    assert_problem(lead.call("GET", f"{ROOT}/pods/{running.pod.public_id}/weeks/"), "not-found")


def test_ones_own_weeks_come_page_by_page(member: Machine, meridian: World, running: Running, enter: Enter) -> None:
    mondays = [running.program.starts_on + timedelta(weeks=number) for number in (-2, -1, 0)]
    with enter(meridian):
        lines = [actions.Line(one.pk, monday, 3, 1) for one in running.members for monday in mondays]
        actions.record_history(program=running.program, lines=lines, by=None, at=AT)
    seen, address = [], f"{ROOT}/weeks/?limit=2"
    while address:
        page = member.call("GET", address).json()
        seen += [one["week"] for one in page["items"]]
        address = page["next"]
    assert sorted(seen) == [monday.isoformat() for monday in mondays]


# --- a pod's, a programme's ------------------------------------------------------------------------------------------


def test_a_champion_reads_the_own_pod_as_its_page_does(
    meridian: World, running: Running, enter: Enter, owner: Machine
) -> None:
    address = f"{ROOT}/pods/{running.pod.public_id}/weeks/"
    owner.call("POST", WEEKS, {"weeks": [line(running.members[0], CLOSED, 5, 4)]})
    with enter(meridian):
        actions.drain(at=AT)
        champion = machine_of(meridian, meridian.champion.membership)
        stranger = machine_of(meridian, meridian.executive.membership)
    found = champion.call("GET", address).json()
    assert [one["number"] for one in found["weeks"]] == [-1, 0, 1, 2]
    rows = {row["person"]["id"]: [cell["unprompted"] for cell in row["cells"]] for row in found["rows"]}
    assert rows[str(running.members[0].public_id)] == [None, None, 4, None]
    assert len(rows) == len(running.members)
    assert_problem(stranger.call("GET", address), "not-found")
    meridian.organization.champion_view = ChampionView.SHARED_ONLY
    meridian.organization.save()
    assert champion.call("GET", address).json()["rows"] == []


def test_who_looks_after_the_tools_reads_names_and_counts_while_the_programme_runs(
    meridian: World, running: Running, owner: Machine, enter: Enter
) -> None:
    owner.call("POST", WEEKS, {"weeks": [line(one, week) for one in running.members for week in (OPEN, CLOSED)]})
    with enter(meridian):
        actions.drain(at=AT)
    items = owner.call("GET", f"{WEEKS}?week={OPEN}").json()["items"]
    assert {one["person"]["id"] for one in items} == {str(one.public_id) for one in running.members}
    assert all((one["total"], one["source"], one["state"]) == (3, "self", "positive") for one in items)
    assert "unprompted" not in items[0]
    counts = []
    for limit in (1, 3):
        with CaptureQueriesContext(connection) as queries:
            owner.call("GET", f"{WEEKS}?limit={limit}")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    with enter(meridian):
        program = running.program
        program.launched_at = program.ended_at = program.followed_at = program.closed_at = AT
        program.fixed = {}
        program.save()
    for method, body in (("GET", None), ("POST", {"weeks": [line(running.members[0])]})):
        assert_problem(owner.call(method, WEEKS, body), "not-found")


# --- many at once ----------------------------------------------------------------------------------------------------


def test_many_weeks_at_once_are_the_same_facts_as_said_one_by_one(
    meridian: World, running: Running, owner: Machine, enter: Enter
) -> None:
    people = [*running.members, *running.compared]
    with enter(meridian):
        for place, one in enumerate(people):
            for total in (place, 6 - place):
                actions.record_check_in(
                    person=one,
                    workflow=running.program.workflow,
                    week=running.program.starts_on + timedelta(weeks=1),
                    total=total,
                    unprompted=total // 2,
                    via=Via.PAGE,
                    at=AT,
                )
        single = known(meridian, enter)
        CheckIn.objects.all().delete()
        DirtyWeek.objects.all().delete()
        Agenda.objects.filter(task=DRAIN).delete()
    for first in (True, False):
        totals = [place if first else 6 - place for place in range(len(people))]
        lines = [line(one, OPEN, total, total // 2) for one, total in zip(people, totals, strict=True)]
        answer = owner.call("POST", WEEKS, {"weeks": lines})
        assert answer.status_code == 200
    # The fourth says the same both times.
    assert answer.json() == {"received": 6, "written": 5, "own": 0, "unchanged": 1}
    assert known(meridian, enter) == single
    with enter(meridian):
        assert set(CheckIn.objects.values_list("via", "valid_at", "recorded_at")) == {("bulk", AT, AT)}
        assert DirtyWeek.objects.count() == 1
        assert Agenda.objects.open().filter(task=DRAIN, due_at=AT).exists()
        events = AuditEvent.objects.filter(verb="weeks.recorded").order_by("id")
        assert [(one.actor, one.subject, one.detail) for one in events] == [
            (meridian.owner.person.public_id, running.program.public_id, {"weeks": 1, "answers": count})
            for count in (6, 5)
        ]


def test_the_same_lines_again_change_nothing_and_closed_weeks_are_taken(
    meridian: World, running: Running, owner: Machine, enter: Enter
) -> None:
    body = {"weeks": [line(one, week) for one in running.members for week in (CLOSED, "2026-06-08", OPEN)]}
    answers = [owner.call("POST", WEEKS, body).json() for _ in range(2)]
    assert answers == [
        {"received": 9, "written": 9, "own": 0, "unchanged": 0},
        {"received": 9, "written": 0, "own": 0, "unchanged": 9},
    ]
    with enter(meridian):
        assert CheckIn.objects.count() == 9
        assert AuditEvent.objects.filter(verb="weeks.recorded").count() == 1


def test_somebody_may_be_named_by_mail_by_alias_and_by_their_number(
    meridian: World, running: Running, owner: Machine, enter: Enter
) -> None:
    with enter(meridian):
        by_mail, by_alias, by_number = running.members
        for one, number in ((by_mail, None), (by_alias, None), (by_number, "HR 7 ü")):
            one.external_id = number
            one.save()
        AliasFactory.create(person=by_alias, address="known.as@meridian.example")
    counts = {"week": OPEN, "total": 2, "unprompted": 1}
    lines = [
        {"mail": str(by_mail.mail).upper(), **counts},
        {"mail": "Known.As@meridian.example", **counts},
        {"external_id": "HR 7 ü", **counts},
    ]
    assert owner.call("POST", WEEKS, {"weeks": lines}).json()["written"] == 3
    assert {row[0] for row in known(meridian, enter)} == {one.pk for one in running.members}
    same = [lines[0], line(by_mail)]
    assert fields(owner.call("POST", WEEKS, {"weeks": same})) == {"weeks.1.week": "twice"}


def test_every_line_that_cannot_be_taken_is_named_and_none_is_taken(
    meridian: World, harbour: World, running: Running, owner: Machine, enter: Enter
) -> None:
    one, two = running.members[:2]
    with enter(meridian):
        colleague = PersonFactory.create(external_id="HR-1")
    wrong: list[tuple[Any, dict[str, str]]] = [
        (line(two, total=7), {"total": "max_value"}),
        (line(two, total=1, unprompted=2), {"unprompted": "more_than_total"}),
        (line(two, total=True), {"total": "invalid"}),
        (line(two, total=3.0), {"total": "invalid"}),
        (line(two, unprompted=None), {"unprompted": "null"}),
        (line(two, week="2026-06-30"), {"week": "not_monday"}),
        (line(two, week="2026-06-01"), {"week": "too_early"}),
        (line(two, week=RUNNING_NOW), {"week": "not_over"}),
        (line(two, week=["2026-06-29"]), {"week": "invalid"}),
        (line(two, mood="good"), {"mood": "unknown"}),
        (line(two, mail="x@y.example"), {"person": "who"}),
        ({"week": OPEN, "total": 1, "unprompted": 1}, {"person": "who"}),
        (line(two) | {"person": "me"}, {"person": "invalid"}),
        # Unknown, of another company and in no arm of the programme: all the same.
        (line(two) | {"person": str(uuid4())}, {"person": "nobody"}),
        (line(harbour.member.person), {"person": "nobody"}),
        (line(colleague), {"person": "nobody"}),
        ({"external_id": "HR-1", "week": OPEN, "total": 1, "unprompted": 1}, {"external_id": "nobody"}),
        ({"mail": "no\u0000body", "week": OPEN, "total": 1, "unprompted": 1}, {"mail": "null_characters_not_allowed"}),
        ("a line", {"": "invalid"}),
        (None, {"": "null"}),
        (line(one), {"week": "twice"}),
    ]
    answer = owner.call("POST", WEEKS, {"weeks": [line(one), *(row for row, _ in wrong)]})
    assert_problem(answer, "invalid")
    expected = {}
    for number, (_, errors) in enumerate(wrong, 1):
        for field, code in errors.items():
            expected[f"weeks.{number}.{field}".rstrip(".")] = code
    assert fields(answer) == expected
    assert not known(meridian, enter)
    with enter(meridian):
        assert not DirtyWeek.objects.exists()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, {"weeks": "required"}),
        ({"weeks": []}, {"weeks": "empty"}),
        ({"weeks": "all"}, {"weeks": "not_a_list"}),
        ({"weeks": None}, {"weeks": "null"}),
        ([], {"": "invalid"}),
    ],
)
def test_what_is_no_list_of_lines_is_refused(
    running: Running, owner: Machine, body: Any, found: dict[str, str]
) -> None:
    answer = owner.call("POST", WEEKS, body)
    assert_problem(answer, "invalid")
    assert fields(answer) == found


def test_ten_thousand_lines_are_taken_and_one_more_is_too_many(
    meridian: World, running: Running, owner: Machine, enter: Enter
) -> None:
    some = line(running.members[0])
    assert_problem(owner.call("POST", WEEKS, {"weeks": [some] * 10_001}), "too-large")
    answer = owner.call("POST", WEEKS, {"weeks": [some, *[{**some, "total": 9}] * 9_999]})
    assert len(answer.json()["errors"]) == 9_999
    assert not known(meridian, enter)


def test_who_lacks_the_permission_sends_nothing(meridian: World, running: Running, enter: Enter) -> None:
    body = {"weeks": [line(running.members[0])]}
    for who in (meridian.lead, meridian.admin, meridian.executive, meridian.member):
        with enter(meridian):
            machine = machine_of(meridian, who.membership)
        assert_problem(machine.call("POST", WEEKS, body), "forbidden")
    with enter(meridian):
        narrow = machine_of(meridian, meridian.owner.membership, {Permission.ENTER})
    assert_problem(narrow.call("POST", WEEKS, body), "forbidden")
    assert not known(meridian, enter)


def test_another_companys_programme_is_not_there(harbour: World, running: Running, enter: Enter) -> None:
    with enter(harbour):
        stranger = machine_of(harbour, harbour.owner.membership)
    body = {"weeks": [line(running.members[0])]}
    foreign = stranger.call("POST", "/api/v1/o/harbour/p/client-reports/weeks/", body)
    assert_problem(foreign, "not-found")
    assert_problem(stranger.call("POST", WEEKS, body), "unauthenticated")


def test_a_key_gives_the_first_answer_again(running: Running, owner: Machine) -> None:
    body = {"weeks": [line(one) for one in running.members]}
    first, again = (owner.call("POST", WEEKS, body, key="w27") for _ in range(2))
    assert first.json() == again.json() == {"received": 3, "written": 3, "own": 0, "unchanged": 0}
    assert again.headers["Idempotency-Replayed"] == "true"
    assert_problem(owner.call("POST", WEEKS, {"weeks": [line(running.members[0], total=5)]}, key="w27"), "key-reused")


def test_three_lines_take_as_many_queries_as_one(running: Running, owner: Machine) -> None:
    counts = []
    for people in (running.members[:1], running.members):
        with CaptureQueriesContext(connection) as queries:
            owner.call("POST", WEEKS, {"weeks": [line(one, CLOSED if len(people) > 1 else OPEN) for one in people]})
        counts.append(len(queries))
    assert counts[0] == counts[1] + 1  # the drain was asleep the first time


@pytest.mark.django_db(transaction=True)
def test_the_same_lines_sent_by_four_at_once_are_written_once(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        somebody: Somebody = meridian.owner
        machine = machine_of(meridian, somebody.membership)
        person = running.members[0]
    people = [*running.members, *running.compared]
    weeks = ("2026-06-08", "2026-06-15", CLOSED, OPEN)
    lines = [line(one, week) for one in people for week in weeks]
    # Each in another order, while one of them says something too.
    orders = [lines, lines[::-1], sorted(lines, key=json.dumps), lines[5:] + lines[:5]]

    def say() -> None:
        with enter(meridian):
            actions.record_check_in(
                person=person,
                workflow=running.program.workflow,
                week=running.program.starts_on + timedelta(weeks=1),
                total=3,
                unprompted=2,
                via=Via.PAGE,
                at=AT,
            )

    send = [lambda order=order: machine.call("POST", WEEKS, {"weeks": order}).json() for order in orders]
    answers = [one for one in at_once([*send, say]) if one]
    with enter(meridian):
        assert CheckIn.objects.count() == len(lines)
        assert set(CheckIn.objects.values_list("version", "total", "unprompted")) == {(1, 3, 2)}
    assert sum(one["written"] for one in answers) in {len(lines), len(lines) - 1}
