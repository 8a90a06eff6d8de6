"""Cancelling what a patient has still to come when they leave for good."""

from datetime import datetime
from uuid import UUID

from openvisit.core.appointment import UPCOMING, Status
from openvisit.features.audit.commands import record
from openvisit.features.booking.book import topics
from openvisit.features.booking.present import APPOINTMENTS
from openvisit.platform.db import Connection, execute, fetch_all
from openvisit.platform.events import Event, Subscriptions, publish


async def cancel_upcoming(
    connection: Connection, subscriptions: Subscriptions, patient_id: UUID, now: datetime
) -> list[str]:
    """Cancel every visit that has not begun, whatever the clinic's notice, in the caller's transaction.

    The answer is what changed, for the live channel after the commit.
    """
    rows = await fetch_all(
        connection,
        f"""{APPOINTMENTS} WHERE a.patient_id = %(id)s AND a.starts_at > %(now)s AND a.status = ANY(%(statuses)s)
            ORDER BY a.id FOR UPDATE OF a""",
        {"id": patient_id, "now": now, "statuses": [str(s) for s in (*UPCOMING, Status.REQUESTED)]},
    )
    changed: list[str] = []
    for row in rows:
        values = {"id": row["id"], "now": now}
        await execute(
            connection,
            """UPDATE appointment SET status = 'cancelled', updated_at = %(now)s, version = version + 1
               WHERE id = %(id)s""",
            values,
        )
        await execute(connection, "DELETE FROM claim WHERE appointment_id = %(id)s", values)
        await record(
            connection,
            at=now,
            actor_id=None,
            action="appointment:cancel",
            thing="appointment",
            thing_id=row["id"],
            clinic_id=row["clinic_id"],
            patient_id=patient_id,
            data={"from": row["status"], "status": "cancelled"},
        )
        event = Event("appointment.cancelled", row["id"], now, {"status": "cancelled"})
        await publish(connection, subscriptions, event)
        changed += topics(row)
    return changed
