"""Outputs and their ratings: registering, rounds, mails, versions, and what is kept, exported and erased."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from adoption.outbox.actions.carry import Post, carry_one, find_errands
from adoption.outbox.models import Envelope, Guest, Link, Message
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Agenda, AuditEvent
from surveys import actions
from surveys.actions import Refused
from surveys.models import Allotment, Output, OutputMark, Rater, Rating, RatingRound
from surveys.queries import (
    Named,
    candidates_to_rate,
    export_person,
    places_to_register,
    rating_wanted,
    registered_by,
    round_statuses,
    rounds_waiting,
    scores_of,
    to_rate,
)
from tests.factories import AT, World
from tests.running import Running, with_baseline
from tests.surveys.judging import CLIENTS, GOOD, give_out, launch, output, rate_all
from tests.worlds import Enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def before_launch(meridian: World, enter: Enter) -> Running:
    with enter(meridian):
        return with_baseline(meridian)


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    with enter(meridian):
        return launch(with_baseline(meridian), meridian)


def refusal(call: Any, **given: Any) -> str:
    with pytest.raises(Refused) as refused:
        call(**given)
    return refused.value.code


# --- registering -----------------------------------------------------------------------------------------------------


def test_an_output_holds_a_title_and_whether_ai_was_used_is_kept_apart(
    before_launch: Running, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        made = output(before_launch, before_launch.members[0], "Quarterly report", before=True)
        assert not {"arm", "used_ai", "wave"} & {field.name for field in Output._meta.get_fields()}
        assert OutputMark.objects.get(output=made).used_ai is False
        (one,) = registered_by(before_launch.members[0])
        assert (one.of_before, one.is_rated, one.is_own) == (True, False, True)
        assert AuditEvent.objects.get(verb="output.registered").detail == {}


def test_work_of_before_is_registered_before_the_launch_or_never(
    running: Running, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        of_before = running.program.starts_on - timedelta(days=1)
        given: dict[str, Any] = {
            "program": running.program,
            "person": running.members[0],
            "title": "Report",
            "found_at": "",
            "used_ai": False,
            "by": None,
            "at": AT,
        }
        assert refusal(actions.register_output, **given, produced_on=of_before) == "of_before"
        assert refusal(actions.register_output, **given, produced_on=AT.date() + timedelta(days=1)) == "to_come"
        stranger = given | {"person": meridian.lead.person}
        assert refusal(actions.register_output, **stranger, produced_on=AT.date()) == "not_collected"
        assert actions.register_output(**given, produced_on=running.program.starts_on).pk


def test_a_champion_registers_for_the_members_of_their_own_pod_and_for_nobody_else(
    running: Running, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        led = places_to_register(meridian.champion.person)
        assert {one.person for one in led} == set(running.members)
        assert [one.person for one in places_to_register(running.members[0])] == [running.members[0]]
        assert places_to_register(meridian.lead.person) == []


def test_what_nobody_rated_can_be_taken_back_and_what_somebody_rated_stays(
    running: Running, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        first = output(running, running.members[0], "First", before=False)
        second = output(running, running.members[1], "Second", before=False)
        round_ = give_out(running)
        one = Allotment.objects.filter(output=second).first()
        assert one
        actions.rate(allotment=one, given={"usable": "3"}, at=AT)
        assert refusal(actions.take_output_back, output=second, by=None, at=AT) == "rated"
        given_out = Allotment.objects.filter(output=first).first()
        assert given_out
        actions.take_output_back(output=first, by=first.person, at=AT)
        actions.take_output_back(output=first, by=first.person, at=AT)
        assert refusal(actions.rate, allotment=given_out, given=GOOD, at=AT) == "taken_back"
        assert {one.title for rater in Rater.objects.filter(round=round_) for one in to_rate(rater)} == {"Second"}
        assert AuditEvent.objects.filter(verb="output.taken_back").count() == 1


# --- rounds ----------------------------------------------------------------------------------------------------------


def test_held_back_work_of_before_is_mixed_with_later_work(
    before_launch: Running, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        for number, person in enumerate([*before_launch.members, *before_launch.compared]):
            output(before_launch, person, f"Before {number}", before=True)
        assert Counter(one.is_proposed for one in candidates_to_rate(before_launch.program)) == {True: 3, False: 3}
        running = launch(before_launch, meridian)
        output(running, running.members[0], "Later", before=False)
        found = candidates_to_rate(running.program)
        assert all(one.is_proposed for one in found)
        assert Counter(one.of_before for one in found) == {True: 6, False: 1}


def test_a_round_is_one_at_a_time_and_says_why_it_cannot_be_opened(
    running: Running, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        one = output(running, running.members[0], "Report", before=False)
        given: dict[str, Any] = {"program": running.program, "outputs": [one], "by": meridian.lead.person, "at": AT}
        assert refusal(actions.open_round, **given, raters=[]) == "nothing_to_rate"
        assert refusal(actions.open_round, **{**given, "outputs": []}, raters=CLIENTS) == "nothing_to_rate"
        assert refusal(actions.open_round, **given, raters=CLIENTS[:1]) == "allot_second"
        knows = [Named(person=meridian.lead.person), *CLIENTS]
        assert refusal(actions.open_round, **given, raters=knows) == "knows"
        assert RatingRound.objects.count() == 0
        round_ = actions.open_round(**given, raters=[Named(person=running.members[0]), *CLIENTS])
        # Nobody rates what is theirs, and somebody named twice is one.
        assert {rater.guest for rater in Rater.objects.filter(allotments__output=one)} == set(Guest.objects.all())
        output(running, running.members[1], "Another", before=False)
        assert refusal(actions.open_round, **given, raters=CLIENTS) == "round_open"
        actions.close_round(round_=round_, by=None, at=AT + timedelta(hours=1))
        assert refusal(actions.close_round, round_=round_, by=None, at=AT + timedelta(hours=2)) == "round_closed"


def test_guests_and_members_are_mailed_a_link_and_reminded_twice_at_most(
    running: Running, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        for number in range(4):
            output(running, running.members[number % 3], f"Report {number}", before=False)
        round_ = give_out(running, raters=[Named(person=meridian.owner.person), CLIENTS[0]])
        assert set(Message.objects.filter(kind__startswith="rating").values_list("kind", "message_class")) == {
            ("rating", "nudge"),
            ("rating_guest", "transactional"),
        }
        when = Agenda.objects.get(task=actions.ATTEND).due_at
        days = []
        while when is not None and when < round_.closes_at + timedelta(days=40):
            days.append((when - AT).days)
            when = actions.attend_round(round_=round_, at=when)  # type: ignore[assignment]
        assert days == [5, 12, 21, 51]
        kinds = Counter(Message.objects.values_list("kind", flat=True))
        assert (kinds["rating_reminder"], kinds["rating_guest_reminder"]) == (2, 0)
        # The guest was forgotten thirty days after the end, with the messages; what they said would have stayed.
        assert Guest.objects.count() == 0
        assert Rater.objects.filter(round=round_, guest=None, person=None).count() == 1


def test_a_guest_gets_one_mail_with_a_link_of_their_own(
    running: Running, meridian: World, enter: Enter, mailoutbox: list[Any]
) -> None:
    with enter(meridian):
        output(running, running.members[0], "Quarterly report", before=False)
        give_out(running)
        errands = find_errands(at=AT)
    post = Post()
    for errand in errands:
        if errand.message_id:
            carry_one(errand, post=post, at=AT, organization_id=meridian.organization.pk)
    with enter(meridian):
        assert Envelope.objects.filter(guest__isnull=False, outcome="sent", alone=True).count() == 2
        assert Link.objects.filter(purpose="rating", person=None).count() == 2
        message = Message.objects.filter(kind="rating_guest").first()
        assert message
        assert rating_wanted(message=message, at=AT)
        rater = Rater.objects.get(pk=message.row_id)
        actions.decline_rating(rater=rater, at=AT)
        assert not rating_wanted(message=message, at=AT)


def test_whoever_has_rated_everything_or_would_rather_not_is_not_reminded(
    running: Running, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        output(running, running.members[0], "Report", before=False)
        round_ = give_out(running)
        first, second = Rater.objects.filter(round=round_).order_by("pk")
        (one,) = to_rate(first)
        actions.rate(allotment=one.allotment, given=GOOD, at=AT)
        actions.decline_rating(rater=second, at=AT)
        messages = {row.row_id: row for row in Message.objects.filter(kind="rating_guest")}
        assert not any(rating_wanted(message=row, at=AT) for row in messages.values())
        actions.attend_round(round_=round_, at=AT + timedelta(days=5))
        assert set(Message.objects.filter(kind="rating_guest_reminder").values_list("row_id", flat=True)) == {first.pk}


# --- ratings ---------------------------------------------------------------------------------------------------------


def test_a_mend_is_a_new_version_and_the_same_again_is_none(running: Running, meridian: World, enter: Enter) -> None:
    with enter(meridian):
        output(running, running.members[0], "Report", before=False)
        round_ = give_out(running)
        one = Allotment.objects.filter(rater__round=round_).first()
        assert one
        assert actions.rate(allotment=one, given={}, at=AT) is None
        actions.rate(allotment=one, given={"usable": "3"}, at=AT)
        for _ in range(2):
            actions.rate(allotment=one, given=GOOD, at=AT + timedelta(minutes=1))
        assert list(Rating.objects.order_by("version").values_list("version", "usable", "mistakes")) == [
            (1, "3", ""),
            (2, "5", "0"),
        ]
        late = round_.closes_at
        assert refusal(actions.rate, allotment=one, given={"usable": "1"}, at=late) == "round_closed"
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.create(
                allotment=one, version=3, instrument_version=1, usable="6", valid_at=AT, recorded_at=AT
            )


def test_only_whole_scores_of_closed_rounds_count(running: Running, meridian: World, enter: Enter) -> None:
    with enter(meridian):
        first = output(running, running.members[0], "First", before=False)
        second = output(running, running.members[1], "Second", before=False)
        round_ = give_out(running)
        rate_all(round_, good={second.pk: GOOD | {"fits": "none"}})
        assert scores_of(running.program, at=AT) == []
        actions.close_round(round_=round_, by=None, at=AT + timedelta(hours=1))
        scores = scores_of(running.program, at=AT + timedelta(days=1))
        assert {(one.output_id, round(one.score, 2), one.of_before) for one in scores} == {(first.pk, 4.33, False)}
        (status,) = round_statuses(running.program, at=AT + timedelta(days=1))
        assert (status.is_open, status.outputs, status.twice, status.asked, status.rated) == (False, 2, 1, 3, 3)


def test_a_rater_of_the_directory_finds_the_round_at_home(running: Running, meridian: World, enter: Enter) -> None:
    with enter(meridian):
        output(running, running.members[0], "Report", before=False)
        give_out(running, raters=[Named(person=meridian.owner.person), CLIENTS[0]])
        (one,) = rounds_waiting(meridian.owner.person, at=AT)
        assert one.left == 1
        assert rounds_waiting(meridian.lead.person, at=AT) == []


# --- what is held, given out and erased ------------------------------------------------------------------------------


def test_somebody_reads_their_outputs_and_what_they_rated_and_never_what_was_said_of_theirs(
    running: Running, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        output(running, running.members[0], "Mine", before=False)
        round_ = give_out(running, raters=[Named(person=meridian.owner.person), CLIENTS[0]])
        rate_all(round_)
        mine = export_person(person=running.members[0])
        assert [(one["title"], one["used_ai"]) for one in mine["outputs"]] == [("Mine", True)]
        assert "usable" not in str(mine)
        theirs = export_person(person=meridian.owner.person)
        assert theirs["ratings"][0]["outputs"] == [{"title": "Mine", "answers": GOOD}]


def test_erasing_somebody_takes_their_outputs_with_all_that_was_said_of_them(
    running: Running, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        output(running, running.members[0], "Gone", before=False)
        stays = output(running, running.members[1], "Stays", before=False)
        round_ = give_out(running, raters=[Named(person=meridian.owner.person), CLIENTS[0]])
        rate_all(round_)
        erase_person(person=running.members[0], by=None, at=AT)
        assert list(Output.objects.values_list("title", flat=True)) == ["Stays"]
        assert set(Rating.objects.values_list("allotment__output", flat=True)) == {stays.pk}
        said = Rating.objects.count()
        erase_person(person=meridian.owner.person, by=None, at=AT)
        assert Rating.objects.count() == said
        assert Rater.objects.filter(person=None, guest=None).count() == 1


def test_nothing_crosses_to_another_company(running: Running, meridian: World, harbour: World, enter: Enter) -> None:
    with enter(meridian):
        output(running, running.members[0], "Ours", before=False)
        give_out(running)
    with enter(harbour):
        assert not any(model.objects.exists() for model in (Output, RatingRound, Rater, Allotment, Guest))
