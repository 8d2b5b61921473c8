"""The floor's name, what it holds about a person, how its acts are told, and what it wants to see before a launch."""

from django.apps import AppConfig

from adoption.tenancy.rules import ACTS, ERASERS, EXPORTERS, PROBES, SEEN


class ChampionsConfig(AppConfig):
    name = "champions"
    label = "champions"

    def ready(self) -> None:
        ACTS.register("champions", "champions.queries.SENTENCES")
        ERASERS.register("champions", "champions.actions.erase_person")
        EXPORTERS.register("champions", "champions.queries.export_champions")
        SEEN.register("champions", "champions.queries.seen_of_champions")
        PROBES.register("champions", "champions.queries.has_champions")
        PROBES.register("champions_free", "champions.queries.champions_are_free")
