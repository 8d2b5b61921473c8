"""Walls around questions, and the standing task that hands over those without a name, where there are pods already."""

from django.db import migrations

from adoption.tenancy.walls import Protect

STANDING = """
INSERT INTO tenancy_agenda (organization_id, task, row_id, promised_at, due_at, attempts, failure)
SELECT DISTINCT organization_id, 'pods.hand_over_questions', 0, formed_at, formed_at, 0, ''
FROM (SELECT organization_id, max(formed_at) AS formed_at FROM pods_pod GROUP BY organization_id) AS pods
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("pods", "0007_questions")]

    operations = [
        Protect("Question"),
        Protect("AnonymousQuestion"),
        migrations.RunSQL(STANDING, migrations.RunSQL.noop),
    ]
