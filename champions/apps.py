"""The floor's name, what it holds about a person, and what it wants to see before a launch."""

from django.apps import AppConfig

from adoption.tenancy.rules import ERASERS, PROBES


class ChampionsConfig(AppConfig):
    name = "champions"
    label = "champions"

    def ready(self) -> None:
        ERASERS.register("champions", "champions.actions.erase_person")
        PROBES.register("champions", "champions.queries.has_champions")
