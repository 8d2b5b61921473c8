"""A prompt's version needs something of a context pack, in place of seven fixed words of its own."""

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Protect

# A word becomes what a pack of the prompt's work has in its place: that of its author's role, else of the only role there
# is, of the latest programme. Where no pack has it, the words themselves are kept.
FROM_WORDS = """
INSERT INTO champions_promptneed (organization_id, version_id, element_id, role, name)
SELECT version.organization_id, version.id, found.id, coalesce(found.role, ''), coalesce(found.name, known.words)
FROM champions_promptversion AS version
JOIN champions_prompt AS prompt ON prompt.organization_id = version.organization_id AND prompt.id = version.prompt_id
LEFT JOIN tenancy_person AS author ON author.organization_id = version.organization_id AND author.id = version.author_id
CROSS JOIN LATERAL unnest(version.pack) WITH ORDINALITY AS said (word, place)
JOIN (VALUES
    ('role', 'Who we are and what the role does', NULL),
    ('audience', 'Whom it is written for', 'Who reads it, and what they do with it'),
    ('examples', 'Good examples of our own', 'Three good pieces of this work, as they went out'),
    ('structure', 'The structure we use', NULL),
    ('tone', 'Our tone', 'The house’s own words and tone'),
    ('sources', 'Sources and figures to rely on', NULL),
    ('red_lines', 'Red lines: what never goes in', 'Which data may go into which tool')
) AS known (word, words, element) ON known.word = said.word
LEFT JOIN LATERAL (
    SELECT element.id, element.name, pack.role
    FROM programs_packelement AS element
    JOIN programs_pack AS pack ON pack.organization_id = element.organization_id AND pack.id = element.pack_id
    JOIN programs_program AS program ON program.organization_id = pack.organization_id AND program.id = pack.program_id
    WHERE element.organization_id = version.organization_id AND program.workflow_id = prompt.workflow_id
    AND element.name IN (known.element, known.words)
    AND (
        pack.role = author.job_role
        OR 1 = (
            SELECT count(DISTINCT other.role)
            FROM programs_pack AS other
            JOIN programs_program AS there ON there.organization_id = other.organization_id AND there.id = other.program_id
            WHERE other.organization_id = version.organization_id AND there.workflow_id = prompt.workflow_id
        )
    )
    ORDER BY program.starts_on DESC, element.id DESC
    LIMIT 1
) AS found ON true
ORDER BY version.id, said.place
"""


class Migration(migrations.Migration):
    dependencies = [("champions", "0007_walls_of_time"), ("programs", "0016_no_champion")]

    operations = [
        migrations.CreateModel(
            name="PromptNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(blank=True, default="", max_length=120)),
                ("name", models.CharField(max_length=120)),
                (
                    "element",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="programs.packelement",
                    ),
                ),
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
                    "version",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs",
                        to="champions.promptversion",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "element"], name="prompt_need_by_element")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "version", "role", "name"), name="prompt_need_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="prompt_need_has_name"
                    ),
                ],
            },
        ),
        Protect("PromptNeed"),
        # The column stays for processes that still run the version before; nothing reads it any more.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE champions_promptversion ALTER COLUMN pack SET DEFAULT '{}'",
                    "ALTER TABLE champions_promptversion ALTER COLUMN pack DROP DEFAULT",
                )
            ],
            state_operations=[
                migrations.RemoveConstraint("promptversion", "prompt_version_pack"),
                migrations.RemoveField("promptversion", "pack"),
            ],
        ),
        migrations.RunSQL(FROM_WORDS, migrations.RunSQL.noop),
    ]
