"""After a restore: whoever had been erased since the backup is erased again."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from adoption.tenancy.actions.administrators import LastAdministrator
from adoption.tenancy.actions.privacy import erase_person, remember_erasure
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.walls import organization


class Command(BaseCommand):
    help = "Erase again everybody in a ledger that list_erasures printed. Running it twice changes nothing more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="lines of JSON, as list_erasures prints them")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        # All of it is understood before any of it is carried out.
        lines = [self._read(number, text) for number, text in enumerate(self._lines(options["file"]), start=1)]
        outcomes = Counter(self._replay(*line, now=now) for line in lines)
        self.stdout.write(
            f"{outcomes['again']} erased again, {outcomes['known']} were erased in this database, "
            f"{outcomes['elsewhere']} belong to organisations that are not here."
        )
        if outcomes["kept"]:
            raise CommandError(
                f"{outcomes['kept']} could not be erased: each is the only administrator of an organisation. "
                "Make somebody else an administrator there and run this again."
            )

    def _lines(self, file: Path) -> list[str]:
        try:
            return [line for line in file.read_text("utf-8").splitlines() if line.strip()]
        except (OSError, UnicodeDecodeError) as failure:
            raise CommandError(f"{file} cannot be read: {failure}") from failure

    def _read(self, number: int, text: str) -> tuple[UUID, UUID, list[str], datetime]:
        try:
            line = json.loads(text)
            at = datetime.fromisoformat(line["erased_at"])
            hashes = [str(one) for one in line["hashes"]]
            read = UUID(line["organization"]), UUID(line["person"]), hashes, at
        except (ValueError, KeyError, TypeError, AttributeError) as failure:
            raise CommandError(f"Line {number} is not one that list_erasures printed. Nothing was erased.") from failure
        if at.tzinfo is None:
            raise CommandError(f"Line {number} has a time without a zone. Nothing was erased.")
        return read

    def _replay(self, where: UUID, who: UUID, hashes: list[str], at: datetime, *, now: datetime) -> str:
        place = Organization.objects.filter(public_id=where).first()
        if place is None:
            return "elsewhere"
        with organization(place.pk):
            person = Person.objects.filter(public_id=who).first()
            try:
                if person is not None:
                    erase_person(person=person, by=None, at=now)
            except LastAdministrator:
                return "kept"
            remember_erasure(public_id=who, hashes=hashes, at=at)
        return "known" if person is None else "again"
