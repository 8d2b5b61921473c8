"""What the customer says that a programme costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from adoption.programs.models import Program
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from metrics.models import Prices
from metrics.models.money import PRICES

Ends = tuple[Decimal, Decimal] | None


@transaction.atomic
def set_prices(
    *,
    program: Program,
    currency: str,
    prices: Mapping[str, Ends],
    other_what: str,
    by: Person | None,
    at: datetime,
) -> Prices:
    """The customer's own figures for a programme, each of `PRICES` from a low to a high end, or None where they say none.

    The same again changes nothing. What they were is in the audit trail's order, not its words: money is not written there.
    """
    ends = {name: prices.get(name) or (None, None) for name in PRICES}
    said: dict[str, object] = {"currency": currency, "other_what": other_what}
    for name, (low, high) in ends.items():
        said |= {f"{name}_low": low, f"{name}_high": high}
    row: Prices
    row, is_new = Prices.objects.select_for_update().get_or_create(program=program, defaults={**said, "changed_at": at})
    changed = sorted(name for name, value in said.items() if is_new or getattr(row, name) != value)
    if not changed:
        return row
    for name in changed:
        setattr(row, name, said[name])
    row.changed_at = at
    row.save(update_fields=[*changed, "changed_at"])
    fields = sorted({name.removesuffix("_low").removesuffix("_high") for name in changed})
    audit.record("money.priced", by=by, at=at, subject=program, changed=" ".join(fields))
    return row
