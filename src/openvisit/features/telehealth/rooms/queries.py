"""The visit behind a room, and who somebody is in it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from openvisit.core.permissions import JOIN, Actor
from openvisit.core.visit_room import Door, Hours, door
from openvisit.features.booking import visible
from openvisit.features.telehealth.rooms import errors
from openvisit.platform.db import Connection, Row, fetch_one

Role = Literal["patient", "provider", "guest", "staff"]
HOSTS = ("provider", "staff")
"""Who lets others in."""

_REFUSED = {
    Door.LATE: errors.RoomOver,
    Door.ENDED: errors.VisitEnded,
    Door.CANCELLED: errors.VisitCancelled,
    Door.NOT_AGREED: errors.VisitNotAgreed,
    Door.NOT_BY_VIDEO: errors.NotByVideo,
}


@dataclass(frozen=True, slots=True)
class Rules:
    """A clinic's rules for rooms: their hours, the number to call when video fails, and after how many minutes it is
    proposed to note that the patient did not come."""

    hours: Hours = field(default_factory=Hours)
    phone: str | None = None
    no_show_minutes: int = 10


async def rules_of(connection: Connection, clinic_id: UUID) -> Rules:
    """The clinic's rules, the usual ones where it set none."""
    row = await fetch_one(connection, "SELECT * FROM visit_rules WHERE clinic_id = %(id)s", {"id": clinic_id})
    if row is None:
        return Rules()
    before, after = timedelta(minutes=row["opens_before_minutes"]), timedelta(minutes=row["closes_after_minutes"])
    return Rules(Hours(before, after), row["phone"], row["no_show_minutes"])


async def phone_of(connection: Connection, visit: Any, rules: Rules) -> str | None:
    """The number to call when video fails: the clinic's for that, else that of a location of the provider's."""
    if rules.phone or visit["location_phone"]:
        return str(rules.phone or visit["location_phone"])
    row = await fetch_one(
        connection,
        """SELECT l.phone FROM provider_location p JOIN location l ON l.id = p.location_id
           WHERE p.provider_id = %(provider_id)s AND l.active AND l.phone <> '' ORDER BY l.name LIMIT 1""",
        {"provider_id": visit["provider_id"]},
    )
    return row["phone"] if row else None


async def visit_of(connection: Connection, actor: Actor, room_id: UUID, permission: str) -> Row:
    """The appointment of a room, as a row of `APPOINTMENTS`. Errors: RoomNotFound."""
    return await visible.visit_of(connection, actor, room_id, permission, missing=errors.RoomNotFound)


def refuse(row: Any, rules: Rules, now: datetime) -> None:
    """Whether the room can be entered now. Errors: RoomNotOpen, and those of `errors.OVER`."""
    found = door(row["mode"], row["status"], row["starts_at"], row["ends_at"], rules.hours, now)
    if found is Door.EARLY:
        raise errors.RoomNotOpen(opens_at=rules.hours.opens_at(row["starts_at"]).isoformat())
    if found is not Door.OPEN:
        raise _REFUSED[found]


def role_of(actor: Actor, row: Any) -> Role:
    """What the actor is in the room of a visit that they may enter. Who acts for the patient sits on their side."""
    if actor.provider_id is not None and actor.provider_id == row["provider_id"]:
        return "provider"
    if actor.patient_id == row["patient_id"] or JOIN in actor.delegations.get(row["patient_id"], ()):
        return "patient"
    return "staff"


async def patient_is(connection: Connection, room_id: UUID, *states: str) -> bool:
    """Whether the patient, or who takes part for them, is there now in one of these states."""
    row = await fetch_one(
        connection,
        """SELECT EXISTS (SELECT FROM visit_presence p JOIN visit_room r ON r.id = p.room_id
                          AND r.revision = p.revision
                          JOIN visit_process v ON v.id = p.process AND v.lease_until > clock_timestamp()
                          WHERE p.room_id = %(id)s AND p.role = 'patient' AND p.state = ANY(%(states)s)) AS there""",
        {"id": room_id, "states": list(states)},
    )
    return bool(row and row["there"])
