"""Imports of people: the file on its way, its lines, and what its columns mean."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="PeopleImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("file_name", models.CharField(max_length=200)),
                ("size", models.PositiveIntegerField()),
                ("file_hash", models.CharField(max_length=64)),
                ("content", models.BinaryField(null=True)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "shape",
                    models.CharField(
                        choices=[("entra", "entra"), ("bamboo", "bamboo"), ("workday", "workday"), ("other", "other")],
                        max_length=12,
                    ),
                ),
                ("encoding", models.CharField(max_length=20)),
                ("encoding_guessed", models.BooleanField(default=False)),
                ("delimiter", models.CharField(max_length=1)),
                (
                    "header",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), size=None),
                ),
                ("mapping", models.JSONField(default=dict)),
                (
                    "date_order",
                    models.CharField(
                        blank=True,
                        choices=[("day_first", "day_first"), ("month_first", "month_first")],
                        default="",
                        max_length=12,
                    ),
                ),
                ("mapped_at", models.DateTimeField(null=True)),
                ("staged_at", models.DateTimeField(null=True)),
                ("staged_on", models.DateField(null=True)),
                ("counts", models.JSONField(default=dict)),
                ("absent_have_left", models.BooleanField(default=False)),
                ("commit_asked_at", models.DateTimeField(null=True)),
                ("committed_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("discarded_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=40)),
                ("failure_line", models.PositiveIntegerField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        default=adoption.tenancy.walls.current_organization_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "uploaded_by",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tenancy.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="people_import_public_id"),
                    models.UniqueConstraint(
                        condition=models.Q(("committed_at__isnull", True), ("discarded_at__isnull", True)),
                        fields=("organization",),
                        name="people_import_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("committed_at__isnull", True), ("discarded_at__isnull", True), _connector="OR"
                        ),
                        name="people_import_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at__isnull", True), ("committed_at__isnull", False), _connector="OR"
                        ),
                        name="people_import_undone_after",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("content__isnull", True),
                            models.Q(("committed_at__isnull", True), ("discarded_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="people_import_file_goes",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["organization", "uploaded_by"], name="people_import_by_uploader"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.IntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("changed", "Changed"),
                            ("left", "Left"),
                            ("unchanged", "Unchanged"),
                            ("refused", "Left out"),
                        ],
                        max_length=10,
                    ),
                ),
                ("target", models.BigIntegerField(null=True)),
                ("seen_version", models.PositiveIntegerField(null=True)),
                ("external_id", models.CharField(max_length=200, null=True)),
                ("name", models.CharField(max_length=200, null=True)),
                ("sort_name", models.CharField(max_length=400, null=True)),
                ("mail", models.CharField(max_length=254, null=True)),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=254), null=True, size=None
                    ),
                ),
                ("department", models.CharField(max_length=120, null=True)),
                ("job_role", models.CharField(max_length=120, null=True)),
                ("location", models.CharField(max_length=120, null=True)),
                ("zone", models.CharField(max_length=64, null=True)),
                ("manager_number", models.BigIntegerField(null=True)),
                ("contracted_hours", models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                ("left_on", models.DateField(null=True)),
                ("leave_begins", models.BooleanField(null=True)),
                ("before", models.JSONField(null=True)),
                ("problems", models.JSONField(null=True)),
                ("kept_because", models.CharField(blank=True, default="", max_length=20)),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=adoption.tenancy.walls.current_organization_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "people_import",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="tenancy.peopleimport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome", "refused"), ("target__isnull", False), _connector="OR"),
                        name="import_row_has_target",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome__in", ["changed", "left"]), _negated=True),
                            ("before__isnull", False),
                            _connector="OR",
                        ),
                        name="import_row_before",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["organization", "people_import", "outcome", "line"], name="import_row_by_outcome"
                    ),
                    models.Index(
                        condition=models.Q(("problems__isnull", False)),
                        fields=["organization", "people_import", "line"],
                        name="import_row_problems",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RememberedMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signature", models.CharField(max_length=64)),
                ("mapping", models.JSONField()),
                ("date_order", models.CharField(blank=True, default="", max_length=12)),
                ("remembered_at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        default=adoption.tenancy.walls.current_organization_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "signature"), name="remembered_mapping_once"),
                ],
            },
        ),
        migrations.RemoveIndex(model_name="person", name="person_by_name"),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["organization", "sort_name", "id"], include=["mail", "left_on"], name="person_by_name"
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("left_on__isnull", False)),
                fields=["organization", "sort_name", "id"],
                name="person_leaving",
            ),
        ),
        *(Protect(name) for name in ("PeopleImport", "ImportRow", "RememberedMapping")),
    ]
