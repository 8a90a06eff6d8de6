"""What those who meet in a room need of each other: whose keys speak for whom, and the ways through the network."""

from datetime import datetime
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.features.telehealth.devices import wire
from openvisit.features.telehealth.devices.errors import NotInRoom
from openvisit.features.telehealth.devices.ice import Ways, through
from openvisit.features.telehealth.devices.queries import good_keys
from openvisit.features.telehealth.devices.signatures import base64url, from_base64url
from openvisit.features.telehealth.rooms.queries import visit_of
from openvisit.platform.db import Connection, Database, Row, fetch_all

_POINT = 65


async def ways_through(db: Database, ways: Ways, actor: Actor, room_id: UUID, now: datetime) -> wire.WaysThrough:
    """The ways for a member of the room, in time or ahead of it. Errors: RoomNotFound."""
    async with db.connection() as connection:
        await visit_of(connection, actor, room_id, "visit-room:enter")
    return through(ways, f"person:{actor.person_id}", now)


async def room_keys(db: Database, actor: Actor, room_id: UUID) -> wire.RoomKeys:
    """The keys of everybody who was let in and not removed, for one of them. Errors: RoomNotFound, NotInRoom."""
    async with db.connection() as connection:
        await visit_of(connection, actor, room_id, "visit-room:enter")
    async with db.connection(as_system="people who meet need each other's keys") as connection:
        rows = await _let_in(connection, room_id)
        if all(row["person_id"] != actor.person_id for row in rows):
            raise NotInRoom
        keys = await good_keys(connection, [row["person_id"] for row in rows if row["person_id"]])
    held: dict[UUID, list[str]] = {}
    for key in keys:
        held.setdefault(key.person_id, []).append(base64url(key.public_key))
    return wire.RoomKeys(
        rows[0]["revision"],
        [
            wire.ParticipantKeys(
                row["participant"],
                [_of_guest(row["public_key"])] if row["public_key"] else held.get(row["person_id"], []),
            )
            for row in rows
        ],
    )


async def _let_in(connection: Connection, room_id: UUID) -> list[Row]:
    return await fetch_all(
        connection,
        """SELECT p.participant, p.person_id, p.revision, g.public_key
           FROM visit_presence p
           JOIN visit_room r ON r.id = p.room_id AND r.revision = p.revision
           LEFT JOIN visit_guest g ON g.id = p.guest_id
           WHERE p.room_id = %(room)s AND p.state = 'admitted' ORDER BY p.admitted_at, p.participant""",
        {"room": room_id},
    )


def _of_guest(identity: str) -> str:
    """A guest's link has two keys, one to agree by and then one to sign by."""
    return base64url(from_base64url(identity)[-_POINT:])
