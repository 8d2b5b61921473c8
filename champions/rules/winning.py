"""When somebody is asked to tell of a win: two weeks after they began, if they use AI unasked by then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

from adoption.tenancy.rules import Registry

MOMENT_AFTER = timedelta(days=14)
# Weeks are told of after they are over: somebody of whom nothing is known on the day is looked at again for so long.
LOOKED_AT_FOR = timedelta(days=7)

# beginnings_x(*, program, people, at) -> dict[int, Beginning]: how some people of a programme, by id, have begun.
BEGINNINGS = Registry("beginning")


@dataclass(frozen=True)
class Beginning:
    """The day somebody began in a programme, and whether they use AI unasked since: more than hardly ever."""

    began_on: date
    uses: bool


@dataclass(frozen=True)
class Telling:
    """A win in the sentences it is told in: I used AI to do this. It took so long instead of so long. Here is the output."""

    task: str
    minutes_now: int
    minutes_before: int
    output: str
    hides_name: bool = False


def win_id(person: UUID, key: UUID) -> UUID:
    """By which a win is known that somebody tells in a form with this key: pressed twice it is one, and never another's."""
    return uuid5(person, str(key))


def is_moment(beginning: Beginning, on: date) -> bool:
    """Whether a day is one on which they may be asked to tell of a win."""
    day = beginning.began_on + MOMENT_AFTER
    return beginning.uses and day <= on < day + LOOKED_AT_FOR
