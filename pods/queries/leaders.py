"""One-to-ones with leaders who sit in no pod: what leads and the leader alone read of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from adoption.outbox.models import Message
from adoption.programs.models import Attention, Objection, Program
from adoption.programs.queries import one_wanting
from adoption.programs.queries.attention import Wanting
from adoption.programs.rules import Kind, Told
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.queries.leaders import LeaderLook, leader_looks
from champions.rules import LOOKED_BACK
from pods.models import FollowUp, LeaderPlan, LeaderPlanQuerySet, Session, SessionQuerySet
from pods.queries.follow_ups import day_and_hour
from pods.queries.remedies import HINDRANCE_WORDS, LEADER_WORDS, STEP_WORDS
from pods.queries.words import Words
from pods.rules import Cause, Hindrance, LeaderWork


def work_words(work: str) -> Words:
    """A leader's own piece of work: one of those that are proposed, or what it is called in their own words."""
    return LEADER_WORDS[LeaderWork(work)] if work in set(LeaderWork) else work


def learned(*, people: Collection[int], after: date, until: date) -> dict[int, list[date]]:
    """On which days within a span some leaders (by id) sat down to learn it, as the lead who sat with them wrote down. One query."""
    rows = Session.objects.with_leaders().filter(leader__in=people, held_on__gt=after, held_on__lte=until)
    found: dict[int, list[date]] = {}
    for leader, day in rows.values_list("leader_id", "held_on"):
        found.setdefault(leader, []).append(day)
    return found


def told_of_leader(*, detail: Mapping[str, str]) -> Told:
    """Why a leader is on the leads' list again after their day 7, and what helps them as anybody."""
    cause = Hindrance(detail["cause"])
    return Told(
        why=gettext("On day 7 something did not work for this leader, and it was not fixed: %(cause)s.")
        % {"cause": HINDRANCE_WORDS[cause]},
        step=gettext("With them alone: %(step)s Leads alone read this") % {"step": STEP_WORDS[cause]},
        cause=cause,
        begins_with="",
    )


# --- for leads ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SatDown:
    """A one-to-one that was held with a leader, and its day 7."""

    session: Session
    work: Words
    follow_up: FollowUp | None

    @property
    def cause(self) -> Words:
        """Why it did not work, where day 7 found that."""
        found = self.follow_up.cause if self.follow_up else ""
        return HINDRANCE_WORDS[Hindrance(Cause(found))] if found else ""


@dataclass(frozen=True)
class LeaderRow:
    """A leader in the list: whether they were seen to use it, whether they wait for a word, and what is planned with them."""

    look: LeaderLook
    waits: bool
    plan: LeaderPlan | None
    last: Session | None

    @property
    def person(self) -> Person:
        return self.look.person


def leader_rows(program: Program, *, at: datetime) -> list[LeaderRow]:
    """Leaders whom a lead may sit down with by themselves, by name, who waits for a word first. A fixed number of queries."""
    looks = leader_looks(program, at=at)
    keys = [one.person.pk for one in looks]
    waiting = set(Attention.objects.open().filter(kind=Kind.LEADER_ABSENT).values_list("person_id", flat=True))
    plans = {row.leader_id: row for row in _plans(program).filter(leader__in=keys).order_by("pk")}
    held = Session.objects.with_leaders().filter(program=program, leader__in=keys)
    last = {row.leader_id: row for row in held.order_by("held_on", "pk")}
    rows = [
        LeaderRow(one, one.person.pk in waiting, plans.get(one.person.pk), last.get(one.person.pk)) for one in looks
    ]
    return sorted(rows, key=lambda row: not row.waits)


@dataclass(frozen=True)
class WithLeader:
    """Everything between leads and one leader in a programme."""

    person: Person
    reason: Wanting | None
    plan: LeaderPlan | None
    work: Words
    held: tuple[SatDown, ...]


def with_leader(program: Program, leader: Person, *, at: datetime) -> WithLeader:
    """What leads read of one leader: why somebody should speak with them, what is planned, and what was held. Five queries."""
    rows = Attention.objects.due(local_date(at, program.organization.zone)).filter(kind=Kind.LEADER_ABSENT)
    row = rows.filter(person=leader).select_related("program", "person").first()
    plan = open_plan(program, leader)
    return WithLeader(
        person=leader,
        reason=one_wanting(row, at=at) if row else None,
        plan=plan,
        work=work_words(plan.work) if plan else "",
        held=_held(Session.objects.with_leaders().filter(program=program, leader=leader)),
    )


def open_plan(program: Program, leader: Person) -> LeaderPlan | None:
    """What is planned with a leader, also once its hour has come, until it is logged or called off. One query."""
    found: LeaderPlan | None = _plans(program).filter(leader=leader).order_by("-pk").first()
    return found


def _plans(program: Program) -> LeaderPlanQuerySet:
    rows: LeaderPlanQuerySet = LeaderPlan.objects.open().filter(program=program)
    return rows.with_closed().select_related("leader", "held_by", "program")


def plans_on_closed_days(person: Person, *, at: datetime) -> list[LeaderPlan]:
    """What a lead planned with leaders on days that are closed, soonest first. One query."""
    rows = LeaderPlan.objects.to_come(at).filter(held_by=person, program__closed_at__isnull=True).with_closed()
    return list(rows.exclude(closed="").select_related("leader", "program").order_by("starts_at", "id"))


def _held(rows: SessionQuerySet) -> tuple[SatDown, ...]:
    sessions = list(rows.select_related("held_by", "program").newest_first())
    follow_ups = {row.session_id: row for row in FollowUp.objects.filter(session__in=sessions)}
    return tuple(SatDown(one, work_words(one.work), follow_ups.get(one.pk)) for one in sessions)


# --- for the leader ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnOneToOnes:
    """What is between somebody and leads: what comes, on which work, and what was held."""

    plans: tuple[tuple[LeaderPlan, Words], ...]
    held: tuple[SatDown, ...]

    def is_fresh(self, on: date) -> bool:
        """Whether it is shown on their first page: something comes, or was held within four weeks."""
        return bool(self.plans) or any(one.session.held_on > on - LOOKED_BACK for one in self.held)


def own_one_to_ones(person: Person, *, at: datetime) -> OwnOneToOnes | None:
    """A leader's own page; None for anybody else, and before anything is planned with them. Three queries."""
    plans = LeaderPlan.objects.to_come(at).filter(leader=person).with_closed().order_by("starts_at", "id")
    held = _held(Session.objects.with_leaders().filter(leader=person))
    coming = tuple((row, work_words(row.work)) for row in plans.select_related("held_by", "program"))
    return OwnOneToOnes(coming, held) if coming or held else None


# --- messages ----------------------------------------------------------------------------------------------------------


def facts_of_with_leader(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the two read of what is planned between them. The calendar file goes with it."""
    row = plan_of(message)
    other = met_with(row, message)
    when = day_and_hour(row.starts_at, message)
    named = {"name": other.name if other else "", "day": when, "work": work_words(row.work)}
    if not still_meets(row, message):
        return {
            "title": gettext("Called off: the one-to-one on %(day)s") % named,
            "paragraphs": [
                *([row.reason] if row.cancelled_at else []),
                gettext("The calendar file takes the entry out. Nothing is left to do."),
            ],
        }
    is_leader = message.person_id == row.leader_id
    return {
        "speaker": row.held_by.name if is_leader and row.held_by else "",
        "title": gettext("With %(name)s, on %(day)s") % named,
        "paragraphs": [
            gettext("On a real piece of work: %(work)s. Bring the next one that is due; it is finished when you part.")
            % named
            if is_leader
            else gettext("On a real piece of their own work: %(work)s. It is finished when you part.") % named,
            gettext("The calendar file is attached. A week later there are fifteen minutes and three questions."),
        ],
        "button": gettext("Look"),
        "address": address_for(row, message),
        "fine": _between_two(),
    }


def with_leader_wanted(*, message: Message, at: datetime) -> bool:
    """Whether it is the newest word about the plan, and this person wants to hear it: whoever objects is invited to nothing."""
    row = LeaderPlan.objects.filter(pk=message.row_id).select_related("leader", "held_by").first()
    if row is None or not message.subject_key.endswith(f":{row.sequence}"):
        return False
    if still_meets(row, message):
        objects = Objection.objects.standing().filter(program=row.program_id, person=message.person_id)
        return not objects.exists()
    had = Message.objects.counted().filter(person=message.person_id, kind=message.kind, row_id=row.pk)
    return bool(had.filter(pk__lt=message.pk).exists())


def facts_of_with_leader_soon(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the two are reminded of on the working day before; the lead also of where it stands what was held before."""
    row = plan_of(message)
    other = met_with(row, message)
    named = {
        "name": other.name if other else "",
        "day": day_and_hour(row.starts_at, message),
        "minutes": row.minutes,
        "zone": message.to.local_zone().replace("_", " "),
        "work": work_words(row.work),
    }
    is_leader = message.person_id == row.leader_id
    told = gettext("%(minutes)s minutes, at your hour (%(zone)s).") % named
    return {
        "speaker": row.held_by.name if is_leader and row.held_by else "",
        "title": gettext("With %(name)s: %(day)s") % named,
        "paragraphs": [
            f"{told} {row.place}." if row.place else told,
            gettext("On a real piece of work: %(work)s. Bring the next one that is due; it is finished when you part.")
            % named
            if is_leader
            else gettext(
                "On a real piece of their own work: %(work)s. What you wrote down before stands on their page."
            )
            % named,
        ],
        "button": gettext("Look"),
        "address": address_for(row, message),
        "fine": _between_two(),
    }


def with_leader_soon_wanted(*, message: Message, at: datetime) -> bool:
    """Whether it is still planned, and this person is one of the two and does not object."""
    row = LeaderPlan.objects.to_come(at).filter(pk=message.row_id).first()
    if row is None or not still_meets(row, message):
        return False
    return not Objection.objects.standing().filter(program=row.program_id, person=message.person_id).exists()


def still_meets(row: LeaderPlan, message: Message) -> bool:
    """Whether the reader of a message is one of the two who meet."""
    return row.cancelled_at is None and message.person_id in {row.leader_id, row.held_by_id}


def met_with(row: LeaderPlan, message: Message) -> Person | None:
    """Whom the reader meets."""
    found: Person | None = row.held_by if message.person_id == row.leader_id else row.leader
    return found


def _between_two() -> str:
    return gettext("Between the two of you: it stands on no list of the programme. Leads see it, and nobody else.")


def plan_of(message: Message) -> LeaderPlan:
    """What a message is about."""
    found: LeaderPlan = LeaderPlan.objects.select_related("leader", "held_by", "program", "organization").get(
        pk=message.row_id
    )
    return found


def address_for(row: LeaderPlan, message: Message) -> str:
    """Where the reader finds it: the leader on their own page, a lead on the leader's."""
    place = f"{settings.BASE_URL}/o/{row.organization.slug}"
    if message.person_id == row.leader_id:
        return f"{place}/one-to-ones/"
    return f"{place}/p/{row.program.slug}/leaders/{row.leader.public_id}/"
