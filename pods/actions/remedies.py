"""One step for one person against what keeps them: opened, done, and confirmed. Never another session for everybody."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from adoption.outbox.actions.messages import Saying, say, say_many
from adoption.programs import actions as programs
from adoption.programs.actions import Refused
from adoption.programs.models import Assignment, Program
from adoption.programs.rules import FROM_WEEKS, Kind
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import instant, local_date, working_instant
from pods import rules
from pods.models import Pod, Remedy, Seat
from pods.rules import Approach, Hindrance, Tried

REMEDY_DUE = "pods.remedy_due"  # the agenda's task
REMEDY = "remedy"  # the outbox's kind


@transaction.atomic
def open_remedy(
    *,
    program: Program,
    person: Person,
    hindrance: Hindrance,
    approach: Approach,
    detail: str,
    owner: Person,
    due_on: date,
    by: Person,
    at: datetime,
) -> Remedy:
    """Agree on a step for one person: whose it is, and by when. They come off the attention lists until that day.

    Raises Refused for another group session, a day that is past or more than six weeks away, for somebody who is not in the
    programme, and for a second open step against the same hindrance. Whoever objects is answered for like anybody: nobody
    learns it here, and nothing is said of the step to anybody.
    """
    if approach is Approach.GROUP_SESSION:
        raise Refused("another_group_session")
    today = local_date(at, program.organization.zone)
    if not today <= due_on <= today + rules.LONGEST_REMEDY:
        raise Refused("not_within_six_weeks")
    if not may_be_helped(program, person, hindrance):
        raise Refused("not_to_be_helped")
    try:
        with transaction.atomic():
            row: Remedy = Remedy.objects.create(
                program=program,
                person=person,
                hindrance=hindrance,
                detail=detail,
                owner=owner,
                due_on=due_on,
                opened_at=at,
            )
    except IntegrityError as twice:
        raise Refused("remedy_open") from twice
    agenda.schedule(
        task=REMEDY_DUE, row_id=row.pk, due_at=instant(due_on, rules.FOLLOW_UP_HOUR, program.organization.zone)
    )
    if hindrance is not Hindrance.LEADER_ABSENT:
        programs.meet_attention(program=program, people=[person], kinds={Kind.STUCK, *FROM_WEEKS}, at=at)
    if owner.pk != by.pk:
        say(kind=REMEDY, person=owner, subject_key=f"remedy:{row.pk}", row_id=row.pk, at=at)
    # With a leader it is private: the trail tells neither that there is one nor whose.
    if hindrance is not Hindrance.LEADER_ABSENT:
        audit.record("remedy.opened", by=by, at=at, subject=row, hindrance=hindrance)
    return row


def may_be_helped(program: Program, person: Person, hindrance: Hindrance) -> bool:
    """Whether a step may be agreed on: for whoever is in the programme, and for a leader."""
    if hindrance in {Hindrance.LEADER_ABSENT, Hindrance.WRONG_METRIC}:
        return True
    found: bool = Assignment.objects.current().filter(program=program, person=person).exists()
    return found


@transaction.atomic
def close_remedy(*, remedy: Remedy, worked: bool, result: str, by: Person, at: datetime) -> Remedy:
    """The step was taken, and works now or does not. Where it does not the person is on the attention lists again.

    Raises Refused for one that is closed.
    """
    row: Remedy = (
        Remedy.objects.select_for_update(of=("self",))
        .select_related("program__organization", "person")
        .get(pk=remedy.pk)
    )
    if row.done_at:
        raise Refused("remedy_done")
    row.done_at, row.worked, row.result = at, worked, result
    row.save(update_fields=["done_at", "worked", "result"])
    private = row.hindrance == Hindrance.LEADER_ABSENT
    if not private:
        if worked:
            programs.settle_attention(program=row.program, person=row.person, kind=Kind.STUCK, at=at)
        elif row.program.ended_at is None and row.hindrance != Hindrance.NO_SUITABLE_WORKFLOW:
            _raise_again(row, Tried.NOT_YET, at)
        audit.record("remedy.closed", by=by, at=at, subject=row, hindrance=row.hindrance, worked=worked)
    return row


def pass_on_steps(*, pod: Pod, before: Person | None, after: Person, at: datetime) -> None:
    """A pod has another champion: open steps that the one before had with its members are the new one's, who is told.

    Of somebody who was erased, those that nobody has.
    """
    members = Seat.objects.current().filter(pod=pod).values("person")
    rows = Remedy.objects.open().not_private().filter(program=pod.program_id, owner=before, person__in=members)
    passed = list(rows.select_for_update(of=("self",)))
    Remedy.objects.filter(pk__in=[row.pk for row in passed]).update(owner=after)
    say_many(kind=REMEDY, sayings=[Saying(after, f"remedy:{row.pk}", row_id=row.pk) for row in passed], at=at)


def remind_of_remedy(*, remedy: Remedy, at: datetime) -> datetime | None:
    """Its day has come and nothing was confirmed: its owner is told, and the person is on the attention lists again.

    Of somebody who is away, has left or objects nothing is said; it is looked at again the next working morning, until the
    programme closes.
    """
    if not Remedy.objects.wanted(at.date()).filter(pk=remedy.pk).exists():
        zone = remedy.program.organization.zone
        tomorrow = instant(local_date(at, zone) + timedelta(days=1), rules.FOLLOW_UP_HOUR, zone)
        return None if remedy.program.closed_at else working_instant(tomorrow, zone)
    if remedy.owner:
        say(kind=REMEDY, person=remedy.owner, subject_key=f"remedy:{remedy.pk}:due", row_id=remedy.pk, at=at)
    if remedy.hindrance != Hindrance.LEADER_ABSENT and remedy.program.ended_at is None:
        _raise_again(remedy, Tried.UNCONFIRMED, at)
    return None


def _raise_again(remedy: Remedy, tried: Tried, at: datetime) -> None:
    programs.raise_attention(
        program=remedy.program,
        person=remedy.person,
        kind=Kind.STUCK,
        since=local_date(at, remedy.program.organization.zone),
        detail={"cause": remedy.hindrance, "tried": tried},
        at=at,
    )
