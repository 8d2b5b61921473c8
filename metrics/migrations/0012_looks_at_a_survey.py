"""What the survey ninety days after the end said can be frozen, too."""

from django.db import migrations, models

KINDS = ["S0", "S30", "S56", "SE", "S90", "start+90", "S90-survey"]


class Migration(migrations.Migration):
    dependencies = [("metrics", "0011_sealed_looks")]

    operations = [
        migrations.RemoveConstraint(model_name="snapshotrun", name="snapshot_kind"),
        migrations.AddConstraint(
            model_name="snapshotrun",
            constraint=models.CheckConstraint(name="snapshot_kind", condition=models.Q(kind__in=KINDS)),
        ),
    ]
