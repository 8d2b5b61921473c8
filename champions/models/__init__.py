"""What a row of the champions' floor is."""

from champions.models.champion import Champion, ChampionQuerySet

__all__ = [
    "Champion",
    "ChampionQuerySet",
]
