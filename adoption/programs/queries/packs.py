"""The context packs of a programme: how complete each is, and how its last test came out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import Assignment, Pack, PackElement, PackTest, Program, Workflow
from adoption.programs.rules import Arm
from adoption.programs.rules.packs import Fitness, Verdict, fitness, is_out_of_date
from adoption.tenancy.models import Person

Words = str | Promise

# What a pack is begun with, by `rules.packs.USUAL`.
USUAL_WORDS: dict[str, Words] = {
    "examples": _("Three good pieces of this work, as they went out"),
    "readers": _("Who reads it, and what they do with it"),
    "words": _("The house’s own words and tone"),
    "rules": _("Rules it has to keep, and how it is checked"),
    "data": _("Which data may go into which tool"),
}
FITNESS_WORDS: dict[Fitness, Words] = {
    Fitness.INCOMPLETE: _("not complete"),
    Fitness.UNTESTED: _("complete, not tested"),
    Fitness.FOUNDATION: _("a foundation question"),
    Fitness.READY: _("tested, good"),
}


@dataclass(frozen=True)
class PackState:
    """A pack with its elements by name and its tests, the newest first."""

    pack: Pack
    elements: tuple[PackElement, ...]
    tests: tuple[PackTest, ...]

    @property
    def complete(self) -> int:
        return sum(one.is_complete for one in self.elements)

    @property
    def last_test(self) -> PackTest | None:
        return self.tests[0] if self.tests else None

    @property
    def fitness(self) -> Fitness:
        verdict = Verdict(self.last_test.verdict) if self.last_test else None
        return fitness([one.is_complete for one in self.elements], verdict)

    @property
    def words(self) -> Words:
        return FITNESS_WORDS[self.fitness]

    def is_stale(self, on: date) -> bool:
        """Whether nobody has looked at it for so long that it may not be true any more."""
        return is_out_of_date(self.pack.checked_on, on)


def packs_of(program: Program) -> list[PackState]:
    """The packs of a programme, by role. Three queries, whatever the numbers."""
    packs = list(Pack.objects.filter(program=program).in_role_order())
    elements: dict[int, list[PackElement]] = defaultdict(list)
    for element in PackElement.objects.filter(pack__in=packs).select_related("owner").order_by("id"):
        elements[element.pack_id].append(element)
    tests: dict[int, list[PackTest]] = defaultdict(list)
    for test in PackTest.objects.filter(pack__in=packs).order_by("-tested_at", "-id"):
        tests[test.pack_id].append(test)
    return [PackState(pack, tuple(elements[pack.pk]), tuple(tests[pack.pk])) for pack in packs]


def pack_state(pack: Pack) -> PackState:
    """One pack."""
    return next(one for one in packs_of(pack.program) if one.pack.pk == pack.pk)


def roles_in_pods(program: Program) -> list[str]:
    """The job roles of whoever sits in a pod, by name. Who has none in the directory asks for no pack."""
    seated = Assignment.objects.current().in_arm(Arm.PODS).filter(program=program).exclude(person__job_role="")
    return sorted(set(seated.values_list("person__job_role", flat=True)))


def roles_without_pack(program: Program) -> list[str]:
    """Of these, those nobody has begun a pack for."""
    known = set(Pack.objects.filter(program=program).values_list("role", flat=True))
    return [role for role in roles_in_pods(program) if role not in known]


def packs_ready(*, program: Program, at: datetime) -> bool:
    """Readiness: whether each role in the pods has a pack, and every pack is complete and came out well in its last test."""
    packs = packs_of(program)
    return bool(packs) and not roles_without_pack(program) and all(one.fitness is Fitness.READY for one in packs)


def keepers(program: Program, *, role: str, on: date) -> list[Person]:
    """Who keeps a part of a programme's context packs and is still here: those of one role's pack first, then by name."""
    rows = PackElement.objects.filter(pack__program=program, owner__in=Person.objects.here(on).values("pk"))
    kept = rows.select_related("pack", "owner").order_by("owner__sort_name", "owner_id")
    found = sorted(kept, key=lambda one: one.pack.role != role)
    return list({one.owner_id: one.owner for one in found if one.owner}.values())


def elements_for(workflow: Workflow) -> list[PackElement]:
    """What the packs of a piece of work hold, by role. One query.

    What two programmes call the same for the same role is there once, as the later programme keeps it.
    """
    rows = PackElement.objects.of_work(workflow).select_related("pack__program")
    latest = {
        (one.pack.role, one.name): one for one in rows.order_by("pack__program__starts_on", "pack__program", "pk")
    }
    return sorted(latest.values(), key=lambda one: (one.pack.role, one.pk))
