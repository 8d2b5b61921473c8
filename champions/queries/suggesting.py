"""What the forms of wins and prompts begin with."""

from __future__ import annotations

from adoption.tenancy.models import Person
from champions.rules.suggesting import REFERENCE_LENGTH, SUGGESTIONS, Suggestion


def suggestion(person: Person, reference: str) -> Suggestion | None:
    """What lies behind a reference in an address, as upper floors have registered it; None for nonsense and for what is not theirs."""
    if not reference or len(reference) > REFERENCE_LENGTH:
        return None
    found = (entry.load()(person=person, reference=reference) for entry in SUGGESTIONS)
    return next((one for one in found if one), None)
