"""Champions are asked about their time; hours count only with named work off the plate, and nobody sees the 1 to 5."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.outbox.actions.links import mint
from adoption.outbox.models import Message
from adoption.programs import actions as programs
from adoption.programs.models import Attention, Program, Step
from adoption.programs.rules import ASK_CHAMPIONS, LOOK_AT_CHAMPIONS, Kind, plan_active
from adoption.tenancy.models import Leave
from champions.actions.agreements import record_sponsorship
from champions.actions.time import CHECK, WARNING, CheckOver, ask_time
from champions.models import Champion, TimeAnswer, TimeCheck
from champions.queries.time import times_of
from champions.rules.time import DropOff, Kept, Sign, warning_signs, weeks_of
from pods.actions import hand_over, log_session, look_at_champions
from pods.models import FollowUp, Handover, Seat
from pods.queries import champion_looks
from pods.rules import SessionKind
from surveys.actions import answer_check
from tests.factories import PersonFactory, World
from tests.journeys.visitor import Visitor
from tests.practice import make_program
from tests.running import STARTS_ON, Running, under_way
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db

THURSDAY = STARTS_ON + timedelta(days=3)
FRIDAY_OF_WEEK_2 = STARTS_ON + timedelta(days=11)


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    """A programme launched on its first Monday, with an agreement."""
    with enter(meridian):
        return under_way(meridian)


def ask(running: Running, day: date) -> TimeCheck:
    ask_time(program=running.program, due_on=day, version=1, at=running.at(day))
    found: TimeCheck = TimeCheck.objects.select_related("champion__program", "champion__person").get(due_on=day)
    return found


def say(
    running: Running, day: date, can_keep: int | None, *, hours: str | None = "4", displaced: str = "Minutes"
) -> None:
    answer_check(
        check=ask(running, day),
        displaced=displaced,
        hours=None if hours is None else Decimal(hours),
        can_keep=can_keep,
        to_fix="",
        at=running.at(day),
    )


def session(running: Running, day: date, kind: SessionKind = SessionKind.REFLECTION, who: int = 1) -> None:
    for number in range(who if kind is SessionKind.ONE_TO_ONE else 1):
        log_session(
            pod=running.pod,
            kind=kind,
            held_on=day,
            attendees=[running.members[number]],
            doing_minutes=12,
            explaining_minutes=3,
            note="",
            form_key=PersonFactory.create().public_id,
            by=None,
            at=running.at(day),
        )


def wanted(running: Running) -> set[str]:
    return set(Attention.objects.open().filter(program=running.program).values_list("kind", flat=True))


# --- the rules -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("can_keep", "asked", "is_active", "late", "signs"),
    [
        ([2, 1], 2, True, 0, {Sign.LOW_ANSWERS}),
        ([2, 3], 2, True, 0, set()),
        ([3, 2, None, 2], 4, True, 0, {Sign.LOW_ANSWERS}),
        ([2], 1, True, 0, set()),
        ([], 2, False, 0, {Sign.SILENCE}),
        ([], 2, True, 0, set()),
        ([], 0, False, 0, set()),
        ([None], 1, False, 0, set()),
        ([5], 1, True, 2, {Sign.SLIPPING}),
        ([5], 1, True, 1, set()),
    ],
)
def test_what_warns(can_keep: list[int | None], asked: int, is_active: bool, late: int, signs: set[Sign]) -> None:
    assert warning_signs(can_keep, asked=asked, is_active=is_active, late_follow_ups=late) == signs


def test_only_whole_weeks_are_looked_at() -> None:
    monday = date(2026, 6, 22)
    assert weeks_of(monday, monday + timedelta(days=13)) == [monday]
    assert weeks_of(monday, monday - timedelta(days=30)) == []


def test_checks_come_twice_before_week_three_then_every_fortnight_and_after_the_phase_every_four_weeks() -> None:
    plan = plan_active(STARTS_ON, 10)
    asked = [(line.due_on - STARTS_ON).days for line in plan if line.task == ASK_CHAMPIONS]
    looks = [(line.due_on - STARTS_ON).days for line in plan if line.task == LOOK_AT_CHAMPIONS]
    assert asked[:6] == [3, 10, 24, 38, 52, 66]
    # Weeks 14, 18 and 22: the ninety days end on the Saturday of the last one.
    assert asked[6:] == [94, 122, 150]
    assert looks[0] == 11
    assert len(looks) == 9


# --- asking and answering --------------------------------------------------------------------------------------------


def test_champions_who_are_there_are_asked_once(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        ask(running, THURSDAY)
        ask(running, THURSDAY)
        assert TimeCheck.objects.count() == Message.objects.filter(kind=CHECK).count() == 1
        Leave.objects.create(person=meridian.champion.person, starts_on=THURSDAY, created_at=running.at(THURSDAY))
        later = THURSDAY + timedelta(weeks=1)
        assert ask_time(program=running.program, due_on=later, version=1, at=running.at(later)) == 0


def test_a_mend_is_a_new_version_and_the_same_again_none(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        for hours in ("4", "4", "1"):
            say(running, THURSDAY, 4, hours=hours)
        assert list(TimeAnswer.objects.order_by("version").values_list("version", "hours")) == [(1, 4), (2, 1)]
        [row] = times_of(running.program, on=THURSDAY).rows
        assert [(cell.hours, cell.kept) for cell in row.cells] == [(1, Kept.SHORT)]
        check = TimeCheck.objects.select_related("champion__program").get()
        with pytest.raises(CheckOver):
            answer_check(
                check=check,
                displaced="",
                hours=None,
                can_keep=1,
                to_fix="",
                at=running.at(THURSDAY + timedelta(days=15)),
            )


@pytest.mark.parametrize(
    ("hours", "displaced", "kept", "adherent"),
    [
        ("4", "Minutes", Kept.KEPT, True),
        ("4", "", Kept.KEPT, False),
        ("3.5", "Minutes", Kept.SHORT, False),
        ("7", "Minutes", Kept.OVER, True),
        ("0", "Minutes", Kept.SHORT, False),
        (None, "Minutes", Kept.UNKNOWN, False),
    ],
)
def test_hours_count_only_with_named_work(
    meridian: World, running: Running, enter: Enter, hours: str | None, displaced: str, kept: Kept, adherent: bool
) -> None:
    with enter(meridian):
        say(running, THURSDAY, 4, hours=hours, displaced=displaced)
        [row] = times_of(running.program, on=THURSDAY).rows
        assert [(cell.kept, cell.is_adherent) for cell in row.cells] == [(kept, adherent)]


def test_the_strip_is_on_the_leads_page_and_the_pods_and_the_one_to_five_nowhere(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        check = ask(running, THURSDAY)
        at = running.at(THURSDAY)
        answer_check(check=check, displaced="M", hours=Decimal("1.5"), can_keep=2, to_fix="The rota", at=at)
    with time_machine.travel(at, tick=False):
        lead = (
            client_as(meridian.lead).get(reverse("champions", args=["meridian", running.program.slug])).content.decode()
        )
        pod = (
            client_as(meridian.champion).get(reverse("pod", args=["meridian", running.pod.public_id])).content.decode()
        )
    for page in (lead, pod):
        assert "1.5" in page
        assert "short" in page
    assert "The rota" in lead


def test_a_champion_answers_by_mail_in_a_minute_and_nobody_else_can(
    meridian: World, harbour: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        check, at = ask(running, THURSDAY), running.at(THURSDAY)
        person = meridian.champion.person
        link = mint(
            purpose=CHECK,
            row_id=check.pk,
            person=person,
            address=str(person.mail),
            expires_at=at + timedelta(days=30),
            at=at,
        )
        forged = mint(
            purpose=CHECK,
            row_id=check.pk,
            person=meridian.member.person,
            address=str(meridian.member.person.mail),
            expires_at=at + timedelta(days=30),
            at=at,
        )
    with time_machine.travel(at, tick=False):
        window = Visitor().open(link)
        window.press("Send", status=HTTPStatus.UNPROCESSABLE_ENTITY, hours="lots", displaced="The minutes")
        assert "The minutes" in str(window.page.forms[0].given)
        window.press("Send", hours="2,5", can_keep="4")
        assert "Thank you" in window.heading
        Visitor().open(forged, status=HTTPStatus.NOT_FOUND)
        address = reverse("own-check", args=["meridian", check.public_id])
        assert client_as(meridian.champion).get(address).status_code == HTTPStatus.OK
        for other in (meridian.lead, meridian.member, meridian.executive, harbour.champion):
            assert client_as(other).get(address).status_code == HTTPStatus.NOT_FOUND
    with enter(meridian):
        row = TimeAnswer.objects.get()
        assert (row.hours, row.can_keep, row.displaced) == (Decimal("2.5"), 4, "The minutes")


def test_what_leadership_should_fix_becomes_an_ask_with_an_owner(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        check, at = ask(running, THURSDAY), running.at(THURSDAY)
        answer_check(check=check, displaced="M", hours=None, can_keep=None, to_fix="", at=at)
    client = client_as(meridian.champion)
    new = reverse("ask-new", args=["meridian"])
    own = reverse("own-check", args=["meridian", check.public_id])
    with time_machine.travel(at, tick=False):
        assert "from=check" not in client.get(f"{own}?done").content.decode()
        assert 'value="The rota"' not in client.get(f"{new}?from=check").content.decode()
    for fix, field in (("The rota", 'value="The rota"'), ("Month-end. " * 40, "<textarea")):
        with enter(meridian):
            answer_check(check=check, displaced="M", hours=None, can_keep=None, to_fix=fix.strip(), at=at)
        with time_machine.travel(at, tick=False):
            assert f"{new}?from=check" in client.get(f"{own}?done").content.decode()
            page = client.get(f"{new}?from=check").content.decode()
            assert field in page
            assert fix.strip() in page
            assert f'value="{running.program.public_id}" selected' in page
            assert fix.strip() not in client.get(new).content.decode()
    # Nobody else's.
    with enter(meridian):
        other = make_program(meridian, name="notices")
        Champion.objects.create(program=other, person=meridian.executive.person, named_at=at)
    with time_machine.travel(at, tick=False):
        assert "Month-end" not in client_as(meridian.executive).get(f"{new}?from=check").content.decode()


# --- warning before week three ---------------------------------------------------------------------------------------


def test_two_low_answers_warn_lead_and_sponsor_at_once_and_before_week_three(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        record_sponsorship(
            program=running.program,
            sponsor=meridian.executive.person,
            budget_line="4711",
            by=None,
            at=running.at(STARTS_ON),
        )
        say(running, THURSDAY, 2, hours="1")
        assert wanted(running) == set()
        say(running, THURSDAY + timedelta(weeks=1), 1, hours="1")
        assert wanted(running) == {Kind.CHAMPION_TIME}
        row = Attention.objects.get()
        assert (row.person, row.since, row.detail) == (meridian.champion.person, THURSDAY + timedelta(weeks=1), {})
        assert row.since < STARTS_ON + timedelta(weeks=2)
        assert Message.objects.get(kind=WARNING).person == meridian.executive.person
        look_at_champions(program=running.program, at=running.at(FRIDAY_OF_WEEK_2))
        assert Message.objects.filter(kind=WARNING).count() == 1
        # It gets better, and the reason ends by itself.
        say(running, THURSDAY + timedelta(weeks=1), 4)
        assert wanted(running) == set()


def test_silence_and_follow_ups_that_slip_warn_on_the_friday_of_week_two(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        ask(running, THURSDAY)
        look_at_champions(program=running.program, at=running.at(FRIDAY_OF_WEEK_2))
        assert wanted(running) == {Kind.CHAMPION_TIME}
        session(running, STARTS_ON, SessionKind.ONE_TO_ONE, who=2)
        look_at_champions(program=running.program, at=running.at(FRIDAY_OF_WEEK_2))
        # No silence any more; but both follow-ups were due on Monday.
        assert FollowUp.objects.count() == 2
        assert {Sign.SLIPPING} == champion_looks(running.program, at=running.at(FRIDAY_OF_WEEK_2))[0].signs
        assert wanted(running) == {Kind.CHAMPION_TIME, Kind.FOLLOW_UP_DUE} - {Kind.FOLLOW_UP_DUE}


def test_whoever_was_seen_to_is_let_be(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        ask(running, THURSDAY)
        at = running.at(FRIDAY_OF_WEEK_2)
        look_at_champions(program=running.program, at=at)
        programs.handle_attention(attention=Attention.objects.get(), by=meridian.lead.person, at=at)
        look_at_champions(program=running.program, at=at + timedelta(days=7))
        assert Kind.CHAMPION_TIME not in wanted(running)


def test_who_began_and_is_silent_in_week_three_has_stopped_and_a_silent_week_four_confirms_it(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        session(running, STARTS_ON + timedelta(days=1))
        after_3, after_4 = (running.at(STARTS_ON + timedelta(weeks=number, days=4)) for number in (3, 4))
        assert champion_looks(running.program, at=after_3)[0].stopped is DropOff.DROPPED
        assert champion_looks(running.program, at=after_4)[0].stopped is DropOff.CONFIRMED
        look_at_champions(program=running.program, at=after_4)
        assert Kind.CHAMPION_STOPPED in wanted(running)
        assert times_of(running.program, on=after_4.date()).stopped == 1
        session(running, STARTS_ON + timedelta(weeks=4, days=1))
        look_at_champions(program=running.program, at=running.at(STARTS_ON + timedelta(weeks=5)))
        assert Kind.CHAMPION_STOPPED not in wanted(running)


def test_who_is_on_leave_in_week_three_has_not_stopped(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        session(running, STARTS_ON + timedelta(days=1))
        week_3 = STARTS_ON + timedelta(weeks=2)
        Leave.objects.create(
            person=meridian.champion.person,
            starts_on=week_3,
            ends_on=week_3 + timedelta(days=4),
            created_at=running.at(STARTS_ON),
        )
        looks = champion_looks(running.program, at=running.at(STARTS_ON + timedelta(weeks=3, days=4)))
        assert looks[0].stopped is DropOff.NONE


@pytest.mark.parametrize("count", [1, 3])
def test_looking_costs_the_same_however_many_champions_there_are(
    meridian: World, running: Running, enter: Enter, django_assert_num_queries: Any, count: int
) -> None:
    with enter(meridian):
        for _ in range(count - 1):
            Champion.objects.create(
                program=running.program, person=PersonFactory.create(), named_at=running.at(STARTS_ON)
            )
        ask_time(program=running.program, due_on=THURSDAY, version=1, at=running.at(THURSDAY))
        with django_assert_num_queries(7):
            assert len(champion_looks(running.program, at=running.at(FRIDAY_OF_WEEK_2))) == count


# --- a successor -----------------------------------------------------------------------------------------------------


def test_a_pod_is_handed_over_with_all_that_happened_in_it(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        session(running, STARTS_ON + timedelta(days=1), SessionKind.ONE_TO_ONE)
        before = running.pod.champion
        at = running.at(STARTS_ON + timedelta(weeks=4))
        hand_over(pod=running.pod, successor=running.members[1], by=meridian.lead.person, at=at)
        running.pod.refresh_from_db()
        assert running.pod.champion.person == running.members[1]
        assert FollowUp.objects.for_champion(running.members[1]).count() == 1
        assert not Seat.objects.current().filter(person=running.members[1]).exists()
        assert running.members[1].assignments.get().to_on is None
        before.refresh_from_db()
        assert before.stepped_down_at == at
        assert [(row.before, row.after.person) for row in Handover.objects.all()] == [(before, running.members[1])]


def test_not_everybody_can_take_a_pod_over(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        at = running.at(STARTS_ON + timedelta(weeks=4))
        for person, code in (
            (running.compared[0], "in_comparison"),
            (meridian.champion.person, "leads_already"),
            (meridian.gone, "has_left"),
        ):
            with pytest.raises(programs.Refused, match=code):
                hand_over(pod=running.pod, successor=person, by=None, at=at)


def test_a_lead_hands_a_pod_over_on_its_page(
    meridian: World, harbour: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    address = reverse("pod-hand-over", args=["meridian", running.pod.public_id])
    with time_machine.travel(running.at(STARTS_ON + timedelta(weeks=4)), tick=False):
        lead = client_as(meridian.lead)
        assert lead.get(address).status_code == HTTPStatus.OK
        refused = lead.post(address, {"who": "Nobody Here"})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Nobody Here" in refused.content.decode()
        assert lead.post(address, {"who": running.members[2].mail}).status_code == HTTPStatus.FOUND
        for other in (meridian.champion, meridian.executive):
            assert client_as(other).get(address).status_code == HTTPStatus.FORBIDDEN
        assert client_as(harbour.lead).get(address).status_code == HTTPStatus.NOT_FOUND
    with enter(meridian):
        running.pod.refresh_from_db()
        assert running.pod.champion.person == running.members[2]


def test_the_database_keeps_a_check_once_and_its_answers_as_they_were(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        say(running, THURSDAY, 4)
        check = TimeCheck.objects.get()
        for wrong, name in (
            ({"version": 1}, "time_answer_version"),
            ({"version": 2, "hours": 61}, "time_answer_hours"),
            ({"version": 2, "can_keep": 6}, "time_answer_can_keep"),
        ):
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                TimeAnswer.objects.create(check_asked=check, recorded_at=check.asked_at, **wrong)
        with pytest.raises(IntegrityError, match="time_check_once"), transaction.atomic():
            TimeCheck.objects.create(
                champion=check.champion, due_on=THURSDAY, instrument_version=1, asked_at=check.asked_at
            )


def test_the_calendar_carries_both(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        programs.calendar.promise(running.program, plan_active(STARTS_ON, 10))
        assert Step.objects.filter(task=ASK_CHAMPIONS).count() == 9
        assert Step.objects.filter(task=LOOK_AT_CHAMPIONS).count() == 9


# --- after the phase -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "words"), [("1.5", "short"), ("2", "kept"), ("5", "more than four hours")])
def test_after_the_phase_two_to_four_hours_are_kept_whatever_the_contract_says(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs, hours: str, words: str
) -> None:
    day = STARTS_ON + timedelta(days=94)
    with enter(meridian):
        Program.objects.filter(pk=running.program.pk).update(ended_at=running.at(day - timedelta(days=20)))
        say(running, day, 4, hours=hours)
        [row] = times_of(running.program, on=day).rows
        assert (row.cells[-1].week, row.cells[-1].words) == (14, words)
    with time_machine.travel(running.at(day), tick=False):
        page = client_as(meridian.lead).get(reverse("champions", args=["meridian", running.program.slug]))
    assert "asked every four weeks until 28 November 2026" in page.content.decode()


def test_after_the_phase_nobody_is_warned_of(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        day = STARTS_ON + timedelta(days=94)
        Program.objects.filter(pk=running.program.pk).update(ended_at=running.at(day - timedelta(days=20)))
        say(running, day, 1)
        say(running, day + timedelta(weeks=4), 1)
        assert wanted(running) == set()
