"""The floor's name, what it holds about a person, and how its acts are told."""

from django.apps import AppConfig

from adoption.tenancy.rules import ACTS, ERASERS, EXPORTERS


class ProgramsConfig(AppConfig):
    name = "adoption.programs"
    label = "programs"

    def ready(self) -> None:
        ACTS.register("programs", "adoption.programs.queries.SENTENCES")
        ERASERS.register("programs", "adoption.programs.actions.erase_person")
        EXPORTERS.register("programs", "adoption.programs.queries.export_programs")
