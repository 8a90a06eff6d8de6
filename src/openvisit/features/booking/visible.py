"""One visit, as far as somebody may see it: what features about visits begin with."""

from uuid import UUID

from openvisit.core.errors import NotFound
from openvisit.core.permissions import Actor, allowed
from openvisit.features.booking.errors import AppointmentNotFound
from openvisit.features.booking.present import APPOINTMENTS, target
from openvisit.platform.db import Connection, Row, fetch_one


async def visit_of(
    connection: Connection,
    actor: Actor,
    appointment_id: UUID,
    permission: str,
    *,
    lock: bool = False,
    missing: type[NotFound] = AppointmentNotFound,
) -> Row:
    """The appointment as a row of `APPOINTMENTS`, when the caller has the permission.

    `lock` keeps others who lock it waiting to the end of the transaction. Errors: `missing`.
    """
    suffix = " FOR UPDATE OF a" if lock else ""
    row = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s{suffix}", {"id": appointment_id})
    if row is None or not allowed(actor, permission, target(row)):
        raise missing
    return row
