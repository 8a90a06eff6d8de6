"""What every change to a row of the directory does: lock, check the version, trim, write."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden, VersionMismatch
from openvisit.core.permissions import ADMIN, STAFF, Actor, Target, allowed
from openvisit.core.wallclock import is_zone
from openvisit.features.directory.errors import invalid
from openvisit.platform.db import Connection, Row, execute, fetch_one


def clinic_for(actor: Actor, clinic_id: UUID | None, permission: str) -> UUID:
    """The clinic that something new goes to: the one named, else the only one that the actor manages.

    Errors: Forbidden, Invalid when there are several to choose from.
    """
    if clinic_id is None:
        managed = actor.clinics(STAFF, ADMIN)
        if not managed:
            raise Forbidden
        if len(managed) > 1:
            raise invalid("clinic_id", "say which of your clinics")
        clinic_id = managed[0]
    if not allowed(actor, permission, Target(clinic_id=clinic_id)):
        raise Forbidden
    return clinic_id


async def locked(connection: Connection, table: str, id_: UUID) -> Row | None:
    """The row, locked for change until the transaction ends; foreign keys to it are not held up."""
    return await fetch_one(connection, f"SELECT * FROM {table} WHERE id = %(id)s FOR NO KEY UPDATE", {"id": id_})


def check_version(row: Mapping[str, Any], expected: int | None) -> None:
    """Nothing when the row has the expected version or none is expected.

    Errors: VersionMismatch.
    """
    if expected is not None and row["version"] != expected:
        raise VersionMismatch


async def insert(connection: Connection, table: str, values: Mapping[str, Any]) -> None:
    """Add one row."""
    columns = ", ".join(values)
    marks = ", ".join(f"%({column})s" for column in values)
    await execute(connection, f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)


async def update(connection: Connection, table: str, id_: UUID, changes: Mapping[str, Any]) -> Row | None:
    """Change the columns of one row, count its version up and answer the row as it is now."""
    sets = ", ".join(f"{column} = %({column})s" for column in changes)
    comma = ", " if changes else ""
    return await fetch_one(
        connection,
        f"UPDATE {table} SET {sets}{comma}version = version + 1 WHERE id = %(id)s RETURNING *",
        {**changes, "id": id_},
    )


def tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with their texts trimmed and their zone looked up.

    Errors: Invalid for a time zone that is none.
    """
    trimmed = {k: v.strip() if isinstance(v, str) else v for k, v in values.items()}
    if "time_zone" in trimmed and not is_zone(trimmed["time_zone"]):
        raise invalid("time_zone", "not an IANA time zone")
    return trimmed
