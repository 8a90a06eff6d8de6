"""Having a visit by video instead, at its own time: what can be done when whoever holds it cannot come."""

from datetime import datetime
from uuid import UUID

from openvisit.core.appointment import Mode, Move, MoveNotAllowed, Status, after
from openvisit.core.consent import Purpose
from openvisit.core.permissions import Actor
from openvisit.features.booking.book import topics
from openvisit.features.booking.errors import MoveRefused
from openvisit.features.booking.moves import for_update
from openvisit.features.booking.trail import note
from openvisit.features.consent.queries import require
from openvisit.platform.db import Connection, execute
from openvisit.platform.events import Event, Subscriptions, publish


async def to_video_in(
    connection: Connection, subscriptions: Subscriptions, actor: Actor, appointment_id: UUID, now: datetime
) -> list[str]:
    """Have the visit by video, in the caller's transaction; its room and device are given back, its time stays.

    The answer is what changed, for the live channel after the commit.
    Errors: AppointmentNotFound, Forbidden, MoveRefused, ConsentNeeded, ProcessingRestricted.
    """
    row = await for_update(connection, actor, appointment_id, "appointment:reschedule")
    try:
        status = after(Move.RESCHEDULE, Status(row["status"]))
    except MoveNotAllowed as error:
        raise MoveRefused(str(error), appointment_status=row["status"]) from None
    await require(connection, Purpose.VIDEO_VISIT, row["patient_id"], row["clinic_id"])
    await execute(
        connection,
        """WITH given AS (DELETE FROM claim WHERE appointment_id = %(id)s AND resource = ANY(%(members)s))
           UPDATE appointment SET mode = %(mode)s, status = %(status)s, location_id = NULL, room_id = NULL,
               device_id = NULL, updated_at = %(now)s, version = version + 1
           WHERE id = %(id)s""",
        {
            "id": appointment_id,
            "members": [member for member in (row["room_id"], row["device_id"]) if member],
            "mode": str(Mode.TELEHEALTH),
            "status": str(status),
            "now": now,
        },
    )
    start = row["starts_at"].isoformat()
    data = {"from": start, "to": start, "status": str(status), "mode": str(Mode.TELEHEALTH)}
    await note(connection, actor, row, "appointment:reschedule", now, data)
    await publish(connection, subscriptions, Event("appointment.rescheduled", appointment_id, now, data))
    return topics(row)
