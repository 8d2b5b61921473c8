"""What every floor registers by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from adoption.tenancy.rules.roles import Permission


@dataclass(frozen=True)
class Registered:
    """A floor's entry in a registry."""

    name: str
    path: str

    def load(self) -> Any:
        """The callable behind the dotted path. Raises ImportError or AttributeError for a wrong one."""
        module, _, attribute = self.path.rpartition(".")
        return getattr(import_module(module), attribute)


class Registry:
    """Callables of upper floors that a lower one calls by name, so that nothing low imports anything high."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, Registered] = {}

    def register(self, name: str, path: str) -> None:
        """Enter a dotted path under a name. The same pair twice is harmless; another path raises ValueError."""
        if self._entries.get(name, Registered(name, path)) != Registered(name, path):
            raise ValueError(f"{self.what} {name!r} is registered already")
        self._entries[name] = Registered(name, path)

    def __iter__(self) -> Iterator[Registered]:
        # The highest floors first: what stands on others goes before what it stands on. In that order floors are installed,
        # so in that order they entered themselves.
        return iter(list(self._entries.values()))

    def __getitem__(self, name: str) -> Registered:
        return self._entries[name]


@dataclass(frozen=True)
class Holding:
    """Something held about a person, and who else sees it: whoever has a permission (None: no role opens it), and `also`.

    `remark` says how much of it they see. Both are words, perhaps lazily translated.
    """

    what: Any
    permission: Permission | None = None
    also: Any = ""
    remark: Any = ""


@dataclass(frozen=True)
class Notice:
    """Something about a person that whoever holds a permission is told on their page, and what they can do about it.

    `place` is the name of the address that `verb` posts to, filled in with the organisation and the person.
    """

    title: Any
    text: Any
    remark: str
    permission: Permission
    verb: Any
    place: str


@dataclass(frozen=True)
class FirstStep:
    """One step from an empty organisation to its first launch, as stored facts tell it. `words` and `why` are lazily translated.

    `place` is the name of the address where it is done, filled in with the organisation and `part`; `permission` is who may.
    """

    words: Any
    why: Any
    is_done: bool
    place: str
    permission: Permission
    part: str = ""


# erase_x(*, person, at) -> None: takes everything the floor holds about a person away.
ERASERS = Registry("eraser")
# export_x(*, person) -> dict[str, JSON]: everything the floor holds about a person.
EXPORTERS = Registry("exporter")
# SENTENCES: dict[str, str] - how the acts of a floor's audit events are told, by verb.
ACTS = Registry("acts")
# seen_x(*, organization) -> Iterable[Holding]: what the floor holds about people, and who else sees it.
SEEN = Registry("who sees what")
# is_x() -> Exists, about the person of the outer query: what somebody is here by a fact and not by a role.
STANDINGS = Registry("standing")
# reckon_x(*, people, first, last, at) -> None: facts of people (by id) about days from one to another (None: open) have
# changed; notes that what was computed from them is to be computed again, and keeps calendars to what was promised.
RECKONINGS = Registry("reckoning")
# close_x(*, first, last, at) -> None: from one day to another nobody works, everywhere or at a place, or they do again;
# what was promised for these days moves.
CLOSINGS = Registry("closing")
# probe_x(*, programme, at) -> an answer for the readiness board: true where it is enough.
PROBES = Registry("readiness probe")
# steps_x(*, organization) -> list[FirstStep] of the floor, in their order; None for ever once the beginnings are over.
FIRST_STEPS = Registry("first steps")
# notice_x(*, person) -> Notice | None: what the page of a person says beside the directory's own.
NOTICES = Registry("notice")
