"""That a visit by video was held by telephone after all: noted by a host, kept with the visit, shown in its history."""

from datetime import datetime
from uuid import UUID

from openvisit.core.appointment import Mode, Status
from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, allowed
from openvisit.features.booking import trail
from openvisit.features.booking.book import topics
from openvisit.features.booking.present import target
from openvisit.features.telehealth.rooms import errors
from openvisit.features.telehealth.rooms.commands import WHY, keep
from openvisit.features.telehealth.rooms.queries import visit_of
from openvisit.platform.db import Database, elevated, execute
from openvisit.platform.realtime import Live

_HELD = {Status.CHECKED_IN, Status.IN_PROGRESS, Status.COMPLETED}


async def note(db: Database, live: Live, actor: Actor, room_id: UUID, by_phone: bool, now: datetime) -> None:
    """Note that the visit is held by telephone, or take that back; the same again changes nothing.

    Errors: RoomNotFound, Forbidden, NotHeld before anybody came and when nobody did.
    """
    async with db.transaction() as connection:
        visit = await visit_of(connection, actor, room_id, "visit-room:read")
        if not allowed(actor, "visit-room:host", target(visit)):
            raise Forbidden
        if visit["mode"] != Mode.TELEHEALTH or Status(visit["status"]) not in _HELD:
            raise errors.NotHeld
        async with elevated(connection, WHY):
            await keep(connection, visit, now)
            noted = await execute(
                connection,
                """UPDATE visit_room SET by_phone_at = CASE WHEN %(by_phone)s THEN %(now)s::timestamptz END
                   WHERE id = %(id)s AND (by_phone_at IS NOT NULL) <> %(by_phone)s""",
                {"id": room_id, "by_phone": by_phone, "now": now},
            )
        if not noted:
            return
        await trail.note(
            connection, actor, visit, "appointment:by-phone" if by_phone else "appointment:not-by-phone", now
        )
    live.publish(f"room:{room_id}:visit", *topics(visit))
