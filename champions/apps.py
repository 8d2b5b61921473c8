"""The floor's name."""

from django.apps import AppConfig


class ChampionsConfig(AppConfig):
    name = "champions"
    label = "champions"
