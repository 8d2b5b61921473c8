"""What has to be there before a launch: whose it is, what shows it, and why something is done without."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from adoption.programs.actions.refusals import Refused, refuse_settled
from adoption.programs.models import Preparation, Program
from adoption.programs.rules.readiness import BY_HAND, WAIVED_ELSEWHERE, Item
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person


@transaction.atomic
def prepare(
    *,
    program: Program,
    item: Item,
    owner: Person | None,
    due_on: date | None,
    evidence: str,
    by: Person | None,
    at: datetime,
) -> Preparation:
    """Say whose a line of the board is, by when, and what shows it; said again it replaces, and nothing is no evidence.

    Raises WrongState after the launch, and Refused for evidence of what is answered by what was done.
    """
    if evidence and item not in BY_HAND:
        raise Refused("answered_by_itself")
    row = _held(program, item)
    before = row.owner_id, row.due_on, row.evidence
    if before == (owner.pk if owner else None, due_on, evidence):
        return row
    is_new_evidence = evidence != row.evidence
    row.owner, row.due_on, row.evidence = owner, due_on, evidence
    if is_new_evidence:
        row.given_at = at if evidence else None
    row.save(update_fields=["owner", "due_on", "evidence", "given_at"])
    if not is_new_evidence:
        audit.record("readiness.arranged", by=by, at=at, subject=program, item=item.value)
    elif evidence:
        audit.record("readiness.shown", by=by, at=at, subject=program, item=item.value)
    else:
        audit.record("readiness.evidence_withdrawn", by=by, at=at, subject=program, item=item.value)
    return row


@transaction.atomic
def waive_item(*, program: Program, item: Item, reason: str, by: Person | None, at: datetime) -> Preparation:
    """Write down why the launch does not wait for something. Said again it replaces.

    Raises WrongState after the launch, and Refused without a reason and for what is done without champion by champion.
    """
    if item in WAIVED_ELSEWHERE:
        raise Refused("waived_elsewhere")
    if not reason.strip():
        raise Refused("waiver_without_reason")
    row = _held(program, item)
    row.waived_because, row.waived_at = reason.strip(), at
    row.save(update_fields=["waived_because", "waived_at"])
    audit.record("readiness.waived", by=by, at=at, subject=program, item=item.value)
    return row


@transaction.atomic
def withdraw_item_waiver(*, program: Program, item: Item, by: Person | None, at: datetime) -> None:
    """The launch waits for it after all. Twice is once. Raises WrongState after the launch."""
    row = _held(program, item)
    if row.waived_at is not None:
        row.waived_because, row.waived_at = "", None
        row.save(update_fields=["waived_because", "waived_at"])
        audit.record("readiness.waiver_withdrawn", by=by, at=at, subject=program, item=item.value)


def _held(program: Program, item: Item) -> Preparation:
    """The line of the board as it is now, held until the commit, in a programme nobody launches meanwhile."""
    held = Program.objects.select_for_update(no_key=True).select_related(None).get(pk=program.pk)
    refuse_settled(held, "launched_ready")
    row: Preparation
    row, _ = Preparation.objects.select_for_update(of=("self",)).get_or_create(program=held, item=item.value)
    return row
