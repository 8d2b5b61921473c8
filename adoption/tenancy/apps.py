"""The ground floor's name."""

from django.apps import AppConfig

from adoption.tenancy.rules import ACTS, ERASERS, EXPORTERS


class TenancyConfig(AppConfig):
    name = "adoption.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        ACTS.register("tenancy", "adoption.tenancy.queries.audit.SENTENCES")
        ERASERS.register("tenancy", "adoption.tenancy.actions.privacy.erase_directory_entry")
        EXPORTERS.register("tenancy", "adoption.tenancy.queries.privacy.export_directory_entry")
