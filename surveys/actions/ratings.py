"""Registering outputs and having them rated by whoever receives them, without being told how they were made."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from adoption.outbox.actions.guests import forget_guests, meet_guest
from adoption.outbox.actions.messages import Saying, say_many
from adoption.outbox.models import Guest
from adoption.programs.models import Assignment, Program
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date, working_instant
from surveys import rules
from surveys.actions.refusals import Refused
from surveys.models import Allotment, Output, OutputMark, Rater, Rating, RatingRound
from surveys.queries import Named
from surveys.rules import STAKEHOLDER

RATING = "rating"
ATTEND = "surveys.attend_ratings"
# What is mailed at the opening and as a reminder: to members of the directory, and to guests.
INVITATIONS = ("rating", "rating_guest")
REMINDERS = ("rating_reminder", "rating_guest_reminder")


@transaction.atomic
def register_output(
    *,
    program: Program,
    person: Person,
    title: str,
    found_at: str,
    produced_on: date,
    used_ai: bool,
    by: Person | None,
    at: datetime,
) -> Output:
    """Note down that a piece of somebody's work exists, so that whoever received it can say what it was worth to them.

    Raises Refused for a programme in which nothing is collected or somebody outside it, for a day to come, and after the launch
    for work of before it: it would be chosen knowing what came later.
    """
    program = (
        Program.objects.select_for_update(of=("self",), no_key=True).select_related("organization").get(pk=program.pk)
    )
    if not program.baseline_opened_at or program.closed_at:
        raise Refused("not_collected")
    if not Assignment.objects.current().filter(program=program, person=person).exists():
        raise Refused("not_collected")
    if produced_on > local_date(at, program.organization.zone):
        raise Refused("to_come")
    if program.launched_at and produced_on < program.starts_on:
        raise Refused("of_before", day=program.starts_on)
    output: Output = Output.objects.create(
        program=program,
        person=person,
        title=title,
        found_at=found_at,
        produced_on=produced_on,
        registered_by=by,
        registered_at=at,
    )
    OutputMark.objects.create(output=output, used_ai=used_ai, recorded_at=at)
    audit.record("output.registered", by=by, at=at, subject=output)
    return output


@transaction.atomic
def take_output_back(*, output: Output, by: Person | None, at: datetime) -> None:
    """Take an output back that nobody has rated. Taken back twice is once. Raises Refused once somebody rated it."""
    output = Output.objects.select_for_update().get(pk=output.pk)
    if output.taken_back_at:
        return
    # Whoever is rating it holds what they were given; the newest word is waited for.
    given = list(Allotment.objects.select_for_update().filter(output=output))
    if Rating.objects.filter(allotment__in=given).exists():
        raise Refused("rated")
    Allotment.objects.filter(output=output).delete()
    output.taken_back_at = at
    output.save(update_fields=["taken_back_at"])
    audit.record("output.taken_back", by=by, at=at, subject=output)


@transaction.atomic
def open_round(
    *,
    program: Program,
    outputs: Sequence[Output],
    raters: Sequence[Named],
    by: Person | None,
    at: datetime,
    seed: int | None = None,
) -> RatingRound:
    """Give outputs to raters: mixed, each to one, one in four to two, and mail everybody their link.

    `seed` fixes the lots for what must come out the same again. Raises Refused while another round of the programme is open,
    without outputs or raters, with somebody who has the list before their eyes, and where the outputs cannot be given out.
    """
    program = (
        Program.objects.select_for_update(of=("self",), no_key=True).select_related("organization").get(pk=program.pk)
    )
    if RatingRound.objects.filter(program=program).open(at).exists():
        raise Refused("round_open")
    chosen = list(Output.objects.waiting().filter(program=program, pk__in=[one.pk for one in outputs]).order_by("pk"))
    if not chosen or not raters:
        raise Refused("nothing_to_rate")
    if any(one.person == by for one in raters if one.person):
        raise Refused("knows")
    earlier: int = RatingRound.objects.filter(program=program).count()
    round_ = RatingRound.objects.create(
        program=program,
        number=earlier + 1,
        seed=secrets.randbelow(2**32) if seed is None else seed,
        opened_at=at,
        closes_at=at + rules.RATED_WITHIN,
    )
    people = _seat(round_, raters, at)
    try:
        allotted = rules.allot(
            {one.pk: one.person_id for one in chosen},
            {rater.pk: rater.person_id for rater in people},
            seed=round_.seed,
        )
    except rules.NobodyElse as refusal:
        raise Refused(f"allot_{refusal.code}") from refusal
    Allotment.objects.bulk_create(
        [Allotment(rater_id=one.rater, output_id=one.output, place=one.place) for one in allotted]
    )
    _say(round_, INVITATIONS, at=at)
    agenda.schedule(task=ATTEND, row_id=round_.pk, due_at=at + rules.REMIND_RATERS_AFTER[0])
    audit.record("ratings.opened", by=by, at=at, subject=round_, outputs=len(chosen), raters=len(people))
    return round_


def _seat(round_: RatingRound, raters: Sequence[Named], at: datetime) -> list[Rater]:
    """A row for each rater, once, in the order in which they were named."""
    found: dict[tuple[str, int], Rater] = {}
    for one in raters:
        if one.person:
            found["person", one.person.pk] = Rater(round=round_, person=one.person, invited_at=at)
        else:
            guest = meet_guest(name=one.name, mail=one.mail, at=at)
            found["guest", guest.pk] = Rater(round=round_, guest=guest, invited_at=at)
    return list(Rater.objects.bulk_create(found.values()))


@transaction.atomic
def attend_round(*, round_: RatingRound, at: datetime) -> datetime | None:
    """Remind whoever has not rated everything, at most twice; long after the end forget the guests.

    Returns when to come again, None when nothing is left to do.
    """
    round_ = _held(round_)
    if at >= round_.closes_at:
        over: datetime = round_.closes_at + rules.FORGET_GUESTS_AFTER
        if at < over:
            return over
        _forget(round_, at)
        return None
    reminding = rules.REMIND_RATERS_AFTER
    if round_.reminders < len(reminding) and at >= round_.opened_at + reminding[round_.reminders]:
        round_.reminders += 1
        round_.reminded_at = at
        round_.save(update_fields=["reminders", "reminded_at"])
        _say(round_, REMINDERS, at=at)
        audit.record("ratings.reminded", by=None, at=at, subject=round_)
    if round_.reminders < len(reminding):
        # After an outage both come due at once: nobody is reminded of what has only just reached them.
        planned = round_.opened_at + reminding[round_.reminders]
        later: datetime = max(planned, at + rules.REMIND_AGAIN_AFTER)
        return min(later, round_.closes_at)
    closes_at: datetime = round_.closes_at
    return closes_at


@transaction.atomic
def close_round(*, round_: RatingRound, by: Person | None, at: datetime) -> RatingRound:
    """Take no more ratings from now on. Links say so. Raises Refused when it is closed already."""
    round_ = _held(round_)
    if at >= round_.closes_at:
        raise Refused("round_closed")
    round_.closes_at = max(at, round_.opened_at + timedelta(seconds=1))
    round_.save(update_fields=["closes_at"])
    audit.record("ratings.closed", by=by, at=at, subject=round_)
    return round_


@transaction.atomic
def rate(*, allotment: Allotment, given: Mapping[str, str], at: datetime) -> Rating | None:
    """Write down what a rater says of an output, as a new version where it changed. What is left out stays missing.

    `given` is what `rules.check_items` calls clean. None where nothing was ever said. Raises Refused once the round is closed.
    """
    given_out = Allotment.objects.select_for_update(of=("self",)).select_related("rater__round")
    held = given_out.filter(pk=allotment.pk).first()
    # Taken back while it was on the screen.
    if held is None:
        raise Refused("taken_back")
    if at >= held.rater.round.closes_at:
        raise Refused("round_closed")
    said = {item.key: given.get(item.key, "") for item in STAKEHOLDER.items}
    before: Rating | None = Rating.objects.filter(allotment=held).order_by("-version").first()
    if said == (before.answers if before else dict.fromkeys(said, "")):
        return before
    rating: Rating = Rating.objects.create(
        allotment=held,
        version=before.version + 1 if before else 1,
        instrument_version=STAKEHOLDER.version,
        **said,
        valid_at=at,
        recorded_at=at,
    )
    return rating


@transaction.atomic
def decline_rating(*, rater: Rater, at: datetime) -> None:
    """A rater would rather not. Nothing is mailed to them any more; what they rated counts."""
    if Rater.objects.filter(pk=rater.pk, declined_at__isnull=True).update(declined_at=at):
        audit.record("ratings.declined", by=None, at=at, subject=rater.round)


def _forget(round_: RatingRound, at: datetime) -> None:
    """Guests who are asked nowhere else: not in an open round, nor in one that ended a short while ago."""
    recent = Rater.objects.filter(guest=OuterRef("pk"), round__closes_at__gt=at - rules.FORGET_GUESTS_AFTER)
    guests = list(
        Guest.objects.filter(Exists(Rater.objects.filter(guest=OuterRef("pk"), round=round_))).exclude(Exists(recent))
    )
    Rater.objects.filter(guest__in=guests).update(guest=None)
    forget_guests(guests=guests)
    audit.record("ratings.guests_forgotten", by=None, at=at, subject=round_, guests=len(guests))


def _held(round_: RatingRound) -> RatingRound:
    held: RatingRound = (
        RatingRound.objects.select_for_update(of=("self",), no_key=True)
        .select_related("program__organization")
        .get(pk=round_.pk)
    )
    return held


def _say(round_: RatingRound, kinds: tuple[str, str], *, at: datetime) -> None:
    """To members as a question among others, to guests on its own, in the organisation's working hours."""
    raters = list(
        Rater.objects.filter(round=round_, declined_at__isnull=True).select_related("person", "guest").order_by("pk")
    )
    key = f"ratings:{round_.pk}"
    zone = round_.program.organization.zone
    say_many(
        kind=kinds[0],
        sayings=[Saying(one.person, key, row_id=one.pk, expires_at=round_.closes_at) for one in raters if one.person],
        at=at,
    )
    say_many(
        kind=kinds[1],
        sayings=[
            Saying(one.guest, key, row_id=one.pk, due_at=working_instant(at, zone), expires_at=round_.closes_at)
            for one in raters
            if one.guest
        ],
        at=at,
    )
