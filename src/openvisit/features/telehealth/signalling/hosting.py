"""What hosts do in a room: letting in, asking to leave, ending the visit."""

from datetime import datetime
from uuid import UUID

from openvisit.core.appointment import Move
from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, allowed
from openvisit.features.booking.moves import make_in
from openvisit.features.booking.present import APPOINTMENTS, target
from openvisit.features.booking.trail import note
from openvisit.features.telehealth.chat.circles import around_room
from openvisit.features.telehealth.rooms import errors
from openvisit.features.telehealth.rooms.commands import keep
from openvisit.features.telehealth.signalling.entering import WHY, Door
from openvisit.features.telehealth.signalling.presence import hints
from openvisit.platform.db import Connection, Row, execute, fetch_one


async def admit(door: Door, actor: Actor, room_id: UUID, participant: str, now: datetime) -> list[str]:
    """Let somebody in who waits, or take back that they were removed; what changed, for the live channel.

    With patient and provider both in, the visit begins. Errors: RoomNotFound, Forbidden, NotWaiting, ConsentNeeded.
    """
    async with door.db.transaction(as_system=WHY) as connection:
        visit, revision = await _hosted(connection, actor, room_id, now)
        done = await execute(
            connection,
            """UPDATE visit_presence SET state = 'admitted', admitted_at = %(now)s, admitted_by = %(by)s
               WHERE room_id = %(room)s AND participant = %(participant)s AND revision = %(revision)s
                   AND state <> 'admitted'""",
            {"now": now, "by": actor.person_id, "room": room_id, "participant": participant, "revision": revision},
        )
        if not done:
            raise errors.NotWaiting
        await _note(connection, actor, visit, "admit", participant, now)
        changed = await door.begin(connection, actor, visit, revision, now)
        await door.arrived(connection, room_id, now)
        others = await around_room(connection, room_id)
    return [*hints(room_id, visit["provider_id"], visit["clinic_id"]), *changed, *others]


async def remove(door: Door, actor: Actor, room_id: UUID, participant: str, now: datetime) -> list[str]:
    """Do not let somebody in, or ask them to leave; they do not come back by the same link until a host lets them.

    Errors: RoomNotFound, Forbidden, NotWaiting.
    """
    async with door.db.transaction(as_system=WHY) as connection:
        visit, revision = await _hosted(connection, actor, room_id, now)
        done = await execute(
            connection,
            """UPDATE visit_presence SET state = 'removed'
               WHERE room_id = %(room)s AND participant = %(participant)s AND revision = %(revision)s
                   AND state <> 'removed' AND role <> 'provider'""",
            {"room": room_id, "participant": participant, "revision": revision},
        )
        if not done:
            raise errors.NotWaiting
        await _note(connection, actor, visit, "remove", participant, now)
        others = await around_room(connection, room_id)
    return [*hints(room_id, visit["provider_id"], visit["clinic_id"]), *others]


async def end(door: Door, actor: Actor, room_id: UUID, now: datetime) -> list[str]:
    """End the visit for everybody. Errors: RoomNotFound, Forbidden, MoveRefused."""
    async with door.db.transaction(as_system=WHY) as connection:
        visit, _ = await _hosted(connection, actor, room_id, now)
        _, changed = await make_in(connection, door.vault, door.subscriptions, actor, room_id, Move.COMPLETE, now)
        await _note(connection, actor, visit, "end", "", now)
    return [f"room:{room_id}", *changed]


async def _hosted(connection: Connection, actor: Actor, room_id: UUID, now: datetime) -> tuple[Row, int]:
    visit = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s FOR UPDATE OF a", {"id": room_id})
    if visit is None or not allowed(actor, "visit-room:enter", target(visit)):
        raise errors.RoomNotFound
    if not allowed(actor, "visit-room:host", target(visit)):
        raise Forbidden
    return visit, await keep(connection, visit, now)


async def _note(connection: Connection, actor: Actor, visit: Row, act: str, participant: str, now: datetime) -> None:
    await note(connection, actor, visit, f"visit-room:{act}", now, {"participant": participant} if participant else {})
