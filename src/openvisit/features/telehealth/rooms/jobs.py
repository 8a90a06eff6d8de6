"""Rooms follow their visits."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import procrastinate

from openvisit.core.appointment import Mode
from openvisit.features.booking.present import APPOINTMENTS
from openvisit.features.telehealth.rooms.commands import WHY, keep
from openvisit.platform.clock import Clock
from openvisit.platform.db import Connection, Database, execute, fetch_one
from openvisit.platform.events import Event, Subscriptions
from openvisit.platform.realtime import Live

NAMESPACE = "visit_rooms"
KEPT = timedelta(days=1)
"""How long after its end a link is told apart from one that never was."""

HEARD = (
    "appointment.booked",
    "appointment.requested",
    "appointment.approved",
    "appointment.declined",
    "appointment.rescheduled",
    "appointment.cancelled",
    "appointment.completed",
    "appointment.no-show",
    "appointment.patient-late",
    "appointment.provider-late",
)


def subscribe(subscriptions: Subscriptions) -> None:
    """Hear of visits that were made, moved or ended, or will be late."""
    subscriptions.add(f"{NAMESPACE}:visit_changed", *HEARD, unless=begins_in_person)


def begins_in_person(event: Event) -> bool:
    """Whether a visit was made that needs no room. One that was moved may have had one, so no other event says so."""
    made = event.type in ("appointment.booked", "appointment.requested")
    return made and event.data.get("mode") == Mode.IN_PERSON


def blueprint(db: Database, live: Live, clock: Clock) -> procrastinate.Blueprint:
    """The tasks of rooms. All are safe to run twice."""
    tasks = procrastinate.Blueprint()

    @tasks.task(name="visit_changed", queue="events", retry=5)
    async def visit_changed(event_id: str, type: str, subject: str, data: dict[str, Any]) -> None:
        await follow(db, live, UUID(subject), clock)

    @tasks.periodic(cron="47 * * * *")
    @tasks.task(name="forget_links", queueing_lock="visit_rooms:forget_links")
    async def forget_old_links(timestamp: int) -> None:
        async with db.transaction(as_system=WHY) as connection:
            await forget_links(connection, clock())

    return tasks


async def forget_links(connection: Connection, now: datetime) -> int:
    """Delete the links that ran out; that they were made stays in the audit."""
    return await execute(connection, "DELETE FROM visit_link WHERE expires_at < %(before)s", {"before": now - KEPT})


async def follow(db: Database, live: Live, appointment_id: UUID, clock: Clock) -> None:
    """Make, move or close the room of a visit, and tell those in it."""
    async with db.transaction(as_system=WHY) as connection:
        visit = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": appointment_id})
        if visit is None or not await keep(connection, visit, clock()):
            return
    live.publish(f"room:{appointment_id}")
