"""Keeping a visit private from those who act for its patient."""

from datetime import datetime
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, allowed
from openvisit.features.booking import queries, wire
from openvisit.features.booking.present import target
from openvisit.features.booking.trail import note
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, execute


async def set_private(
    db: Database, vault: Vault, actor: Actor, appointment_id: UUID, private: bool, *, now: datetime
) -> wire.Appointment:
    """Hide the visit from the patient's delegates, or show it to them; for the patient and the visit's provider.

    The time stays taken either way. Errors: AppointmentNotFound, Forbidden.
    """
    async with db.transaction() as connection:
        row = await queries.readable(connection, actor, appointment_id, now)
        if not allowed(actor, "appointment:hide", target(row)):
            raise Forbidden
        changed = await execute(
            connection,
            """UPDATE appointment SET private = %(private)s, updated_at = %(now)s, version = version + 1
               WHERE id = %(id)s AND private <> %(private)s""",
            {"id": appointment_id, "private": private, "now": now},
        )
        if changed:
            await note(connection, actor, row, "appointment:hide", now, {"private": private})
        return await queries.one(connection, vault, actor, appointment_id, now)
