"""Writing the trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from openvisit.platform.db import Connection, execute


async def record(
    connection: Connection,
    *,
    at: datetime,
    actor_id: UUID | None,
    action: str,
    thing: str,
    thing_id: UUID,
    clinic_id: UUID | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Add one entry, in the caller's transaction.

    `action` is the permission that was used (`appointment:cancel`), `thing` the kind of record, `data` ids, codes
    and instants only.
    """
    await execute(
        connection,
        """INSERT INTO audit (at, clinic_id, actor_id, action, thing, thing_id, data)
           VALUES (%(at)s, %(clinic_id)s, %(actor_id)s, %(action)s, %(thing)s, %(thing_id)s, %(data)s)""",
        {
            "at": at,
            "clinic_id": clinic_id,
            "actor_id": actor_id,
            "action": action,
            "thing": thing,
            "thing_id": thing_id,
            "data": Jsonb(dict(data or {})),
        },
    )
