"""Asking a wave and writing answers down."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from adoption.outbox.actions.links import mint
from adoption.outbox.models import Link, Message
from adoption.outbox.queries.links import LinkState, find_link
from adoption.programs.actions import assign
from adoption.programs.models import Program
from adoption.programs.rules import Arm
from adoption.tenancy.actions.people import record_departure
from adoption.tenancy.models import AuditEvent, Person
from adoption.tenancy.rules import local_date
from surveys import actions
from surveys.models import Answer, Ask, Finding, PulseReply, Question, Wave
from surveys.queries import results_of
from surveys.rules import ANSWERED_WITHIN, TEXTS_LAST, ItemKind, WaveKind
from tests.factories import PersonFactory, World
from tests.running import Running, draft, with_baseline
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


# --- the words that were asked ---------------------------------------------------------------------------------------


def test_later_surveys_ask_in_the_words_of_the_baseline(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        at = running.at(running.program.starts_on - timedelta(days=14))
        actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)
        Ask.objects.update(instrument_version=7)
        later = actions.open_wave(program=running.program, kind=WaveKind.POST, at=at + timedelta(days=70))
        assert set(Ask.objects.filter(wave=later).values_list("instrument_version", flat=True)) == {7}


def test_what_is_kept_on_the_way_counts_and_is_not_sent_off(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running, _, at = asked(meridian)
        ask = Ask.objects.get(person=running.members[0])
        actions.answer(ask=ask, given={"minutes": 45}, at=at, complete=False)
        ask.refresh_from_db()
        assert ask.completed_at is None
        assert Answer.objects.get(ask=ask).number == 45
        actions.answer(ask=ask, given={"minutes": 45}, at=at)
        assert Answer.objects.filter(ask=ask).count() == 1


# --- reminding, closing, opening once more ---------------------------------------------------------------------------


def test_nobody_is_reminded_more_than_twice_nor_twice_in_a_row(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running, wave, at = asked(meridian)
        lead = meridian.lead.person

        def remind(days: int, by: Person | None = lead) -> None:
            actions.remind_wave(program=running.program, kind=WaveKind.BASELINE, by=by, at=at + timedelta(days=days))

        remind(2)
        with pytest.raises(actions.Refused, match="reminded_lately"):
            remind(4)
        remind(5)
        with pytest.raises(actions.Refused, match=r"reminded$"):
            remind(9)
        # The calendar's own reminder is left out without a word.
        remind(9, by=None)
        wave.refresh_from_db()
        assert wave.reminders == 2
        with pytest.raises(actions.Refused, match="not_open"):
            remind(40)
        with pytest.raises(IntegrityError), transaction.atomic():
            Wave.objects.update(reminders=3)


def test_a_survey_closed_early_takes_nothing_and_opens_once_more_with_the_same_links(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        running, wave, at = asked(meridian)
        ask = Ask.objects.get(person=running.members[0])
        address = mint(
            purpose=actions.SURVEY,
            row_id=ask.pk,
            person=ask.person,
            address=ask.person.mail,
            expires_at=wave.closes_at,
            at=at,
        )
        by = meridian.lead.person
        actions.close_wave(wave=wave, reason="Everybody has answered", by=by, at=at + timedelta(days=2))
        with pytest.raises(actions.Refused, match="closed"):
            actions.close_wave(wave=wave, reason="Again", by=by, at=at + timedelta(days=3))
        with pytest.raises(actions.WaveClosed):
            actions.answer(ask=ask, given={"minutes": 45}, at=at + timedelta(days=3))
        later = at + timedelta(days=30)
        today = local_date(later, "Europe/London")
        for until in (today, today + timedelta(days=22)):
            with pytest.raises(actions.Refused, match="until"):
                actions.reopen_wave(wave=wave, until=until, reason="Mails were lost", by=by, at=later)
        actions.reopen_wave(wave=wave, until=today + timedelta(days=7), reason="Mails were lost", by=by, at=later)
        with pytest.raises(actions.Refused, match="open"):
            actions.reopen_wave(wave=wave, until=today + timedelta(days=7), reason="Again", by=by, at=later)
        actions.answer(ask=ask, given={"minutes": 45}, at=later)
        wave.refresh_from_db()
        assert (wave.closed_because, wave.reopened_because) == ("Everybody has answered", "Mails were lost")
        verbs = AuditEvent.objects.filter(subject=wave.public_id).order_by("id").values_list("verb", flat=True)
        assert list(verbs) == ["survey.opened", "survey.closed", "survey.reopened"]
    found = find_link(address.rstrip("/").rsplit("/", 1)[1], actions.SURVEY, at=later)
    assert found is not None
    assert found.state is LinkState.OPEN


def test_a_baseline_stays_closed_once_the_programme_is_launched(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        _, wave, at = asked(meridian)
        Program.objects.update(launched_at=at, fixed={})
        later = wave.closes_at
        with pytest.raises(actions.Refused, match="frozen"):
            actions.reopen_wave(wave=wave, until=later.date() + timedelta(days=3), reason="Late", by=None, at=later)


# --- a lead's own questions ------------------------------------------------------------------------------------------


def own(running: Running, words: str, kind: ItemKind = ItemKind.NUMBER, options: tuple[str, ...] = ()) -> Question:
    return actions.add_question(
        program=running.program,
        wave=WaveKind.BASELINE,
        kind=kind,
        words=words,
        options=options,
        language="en-gb",
        by=None,
        at=running.at(running.program.starts_on - timedelta(days=20)),
    )


def test_own_questions_are_added_ordered_and_taken_away_until_the_survey_opens(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = draft(meridian)
        first, second, third = (own(running, words) for words in ("One?", "Two?", "Three?"))
        at = running.at(running.program.starts_on - timedelta(days=19))
        actions.move_question(question=third, up=True, by=None, at=at)
        actions.move_question(question=first, up=True, by=None, at=at)
        actions.take_question_away(question=second, by=None, at=at)
        actions.take_question_away(question=second, by=None, at=at)
        assert [q.words for q in Question.objects.asked_in(running.program, WaveKind.BASELINE)] == ["One?", "Three?"]
        for number in range(3):
            own(running, f"More {number}?")
        with pytest.raises(actions.Refused, match="enough"):
            own(running, "Too many?")
        actions.take_question_away(question=third, by=None, at=at)
        for options in ((), ("Only one",), tuple("abcdefghi")):
            with pytest.raises(actions.Refused, match="options"):
                own(running, "Which?", ItemKind.CHOICE, options)
        actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)
        for change in (
            lambda: own(running, "Late?"),
            lambda: actions.move_question(question=first, up=False, by=None, at=at),
            lambda: actions.take_question_away(question=first, by=None, at=at),
        ):
            with pytest.raises(actions.Refused, match="asked"):
                change()


def test_the_gate_shows_what_two_arms_said_to_an_own_question_and_nobodys_answer(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = draft(meridian, members=12, compared=12)
        number = own(running, "How many meetings?")
        choice = own(running, "Where?", ItemKind.CHOICE, ("Desk", "Train", "Home"))
        text = own(running, "Anything else?", ItemKind.TEXT)
        at = running.at(running.program.starts_on - timedelta(days=14))
        wave = actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)
        keys = [f"own-{question.public_id.hex}" for question in (number, choice, text)]
        for place, person in enumerate(running.members):
            given = dict(zip(keys, (place, "123"[place % 3], f"نص {place} 👋"), strict=True))
            actions.answer(ask=Ask.objects.get(person=person), given=given, at=at)
        for person in running.compared:
            actions.answer(ask=Ask.objects.get(person=person), given={keys[1]: "1"}, at=at)
        assert actions.publish_wave(wave=wave, at=at) == wave.closes_at
        forgotten_at = wave.closes_at + TEXTS_LAST
        for _ in range(2):
            assert actions.publish_wave(wave=wave, at=wave.closes_at) == forgotten_at
        counted, chosen, written, _ = results_of(wave)
        assert [said.figure for _, said in counted.lines[0].said] == ["5.5", "not shown"]
        assert [[said.figure for _, said in line.said] for line in chosen.lines] == [
            ["4 of 12", "all but fewer than 3"],
            ["4 of 12", "fewer than 3"],
            ["4 of 12", "fewer than 3"],
        ]
        assert written.texts is not None
        assert len(written.texts) == 12
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            Finding.objects.update(item="x")
        # Ninety days later the words are gone, from the answers too; everything else stands as it was.
        assert actions.publish_wave(wave=wave, at=forgotten_at - timedelta(seconds=1)) == forgotten_at
        for _ in range(2):
            assert actions.publish_wave(wave=wave, at=forgotten_at) is None
        counted_then, _, written_then, _ = results_of(wave)
        assert counted_then == counted
        assert (written_then.words, written_then.texts, written_then.is_forgotten) == (written.words, None, True)
        assert not Answer.objects.exclude(text="").exists()
        assert Answer.objects.filter(item=keys[0]).count() == 12


def test_fewer_than_ten_texts_are_not_shown(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = draft(meridian, members=9)
        text = own(running, "Anything else?", ItemKind.TEXT)
        at = running.at(running.program.starts_on - timedelta(days=14))
        wave = actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)
        for person in running.members:
            actions.answer(ask=Ask.objects.get(person=person), given={f"own-{text.public_id.hex}": "Yes"}, at=at)
        actions.publish_wave(wave=wave, at=wave.closes_at)
        assert results_of(wave)[0].texts is None


# --- the anonymous part ----------------------------------------------------------------------------------------------

WELL = {"not_knowing": 4, "learning": 4, "held_against": 2, "questioning": 4, "asking": 4}


def test_a_reply_is_kept_without_person_time_or_order_and_once(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running, _, at = asked(meridian, members=8)
        columns = {field.name for field in PulseReply._meta.local_fields}
        assert columns == {"id", "organization", "wave", "arm", "cluster", "instrument_version", *WELL}
        for person in running.members:
            assert actions.take_pulse(ask=Ask.objects.get(person=person), given=WELL, at=at)
        assert not actions.take_pulse(ask=Ask.objects.get(person=running.members[0]), given=WELL, at=at)
        replies = list(PulseReply.objects.all())
        assert len(replies) == 8
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM surveys_pulsereply")
            # Written anew with each reply: no transaction tells one from another.
            assert cursor.fetchone() == (1,)
        with pytest.raises(IntegrityError), transaction.atomic():
            PulseReply.objects.update(asking=6)


def test_a_score_is_shown_from_ten_replies_out_of_two_pods_or_teams(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = draft(meridian, members=12, compared=6)
        at = running.at(running.program.starts_on - timedelta(days=20))
        more = [PersonFactory(department="Audit") for _ in range(6)]
        assign(program=running.program, arm=Arm.COMPARISON, cluster="Audit", people=more, by=None, at=at)
        wave = actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)
        for person in (*running.members, *running.compared, *more):
            actions.take_pulse(ask=Ask.objects.get(person=person), given=WELL, at=at)
        actions.erase_person(person=more[0], at=at)
        actions.publish_wave(wave=wave, at=wave.closes_at)
        Ask.objects.filter(person=more[1]).update(pulse_taken=False)
        with pytest.raises(actions.WaveClosed):
            actions.take_pulse(ask=Ask.objects.get(person=more[1]), given=WELL, at=at)
        (score,) = results_of(wave)
        assert [said.figure for _, said in score.lines[0].said] == ["not shown", "4.0"]
        assert score.alpha is None


def asked(world: World, **numbers: int) -> tuple[Running, Wave, datetime]:
    """A programme whose baseline survey is out, when it went out."""
    running = with_baseline(world, **numbers)
    at = running.at(running.program.starts_on - timedelta(days=14))
    return running, actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at), at
