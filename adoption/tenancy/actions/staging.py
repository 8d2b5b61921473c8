"""The set-based work of an import: comparing a file with the directory, writing it, and taking it back.

Rows go by COPY into a temporary table (a table with row level security refuses COPY), and everything after that is a
statement over all of them. Called by `imports` inside the organisation, in its transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection

from adoption.tenancy.actions.bulk import Progress, copy, escaped, in_bulk, read, run
from adoption.tenancy.models import Alias, Leave, Outcome, PeopleImport, Person
from adoption.tenancy.rules.people_file import Row, people_in_circles
from adoption.tenancy.walls import TenantForeignKey, current_organization_id

ALIAS_MARK = "\x1f"

FILE_COLUMNS = (
    "line, external_id, name, sort_name, mail, aliases, department, job_role, location, zone, manager, manager_name, "
    "contracted_hours, left_on, active, on_leave, erased, blocked, problems"
)
MAKE_TABLES = """
DROP TABLE IF EXISTS pg_temp.incoming, pg_temp.incoming_alias, pg_temp.decided, pg_temp.chief, pg_temp.circle;
CREATE TEMPORARY TABLE incoming (
    line integer NOT NULL, external_id text, name text, sort_name text, mail text, aliases text,
    department text, job_role text, location text, zone text, manager text, manager_name text,
    contracted_hours numeric(4, 1), left_on date, active boolean, on_leave boolean,
    erased boolean NOT NULL, blocked boolean NOT NULL, problems jsonb
) ON COMMIT DROP;
CREATE TEMPORARY TABLE incoming_alias (line integer NOT NULL, address text NOT NULL) ON COMMIT DROP;
CREATE TEMPORARY TABLE circle (target bigint NOT NULL) ON COMMIT DROP;
"""
SPLIT_ALIASES = """
INSERT INTO incoming_alias SELECT line, unnest(string_to_array(aliases, %(mark)s)) FROM incoming WHERE aliases IS NOT NULL;
ANALYZE incoming;
ANALYZE incoming_alias;
"""
# Who a line is about: the number decides, then the mail address, then an alias. Rank and person share one integer, so that
# the best match of a line is a minimum. Blocked lines are matched too: whoever is on one is not missing from the file.
DECIDE = """
CREATE TEMPORARY TABLE decided ON COMMIT DROP AS
WITH found (line, rank, person) AS (
    SELECT i.line, 0::bigint, p.id FROM incoming i
      JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.external_id = i.external_id
    UNION ALL
    SELECT i.line, 1, p.id FROM incoming i
      JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.mail = i.mail
    UNION ALL
    SELECT i.line, 2, a.person_id FROM incoming i
      JOIN tenancy_alias a ON a.organization_id = %(organization)s AND a.address = i.mail
    UNION ALL
    SELECT i.line, 3, p.id FROM incoming_alias i
      JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.mail = i.address
    UNION ALL
    SELECT i.line, 4, a.person_id FROM incoming_alias i
      JOIN tenancy_alias a ON a.organization_id = %(organization)s AND a.address = i.address
), best (line, ranked, lowest, highest) AS (
    SELECT line, min((rank << 56) | person), min(person), max(person) FROM found GROUP BY line
), matched AS (
    SELECT i.line, i.blocked, i.external_id, i.mail, i.name, i.erased, i.active, i.left_on,
           b.ranked >> 56 AS rank, b.ranked & ((1::bigint << 56) - 1) AS person,
           CASE WHEN b.lowest <> b.highest THEN
               CASE WHEN b.ranked & ((1::bigint << 56) - 1) = b.lowest THEN b.highest ELSE b.lowest END
           END AS other
      FROM incoming i LEFT JOIN best b USING (line)
), first_of (person, line) AS (
    SELECT person, min(line) FROM matched WHERE person IS NOT NULL AND NOT blocked GROUP BY person HAVING count(*) > 1
), judged AS (
    SELECT m.*, f.line AS first_line, p.external_id AS known_number,
           CASE
               WHEN m.blocked THEN NULL
               WHEN m.other IS NOT NULL THEN 'two_people'
               WHEN m.rank > 0 AND m.external_id IS NOT NULL AND p.external_id IS NOT NULL THEN 'other_number'
               WHEN f.line < m.line THEN 'repeated'
               WHEN m.person IS NULL AND m.erased THEN 'erased'
               WHEN m.person IS NULL AND m.name IS NULL THEN 'name_missing'
               WHEN m.person IS NULL AND (m.left_on <= %(today)s OR (m.active IS FALSE AND m.left_on IS NULL)) THEN 'gone_already'
           END AS trouble
      FROM matched m
      LEFT JOIN first_of f ON f.person = m.person
      LEFT JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.id = m.person AND m.rank > 0
)
SELECT line, person, person IS NOT NULL AS found,
       CASE WHEN blocked OR trouble IS NOT NULL THEN NULL
            WHEN person IS NOT NULL THEN person
            ELSE nextval(pg_get_serial_sequence('tenancy_person', 'id')) END AS target,
       CASE WHEN trouble IS NOT NULL THEN jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
           'code', trouble,
           'field', CASE trouble WHEN 'other_number' THEN 'external_id' WHEN 'name_missing' THEN 'name'
                                 WHEN 'gone_already' THEN 'active'
                                 ELSE CASE WHEN mail IS NULL AND external_id IS NOT NULL THEN 'external_id' ELSE 'mail' END END,
           'value', CASE trouble WHEN 'other_number' THEN external_id ELSE coalesce(mail, external_id, name, '') END,
           'suggestion', CASE trouble WHEN 'repeated' THEN first_line::text WHEN 'other_number' THEN known_number ELSE '' END,
           'blocks', true,
           'person', CASE WHEN trouble IN ('two_people', 'other_number') THEN person END,
           'other', other
       ))) END AS problem
  FROM judged;
ANALYZE decided;
"""
# Who each manager named in the file is: by address, by number, by name, among the file and the directory.
FIND_CHIEFS = """
CREATE TEMPORARY TABLE chief ON COMMIT DROP AS
WITH named (manager, manager_name) AS (
    SELECT DISTINCT i.manager, i.manager_name FROM incoming i JOIN decided d USING (line)
     WHERE i.manager IS NOT NULL AND d.target IS NOT NULL
), found (manager, rank, person) AS (
    SELECT n.manager, 0, d.target FROM named n JOIN incoming i ON i.mail = n.manager JOIN decided d USING (line)
    UNION ALL
    SELECT n.manager, 0, d.target FROM named n JOIN incoming_alias i ON i.address = n.manager JOIN decided d USING (line)
    UNION ALL
    SELECT n.manager, 0, p.id FROM named n JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.mail = n.manager
    UNION ALL
    SELECT n.manager, 0, a.person_id FROM named n
      JOIN tenancy_alias a ON a.organization_id = %(organization)s AND a.address = n.manager
    UNION ALL
    SELECT n.manager, 1, d.target FROM named n JOIN incoming i ON i.external_id = n.manager JOIN decided d USING (line)
    UNION ALL
    SELECT n.manager, 1, p.id FROM named n
      JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.external_id = n.manager
    UNION ALL
    SELECT n.manager, 2, d.target FROM named n JOIN incoming i ON i.sort_name = n.manager_name JOIN decided d USING (line)
    UNION ALL
    SELECT n.manager, 2, p.id FROM named n
      JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.sort_name = n.manager_name
     WHERE p.left_on IS NULL OR p.left_on > %(today)s
), best (manager, rank) AS (
    SELECT manager, min(rank) FROM found WHERE person IS NOT NULL GROUP BY manager
)
SELECT f.manager, min(f.person) AS person, count(DISTINCT f.person) AS people
  FROM found f JOIN best b USING (manager, rank) WHERE f.person IS NOT NULL GROUP BY f.manager;
ANALYZE chief;
"""
# Only somebody who has a manager and is one can stand in a circle.
CHAINS = """
WITH told (person, chief) AS (
    SELECT d.target, c.person FROM decided d JOIN incoming i USING (line) JOIN chief c ON c.manager = i.manager
     WHERE d.target IS NOT NULL AND c.people = 1 AND c.person <> d.target
), known (person, chief) AS (
    SELECT p.id, p.manager_id FROM tenancy_person p
     WHERE p.organization_id = %(organization)s AND p.manager_id IS NOT NULL
), chiefs (person) AS (
    SELECT chief FROM told UNION SELECT chief FROM known
)
SELECT coalesce(t.person, k.person), t.chief, k.chief FROM told t FULL JOIN known k ON k.person = t.person
 WHERE coalesce(t.person, k.person) IN (SELECT person FROM chiefs)
"""


def _note(code: str, field: str, value: str) -> str:
    return (
        f"jsonb_build_array(jsonb_build_object('code', '{code}', 'field', '{field}', 'value', coalesce({value}, ''), "
        "'suggestion', '', 'blocks', false))"
    )


FIELDS = (
    "external_id",
    "name",
    "sort_name",
    "mail",
    "department",
    "job_role",
    "location",
    "zone",
    "contracted_hours",
    "left_on",
)


def _if_changed(field: str, was: str) -> str:
    return f"|| CASE WHEN {field} IS DISTINCT FROM {was} THEN jsonb_build_object('{field}', {was}) ELSE '{{}}' END "


COMPARE = f"""
INSERT INTO tenancy_importrow (
    organization_id, people_import_id, line, outcome, target, seen_version, {", ".join(FIELDS)}, manager_number,
    aliases, leave_begins, before, problems, kept_because
)
WITH fresh_alias (line, aliases) AS (
    SELECT every.line, array_agg(DISTINCT every.address) FROM (
        SELECT k.line, k.address FROM incoming_alias k JOIN decided d USING (line)
          LEFT JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.mail = k.address
         WHERE d.target IS NOT NULL AND p.id IS NULL
        UNION ALL
        SELECT d.line, p.mail FROM decided d JOIN incoming i USING (line)
          JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.id = d.target AND p.mail <> i.mail
    ) every
    LEFT JOIN tenancy_alias a ON a.organization_id = %(organization)s AND a.address = every.address
    WHERE a.id IS NULL GROUP BY every.line
), away (person, is_open) AS (
    SELECT person_id, bool_or(ends_on IS NULL AND starts_on < %(today)s) FROM tenancy_leave
     WHERE organization_id = %(organization)s AND starts_on <= %(today)s AND (ends_on IS NULL OR ends_on >= %(today)s)
     GROUP BY person_id
), administrator (person) AS (
    SELECT DISTINCT m.person_id FROM tenancy_membership m
      JOIN tenancy_rolegrant g ON g.organization_id = m.organization_id AND g.membership_id = m.id
     WHERE m.organization_id = %(organization)s AND m.ended_at IS NULL AND g.role = 'administrator'
), final AS (
    SELECT i.line, d.target, d.found, p.version AS seen_version, f.aliases,
           {", ".join(f"coalesce(i.{field}, p.{field}) AS {field}" for field in FIELDS[:-1])},
           CASE WHEN r.person IS NOT NULL AND (i.left_on IS NOT NULL OR i.active IS FALSE) THEN p.left_on
                WHEN i.left_on IS NOT NULL THEN i.left_on
                WHEN i.active IS FALSE AND (p.left_on IS NULL OR p.left_on > %(today)s) THEN %(today)s
                WHEN i.active AND p.left_on <= %(today)s THEN NULL
                ELSE p.left_on END AS left_on,
           CASE WHEN c.people = 1 AND c.person <> d.target AND o.target IS NULL THEN c.person ELSE p.manager_id END AS manager_number,
           CASE WHEN i.on_leave AND a.person IS NULL THEN true WHEN i.on_leave IS FALSE AND a.is_open THEN false END AS leave_begins,
           {", ".join(f"p.{field} AS was_{field}" for field in FIELDS)}, p.manager_id AS was_manager,
           -- Nearly every line is clean: it costs one look.
           CASE WHEN i.problems IS NULL AND d.problem IS NULL AND (i.manager IS NULL OR c.people = 1 AND c.person <> d.target)
                     AND o.target IS NULL AND r.person IS NULL AND (p.left_on IS NULL OR i.active IS NOT NULL) THEN NULL
                ELSE nullif(coalesce(i.problems, '[]') || coalesce(d.problem, '[]')
           || CASE WHEN d.target IS NULL OR i.manager IS NULL THEN '[]'
                   WHEN o.target IS NOT NULL THEN {_note("manager_circle", "manager", "i.manager")}
                   WHEN c.person = d.target AND c.people = 1 THEN {_note("manager_self", "manager", "i.manager")}
                   WHEN c.people > 1 THEN {_note("manager_ambiguous", "manager", "i.manager")}
                   WHEN c.person IS NULL THEN {_note("manager_unknown", "manager", "i.manager")}
                   ELSE '[]' END
           || CASE WHEN p.left_on <= %(today)s AND i.active IS NULL AND i.left_on IS NULL AND d.target IS NOT NULL
                   THEN {_note("has_left", "active", "p.left_on::text")} ELSE '[]' END
           || CASE WHEN r.person IS NOT NULL AND p.left_on IS NULL AND (i.left_on IS NOT NULL OR i.active IS FALSE)
                   THEN {_note("administrator", "left_on", "p.name")} ELSE '[]' END, '[]') END AS problems
      FROM incoming i
      JOIN decided d USING (line)
      LEFT JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.id = d.target
      LEFT JOIN chief c ON c.manager = i.manager
      LEFT JOIN circle o ON o.target = d.target
      LEFT JOIN fresh_alias f ON f.line = i.line
      LEFT JOIN away a ON a.person = d.target
      LEFT JOIN administrator r ON r.person = d.target
), judged AS (
    SELECT final.*,
           CASE WHEN target IS NULL THEN '{Outcome.REFUSED}'
                WHEN NOT found THEN '{Outcome.NEW}'
                WHEN left_on <= %(today)s AND (was_left_on IS NULL OR was_left_on > %(today)s) THEN '{Outcome.LEFT}'
                WHEN ({", ".join(FIELDS)}, manager_number) IS DISTINCT FROM ({", ".join(f"was_{field}" for field in FIELDS)}, was_manager)
                     OR aliases IS NOT NULL OR leave_begins IS NOT NULL THEN '{Outcome.CHANGED}'
                ELSE '{Outcome.UNCHANGED}' END AS outcome
      FROM final
)
SELECT %(organization)s, %(import)s, line, outcome, target, seen_version, {", ".join(FIELDS)}, manager_number, aliases, leave_begins,
       CASE WHEN outcome IN ('{Outcome.CHANGED}', '{Outcome.LEFT}') THEN '{{}}'::jsonb
           {"".join(_if_changed(field, f"was_{field}") for field in FIELDS)}{_if_changed("manager_number", "was_manager")}
       END,
       problems, ''
  FROM judged WHERE outcome <> '{Outcome.UNCHANGED}' OR problems IS NOT NULL ORDER BY line
"""  # noqa: S608 - put together from names of columns, which are ours
# Everybody who is there and is on no line: neither administrators, whose going would lock the organisation, nor whoever imports.
ABSENT = """
  FROM tenancy_person p
 WHERE p.organization_id = %(organization)s AND (p.left_on IS NULL OR p.left_on > %(today)s)
   AND NOT EXISTS (SELECT FROM decided d WHERE d.person = p.id)
   AND p.id IS DISTINCT FROM %(by)s
   AND NOT EXISTS (
       SELECT FROM tenancy_membership m JOIN tenancy_rolegrant g ON g.organization_id = m.organization_id AND g.membership_id = m.id
        WHERE m.organization_id = %(organization)s AND m.person_id = p.id AND m.ended_at IS NULL AND g.role = 'administrator'
   )
"""
COUNT_ABSENT = f"SELECT count(*) {ABSENT}"
STAGE_ABSENT = f"""
INSERT INTO tenancy_importrow (
    organization_id, people_import_id, line, outcome, target, seen_version, {", ".join(FIELDS[:-1])}, left_on, manager_number,
    before, kept_because
)
SELECT p.organization_id, %(import)s, -row_number() OVER (ORDER BY p.sort_name DESC, p.id DESC), '{Outcome.LEFT}',
       p.id, p.version, {", ".join(f"p.{field}" for field in FIELDS[:-1])}, %(today)s, p.manager_id,
       jsonb_build_object('left_on', p.left_on), ''
{ABSENT} ORDER BY p.sort_name, p.id
"""
COUNT = """
SELECT outcome, count(*), count(*) FILTER (WHERE problems IS NOT NULL) FROM tenancy_importrow
 WHERE organization_id = %(organization)s AND people_import_id = %(import)s GROUP BY outcome
"""


def stage(
    people_import: PeopleImport,
    rows: Iterable[Row],
    *,
    erased: frozenset[str],
    hashed: Callable[[str], str],
    today: date,
    progress: Progress,
) -> dict[str, int]:
    """Compare a file with the directory and write down, line by line, what a commit would do. Changes nobody's entry.

    `erased` holds the keyed hashes of people who were erased and `hashed` makes one. Returns the counts: lines, one per
    Outcome, "problems" and "absent". Raises whatever reading the rows raises.
    """
    numbers = {
        "organization": current_organization_id(),
        "import": people_import.pk,
        "today": today,
        "by": people_import.uploaded_by_id,
    }
    run(
        "DELETE FROM tenancy_importrow WHERE organization_id = %(organization)s AND people_import_id = %(import)s",
        numbers,
    )
    run(MAKE_TABLES, {})
    lines = copy(f"incoming ({FILE_COLUMNS})", _written(rows, erased, hashed), progress)
    with in_bulk(lines):
        run(SPLIT_ALIASES, {"mark": ALIAS_MARK})
        run(DECIDE, numbers)
        run(FIND_CHIEFS, numbers)
        _refuse_circles(numbers)
        run(COMPARE, numbers)
    (absent,) = read(COUNT_ABSENT, numbers)[0]
    if people_import.absent_have_left:
        run(STAGE_ABSENT, numbers)
    counts = {"lines": lines, "absent": absent, "problems": 0, **dict.fromkeys(Outcome.values, 0)}
    for outcome, number, told in read(COUNT, numbers):
        counts[outcome] = number
        counts["problems"] += told
    from_file = counts[Outcome.NEW] + counts[Outcome.CHANGED] + counts[Outcome.LEFT] + counts[Outcome.REFUSED]
    counts[Outcome.UNCHANGED] = lines - from_file + (absent if people_import.absent_have_left else 0)
    return counts


def _written(rows: Iterable[Row], erased: frozenset[str], hashed: Callable[[str], str]) -> Iterator[str]:
    """Rows as COPY reads them: tabs between, empty for NULL. No value holds a tab or a line end."""
    yes_no = {None: "", True: "t", False: "f"}
    for row in rows:
        gone = bool(erased) and any(hashed(key) in erased for key in (row.mail, row.external_id, *row.aliases) if key)
        problems = json.dumps([problem.as_json() for problem in row.problems]) if row.problems else ""
        text = (
            f"{row.line}\t{row.external_id}\t{row.name}\t{row.sort_name}\t{row.mail}\t{ALIAS_MARK.join(row.aliases)}\t{row.department}\t"
            f"{row.job_role}\t{row.location}\t{row.zone}\t{row.manager}\t{row.manager_name}\t"
            f"{'' if row.contracted_hours is None else row.contracted_hours}\t{row.left_on or ''}\t"
            f"{yes_no[row.active]}\t{yes_no[row.on_leave]}\t{yes_no[gone]}\t{yes_no[bool(problems) and row.blocked]}\t{problems}\n"
        )
        yield escaped(text)


def _refuse_circles(numbers: dict[str, Any]) -> None:
    """Note the lines whose manager would close a circle; their people keep the manager they have."""
    now: dict[int, int] = {}
    told: dict[int, int] = {}
    for person, chief, known in read(CHAINS, numbers):
        if chief is not None and chief != known:
            told[person] = chief
        if known is not None:
            now[person] = known
    if not told:
        return
    refused: set[int] = set()
    while circle := people_in_circles(now | told) & told.keys():
        refused |= circle
        for person in circle:
            del told[person]
    if refused:
        run("INSERT INTO circle SELECT unnest(%(refused)s::bigint[])", {"refused": list(refused)})


# --- writing ---------------------------------------------------------------------------------------------------------

INSERT_PEOPLE = """
INSERT INTO tenancy_person (
    organization_id, id, public_id, external_id, name, sort_name, mail, department, job_role, location, zone, manager_id,
    contracted_hours, left_on, created_at, version
)
SELECT organization_id, target, gen_random_uuid(), external_id, name, sort_name, mail, coalesce(department, ''), coalesce(job_role, ''),
       coalesce(location, ''), coalesce(zone, ''), manager_number, contracted_hours, left_on, %(at)s, 1
  FROM tenancy_importrow
 WHERE organization_id = %(organization)s AND people_import_id = %(import)s AND outcome = 'new' ORDER BY id
"""
UPDATE_PEOPLE = """
UPDATE tenancy_person p
   SET external_id = r.external_id, name = r.name, sort_name = r.sort_name, mail = r.mail, department = r.department,
       job_role = r.job_role, location = r.location, zone = r.zone, manager_id = r.manager_number,
       contracted_hours = r.contracted_hours, left_on = r.left_on, version = p.version + 1
  FROM tenancy_importrow r
 WHERE r.organization_id = %(organization)s AND r.people_import_id = %(import)s AND r.outcome IN ('changed', 'left')
   AND p.organization_id = %(organization)s AND p.id = r.target AND p.version = r.seen_version
"""
INSERT_ALIASES = """
INSERT INTO tenancy_alias (organization_id, person_id, address, created_at)
SELECT organization_id, target, unnest(aliases), %(at)s FROM tenancy_importrow
 WHERE organization_id = %(organization)s AND people_import_id = %(import)s AND outcome IN ('new', 'changed', 'left')
   AND aliases IS NOT NULL
"""
# A leave that begins lasts until the next one that is planned.
BEGIN_LEAVES = """
INSERT INTO tenancy_leave (organization_id, person_id, starts_on, ends_on, created_at)
SELECT r.organization_id, r.target, %(today)s,
       (SELECT min(l.starts_on) - 1 FROM tenancy_leave l
         WHERE l.organization_id = r.organization_id AND l.person_id = r.target AND l.starts_on > %(today)s), %(at)s
  FROM tenancy_importrow r
 WHERE r.organization_id = %(organization)s AND r.people_import_id = %(import)s AND r.outcome IN ('new', 'changed') AND r.leave_begins
"""
END_LEAVES = """
UPDATE tenancy_leave l SET ends_on = %(today)s::date - 1
  FROM tenancy_importrow r
 WHERE r.organization_id = %(organization)s AND r.people_import_id = %(import)s AND r.outcome IN ('changed', 'left')
   AND r.leave_begins IS FALSE AND l.organization_id = %(organization)s AND l.person_id = r.target
   AND l.ends_on IS NULL AND l.starts_on < %(today)s
"""
AWAY_OTHERWISE = """
SELECT target FROM tenancy_importrow
 WHERE organization_id = %(organization)s AND people_import_id = %(import)s AND outcome IN ('changed', 'left')
   AND (leave_begins IS NOT NULL OR before ? 'left_on')
"""
# What a unique constraint cannot see: an address that is somebody's own and at the same time another one's alias.
CROSSED = """
SELECT EXISTS (
    SELECT FROM tenancy_importrow r JOIN tenancy_alias a ON a.organization_id = %(organization)s AND a.address = r.mail
     WHERE r.organization_id = %(organization)s AND r.people_import_id = %(import)s AND r.outcome IN ('new', 'changed', 'left')
       AND a.person_id <> r.target
) OR EXISTS (
    SELECT FROM (SELECT target, unnest(aliases) AS address FROM tenancy_importrow
                  WHERE organization_id = %(organization)s AND people_import_id = %(import)s
                    AND outcome IN ('new', 'changed', 'left') AND aliases IS NOT NULL) r
      JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.mail = r.address
     WHERE p.id <> r.target
)
"""


def write(people_import: PeopleImport, *, at: datetime) -> int:
    """Carry out what was staged. Returns how many known people changed: fewer than staged means the preview is out of date.

    Raises IntegrityError when somebody took an address, a number or a manager away since.
    """
    numbers = {
        "organization": current_organization_id(),
        "import": people_import.pk,
        "today": people_import.staged_on,
        "at": at,
    }
    with in_bulk(people_import.counts["lines"] + people_import.counts["absent"]):
        run(INSERT_PEOPLE, numbers)
        changed = run(UPDATE_PEOPLE, numbers)
        run(INSERT_ALIASES, numbers)
        run(BEGIN_LEAVES, numbers)
        run(END_LEAVES, numbers)
    connection.check_constraints()
    return changed


def away_otherwise(people_import: PeopleImport) -> list[int]:
    """Whoever an import says has left, is back, or is on leave from or until now, by id."""
    numbers = {"organization": current_organization_id(), "import": people_import.pk}
    return [person for (person,) in read(AWAY_OTHERWISE, numbers)]


def is_crossed(people_import: PeopleImport) -> bool:
    """Whether an address in the import is another person's by now, as an alias or the other way round."""
    numbers = {"organization": current_organization_id(), "import": people_import.pk}
    with in_bulk(people_import.counts["lines"]):
        return bool(read(CROSSED, numbers)[0][0])


# --- taking back -----------------------------------------------------------------------------------------------------

KEEP_CHANGED = """
UPDATE tenancy_importrow r SET kept_because = CASE WHEN p.id IS NULL THEN 'erased' ELSE 'changed_since' END
  FROM tenancy_importrow s LEFT JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.id = s.target
 WHERE s.organization_id = %(organization)s AND s.people_import_id = %(import)s AND s.outcome IN ('new', 'changed', 'left')
   AND r.organization_id = s.organization_id AND r.id = s.id
   AND p.version IS DISTINCT FROM coalesce(s.seen_version, 0) + 1
"""
KEEP_TAKEN = """
UPDATE tenancy_importrow r SET kept_because = 'taken'
  FROM tenancy_person p
 WHERE r.organization_id = %(organization)s AND r.people_import_id = %(import)s AND r.outcome IN ('changed', 'left') AND r.kept_because = ''
   AND p.organization_id = %(organization)s AND p.id <> r.target
   AND (p.mail = r.before ->> 'mail' OR p.external_id = r.before ->> 'external_id')
"""
KEEP_IN_USE = """
UPDATE tenancy_importrow r SET kept_because = 'in_use'
 WHERE r.organization_id = %(organization)s AND r.people_import_id = %(import)s AND r.outcome = 'new' AND r.kept_because = ''
   AND EXISTS (SELECT FROM "{table}" t WHERE t.organization_id = r.organization_id AND t."{column}" = r.target {unless})
"""
# Whoever stays keeps their manager: repeated until nobody is added.
KEEP_MANAGERS = """
UPDATE tenancy_importrow r SET kept_because = 'manager'
 WHERE r.organization_id = %(organization)s AND r.people_import_id = %(import)s AND r.outcome = 'new' AND r.kept_because = ''
   AND EXISTS (
       SELECT FROM tenancy_person p
        WHERE p.organization_id = %(organization)s AND p.manager_id = r.target
          AND NOT EXISTS (
              SELECT FROM tenancy_importrow s
               WHERE s.organization_id = %(organization)s AND s.people_import_id = %(import)s AND s.target = p.id AND s.kept_because = ''
                 AND (s.outcome = 'new' OR (s.outcome IN ('changed', 'left') AND s.before ? 'manager_number'))
          )
   )
"""
REMOVE_ALIASES = """
DELETE FROM tenancy_alias a USING tenancy_importrow r
 WHERE r.organization_id = %(organization)s AND r.people_import_id = %(import)s AND r.outcome IN ('new', 'changed', 'left')
   AND r.kept_because = '' AND r.aliases IS NOT NULL
   AND a.organization_id = %(organization)s AND a.person_id = r.target AND a.address = ANY (r.aliases)
"""
REMOVE_LEAVES = """
DELETE FROM tenancy_leave l USING tenancy_importrow r
 WHERE r.organization_id = %(organization)s AND r.people_import_id = %(import)s AND r.kept_because = '' AND r.leave_begins
   AND l.organization_id = %(organization)s AND l.person_id = r.target AND l.created_at = %(committed_at)s
"""
REOPEN_LEAVES = """
UPDATE tenancy_leave l SET ends_on = NULL FROM tenancy_importrow r
 WHERE r.organization_id = %(organization)s AND r.people_import_id = %(import)s AND r.kept_because = '' AND r.leave_begins IS FALSE
   AND l.organization_id = %(organization)s AND l.person_id = r.target AND l.ends_on = %(today)s::date - 1
"""
_TYPES = {"contracted_hours": "numeric", "left_on": "date"}
RESTORE = f"""
UPDATE tenancy_person p
   SET {", ".join(f"{f} = CASE WHEN r.before ? '{f}' THEN (r.before ->> '{f}')::{_TYPES.get(f, 'text')} ELSE p.{f} END" for f in FIELDS)},
       manager_id = CASE WHEN r.before ? 'manager_number' THEN m.id ELSE p.manager_id END,
       version = p.version + 1
  FROM tenancy_importrow r
  LEFT JOIN tenancy_person m ON m.organization_id = %(organization)s AND m.id = (r.before ->> 'manager_number')::bigint
 WHERE r.organization_id = %(organization)s AND r.people_import_id = %(import)s AND r.outcome IN ('changed', 'left')
   AND r.kept_because = '' AND p.organization_id = %(organization)s AND p.id = r.target
"""  # noqa: S608 - likewise
REMOVE_PEOPLE = """
DELETE FROM tenancy_person p USING tenancy_importrow r
 WHERE r.organization_id = %(organization)s AND r.people_import_id = %(import)s AND r.outcome = 'new' AND r.kept_because = ''
   AND p.organization_id = %(organization)s AND p.id = r.target
"""
COUNT_KEPT = """
SELECT count(*) FROM tenancy_importrow
 WHERE organization_id = %(organization)s AND people_import_id = %(import)s AND kept_because <> ''
"""


def take_back(people_import: PeopleImport) -> int:
    """Restore what a commit changed, except for people whom somebody changed or used since: their lines say why.

    Returns how many people were left as they are.
    """
    numbers = {
        "organization": current_organization_id(),
        "import": people_import.pk,
        "today": people_import.staged_on,
        "committed_at": people_import.committed_at,
    }
    with in_bulk(people_import.counts["lines"] + people_import.counts["absent"]):
        run(KEEP_CHANGED, numbers)
        run(KEEP_TAKEN, numbers)
        for table, column, unless in _uses_of_people():
            run(KEEP_IN_USE.format(table=table, column=column, unless=unless), numbers)
        while run(KEEP_MANAGERS, numbers):
            pass
        run(REMOVE_ALIASES, numbers)
        run(REMOVE_LEAVES, numbers)
        run(REOPEN_LEAVES, numbers)
        run(RESTORE, numbers)
        run(REMOVE_PEOPLE, numbers)
    connection.check_constraints()
    return int(read(COUNT_KEPT, numbers)[0][0])


def _uses_of_people() -> Iterator[tuple[str, str, str]]:
    """Every column of every floor that refers to a person: (table, column, a further condition)."""
    for relation in Person._meta.related_objects:
        model, field = relation.related_model, relation.field
        if model is Person or not isinstance(field, TenantForeignKey):
            continue  # managers have a rule of their own
        made_here = model in (Alias, Leave)
        yield model._meta.db_table, f"{field.name}_id", "AND t.created_at <> %(committed_at)s" if made_here else ""
