"""The visit that something comes after, as the caller may see it."""

from datetime import datetime
from uuid import UUID

from openvisit.core.permissions import Actor, allowed
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.booking.errors import AppointmentNotFound
from openvisit.features.booking.present import APPOINTMENTS, target
from openvisit.platform.db import Connection, Row, fetch_one


async def visit_of(
    connection: Connection, actor: Actor, appointment_id: UUID, permission: str, *, lock: bool = False
) -> Row:
    """The appointment as a row of `APPOINTMENTS`, when the caller has the permission. `lock` keeps others who lock it
    waiting to the end of the transaction. Errors: AppointmentNotFound."""
    suffix = " FOR UPDATE OF a" if lock else ""
    row = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s{suffix}", {"id": appointment_id})
    if row is None or not allowed(actor, permission, target(row)):
        raise AppointmentNotFound
    return row


async def looked(connection: Connection, actor: Actor, visit: Row, permission: str, now: datetime) -> None:
    """Write down that the caller looked, where it is not their own record."""
    found = look(
        actor,
        visit["clinic_id"],
        visit["patient_id"],
        provider_id=visit["provider_id"],
        appointment_id=visit["id"],
    )
    if found is not None:
        await record_looks(connection, at=now, actor_id=actor.person_id, action=permission, looks=[found])
