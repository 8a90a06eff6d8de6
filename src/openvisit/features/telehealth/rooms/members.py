"""Who somebody is to a room: signed in, or by the token of a link, as guests come."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from openvisit.core.errors import Unauthenticated
from openvisit.core.permissions import Actor, allowed
from openvisit.features.booking.present import APPOINTMENTS, target
from openvisit.features.telehealth.rooms import errors
from openvisit.features.telehealth.rooms.commands import WHY, digest
from openvisit.features.telehealth.rooms.queries import Role, role_of
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, fetch_one

HEADER = "Room-Token"
"""The header in which a guest's browser sends the token of its link."""


class Sessions(Protocol):
    """Tells who is still signed in."""

    async def again(self, actor: Actor) -> Actor:
        """The actor as they are now. Errors: Unauthenticated."""
        ...


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who belongs into a room. `admitted`: they were let in, and a tab of theirs is open."""

    room_id: UUID
    participant: str
    role: Role
    name: str
    person_id: UUID | None
    guest_id: UUID | None
    clinic_id: UUID
    patient_id: UUID
    patient_person_id: UUID
    provider_id: UUID
    admitted: bool
    actor: Actor | None

    @property
    def appointment_id(self) -> UUID:
        """The visit, whose id its room has."""
        return self.room_id


@dataclass(frozen=True, slots=True)
class Members:
    """Looks members up."""

    db: Database
    vault: Vault
    sessions: Sessions

    async def of(self, actor: Actor | None, token: str | None, room_id: UUID) -> Member:
        """The member whom a token stands for or, without one, who is signed in; the clock is not asked.

        Errors: LinkNotGood, LinkRevoked, RoomNotFound.
        """
        async with self.db.connection(as_system=WHY) as connection:
            guest = await guest_by(connection, token, room_id) if token else None
            if token and guest is None:
                actor = await self._by_link(connection, token, room_id)
            visit = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": room_id})
            if visit is None:
                raise errors.RoomNotFound
            if guest is not None:
                return await self._guest(connection, guest, visit)
            if actor is None or not allowed(actor, "visit-room:read", target(visit)):
                raise errors.RoomNotFound
            participant = f"person:{actor.person_id}"
            return Member(
                room_id=room_id,
                participant=participant,
                role=role_of(actor, visit),
                name=actor.full_name,
                person_id=actor.person_id,
                guest_id=None,
                clinic_id=visit["clinic_id"],
                patient_id=visit["patient_id"],
                patient_person_id=visit["patient_person_id"],
                provider_id=visit["provider_id"],
                admitted=await _admitted(connection, room_id, participant),
                actor=actor,
            )

    async def _by_link(self, connection: Connection, token: str, room_id: UUID) -> Actor:
        link = await fetch_one(
            connection,
            """SELECT l.* FROM visit_link l JOIN visit_room r ON r.id = l.room_id AND r.revision = l.revision
               WHERE l.token_hash = %(hash)s AND l.room_id = %(room)s""",
            {"hash": digest(token), "room": room_id},
        )
        if link is None:
            raise errors.LinkNotGood
        try:
            return await self.sessions.again(Actor(link["person_id"], link["session_id"]))
        except Unauthenticated:
            raise errors.LinkNotGood from None

    async def _guest(self, connection: Connection, guest: Row, visit: Row) -> Member:
        participant = f"guest:{guest['id']}"
        return Member(
            room_id=visit["id"],
            participant=participant,
            role="guest",
            name=name_of(self.vault, guest),
            person_id=None,
            guest_id=guest["id"],
            clinic_id=visit["clinic_id"],
            patient_id=visit["patient_id"],
            patient_person_id=visit["patient_person_id"],
            provider_id=visit["provider_id"],
            admitted=await _admitted(connection, visit["id"], participant),
            actor=None,
        )


GUESTS = """
SELECT g.*, r.patient_id, patient.person_id AS owner, k.wrapped
FROM visit_guest g
JOIN visit_room r ON r.id = g.room_id
JOIN patient ON patient.id = r.patient_id
LEFT JOIN keyring.data_key k ON k.owner = patient.person_id
"""
"""Guests with the key that their names are sealed with; conditions follow."""


async def guest_by(connection: Connection, token: str, room_id: UUID) -> Row | None:
    """The guest whose link has this token; None for a token of no guest of the room. Errors: LinkRevoked."""
    guest = await fetch_one(
        connection,
        f"{GUESTS} WHERE g.token_hash = %(hash)s AND g.room_id = %(room)s",
        {"hash": digest(token), "room": room_id},
    )
    if guest is not None and guest["status"] != "invited":
        raise errors.LinkRevoked
    return guest


def name_of(vault: Vault, guest: Row) -> str:
    """A guest's name, from a row of `GUESTS`."""
    return vault.of(guest["owner"], guest["wrapped"]).shown(guest["name"], "visit_guest.name", guest["id"])


async def _admitted(connection: Connection, room_id: UUID, participant: str) -> bool:
    row = await fetch_one(
        connection,
        """SELECT FROM visit_presence p
           JOIN visit_room r ON r.id = p.room_id AND r.revision = p.revision AND r.closed_at IS NULL
           JOIN visit_process v ON v.id = p.process AND v.lease_until > clock_timestamp()
           WHERE p.room_id = %(room)s AND p.participant = %(participant)s AND p.state = 'admitted'""",
        {"room": room_id, "participant": participant},
    )
    return row is not None
