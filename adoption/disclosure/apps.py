"""The floor's name."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "adoption.disclosure"
    label = "disclosure"
