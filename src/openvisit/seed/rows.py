"""Writing many rows at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from openvisit.platform.db import Connection


async def insert(connection: Connection, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> int:
    """COPY `rows`, in the order of `columns` (names with commas between), into `table`; the answer is their number."""
    count = 0
    async with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            await copy.write_row(row)
            count += 1
    return count
