"""What must be there before a launch, the policy and who has read it, context packs; workflows that are retired."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Freeze, Protect


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0009_replacement"),
        ("tenancy", "0003_people_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="workflow",
            name="retired_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Preparation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=20)),
                ("due_on", models.DateField(null=True)),
                ("evidence", models.CharField(blank=True, default="", max_length=500)),
                ("given_at", models.DateTimeField(null=True)),
                ("waived_because", models.CharField(blank=True, default="", max_length=200)),
                ("waived_at", models.DateTimeField(null=True)),
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
                    "owner",
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
                "indexes": [models.Index(fields=["organization", "owner"], name="preparation_by_owner")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "program", "item"), name="preparation_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "item__in",
                                ["policy", "sponsor", "showcase", "packs", "early_adopters", "agreements", "baseline"],
                            )
                        ),
                        name="preparation_item",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("given_at__isnull", True), models.Q(("evidence", ""), _negated=True), _connector="OR"
                        ),
                        name="preparation_shown_with_evidence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("waived_at__isnull", True),
                            models.Q(("waived_because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="preparation_waived_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("version", models.PositiveSmallIntegerField()),
                ("words", models.TextField()),
                ("red_lines", models.TextField()),
                ("published_at", models.DateTimeField()),
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
                    models.UniqueConstraint(fields=("organization", "public_id"), name="policy_public_id"),
                    models.UniqueConstraint(fields=("organization", "version"), name="policy_version"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("words", ""), _negated=True), models.Q(("red_lines", ""), _negated=True)
                        ),
                        name="policy_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("asked_at", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(null=True)),
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
                    "policy",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acknowledgements",
                        to="programs.policy",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "person"], name="acknowledgement_by_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="acknowledgement_public_id"),
                    models.UniqueConstraint(fields=("organization", "policy", "person"), name="acknowledgement_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("acknowledged_at__isnull", True),
                            ("acknowledged_at__gte", models.F("asked_at")),
                            _connector="OR",
                        ),
                        name="acknowledgement_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("role", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField()),
                ("checked_on", models.DateField(null=True)),
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
                        related_name="packs",
                        to="programs.program",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="pack_public_id"),
                    models.UniqueConstraint(fields=("organization", "program", "role"), name="pack_once"),
                    models.CheckConstraint(condition=models.Q(("role", ""), _negated=True), name="pack_has_role"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PackElement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("name", models.CharField(max_length=120)),
                ("found_at", models.CharField(blank=True, default="", max_length=300)),
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
                    "owner",
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
                    "pack",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="elements",
                        to="programs.pack",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "owner"], name="pack_element_by_owner")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="pack_element_public_id"),
                    models.UniqueConstraint(fields=("organization", "pack", "name"), name="pack_element_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PackTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("task", models.CharField(max_length=200)),
                ("verdict", models.CharField(max_length=10)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("tested_at", models.DateTimeField()),
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
                    "pack",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tests",
                        to="programs.pack",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "pack"], name="pack_test_by_pack")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["good", "generic"])), name="pack_test_verdict"
                    ),
                    models.CheckConstraint(condition=models.Q(("task", ""), _negated=True), name="pack_test_task"),
                ],
            },
        ),
        Protect("Preparation"),
        Protect("Policy"),
        Protect("Acknowledgement"),
        Protect("Pack"),
        Protect("PackElement"),
        Protect("PackTest"),
        Freeze("Policy"),
        Freeze("PackTest"),
    ]
