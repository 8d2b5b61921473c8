"""Walls in every tenant table of the ground floor, and an audit trail nobody can rewrite."""

from django.db import migrations

from adoption.tenancy.walls import Freeze, Protect


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_ground")]

    operations = [
        *(
            Protect(name)
            for name in (
                "Person",
                "Alias",
                "Leave",
                "Membership",
                "RoleGrant",
                "Invitation",
                "ApiToken",
                "IdempotencyRecord",
                "AuditEvent",
                "Erasure",
            )
        ),
        Freeze("AuditEvent"),
        Freeze("Erasure"),
    ]
