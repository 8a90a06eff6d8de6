"""Whose keys speak for whom among those who meet in a room."""

from uuid import UUID

from openvisit.features.telehealth.devices import wire
from openvisit.features.telehealth.devices.errors import NotInRoom
from openvisit.features.telehealth.devices.queries import good_keys
from openvisit.features.telehealth.devices.signatures import base64url, from_base64url
from openvisit.features.telehealth.rooms.members import Member
from openvisit.platform.db import Connection, Database, Row, elevated, fetch_all

_POINT = 65


async def room_keys(db: Database, member: Member) -> wire.RoomKeys:
    """The keys of everybody who was let in and not removed, for one of them. Errors: NotInRoom."""
    async with db.connection(as_system="people who meet need each other's keys") as connection:
        rows = await _let_in(connection, member.room_id)
        if all(row["participant"] != member.participant for row in rows):
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


async def rooms_of(connection: Connection, person_id: UUID) -> list[str]:
    """The live topics of rooms that somebody is in by keys that are others now."""
    async with elevated(connection, "whoever is in a room is told when a key of somebody there is good no more"):
        rows = await fetch_all(
            connection,
            """SELECT p.room_id FROM visit_presence p
               JOIN visit_room r ON r.id = p.room_id AND r.revision = p.revision AND r.closed_at IS NULL
               WHERE p.person_id = %(id)s AND p.state = 'admitted' AND p.left_at IS NULL""",
            {"id": person_id},
        )
    return [f"room:{row['room_id']}:keys" for row in rows]


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
