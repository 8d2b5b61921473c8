"""Files of AI tools on their way into the facts: what a preview is made of, and one open file at a time."""

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Protect, Tie

# One preview at a time is open from here on, and rests on rows of its own: earlier ones have none, and may be several.
DISCARDED = (
    "UPDATE metrics_vendorfile SET discarded_at = uploaded_at WHERE committed_at IS NULL AND discarded_at IS NULL"
)


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0004_marks_of_whole_weeks"),
        ("tenancy", "0003_people_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="VendorRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("changed", "Other than before"),
                            ("unchanged", "Known already"),
                            ("joined", "Read together with an earlier line"),
                            ("stranger", "Nobody here"),
                            ("refused", "Left out"),
                        ],
                        max_length=10,
                    ),
                ),
                ("target", models.BigIntegerField(null=True)),
                ("login", models.CharField(blank=True, default="", max_length=254)),
                ("period_start", models.DateField(null=True)),
                ("period_end", models.DateField(null=True)),
                ("is_active", models.BooleanField(null=True)),
                ("first_active_on", models.DateField(null=True)),
                ("last_active_on", models.DateField(null=True)),
                ("problems", models.JSONField(null=True)),
                (
                    "file",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="metrics.vendorfile",
                    ),
                ),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "file", "line"), name="vendor_row_line"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome__in", ("new", "changed", "unchanged")), _negated=True),
                            models.Q(
                                ("is_active__isnull", False),
                                ("period_end__isnull", False),
                                ("period_start__isnull", False),
                                ("target__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="vendor_row_written_whole",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["organization", "file", "outcome", "line"], name="vendor_row_by_outcome"),
                    models.Index(
                        condition=models.Q(("problems__isnull", False)),
                        fields=["organization", "file", "line"],
                        name="vendor_row_problems",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="vendorfile",
            name="vendor_file_once",
        ),
        migrations.RemoveField(
            model_name="vendorfile",
            name="people_found",
        ),
        migrations.RemoveField(
            model_name="vendorfile",
            name="people_unknown",
        ),
        migrations.RemoveField(
            model_name="vendorfile",
            name="problems",
        ),
        migrations.RemoveField(
            model_name="vendorfile",
            name="rows",
        ),
        migrations.AddField(
            model_name="vendorfile",
            name="commit_asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="vendorfile",
            name="content",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="vendorfile",
            name="counts",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="vendorfile",
            name="covers_all_tools",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="vendorfile",
            name="encoding_guessed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="vendorfile",
            name="failure",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="vendorfile",
            name="failure_line",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="vendorfile",
            name="size",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="vendorfile",
            name="staged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="vendorfile",
            name="uploaded_by",
            field=adoption.tenancy.walls.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tenancy.person",
            ),
        ),
        migrations.AddIndex(
            model_name="vendorfile",
            index=models.Index(fields=["organization", "uploaded_by"], name="vendor_file_by_uploader"),
        ),
        migrations.RunSQL(DISCARDED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="vendorfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("committed_at__isnull", True), ("discarded_at__isnull", True)),
                fields=("organization",),
                name="vendor_file_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="vendorfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("committed_at__isnull", True), ("discarded_at__isnull", True), _connector="OR"),
                name="vendor_file_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="vendorfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("undone_at__isnull", True), ("committed_at__isnull", False), _connector="OR"),
                name="vendor_file_undone_after",
            ),
        ),
        migrations.AddConstraint(
            model_name="vendorfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("content__isnull", True),
                    models.Q(("committed_at__isnull", True), ("discarded_at__isnull", True)),
                    _connector="OR",
                ),
                name="vendor_file_content_goes",
            ),
        ),
        Protect("VendorRow"),
        Tie("VendorFile", "uploaded_by"),
    ]
