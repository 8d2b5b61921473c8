"""Files made of a programme, links that let somebody read its evidence, and the months that were summed up by mail."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Protect


def organization() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        default=adoption.tenancy.walls.current_organization_id,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="tenancy.organization",
    )


def reference(to: str, on_delete: object, *, null: bool = False) -> adoption.tenancy.walls.TenantForeignKey:
    return adoption.tenancy.walls.TenantForeignKey(
        db_constraint=False, db_index=False, null=null, on_delete=on_delete, related_name="+", to=to
    )


CASCADE, SET_NULL = django.db.models.deletion.CASCADE, django.db.models.deletion.SET_NULL


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0007_occasions"),
        ("outbox", "0004_walls_of_guests"),
        ("programs", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("form_key", models.UUIDField(default=uuid.uuid4)),
                ("organization", organization()),
                ("program", reference("programs.program", CASCADE)),
                ("reader", reference("outbox.guest", SET_NULL, null=True)),
                ("sent_by", reference("tenancy.person", SET_NULL, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "program"], name="evidence_link_by_program"),
                    models.Index(fields=["organization", "reader"], name="evidence_link_by_reader"),
                    models.Index(fields=["organization", "sent_by"], name="evidence_link_by_sender"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="evidence_link_public_id"),
                    models.UniqueConstraint(fields=("organization", "form_key"), name="evidence_link_sent_once"),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("sent_at"))), name="evidence_link_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("kind", models.CharField(max_length=20)),
                ("asked_at", models.DateTimeField()),
                ("audience", models.CharField(max_length=10)),
                ("words", models.CharField(blank=True, default="", max_length=2000)),
                ("form_key", models.UUIDField(default=uuid.uuid4)),
                ("made_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("size", models.PositiveIntegerField(default=0)),
                ("content", models.BinaryField(null=True)),
                ("organization", organization()),
                ("asked_by", reference("tenancy.person", CASCADE)),
                ("link", reference("metrics.evidencelink", CASCADE, null=True)),
                ("program", reference("programs.program", CASCADE)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "asked_by"], name="export_by_person"),
                    models.Index(fields=["organization", "program"], name="export_by_program"),
                    models.Index(fields=["organization", "link"], name="export_by_link"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="export_public_id"),
                    models.UniqueConstraint(
                        fields=("organization", "asked_by", "program", "kind", "form_key"), name="export_asked_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("link__isnull", True), ("made_at__isnull", True)),
                        fields=("organization", "asked_by", "program", "kind"),
                        name="export_one_being_made",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["evidence_pdf", "evidence_slides", "evidence_sheet", "report", "council"])
                        ),
                        name="export_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["lead", "executive"])), name="export_audience"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("content__isnull", True), ("expires_at__isnull", True), ("made_at__isnull", True)
                            ),
                            models.Q(("expires_at__isnull", False), ("made_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="export_made_until",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("said_at", models.DateTimeField()),
                ("figures", models.CharField(max_length=64)),
                ("organization", organization()),
                ("program", reference("programs.program", CASCADE)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "program", "month"), name="digest_once_a_month"),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="digest_of_a_month"),
                ],
            },
        ),
        Protect("EvidenceLink"),
        Protect("Export"),
        Protect("Digest"),
    ]
