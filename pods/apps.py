"""The floor's name."""

from django.apps import AppConfig


class PodsConfig(AppConfig):
    name = "pods"
    label = "pods"
