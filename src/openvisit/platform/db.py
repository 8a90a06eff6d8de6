"""PostgreSQL: one pool of psycopg connections a process, transactions opened where the reader can see them."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

import msgspec
from psycopg import AsyncConnection, AsyncCursor, AsyncRawCursor, OperationalError
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from openvisit.core.errors import Unavailable

Connection = AsyncConnection[DictRow]
Row = DictRow

set_json_dumps(msgspec.json.encode)
set_json_loads(msgspec.json.decode)


async def _configure(connection: AsyncConnection[Any]) -> None:
    # Ranges and instants go over the wire and come back in UTC; local time is spent in core, never in a session.
    await connection.execute("SET TIME ZONE 'UTC'")
    # Our statements are prepared and look rows up by keys: planning each of them anew for its parameters costs
    # several times what running it does.
    await connection.execute("SET plan_cache_mode = force_generic_plan")


class Database:
    """A pool of connections to one database."""

    def __init__(self, url: str, *, size: int = 20) -> None:
        self.url = url
        self.pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            kwargs={
                "autocommit": True,
                "row_factory": dict_row,
                "prepare_threshold": 0,
                "application_name": "openvisit",
            },
            min_size=min(2, size),
            max_size=size,
            timeout=10.0,
            configure=_configure,
            open=False,
        )

    async def open(self) -> None:
        """Open the pool; returns at once, connections are made in the background."""
        await self.pool.open()

    async def close(self) -> None:
        """Close every connection."""
        await self.pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection in autocommit: each statement is its own transaction.

        Errors: Unavailable when the server cannot be reached or goes away.
        """
        try:
            async with self.pool.connection() as connection:
                yield connection
        except (OperationalError, PoolTimeout) as error:
            if isinstance(error, OperationalError) and error.sqlstate is not None and not _gone(error.sqlstate):
                raise
            # One connection was broken by a restart: the idle ones are too. Test them before the next request does.
            await self.pool.check()
            raise Unavailable from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection inside one transaction: committed at the end, rolled back by any error."""
        async with self.connection() as connection, connection.transaction():
            yield connection


def _gone(sqlstate: str) -> bool:
    """Whether the server is stopping, starting or out of connections (classes 57P and 53, 08)."""
    return sqlstate.startswith(("57P", "53", "08"))


async def fetch_all(connection: Connection, query: str, values: Mapping[str, Any] | None = None) -> list[Row]:
    """Every row of the answer, as dicts."""
    cursor = await _run(connection, query, values)
    return await cursor.fetchall()


async def fetch_one(connection: Connection, query: str, values: Mapping[str, Any] | None = None) -> Row | None:
    """The first row of the answer, or None."""
    cursor = await _run(connection, query, values)
    return await cursor.fetchone()


async def execute(connection: Connection, query: str, values: Mapping[str, Any] | None = None) -> int:
    """Run a statement; the answer is the number of rows it touched."""
    cursor = await _run(connection, query, values)
    return cursor.rowcount


async def _run(connection: Connection, query: str, values: Mapping[str, Any] | None) -> AsyncCursor[DictRow]:
    if values is None:
        return await connection.execute(query)
    text, names = _numbered(query)
    cursor = AsyncRawCursor(connection, row_factory=dict_row)
    await cursor.execute(text, [values[name] for name in names])
    return cursor


_PARAMETER = re.compile(r"%(?:\((\w+)\)s|%)")


@lru_cache(maxsize=2000)
def _numbered(query: str) -> tuple[str, tuple[str, ...]]:
    """The query with `$1`, `$2`... for its named parameters, and the names in that order.

    Done once a query: the driver would look for them at every call of a long one, which takes longer than to run it.
    """
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        name = found[1]
        return "%" if name is None else f"${names.setdefault(name, len(names) + 1)}"

    return _PARAMETER.sub(number, query), tuple(names)
