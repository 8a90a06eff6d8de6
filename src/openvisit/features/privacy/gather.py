"""Reading everything about one person, table by table, sealed text opened."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from openvisit.features.privacy.sources import Source
from openvisit.platform.crypto import Keys, SealBroken, Vault
from openvisit.platform.db import Connection, fetch_all, fetch_one

Rows = list[dict[str, Any]]

_NAMED = {
    "clinic_id": "SELECT id, name FROM clinic WHERE id = ANY(%(ids)s)",
    "provider_id": "SELECT id, full_name AS name FROM provider WHERE id = ANY(%(ids)s)",
    "visit_type_id": "SELECT id, name FROM visit_type WHERE id = ANY(%(ids)s)",
    "location_id": "SELECT id, name FROM location WHERE id = ANY(%(ids)s)",
}
"""Columns whose ids are told with a name beside them."""


async def gather(connection: Connection, vault: Vault, source: Source, person_id: UUID) -> Rows:
    """The person's rows of one table as plain values."""
    values = await owner_values(connection, person_id)
    rows = await fetch_all(connection, f"SELECT t.* FROM {source.table} t WHERE {source.mine}", values)
    person = await vault.keys(connection, person_id)
    found = [dict(_shown(source, row, person, vault.system)) for row in rows]
    await _name(connection, found)
    return found


async def owner_values(connection: Connection, person_id: UUID) -> dict[str, Any]:
    """The parameters of a source's conditions."""
    row = await fetch_one(
        connection,
        """SELECT patient.id, p.email_index FROM person p LEFT JOIN patient ON patient.person_id = p.id
           WHERE p.id = %(id)s""",
        {"id": person_id},
    )
    return {
        "person_id": person_id,
        "patient_id": row["id"] if row else None,
        "email_index": row["email_index"] if row else None,
    }


def _shown(source: Source, row: dict[str, Any], person: Keys, system: Keys) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if name in source.hidden:
            continue
        if name in source.sealed:
            keys = person if source.sealed[name] == "person" else system
            yield name, _opened(value, keys, f"{source.table}.{name}", row["id"])
        else:
            yield name, _plain(value)


def _opened(sealed: Any, keys: Keys, place: str, row_id: UUID) -> Any:
    if not sealed or keys.erased:
        return None
    try:
        text = keys.open(bytes(sealed), place, row_id)
    except SealBroken:
        return None
    if text[:1] in "{[":
        try:
            return msgspec.json.decode(text.encode())
        except msgspec.DecodeError:
            return text
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value


async def _name(connection: Connection, rows: Rows) -> None:
    for column, query in _NAMED.items():
        ids = sorted({row[column] for row in rows if row.get(column)})
        if not ids:
            continue
        names = {str(r["id"]): r["name"] for r in await fetch_all(connection, query, {"ids": [UUID(i) for i in ids]})}
        for row in rows:
            if row.get(column):
                row[column.removesuffix("_id")] = names.get(row[column])
