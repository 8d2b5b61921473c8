"""The champions' pages."""

from champions.views.naming import champions

__all__ = [
    "champions",
]
