"""Row level security: the database itself decides what a tenant sees.

Two walls stand between organisations. The first is the door (`access.requires`, querysets of this tenant). This is the
second: a forced, strict policy on each tenant table, which reads a transaction-local setting. Outside `organization()` a
query raises instead of quietly finding nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

SETTING = "app.organization_id"

_current: ContextVar[int | None] = ContextVar("organization_id", default=None)


class AnotherTenant(RuntimeError):
    """Code inside one organisation tried to enter another."""


def current_organization_id() -> int | None:
    """The organisation this code acts for, or None outside every organisation."""
    return _current.get()


def _tell_database(organization_id: int | None) -> None:
    # SET LOCAL rather than set_config(): a sharded PostgreSQL forwards the statement to its workers, a function call not.
    # An integer cannot carry SQL, and SET takes no bound parameters on the server.
    value = "" if organization_id is None else str(int(organization_id))
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {SETTING} = '{value}'")


@contextmanager
def organization(organization_id: int) -> Iterator[None]:
    """Run everything inside as that organisation, in one transaction. Nests for the same one; restores the outer state.

    Raises AnotherTenant when a different organisation is already entered.
    """
    outer = _current.get()
    if outer is not None and outer != organization_id:
        raise AnotherTenant(f"inside organisation {outer}, asked for {organization_id}")
    token = _current.set(int(organization_id))
    enclosed = connection.in_atomic_block
    try:
        with transaction.atomic():
            if outer is None:
                _tell_database(organization_id)
            yield
            # SET LOCAL outlives a released savepoint, so an enclosing transaction would stay inside the tenant.
            if outer is None and enclosed and not connection.needs_rollback:
                _tell_database(None)
    finally:
        _current.reset(token)


@contextmanager
def as_owner() -> Iterator[None]:
    """The default connection under the role that owns the tables: for migrations, dumps and the making of a test database."""
    before = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update(settings.DATABASE_OWNER)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def refuse_privileged_role() -> None:
    """Raise ImproperlyConfigured when this process is connected as a role that row level security does not bind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        role, privileged = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        (owned,) = cursor.fetchone()
    if privileged or owned:
        raise ImproperlyConfigured(
            f"The database role {role} owns tables or bypasses row level security. "
            "Run the application as app_user; only migrations run as the owner."
        )


class TenantQuerySet(models.QuerySet):
    """Rows of the organisation entered. The explicit filter serves indexes and shard routing; the wall stays the policy."""


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Adds `organization_id = <the one entered>` to each query. Subclass through `TenantManager.of(QuerySet)`."""

    def get_queryset(self) -> models.QuerySet[Any]:
        found = super().get_queryset()
        inside = _current.get()
        return found if inside is None else found.filter(organization_id=inside)  # type: ignore[no-any-return]

    @classmethod
    def of(cls, queryset_class: type[TenantQuerySet]) -> Self:
        """A manager with the methods of `queryset_class`, filtered to the organisation entered."""
        return cls.from_queryset(queryset_class)()  # type: ignore[no-any-return]


class TenantForeignKey(models.ForeignKey):
    """A reference within one organisation. The database key is composite (organization_id, id), made by `Protect` or `Tie`.

    Row level security alone would let a row point at another tenant's row, because foreign key checks bypass it.
    """

    def __init__(self, to: Any, on_delete: Any, **options: Any) -> None:
        options["db_constraint"] = False
        options.setdefault("db_index", False)
        super().__init__(to, on_delete, **options)


class TenantModel(models.Model):
    """A row that belongs to exactly one organisation."""

    organization = models.ForeignKey(
        "tenancy.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        editable=False,
        default=current_organization_id,
    )

    objects = TenantManager()

    class Meta:
        abstract = True


def _tie(editor: BaseDatabaseSchemaEditor, model: type[models.Model], field: models.Field[Any, Any]) -> None:
    table, target = model._meta.db_table, field.related_model._meta.db_table  # type: ignore[union-attr]
    editor.execute(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{field.column}_tenant" FOREIGN KEY (organization_id, "{field.column}") '
        f'REFERENCES "{target}" (organization_id, id) DEFERRABLE INITIALLY DEFERRED'
    )


class Protect(Operation):
    """Walls in a tenant table: key (organization_id, id), composite foreign keys, forced strict policy. Changes no model state."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing: Django goes on thinking of `id` as the primary key, and identity columns keep it unique."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        mine = f"organization_id = current_setting('{SETTING}')::bigint"
        schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey"')
        schema_editor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (organization_id, id)')
        schema_editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'CREATE POLICY tenant ON "{table}" USING ({mine}) WITH CHECK ({mine})')
        for field in model._meta.local_fields:
            if isinstance(field, TenantForeignKey):
                _tie(schema_editor, model, field)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        for field in model._meta.local_fields:
            if isinstance(field, TenantForeignKey):
                schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_{field.column}_tenant"')
        schema_editor.execute(f'DROP POLICY tenant ON "{table}"')
        schema_editor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey"')
        schema_editor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (id)')

    def describe(self) -> str:
        return f"Wall in {self.model_name}"


class Tie(Operation):
    """The composite foreign key of one TenantForeignKey that joined a table already walled in. Changes no model state."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, field_name: str) -> None:
        self.model_name = model_name
        self.field_name = field_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        _tie(schema_editor, model, model._meta.get_field(self.field_name))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        table, column = model._meta.db_table, model._meta.get_field(self.field_name).column
        schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_{column}_tenant"')

    def describe(self) -> str:
        return f"Tie {self.model_name}.{self.field_name} within the organisation"


class Freeze(Operation):
    """Makes a table's rows immutable: a trigger refuses each UPDATE. DELETE stays, for erasure and retention alone;
    where not even those may take a row away, `Seal` follows.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
            params=None,  # otherwise the percent sign would ask for a parameter
        )
        schema_editor.execute(
            f'CREATE TRIGGER frozen BEFORE UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION refuse_update()'
        )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        schema_editor.execute(f'DROP TRIGGER frozen ON "{table}"')

    def describe(self) -> str:
        return f"Freeze the rows of {self.model_name}"


def _everybody(table: str, statement: str) -> str:
    """SQL: a statement for each role that was granted something on a table: an installation may call its own as it likes."""
    done = statement.format(table=f'"{table}"', who="' || who")
    return (
        "DO $$ DECLARE who text; BEGIN FOR who IN SELECT DISTINCT quote_ident(pg_get_userbyid(grantee)) "  # noqa: S608
        f"FROM pg_class, aclexplode(relacl) WHERE oid = '\"{table}\"'::regclass AND grantee NOT IN (0, relowner) "
        f"LOOP EXECUTE '{done}; END LOOP; END $$"
    )


class Seal(Operation):
    """Nobody takes a frozen table's rows away either: triggers refuse each DELETE and TRUNCATE, also the owner's.

    The application's role loses UPDATE and DELETE on it, so that it could do neither even with the triggers switched off.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for statement in (
            (
                "CREATE OR REPLACE FUNCTION refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'rows of % are never taken away', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
            ),
            f'CREATE TRIGGER sealed BEFORE DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION refuse_removal()',
            f'CREATE TRIGGER kept BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION refuse_removal()',
            _everybody(table, "REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {who}"),
        ):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for trigger in ("sealed", "kept"):
            schema_editor.execute(f'DROP TRIGGER {trigger} ON "{table}"')
        schema_editor.execute(_everybody(table, "GRANT UPDATE, DELETE ON {table} TO {who}"), params=None)

    def describe(self) -> str:
        return f"Seal the rows of {self.model_name}"
