"""Champion and manager agree what comes off the plate; without it a champion is not ready, and the launch says so."""

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
from adoption.programs.actions import Refused
from adoption.programs.models import Program
from adoption.programs.queries import look_at
from adoption.tenancy.models import Person
from adoption.tenancy.rules import ERASERS, EXPORTERS
from champions.actions import name_champion
from champions.actions.agreements import (
    AGREEMENT,
    AGREEMENT_LINK,
    RENEWAL,
    agree,
    ask_for_agreement,
    ask_to_renew,
    record_sponsorship,
    waive_agreement,
    withdraw_waiver,
)
from champions.models import Agreement, Champion, Sponsorship, Waiver
from champions.queries.agreements import agreed_of, champions_have_time
from champions.queries.time import times_of
from champions.rules.agreements import Side, is_outside, owed, plain, share
from tests.agreeing import WORK, agree_on_time, propose
from tests.factories import AT, PersonFactory, World
from tests.journeys.visitor import Visitor
from tests.practice import STARTS_ON, make_program
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def champion(meridian: World, enter: Enter) -> Champion:
    with enter(meridian):
        program = make_program(meridian, name="reports", at=AT)
        named = name_champion(program=program, person=meridian.champion.person, by=None, at=AT)
        found: Champion = Champion.objects.select_related("program", "organization", "person__manager").get(pk=named.pk)
        return found


def link_of(champion: Champion, person: Person) -> str:
    return mint(
        purpose=AGREEMENT_LINK,
        row_id=champion.pk,
        person=person,
        address=str(person.mail),
        expires_at=AT + timedelta(days=90),
        at=AT,
    )


# --- the rules -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "contracted", "outside"),
    [("4", "40", False), ("6", "40", False), ("3.99", "40", True), ("6.01", "40", True), ("5.4", "36", False)],
)
def test_ten_to_fifteen_percent_ends_included(hours: str, contracted: str, outside: bool) -> None:
    assert is_outside(Decimal(hours), Decimal(contracted)) is outside


def test_what_is_owed_lies_inside_in_quarters_of_an_hour() -> None:
    assert owed(Decimal("37.5")) == (Decimal("3.75"), Decimal("5.5"))
    assert owed(Decimal(24)) == (Decimal("2.50"), Decimal("3.50"))
    assert share(Decimal("3.75"), Decimal("37.5")) == 10


# --- proposing and agreeing ------------------------------------------------------------------------------------------


def test_it_stands_once_both_have_agreed(meridian: World, champion: Champion, enter: Enter) -> None:
    with enter(meridian):
        row = propose(champion, at=AT)
        assert not champions_have_time(program=champion.program, at=AT)
        told = Message.objects.get(kind=AGREEMENT, person=meridian.manager)
        assert told.context == {"what": "proposed"}
        agree(agreement=row, side=Side.MANAGER, by=meridian.manager, at=AT)
        agree(agreement=row, side=Side.MANAGER, by=meridian.manager, at=AT + timedelta(hours=1))
        row.refresh_from_db()
        assert (row.champion_agreed_at, row.manager_agreed_at, row.manager) == (AT, AT, meridian.manager)
        assert champions_have_time(program=champion.program, at=AT)


def test_a_change_is_a_new_version_and_the_old_one_stands_until_it_is_agreed(
    meridian: World, champion: Champion, enter: Enter
) -> None:
    with enter(meridian):
        first = agree_on_time(champion, at=AT)
        second = propose(champion, at=AT, side=Side.MANAGER, hours="5")
        assert propose(champion, at=AT, side=Side.MANAGER, hours="5") == second
        state = agreed_of([champion], on=AT.date())[champion.pk]
        assert (state.stands, state.proposed, state.waits_for) == (first, second, champion.person)
        agree(agreement=second, side=Side.CHAMPION, by=champion.person, at=AT)
        assert agreed_of([champion], on=AT.date())[champion.pk].stands == second
        with pytest.raises(Refused, match="changed_meanwhile"):
            agree(agreement=first, side=Side.MANAGER, by=meridian.manager, at=AT)
        assert [row.version for row in Agreement.objects.order_by("version")] == [1, 2]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"hours": "3"}, "outside"),
        ({"to_on": STARTS_ON - timedelta(days=1)}, "turned_round"),
        ({"from_on": date(2026, 1, 1), "to_on": date(2026, 2, 1)}, "span"),
        ({"to_on": STARTS_ON + timedelta(days=400)}, "span"),
    ],
)
def test_what_is_no_agreement_is_refused(
    meridian: World, champion: Champion, enter: Enter, terms: dict[str, Any], code: str
) -> None:
    with enter(meridian), pytest.raises(Refused, match=code):
        propose(champion, at=AT, **terms)


def test_less_or_more_needs_a_reason_and_then_it_stands(meridian: World, champion: Champion, enter: Enter) -> None:
    with enter(meridian):
        row = propose(champion, at=AT, hours="2", because="Half of the pod does it.")
        assert row.outside_because == "Half of the pod does it."


def test_without_a_manager_there_is_nobody_to_agree(meridian: World, champion: Champion, enter: Enter) -> None:
    with enter(meridian):
        Person.objects.filter(pk=champion.person_id).update(manager=None)
        with pytest.raises(Refused, match="no_manager"):
            ask_for_agreement(champion=champion, by=meridian.lead.person, at=AT)


def test_an_agreement_that_ends_is_renewed(meridian: World, champion: Champion, enter: Enter) -> None:
    with enter(meridian):
        row = agree_on_time(champion, at=AT)
        ask_to_renew(agreement=row, at=AT)
        assert Message.objects.filter(kind=RENEWAL).count() == 1
        later = propose(champion, at=AT, from_on=row.to_on, to_on=row.to_on + timedelta(weeks=8))
        agree(agreement=later, side=Side.MANAGER, by=meridian.manager, at=AT)
        ask_to_renew(agreement=row, at=AT + timedelta(days=1))
        assert Message.objects.filter(kind=RENEWAL).count() == 1
        assert agreed_of([champion], on=row.to_on + timedelta(days=3))[champion.pk].stands == later


# --- readiness -------------------------------------------------------------------------------------------------------


def test_a_champion_without_agreement_is_not_ready_unless_it_is_written_down_why(
    meridian: World, champion: Champion, enter: Enter
) -> None:
    with enter(meridian):
        program: Program = Program.objects.select_related("workflow", "organization").get(pk=champion.program_id)
        assert "agreements" in look_at(program, at=AT).missing
        waive_agreement(champion=champion, reason="The manager is away.", by=meridian.lead.person, at=AT)
        assert champions_have_time(program=program, at=AT)
        withdraw_waiver(champion=champion, by=meridian.lead.person, at=AT)
        assert not champions_have_time(program=program, at=AT)
        # One that ends before the programme begins is none.
        row = propose(champion, at=AT, from_on=AT.date(), to_on=STARTS_ON - timedelta(days=1))
        agree(agreement=row, side=Side.MANAGER, by=meridian.manager, at=AT)
        assert not champions_have_time(program=program, at=AT)
        # One for less than four weeks of it is not enough, and is said to be short.
        for days, is_enough in ((0, False), (26, False), (27, True)):
            row = propose(champion, at=AT, from_on=STARTS_ON, to_on=STARTS_ON + timedelta(days=days))
            agree(agreement=row, side=Side.MANAGER, by=meridian.manager, at=AT)
            assert champions_have_time(program=program, at=AT) is is_enough
            state = agreed_of([champion], on=AT.date())[champion.pk]
            assert (state.is_ready, state.is_short) == (is_enough, not is_enough)
        # Once it runs, what was agreed to the end of its days stood.
        assert not agreed_of([champion], on=STARTS_ON + timedelta(days=1))[champion.pk].is_short


def test_a_lead_asks_waives_with_a_reason_and_takes_it_back(
    meridian: World, champion: Champion, enter: Enter, client_as: ClientAs
) -> None:
    lead = client_as(meridian.lead)

    def at(name: str) -> str:
        return reverse(name, args=["meridian", champion.program.slug, champion.public_id])

    page = reverse("champions", args=["meridian", champion.program.slug])
    assert "not ready" in lead.get(page).content.decode()
    lead.post(at("agreement-ask"))
    refused = lead.post(at("agreement-waive"), {"reason": ""})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    lead.post(at("agreement-waive"), {"reason": "Greta is away."})
    assert "Greta is away." in lead.get(page).content.decode()
    lead.post(at("agreement-unwaive"))
    with enter(meridian):
        assert Message.objects.filter(kind=AGREEMENT, person=champion.person).count() == 1
        assert not Waiver.objects.exists()


def test_the_sponsor_and_the_budget_line_are_written_down(
    meridian: World, champion: Champion, enter: Enter, client_as: ClientAs
) -> None:
    lead = client_as(meridian.lead)
    address = reverse("sponsorship", args=["meridian", champion.program.slug])
    refused = lead.post(address, {"who": "Nobody Here", "budget_line": "4711"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "4711" in refused.content.decode()
    assert lead.post(address, {"who": meridian.executive.person.mail, "budget_line": "4711"}).status_code == 302
    with enter(meridian):
        assert Sponsorship.objects.get().sponsor == meridian.executive.person


@pytest.mark.parametrize("count", [1, 3])
def test_the_champions_page_costs_the_same_however_many_there_are(
    meridian: World, champion: Champion, enter: Enter, django_assert_num_queries: Any, count: int
) -> None:
    with enter(meridian):
        for _ in range(count - 1):
            person = PersonFactory.create(manager=meridian.manager)
            agree_on_time(name_champion(program=champion.program, person=person, by=None, at=AT), at=AT)
        with django_assert_num_queries(6):
            times = times_of(champion.program, on=AT.date())
    assert (len(times.rows), times.waiting) == (count, 1)


# --- by link ---------------------------------------------------------------------------------------------------------


def test_both_agree_by_mail_without_an_account(meridian: World, champion: Champion, enter: Enter) -> None:
    with enter(meridian):
        mine, theirs = link_of(champion, champion.person), link_of(champion, meridian.manager)
    with time_machine.travel(AT, tick=False):
        window = Visitor().open(mine)
        said = {"work": WORK, "hours": "3", "contracted": "40"}
        window.press("Propose this", status=HTTPStatus.UNPROCESSABLE_ENTITY, **said)
        assert "That is 8 % of the contracted hours; 10 to 15 % would be 4 to 6 hours." in window.text
        window.press("Propose this", hours="4,5")
        assert "It stands as soon as" in window.text
        manager = Visitor().open(theirs)
        assert "What comes off the plate of" in manager.heading
        manager.press("Agree")
        assert "Agreed by both" in manager.text
    with enter(meridian):
        assert Agreement.objects.get().hours == Decimal("4.5")
        assert champions_have_time(program=champion.program, at=AT)


def test_nobody_agrees_to_what_they_have_not_read(meridian: World, champion: Champion, enter: Enter) -> None:
    with enter(meridian):
        propose(champion, at=AT)
        theirs = link_of(champion, meridian.manager)
    with time_machine.travel(AT, tick=False):
        manager = Visitor().open(theirs)
        with enter(meridian):
            propose(champion, at=AT, hours="6")
        manager.press("Agree")
        assert "Something else was proposed meanwhile" in manager.text
    with enter(meridian):
        assert not any(row.is_agreed for row in Agreement.objects.all())


def test_only_the_two_find_the_agreement(
    meridian: World, harbour: World, champion: Champion, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        old = link_of(champion, meridian.manager)
        person = name_champion(program=champion.program, person=meridian.member.person, by=None, at=AT).person
    address = reverse("own-agreement", args=["meridian", champion.public_id])
    assert client_as(meridian.champion).get(address).status_code == HTTPStatus.OK
    for other in (meridian.lead, meridian.executive, meridian.admin, meridian.member, harbour.champion):
        assert client_as(other).get(address).status_code == HTTPStatus.NOT_FOUND, other
    assert person == meridian.member.person
    with enter(meridian):
        Person.objects.filter(pk=champion.person_id).update(manager=meridian.lead.person)
    with time_machine.travel(AT, tick=False):
        Visitor().open(old, status=HTTPStatus.NOT_FOUND)
    assert client_as(meridian.lead).get(address).status_code == HTTPStatus.OK


# --- what is held ----------------------------------------------------------------------------------------------------


def test_an_erased_manager_is_named_nowhere_and_the_agreement_stays(
    meridian: World, champion: Champion, enter: Enter
) -> None:
    with enter(meridian):
        agree_on_time(champion, at=AT)
        record_sponsorship(program=champion.program, sponsor=meridian.manager, budget_line="4711", by=None, at=AT)
        held = EXPORTERS["time"].load()(person=meridian.manager)
        assert held["agreements_on_time"][0]["work"] == WORK
        ERASERS["time"].load()(person=meridian.manager, at=AT)
        assert Agreement.objects.get().manager is None
        assert Sponsorship.objects.get().sponsor is None
        assert EXPORTERS["time"].load()(person=meridian.manager)["agreements_on_time"] == []


def test_the_database_refuses_what_is_no_agreement(meridian: World, champion: Champion, enter: Enter) -> None:
    with enter(meridian):
        row = agree_on_time(champion, at=AT)
        for wrong, name in (
            ({"version": 1}, "agreement_version"),
            ({"version": 2, "work": ""}, "agreement_work"),
            ({"version": 2, "hours": 0}, "agreement_hours"),
            ({"version": 2, "to_on": row.from_on - timedelta(days=1)}, "agreement_in_order"),
            ({"version": 2, "proposed_by_side": "nobody"}, "agreement_side"),
            ({"version": 2, "champion_agreed_at": None}, "agreement_proposer_agrees"),
        ):
            fields = {
                "champion": champion,
                "work": WORK,
                "hours": 4,
                "contracted": 40,
                "from_on": row.from_on,
                "to_on": row.to_on,
                "proposed_by_side": Side.CHAMPION,
                "proposed_at": AT,
                "champion_agreed_at": AT,
            } | wrong
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                Agreement.objects.create(**fields)


@pytest.mark.parametrize(("hours", "written"), [("40.0", "40"), ("4.50", "4.5"), ("100", "100"), ("0.25", "0.25")])
def test_hours_are_written_as_people_write_them(hours: str, written: str) -> None:
    assert plain(Decimal(hours)) == written
