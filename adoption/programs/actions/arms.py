"""Who may take part by rules, which teams are compared, and lots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from adoption.programs.actions.design import held_design
from adoption.programs.actions.programs import assign, unassign
from adoption.programs.actions.refusals import Refused, refuse_begun
from adoption.programs.models import Assignment, Design, Program
from adoption.programs.queries.arms import free_mixes, heads_of, members_of_team
from adoption.programs.queries.design import eligible_people
from adoption.programs.queries.programs import cluster_label, team_label
from adoption.programs.queries.units import Unit, in_units, members_of_unit, unit_of, untouched_units
from adoption.programs.rules import Arm
from adoption.programs.rules.arms import MOST_SEED, lots
from adoption.programs.rules.design import MOST_VALUES, Eligible, Field
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date


@transaction.atomic
def add_rule(*, program: Program, field: Field, value: str, by: Person | None, at: datetime) -> Design:
    """One more value of who may take part: a department, a role, a place, or everybody below somebody (their public id).

    Twice is once. Raises WrongState after the launch, and Refused for what nobody in the directory has, and for too many.
    """
    design = held_design(program, at=at)
    who = design.who.with_value(field, value)
    if len(who.of(field)) > MOST_VALUES:
        raise Refused("too_many_rules")
    only = Eligible().with_value(field, value)
    if not eligible_people(only, on=local_date(at, program.organization.zone)).exists():
        raise Refused("nobody_there")
    return _keep(program, design, who, by=by, at=at)


@transaction.atomic
def drop_rule(*, program: Program, field: Field, value: str, by: Person | None, at: datetime) -> Design:
    """One value fewer. Whoever is in a group already stays there. Raises WrongState after the launch."""
    design = held_design(program, at=at)
    return _keep(program, design, design.who.without_value(field, value), by=by, at=at)


@transaction.atomic
def count_eligible(*, program: Program, at: datetime) -> Design:
    """Count anew who may take part: the directory has gone on. Raises WrongState after the launch."""
    return _count(program, held_design(program, at=at), at)


def _keep(program: Program, design: Design, who: Eligible, *, by: Person | None, at: datetime) -> Design:
    kept = who.as_dict()
    if design.eligible != kept:
        design.eligible = kept
        audit.record("program.eligible", by=by, at=at, subject=program, rules=sum(map(len, kept.values())))
    return _count(program, design, at)


def _count(program: Program, design: Design, at: datetime) -> Design:
    design.counted_on = local_date(at, program.organization.zone)
    design.eligible_people = eligible_people(design.who, on=design.counted_on).count()
    design.changed_at = at
    design.save(update_fields=["eligible", "eligible_people", "counted_on", "changed_at"])
    return design


@transaction.atomic
def compare_teams(
    *, program: Program, managers: Sequence[Person], units: Sequence[Unit] = (), by: Person | None, at: datetime
) -> int:
    """Put whole teams, as far as they may take part, into the comparison group: all of them or none. Returns how many people.

    Of a unit, people whose manager the directory does not know, those come who are in no group yet. Raises WrongState after
    the launch, Refused where somebody of a manager's team sits in a pod, or nobody of a team may take part.
    """
    design = held_design(program, at=at)
    return _compare(program, design, managers, units, by=by, at=at)


def _compare(
    program: Program,
    design: Design,
    managers: Sequence[Person],
    units: Sequence[Unit],
    *,
    by: Person | None,
    at: datetime,
) -> int:
    on = local_date(at, program.organization.zone)
    count = 0
    for manager in managers:
        team = members_of_team(program, design, manager, on=on)
        if not team:
            raise Refused("empty_team")
        label = team_label(program, manager)
        count += assign(program=program, arm=Arm.COMPARISON, cluster=label, people=team, by=by, at=at)
    for unit in units:
        people = members_of_unit(program, design, unit, on=on)
        if not people:
            raise Refused("empty_team")
        label = cluster_label(program, unit.name)
        count += assign(program=program, arm=Arm.COMPARISON, cluster=label, people=people, by=by, at=at)
    return count


@transaction.atomic
def draw_lots(*, program: Program, seed: int, pods: int, teams: int, by: Person | None, at: datetime) -> Design:
    """Let lots decide which of the free teams learn in pods and which are compared. The seed is kept: who doubts draws again.

    People whose manager the directory does not know are drawn by whole units, a department at a place. Those that are
    compared go into the comparison group at once; the others are proposed when pods are formed. Raises WrongState once the
    baseline is open, and Refused where lots were drawn already, there are too few free teams, the seed or the numbers are
    out of range, or nothing is compared.
    """
    design = held_design(program, at=at)
    refuse_begun(program)
    if not program.is_compared:
        raise Refused("explores")
    if design.drawn:
        raise Refused("drawn_already")
    if not 0 <= seed <= MOST_SEED or pods < 1 or teams < 1:
        raise Refused("lots")
    on = local_date(at, program.organization.zone)
    units = set(untouched_units(program, design, on=on))
    free = [*(mix.key for mix in free_mixes(program, design, on=on)), *units]
    if len(free) < pods + teams:
        raise Refused("too_few_teams", free=len(free))
    order = lots(seed, free)
    for_pods, compared = order[:pods], order[pods : pods + teams]
    managers = heads_of([key for key in compared if key not in units])
    heads = [managers[key] for key in compared if key not in units]
    _compare(program, design, heads, [unit for key in compared if (unit := unit_of(key))], by=by, at=at)
    by_arm = {Arm.PODS: for_pods, Arm.COMPARISON: compared}
    design.drawn = {
        "seed": seed,
        "on": on.isoformat(),
        "of": len(free),
        **{arm.value: [key for key in keys if key not in units] for arm, keys in by_arm.items()},
    }
    if units:
        design.drawn["units"] = {arm.value: [key for key in keys if key in units] for arm, keys in by_arm.items()}
    design.changed_at = at
    design.save(update_fields=["drawn", "changed_at"])
    audit.record("program.drawn", by=by, at=at, subject=program, seed=seed, pods=pods, teams=teams)
    return design


@transaction.atomic
def withdraw_lots(*, program: Program, by: Person | None, at: datetime) -> Design:
    """Take lots back: the teams they put into the comparison group leave it. That they were drawn stays in the audit trail.

    Twice is once. Raises WrongState once the baseline is open.
    """
    design = held_design(program, at=at)
    refuse_begun(program)
    if not design.drawn:
        return design
    compared = Assignment.objects.current().in_arm(Arm.COMPARISON).filter(program=program)
    teams = Q(manager__public_id__in=design.drawn["comparison"]) | in_units(design.units_drawn(Arm.COMPARISON))
    people = Person.objects.filter(teams, pk__in=compared.values("person"))
    unassign(program=program, people=people, by=by, at=at)
    seed = design.drawn["seed"]
    design.drawn, design.changed_at = None, at
    design.save(update_fields=["drawn", "changed_at"])
    audit.record("program.drawing_withdrawn", by=by, at=at, subject=program, seed=seed)
    return design
