"""The way in to a visit, for those who have been let in."""

from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.core.video import Platform, chosen
from openvisit.features.telehealth.platforms import wire
from openvisit.features.telehealth.platforms.choosing import Rooms, opened
from openvisit.features.telehealth.platforms.errors import NotLetIn, PlatformAway, RoomNotReady
from openvisit.features.telehealth.platforms.ports import Participant, WayIn
from openvisit.features.telehealth.platforms.settling import WHY, room_of
from openvisit.features.telehealth.rooms.errors import RoomNotFound
from openvisit.features.telehealth.rooms.members import Member
from openvisit.features.telehealth.rooms.queries import HOSTS, refuse, rules_of, visit_of
from openvisit.platform.channels import Doubtful, Refused
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, elevated, fetch_one

CLOSES_AFTER = timedelta(hours=1)
"""How long after the visit's end a token lets somebody in again who lost the connection."""


async def platform_of(connection: Connection, vault: Vault, actor: Actor, room_id: UUID) -> wire.VisitPlatform:
    """Where the visit is held. Errors: RoomNotFound."""
    await visit_of(connection, actor, room_id, "visit-room:read")
    async with elevated(connection, WHY):
        row = await _look(connection, room_id)
    return _platform(vault, row)


async def way_in(db: Database, vault: Vault, rooms: Rooms, member: Member, now: datetime) -> wire.VisitWayIn:
    """How somebody comes in, once they have been let in.

    Errors: NotLetIn, those of a room that cannot be entered, RoomNotReady, PlatformAway.
    """
    if not member.admitted:
        raise NotLetIn
    async with db.connection(as_system=WHY) as connection:
        row = await _look(connection, member.room_id)
        rules = await rules_of(connection, member.clinic_id)
    if row is None:
        raise RoomNotFound
    refuse(row, rules, now)
    participant = Participant(member.participant, member.role in HOSTS, row["ends_at"] + CLOSES_AFTER)
    return await come_in(vault, rooms, member.room_id, row, participant, now)


async def come_in(
    vault: Vault, rooms: Rooms, room_id: UUID, row: Row | None, participant: Participant, now: datetime
) -> wire.VisitWayIn:
    """The way in to the room in a row of `_look`, asked of its platform. Errors: RoomNotReady, PlatformAway."""
    held = _platform(vault, row)
    if held.making:
        raise RoomNotReady
    if row is None or held.platform is Platform.BUILT_IN or held.platform not in rooms:
        return _told(Platform.BUILT_IN, WayIn("built-in"))
    try:
        found = await rooms[held.platform].way_in(room_of(vault, room_id, row), participant, now)
    except (Refused, Doubtful) as error:
        raise PlatformAway from error
    return _told(held.platform, found)


def _told(platform: Platform, way: WayIn) -> wire.VisitWayIn:
    return wire.VisitWayIn(platform, way.kind, way.link, way.server, way.room, way.token)


def _platform(vault: Vault, row: Row | None) -> wire.VisitPlatform:
    if row is None:
        return wire.VisitPlatform(Platform.BUILT_IN, making=False, fell_back=False)
    if row["state"] in (None, "closed"):  # the job has not come to it yet
        choice = chosen(opened(vault, row["clinic_id"], row["choices"]), row["provider_id"], row["visit_type_id"])
        return wire.VisitPlatform(choice.platform, making=choice.platform is not Platform.BUILT_IN, fell_back=False)
    if row["state"] == "failed":
        return wire.VisitPlatform(Platform.BUILT_IN, making=False, fell_back=True)
    platform = Platform(row["platform"])
    making = row["state"] == "planned" and platform is not Platform.BUILT_IN
    return wire.VisitPlatform(platform, making=making, fell_back=False)


async def _look(connection: Connection, appointment_id: UUID) -> Row | None:
    return await fetch_one(
        connection,
        """SELECT a.clinic_id, a.provider_id, a.visit_type_id, a.mode, a.status, a.starts_at, a.ends_at, u.choices,
                  r.platform, r.host, r.key, r.vendor_id, r.link, r.state
           FROM appointment a
           LEFT JOIN video_rules u ON u.clinic_id = a.clinic_id
           LEFT JOIN video_room r ON r.appointment_id = a.id
           WHERE a.id = %(id)s""",
        {"id": appointment_id},
    )
