"""A patient who is running late tells it."""

from datetime import datetime
from uuid import UUID

from openvisit.core.appointment import UPCOMING, Status
from openvisit.core.permissions import Actor
from openvisit.features.booking.book import topics
from openvisit.features.booking.errors import MoveRefused
from openvisit.features.booking.lateness import BY_PATIENT, EARLIEST, say_late
from openvisit.features.booking.moves import for_update
from openvisit.platform.db import Database, Row
from openvisit.platform.events import Event, Subscriptions
from openvisit.platform.realtime import Live


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
        fact = Event(BY_PATIENT, appointment_id, now, {"minutes": minutes})
        await say_late(connection, subscriptions, actor, row, fact, "appointment:late")
    live.publish(*topics(row))
    return row
