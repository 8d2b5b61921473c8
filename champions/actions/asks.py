"""Asking leadership for something, answering it, and writing down what leaders do."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from adoption.outbox.actions.messages import say
from adoption.programs.actions import Refused
from adoption.programs.models import Program
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import WORK_STARTS, instant, local_date
from champions import rules
from champions.actions.leaders import let_be_once_seen
from champions.actions.prompts import only_champions
from champions.models import LeaderDeed, Need
from champions.rules import AskAnswer, LeaderAct

OVERDUE = "champions.ask_overdue"  # the agenda's task
ASKED = "asked"  # the outbox's kinds
ASK_OVERDUE = "ask_overdue"
ASK_ANSWERED = "ask_answered"


@transaction.atomic
def ask_for(*, wanted: str, why: str, program: Program | None, owner: Person, by: Person, at: datetime) -> Need:
    """A champion asks leadership for something. Whoever owns it is told at once, and again when 14 days have passed."""
    only_champions(by)
    if owner.pk == by.pk:
        raise Refused("own_ask")
    zone = by.organization.zone
    today = local_date(at, zone)
    need: Need = Need.objects.create(
        program=program,
        asked_by=by,
        owner=owner,
        wanted=wanted,
        why=why,
        asked_on=today,
        due_on=today + rules.ANSWERED_WITHIN,
        asked_at=at,
    )
    say(kind=ASKED, person=owner, subject_key=f"ask:{need.pk}", row_id=need.pk, at=at)
    agenda.schedule(task=OVERDUE, row_id=need.pk, due_at=instant(need.due_on + timedelta(days=1), WORK_STARTS, zone))
    audit.record("ask.raised", by=by, at=at, subject=need)
    return need


@transaction.atomic
def answer_ask(*, need: Need, answer: AskAnswer, words: str, by: Person, at: datetime) -> Need:
    """Say what was done, or why not. It reaches the champion; done within 14 days it is a deed to be confirmed by them.

    Raises Refused for one's own ask, one that was withdrawn, and one that has its answer.
    """
    row: Need = Need.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=need.pk)
    if row.withdrawn_at:
        raise Refused("ask_withdrawn")
    if row.answered_at:
        raise Refused("ask_answered")
    if row.asked_by_id == by.pk:
        raise Refused("own_ask")
    today = local_date(at, by.organization.zone)
    row.answer, row.answer_words, row.answered_by = answer, words, by
    row.answered_on, row.answered_at = today, at
    row.save()
    if row.was_acted_on:
        LeaderDeed.objects.create(
            leader=by, act=LeaderAct.ACTED_ON_FEEDBACK, done_on=today, need=row, noted_by=by, noted_at=at
        )
    if row.asked_by:
        say(kind=ASK_ANSWERED, person=row.asked_by, subject_key=f"ask:{row.pk}", row_id=row.pk, at=at)
    audit.record("ask.answered", by=by, at=at, subject=row, answer=answer)
    return row


@transaction.atomic
def withdraw_ask(*, need: Need, by: Person, at: datetime) -> None:
    """It is not needed any more. Raises Refused for anybody but who asked, and once it is answered. Twice is once."""
    row = Need.objects.select_for_update().get(pk=need.pk)
    if row.asked_by_id != by.pk:
        raise Refused("not_your_ask")
    if row.answered_at:
        raise Refused("ask_answered")
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save()
        audit.record("ask.withdrawn", by=by, at=at, subject=row)


def remind_of_ask(*, need: Need, at: datetime) -> None:
    """The 14 days are over: tell whoever owns it, once."""
    if need.owner and need.answered_at is None and need.withdrawn_at is None:
        say(kind=ASK_OVERDUE, person=need.owner, subject_key=f"ask:{need.pk}", row_id=need.pk, at=at)


@transaction.atomic
def note_deed(*, leader: Person, act: LeaderAct, done_on: date, note: str, by: Person, at: datetime) -> LeaderDeed:
    """Write down what a leader did. It counts once somebody else has confirmed it; a video counts nothing even then.

    Raises Refused for a day that is still to come.
    """
    if done_on > local_date(at, by.organization.zone):
        raise Refused("not_yet")
    deed: LeaderDeed = LeaderDeed.objects.create(
        leader=leader, act=act, done_on=done_on, note=note, noted_by=by, noted_at=at
    )
    audit.record("deed.noted", by=by, at=at, subject=leader, act=act)
    return deed


@transaction.atomic
def confirm_deed(*, deed: LeaderDeed, by: Person, at: datetime) -> None:
    """Somebody else saw it happen. Raises Refused for the leader themself and for who wrote it down. Twice is once."""
    row = LeaderDeed.objects.select_for_update(of=("self",)).select_related("leader__organization").get(pk=deed.pk)
    if by.pk in {row.leader_id, row.noted_by_id}:
        raise Refused("not_by_oneself")
    if row.confirmed_at is None:
        row.confirmed_by, row.confirmed_at = by, at
        row.save()
        let_be_once_seen(leader=row.leader, at=at)
        audit.record("deed.confirmed", by=by, at=at, subject=row.leader, act=row.act)


@transaction.atomic
def withdraw_deed(*, deed: LeaderDeed, by: Person, at: datetime) -> None:
    """It was written down wrongly. Raises Refused for anybody but who wrote it, and once it is confirmed."""
    row = LeaderDeed.objects.select_for_update(of=("self",)).select_related("leader").get(pk=deed.pk)
    if row.noted_by_id != by.pk:
        raise Refused("not_your_note")
    if row.confirmed_at or row.need_id:
        raise Refused("deed_stands")
    audit.record("deed.withdrawn", by=by, at=at, subject=row.leader, act=row.act)
    row.delete()
