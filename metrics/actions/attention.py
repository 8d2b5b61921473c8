"""Putting people onto the attention lists whose weeks say so, and taking them off when they no longer do."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from adoption.programs import actions as programs
from adoption.programs.models import Attention, AttentionQuerySet, Program, Workflow
from adoption.programs.rules import FROM_WEEKS, LET_BE, Kind, State, Template
from adoption.tenancy.rules import local_date
from metrics.queries.attention import Need, missed_target, needs, standing_still
from metrics.rules import people_for_target


@transaction.atomic
def look_after(*, program: Program, at: datetime) -> None:
    """The weekly look: whoever is past the second week of their own and below the threshold, or silent for two weeks.

    And whether the whole stands still. Rows whose reason has ended are settled. Somebody who was helped is let be for three
    weeks. Outside the active phase nothing happens.
    """
    if program.state is not State.LAUNCHED:
        return
    found = needs(program, at=at)
    _settle(program, found, Attention.objects.filter(program=program), at=at)
    helped = set(
        Attention.objects.filter(program=program, kind__in=FROM_WEEKS)
        .handled_since(at - LET_BE)
        .values_list("person_id", "kind")
    )
    today = local_date(at, program.organization.zone)
    wanting = [(need.person, Kind.BELOW_THRESHOLD, today) for need in found.values() if need.is_below]
    wanting += [(need.person, Kind.SILENT, need.silent_since) for need in found.values() if need.silent_since]
    programs.raise_many(program=program, wanting=[row for row in wanting if (row[0].pk, row[1]) not in helped], at=at)
    _look_for_plateau(program, at=at)


def _look_for_plateau(program: Program, *, at: datetime) -> None:
    """Tell the lead of a programme that stands still, with the target of what could replace it: of the whole eligible team.

    The row goes by itself once people move again. Whoever called it dealt with is let be for three weeks.
    """
    today = local_date(at, program.organization.zone)
    last = standing_still(program, on=today)
    if last is None:
        programs.settle_attention(program=program, person=None, kind=Kind.PLATEAU, at=at)
    elif not _was_seen_to(program, Kind.PLATEAU, at):
        detail = {"team": last.eligible, "target": people_for_target(last.eligible)}
        programs.raise_of_program(program=program, kind=Kind.PLATEAU, since=today, detail=detail, at=at)


@transaction.atomic
def look_at_target(*, program: Program, at: datetime) -> None:
    """After day 30 of a replacement: a target that was missed sends the lead to the context pack, before anybody is talked to."""
    if program.template == Template.REPLACEMENT and missed_target(program):
        today = local_date(at, program.organization.zone)
        programs.raise_of_program(program=program, kind=Kind.TARGET_MISSED, since=today, detail={}, at=at)


def _was_seen_to(program: Program, kind: Kind, at: datetime) -> bool:
    rows = Attention.objects.of_programs().filter(program=program, kind=kind)
    found: bool = rows.handled_since(at - LET_BE).exists()
    return found


def look_again(*, workflow: Workflow, people: Collection[int], at: datetime) -> None:
    """The weeks of some people have changed: settle what no longer holds. Raises nothing; that is the weekly look's."""
    rows = Attention.objects.open().filter(program__workflow=workflow, person__in=people, kind__in=FROM_WEEKS)
    wanting: dict[int, set[int]] = {}
    for program, person in rows.values_list("program_id", "person_id"):
        wanting.setdefault(program, set()).add(person)
    for program in Program.objects.filter(pk__in=wanting).select_related("workflow", "organization"):
        found = needs(program, at=at, only=wanting[program.pk])
        _settle(program, found, rows.filter(program=program), at=at)


def _settle(program: Program, found: dict[int, Need], rows: AttentionQuerySet, *, at: datetime) -> None:
    """Take off whoever may not be turned to any more, and whose reason has ended."""
    for row in rows.open().filter(kind__in=FROM_WEEKS).select_related("person"):
        need = found.get(row.person_id)
        if need is None:
            holds = False
        elif row.kind == Kind.SILENT:
            holds = need.silent_since is not None
        else:
            holds = need.is_below or need.is_unknown
        if not holds:
            programs.settle_attention(program=program, person=row.person, kind=Kind(row.kind), at=at)
