"""The way into a conversation: signed in, or as a guest by the token of their invitation."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openvisit.core.permissions import Actor, allowed
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.booking.present import APPOINTMENTS, target
from openvisit.features.telehealth.chat import wire
from openvisit.features.telehealth.chat.errors import ChatClosed, ChatNotFound
from openvisit.features.telehealth.chat.people import Circle, circle
from openvisit.features.telehealth.chat.rules import rules_of, window
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, elevated, execute, fetch_one
from openvisit.platform.realtime import Live

GUEST = "a guest has no account; the token of the invitation was looked at"


@dataclass(frozen=True, slots=True)
class Chats:
    """What conversations are kept with."""

    db: Database
    vault: Vault
    live: Live


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: somebody signed in, or the holder of a guest's `token`; and when."""

    actor: Actor | None
    token: str | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part in a conversation."""

    connection: Connection
    vault: Vault
    visit: Row
    circle: Circle
    member: wire.Member
    rules: wire.ChatRules
    now: datetime

    @property
    def room_id(self) -> UUID:
        """The conversation, which has the id of its visit."""
        id_: UUID = self.visit["id"]
        return id_

    @property
    def you(self) -> str:
        """The participant."""
        return self.member.participant

    def write(self) -> None:
        """Errors: ChatClosed when nothing can be written now."""
        found = window(self.rules, self.visit, self.now)
        if not found.open:
            raise ChatClosed(opens_at=found.opens_at and found.opens_at.isoformat())

    def topics(self) -> list[str]:
        """The live topics of everybody who takes part."""
        people = [one.participant for one in self.circle.members if one.participant.startswith("person:")]
        return [f"room:{self.room_id}:chat", *people]


@asynccontextmanager
async def taking_part(chats: Chats, caller: Caller, room_id: UUID) -> AsyncIterator[Part]:
    """A transaction in which the caller takes part in the conversation.

    Errors: ChatNotFound, for whoever does not.
    """
    if caller.actor is None:
        async with chats.db.transaction(as_system=GUEST) as connection:
            yield await _guest(connection, chats, caller, room_id)
    else:
        async with chats.db.transaction() as connection:
            yield await _person(connection, chats, caller.actor, caller.now, room_id)


async def _person(connection: Connection, chats: Chats, actor: Actor, now: datetime, room_id: UUID) -> Part:
    visit = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": room_id})
    if visit is None or not allowed(actor, "chat:take-part", target(visit)):
        raise ChatNotFound
    part = await _part(connection, chats, visit, f"person:{actor.person_id}", now)
    seen = look(
        actor, visit["clinic_id"], visit["patient_id"], provider_id=visit["provider_id"], appointment_id=room_id
    )
    if seen is not None:
        await record_looks(connection, at=now, actor_id=actor.person_id, action="chat:read", looks=[seen])
    return part


async def _guest(connection: Connection, chats: Chats, caller: Caller, room_id: UUID) -> Part:
    guest = await fetch_one(
        connection,
        """SELECT g.id FROM visit_guest g WHERE g.room_id = %(room)s AND g.status = 'invited'
           AND g.token_hash = %(hash)s""",
        {"room": room_id, "hash": hashlib.sha256((caller.token or "").encode()).digest()},
    )
    visit = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": room_id})
    if guest is None or visit is None:
        raise ChatNotFound
    return await _part(connection, chats, visit, f"guest:{guest['id']}", caller.now)


async def _part(connection: Connection, chats: Chats, visit: Row, participant: str, now: datetime) -> Part:
    found = await circle(connection, chats.vault, visit, now)
    member = found.member(participant)
    if member is None:
        raise ChatNotFound
    async with elevated(connection, "a conversation begins with whoever looks first"):
        await execute(
            connection,
            """INSERT INTO chat_room (id, clinic_id, provider_id, patient_id, made_at)
               VALUES (%(id)s, %(clinic_id)s, %(provider_id)s, %(patient_id)s, %(now)s)
               ON CONFLICT (id) DO UPDATE SET provider_id = excluded.provider_id
               WHERE chat_room.provider_id <> excluded.provider_id""",
            {
                "id": visit["id"],
                "clinic_id": visit["clinic_id"],
                "provider_id": visit["provider_id"],
                "patient_id": visit["patient_id"],
                "now": now,
            },
        )
    return Part(connection, chats.vault, visit, found, member, await rules_of(connection, visit["clinic_id"]), now)
