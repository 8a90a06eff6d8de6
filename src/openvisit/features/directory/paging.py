"""Cursors: where the next page begins, as an opaque text that is checked when it comes back."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from openvisit.platform.db import Connection, Row, fetch_all
from openvisit.platform.web.versions import cursor_problem

T = TypeVar("T")
CursorText = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")]


class ByName(msgspec.Struct, array_like=True, tag="name"):
    """After the row with this name (as the database folds it) and id."""

    name: CursorText
    id: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


def write(place: msgspec.Struct) -> str:
    """The cursor of a place in a list."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def read(cursor: str, kind: type[T] | Any) -> T:
    """The place that `write` made a cursor of.

    Errors: Invalid when the cursor is not of this kind of list.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=kind)
    except (UnicodeEncodeError, binascii.Error, msgspec.MsgspecError, ValueError):
        raise cursor_problem() from None


async def named_rows(
    connection: Connection,
    table: str,
    conditions: Sequence[str],
    values: dict[str, Any],
    *,
    cursor: str | None,
    limit: int,
) -> tuple[list[Row], str | None]:
    """One page of a table's rows in the order of their names, and the cursor of the next page.

    Errors: Invalid for a foreign cursor.
    """
    conditions = list(conditions)
    if cursor:
        after: ByName = read(cursor, ByName)
        conditions.append("(lower(name), id) > (%(after_name)s, %(after_id)s::uuid)")
        values = {**values, "after_name": after.name, "after_id": after.id}
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = await fetch_all(
        connection,
        f"SELECT *, lower(name) AS sort_name FROM {table} {where} ORDER BY lower(name), id LIMIT {int(limit) + 1}",
        values,
    )
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], write(ByName(last["sort_name"], str(last["id"])))
