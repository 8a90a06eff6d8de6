"""A clinic that keeps a key of its own reads a conversation: by an admin, for a reason, and everybody is told."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from openvisit.core.permissions import Actor, allowed
from openvisit.features.audit.commands import record
from openvisit.features.audit.vocabulary import Reason, Role
from openvisit.features.booking.present import APPOINTMENTS, WHY, patient_keys, target
from openvisit.features.telehealth.chat import files, queries, wire
from openvisit.features.telehealth.chat.access import Chats, Part
from openvisit.features.telehealth.chat.errors import ChatNotFound, NotForTheClinic, ReadingOver
from openvisit.features.telehealth.chat.people import circle
from openvisit.features.telehealth.chat.readings import ACTION, readings
from openvisit.features.telehealth.chat.rules import rules_of
from openvisit.features.telehealth.keys.queries import sealed_for
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one

FOR = timedelta(minutes=30)
"""How long a conversation stays open to who gave a reason; after that they give one again."""


async def standing(chats: Chats, actor: Actor, room_id: UUID) -> wire.ClinicStanding:
    """Whether there is something that the clinic's key opens, and who opened it before. Errors: ChatNotFound."""
    async with chats.db.connection() as connection:
        visit = await _visit(connection, actor, room_id)
        keys = await _keys(connection, visit)
        return wire.ClinicStanding(bool(keys), await readings(connection, chats.vault, visit))


async def open_(
    chats: Chats, actor: Actor, room_id: UUID, body: wire.OpenForClinic, now: datetime
) -> wire.ClinicConversation:
    """Open the conversation to the admin for a while, with the clinic's sealed keys.

    The reason is in the trail, sealed under the patient's key. Errors: ChatNotFound, NotForTheClinic.
    """
    async with chats.db.transaction() as connection:
        visit = await _visit(connection, actor, room_id)
        patient = patient_keys(visit, chats.vault)
        keys = await _keys(connection, visit)
        if not keys or patient.erased:
            raise NotForTheClinic
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action=ACTION,
            thing="appointment",
            thing_id=room_id,
            clinic_id=visit["clinic_id"],
            patient_id=visit["patient_id"],
            acting_as=Role.ADMIN,
            reason=Reason.OVERSIGHT,
            data={"why": base64.b64encode(patient.seal(body.reason.strip(), WHY, room_id)).decode()},
        )
        part = await _part(connection, chats, visit, now)
        state = await queries.state(part)
        answer = wire.ClinicConversation(
            chat=msgspec.structs.replace(state, open=False),
            keys=await sealed_for(connection, actor, visit["clinic_id"], keys),
            until=now + FOR,
        )
    chats.live.publish(*part.topics())
    return answer


async def messages(chats: Chats, actor: Actor, room_id: UUID, after: int, now: datetime) -> wire.Messages:
    """A page of ciphertext, in order. Errors: ChatNotFound, ReadingOver."""
    async with _reading(chats, actor, room_id, now) as part:
        return await queries.messages(part, after, None)


async def chunk(chats: Chats, actor: Actor, room_id: UUID, place: tuple[UUID, int], now: datetime) -> bytes:
    """A part of a file that a message tells of. Errors: ChatNotFound, ReadingOver, FileNotFound."""
    async with _reading(chats, actor, room_id, now) as part:
        return await files.content(part, place)


@asynccontextmanager
async def _reading(chats: Chats, actor: Actor, room_id: UUID, now: datetime) -> AsyncIterator[Part]:
    """The clinic's part for who said why a short while ago: no entry in the trail, nothing to read."""
    async with chats.db.connection() as connection:
        visit = await _visit(connection, actor, room_id)
        opened = await fetch_one(
            connection,
            """SELECT FROM audit t
               WHERE t.patient_id = %(patient)s AND t.at > %(since)s AND t.actor_id = %(by)s
                 AND t.action = %(action)s AND t.thing_id = %(room)s""",
            {
                "patient": visit["patient_id"],
                "since": now - FOR,
                "by": actor.person_id,
                "action": ACTION,
                "room": room_id,
            },
        )
        if opened is None:
            raise ReadingOver
        yield await _part(connection, chats, visit, now)


async def _visit(connection: Connection, actor: Actor, room_id: UUID) -> Row:
    visit = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": room_id})
    if visit is None or not allowed(actor, "clinic-chat:open", target(visit)):
        raise ChatNotFound
    return visit


async def _keys(connection: Connection, visit: Row) -> list[str]:
    """The clinic's keys, present and former, that something of the conversation is sealed to."""
    rows = await fetch_all(
        connection,
        "SELECT DISTINCT key_id FROM chat_wrap WHERE room_id = %(room)s AND participant = %(clinic)s",
        {"room": visit["id"], "clinic": f"clinic:{visit['clinic_id']}"},
    )
    return [row["key_id"] for row in rows]


async def _part(connection: Connection, chats: Chats, visit: Row, now: datetime) -> Part:
    people = await circle(connection, chats.vault, visit, now)
    clinic = wire.Member(f"clinic:{visit['clinic_id']}", "clinic", visit["clinic_name"], None, None, False)
    told = replace(people, members=[*people.members, clinic])
    return Part(connection, chats.vault, visit, told, clinic, await rules_of(connection, visit["clinic_id"]), now)
