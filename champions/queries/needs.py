"""What prompts need from the context packs, and whether it can be relied on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from adoption.programs.models import PackElement
from adoption.programs.rules.packs import Verdict, is_out_of_date
from champions import rules
from champions.models import PromptNeed, PromptVersion
from champions.queries.kit import SHORTCOMING_WORDS, Words
from champions.rules import Shortcoming


@dataclass(frozen=True)
class NeedLook:
    """Something a version needs, as it was called then and as it is kept now."""

    name: str
    role: str
    element: PackElement | None
    shortcomings: tuple[Shortcoming, ...]

    @property
    def words(self) -> list[Words]:
        return [SHORTCOMING_WORDS[one] for one in self.shortcomings]

    @property
    def called_now(self) -> str:
        """What it is called by now, where that is something else."""
        return self.element.name if self.element and self.element.name != self.name else ""

    def is_same_as(self, other: NeedLook) -> bool:
        """By its row in the pack, or by its name for its role: the next programme keeps what is called the same."""
        return (self.element is not None and self.element == other.element) or (self.role, self.name) == (
            other.role,
            other.name,
        )


def needs_of(versions: Collection[PromptVersion], on: date) -> dict[int, list[NeedLook]]:
    """What each version needs, as it stands on a day. One query, however many there are."""
    found: dict[int, list[NeedLook]] = defaultdict(list)
    for row in PromptNeed.objects.filter(version__in=[one.pk for one in versions]).as_they_stand():
        found[row.version_id].append(_look(row, on))
    return found


def _look(row: PromptNeed, on: date) -> NeedLook:
    element: PackElement | None = row.element
    lacking = rules.shortcomings(
        is_there=element is not None,
        is_complete=element is not None and element.is_complete,
        is_generic=row.verdict == Verdict.GENERIC,  # type: ignore[attr-defined]  # annotated
        is_out_of_date=element is not None and is_out_of_date(element.pack.checked_on, on),
    )
    return NeedLook(row.name, row.role, element, lacking)


def needed_still(
    needs: Sequence[NeedLook], elements: Sequence[PackElement]
) -> tuple[list[PackElement], list[NeedLook]]:
    """What a next version would need of what there is, and what it would have to do without.

    Where another programme keeps the same for the same role now, it is that one.
    """
    by_key = {one.pk: one for one in elements}
    by_name = {(one.pack.role, one.name): one for one in elements}
    kept: list[PackElement] = []
    lost: list[NeedLook] = []
    for need in needs:
        there = need.element
        now = there and (by_key.get(there.pk) or by_name.get((there.pack.role, there.name)))
        now = now or by_name.get((need.role, need.name))
        if now:
            kept.append(now)
        else:
            lost.append(need)
    return kept, lost
