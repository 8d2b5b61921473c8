"""Finding champions: what colleagues said is counted once, candidates are asked, and what they answer is theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from adoption.outbox.actions.forgetting import forget
from adoption.outbox.actions.messages import say
from adoption.programs.actions import Refused, refuse_settled
from adoption.programs.models import Assignment, Program
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.actions.naming import name_champion
from champions.models import Candidacy, Champion, Offer, Selection
from champions.rules import credibility, may_lead
from champions.rules.selection import OFFER_LASTS, SIGNS, tries

OFFER = "champion_offer"  # the outbox's kind
OFFER_LINK = "offer"  # its links' purpose
OFFER_OVER = "champions.offer_over"  # the agenda's task


class OfferGone(ValueError):
    """There is nothing to answer any more."""


@transaction.atomic
def record_nominations(
    *,
    program: Program,
    said: Iterable[tuple[int, int]],
    asked: Collection[int],
    says_so: Collection[int],
    by: Person | None,
    at: datetime,
) -> Selection:
    """Count what colleagues said, and keep those alone who are sought out and try AI unasked. Counted anew it replaces.

    `said` are (nominator id, nominee id), `asked` the ids of everybody who could have named somebody, `says_so` of those
    who say that they try AI themselves; other systems' signs are registered by name. Raises WrongState after the launch.
    """
    program = Program.objects.select_for_update(of=("self",)).select_related("organization").get(pk=program.pk)
    refuse_settled(program)
    managers = dict(Person.objects.values_list("pk", "manager_id"))
    found = credibility(said, managers=managers, eligible=asked)
    seen: set[int] = set()
    for entry in SIGNS:
        seen |= entry.load()(people=list(found), at=at)
    selection: Selection
    selection, _ = Selection.objects.update_or_create(
        program=program, defaults={"asked": len(asked), "recorded_at": at, "settled_at": None}
    )
    Candidacy.objects.filter(selection=selection).delete()
    here = Person.objects.here(local_date(at, program.organization.zone)).filter(pk__in=list(found))
    rows = []
    for person in here.values_list("pk", flat=True):
        known = tries(says_so=person in says_so, seen=person in seen)
        if known and may_lead(found[person], uses_ai=True):
            rows.append(
                Candidacy(
                    selection=selection,
                    person_id=person,
                    nominators=found[person].nominators,
                    eligible=found[person].eligible,
                    tries=known,
                )
            )
    Candidacy.objects.bulk_create(rows)
    audit.record("selection.recorded", by=by, at=at, subject=program, people=len(asked))
    return selection


@transaction.atomic
def settle_selection(*, selection: Selection, by: Person | None, at: datetime) -> None:
    """The lead has chosen: what was counted of everybody is deleted. Twice is once."""
    selection = Selection.objects.select_for_update(of=("self",)).select_related("program").get(pk=selection.pk)
    Candidacy.objects.filter(selection=selection).delete()
    if selection.settled_at is None:
        selection.settled_at = at
        selection.save(update_fields=["settled_at"])
        audit.record("selection.settled", by=by, at=at, subject=selection.program)


@transaction.atomic
def offer(*, candidacy: Candidacy, by: Person, at: datetime) -> Offer:
    """Ask a candidate whether they would be a champion. They answer by link within two weeks. Asked twice is once.

    The audit trail names the programme alone, so that it tells of nobody who said no. Raises WrongState after the
    launch, and Refused for somebody who leads already or cannot be reached.
    """
    program = Program.objects.select_for_update(of=("self",)).get(pk=candidacy.selection.program_id)
    person = candidacy.person
    refuse_settled(program)
    if not person.mail:
        raise Refused("no_mail")
    if Champion.objects.serving().filter(program=program, person=person).exists():
        raise Refused("leads_already")
    if Assignment.objects.current().filter(program=program, person=person).exists():
        raise Refused("in_an_arm")
    made: Offer
    made, is_new = Offer.objects.get_or_create(
        program=program,
        person=person,
        defaults={"offered_by": by, "offered_at": at, "expires_at": at + OFFER_LASTS},
    )
    if is_new:
        say(
            kind=OFFER,
            person=person,
            subject_key=f"offer:{made.pk}",
            row_id=made.pk,
            expires_at=made.expires_at,
            at=at,
        )
        agenda.schedule(task=OFFER_OVER, row_id=made.pk, due_at=made.expires_at)
        audit.record("champion.offered", by=by, at=at, subject=program)
    return made


@transaction.atomic
def accept_offer(*, offer: Offer, at: datetime) -> Champion:
    """Say yes: the person is named a champion. Raises OfferGone, and what `name_champion` raises."""
    row = _held(offer)
    champion = name_champion(program=row.program, person=row.person, by=row.offered_by, at=at)
    Candidacy.objects.of_program(row.program).filter(person=row.person).delete()
    _forget(row)
    return champion


@transaction.atomic
def decline_offer(*, offer: Offer, at: datetime) -> None:
    """Say no. Nothing of it stays: no row, no message, no link, no audit event. Raises OfferGone."""
    row = _held(offer)
    Candidacy.objects.of_program(row.program).filter(person=row.person).delete()
    _forget(row)


@transaction.atomic
def end_offer(*, offer: Offer, at: datetime) -> None:
    """The offer's time is over: afterwards it looks as one that was declined. Raises OfferGone."""
    decline_offer(offer=offer, at=at)


@transaction.atomic
def take_offer_back(*, offer: Offer, by: Person | None, at: datetime) -> None:
    """The lead asks after all not: the candidate stays on the list. Raises OfferGone."""
    row = _held(offer)
    audit.record("champion.offer_withdrawn", by=by, at=at, subject=row.program)
    _forget(row)


def _held(offer: Offer) -> Offer:
    """The offer as it is now, held until the commit. Raises OfferGone."""
    # The programme first, as whoever makes an offer does.
    Program.objects.select_for_update(of=("self",), no_key=True).get(pk=offer.program_id)
    row: Offer | None = (
        Offer.objects.select_for_update(of=("self",))
        .select_related("program", "person", "offered_by")
        .filter(pk=offer.pk)
        .first()
    )
    if row is None:
        raise OfferGone
    return row


def _forget(offer: Offer) -> None:
    forget(kind=OFFER, purpose=OFFER_LINK, row_ids=[offer.pk])
    offer.delete()
