"""A database that was migrated has the shape that the tables say, and the other way round."""

from typing import Any

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from openvisit.core.ids import new_id
from openvisit.migrations.row_security import OPEN
from openvisit.platform import migrate
from openvisit.platform.tables import metadata
from tests.conftest import database_at

_SHAPE = {
    "columns": """SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default, is_identity
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ANY(%s)""",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid::regclass::text = ANY(%s) AND contype <> 'n'""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)",
}


def shape(url: str) -> dict[str, set[Any]]:
    names = sorted(migrate.table_names())
    with psycopg.connect(url) as connection:
        return {part: set(connection.execute(sql, (names,)).fetchall()) for part, sql in _SHAPE.items()}  # type: ignore[call-overload]


def test_migrations_and_tables_agree(server_url: str, database_url: str) -> None:
    name = f"ov_tables_{new_id().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    try:
        url = database_at(server_url, name)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm")
        migrate.table_names()
        engine = create_engine(migrate.engine_url(url), poolclass=NullPool)
        metadata.create_all(engine)
        engine.dispose()
        wanted, found = shape(url), shape(database_url)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
    for part in _SHAPE:
        assert found[part] - wanted[part] == set(), f"{part} only in the migrations"
        assert wanted[part] - found[part] == set(), f"{part} only in the tables"


def test_every_table_has_row_level_security_or_a_reason_to_be_open(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        tables = connection.execute(
            """SELECT relname, relrowsecurity AND relforcerowsecurity AND EXISTS (
                          SELECT FROM pg_policy WHERE polrelid = pg_class.oid) AS protected
               FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                     AND relname NOT LIKE 'procrastinate%'"""
        ).fetchall()
    protected = {name for name, yes in tables if yes}
    # To classify a new table: `protect` in its migration, or a line in OPEN that says why nobody's data is in it.
    assert {name for name, _ in tables} - protected - OPEN.keys() == set(), "neither protected nor open"
    assert protected & OPEN.keys() == set(), "protected, and said to be open"
    assert OPEN.keys() - {name for name, _ in tables} == set(), "open, but no table"


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    assert migrate.upgrade(database_url) == (migrate.newest(), migrate.newest())
