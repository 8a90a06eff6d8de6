"""Production's way: tables owned by one login that is no superuser, the application signing in by another."""

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import errors

from openvisit.core.ids import new_id
from openvisit.platform import migrate
from openvisit.platform.db import Database, execute, fetch_one
from openvisit.platform.principal import NOBODY, SYSTEM, acting
from openvisit.seed.rows import insert
from tests.conftest import database_at

PASSWORD = "of no use elsewhere"


def as_login(url: str, name: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{name}:{PASSWORD.replace(' ', '%20')}@{host}"))


@pytest.fixture
def logins(server_url: str) -> Iterator[tuple[str, str]]:
    """The URLs of the owner's login and of the application's, to a database of their own."""
    mark = new_id().hex
    owner, app, name = f"ov_owner_{mark}", f"ov_login_{mark}", f"ov_test_{mark}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {owner} LOGIN PASSWORD '{PASSWORD}'")  # type: ignore[call-overload]
        connection.execute(f"CREATE ROLE {app} LOGIN PASSWORD '{PASSWORD}'")  # type: ignore[call-overload]
        exists = connection.execute("SELECT FROM pg_roles WHERE rolname = 'openvisit_app'").fetchone()
        if exists is None:
            connection.execute("CREATE ROLE openvisit_app NOLOGIN")
        connection.execute(f"GRANT openvisit_app TO {app}, {owner}")  # type: ignore[call-overload]
        connection.execute(f"CREATE DATABASE {name} OWNER {owner}")  # type: ignore[call-overload]
    try:
        with psycopg.connect(database_at(server_url, name), autocommit=True) as connection:
            connection.execute(f"ALTER SCHEMA public OWNER TO {owner}")  # type: ignore[call-overload]
        migrate.upgrade(as_login(database_at(server_url, name), owner))
        yield as_login(database_at(server_url, name), owner), as_login(database_at(server_url, name), app)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
            connection.execute(f"DROP ROLE {owner}, {app}")  # type: ignore[call-overload]


async def test_both_logins_are_bound(logins: tuple[str, str]) -> None:
    clinic, person = new_id(), new_id()
    for number, url in enumerate(logins):
        db = Database(url, size=1, as_owner=number == 0)
        await db.open()
        try:
            with acting(SYSTEM):
                if number == 0:  # a seed copies, which row-level security forbids its owner too: by way of a table
                    async with db.transaction() as connection:
                        await insert(
                            connection,
                            "person",
                            "id, full_name, created_at",
                            [(person, "Ana Flores", "2027-01-01T00:00:00Z")],
                        )
                        await execute(
                            connection,
                            """INSERT INTO clinic (id, name, time_zone, created_at)
                               VALUES (%(id)s, 'One', 'UTC', now())""",
                            {"id": clinic},
                        )
                async with db.connection() as connection:
                    assert await fetch_one(connection, "SELECT full_name FROM person", {}) == {
                        "full_name": "Ana Flores"
                    }
            with acting(NOBODY):
                async with db.connection() as connection:
                    assert await fetch_one(connection, "SELECT full_name FROM person", {}) is None
                    if number == 1:
                        assert await fetch_one(connection, "SELECT current_user AS me", {}) == {"me": "openvisit_app"}
                        with pytest.raises(errors.InsufficientPrivilege):
                            await execute(connection, "ALTER TABLE person DISABLE ROW LEVEL SECURITY")
        finally:
            await db.close()
    with psycopg.connect(logins[0]) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("INSERT INTO person (id, full_name, created_at) VALUES (gen_random_uuid(), 'X', now())")
