"""A patient who is running late tells it."""

from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.appointment import UPCOMING, Status
from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.booking.book import topics
from openvisit.features.booking.errors import MoveRefused
from openvisit.features.booking.moves import for_update
from openvisit.features.booking.present import acting, told_by
from openvisit.platform.db import Database, Row
from openvisit.platform.events import Event, Subscriptions, publish
from openvisit.platform.realtime import Live

EVENT = "appointment.patient-late"
"""Announced with `minutes`."""

EARLIEST = timedelta(hours=12)
"""How long before a visit one can say that one will be late: it is told to the provider at once."""


async def tell_late(
    db: Database,
    live: Live,
    subscriptions: Subscriptions,
    actor: Actor,
    appointment_id: UUID,
    minutes: int,
    now: datetime,
) -> Row:
    """Tell the provider that the patient will be about so many minutes late.

    Errors: AppointmentNotFound, Forbidden, MoveRefused when the visit is not about to begin, or has.
    """
    async with db.transaction() as connection:
        row = await for_update(connection, actor, appointment_id, "appointment:late")
        soon = row["starts_at"] - EARLIEST <= now < row["ends_at"]
        if Status(row["status"]) not in UPCOMING or not soon:
            raise MoveRefused("Only a visit that is about to begin can be late", appointment_status=row["status"])
        role, why = acting(actor, row)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="appointment:late",
            thing="appointment",
            thing_id=appointment_id,
            clinic_id=row["clinic_id"],
            patient_id=row["patient_id"],
            acting_as=role,
            reason=why,
            data={"minutes": minutes, **told_by(actor)},
        )
        await publish(connection, subscriptions, Event(EVENT, appointment_id, now, {"minutes": minutes}))
    live.publish(*topics(row))
    return row
