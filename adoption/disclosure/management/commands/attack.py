"""`manage.py attack FILE`: try to recover people from everything that was published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from adoption.disclosure.management.attacker import Contradiction, Stratum, Target, attack


class Command(BaseCommand):
    help = (
        "Reads releases and the sizes of the groups they count, and reports everybody whose answer follows from them. "
        "Ends with an error when somebody was recovered. Needs scipy."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="JSON: a list of targets, as docs/disclosure.md describes")
        parser.add_argument("--people", type=int, default=5, help="groups below this size must not be known")
        parser.add_argument("--audience", action="append", help="read only this audience's tables (repeatable)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            targets = [_target(stored) for stored in json.loads(options["file"].read_text(encoding="utf-8"))]
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except (ValueError, TypeError, KeyError) as error:
            raise CommandError(f"{options['file']} is not a list of targets: {error}.") from error
        try:
            found = [
                recovery
                for target in targets
                for recovery in attack([target], people=options["people"], audiences=options["audience"])
            ]
        except Contradiction as error:
            raise CommandError(f"The figures contradict each other: {error}") from error
        for recovery in found:
            places = ", ".join(f"{one.arm}/{one.department}/{one.pod}" for one in recovery.strata)
            self.stderr.write(f"{recovery.target}: the sum over {recovery.people} people in {places} is certain.")
        if found:
            raise CommandError(f"{len(found)} recovered from {len(targets)} metrics and windows.")
        self.stdout.write(f"Nobody recovered from {len(targets)} metrics and windows.")


def _target(stored: dict[str, Any]) -> Target:
    strata = tuple(
        Stratum(one["arm"], one["department"], one["pod"], int(one["people"]), tuple(one.get("releases", (0,))))
        for one in stored["strata"]
    )
    return Target(
        stored["name"], strata, tuple(stored["releases"]), int(stored.get("low", 0)), int(stored.get("high", 1))
    )
