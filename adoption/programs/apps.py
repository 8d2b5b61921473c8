"""The floor's name."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "adoption.programs"
    label = "programs"
