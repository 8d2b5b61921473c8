"""Walls in the tables of the kit, and the extension that finds prompts whose words are spelled a little differently."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from adoption.tenancy.walls import Protect


class Migration(migrations.Migration):
    dependencies = [("champions", "0004_kit"), ("programs", "0004_objections")]

    operations = [
        TrigramExtension(),
        Protect("Prompt"),
        Protect("PromptVersion"),
        Protect("PromptReview"),
        Protect("PromptTry"),
        Protect("Win"),
        Protect("Thanks"),
        Protect("Need"),
        Protect("LeaderDeed"),
        Protect("Tool"),
        Protect("Story"),
        Protect("Talk"),
        Protect("Card"),
        Protect("Expert"),
    ]
