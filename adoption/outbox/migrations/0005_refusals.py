"""Since when an address refuses mail, on how many days, and whether nothing goes there. Earlier rows were held at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0004_walls_of_guests"),
    ]

    operations = [
        migrations.AddField(
            model_name="suppression",
            name="days",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="suppression",
            name="held",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="suppression",
            name="latest",
            field=models.DateTimeField(null=True),
        ),
    ]
