"""The ledger of erasures, to be kept outside the backups and replayed after a restore."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from adoption.tenancy.models import Erasure, Organization
from adoption.tenancy.walls import organization


class Command(BaseCommand):
    help = "Print every erasure as a line of JSON. Nothing in it says who somebody was. See replay_erasures."

    def handle(self, *args: Any, **options: Any) -> None:
        for one in Organization.objects.order_by("pk"):
            with organization(one.pk):
                for erasure in Erasure.objects.order_by("id"):
                    line = {
                        "organization": str(one.public_id),
                        "person": str(erasure.public_id),
                        "hashes": erasure.hashes,
                        "erased_at": erasure.erased_at.isoformat(),
                    }
                    self.stdout.write(json.dumps(line))
