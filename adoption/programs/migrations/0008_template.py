"""A programme follows a template: chosen in the draft, fixed when the baseline opens."""

from django.db import migrations, models

# Whether there is a comparison group decides who is asked in the baseline, so nobody changes it once people are.
CHOSEN = """
CREATE FUNCTION programs_template_chosen() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the template of a programme is never changed' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER template_chosen BEFORE UPDATE ON programs_program FOR EACH ROW
WHEN (OLD.baseline_opened_at IS NOT NULL AND OLD.template IS DISTINCT FROM NEW.template)
EXECUTE FUNCTION programs_template_chosen();
"""
UNCHOSEN = "DROP TRIGGER template_chosen ON programs_program; DROP FUNCTION programs_template_chosen();"


class Migration(migrations.Migration):
    dependencies = [("programs", "0007_mode")]

    operations = [
        migrations.AddField(
            model_name="program", name="template", field=models.CharField(default="peer_champions", max_length=20)
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(template__in=["peer_champions", "exploratory"]), name="program_template"
            ),
        ),
        migrations.RunSQL(CHOSEN, UNCHOSEN),
    ]
