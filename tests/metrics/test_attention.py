"""Who stays below the threshold past their second week, and who falls silent: raised by the calendar, settled by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from celery import current_app

from adoption.outbox.actions.preferences import choose
from adoption.outbox.rules import MessageClass
from adoption.programs import actions as programs
from adoption.programs.actions.calendar import promise
from adoption.programs.models import Attention, Program, Step
from adoption.programs.rules import LET_BE, LOOK_AFTER, Kind, plan_active
from adoption.tenancy.actions.people import record_departure, record_leave
from adoption.tenancy.models import Agenda, Organization, Person
from adoption.tenancy.models.organization import ChampionView
from metrics.actions.attention import look_after
from metrics.actions.weeks import drain, record_check_in
from metrics.models import CheckIn, WeekAsk
from metrics.rules import Via
from pods.actions import answer_follow_up
from pods.queries import look_at, waiting_for
from pods.rules import Cause, Used
from tests.factories import AT, World
from tests.practice import Practice, practise
from tests.worlds import Enter

pytestmark = pytest.mark.django_db

# AT is the Wednesday of week 3. One member began with a one-to-one in week 2, the others with week 1.
STARTED = date(2026, 6, 22)
FIRST, SECOND = STARTED, STARTED + timedelta(weeks=1)
BELOW, SILENT = Kind.BELOW_THRESHOLD, Kind.SILENT


@pytest.fixture
def practice(meridian: World, enter: Enter) -> Iterator[Practice]:
    """A programme on the Wednesday of its third week, everybody asked about both weeks."""
    practise(meridian)
    with enter(meridian):
        at = datetime(2026, 6, 22, 7, tzinfo=UTC)
        Program.objects.update(starts_on=STARTED, baseline_opened_at=at, launched_at=at, fixed={})
        found = practise(meridian)
        for week in (FIRST, SECOND):
            asked_at = datetime.combine(week + timedelta(weeks=1), datetime.min.time(), UTC) + timedelta(hours=8)
            for person in found.members:
                WeekAsk.objects.create(person=person, week=week, asked_at=asked_at)
        yield found


@pytest.fixture
def later_ones(practice: Practice) -> list[Person]:
    """The two members who began with week 1: it is the third week of their own."""
    return [one for one in practice.members if one != practice.follow_up.person]


def program() -> Program:
    found: Program = Program.objects.select_related("organization", "workflow").get()
    return found


def say(person: Person, *uses: int) -> None:
    """What somebody said of the first and the second week."""
    for week, count in zip((FIRST, SECOND), uses, strict=False):
        CheckIn.objects.create(
            person=person,
            workflow=program().workflow,
            week=week,
            version=1,
            total=count,
            unprompted=count,
            via=Via.PAGE,
            valid_at=AT,
            recorded_at=AT,
        )


def look(at: datetime = AT) -> set[tuple[int, str]]:
    look_after(program=program(), at=at)
    return wanted()


def wanted() -> set[tuple[int, str]]:
    return set(Attention.objects.open().values_list("person_id", "kind"))


# --- raised ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uses", "kinds"),
    [
        ((0, 0), {BELOW}),
        ((2, 3), {BELOW}),
        ((3, 3), set()),
        ((6, 0), set()),
        # One observed week is judged by itself.
        ((2,), {BELOW}),
        ((3,), set()),
        # Silent is not the same as zero.
        ((), {SILENT}),
    ],
)
def test_in_the_third_week_of_their_own_somebody_below_the_threshold_is_raised(
    later_ones: list[Person], uses: tuple[int, ...], kinds: set[Kind]
) -> None:
    person, other = later_ones
    say(person, *uses)
    say(other, 3, 3)
    found = {kind for who, kind in look() if who == person.pk}
    assert found == kinds
    look()
    assert Attention.objects.filter(person=person).count() == len(kinds)


def test_somebody_whose_one_to_one_was_a_week_later_has_a_week_more(practice: Practice) -> None:
    person = practice.follow_up.person
    say(person, 0, 0)
    assert (person.pk, BELOW) not in look()
    CheckIn.objects.create(
        person=person,
        workflow=program().workflow,
        week=SECOND + timedelta(weeks=1),
        version=1,
        total=1,
        unprompted=1,
        via=Via.PAGE,
        valid_at=AT,
        recorded_at=AT,
    )
    assert (person.pk, BELOW) in look(AT + timedelta(weeks=1))


def test_silence_counts_from_the_day_of_the_first_question_that_was_not_answered(later_ones: list[Person]) -> None:
    person = later_ones[0]
    assert (person.pk, SILENT) in look()
    assert Attention.objects.get(person=person).since == date(2026, 6, 29)


def test_a_question_that_went_out_yesterday_is_not_silence_yet(later_ones: list[Person]) -> None:
    WeekAsk.objects.filter(week=SECOND).update(asked_at=AT - timedelta(days=1))
    assert look() == set()


def test_nobody_of_the_comparison_group_is_helped_along(practice: Practice, meridian: World) -> None:
    others = Person.objects.filter(assignments__arm="comparison")
    for person in others:
        WeekAsk.objects.create(person=person, week=FIRST, asked_at=AT - timedelta(days=9))
        WeekAsk.objects.create(person=person, week=SECOND, asked_at=AT - timedelta(days=2))
    assert others.count() == 2
    assert {who for who, _ in look()}.isdisjoint(others.values_list("pk", flat=True))


def leave(person: Person) -> None:
    record_leave(person=person, starts_on=AT.date(), ends_on=None, by=None, at=AT)


def depart(person: Person) -> None:
    record_departure(person=person, left_on=AT.date(), by=None, at=AT)


def stop_mail(person: Person) -> None:
    choose(person=person, message_class=MessageClass.NUDGE, wanted=False, by=person, at=AT)


@pytest.mark.parametrize("act", [leave, depart, stop_mail])
@pytest.mark.parametrize("uses", [(), (0, 0)])
def test_whoever_is_away_left_or_wants_no_questions_is_neither_raised_nor_kept(
    later_ones: list[Person], act: Callable[[Person], None], uses: tuple[int, ...]
) -> None:
    before, after = later_ones
    for person in later_ones:
        say(person, *uses)
    act(before)
    assert before.pk not in {who for who, _ in look()}
    assert after.pk in {who for who, _ in wanted()}
    act(after)
    assert {who for who, _ in look()}.isdisjoint({before.pk, after.pk})


@pytest.mark.parametrize(
    ("cause", "alone"), [(None, True), (Cause.NO_SUITABLE_WORKFLOW, True), (Cause.OBSTACLE, False)]
)
def test_whom_a_follow_up_left_alone_is_left_alone(practice: Practice, cause: Cause | None, alone: bool) -> None:
    person = practice.follow_up.person
    assert (person.pk, SILENT) in look()
    answer_follow_up(
        follow_up=practice.follow_up,
        used=Used.NO,
        what_happened="",
        what_failed="",
        cause=cause,
        fixed=None if cause is None else False,
        by=practice.champion.person,
        at=AT,
    )
    assert ((person.pk, SILENT) in wanted()) is not alone
    assert ((person.pk, SILENT) in look()) is not alone


def test_outside_the_phase_nobody_is_raised(practice: Practice) -> None:
    Program.objects.update(ended_at=AT)
    assert look() == set()


# --- settled ---------------------------------------------------------------------------------------------------------


def test_an_answer_ends_silence_at_once_and_three_uses_end_the_rest(
    practice: Practice, later_ones: list[Person]
) -> None:
    silent, below = later_ones
    say(below, 0)
    assert {(silent.pk, SILENT), (below.pk, BELOW)} <= look()
    record = {"workflow": program().workflow, "week": SECOND, "via": Via.PAGE, "at": AT}
    record_check_in(person=silent, total=0, unprompted=0, **record)
    record_check_in(person=below, total=6, unprompted=6, **record)
    drain(at=AT)
    assert wanted().isdisjoint({(silent.pk, SILENT), (below.pk, BELOW)})
    assert not Attention.objects.filter(handled_at__isnull=False).exists()


def test_what_is_not_known_any_more_ends_nothing(later_ones: list[Person]) -> None:
    person = later_ones[0]
    say(person, 0, 0)
    assert (person.pk, BELOW) in look()
    # Two weeks on there is no answer: that says nothing of the threshold.
    assert (person.pk, BELOW) in look(AT + timedelta(weeks=2))


def test_somebody_who_was_helped_is_let_be_for_three_weeks(practice: Practice, later_ones: list[Person]) -> None:
    person = later_ones[0]
    say(person, 0, 0)
    look()
    row = Attention.objects.get(person=person)
    programs.handle_attention(attention=row, by=practice.champion.person, at=AT)
    assert person.pk not in {who for who, _ in look()}
    week = CheckIn.objects.filter(person=person).latest("week").week
    for weeks in (1, 2, 3):
        CheckIn.objects.create(
            person=person,
            workflow=program().workflow,
            week=week + timedelta(weeks=weeks),
            version=1,
            total=0,
            unprompted=0,
            via=Via.PAGE,
            valid_at=AT,
            recorded_at=AT,
        )
    assert person.pk not in {who for who, _ in look(AT + LET_BE)}
    assert (person.pk, BELOW) in look(AT + LET_BE + timedelta(seconds=1))


# --- by the calendar -------------------------------------------------------------------------------------------------


def test_the_calendar_looks_on_each_wednesday_from_the_third_week_and_nobody_presses_a_button(
    practice: Practice, later_ones: list[Person]
) -> None:
    found = program()
    promise(found, plan_active(found.starts_on, found.weeks))
    steps = Step.objects.filter(task=LOOK_AFTER).in_order()
    assert [one.due_on for one in steps] == [date(2026, 7, 8) + timedelta(weeks=number) for number in range(8)]
    row = Agenda.objects.get(task=LOOK_AFTER, row_id=steps[0].pk)
    current_app.loader.import_default_modules()
    current_app.tasks[row.task].apply(kwargs={"agenda_id": row.pk, "at": AT.isoformat()})
    row.refresh_from_db()
    assert (row.done_at, row.failure) == (AT, "")
    assert {(one.pk, SILENT) for one in later_ones} <= wanted()
    assert Step.objects.get(pk=steps[0].pk).done_at == AT


# --- who learns of it ------------------------------------------------------------------------------------------------


def test_the_champion_talks_to_those_whose_weeks_they_may_see(practice: Practice, later_ones: list[Person]) -> None:
    look()
    assert {talk.person.pk for talk in look_at(practice.pod, at=AT).talks} >= {one.pk for one in later_ones}
    Organization.objects.update(champion_view=ChampionView.SHARED_ONLY)
    pod = type(practice.pod).objects.select_related("program", "organization", "champion__person").get()
    assert look_at(pod, at=AT).talks == ()
    (waiting,) = waiting_for(practice.champion.person, at=AT)
    assert waiting.talks == ()


def test_a_lead_who_asks_gives_no_reason_away(practice: Practice, later_ones: list[Person], meridian: World) -> None:
    person = later_ones[0]
    Person.objects.filter(pk=person.pk).update(manager=practice.champion.person)
    say(person, 0, 0)
    look()
    assert person.pk not in {talk.person.pk for talk in look_at(practice.pod, at=AT).talks}
    row = Attention.objects.get(person=person)
    programs.ask_guide(attention=row, guide=practice.champion.person, by=meridian.lead.person, at=AT)
    (talk,) = [one for one in look_at(practice.pod, at=AT).talks if one.person.pk == person.pk]
    assert (str(talk.why), talk.since) == ("Your L&D lead asks you to talk to them.", None)


@pytest.mark.parametrize("number", [1, 3])
def test_the_weekly_look_takes_as_many_queries_for_one_as_for_three(
    practice: Practice, number: int, django_assert_num_queries: Any
) -> None:
    for person in practice.members[number:]:
        say(person, 3, 3)
    found = program()
    with django_assert_num_queries(20):
        look_after(program=found, at=AT)
    assert len({who for who, _ in wanted()}) == number
