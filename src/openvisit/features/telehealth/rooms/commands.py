"""Making rooms, moving and closing them with their visits, and links into them."""

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.appointment import FINAL, Mode, Status
from openvisit.core.consent import Purpose
from openvisit.core.permissions import Actor
from openvisit.features.booking.trail import note
from openvisit.features.consent.queries import require
from openvisit.features.telehealth.rooms import errors, wire
from openvisit.features.telehealth.rooms.queries import refuse, role_of, rules_of, visit_of
from openvisit.platform.db import Connection, Database, elevated, execute, fetch_one

WHY = "rooms are kept by the server for whoever comes"


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


async def make_link(db: Database, actor: Actor, appointment_id: UUID, public_url: str, now: datetime) -> wire.VisitLink:
    """A link into the room for the caller, who may ask for one ahead of time and as often as they like.

    Errors: RoomNotFound, the refusals of a visit that is over or held otherwise, ConsentNeeded.
    """
    async with db.transaction() as connection:
        visit = await visit_of(connection, actor, appointment_id, "visit-room:enter")
        rules = await rules_of(connection, visit["clinic_id"])
        with suppress(errors.RoomNotOpen):  # the link is good from then on
            refuse(visit, rules, now)
        if role_of(actor, visit) == "patient":
            await require(connection, Purpose.VIDEO_VISIT, visit["patient_id"], visit["clinic_id"])
        async with elevated(connection, WHY):
            revision = await keep(connection, visit, now)
        token = secrets.token_urlsafe(32)
        expires_at = rules.hours.closes_at(visit["ends_at"])
        await execute(
            connection,
            """INSERT INTO visit_link (token_hash, room_id, revision, person_id, session_id, made_at, expires_at)
               VALUES (%(hash)s, %(room_id)s, %(revision)s, %(person_id)s, %(session_id)s, %(now)s, %(expires_at)s)""",
            {
                "hash": digest(token),
                "room_id": appointment_id,
                "revision": revision,
                "person_id": actor.person_id,
                "session_id": actor.session_id,
                "now": now,
                "expires_at": expires_at,
            },
        )
        await note(connection, actor, visit, "visit-room:link", now)
    url = f"{public_url.rstrip('/')}/visit/{appointment_id}#{token}"
    return wire.VisitLink(url, token, appointment_id, rules.hours.opens_at(visit["starts_at"]), expires_at)


async def keep(connection: Connection, visit: Any, now: datetime) -> int:
    """Bring the room of a visit in line with it, in the caller's transaction; the answer is the room's revision.

    A visit that was moved, called off, or taken up again after that begins a new revision: links and admissions of
    the one before are worth nothing. A visit that never was by video has no room, and revision 0.
    """
    by_video = visit["mode"] == Mode.TELEHEALTH and Status(visit["status"]) not in FINAL - {Status.COMPLETED}
    room = await fetch_one(connection, "SELECT * FROM visit_room WHERE id = %(id)s FOR UPDATE", {"id": visit["id"]})
    if room is None and not by_video:
        return 0
    if room is not None and _fits(room, visit, by_video):
        return int(room["revision"])
    row = await fetch_one(
        connection,
        """INSERT INTO visit_room (id, clinic_id, provider_id, patient_id, starts_at, ends_at, made_at)
           VALUES (%(id)s, %(clinic_id)s, %(provider_id)s, %(patient_id)s, %(starts_at)s, %(ends_at)s, %(now)s)
           ON CONFLICT (id) DO UPDATE SET
               provider_id = excluded.provider_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
               revision = visit_room.revision + 1, by_phone_at = NULL,
               closed_at = CASE WHEN %(by_video)s THEN NULL ELSE %(now)s END
           RETURNING revision""",
        {**visit, "by_video": by_video, "now": now},
    )
    assert row is not None  # noqa: S101 - an upsert answers
    if room is not None:  # who was invited was invited to another time
        await execute(
            connection,
            """UPDATE visit_guest SET status = 'withdrawn', answered_at = %(now)s
               WHERE room_id = %(id)s AND status = 'invited'""",
            {"id": visit["id"], "now": now},
        )
    return int(row["revision"])


def _fits(room: Any, visit: Any, by_video: bool) -> bool:
    same = all(room[name] == visit[name] for name in ("provider_id", "starts_at", "ends_at"))
    return (room["closed_at"] is None) == by_video and (same or not by_video)
