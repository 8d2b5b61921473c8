"""Every write of the champions' floor."""

from champions.actions.naming import erase_person, name_champion, withdraw_champion

__all__ = [
    "erase_person",
    "name_champion",
    "withdraw_champion",
]
