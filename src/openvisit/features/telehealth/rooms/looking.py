"""A room as somebody may see it."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from openvisit.core.appointment import Status
from openvisit.core.permissions import Actor
from openvisit.core.visit_room import door
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.booking.lateness import said_late
from openvisit.features.booking.present import APPOINTMENTS
from openvisit.features.booking.wire import Named
from openvisit.features.telehealth.rooms import wire
from openvisit.features.telehealth.rooms.errors import LinkNotGood
from openvisit.features.telehealth.rooms.queries import HOSTS, patient_is, phone_of, role_of, rules_of, visit_of
from openvisit.platform.db import Connection, Row, elevated, fetch_one


async def room(connection: Connection, actor: Actor, room_id: UUID, now: datetime) -> wire.VisitRoom:
    """The room, for who may be in it. Errors: RoomNotFound."""
    visit = await visit_of(connection, actor, room_id, "visit-room:read")
    rules = await rules_of(connection, visit["clinic_id"])
    zone = ZoneInfo(visit["time_zone"])
    start, end = visit["starts_at"], visit["ends_at"]
    role = role_of(actor, visit)
    seen = look(
        actor, visit["clinic_id"], visit["patient_id"], appointment_id=room_id, provider_id=visit["provider_id"]
    )
    if seen is not None:
        await record_looks(connection, at=now, actor_id=actor.person_id, action="visit-room:read", looks=[seen])
    async with elevated(connection, "what is said of being late is in events, and by telephone with the room"):
        said = (await said_late(connection, [room_id], now)).get(room_id, {})
        kept = await fetch_one(connection, "SELECT by_phone_at FROM visit_room WHERE id = %(id)s", {"id": room_id})
    return wire.VisitRoom(
        id=room_id,
        clinic=Named(visit["clinic_id"], visit["clinic_name"]),
        provider=Named(visit["provider_id"], visit["provider_name"]),
        patient=Named(visit["patient_id"], visit["patient_name"]),
        visit_type=visit["visit_type_name"],
        start=start.astimezone(zone),
        end=end.astimezone(zone),
        time_zone=visit["time_zone"],
        status=Status(visit["status"]),
        door=door(visit["mode"], visit["status"], start, end, rules.hours, now),
        opens_at=rules.hours.opens_at(start),
        closes_at=rules.hours.closes_at(end),
        phone=await phone_of(connection, visit, rules),
        participant=f"person:{actor.person_id}",
        role=role,
        patient_waits=await patient_is(connection, room_id, "waiting") if role in HOSTS else None,
        patient_late=said["patient"].minutes if "patient" in said else None,
        provider_late=said["provider"].minutes if "provider" in said else None,
        no_show_minutes=rules.no_show_minutes,
        by_phone=kept is not None and kept["by_phone_at"] is not None,
    )


async def for_guest(connection: Connection, guest: Row, name: str, now: datetime) -> wire.GuestRoom:
    """The room as its guest sees it. The connection is the system's. Errors: LinkNotGood."""
    visit = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": guest["room_id"]})
    if visit is None:
        raise LinkNotGood
    rules = await rules_of(connection, visit["clinic_id"])
    zone = ZoneInfo(visit["time_zone"])
    start, end = visit["starts_at"], visit["ends_at"]
    return wire.GuestRoom(
        id=visit["id"],
        guest_id=guest["id"],
        name=name,
        role=guest["role"],
        clinic=visit["clinic_name"],
        provider=visit["provider_name"],
        start=start.astimezone(zone),
        end=end.astimezone(zone),
        time_zone=visit["time_zone"],
        door=door(visit["mode"], visit["status"], start, end, rules.hours, now),
        opens_at=rules.hours.opens_at(start),
        closes_at=rules.hours.closes_at(end),
        phone=await phone_of(connection, visit, rules),
        public_key=guest["public_key"],
    )
