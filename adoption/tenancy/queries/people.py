"""Reads of the directory."""

from __future__ import annotations

from django.db import connection

from adoption.tenancy.models import Alias, Person
from adoption.tenancy.walls import current_organization_id

# UNION rather than UNION ALL: a cycle that two people closed at the same moment must not run for ever.
ABOVE = """
WITH RECURSIVE above (id) AS (
    SELECT %(start)s::bigint
    UNION
    SELECT person.manager_id FROM above JOIN tenancy_person person ON person.id = above.id AND person.organization_id = %(organization)s
    WHERE person.manager_id IS NOT NULL
)
SELECT EXISTS (SELECT FROM above WHERE id = %(wanted)s)
"""


def holder_of(address: str) -> Person | None:
    """Who is known by an address in small letters: as their mail address, else as an alias."""
    person = Person.objects.filter(mail=address).first()
    if person is None:
        alias = Alias.objects.filter(address=address).select_related("person").first()
        person = alias.person if alias else None
    return person


def is_above(person: Person, start: Person) -> bool:
    """Whether `person` is `start`, or a manager of theirs at any distance."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, {"start": start.pk, "wanted": person.pk, "organization": current_organization_id()})
        return bool(cursor.fetchone()[0])
