"""The floor's name."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "adoption.outbox"
    label = "outbox"
