"""Whether somebody who leads is asked about their own weeks: theirs alone to say."""

from __future__ import annotations

from datetime import datetime

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from champions.models import Champion


def ask_no_weeks(*, program: Program, person: Person, at: datetime) -> None:
    """They would rather not be asked how often they use AI. They lead on, and all else goes on. Twice is once.

    No objection: that would take them off the lists on which a lead sees whether they have time. Not audited, as theirs is not.
    """
    Champion.objects.asked().held_by(person).filter(program=program).update(unasked_since=at)


def ask_weeks_again(*, program: Program, person: Person) -> None:
    """They would like to be asked again, from the next time on. Twice is once."""
    Champion.objects.serving().held_by(person).filter(program=program).update(unasked_since=None)
