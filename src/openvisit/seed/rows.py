"""Writing many rows at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from openvisit.platform.db import Connection, execute, fetch_one


async def insert(connection: Connection, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> int:
    """COPY `rows`, in the order of `columns` (names with commas between), into `table`; the answer is their number.

    COPY knows no row-level security: where it binds the login, the rows go by way of a table of the transaction's own.
    """
    bound = await fetch_one(connection, "SELECT row_security_active(%(table)s) AS yes", {"table": table})
    into = table
    if bound is not None and bound["yes"]:
        into = f"copied_{table}"
        await execute(connection, f"CREATE TEMP TABLE {into} ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0")
    count = 0
    async with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {into} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            await copy.write_row(row)
            count += 1
    if into != table:
        await execute(connection, f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {into}")
        await execute(connection, f"DROP TABLE {into}")
    return count
