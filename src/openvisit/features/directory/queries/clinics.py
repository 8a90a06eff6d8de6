"""Reads of clinics."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from openvisit.core.errors import NotFound
from openvisit.features.directory import paging
from openvisit.features.directory.wire.clinics import Clinic, ClinicPage
from openvisit.platform.db import Connection, Database, fetch_one


async def list_clinics(db: Database, *, cursor: str | None, limit: int) -> ClinicPage:
    """Every clinic, by name."""
    async with db.connection() as connection:
        rows, following = await paging.named_rows(connection, "clinic", [], {}, cursor=cursor, limit=limit)
    return ClinicPage([clinic(row) for row in rows], following)


async def read_clinic(db: Database, clinic_id: UUID) -> Clinic:
    """One clinic.

    Errors: NotFound.
    """
    async with db.connection() as connection:
        return clinic(await clinic_row(connection, clinic_id))


async def clinic_row(connection: Connection, clinic_id: UUID) -> Mapping[str, Any]:
    """The clinic's row.

    Errors: NotFound.
    """
    row = await fetch_one(connection, "SELECT * FROM clinic WHERE id = %(id)s", {"id": clinic_id})
    if row is None:
        raise NotFound
    return row


def clinic(row: Mapping[str, Any]) -> Clinic:
    """A clinic from its row."""
    return Clinic(**{field: row[field] for field in Clinic.__struct_fields__})
