"""Asking about a week, writing down what somebody says, and deciding what it comes to."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adoption.outbox.actions.links import mint
from adoption.outbox.models import Message
from adoption.programs.actions import assign
from adoption.programs.models import Step, Workflow
from adoption.programs.rules import Arm
from adoption.tenancy.actions.closures import close_days
from adoption.tenancy.actions.people import record_leave
from adoption.tenancy.models import Agenda, AuditEvent, Person
from metrics.actions import weeks
from metrics.actions.weeks import DRAIN, Line, Refused
from metrics.models import ArmWeek, CheckIn, DirtyWeek, UseWeek, WeekAsk
from metrics.queries.asking import may_ask, open_weeks, preview_week
from metrics.queries.weeks import away_of_cohorts, decide_weeks
from metrics.rules import Via, WeekState
from pods.actions import log_session
from pods.rules import SessionKind
from tests.factories import World
from tests.running import Running, with_baseline
from tests.worlds import ClientAs, Enter

BASELINE_WEEK = date(2026, 6, 8)


def say(running: Running, person: Person, total: int, unprompted: int, week: date = BASELINE_WEEK) -> CheckIn:
    """Somebody says something of a week on the Monday after it."""
    return weeks.record_check_in(
        person=person,
        workflow=running.program.workflow,
        week=week,
        total=total,
        unprompted=unprompted,
        via=Via.PAGE,
        at=running.at(week + timedelta(weeks=1)),
    )


def test_everybody_working_is_asked_once_whoever_asks(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        monday = BASELINE_WEEK + timedelta(weeks=1)
        record_leave(person=running.members[0], starts_on=monday, ends_on=None, by=None, at=running.at(monday))
        for _ in range(2):
            weeks.ask_week(program=running.program, week=BASELINE_WEEK, at=running.at(monday))
        asked = set(WeekAsk.objects.values_list("person", flat=True))
        champion = meridian.champion.person
        assert asked == {person.pk for person in (*running.members[1:], *running.compared, champion)}
        assert Message.objects.filter(kind=weeks.WEEK).count() == len(asked)


def test_zero_is_an_answer_and_silence_is_none(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        say(running, running.members[0], 0, 0)
        decided = decide_weeks(running.program.workflow, [p.pk for p in running.members[:2]], [BASELINE_WEEK])
        states = [decided[person.pk, BASELINE_WEEK].state for person in running.members[:2]]
        assert states == [WeekState.ZERO, WeekState.MISSING]


def test_the_same_words_change_nothing_and_others_are_a_new_version(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        versions = [say(running, running.members[0], *counts).version for counts in ((4, 3), (4, 3), (2, 2))]
        assert versions == [1, 1, 2]
        assert CheckIn.objects.newest_per_week().get().total == 2


@pytest.mark.parametrize(
    ("total", "unprompted", "week", "field", "code"),
    [
        (3, 4, BASELINE_WEEK, "unprompted", "more_than_total"),
        (7, 0, BASELINE_WEEK, "total", "range"),
        (-1, 0, BASELINE_WEEK, "total", "range"),
        (1, 1, BASELINE_WEEK + timedelta(days=1), "week", "not_monday"),
    ],
)
def test_nonsense_is_refused_by_name(
    meridian: World, enter: Enter, total: int, unprompted: int, week: date, field: str, code: str
) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        with pytest.raises(Refused) as refused:
            say(running, running.members[0], total, unprompted, week)
        assert (refused.value.field, refused.value.code) == (field, code)
        assert not CheckIn.objects.exists()


@pytest.mark.parametrize(("days", "code"), [(6, "not_over"), (14, "closed")])
def test_a_week_opens_when_it_is_over_and_closes_a_week_later(
    meridian: World, enter: Enter, days: int, code: str
) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        with pytest.raises(Refused) as refused:
            weeks.record_check_in(
                person=running.members[0],
                workflow=running.program.workflow,
                week=BASELINE_WEEK,
                total=1,
                unprompted=1,
                via=Via.PAGE,
                at=running.at(BASELINE_WEEK + timedelta(days=days - (days == 6))),
            )
        assert refused.value.code == code


def test_who_takes_no_part_is_not_asked_and_not_heard(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        with pytest.raises(Refused) as refused:
            say(running, meridian.member.person, 1, 1)
        assert refused.value.code == "not_asked"


def test_the_database_refuses_nonsense_too_and_never_changes_a_fact(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        row = say(running, running.members[0], 2, 1)
        for changes in ({"unprompted": 3}, {"total": 7, "unprompted": 0}, {"via": "x"}, {"week": date(2026, 6, 9)}):
            row.pk = None
            fields = {
                "person": row.person,
                "workflow": row.workflow,
                "week": row.week,
                "version": 9,
                "total": 2,
                "unprompted": 1,
                "via": Via.PAGE,
                "valid_at": row.valid_at,
                "recorded_at": row.recorded_at,
            }
            with pytest.raises(IntegrityError), transaction.atomic():
                CheckIn.objects.create(**{**fields, **changes})
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            CheckIn.objects.update(total=0, unprompted=0)


def test_a_changed_fact_wakes_the_drain_and_draining_sums_the_week(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        say(running, running.members[0], 5, 4)
        say(running, running.members[1], 1, 1)
        say(running, running.compared[0], 0, 0)
        at = running.at(BASELINE_WEEK + timedelta(weeks=1))
        assert Agenda.objects.open().filter(task=DRAIN, due_at__lte=at).exists()
        assert weeks.drain(at=at) == 3
        assert not DirtyWeek.objects.exists()
        sums = {
            row.arm: (row.eligible, row.observed, row.any_use, row.three_or_more)
            for row in ArmWeek.objects.filter(week=BASELINE_WEEK)
        }
        assert sums == {"pods": (3, 2, 2, 1), "comparison": (3, 1, 0, 0)}
        assert UseWeek.objects.get(person=running.members[0]).unprompted == 4
        assert weeks.drain(at=at) == 0


def test_draining_reads_the_facts_once_however_much_has_changed(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        counts = []
        for said in ((running.members[0],), (*running.members, *running.compared)):
            for week in (BASELINE_WEEK, BASELINE_WEEK + timedelta(weeks=1))[: len(said)]:
                for person in said:
                    say(running, person, 4, len(said) % 3, week)
            with CaptureQueriesContext(connection) as queries:
                weeks.drain(at=running.at(BASELINE_WEEK + timedelta(weeks=2)))
            counts.append(len(queries))
            assert sum("metrics_checkin" in query["sql"] for query in queries) == 1
        assert counts[0] == counts[1]


def test_a_week_away_is_not_expected_and_a_week_partly_away_is(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        friday = BASELINE_WEEK + timedelta(days=4)
        whole, part = running.members[:2]
        record_leave(person=whole, starts_on=BASELINE_WEEK, ends_on=friday, by=None, at=running.at(BASELINE_WEEK))
        record_leave(
            person=part,
            starts_on=BASELINE_WEEK,
            ends_on=friday - timedelta(days=1),
            by=None,
            at=running.at(BASELINE_WEEK),
        )
        decided = decide_weeks(running.program.workflow, [whole.pk, part.pk], [BASELINE_WEEK])
        assert decided[whole.pk, BASELINE_WEEK].state is WeekState.NOT_EXPECTED
        assert decided[part.pk, BASELINE_WEEK].state is WeekState.MISSING


def test_a_week_that_is_closed_as_a_whole_is_not_expected_and_nobody_concerned_is_asked(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        at, monday = running.at(BASELINE_WEEK), BASELINE_WEEK
        here, away, there = running.members[:3]
        Person.objects.filter(pk__in=[here.pk, away.pk]).update(location="Harbour")
        # The place until Thursday; on Friday one of its two is on leave.
        harbour = {"organization": meridian.organization, "name": "Outing", "location": "Harbour", "by": None, "at": at}
        close_days(**harbour, starts_on=monday, ends_on=monday + timedelta(days=3))
        record_leave(person=away, starts_on=monday + timedelta(days=4), ends_on=None, by=None, at=at)
        workflow = running.program.workflow
        people = [here.pk, away.pk, there.pk]

        def states() -> list[WeekState]:
            decided = decide_weeks(workflow, people, [monday])
            return [decided[person, monday].state for person in people]

        assert states() == [WeekState.MISSING, WeekState.NOT_EXPECTED, WeekState.MISSING]
        close_days(**harbour, starts_on=monday + timedelta(days=4), ends_on=monday + timedelta(days=4))
        assert states() == [WeekState.NOT_EXPECTED, WeekState.NOT_EXPECTED, WeekState.MISSING]
        assert away_of_cohorts([running.program.pk], [monday]) == {(here.pk, monday), (away.pk, monday)}
        later = running.at(monday + timedelta(weeks=1))
        step = Step.objects.get(program=running.program, key=f"week-{monday}")
        said = preview_week(step=step, at=later).people
        assert said == weeks.ask_week(program=running.program, week=monday, at=later)
        asked = set(WeekAsk.objects.filter(week=monday).values_list("person", flat=True))
        assert here.pk not in asked
        assert there.pk in asked
        # Whoever would only get it when the week takes no more answers is not asked.
        close_days(
            organization=meridian.organization,
            name="Holidays",
            starts_on=monday + timedelta(weeks=1),
            ends_on=monday + timedelta(weeks=2),
            by=None,
            at=at,
        )
        assert not may_ask(program=running.program, week=monday, at=later)


def test_a_use_inside_a_session_is_not_ones_own_idea(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        person = running.members[0]
        log_session(
            pod=running.pod,
            kind=SessionKind.ONE_TO_ONE,
            held_on=BASELINE_WEEK,
            attendees=[person],
            doing_minutes=40,
            explaining_minutes=10,
            note="",
            form_key=running.pod.public_id,
            by=meridian.champion.person,
            at=running.at(BASELINE_WEEK),
        )
        say(running, person, 3, 3)
        week = decide_weeks(running.program.workflow, [person.pk], [BASELINE_WEEK])[person.pk, BASELINE_WEEK]
        assert (week.total, week.prompted, week.unprompted) == (3, 1, 2)


def test_a_history_of_many_weeks_is_written_once(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        lines = [Line(person.pk, BASELINE_WEEK, 3, 2) for person in running.members]
        at = running.at(BASELINE_WEEK + timedelta(weeks=9))
        assert weeks.record_history(program=running.program, lines=lines, by=None, at=at) == (3, 0)
        assert weeks.record_history(program=running.program, lines=lines, by=None, at=at) == (0, 0)
        assert CheckIn.objects.count() == 3
        assert AuditEvent.objects.filter(verb="weeks.recorded").count() == 1


def test_deciding_takes_as_many_queries_for_three_as_for_one(
    meridian: World, enter: Enter, django_assert_num_queries: object
) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        workflow = running.program.workflow
        for people in (running.members[:1], running.members):
            with django_assert_num_queries(6):  # type: ignore[operator]
                decide_weeks(workflow, [person.pk for person in people], [BASELINE_WEEK])


def test_two_taps_by_mailed_link_write_one_check_in(
    meridian: World, enter: Enter, client: Client, time_machine: object
) -> None:
    monday = BASELINE_WEEK + timedelta(weeks=1)
    with enter(meridian):
        running = with_baseline(meridian)
        person = running.members[0]
        now = running.at(monday)
        weeks.ask_week(program=running.program, week=BASELINE_WEEK, at=now)
        ask = WeekAsk.objects.get(person=person)
        address = mint(
            purpose=weeks.WEEK,
            row_id=ask.pk,
            person=person,
            address=str(person.mail),
            expires_at=now + timedelta(days=9),
            at=now,
        )
    time_machine.move_to(now)  # type: ignore[attr-defined]
    path = "/w/" + address.split("/w/")[1]
    for _ in range(3):
        page = client.get(f"{path}?n=4", follow=True)
        assert "You tapped 4 in the mail" in page.content.decode()
    with enter(meridian):
        assert not CheckIn.objects.exists()
    here = page.request["PATH_INFO"]
    about = page.context["form"].asked.key
    second = client.post(here, {"about": about, "n": "4"})
    assert "How many of the 4" in second.content.decode()
    refused = client.post(here, {"about": about, "n": "4", "u": "5"})
    assert refused.status_code == 422
    for _ in range(2):
        done = client.post(here, {"about": about, "n": "4", "u": "3"}, follow=True)
        assert "Thank you" in done.content.decode()
    with enter(meridian):
        row = CheckIn.objects.get()
        assert (row.person_id, row.total, row.unprompted, row.via) == (person.pk, 4, 3, "link")


def test_what_is_said_beside_a_week_takes_a_tap_each_and_is_never_asked_for(
    meridian: World, enter: Enter, client_as: ClientAs, time_machine: object
) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        people, at = [meridian.member.person], running.at(BASELINE_WEEK)
        assign(program=running.program, arm=Arm.COMPARISON, cluster="Tax", people=people, by=None, at=at)
    time_machine.move_to(running.at(BASELINE_WEEK + timedelta(weeks=1)))  # type: ignore[attr-defined]
    client, here = client_as(meridian.member), "/o/meridian/week/"
    about = client.get(here).context["form"].asked.key
    week = {"about": about, "n": "4", "u": "3"}
    page = client.post(here, week, follow=True).content.decode()
    assert "Two more taps, if you like" in page
    assert "<details open" not in page
    for beside in ({"e": "2"}, {"t": "3"}, {}):
        page = client.post(here, week | beside, follow=True).content.decode()
    assert (page.count('aria-pressed="true"'), page.count("mm-chosen")) == (2, 2)
    assert client.post(here, week | {"e": "4"}).status_code == 422
    # A number that is mended keeps what was said beside it, as long as there is something it can be of.
    client.post(here, {"about": about, "n": "5", "u": "3"})
    client.post(here, {"about": about, "n": "0"})
    page = client.get(f"{here}?thanks={about}").content.decode()
    assert ("Errors you caught?" in page, "Other tasks?" in page) == (False, True)
    refused = client.post(here, {"about": about, "n": "0", "e": "1"})
    assert "nothing of it to check" in refused.content.decode()
    with enter(meridian):
        said = CheckIn.objects.order_by("version").values_list("total", "errors_caught", "other_tasks")
        assert list(said) == [(4, None, None), (4, 2, None), (4, 2, 3), (5, 2, 3), (0, None, 3)]


def test_what_is_sent_in_bulk_never_stands_over_what_somebody_said_themselves(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        person, other = running.members[:2]
        at = running.at(BASELINE_WEEK + timedelta(weeks=1))
        weeks.record_check_in(
            person=person,
            workflow=running.program.workflow,
            week=BASELINE_WEEK,
            total=2,
            unprompted=2,
            errors_caught=1,
            other_tasks=0,
            via=Via.PAGE,
            at=at,
        )
        for total, came in ((0, (1, 1)), (0, (0, 1)), (2, (1, 0)), (5, (1, 1))):
            lines = [Line(one.pk, BASELINE_WEEK, total, total) for one in (person, other)]
            assert weeks.record_history(program=running.program, lines=lines, by=None, at=at) == came
        rows = CheckIn.objects.newest_per_week()
        assert [(row.version, row.total, row.errors_caught, row.other_tasks) for row in rows] == [
            (1, 2, 1, 0),
            (3, 5, None, None),
        ]
        # What was sent of them first, they mend themselves.
        say(running, other, 1, 1)
        assert CheckIn.objects.newest_per_week().get(person=other).total == 1


@pytest.mark.parametrize(
    ("total", "beside", "code"),
    [
        (2, {"errors_caught": 4}, "range_beside"),
        (2, {"other_tasks": -1}, "range_beside"),
        (0, {"errors_caught": 0}, "nothing_to_check"),
    ],
)
def test_nonsense_beside_a_week_is_refused_by_name(
    meridian: World, enter: Enter, total: int, beside: dict[str, int], code: str
) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        with pytest.raises(Refused) as refused:
            weeks.record_check_in(
                person=running.members[0],
                workflow=running.program.workflow,
                week=BASELINE_WEEK,
                total=total,
                unprompted=0,
                via=Via.PAGE,
                at=running.at(BASELINE_WEEK + timedelta(weeks=1)),
                **beside,  # type: ignore[arg-type]
            )
        assert [refused.value.field, refused.value.code] == [*beside, code]


def test_somebody_in_nothing_is_told_that_nothing_is_asked(
    meridian: World, harbour: World, client_as: ClientAs
) -> None:
    page = client_as(meridian.member).get(f"/o/{meridian.organization.slug}/week/")
    assert "Nothing is asked of you" in page.content.decode()
    assert client_as(harbour.member).get(f"/o/{meridian.organization.slug}/week/").status_code == 404


def test_two_workflows_are_asked_about_one_after_the_other(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        found = open_weeks(running.members[0], at=running.at(BASELINE_WEEK + timedelta(weeks=1)))
        assert [(one.week, one.workflow) for one in found] == [(BASELINE_WEEK, Workflow.objects.get())]
