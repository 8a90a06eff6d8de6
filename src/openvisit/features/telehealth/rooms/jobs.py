"""Rooms follow their visits."""

from typing import Any
from uuid import UUID

import procrastinate

from openvisit.features.booking.present import APPOINTMENTS
from openvisit.features.telehealth.rooms.commands import WHY, keep
from openvisit.platform.clock import Clock
from openvisit.platform.db import Database, fetch_one
from openvisit.platform.events import Subscriptions
from openvisit.platform.realtime import Live

NAMESPACE = "visit_rooms"
HEARD = (
    "appointment.booked",
    "appointment.requested",
    "appointment.approved",
    "appointment.declined",
    "appointment.rescheduled",
    "appointment.cancelled",
    "appointment.completed",
    "appointment.no-show",
)


def subscribe(subscriptions: Subscriptions) -> None:
    """Hear of visits that were made, moved or ended."""
    subscriptions.add(f"{NAMESPACE}:visit_changed", *HEARD)


def blueprint(db: Database, live: Live, clock: Clock) -> procrastinate.Blueprint:
    """The tasks of rooms. All are safe to run twice."""
    tasks = procrastinate.Blueprint()

    @tasks.task(name="visit_changed", queue="events", retry=5)
    async def visit_changed(event_id: str, type: str, subject: str, data: dict[str, Any]) -> None:
        await follow(db, live, UUID(subject), clock)

    return tasks


async def follow(db: Database, live: Live, appointment_id: UUID, clock: Clock) -> None:
    """Make, move or close the room of a visit, and tell those in it."""
    async with db.transaction(as_system=WHY) as connection:
        visit = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": appointment_id})
        if visit is None or not await keep(connection, visit, clock()):
            return
    live.publish(f"room:{appointment_id}")
