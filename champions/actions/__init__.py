"""Every write of the champions' floor."""

from champions.actions.inviting import write_again
from champions.actions.naming import erase_person, name_champion, withdraw_champion
from champions.actions.selection import record_nominations

__all__ = [
    "erase_person",
    "name_champion",
    "record_nominations",
    "withdraw_champion",
    "write_again",
]
