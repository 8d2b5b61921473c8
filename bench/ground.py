"""A durable database to measure in, gone afterwards: filled by its owner, measured as the application's role."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.test.utils import setup_databases, teardown_databases

from adoption import embedded
from adoption.tenancy.walls import as_owner

GRANTS = """
GRANT USAGE ON SCHEMA public TO app_user;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app_user;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO app_user;
"""


@contextmanager
def database() -> Iterator[None]:
    """A migrated database under DATA, or on the server of DATABASE_URL. Writes are durable: fsync is on."""
    with ExitStack() as stack:
        if str(settings.DATABASES["default"]["HOST"]) == embedded.addresses(settings.DATA).postgres_host:
            with suppress(embedded.AlreadyRunning):
                stack.enter_context(embedded.Services(settings.DATA))
        with as_owner():
            made = setup_databases(verbosity=0, interactive=False)
            run(GRANTS)
        try:
            yield
        finally:
            with as_owner():
                teardown_databases(made, verbosity=0)


def run(statement: str, parameters: Any = None) -> int:
    """One statement, or several without parameters; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def read(statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    """The rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def vacuum(*tables: str) -> None:
    """As the owner, so that plans and visibility are those of a table at rest."""
    with as_owner():
        for table in tables:
            run(f"VACUUM ANALYZE {table}")


def make_like(
    model: type[models.Model], schema: str, fill: str, parameters: dict[str, Any], *, references: bool = False
) -> None:
    """A copy of a model's table in a schema of its own, filled. `fill` says `{table}`; found by `use(schema)`.

    With `references` the copy has the table's foreign keys; those to the table itself refer to the copy.
    """
    name = model._meta.db_table
    table = f"{schema}.{name}"
    with as_owner():
        run(f"CREATE SCHEMA {schema}")
        run(f"CREATE TABLE {table} (LIKE public.{name} INCLUDING IDENTITY INCLUDING DEFAULTS)")
        run(fill.format(table=table), parameters)
        # Indexes after the rows: a third of the time.
        for (definition,) in read(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = %s", [name]
        ):
            run(definition.replace(" ON public.", f" ON {schema}."))
        for constraint, definition in read(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
            [f"public.{name}"] if references else [None],
        ):
            own = definition.replace(f"REFERENCES {name}(", f"REFERENCES {table}(")
            run(f'ALTER TABLE {table} ADD CONSTRAINT "{constraint}" {own}')
        run(f"GRANT USAGE ON SCHEMA {schema} TO app_user")
        run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO app_user")
        run(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO app_user")


def wall_in(model: type[models.Model], schema: str) -> None:
    """The policy of the model's own table on its copy."""
    table = f"{schema}.{model._meta.db_table}"
    with as_owner():
        ((qual, with_check),) = read(
            "SELECT qual, with_check FROM pg_policies WHERE schemaname = 'public' AND tablename = %s",
            [model._meta.db_table],
        )
        run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        run(f"CREATE POLICY tenant ON {table} USING ({qual}) WITH CHECK ({with_check})")


def use(schema: str) -> None:
    """From here on, unqualified names mean the tables of that schema first."""
    run(f"SET search_path TO {schema}, public")


@dataclass(frozen=True)
class Plan:
    """What a statement did, by EXPLAIN (ANALYZE, BUFFERS): figures that noise cannot move."""

    nodes: tuple[str, ...]
    rows: int
    blocks: int

    def uses(self, index: str) -> bool:
        """Whether an index of that name was read."""
        return any(re.search(rf"\b{index}\b", node) for node in self.nodes)


def explain(statement: str, parameters: Any = None) -> Plan:
    """Run a statement and tell what it touched: rows read by its scans, and blocks."""
    ((found,),) = read(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
    top = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    nodes = list(_nodes(top))
    scans = [node for node in nodes if "Scan" in node["Node Type"]]
    return Plan(
        tuple(
            f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name', '')}".strip() for node in nodes
        ),
        sum(
            int(node["Actual Rows"] * node["Actual Loops"]) + int(node.get("Rows Removed by Filter", 0))
            for node in scans
        ),
        int(top["Shared Hit Blocks"]) + int(top["Shared Read Blocks"]),
    )


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
