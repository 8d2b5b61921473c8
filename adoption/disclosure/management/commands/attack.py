"""`manage.py attack`: try to recover people from everything that was published here; `attack FILE`: from what a file holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from adoption.disclosure.management.attacker import Contradiction, Stratum, Target, attack
from adoption.disclosure.rules.released import RELEASED
from adoption.tenancy.models import Organization
from adoption.tenancy.walls import organization


class Command(BaseCommand):
    help = (
        "Reads releases and the sizes of the groups they count, and reports everybody whose answer follows from them: "
        "all that this installation has published, or what a file holds. Ends with an error when somebody was "
        "recovered. Needs scipy."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, nargs="?", help="JSON: a list of targets, as docs/disclosure.md describes"
        )
        parser.add_argument("--organization", help="only this organisation, by its short name")
        parser.add_argument("--people", type=int, default=5, help="groups below this size must not be known")
        parser.add_argument("--audience", action="append", help="read only this audience's tables (repeatable)")

    def handle(self, *args: Any, **options: Any) -> None:
        targets = list(_of_file(options["file"]) if options["file"] else _of_installation(options["organization"]))
        found = []
        for target in targets:
            try:
                found += attack([target], people=options["people"], audiences=options["audience"])
            except Contradiction as error:
                raise CommandError(f"The figures of {target.name} contradict each other: {error}") from error
        for recovery in found:
            places = ", ".join(f"{one.arm}/{one.department}/{one.pod}" for one in recovery.strata)
            self.stderr.write(f"{recovery.target}: the sum over {recovery.people} people in {places} is certain.")
        if found:
            raise CommandError(f"{len(found)} recovered from {len(targets)} metrics and windows.")
        self.stdout.write(f"Nobody recovered from {len(targets)} metrics and windows.")


def _of_file(file: Path) -> list[Target]:
    try:
        return [_target(stored) for stored in json.loads(file.read_text(encoding="utf-8"))]
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise CommandError(f"{file} is not a list of targets: {error}.") from error


def _of_installation(slug: str | None) -> Iterator[Target]:
    companies = Organization.objects.order_by("slug")
    if slug:
        companies = companies.filter(slug=slug)
        if not companies:
            raise CommandError(f"There is no organisation called {slug}.")
    for company in companies:
        with organization(company.pk):
            for entry in RELEASED:
                for stored in entry.load()():
                    yield _target({**stored, "name": f"{company.slug}: {stored['name']}"})


def _target(stored: dict[str, Any]) -> Target:
    strata = tuple(
        Stratum(one["arm"], one["department"], one["pod"], int(one["people"]), tuple(one.get("releases", (0,))))
        for one in stored["strata"]
    )
    high = stored.get("high", 1)
    ends = int(stored.get("low", 0)), None if high is None else int(high)
    return Target(stored["name"], strata, tuple(stored["releases"]), *ends)
