"""A mark may stand for everybody's week."""

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0003_walls"),
        ("programs", "0002_walls"),
        ("tenancy", "0003_people_imports"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="dirtyweek",
            name="dirty_week_once",
        ),
        migrations.AlterField(
            model_name="dirtyweek",
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
        migrations.AddConstraint(
            model_name="dirtyweek",
            constraint=models.UniqueConstraint(
                fields=("organization", "person", "workflow", "week"), name="dirty_week_once", nulls_distinct=False
            ),
        ),
    ]
