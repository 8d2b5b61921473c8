"""Migrate under the role that owns the tables; the application's own role may not change them."""

from typing import Any

from django.core.management.commands import migrate

from adoption.tenancy.walls import as_owner


class Command(migrate.Command):
    """Django's `migrate`, as the owner."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        with as_owner():
            return super().handle(*args, **options)
