"""Asking a wave and writing answers down."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from adoption.outbox.models import Link, Message
from adoption.tenancy.actions.people import record_departure
from surveys import actions
from surveys.models import Answer, Ask, Wave
from surveys.rules import ANSWERED_WITHIN, WaveKind
from tests.factories import World
from tests.running import with_baseline
from tests.worlds import Enter


def test_a_wave_asks_everybody_in_both_arms_once(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        at = running.at(running.program.starts_on - timedelta(days=14))
        for _ in range(2):
            actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)
        asked = set(Ask.objects.values_list("person", flat=True))
        assert asked == {person.pk for person in (*running.members, *running.compared)}
        assert Message.objects.filter(kind=actions.SURVEY).count() == len(asked)


def test_who_has_left_is_not_asked(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        day = running.program.starts_on - timedelta(days=14)
        record_departure(person=running.members[0], left_on=day, by=None, at=running.at(day))
        actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=running.at(day))
        assert not Ask.objects.filter(person=running.members[0]).exists()


def test_a_reminder_goes_to_those_who_have_not_answered(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        at = running.at(running.program.starts_on - timedelta(days=14))
        actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)
        answered = Ask.objects.get(person=running.members[0])
        actions.answer(ask=answered, given={"minutes": 45}, at=at)
        actions.remind_wave(program=running.program, kind=WaveKind.BASELINE, at=at + timedelta(days=4))
        reminded = set(Message.objects.filter(kind=actions.SURVEY_REMINDER).values_list("person", flat=True))
        assert reminded == {person.pk for person in (*running.members[1:], *running.compared)}


def test_a_mend_is_a_new_version_and_the_same_words_are_none(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        at = running.at(running.program.starts_on - timedelta(days=14))
        actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)
        ask = Ask.objects.get(person=running.members[0])
        actions.answer(ask=ask, given={"minutes": 45, "times": 0}, at=at)
        actions.answer(ask=ask, given={"minutes": 45, "times": 0}, at=at)
        actions.answer(ask=ask, given={"minutes": 40}, at=at)
        rows = list(Answer.objects.filter(ask=ask).order_by("item", "version").values_list("item", "version", "number"))
        assert rows == [("minutes", 1, 45), ("minutes", 2, 40), ("times", 1, 0), ("times", 2, None)]


def test_after_the_wave_has_closed_nothing_is_taken(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        at = running.at(running.program.starts_on - timedelta(days=14))
        actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)
        ask = Ask.objects.get(person=running.members[0])
        with pytest.raises(actions.WaveClosed):
            actions.answer(ask=ask, given={"minutes": 45}, at=at + ANSWERED_WITHIN)
        assert not Answer.objects.exists()


def test_answers_are_never_changed(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        at = running.at(running.program.starts_on - timedelta(days=14))
        wave = actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)
        ask = Ask.objects.get(person=running.members[0])
        actions.answer(ask=ask, given={"minutes": 45}, at=at)
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            Answer.objects.update(number=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            Wave.objects.create(program=running.program, kind=wave.kind, opened_at=at, closes_at=at + ANSWERED_WITHIN)
        with pytest.raises(IntegrityError), transaction.atomic():
            Ask.objects.create(wave=wave, person=running.members[0], asked_at=at)


def test_erasing_a_person_takes_asks_answers_and_links(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        at = running.at(running.program.starts_on - timedelta(days=14))
        actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)
        actions.answer(ask=Ask.objects.get(person=running.members[0]), given={"minutes": 45}, at=at)
        actions.erase_person(person=running.members[0], at=at)
        assert not Ask.objects.filter(person=running.members[0]).exists()
        assert not Answer.objects.exists()
        assert not Link.objects.filter(person=running.members[0], ended_at__isnull=True).exists()
