"""A programme's life, and who takes part in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count

from django.db import transaction

from adoption.disclosure.rules import Thresholds
from adoption.outbox.actions.links import end as end_links
from adoption.programs import rules
from adoption.programs.actions.calendar import promise
from adoption.programs.actions.policy import POLICY
from adoption.programs.actions.refusals import NotReady, Refused, WrongState, refuse_begun, refuse_settled
from adoption.programs.actions.template import explorers
from adoption.programs.models import (
    Acknowledgement,
    Assignment,
    Attention,
    Design,
    Exemption,
    Objection,
    PackElement,
    Preparation,
    Program,
    Workflow,
)
from adoption.programs.queries.arms import how_assigned
from adoption.programs.queries.design import barred, design_of
from adoption.programs.queries.readiness import waived_items
from adoption.programs.rules import Arm, Kind, Mode, State, Template
from adoption.programs.rules.design import main_look
from adoption.tenancy.actions import audit
from adoption.tenancy.actions.reckoning import reckon_again
from adoption.tenancy.models import Person
from adoption.tenancy.rules import PROBES, local_date


@transaction.atomic
def create_program(
    *,
    name: str,
    workflow: str,
    starts_on: date,
    weeks: int,
    comparison: str,
    mode: Mode = Mode.WEEKLY,
    template: Template = Template.PEER_CHAMPIONS,
    by: Person | None,
    at: datetime,
) -> Program:
    """A draft of a programme on one workflow. `starts_on` is a Monday.

    A discarded draft of that name makes room, and keeps its own under another address. Raises Refused for a name that
    gives no address or one that is taken or reserved, and for a length the template does not take.
    """
    address = rules.slug(name)
    if not address:
        raise Refused("no_address")
    if address in rules.RESERVED_SLUGS:
        raise Refused("address_reserved")
    if starts_on.weekday() != 0:
        raise Refused("not_monday", monday=rules.monday(starts_on) + timedelta(weeks=1))
    if weeks not in rules.lengths_of(template):
        raise Refused("weeks", least=rules.LEAST_WEEKS, most=rules.MOST_WEEKS)
    about, _ = Workflow.objects.get_or_create(name=workflow, defaults={"created_at": at})
    _make_room(address)
    program, is_new = Program.objects.get_or_create(
        slug=address,
        defaults={
            "name": name,
            "workflow": about,
            "starts_on": starts_on,
            "weeks": weeks,
            "comparison": comparison,
            "mode": mode,
            "template": template,
            "created_at": at,
        },
    )
    if not is_new:
        raise Refused("name_taken", slug=address)
    audit.record("program.created", by=by, at=at, subject=program, weeks=weeks)
    return program


def _make_room(address: str) -> None:
    """Give the discarded draft that holds an address another one."""
    draft = Program.objects.discarded().select_for_update(of=("self",)).filter(slug=address).first()
    if draft is not None:
        taken = set(Program.objects.filter(slug__startswith=f"{address}-").values_list("slug", flat=True))
        draft.slug = next(slug for number in count(2) if (slug := f"{address}-{number}") not in taken)
        draft.save(update_fields=["slug"])


@transaction.atomic
def assign(
    *, program: Program, arm: Arm, cluster: str, people: Iterable[Person], by: Person | None, at: datetime
) -> int:
    """Put people into an arm, as one cluster (a pod or a team). Before launch a later word replaces an earlier one.

    Returns how many were assigned. Raises WrongState after the launch, and Refused for somebody whom the rules do not let
    take part, where somebody who sits in a pod would go into the comparison group, for their seat would stay, and where an
    exploratory programme would have such a group or more people than it takes.
    """
    program = _locked(program)
    refuse_settled(program)
    chosen = list(people)
    in_pods = Assignment.objects.current().in_arm(Arm.PODS).filter(program=program, person__in=chosen)
    if arm is Arm.COMPARISON and in_pods.exists():
        raise Refused("in_a_pod")
    if arm not in program.arms:
        raise Refused("explores")
    if barred(program, [person.pk for person in chosen], on=local_date(at, program.organization.zone)):
        raise Refused("not_eligible")
    if (
        program.template == Template.EXPLORATORY
        and explorers(program).exclude(person__in=chosen).count() + len(chosen) > rules.EXPLORERS_AT_MOST
    ):
        raise Refused("too_many_explore")
    from_on = rules.baseline_starts_on(program.starts_on)
    Assignment.objects.filter(program=program, person__in=chosen).delete()
    Assignment.objects.bulk_create(
        [
            Assignment(program=program, person=person, arm=arm, cluster=cluster, from_on=from_on, recorded_at=at)
            for person in chosen
        ]
    )
    reckon_again(people=[person.pk for person in chosen], at=at)
    audit.record("program.assigned", by=by, at=at, subject=program, arm=arm, people=len(chosen))
    return len(chosen)


@transaction.atomic
def unassign(*, program: Program, people: Iterable[Person], by: Person | None, at: datetime) -> int:
    """Take people out of both arms, as if never put in. Returns how many. Raises WrongState after the launch."""
    program = _locked(program)
    refuse_settled(program)
    chosen = list(people)
    # Before they are out: what is to be computed again is found by where they are.
    reckon_again(people=[person.pk for person in chosen], at=at)
    count, _ = Assignment.objects.filter(program=program, person__in=chosen).delete()
    audit.record("program.unassigned", by=by, at=at, subject=program, people=count)
    return count


@transaction.atomic
def open_baseline(*, program: Program, by: Person | None, at: datetime) -> Program:
    """Begin to ask: writes the baseline's calendar.

    Raises WrongState, Refused once the first week has begun, for a baseline comes before it, or where the same work is
    measured the other way already, and NotReady while an arm is empty.
    """
    program = _locked(program)
    refuse_begun(program)
    if local_date(at, program.organization.zone) >= program.starts_on:
        raise Refused("start_passed")
    # One answer about a week serves every programme on its work.
    if Program.objects.running().filter(workflow=program.workflow_id).exclude(mode=program.mode).exists():
        raise Refused("mode_differs")
    missing = _empty_arms(program)
    if missing:
        raise NotReady("not_ready", missing=missing)
    program.baseline_opened_at = at
    program.save(update_fields=["baseline_opened_at"])
    promise(program, program.baseline_plan)
    audit.record("program.baseline_opened", by=by, at=at, subject=program)
    return program


@transaction.atomic
def launch(*, program: Program, by: Person | None, at: datetime) -> Program:
    """Begin the active phase: fixes what is measured and writes the calendar. Raises WrongState and NotReady.

    What every floor wants to see first is asked through the registered readiness probes. What is open goes only with its
    written reason, and is told apart in the audit trail.
    """
    program = _locked(program)
    if program.state is not State.BASELINE:
        raise WrongState("no_baseline" if program.state is State.DRAFT else "launched")
    missing = _empty_arms(program)
    missing += [entry.name for entry in PROBES if not entry.load()(program=program, at=at)]
    waived = waived_items(program)
    without = [name for name in missing if name in waived]
    if len(without) < len(missing):
        raise NotReady("not_ready", missing=[name for name in missing if name not in waived])
    program.launched_at = at
    design = design_of(program)
    program.fixed = {
        "spec_version": rules.SPEC_VERSION,
        "primary": "adoption",
        "primary_look": main_look(design.primary_look, program.template),
        "least_icc": float(design.least_icc),
        **_counted_by(Mode(program.mode)),
        **_assigned(program, design, at),
        "thresholds": Thresholds.promised_by(program.organization).as_dict(),
    }
    program.save(update_fields=["launched_at", "fixed"])
    promise(program, program.active_plan)
    audit.record("program.launched", by=by, at=at, subject=program)
    if without:
        audit.record("readiness.launched_without", by=by, at=at, subject=program, fields=without)
    return program


def _counted_by(mode: Mode) -> dict[str, object]:
    """What is fixed of the mode: nothing is said of the weekly one, which every programme without a word has."""
    if mode is Mode.WEEKLY:
        return {}
    return {"mode": mode, "occasion_weeks": rules.OCCASION_WEEKS}


def _assigned(program: Program, design: Design, at: datetime) -> dict[str, object]:
    """What is fixed of how the groups came about: nothing where nobody is compared."""
    if not program.is_compared:
        return {}
    return {"assigned": how_assigned(program, design, on=local_date(at, program.organization.zone))}


@transaction.atomic
def end(*, program: Program, at: datetime) -> None:
    """The active phase is over: nobody is to be helped along any more. A day 7 that was promised is still kept.

    So is what is to be decided about the programme itself.
    """
    if _reach(program, State.LAUNCHED, "ended_at", at):
        kept = {Kind.FOLLOW_UP_DUE, *rules.TO_DECIDE}
        Attention.objects.open().filter(program=program).exclude(kind__in=kept).update(settled_at=at)
        audit.record("program.ended", by=None, at=at, subject=program)


@transaction.atomic
def follow(*, program: Program, at: datetime) -> None:
    """Ninety days have passed since the end. After a long outage this may come before the end was noted."""
    end(program=program, at=at)
    if _reach(program, State.ENDED, "followed_at", at):
        audit.record("program.followed", by=None, at=at, subject=program)


@transaction.atomic
def close(*, program: Program, at: datetime) -> None:
    """Nothing more is asked of anybody. After a long outage this may come first of the three."""
    follow(program=program, at=at)
    if _reach(program, State.FOLLOWED, "closed_at", at):
        Attention.objects.open().filter(program=program).update(settled_at=at)
        audit.record("program.closed", by=None, at=at, subject=program)


def _reach(program: Program, before: State, mark: str, at: datetime) -> bool:
    """Note that a state is reached, if the programme is in the one before it. Returns whether it was."""
    program = _locked(program)
    if program.state is not before:
        return False
    setattr(program, mark, at)
    program.save(update_fields=[mark])
    return True


def erase_person(*, person: Person, at: datetime) -> None:
    """Everything this floor holds about a person."""
    Attention.objects.filter(person=person).delete()
    Objection.objects.filter(person=person).delete()
    Exemption.objects.filter(person=person).delete()
    Assignment.objects.filter(person=person).delete()
    end_links(
        purpose=POLICY,
        row_ids=list(Acknowledgement.objects.filter(person=person).values_list("pk", flat=True)),
        at=at,
    )
    Acknowledgement.objects.filter(person=person).delete()
    # What somebody was to see to stays to be seen to, by nobody yet.
    Preparation.objects.filter(owner=person).update(owner=None)
    PackElement.objects.filter(owner=person).update(owner=None)


def _empty_arms(program: Program) -> list[str]:
    """What an arm without anybody is called among the things that are missing."""
    return [f"arm_{arm}" for arm in program.arms if not Assignment.objects.filter(program=program, arm=arm).exists()]


def _locked(program: Program) -> Program:
    """The programme as it is now, held until the commit."""
    return Program.objects.select_for_update().select_related(None).get(pk=program.pk)
