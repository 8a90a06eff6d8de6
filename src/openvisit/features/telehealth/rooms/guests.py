"""Guests of a visit: an interpreter, family, a specialist. A host invites them, or agrees to whom a patient asks for.

The link of a guest holds two secrets after its `#`: a token, of which we keep a digest, and the guest's private key,
made in the browser of whoever invites, which we never see.
"""

import secrets
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, allowed
from openvisit.features.booking.present import target
from openvisit.features.booking.trail import note
from openvisit.features.telehealth.chat.circles import around_room
from openvisit.features.telehealth.rooms import errors, wire
from openvisit.features.telehealth.rooms.commands import WHY, digest, keep
from openvisit.features.telehealth.rooms.looking import for_guest
from openvisit.features.telehealth.rooms.members import GUESTS, guest_by, name_of
from openvisit.features.telehealth.rooms.queries import refuse, rules_of, visit_of
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, elevated, execute, fetch_all, fetch_one
from openvisit.platform.realtime import Live

MOST = 8
"""Guests of one visit, those asked for among them."""


async def invite(
    db: Database, vault: Vault, live: Live, actor: Actor, room_id: UUID, body: wire.NewGuest, now: datetime
) -> wire.Guest:
    """Invite a guest, or ask that one be invited.

    Errors: RoomNotFound, the refusals of a visit that is over, TooManyGuests, GuestKeyNeeded.
    """
    async with db.transaction() as connection:
        visit = await _visit(connection, actor, room_id, "visit-guest:ask", now)
        host = allowed(actor, "visit-guest:invite", target(visit))
        if host and not body.public_key:
            raise errors.GuestKeyNeeded
        token = secrets.token_urlsafe(32) if host else None
        async with elevated(connection, WHY):
            await keep(connection, visit, now)
            count = await fetch_one(
                connection,
                "SELECT count(*) AS n FROM visit_guest WHERE room_id = %(id)s AND status <> 'withdrawn'",
                {"id": room_id},
            )
            if count and count["n"] >= MOST:
                raise errors.TooManyGuests
            guest_id = new_id()
            keys = await vault.keys(connection, visit["patient_person_id"])
            await execute(
                connection,
                """INSERT INTO visit_guest (id, room_id, name, role, status, invited_by, invited_at, public_key,
                       token_hash)
                   VALUES (%(id)s, %(room)s, %(name)s, %(role)s, %(status)s, %(by)s, %(now)s, %(key)s, %(hash)s)""",
                {
                    "id": guest_id,
                    "room": room_id,
                    "name": keys.seal(body.name, "visit_guest.name", guest_id),
                    "role": body.role,
                    "status": "invited" if host else "asked",
                    "by": actor.person_id,
                    "now": now,
                    "key": body.public_key if host else None,
                    "hash": digest(token) if token else None,
                },
            )
            await _note(connection, actor, visit, "invite" if host else "ask", guest_id, now)
            made = await _one(connection, guest_id)
    live.publish(f"room:{room_id}:guests", f"agenda:{visit['provider_id']}")
    return _told(vault, made, token)


async def approve(
    db: Database, vault: Vault, live: Live, actor: Actor, guest_id: UUID, public_key: str, now: datetime
) -> wire.Guest:
    """Invite whom the patient asked for, or give a new link to somebody invited; the former one is worth nothing then.

    Errors: GuestNotFound, Forbidden, the refusals of a visit that is over.
    """
    token = secrets.token_urlsafe(32)
    async with db.transaction() as connection:
        guest, visit = await _guest(connection, actor, guest_id, now)
        async with elevated(connection, WHY):
            done = await execute(
                connection,
                """UPDATE visit_guest SET status = 'invited', answered_by = %(by)s, answered_at = %(now)s,
                       public_key = %(key)s, token_hash = %(hash)s
                   WHERE id = %(id)s AND status <> 'withdrawn'""",
                {"id": guest_id, "by": actor.person_id, "now": now, "key": public_key, "hash": digest(token)},
            )
            if not done:
                raise errors.GuestNotFound
            await _note(connection, actor, visit, "invite", guest_id, now)
            made = await _one(connection, guest_id)
        told = await around_room(connection, guest["room_id"])
    live.publish(f"room:{guest['room_id']}:guests", *told)
    return _told(vault, made, token)


async def withdraw(db: Database, vault: Vault, live: Live, actor: Actor, guest_id: UUID, now: datetime) -> None:
    """Take an invitation back; the guest leaves at once, and does not come back.

    Errors: GuestNotFound, Forbidden.
    """
    async with db.transaction() as connection:
        guest, visit = await _guest(connection, actor, guest_id, None)
        async with elevated(connection, WHY):
            await execute(
                connection,
                """UPDATE visit_guest SET status = 'withdrawn', answered_by = %(by)s, answered_at = %(now)s
                   WHERE id = %(id)s AND status <> 'withdrawn'""",
                {"id": guest_id, "by": actor.person_id, "now": now},
            )
            await execute(
                connection,
                "UPDATE visit_presence SET state = 'removed' WHERE guest_id = %(id)s",
                {"id": guest_id},
            )
            await _note(connection, actor, visit, "withdraw", guest_id, now)
        told = await around_room(connection, guest["room_id"])
    live.publish(f"room:{guest['room_id']}", f"room:{guest['room_id']}:guests", *told)


async def listed(connection: Connection, vault: Vault, room_id: UUID) -> list[wire.Guest]:
    """The guests of a room, for who may be in it. The connection is the system's."""
    rows = await fetch_all(
        connection, f"{GUESTS} WHERE g.room_id = %(id)s AND g.status <> 'withdrawn' ORDER BY g.id", {"id": room_id}
    )
    return [_told(vault, row, None) for row in rows]


async def looked_at(db: Database, vault: Vault, body: wire.GuestToken, now: datetime) -> wire.GuestRoom:
    """What a guest sees who follows their link. Errors: LinkNotGood, LinkRevoked."""
    async with db.connection(as_system=WHY) as connection:
        row = await fetch_one(
            connection, "SELECT room_id FROM visit_guest WHERE token_hash = %(hash)s", {"hash": digest(body.token)}
        )
        guest = await guest_by(connection, body.token, row["room_id"]) if row else None
        if guest is None:
            raise errors.LinkNotGood
        return await for_guest(connection, guest, name_of(vault, guest), now)


async def _visit(connection: Connection, actor: Actor, room_id: UUID, permission: str, now: datetime | None) -> Row:
    visit = await visit_of(connection, actor, room_id, permission)
    if now is not None:
        with suppress(errors.RoomNotOpen):  # it is good from then on
            refuse(visit, await rules_of(connection, visit["clinic_id"]), now)
    return visit


async def _guest(connection: Connection, actor: Actor, guest_id: UUID, now: datetime | None) -> tuple[Row, Row]:
    async with elevated(connection, WHY):
        guest = await fetch_one(connection, f"{GUESTS} WHERE g.id = %(id)s", {"id": guest_id})
    if guest is None:
        raise errors.GuestNotFound
    try:
        visit = await _visit(connection, actor, guest["room_id"], "visit-room:read", now)
    except errors.RoomNotFound:
        raise errors.GuestNotFound from None
    if not allowed(actor, "visit-guest:invite", target(visit)):
        raise Forbidden
    return guest, visit


async def _one(connection: Connection, guest_id: UUID) -> Row:
    row = await fetch_one(connection, f"{GUESTS} WHERE g.id = %(id)s", {"id": guest_id})
    if row is None:
        raise errors.GuestNotFound
    return row


def _told(vault: Vault, row: Any, token: str | None) -> wire.Guest:
    return wire.Guest(
        id=row["id"],
        room_id=row["room_id"],
        name=name_of(vault, row),
        role=row["role"],
        status=row["status"],
        public_key=row["public_key"],
        token=token,
    )


async def _note(connection: Connection, actor: Actor, visit: Row, act: str, guest_id: UUID, now: datetime) -> None:
    await note(connection, actor, visit, f"visit-guest:{act}", now, {"guest": str(guest_id)})
