"""What people type about champions."""

from champions.forms.naming import NAMED, REFUSALS, NameChampionForm

__all__ = [
    "NAMED",
    "REFUSALS",
    "NameChampionForm",
]
