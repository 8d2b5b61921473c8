"""Work that comes up less than weekly is measured by its occasions: chosen in the draft, fixed when the baseline opens."""

from django.db import migrations, models

# Baseline weeks are asked about in one way or in the other, so nobody changes it once they are.
CHOSEN = """
CREATE FUNCTION programs_mode_chosen() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what uses are held against is never changed' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER mode_chosen BEFORE UPDATE ON programs_program FOR EACH ROW
WHEN (OLD.baseline_opened_at IS NOT NULL AND OLD.mode IS DISTINCT FROM NEW.mode)
EXECUTE FUNCTION programs_mode_chosen();
"""
UNCHOSEN = "DROP TRIGGER mode_chosen ON programs_program; DROP FUNCTION programs_mode_chosen();"


class Migration(migrations.Migration):
    dependencies = [("programs", "0006_measure_and_exemptions")]

    operations = [
        migrations.AddField(model_name="program", name="mode", field=models.CharField(default="weekly", max_length=12)),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(mode__in=["weekly", "opportunity"]), name="program_mode"
            ),
        ),
        migrations.RunSQL(CHOSEN, UNCHOSEN),
    ]
