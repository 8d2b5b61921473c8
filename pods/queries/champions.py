"""Whether champions are about to stop, or have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, OuterRef, Subquery

from adoption.programs.models import Program
from adoption.programs.rules import monday
from adoption.tenancy.models import Leave, Person
from adoption.tenancy.rules import local_date
from champions.models import Champion
from champions.queries.time import answers_of
from champions.rules.time import CHECKED_WEEK, LATE, DropOff, Sign, drop_off, warning_signs, weeks_of
from pods.models import FollowUp, Pod, Session


@dataclass(frozen=True)
class ChampionLook:
    """What a champion's first weeks say: what warns, and whether they have stopped."""

    champion: Champion
    signs: frozenset[Sign]
    stopped: DropOff

    @property
    def has_stopped(self) -> bool:
        return self.stopped is not DropOff.NONE


def champion_looks(program: Program, *, at: datetime) -> list[ChampionLook]:
    """How it stands with the champions of a programme who are there. Seven queries, whatever the numbers."""
    today = local_date(at, program.organization.zone)
    there = Person.objects.working(today).values("pk")
    champions = list(
        Champion.objects.serving().filter(program=program, person__in=there).select_related("person", "program")
    )
    active: dict[int, set[date]] = {one.pk: set() for one in champions}
    sessions = Session.objects.filter(pod__champion__in=champions).values_list("pod__champion_id", "held_on")
    follow_ups = FollowUp.objects.filter(session__pod__champion__in=champions)
    for champion, day in sessions:
        active[champion].add(monday(day))
    for champion, when in follow_ups.answered().values_list("session__pod__champion_id", "answered_at"):
        if when:
            active[champion].add(monday(local_date(when, program.organization.zone)))
    led_by = Pod.objects.filter(pk=OuterRef("pod_now")).values("champion")[:1]
    late = dict(
        FollowUp.objects.open(at)
        .in_pods(Pod.objects.filter(champion__in=champions))
        .annotate(led_by=Subquery(led_by))
        .filter(due_at__lte=at - LATE)
        .order_by()
        .values("led_by")
        .annotate(n=Count("pk"))
        .values_list("led_by", "n")
    )
    leaves: dict[int, list[Leave]] = {}
    for leave in Leave.objects.filter(person__in=[one.person_id for one in champions]):
        leaves.setdefault(leave.person_id, []).append(leave)
    said = answers_of(champions)
    found = []
    for one in champions:
        checks = said[one.pk]
        answered = [answer for _check, answer in checks if answer]
        in_weeks = active[one.pk] | {monday(local_date(row.recorded_at, program.organization.zone)) for row in answered}
        named_on = local_date(one.named_at, program.organization.zone)
        # A successor begins in the week after they were named.
        first = program.starts_on if named_on <= program.starts_on else monday(named_on) + timedelta(weeks=1)
        weeks = [
            True if week in in_weeks else None if _is_away(leaves.get(one.person_id, ()), week) else False
            for week in weeks_of(first, today)
        ]
        found.append(
            ChampionLook(
                champion=one,
                signs=warning_signs(
                    [answer.can_keep for answer in answered],
                    asked=len(checks),
                    is_active=bool(active[one.pk]),
                    late_follow_ups=late.get(one.pk, 0),
                ),
                stopped=DropOff.NONE if any(weeks[CHECKED_WEEK:]) else drop_off(weeks),
            )
        )
    return found


def _is_away(leaves: Iterable[Leave], week: date) -> bool:
    """Whether somebody is away on all five working days of a week."""
    friday = week + timedelta(days=4)
    return any(one.starts_on <= week and (one.ends_on is None or one.ends_on >= friday) for one in leaves)
