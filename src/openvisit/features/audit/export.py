"""The clinic's trail as a file, streamed: JSON Lines or CSV (RFC 4180), closed by the newest signed checkpoint.

Each line has its place and hash; `openvisit audit verify` tells whether the trail still has them, and the signed
checkpoint up to where nobody can have written them anew.
"""

import csv
import io
from collections.abc import AsyncIterator
from uuid import UUID

import msgspec

from openvisit.features.audit import checkpoints, wire
from openvisit.features.audit.checkpoints import Kept
from openvisit.features.audit.queries import Filters, every
from openvisit.platform.db import Database

MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}

_COLUMNS = (
    *("kind", "id", "at", "actor_id", "actor", "acting_as", "on_behalf_of", "action", "reason", "thing", "thing_id"),
    *("patient_id", "patient", "data", "chain", "seq", "hash"),
)


async def lines(db: Database, filters: Filters, form: str) -> AsyncIterator[bytes]:
    """The file, a batch of entries at a time."""
    if form == "csv":
        yield _csv([_COLUMNS])
    async for batch in every(db, filters):
        yield _csv(map(_row, batch)) if form == "csv" else b"".join(map(_line, batch))
    async with db.connection() as connection:
        signed = await checkpoints.last(connection, filters.clinic_id)
    if signed:
        yield _csv([_signature_row(signed)]) if form == "csv" else _signature_line(signed)


def _line(entry: wire.AuditEntry) -> bytes:
    return msgspec.json.encode({"kind": "entry", **msgspec.structs.asdict(entry)}) + b"\n"


def _signature_line(signed: Kept) -> bytes:
    return msgspec.json.encode({"kind": "checkpoint", **msgspec.structs.asdict(signed)}) + b"\n"


def _row(entry: wire.AuditEntry) -> tuple[object, ...]:
    return (
        "entry",
        entry.id,
        entry.at.isoformat(),
        _id(entry.actor),
        _name(entry.actor),
        entry.acting_as,
        _name(entry.on_behalf_of),
        entry.action,
        entry.reason,
        entry.thing,
        entry.thing_id,
        _id(entry.patient),
        _name(entry.patient),
        msgspec.json.encode(entry.data).decode(),
        entry.link.chain if entry.link else None,
        entry.link.seq if entry.link else None,
        entry.link.hash if entry.link else None,
    )


def _signature_row(signed: Kept) -> tuple[object, ...]:
    found = {"kind": "checkpoint", "id": signed.number, "at": signed.at.isoformat(), "data": signed.jws}
    return tuple(found.get(column) for column in _COLUMNS)


def _csv(rows: object) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)  # type: ignore[arg-type]
    return text.getvalue().encode()


def _id(named: wire.AuditNamed | None) -> UUID | None:
    return named.id if named else None


def _name(named: wire.AuditNamed | None) -> str | None:
    """A name that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    if named is None:
        return None
    return f"'{named.name}" if named.name[:1] in tuple("=+-@\t\r") else named.name
