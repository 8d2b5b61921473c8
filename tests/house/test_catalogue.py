"""The database's own account of itself: every tenant table is walled in, and the application's role cannot climb over.

Read from PostgreSQL's catalogue rather than from our models, so that a table nobody thought of is found too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, NotSupportedError, connection, models, transaction
from django.db.models.functions import Now

from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, refuse_privileged_role
from tests.factories import World
from tests.worlds import Enter

# Tables without a wall. Each needs a reason, and holds nothing an organisation would mind another one knowing.
GLOBAL = {
    "tenancy_organization": "the tenants themselves",
    "tenancy_identity": "one may sign in before it is known where to",
    "tenancy_membershipindex": "leads from an identity to its organisations; no role, no name",
    "tenancy_agenda": "what is due is swept before a tenant is entered; nothing personal",
    "outbox_linkhash": "hashes of mailed secrets, so that a link finds its organisation; nothing personal",
    "django_migrations": "Django's own",
    "django_content_type": "Django's own",
    "django_session": "signing in happens outside every organisation",
    "auth_group": "Django's own; unused",
    "auth_group_permissions": "Django's own; unused",
    "auth_permission": "Django's own; unused",
    "account_emailaddress": "allauth's: addresses of identities",
    "account_emailconfirmation": "allauth's: addresses of identities",
    "mfa_authenticator": "allauth's: passkeys and second factors of identities",
}
# What happened is never rewritten.
FROZEN = {
    "champions_timeanswer",
    "metrics_checkin",
    "metrics_snapshotmember",
    "metrics_snapshotmetric",
    "metrics_snapshotrun",
    "metrics_vendorweek",
    "programs_packtest",
    "programs_policy",
    "programs_specification",
    "metrics_weekreview",
    "surveys_answer",
    "surveys_finding",
    "surveys_outputmark",
    "surveys_rating",
    "surveys_skillfinding",
    "tenancy_auditevent",
    "tenancy_erasure",
}

# Nor taken away, by whomever.
SEALED = {"metrics_snapshotmember", "metrics_snapshotmetric", "metrics_snapshotrun"}

STRICT = "(organization_id = (current_setting('app.organization_id'::text))::bigint)"
# Undefined parameter on a fresh connection, an empty one on a used one: both are loud.
OUTSIDE = ("42704", "22P02")
NOT_ALLOWED = "42501"

pytestmark = pytest.mark.django_db


def ask(query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments or None)
        return cursor.fetchall()


def tables() -> set[str]:
    return {
        name
        for (name,) in ask(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
    }


def walled() -> list[str]:
    return sorted(tables() - set(GLOBAL))


def columns_of(keys: str, relation: str) -> str:
    """SQL: the column names behind an array of attribute numbers, in its order."""
    return (
        "(SELECT array_agg(attname::text ORDER BY place) "
        f"FROM unnest({keys}) WITH ORDINALITY AS key_columns (number, place) "
        f"JOIN pg_attribute ON attrelid = {relation} AND attnum = number)"
    )


def our_models() -> list[type[models.Model]]:
    ours = [
        config
        for config in apps.get_app_configs()
        if str(config.path).startswith(str(settings.BASE_DIR / "")) and ".venv" not in config.path
    ]
    return [model for config in ours for model in config.get_models(include_auto_created=True)]


def references() -> list[tuple[type[models.Model], Any]]:
    """Every reference from a tenant row to another one."""
    return [
        (model, field)
        for model in our_models()
        for field in model._meta.local_fields
        if isinstance(field, TenantForeignKey)
    ]


# --- what the catalogue says -----------------------------------------------------------------------------------------


def test_a_table_is_walled_in_or_listed_with_a_reason() -> None:
    found = {
        name: (enabled, forced, has)
        for name, enabled, forced, has in ask(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, EXISTS (SELECT FROM pg_attribute a "
            "WHERE a.attrelid = c.oid AND a.attname = 'organization_id' AND a.attnotnull) "
            "FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
    }
    assert set(GLOBAL) <= set(found), "a listed table is gone: take it off the list"
    assert {name: state for name, state in found.items() if name not in GLOBAL and state != (True, True, True)} == {}
    assert all(GLOBAL.values())


def test_each_wall_is_one_strict_policy_for_everybody_and_everything() -> None:
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in walled()}
    for table, *policy in ask(
        "SELECT tablename, permissive, roles::text[], cmd, qual, with_check "
        "FROM pg_policies WHERE schemaname = 'public'"
    ):
        found.setdefault(table, []).append(tuple(policy))
    assert {
        table: policies
        for table, policies in found.items()
        if policies != [("PERMISSIVE", ["public"], "ALL", STRICT, STRICT)]
    } == {}


def test_each_key_of_a_walled_table_starts_with_the_organisation() -> None:
    keys = ask(
        f"SELECT c.relname, i.indexrelid::regclass::text, i.indisprimary, {columns_of('i.indkey::int2[]', 'c.oid')} "
        "FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
        "WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique"
    )
    primary = {table: columns for table, _, is_primary, columns in keys if is_primary}
    assert {table: primary.get(table) for table in walled() if primary.get(table) != ["organization_id", "id"]} == {}
    assert [
        (table, index)
        for table, index, _, columns in keys
        if table not in GLOBAL and (columns or [""])[0] != "organization_id"
    ] == []


def test_a_reference_between_walled_tables_carries_the_organisation_on_both_sides() -> None:
    keys = ask(
        "SELECT k.conname, k.conrelid::regclass::text, k.confrelid::regclass::text, "
        f"{columns_of('k.conkey', 'k.conrelid')}, {columns_of('k.confkey', 'k.confrelid')}, k.convalidated "
        "FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace"
    )
    tied = {
        (source, columns[1])
        for _, source, target, columns, aims, valid in keys
        if target not in GLOBAL and valid and len(columns) == 2
    }
    loose = [
        (name, source, target)
        for name, source, target, columns, aims, _ in keys
        if target not in GLOBAL
        and (source in GLOBAL or columns[0] != "organization_id" or aims != ["organization_id", "id"])
    ]
    assert loose == []
    wanted = {(model._meta.db_table, field.column) for model, field in references()}
    assert tied == wanted, (
        "a TenantForeignKey without its composite key (Protect or Tie in a migration), or the reverse"
    )


def test_each_reference_to_a_tenant_row_is_a_tenant_foreign_key() -> None:
    loose = [
        str(field)
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, TenantModel)
        and not isinstance(field, TenantForeignKey)
    ]
    assert loose == []


def test_each_reference_can_be_followed_backwards_by_an_index_of_the_organisation() -> None:
    indexes = {
        (table, *columns[:2])
        for table, columns in ask(
            f"SELECT c.relname, {columns_of('i.indkey::int2[]', 'c.oid')} "
            "FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
            "WHERE c.relnamespace = 'public'::regnamespace AND i.indpred IS NULL AND i.indisvalid"
        )
        if columns
    }
    wanted = {(model._meta.db_table, "organization_id", field.column) for model, field in references()}
    assert wanted - indexes == set()


def test_each_index_of_a_walled_table_starts_with_the_organisation() -> None:
    others = [
        (table, index)
        for table, index, columns in ask(
            f"SELECT c.relname, i.indexrelid::regclass::text, {columns_of('i.indkey::int2[]', 'c.oid')} "
            "FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace"
        )
        if table not in GLOBAL and (columns or [""])[0] != "organization_id"
    ]
    assert others == []


def test_nothing_sees_past_the_walls() -> None:
    open_views = ask(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm' OR relkind = 'v' "
        "AND NOT coalesce(reloptions && ARRAY['security_invoker=true', 'security_invoker=on'], false))"
    )
    assert open_views == []
    assert ask("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef") == []
    assert ask("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'f'") == []


def test_the_database_never_asks_its_own_clock() -> None:
    defaults = ask(
        "SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid IN "
        "(SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
    )
    assert [
        row
        for row in defaults
        if any(word in row[1].lower() for word in ("now()", "current_", "clock_timestamp", "statement_timestamp"))
    ] == []
    own_clock = [
        str(field)
        for model in our_models()
        for field in model._meta.local_fields
        if getattr(field, "auto_now", False)
        or getattr(field, "auto_now_add", False)
        or isinstance(getattr(field, "db_default", None), Now)
    ]
    assert own_clock == []


def test_no_model_sorts_behind_its_readers_back() -> None:
    assert [model.__name__ for model in our_models() if model._meta.ordering] == []


def test_each_tenant_model_reads_through_the_tenant_manager() -> None:
    tenants = [model for model in our_models() if issubclass(model, TenantModel)]
    assert {model._meta.db_table for model in tenants} == set(walled())
    assert [model.__name__ for model in tenants if not isinstance(model._default_manager, TenantManager)] == []


def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# --- the roles -------------------------------------------------------------------------------------------------------


def test_the_application_is_bound_by_the_walls() -> None:
    [(role, superuser, bypass, createrole, createdb)] = ask(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    )
    assert (superuser, bypass, createrole, createdb) == (False, False, False, False)
    assert (
        ask("SELECT relname FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = %s)", role) == []
    )
    assert ask("SELECT 1 FROM pg_auth_members WHERE member = (SELECT oid FROM pg_roles WHERE rolname = %s)", role) == []
    assert ask("SELECT has_schema_privilege(current_user, 'public', 'CREATE')") == [(False,)]
    refuse_privileged_role()


def test_a_new_table_gives_the_application_its_rows_and_not_the_table() -> None:
    """In the real database, where TRUNCATE - which no policy stops - is not granted as it is to tests."""
    owner = psycopg2.connect(
        host=connection.settings_dict["HOST"],
        port=connection.settings_dict["PORT"] or None,
        # Beside other workers the tests' own database carries the worker's name too.
        dbname=re.sub(r"^test_|_gw\d+$", "", str(connection.settings_dict["NAME"])),
        user=settings.DATABASE_OWNER["USER"],
        password=settings.DATABASE_OWNER["PASSWORD"],
    )
    try:
        with owner.cursor() as cursor:
            cursor.execute("CREATE TABLE public.fresh (id bigint GENERATED BY DEFAULT AS IDENTITY)")
            cursor.execute(
                "SELECT wanted, has_table_privilege(%s, 'public.fresh', wanted) FROM unnest(%s) wanted",
                [
                    connection.settings_dict["USER"],
                    ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
                ],
            )
            granted = {privilege for privilege, held in cursor.fetchall() if held}
    finally:
        owner.rollback()
        owner.close()
    assert granted == {"SELECT", "INSERT", "UPDATE", "DELETE"}


# --- the walls, climbed ----------------------------------------------------------------------------------------------


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """Inside, the database must refuse with one of the codes; the transaction around it lives on."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
    assert caught.value.__cause__.pgcode in codes, caught.value  # type: ignore[union-attr]


def a_row(table: str, where: str = "") -> dict[str, Any]:
    """One row of the organisation entered."""
    found = ask(f'SELECT row_to_json(t)::text FROM "{table}" t {where} ORDER BY id LIMIT 1')
    assert found, f"make_world puts no row into {table}: leak tests need leakable data"
    return json.loads(found[0][0])  # type: ignore[no-any-return]


def insert(table: str, row: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_record(NULL::"{table}", %s)',
            [json.dumps(row)],
        )


def test_both_companies_have_a_row_in_every_walled_table(meridian: World, harbour: World, enter: Enter) -> None:
    for world in (meridian, harbour):
        with enter(world):
            assert {a_row(table)["organization_id"] for table in walled()} == {world.organization.pk}


def test_outside_every_organisation_a_query_raises(meridian: World, harbour: World) -> None:
    for table in walled():
        for statement in (
            f'SELECT * FROM "{table}"',
            f'DELETE FROM "{table}"',
            f'UPDATE "{table}" SET organization_id = organization_id',
        ):
            with refused(*OUTSIDE, *([NOT_ALLOWED] if table in SEALED else [])), connection.cursor() as cursor:
                cursor.execute(statement)


def test_inside_one_company_the_other_does_not_exist(meridian: World, harbour: World, enter: Enter) -> None:
    for table in walled():
        with enter(meridian):
            theirs = a_row(table)
        with enter(harbour), connection.cursor() as cursor:
            assert ask(f'SELECT count(*) FROM "{table}" WHERE organization_id <> %s', harbour.organization.pk) == [(0,)]
            assert ask(f'SELECT count(*) FROM "{table}" WHERE id = %s', theirs["id"]) == [(0,)]
            if table not in SEALED:
                cursor.execute(f'UPDATE "{table}" SET organization_id = organization_id WHERE id = %s', [theirs["id"]])
                assert cursor.rowcount == 0
                cursor.execute(f'DELETE FROM "{table}" WHERE id = %s', [theirs["id"]])
                assert cursor.rowcount == 0
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            assert meridian.canary not in str(cursor.fetchall()).lower()


def test_a_row_for_another_company_is_refused(meridian: World, harbour: World, enter: Enter) -> None:
    for table in walled():
        with enter(meridian):
            theirs = a_row(table)
        with enter(harbour), refused(NOT_ALLOWED):
            insert(table, {**theirs, "id": 2**40})


def test_a_row_cannot_move_to_another_company(meridian: World, harbour: World, enter: Enter) -> None:
    for table in walled():
        with (
            enter(meridian),
            refused(*(("23001",) if table in FROZEN - SEALED else (NOT_ALLOWED,))),
            connection.cursor() as cursor,
        ):
            cursor.execute(f'UPDATE "{table}" SET organization_id = %s', [harbour.organization.pk])


def test_a_row_cannot_point_at_another_company(meridian: World, harbour: World, enter: Enter) -> None:
    for model, field in references():
        table = model._meta.db_table
        with enter(meridian):
            theirs = a_row(field.related_model._meta.db_table)
        with enter(harbour):
            row = a_row(table)
            with pytest.raises(IntegrityError, match=f"{table}_{field.column}_tenant"), transaction.atomic():
                point(table, row, field.column, theirs["id"])


def point(table: str, row: dict[str, Any], column: str, target: int) -> None:
    """Take a row out and put it back, so that nothing but the reference is new; a frozen row could not be changed.

    Beside a sealed one, which stays, another is put.
    """
    if column == "guest_id":
        # Somebody of the directory or a guest, never both.
        row = {**row, "person_id": None}
    if table == "pods_session" and column in {"program_id", "leader_id", "held_by_id"}:
        # Of a pod, or of a programme and a leader.
        row = a_row(table, 'WHERE "leader_id" IS NOT NULL')
    with connection.cursor() as cursor:
        if table in SEALED:
            row = {**row, "id": 2**40} | ({"public_id": str(uuid4())} if "public_id" in row else {})
        else:
            cursor.execute(f'DELETE FROM "{table}" WHERE id = %s', [row["id"]])
        insert(table, {**row, column: target})
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_happened_is_never_rewritten(meridian: World, enter: Enter) -> None:
    triggers = {
        table
        for (table,) in ask(
            # Enabled, for each row, before, on update: bits 0, 1 and 4.
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'frozen' AND tgenabled = 'O' AND tgtype = 19"
        )
    }
    assert triggers == FROZEN
    with enter(meridian):
        for table in FROZEN - SEALED:
            with refused("23001"), connection.cursor() as cursor:
                cursor.execute(f'UPDATE "{table}" SET id = id')


def test_what_was_frozen_is_not_the_applications_to_change_or_take_away(meridian: World, enter: Enter) -> None:
    privileges = ["SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES", "TRIGGER"]
    for table in SEALED:
        held = ask(
            "SELECT wanted FROM unnest(%s) wanted WHERE has_table_privilege(current_user, %s, wanted)",
            privileges,
            table,
        )
        assert {privilege for (privilege,) in held} == {"SELECT", "INSERT"}
        for statement in (f'UPDATE "{table}" SET id = id', f'DELETE FROM "{table}"'):
            with enter(meridian), refused(NOT_ALLOWED), connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_manager_outside_every_organisation_raises_too(meridian: World) -> None:
    for model in our_models():
        if issubclass(model, TenantModel):
            with refused(*OUTSIDE):
                model._default_manager.count()
            with refused(*OUTSIDE):
                model._base_manager.count()


def test_copying_straight_into_a_walled_table_is_refused(meridian: World, enter: Enter) -> None:
    with (
        enter(meridian),
        pytest.raises(NotSupportedError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("COPY tenancy_person FROM STDIN")
