"""The ground floor's name."""

from django.apps import AppConfig

from adoption.tenancy.rules import ACTS, ERASERS, EXPORTERS, FIRST_STEPS, SEEN


class TenancyConfig(AppConfig):
    name = "adoption.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        ACTS.register("tenancy", "adoption.tenancy.queries.audit.SENTENCES")
        # Before the entry itself goes: what files say about the person is found by it.
        ERASERS.register("imports", "adoption.tenancy.actions.imports.erase_from_imports")
        ERASERS.register("tenancy", "adoption.tenancy.actions.privacy.erase_directory_entry")
        SEEN.register("tenancy", "adoption.tenancy.queries.privacy.seen_on_the_ground")
        EXPORTERS.register("tenancy", "adoption.tenancy.queries.privacy.export_directory_entry")
        FIRST_STEPS.register("tenancy", "adoption.tenancy.queries.guide.first_steps")
