"""The floor's name, and what it holds about a person."""

from django.apps import AppConfig

from adoption.tenancy.rules import ERASERS


class ProgramsConfig(AppConfig):
    name = "adoption.programs"
    label = "programs"

    def ready(self) -> None:
        ERASERS.register("programs", "adoption.programs.actions.erase_person")
