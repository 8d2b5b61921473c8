"""Whether what a page of evidence is made of has changed since somebody last looked."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import models
from django.db.models import OuterRef, Subquery

from adoption.programs.models import Program, Specification
from adoption.tenancy.models import Organization
from metrics.models import KeyLoss, SnapshotRun
from metrics.queries.curve import sums_of
from metrics.queries.portfolio import people_of


def stamp_of(program: Program) -> str:
    """Another one as soon as anything differs that its evidence is made of. Two queries, however many people.

    What is frozen is never rewritten, so that its newest row stands for all of it; weeks are two rows each.
    """
    newest = Program.objects.filter(pk=program.pk).values_list(*_newest().values()).get()
    rows = _row(program), _row(program.workflow), _row(program.organization)
    return _hashed((*rows, newest, sums_of(program, until=date.max)))


def stamp_of_all(organization: Organization) -> str:
    """The same of what stands over all programmes, which tells no weeks. Two queries, however many there are."""
    newest = _newest()
    programs = list(Program.objects.select_related("workflow").annotate(**newest).order_by("pk"))
    made_of = [(_row(one), _row(one.workflow), *(getattr(one, name) for name in newest)) for one in programs]
    return _hashed((_row(organization), made_of, people_of(programs)))


def _newest() -> dict[str, Subquery]:
    """Of a programme: what was frozen last, by which measure it goes, and when a key was lost."""
    frozen = SnapshotRun.objects.filter(program=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    specified = Specification.objects.filter(program=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    lost = KeyLoss.objects.filter(program=OuterRef("pk")).values("lost_at")
    return {"newest_run": Subquery(frozen), "newest_specification": Subquery(specified), "lost_at": Subquery(lost)}


def _row(of: models.Model) -> tuple[object, ...]:
    return tuple(getattr(of, field.attname) for field in of._meta.concrete_fields)


def _hashed(facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()
