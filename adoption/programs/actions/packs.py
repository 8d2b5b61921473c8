"""Context packs: begun, filled, looked through, and tested on one real task."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs.actions.refusals import Refused, WrongState
from adoption.programs.models import Pack, PackElement, PackTest, Program
from adoption.programs.queries.packs import USUAL_WORDS
from adoption.programs.rules.packs import MOST_ELEMENTS, USUAL, Verdict
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date


@transaction.atomic
def begin_pack(*, program: Program, role: str, by: Person | None, at: datetime) -> Pack:
    """Begin a role's pack with what every pack holds. Begun already it is that one. Raises WrongState once it is closed."""
    held = Program.objects.select_for_update(no_key=True).select_related(None).get(pk=program.pk)
    if held.closed_at is not None:
        raise WrongState("closed_packs")
    pack: Pack
    pack, is_new = Pack.objects.get_or_create(program=held, role=role, defaults={"made_at": at})
    if is_new:
        PackElement.objects.bulk_create([PackElement(pack=pack, name=str(USUAL_WORDS[one])) for one in USUAL])
        audit.record("pack.begun", by=by, at=at, subject=program, pack=role)
    return pack


@transaction.atomic
def discard_pack(*, pack: Pack, by: Person | None, at: datetime) -> None:
    """Take a role's pack away, with its tests."""
    audit.record("pack.discarded", by=by, at=at, subject=pack.program, pack=pack.role)
    pack.delete()


@transaction.atomic
def put_element(
    *,
    pack: Pack,
    element: PackElement | None,
    name: str,
    found_at: str,
    owner: Person | None,
    by: Person | None,
    at: datetime,
) -> PackElement:
    """Put something into a pack, or say anew what it is, where it lives and who keeps it.

    Raises Refused for a name that is in the pack already and for more than a pack takes.
    """
    held = _held(pack)
    others = PackElement.objects.filter(pack=held)
    if element is not None:
        others = others.exclude(pk=element.pk)
    if others.filter(name=name).exists():
        raise Refused("element_taken")
    if others.count() >= MOST_ELEMENTS:
        raise Refused("pack_full")
    row = element or PackElement(pack=held)
    row.name, row.found_at, row.owner = name, found_at, owner
    row.save()
    audit.record("pack.changed", by=by, at=at, subject=held.program, pack=held.role)
    return row


@transaction.atomic
def take_element(*, element: PackElement, by: Person | None, at: datetime) -> None:
    """Take something out of a pack."""
    held = _held(element.pack)
    element.delete()
    audit.record("pack.changed", by=by, at=at, subject=held.program, pack=held.role)


@transaction.atomic
def check_pack(*, pack: Pack, by: Person | None, at: datetime) -> Pack:
    """Somebody has looked: everything is where it is said to be, and still true. Twice a day is once."""
    held = _held(pack)
    today = local_date(at, held.organization.zone)
    if held.checked_on != today:
        held.checked_on = today
        held.save(update_fields=["checked_on"])
        audit.record("pack.checked", by=by, at=at, subject=held.program, pack=held.role)
    return held


@transaction.atomic
def record_test(*, pack: Pack, task: str, verdict: Verdict, note: str, by: Person | None, at: datetime) -> PackTest:
    """Write down how one real task came out with the pack loaded. The newest test counts; earlier ones stay beside it."""
    held = _held(pack)
    row: PackTest = PackTest.objects.create(pack=held, task=task, verdict=verdict.value, note=note, tested_at=at)
    audit.record("pack.tested", by=by, at=at, subject=held.program, pack=held.role, verdict=verdict.value)
    return row


def _held(pack: Pack) -> Pack:
    held: Pack = (
        Pack.objects.select_for_update(of=("self",), no_key=True)
        .select_related("program", "organization")
        .get(pk=pack.pk)
    )
    return held
