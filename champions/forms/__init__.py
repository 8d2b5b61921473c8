"""What people type about champions."""

from champions.forms.naming import NAMED, REFUSALS, NameChampionForm, refusal_of

__all__ = [
    "NAMED",
    "REFUSALS",
    "NameChampionForm",
    "refusal_of",
]
