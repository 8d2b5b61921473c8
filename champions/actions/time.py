"""Asking champions about their time, keeping what they say, warning who can help, and giving a champion a successor."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from adoption.outbox.actions.messages import Saying, say, say_many
from adoption.programs.actions import Refused, WrongState
from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Arm
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.actions.inviting import let_in
from champions.models import Champion, TimeAnswer, TimeCheck
from champions.queries.agreements import sponsorship_of
from champions.rules.time import ANSWERED_WITHIN

CHECK = "champion_check"  # the outbox's kind, and its links' purpose
WARNING = "champion_time"


class CheckOver(ValueError):
    """The check takes no more answers."""


@transaction.atomic
def ask_time(*, program: Program, due_on: date, version: int, at: datetime) -> int:
    """Ask every champion who is there about their time, once for a day. Returns how many there are. `version` is of the words."""
    today = local_date(at, program.organization.zone)
    there = Person.objects.working(today).values("pk")
    champions = list(Champion.objects.serving().filter(program=program, person__in=there).select_related("person"))
    TimeCheck.objects.bulk_create(
        [TimeCheck(champion=one, due_on=due_on, instrument_version=version, asked_at=at) for one in champions],
        ignore_conflicts=True,
    )
    checks = TimeCheck.objects.filter(champion__in=champions, due_on=due_on).select_related("champion__person")
    sayings = [Saying(row.champion.person, f"check:{row.pk}", row_id=row.pk) for row in checks]
    say_many(kind=CHECK, sayings=sayings, at=at)
    audit.record("time.asked", by=None, at=at, subject=program, people=len(champions))
    return len(champions)


@transaction.atomic
def answer_check(
    *, check: TimeCheck, displaced: str, hours: Decimal | None, can_keep: int | None, to_fix: str, at: datetime
) -> TimeAnswer:
    """Write down what a champion says; said anew it is a new version, the same again none. Raises CheckOver.

    Hours are a week's; None and empty are missing, never zero.
    """
    check = TimeCheck.objects.select_for_update(of=("self",)).select_related("champion").get(pk=check.pk)
    if at >= check.asked_at + ANSWERED_WITHIN or check.champion.stepped_down_at:
        raise CheckOver
    said = {"displaced": displaced, "hours": hours, "can_keep": can_keep, "to_fix": to_fix}
    last: TimeAnswer | None = TimeAnswer.objects.filter(check_asked=check).order_by("-version").first()
    if last and all(getattr(last, name) == value for name, value in said.items()):
        return last
    version = last.version + 1 if last else 1
    row: TimeAnswer = TimeAnswer.objects.create(check_asked=check, version=version, recorded_at=at, **said)
    return row


def warn_sponsor(*, champion: Champion, at: datetime) -> None:
    """Tell the programme's sponsor, where there is one, that a champion runs out of time."""
    found = sponsorship_of(champion.program)
    if found and found.sponsor:
        say(
            kind=WARNING,
            person=found.sponsor,
            subject_key=f"champion_time:{champion.pk}",
            row_id=champion.pk,
            at=at,
        )


@transaction.atomic
def succeed(
    *, program: Program, champion: Champion | None, person: Person, by: Person | None, at: datetime
) -> Champion:
    """Make somebody a champion of a programme that runs, to take over from one who is, or was: None, of whom nothing is left.

    Named twice it is one row.

    Members of pods may: in the analysis they stay where they were at the launch. Raises WrongState before the launch and
    after the phase, and Refused for somebody of the comparison group, who has left, or for the champion.
    """
    let_in(person, by=by, at=at)
    program = Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
    if program.launched_at is None or program.ended_at:
        raise WrongState("not_running")
    if champion and person.pk == champion.person_id:
        raise Refused("leads_already")
    if person.has_left(at):
        raise Refused("has_left")
    if Assignment.objects.current().in_arm(Arm.COMPARISON).filter(program=program, person=person).exists():
        raise Refused("in_comparison")
    made: Champion
    made, is_new = Champion.objects.serving().get_or_create(program=program, person=person, defaults={"named_at": at})
    if is_new:
        audit.record("champion.named", by=by, at=at, subject=person)
    return made


@transaction.atomic
def step_down(*, champion: Champion, by: Person | None, at: datetime) -> None:
    """A champion leads no longer. What was agreed and said stays as it was. Twice is once."""
    if Champion.objects.serving().filter(pk=champion.pk).update(stepped_down_at=at):
        audit.record("champion.succeeded", by=by, at=at, subject=champion.person)
