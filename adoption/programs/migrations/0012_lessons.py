"""Programmes are laid aside once they are closed, and what they learned is offered to the next."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Protect

Q = models.Q


def organization() -> models.ForeignKey:
    """Of which organisation a row is."""
    return models.ForeignKey(
        db_index=False,
        default=adoption.tenancy.walls.current_organization_id,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="tenancy.organization",
    )


def reference(to: str, related_name: str) -> adoption.tenancy.walls.TenantForeignKey:
    """Another row of the same organisation."""
    return adoption.tenancy.walls.TenantForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [("programs", "0011_design"), ("tenancy", "0003_people_imports")]

    operations = [
        migrations.AddField("program", "archived_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "program",
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True) | Q(closed_at__isnull=False), name="program_archived_once_closed"
            ),
        ),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("kind", models.CharField(max_length=10)),
                ("page", models.CharField(max_length=10)),
                ("words", models.CharField(max_length=200)),
                ("setting", models.CharField(blank=True, default="", max_length=10)),
                ("number", models.PositiveSmallIntegerField(null=True)),
                ("written_at", models.DateTimeField()),
                ("organization", organization()),
                ("program", reference("programs.program", "lessons")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="lesson_public_id"),
                    models.UniqueConstraint(fields=("organization", "program", "kind", "words"), name="lesson_once"),
                    models.CheckConstraint(condition=~Q(words=""), name="lesson_words"),
                    models.CheckConstraint(condition=Q(kind__in=["again", "not_again", "change"]), name="lesson_kind"),
                    models.CheckConstraint(
                        condition=Q(page__in=["work", "template", "dates", "arms"]), name="lesson_page"
                    ),
                    models.CheckConstraint(
                        condition=Q(setting="", number__isnull=True)
                        | Q(setting__in=["weeks", "pods", "pod_size", "teams"], number__isnull=False),
                        name="lesson_number_of_setting",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="LessonAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_taken", models.BooleanField()),
                ("answered_at", models.DateTimeField()),
                ("organization", organization()),
                ("lesson", reference("programs.lesson", "answers")),
                ("program", reference("programs.program", "+")),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "lesson"], name="lesson_answer_by_lesson")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "program", "lesson"), name="lesson_answer_once")
                ],
            },
        ),
        Protect("Lesson"),
        Protect("LessonAnswer"),
    ]
