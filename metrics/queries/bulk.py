"""What a bulk log needs to know: which weeks a programme takes, and who is meant by what another system calls them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import connection

from adoption.programs.models import Program
from adoption.programs.rules import baseline_starts_on
from adoption.tenancy.rules import local_date

# Only who is or was in an arm of the programme, or leads in it: everybody else is as unknown as somebody who does not exist.
_FIND = """
WITH taking_part AS (
    SELECT person_id FROM programs_assignment
     WHERE organization_id = %(organization)s AND program_id = %(program)s
     UNION
    SELECT person_id FROM champions_champion
     WHERE organization_id = %(organization)s AND program_id = %(program)s AND stepped_down_at IS NULL
), known AS (
    SELECT 'person' AS name, public_id::text AS key, id AS person_id FROM tenancy_person
     WHERE organization_id = %(organization)s AND public_id = ANY(%(person)s::uuid[])
    UNION ALL
    SELECT 'external_id', external_id, id FROM tenancy_person
     WHERE organization_id = %(organization)s AND external_id = ANY(%(external_id)s)
    UNION ALL
    SELECT 'mail', address, person_id FROM tenancy_alias
     WHERE organization_id = %(organization)s AND address = ANY(%(mail)s)
    UNION ALL
    SELECT 'mail', mail, id FROM tenancy_person
     WHERE organization_id = %(organization)s AND mail = ANY(%(mail)s)
)
SELECT name, key, person_id FROM known JOIN taking_part USING (person_id)
"""

# How another system calls somebody: by which name, and what.
Handle = tuple[str, str]


def weeks_taken(program: Program, *, at: datetime) -> dict[str, date]:
    """The weeks a programme takes facts about, by their ISO day: from its baseline on, once they are over."""
    today = local_date(at, program.organization.zone)
    first = baseline_starts_on(program.starts_on)
    count = max(0, (today - first).days // 7)
    mondays = [first + timedelta(weeks=number) for number in range(count)]
    return {monday.isoformat(): monday for monday in mondays}


def find_people(program: Program, handles: Collection[Handle]) -> dict[Handle, int]:
    """The keys of those who take part in a programme, or lead in it. Handles are ("person" | "mail" | "external_id", what is called so).

    A mail address in small letters may be an alias. One query.
    """
    wanted: dict[str, list[str]] = {"person": [], "mail": [], "external_id": []}
    for name, key in set(handles):
        wanted[name].append(key)
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"organization": program.organization_id, "program": program.pk, **wanted})
        return {(name, key): person for name, key, person in cursor.fetchall()}
