"""PostgreSQL: one pool of psycopg connections a process, transactions opened where the reader can see them."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

import msgspec
from psycopg import AsyncConnection, AsyncCursor, AsyncRawCursor, OperationalError
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from openvisit.core.errors import Unavailable
from openvisit.platform.connections import AppConnection, configure, configure_for_owner
from openvisit.platform.principal import GATE, NOBODY, SYSTEM, Principal, current

Connection = AsyncConnection[DictRow]
Row = DictRow

set_json_dumps(msgspec.json.encode)
set_json_loads(msgspec.json.decode)


class Database:
    """A pool of connections to one database, each acting for the principal of whoever takes it.

    They run as the role `openvisit_app`, which row-level security binds; `as_owner` keeps the rights of the login,
    for seeding (COPY, VACUUM).
    """

    def __init__(self, url: str, *, size: int = 20, as_owner: bool = False) -> None:
        self.url = url
        self.pool: AsyncConnectionPool[AppConnection] = AsyncConnectionPool(
            url,
            connection_class=AppConnection,
            kwargs={
                "autocommit": True,
                "row_factory": dict_row,
                "prepare_threshold": 0,
                "application_name": "openvisit",
            },
            min_size=min(2, size),
            max_size=size,
            timeout=10.0,
            configure=configure_for_owner if as_owner else configure,
            open=False,
        )

    async def open(self) -> None:
        """Open the pool; returns at once, connections are made in the background."""
        await self.pool.open()

    async def close(self) -> None:
        """Close every connection."""
        await self.pool.close()

    @asynccontextmanager
    async def connection(
        self, *, public: bool = False, as_gate: str | None = None, as_system: str | None = None
    ) -> AsyncIterator[Connection]:
        """A connection in autocommit: each statement is its own transaction.

        It acts for the present principal. `public` narrows that to nobody, for what everybody may see. `as_gate`
        (sign-in data, never health) and `as_system` (everything) waive the second wall and say why.
        Errors: Unavailable when the server cannot be reached or goes away.
        """
        task = asyncio.current_task()
        cancelled = task.cancelling() if task else 0
        try:
            async with self.pool.connection() as connection:
                if task and task.cancelling() > cancelled:
                    # Python 3.11's wait_for, by which the pool waits, loses a cancellation that comes with the answer.
                    raise asyncio.CancelledError
                connection.principal = _principal(public, as_gate, as_system)
                yield connection
        except (OperationalError, PoolTimeout) as error:
            if isinstance(error, OperationalError) and error.sqlstate is not None and not _gone(error.sqlstate):
                raise
            # One connection was broken by a restart: the idle ones are too. Test them before the next request does.
            await self.pool.check()
            raise Unavailable from error

    @asynccontextmanager
    async def transaction(
        self, *, as_gate: str | None = None, as_system: str | None = None
    ) -> AsyncIterator[Connection]:
        """A connection inside one transaction: committed at the end, rolled back by any error.

        It acts for the present principal, or waives the second wall as `connection` does.
        """
        async with (
            self.connection(as_gate=as_gate, as_system=as_system) as connection,
            connection.transaction(),
        ):
            yield connection


@asynccontextmanager
async def elevated(connection: Connection, why: str, principal: Principal = SYSTEM) -> AsyncIterator[None]:
    """Waive the second wall for the statements inside, for the reason `why`; then it stands again.

    For the one step of a transaction that has to look across clinics. Costs a round trip on either side.
    """
    if not isinstance(connection, AppConnection) or not why:
        raise TypeError("only a connection of the application is elevated, and for a reason")
    before, connection.principal = connection.principal, principal
    await _say_again(connection)
    try:
        yield
    finally:
        connection.principal = before
        await _say_again(connection)


async def _say_again(connection: AppConnection) -> None:
    # Outside a transaction the next statement carries it; a failed transaction forgets it by itself.
    if connection.info.transaction_status == TransactionStatus.INTRANS:
        await connection.execute(connection.setting(local=True))


def _principal(public: bool, as_gate: str | None, as_system: str | None) -> Principal:
    if as_system:
        return SYSTEM
    if as_gate:
        return GATE
    return NOBODY if public else current()


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
    given = [values[name] for name in names]
    if isinstance(connection, AppConnection) and connection.pending:
        await _with_principal(connection, cursor, text, given)
    else:
        await cursor.execute(text, given)
    return cursor


async def _with_principal(
    connection: AppConnection, cursor: AsyncCursor[DictRow], text: str, given: Sequence[Any]
) -> None:
    """Run the statement and, in the same round trip before it, the setting that says on whose behalf."""
    try:
        async with connection.pipeline():
            await cursor.execute(text, given)
    except BaseException:
        connection.told(sure=False)
        raise
    connection.told(sure=True)


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
