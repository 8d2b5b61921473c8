"""Outputs, the rounds in which they are rated, and what was said of them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0004_walls_of_guests"),
        ("programs", "0004_objections"),
        ("surveys", "0004_walls_of_instruments"),
        ("tenancy", "0003_people_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Output",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("title", models.CharField(max_length=160)),
                ("found_at", models.CharField(blank=True, default="", max_length=300)),
                ("produced_on", models.DateField()),
                ("registered_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
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
                    "person",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.person",
                    ),
                ),
                (
                    "program",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outputs",
                        to="programs.program",
                    ),
                ),
                (
                    "registered_by",
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
                    models.UniqueConstraint(fields=("organization", "public_id"), name="output_public_id"),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="output_title_not_empty"
                    ),
                ],
                "indexes": [
                    models.Index(fields=["organization", "program", "person"], name="output_by_program"),
                    models.Index(fields=["organization", "person"], name="output_by_person"),
                    models.Index(fields=["organization", "registered_by"], name="output_by_registrar"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutputMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("used_ai", models.BooleanField()),
                ("recorded_at", models.DateTimeField()),
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
                    "output",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.output",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "output"), name="output_mark_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RatingRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("seed", models.BigIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("reminders", models.PositiveSmallIntegerField(default=0)),
                ("reminded_at", models.DateTimeField(null=True)),
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
                    "program",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programs.program",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="rating_round_public_id"),
                    models.UniqueConstraint(fields=("organization", "program", "number"), name="rating_round_once"),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opened_at"))), name="rating_round_in_order"
                    ),
                    models.CheckConstraint(condition=models.Q(("reminders__lte", 2)), name="rating_round_reminders"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rater",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("invited_at", models.DateTimeField()),
                ("declined_at", models.DateTimeField(null=True)),
                (
                    "guest",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="outbox.guest",
                    ),
                ),
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
                    "person",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tenancy.person",
                    ),
                ),
                (
                    "round",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="raters",
                        to="surveys.ratinground",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="rater_public_id"),
                    models.UniqueConstraint(fields=("organization", "round", "person"), name="rater_once"),
                    models.UniqueConstraint(fields=("organization", "round", "guest"), name="rater_guest_once"),
                    models.CheckConstraint(
                        condition=models.Q(("person__isnull", True), ("guest__isnull", True), _connector="OR"),
                        name="rater_is_one",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["organization", "person"], name="rater_by_person"),
                    models.Index(fields=["organization", "guest"], name="rater_by_guest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Allotment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField()),
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
                    "output",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.output",
                    ),
                ),
                (
                    "rater",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="allotments",
                        to="surveys.rater",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "rater", "output"), name="allotment_once"),
                    models.UniqueConstraint(fields=("organization", "rater", "place"), name="allotment_place"),
                ],
                "indexes": [
                    models.Index(fields=["organization", "output"], name="allotment_by_output"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                ("instrument_version", models.PositiveSmallIntegerField()),
                ("usable", models.CharField(blank=True, default="", max_length=4)),
                ("correct", models.CharField(blank=True, default="", max_length=4)),
                ("fits", models.CharField(blank=True, default="", max_length=4)),
                ("mistakes", models.CharField(blank=True, default="", max_length=4)),
                ("valid_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "allotment",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="surveys.allotment",
                    ),
                ),
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
                    models.UniqueConstraint(fields=("organization", "allotment", "version"), name="rating_version"),
                    models.CheckConstraint(
                        condition=models.Q(("usable__in", ["", "1", "2", "3", "4", "5", "none"])), name="rating_usable"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("correct__in", ["", "1", "2", "3", "4", "5", "none"])),
                        name="rating_correct",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fits__in", ["", "1", "2", "3", "4", "5", "none"])), name="rating_fits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mistakes__in", ["", "0", "1", "2", "3", "none"])), name="rating_mistakes"
                    ),
                ],
            },
        ),
    ]
