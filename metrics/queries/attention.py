"""Who in a programme's pods stays below the threshold, and who has fallen silent, from their weeks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from adoption.disclosure.rules import Audience
from adoption.outbox.queries.messages import who_stopped
from adoption.outbox.rules import MessageClass
from adoption.programs.models import Program
from adoption.programs.rules import CLOSES_AFTER, Arm, Checkpoint, Mode, monday, occasion_window, window
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from metrics.models import ArmWeek, WeekAsk
from metrics.queries.cells import reached
from metrics.queries.frozen import Frozen
from metrics.queries.weeks import decide_weeks
from metrics.rules import (
    HEARD_AFTER,
    PLATEAU_WEEKS,
    SILENT_WEEKS,
    Adoption,
    Category,
    Metric,
    Target,
    WeekState,
    audit_by,
    is_plateau,
)
from pods.models import Seat
from pods.queries import left_alone
from pods.queries.starts import own_starts


@dataclass(frozen=True)
class Need:
    """What a member's weeks say on a day: whether help is due, from which day silence counts, and whether it has ended."""

    person: Person
    is_below: bool
    # Both weeks say nothing: neither that the person is below the threshold nor that they are not any more.
    is_unknown: bool
    silent_since: date | None


def needs(program: Program, *, at: datetime, only: Collection[int] | None = None) -> dict[int, Need]:
    """Every member of a pod who may be turned to, by id; `only` of some people. A fixed number of queries.

    Nobody who left, is on leave, wants no questions, or of whom a follow-up said that they are to be left alone.
    """
    today = local_date(at, program.organization.zone)
    seats = Seat.objects.current().filter(pod__program=program)
    if only is not None:
        seats = seats.filter(person__in=only)
    joined = {
        person: local_date(taken_at, program.organization.zone)
        for person, taken_at in seats.values_list("person_id", "taken_at")
    }
    turned_to = Person.objects.working(today).filter(pk__in=joined)
    people = {one.pk: one for one in turned_to}
    for person in who_stopped(people, MessageClass.NUDGE) | left_alone(program):
        people.pop(person, None)
    looked_at = window(today) if program.mode == Mode.WEEKLY else occasion_window(window(today)[-1])
    asked = _asked(program, people, today)
    weeks = {week for both in asked.values() for week in both} | set(looked_at)
    decided = decide_weeks(program.workflow, people, weeks)
    starts = own_starts(program, people, joined)
    found = {}
    for key, person in people.items():
        category = audit_by(program.mode, [decided[key, week] for week in looked_at]).category
        past_second_week = looked_at[0] >= monday(starts[key])
        silent = len(asked[key]) == SILENT_WEEKS and all(
            decided[key, week].state is WeekState.MISSING for week in asked[key]
        )
        found[key] = Need(
            person=person,
            is_below=past_second_week and category in {Category.DEVELOPING, Category.NON_ADOPTER},
            is_unknown=category is Category.MISSING,
            silent_since=min(asked[key]) + timedelta(weeks=1) if silent else None,
        )
    return found


def _asked(program: Program, people: Collection[int], today: date) -> dict[int, list[date]]:
    """The last two weeks of the phase each person was asked about, long enough ago that an answer could have come."""
    asked: dict[int, list[date]] = {person: [] for person in people}
    rows = (
        WeekAsk.objects.filter(person__in=people, week__gte=program.starts_on)
        .order_by("-week")
        .values_list("person_id", "week", "asked_at")
    )
    for person, week, asked_at in rows:
        is_old_enough = local_date(asked_at, program.organization.zone) + HEARD_AFTER <= today
        if is_old_enough and len(asked[person]) < SILENT_WEEKS:
            asked[person].append(week)
    return asked


def standing_still(program: Program, *, on: date) -> Adoption | None:
    """The last closed week of the pods, where over the last four they stand still low; None where they do not.

    Of work that comes up seldom each week sums up four, so that a curve of them always stands still: nothing is said. One query.
    """
    if program.mode != Mode.WEEKLY:
        return None
    last = monday(on - CLOSES_AFTER - timedelta(days=1))
    weeks = [last - timedelta(weeks=back) for back in reversed(range(PLATEAU_WEEKS))]
    rows = {
        row.week: Adoption(row.three_or_more, row.observed, row.eligible)
        for row in ArmWeek.objects.filter(
            program=program, arm=Arm.PODS, week__in=weeks, week__gte=program.starts_on, week__lte=program.ends_on
        )
    }
    if len(rows) < PLATEAU_WEEKS or not is_plateau([rows[week] for week in weeks]):
        return None
    return rows[last]


def missed_target(program: Program) -> bool:
    """Whether day 30 missed the target of a replacement, as far as its lead may know. False where nothing can be said."""
    frozen = Frozen(program, Audience.LEAD)
    run = frozen.version(Checkpoint.S30, Metric.ADOPTION)
    cell = frozen.cell(run, Metric.ADOPTION, Arm.PODS) if run else None
    return cell is not None and reached(cell) is Target.MISSED
