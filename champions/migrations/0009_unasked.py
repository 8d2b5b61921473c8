"""Whether a champion is asked about their own weeks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("champions", "0008_prompt_needs")]

    operations = [
        migrations.AddField(model_name="champion", name="unasked_since", field=models.DateTimeField(null=True))
    ]
