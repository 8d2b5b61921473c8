"""What champions ask for and what leaders do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from adoption.outbox.models import Message
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission, local_date
from champions import rules
from champions.models import LeaderDeed, LeaderDeedQuerySet, Need, NeedQuerySet, TimeAnswer
from champions.queries.kit import ANSWER_WORDS, DEED_WORDS, Standing, Words
from champions.rules import AskAnswer, LeaderAct
from champions.rules.leading import LEARNED, LOOKED_BACK, OWN_USE

MOST_ANSWERED = 30
MOST_DEEDS = 20
OWN_DEEDS = 5


@dataclass(frozen=True)
class AskRow:
    """An ask as somebody reads it. `days_over`: how long after its 14 days it still waits, or was answered."""

    need: Need
    answer: Words
    is_waiting: bool
    days_over: int
    may_answer: bool
    may_withdraw: bool

    @property
    def is_overdue(self) -> bool:
        return self.is_waiting and self.days_over > 0

    @property
    def was_late(self) -> bool:
        return not self.is_waiting and self.days_over > 0


@dataclass(frozen=True)
class DeedRow:
    """What a leader did, and whether this person may confirm it."""

    deed: LeaderDeed
    words: Words
    counts: bool
    may_confirm: bool
    may_withdraw: bool


@dataclass(frozen=True)
class Example:
    """One of the four kinds: whether it was seen, and whether the leader's own weeks show it without anybody's word."""

    words: Words
    is_seen: bool
    from_weeks: bool


@dataclass(frozen=True)
class Modelling:
    """A leader's own last 28 days, for their eyes alone: how many of the four, and which they are."""

    shown: int
    kinds: list[Example]

    @property
    def missing(self) -> list[Example]:
        """What nobody has seen for four weeks."""
        return [one for one in self.kinds if not one.is_seen]


@dataclass(frozen=True)
class Asks:
    """Everything asked for, what waits longest first, and leaders' deeds. `own` is there for leaders."""

    waiting: list[AskRow]
    answered: list[AskRow]
    deeds: list[DeedRow]
    own: Modelling | None


def asks_for(person: Person, standing: Standing, *, at: datetime) -> Asks:
    """What somebody reads of asks: champions and whoever leads all of them, anybody else those they own."""
    today = local_date(at, person.organization.zone)
    rows = visible(person, standing)
    return Asks(
        waiting=[ask_row(one, person, standing, today) for one in rows.waiting().longest_first()],
        answered=[
            ask_row(one, person, standing, today)
            for one in rows.filter(answered_at__isnull=False).newest_first()[:MOST_ANSWERED]
        ],
        deeds=[
            _deed_row(one, person, standing) for one in readable_deeds(person, standing).newest_first()[:MOST_DEEDS]
        ],
        own=modelling_of(person, on=today) if standing.leads_people else None,
    )


def said_in_check(person: Person) -> TimeAnswer | None:
    """What somebody last said leadership should fix, where that was their newest check of all. One query."""
    rows = TimeAnswer.objects.newest().filter(check_asked__champion__person=person)
    newest = rows.select_related("check_asked__champion__program").order_by("-recorded_at", "-pk").first()
    return newest if newest and newest.to_fix else None


def visible(person: Person, standing: Standing) -> NeedQuerySet:
    """The asks somebody may read."""
    rows: NeedQuerySet = Need.objects.standing().select_related("asked_by", "owner", "answered_by", "program")
    everything = standing.is_champion or standing.manages or standing.leads_people
    return rows if everything else rows.owned_by(person)


def readable_deeds(person: Person, standing: Standing) -> LeaderDeedQuerySet:
    """Leaders' deeds that somebody may read: champions and leads all, anybody else their own."""
    rows: LeaderDeedQuerySet = LeaderDeed.objects.select_related("leader", "noted_by", "confirmed_by", "need")
    return rows if standing.writes_tools else rows.filter(leader=person)


def ask_row(need: Need, person: Person, standing: Standing, on: date) -> AskRow:
    """One ask, as a person reads it on a day."""
    is_waiting = need.answered_on is None
    answers = need.owner_id == person.pk or standing.leads_people or standing.manages
    return AskRow(
        need=need,
        answer=ANSWER_WORDS[AskAnswer(need.answer)] if need.answer else "",
        is_waiting=is_waiting,
        days_over=max(0, ((need.answered_on or on) - need.due_on).days),
        may_answer=is_waiting and answers and need.asked_by_id != person.pk,
        may_withdraw=is_waiting and need.asked_by_id == person.pk,
    )


def _deed_row(deed: LeaderDeed, person: Person, standing: Standing) -> DeedRow:
    return DeedRow(
        deed=deed,
        words=DEED_WORDS[LeaderAct(deed.act)],
        counts=deed.act in rules.MODELLING,
        may_confirm=standing.writes_tools
        and deed.confirmed_at is None
        and person.pk not in {deed.leader_id, deed.noted_by_id},
        may_withdraw=deed.noted_by_id == person.pk and deed.confirmed_at is None and deed.need_id is None,
    )


def modelling_of(leader: Person, *, on: date) -> Modelling:
    """What a leader showed in the 28 days that end on a day: what somebody else has confirmed, and their own weeks."""
    return modelling_of_each([leader.pk], on=on)[leader.pk]


def modelling_of_each(leaders: Collection[int], *, on: date) -> dict[int, Modelling]:
    """The same of several leaders, by their ids. Three queries, however many they are."""
    return {leader: _modelling(acts, on) for leader, acts in acts_of_each(leaders, on=on).items()}


@dataclass(frozen=True)
class Acts:
    """What is known of a leader until a day: every act with its day, and whether the own weeks show one of them."""

    all: tuple[tuple[LeaderAct, date], ...]
    from_weeks: bool


def acts_of_each(leaders: Collection[int], *, on: date) -> dict[int, Acts]:
    """What somebody else has confirmed or written down of some leaders, and what their own weeks show. Three queries."""
    known: dict[int, list[tuple[LeaderAct, date]]] = {leader: [] for leader in leaders}
    confirmed = LeaderDeed.objects.confirmed().filter(leader__in=leaders)
    for leader, act, day in confirmed.values_list("leader_id", "act", "done_on"):
        known[leader].append((LeaderAct(act), day))
    for entry in LEARNED:
        for leader, days in entry.load()(people=leaders, after=on - LOOKED_BACK, until=on).items():
            known[leader] += [(LeaderAct.JOINED_AS_LEARNER, day) for day in days]
    weeks: dict[int, list[int]] = {leader: [] for leader in leaders}
    for entry in OWN_USE:
        for leader, uses in entry.load()(people=leaders, after=on - LOOKED_BACK, until=on).items():
            weeks[leader] += uses
    changed = {leader: rules.has_changed_own_workflow(uses) for leader, uses in weeks.items()}
    for leader in leaders:
        if changed[leader]:
            known[leader].append((LeaderAct.CHANGED_OWN_WORKFLOW, on))
    return {leader: Acts(tuple(known[leader]), changed[leader]) for leader in leaders}


def _modelling(acts: Acts, on: date) -> Modelling:
    shown = {act for act, day in acts.all if rules.modelling([(act, day)], on)}
    kinds = [
        Example(DEED_WORDS[act], act in shown, acts.from_weeks and act is LeaderAct.CHANGED_OWN_WORKFLOW)
        for act in LeaderAct
        if act in rules.MODELLING
    ]
    return Modelling(len(shown), kinds)


def own_deeds(leader: Person) -> list[DeedRow]:
    """What is written down of a leader, newest first, as they read it. One query."""
    rows = LeaderDeed.objects.filter(leader=leader).select_related("leader", "noted_by", "confirmed_by", "need")
    nobody = Standing(is_champion=False, manages=False, leads_people=True, owns_asks=False)
    return [_deed_row(one, leader, nobody) for one in rows.newest_first()[:OWN_DEEDS]]


def waiting_asks(person: Person, permissions: frozenset[Permission], *, at: datetime) -> list[AskRow]:
    """What waits for an answer: for executives everything, for anybody else what they own. One query."""
    manages = Permission.MANAGE_PROGRAMS in permissions
    leads_people = Permission.SEE_EVIDENCE in permissions and not manages
    standing = Standing(is_champion=False, manages=False, leads_people=leads_people, owns_asks=True)
    today = local_date(at, person.organization.zone)
    rows = visible(person, standing).waiting().longest_first()
    return [row for one in rows if (row := ask_row(one, person, standing, today)).may_answer]


# --- messages --------------------------------------------------------------------------------------------------------


def facts_of_ask(*, message: Message, at: datetime) -> dict[str, Any]:
    """What a mail about an ask says, to its owner and to who asked."""
    need = Need.objects.select_related("asked_by", "answered_by").get(pk=message.row_id)
    return {
        "kind": message.kind,
        "need": need,
        "asked_by": need.asked_by.name if need.asked_by else "",
        "answered_by": need.answered_by.name if need.answered_by else "",
        "speaker": _speaker(message, need),
        "is_done": need.answer == AskAnswer.DONE,
        "address": f"{settings.BASE_URL}/o/{need.organization.slug}/kit/asks/",
    }


def _speaker(message: Message, need: Need) -> str:
    said_by = need.answered_by if need.answered_at else need.asked_by
    return said_by.name if said_by else ""


def ask_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the ask still waits, and for this person."""
    found: bool = Need.objects.waiting().filter(pk=message.row_id, owner=message.person).exists()
    return found
