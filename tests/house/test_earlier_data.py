"""The data of an earlier release: what two organisations wrote then is there now, as they wrote it.

A database of its own is migrated to where each floor first had its walls, gets a row of each organisation in every table
there was, and is migrated to now. So each later migration meets rows, and none may lose or rewrite what it finds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from pytest_django.plugin import DjangoDbBlocker

from adoption.tenancy.walls import as_owner, organization
from tests.conftest import GRANTS

EARLIER = [
    ("tenancy", "0003_people_imports"),
    ("outbox", "0002_walls"),
    ("programs", "0002_walls"),
    ("champions", "0003_walls"),
    ("pods", "0003_walls"),
    ("surveys", "0002_walls"),
    ("metrics", "0003_walls"),
]
FLOORS = tuple(floor for floor, _ in EARLIER)
THEN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SLUGS = ("meridian", "harbour")

# What a later release has no more: each with the reason why nobody misses it.
GONE = {
    "pods_followup": {"dropped_at"},  # read from who is here and who objects
    # A preview's numbers; imported weeks are rows of their own.
    "metrics_vendorfile": {"rows", "problems", "people_found", "people_unknown"},
}
# What a later release says of an earlier row: a preview that was open rests on nothing any more.
SAID_SINCE = {"metrics_vendorfile": {"discarded_at"}}
# Whatever was frozen then, and is sealed since.
SEALED = ("SnapshotRun", "SnapshotMember", "SnapshotMetric")

# What a constraint or a meaning asks for, by table and column; the rest follows from the kind of field.
VALUES: dict[str, dict[str, Any]] = {
    "metrics_armweek": {"arm": "pods"},
    "metrics_checkin": {"via": "link"},
    "metrics_snapshotrun": {"kind": "S0"},
    "metrics_useweek": {"state": "positive"},
    "outbox_envelope": {"closed_at": THEN, "outcome": "sent"},
    "outbox_message": {"message_class": "nudge", "outcome": "failed", "reason": "refused", "settled_at": THEN},
    "outbox_preference": {"message_class": "nudge", "stopped_at": THEN},
    "pods_session": {"kind": "workshop"},
    "programs_assignment": {"arm": "pods"},
    "programs_attention": {"kind": "stuck"},
    # Launched: what was fixed is held against every later look.
    "programs_program": {"weeks": 8, "baseline_opened_at": THEN, "launched_at": THEN, "fixed": {"weeks": 8}},
    "surveys_answer": {"number": 4},
    "surveys_wave": {"kind": "baseline", "closes_at": THEN + timedelta(days=14)},
    "tenancy_importrow": {"outcome": "refused"},
    "tenancy_invitation": {"roles": ["lead"]},
    "tenancy_rolegrant": {"role": "lead"},
}


@dataclass(frozen=True)
class Carried:
    """Rows of each table before and after, by id: the earlier ones as JSON, and how many there were."""

    before: dict[str, dict[int, dict[str, Any]]]
    after: dict[str, dict[int, dict[str, Any]]]
    organizations: list[int]


def value_for(field: models.Field[Any, Any], row: int) -> Any:
    """Something that a column of this kind may hold."""
    if isinstance(field, ArrayField):
        return []
    if isinstance(field, models.JSONField):
        return {"then": row}
    if isinstance(field, models.DateTimeField):
        return THEN
    if isinstance(field, models.TimeField):
        return THEN.time()
    if isinstance(field, models.DateField):
        return date(2026, 1, 5)
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.CharField | models.TextField):
        return f"{field.name}-{row}"[: field.max_length]
    return 1


def settle(then: Apps) -> list[int]:
    """Two organisations, each with a row in every table. Returns their ids."""
    organizations = []
    with transaction.atomic():
        for slug in SLUGS:
            made: dict[Any, Any] = {}
            for name, values in (
                ("Organization", {"slug": slug, "name": slug, "created_at": THEN}),
                ("Identity", {"email": f"lead@{slug}.example", "created_at": THEN}),
            ):
                model = then.get_model("tenancy", name)
                made[model] = model._base_manager.create(**values)
                organizations += [made[model].pk] if name == "Organization" else []
            company = made[then.get_model("tenancy", "Organization")]
            fill(then, company, made)
            # Several previews could be open then.
            vendor_file = then.get_model("metrics", "VendorFile")
            vendor_file._base_manager.create(**row_of(vendor_file, company, made))
    return organizations


def fill(then: Apps, organization: Any, made: dict[Any, Any]) -> None:
    """One row of an organisation in every table that is its own; those that others refer to first."""
    waiting = [model for floor in FLOORS for model in then.get_app_config(floor).get_models()]
    waiting = [model for model in waiting if any(field.name == "organization" for field in model._meta.fields)]
    while waiting:
        ready = [
            model
            for model in waiting
            if not any(
                field.related_model in waiting and field.related_model is not model and not field.null
                for field in model._meta.fields
                if field.is_relation
            )
        ]
        assert ready, waiting
        for model in ready:
            waiting.remove(model)
            made[model] = model._base_manager.create(**row_of(model, organization, made))


def row_of(model: Any, organization: Any, made: dict[Any, Any]) -> dict[str, Any]:
    given = VALUES.get(model._meta.db_table, {})
    row: dict[str, Any] = {"organization": organization}
    for field in model._meta.concrete_fields:
        if field.name in given:
            row[field.name] = given[field.name]
        elif field.name in row or field.primary_key or field.has_default():
            continue
        elif field.is_relation:
            if not field.null:
                row[field.name] = made[field.related_model]
        elif not field.null and not (field.blank and field.empty_strings_allowed):
            row[field.name] = value_for(field, organization.pk)
    return row


def rows(tables: list[str]) -> dict[str, dict[int, dict[str, Any]]]:
    found: dict[str, dict[int, dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT id, to_jsonb(one)::text FROM "{table}" one')
            found[table] = {pk: json.loads(row) for pk, row in cursor.fetchall()}
    return found


def tables() -> list[str]:
    with connection.cursor() as cursor:
        return [name for name in connection.introspection.table_names(cursor) if name.partition("_")[0] in FLOORS]


@pytest.fixture(scope="module")
def carried(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Carried]:
    """The earlier data, before and after, in a database that the connection stays in until the file's end."""
    usual, name = connection.settings_dict["NAME"], f"earlier_{os.getpid()}"
    quoted = connection.ops.quote_name(name)
    with django_db_blocker.unblock():
        with as_owner(), connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {quoted}")
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            with as_owner():
                found = _carry()
            yield found
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual
            with as_owner(), connection._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")


def _carry() -> Carried:
    with connection.cursor() as cursor:
        cursor.execute(GRANTS)
    executor = MigrationExecutor(connection)
    state = executor.migrate(EARLIER)
    organizations = settle(state.apps)
    before = rows(tables())
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    return Carried(before, rows(list(before)), organizations)


def test_every_table_of_the_earlier_release_held_rows_of_both(carried: Carried) -> None:
    empty = {table for table, held in carried.before.items() if len(held) < len(SLUGS)}
    assert not empty
    assert len(carried.before) > 40


def test_what_was_written_is_there_as_it_was_written(carried: Carried) -> None:
    for table, held in carried.before.items():
        for pk, row in held.items():
            now = carried.after[table][pk]
            same = {column: value for column, value in row.items() if column not in GONE.get(table, set())}
            assert same.keys() <= now.keys(), table
            changed = {column for column, value in same.items() if now[column] != value}
            assert changed <= SAID_SINCE.get(table, set()), (table, changed)


def test_what_is_told_of_it_now_follows_from_what_was_written(carried: Carried) -> None:
    def told(table: str, *columns: str) -> set[tuple[Any, ...]]:
        return {tuple(row[column] for column in columns) for row in carried.after[table].values()}

    then = THEN.isoformat()
    assert told("programs_program", "template", "mode", "stopped_because", "archived_at") == {
        ("peer_champions", "weekly", "", None)
    }
    assert told("surveys_ask", "instrument_version") == {(1,)}
    assert told("surveys_answer", "number", "choice", "text") == {(4, "", "")}
    assert told("metrics_vendorfile", "discarded_at") == {(then,)}
    # Whatever was suppressed is held, as it was.
    assert told("outbox_suppression", "held", "since") == {(True, then)}
    for table in ("outbox_message", "outbox_envelope", "outbox_link"):
        assert told(table, "guest_id") == {(None,)}
    # Who has pods has the standing task that pods came to need.
    standing = [row for row in carried.after["tenancy_agenda"].values() if row["task"] == "pods.hand_over_questions"]
    assert sorted(row["organization_id"] for row in standing) == carried.organizations
    assert {row["due_at"] for row in standing} == {then}


def test_nothing_else_appeared(carried: Carried) -> None:
    new = {table: carried.after[table].keys() - held.keys() for table, held in carried.before.items()}
    assert {table: len(found) for table, found in new.items() if found} == {"tenancy_agenda": len(SLUGS)}


@pytest.mark.parametrize("name", SEALED)
def test_a_frozen_look_of_then_is_sealed_now_and_its_organisations_alone(carried: Carried, name: str) -> None:
    model = apps.get_model("metrics", name)
    for pk in carried.organizations:
        with organization(pk):
            assert model.objects.count() == 1
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.update(organization=pk)
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        model._base_manager.count()


def test_what_was_fixed_at_a_launch_of_then_is_fixed_now(carried: Carried) -> None:
    program = apps.get_model("programs", "Program")
    for change in ({"fixed": {"weeks": 9}}, {"weeks": 9}, {"template": "exploratory"}, {"mode": "opportunity"}):
        with organization(carried.organizations[0]):
            with pytest.raises(DatabaseError), transaction.atomic():
                program.objects.update(**change)
            # What is not fixed may change, so the refusal was meant.
            assert program.objects.update(name="Proposals") == 1
