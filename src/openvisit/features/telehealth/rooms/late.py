"""Running late: said by the patient or by the provider's side, heard by the other one wherever they are."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, allowed
from openvisit.features.booking.book import topics
from openvisit.features.booking.lateness import BY_PATIENT, BY_PROVIDER, EARLIEST, say_late
from openvisit.features.booking.present import target
from openvisit.features.telehealth.rooms import errors
from openvisit.features.telehealth.rooms.queries import HOSTS, patient_is, refuse, role_of, rules_of, visit_of
from openvisit.platform.db import Database, elevated
from openvisit.platform.events import Event, Subscriptions
from openvisit.platform.realtime import Live


async def tell_late(
    db: Database,
    live: Live,
    subscriptions: Subscriptions,
    actor: Actor,
    room_id: UUID,
    minutes: int,
    now: datetime,
) -> None:
    """Say that one's side of the visit will be about so many minutes late.

    Errors: RoomNotFound, Forbidden, RoomNotOpen when the visit is not about to begin, and the refusals of one that is
    over.
    """
    async with db.transaction() as connection:
        visit = await visit_of(connection, actor, room_id, "visit-room:enter")
        by_host = role_of(actor, visit) in HOSTS
        permission = "running-late:tell" if by_host else "appointment:late"
        if not allowed(actor, permission, target(visit)):
            raise Forbidden
        if now < visit["starts_at"] - EARLIEST:
            raise errors.RoomNotOpen(opens_at=(visit["starts_at"] - EARLIEST).isoformat())
        with suppress(errors.RoomNotOpen):
            refuse(visit, await rules_of(connection, visit["clinic_id"]), now)
        said: dict[str, Any] = {"minutes": minutes}
        if by_host:  # a patient who is there reads it there; any other is sent a message
            async with elevated(connection, "whether the patient is in the room"):
                said["told"] = await patient_is(connection, room_id, "waiting", "admitted")
        fact = Event(BY_PROVIDER if by_host else BY_PATIENT, room_id, now, said)
        await say_late(connection, subscriptions, actor, visit, fact, permission)
    live.publish(f"room:{room_id}", *topics(visit))
