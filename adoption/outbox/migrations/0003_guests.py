"""Guests, and messages, mails and links that are theirs."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import adoption.tenancy.walls


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0002_walls"),
        ("tenancy", "0003_people_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Guest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("name", models.CharField(max_length=200)),
                ("mail", models.CharField(max_length=254)),
                ("made_at", models.DateTimeField()),
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
                    models.UniqueConstraint(fields=("organization", "public_id"), name="guest_public_id"),
                    models.UniqueConstraint(fields=("organization", "mail"), name="guest_mail"),
                    models.CheckConstraint(
                        condition=models.Q(("mail", django.db.models.functions.text.Lower("mail"))),
                        name="guest_mail_lower",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="guest_name_not_empty"
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="envelope",
            name="person",
            field=adoption.tenancy.walls.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tenancy.person",
            ),
        ),
        migrations.AlterField(
            model_name="link",
            name="person",
            field=adoption.tenancy.walls.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tenancy.person",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="person",
            field=adoption.tenancy.walls.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tenancy.person",
            ),
        ),
        migrations.AddField(
            model_name="envelope",
            name="guest",
            field=adoption.tenancy.walls.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="outbox.guest",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="guest",
            field=adoption.tenancy.walls.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="outbox.guest",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="guest",
            field=adoption.tenancy.walls.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="outbox.guest",
            ),
        ),
        migrations.AddIndex(
            model_name="envelope",
            index=models.Index(fields=["organization", "guest"], name="envelope_by_guest"),
        ),
        migrations.AddConstraint(
            model_name="envelope",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("guest__isnull", False), ("person__isnull", True)),
                    models.Q(("guest__isnull", True), ("person__isnull", False)),
                    _connector="OR",
                ),
                name="envelope_one_addressee",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                fields=("organization", "guest", "purpose", "row_id"), name="link_of_guest_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("guest__isnull", False), ("person__isnull", True)),
                    models.Q(("guest__isnull", True), ("person__isnull", False)),
                    _connector="OR",
                ),
                name="link_one_addressee",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                fields=("organization", "guest", "kind", "subject_key", "day"), name="message_to_guest_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("guest__isnull", False), ("person__isnull", True)),
                    models.Q(("guest__isnull", True), ("person__isnull", False)),
                    _connector="OR",
                ),
                name="message_one_addressee",
            ),
        ),
    ]
