"""Reporting lines among people."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import connection
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Person
from adoption.tenancy.walls import current_organization_id

# Who of some people stands above whom of them, at any distance. Each step looks people up by their keys (OFFSET keeps the
# planner from reading the whole directory for a join: how few stand above a few hundred it cannot know).
LINES = """
WITH RECURSIVE above (start, id) AS (
    SELECT id, manager_id FROM tenancy_person
     WHERE organization_id = %(organization)s AND id = ANY(%(people)s) AND manager_id IS NOT NULL
    UNION
    SELECT above.start, next.manager_id FROM above CROSS JOIN LATERAL (
        SELECT manager_id FROM tenancy_person
         WHERE organization_id = %(organization)s AND id = above.id AND manager_id IS NOT NULL OFFSET 0
    ) next
)
SELECT start, id FROM above WHERE id = ANY(%(people)s) AND start <> id
"""


def lines_among(people: Collection[int]) -> set[tuple[int, int]]:
    """Reporting lines inside a group, as (id of who reports, id of a manager of theirs at any distance). One query."""
    with connection.cursor() as cursor:
        cursor.execute(LINES, {"people": list(people), "organization": current_organization_id()})
        return set(cursor.fetchall())


def reports_to(manager: Person, people: Collection[int]) -> set[int]:
    """Ids of those of some people who report to a person at any distance. One query."""
    return {start for start, above in lines_among({*people, manager.pk}) if above == manager.pk}


def lines_said(people: Sequence[Person], lines: set[tuple[int, int]]) -> list[str]:
    """The reporting lines among people, as sentences."""
    names = {person.pk: person.name for person in people}
    return [
        str(_("%(name)s reports to %(manager)s") % {"name": names[below], "manager": names[above]})
        for below, above in sorted(lines, key=lambda pair: (names.get(pair[0], ""), pair))
        if below in names and above in names
    ]
