"""Recordings that are kept: listed, opened to be played, and deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, allowed
from openvisit.features.audit.commands import record, record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.booking.present import APPOINTMENTS, target
from openvisit.features.booking.wire import Named
from openvisit.features.telehealth.recording import wire
from openvisit.features.telehealth.recording.consents import note
from openvisit.features.telehealth.recording.errors import RecordingNotFound
from openvisit.features.telehealth.rooms.errors import RoomNotFound
from openvisit.platform.db import Connection, Row, execute, fetch_all, fetch_one

AT_ONCE = 4 << 20
"""Bytes of one answer with pieces, about."""


async def of_room(connection: Connection, actor: Actor, room_id: UUID, now: datetime) -> wire.Recordings:
    """The recordings of a visit. Errors: RoomNotFound."""
    visit = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": room_id})
    if visit is None or not allowed(actor, "recording:read", target(visit)):
        raise RoomNotFound
    rows = await fetch_all(
        connection, "SELECT * FROM recording WHERE room_id = %(id)s ORDER BY started_at DESC", {"id": room_id}
    )
    seen = look(
        actor, visit["clinic_id"], visit["patient_id"], appointment_id=room_id, provider_id=visit["provider_id"]
    )
    if seen and rows:
        await record_looks(connection, at=now, actor_id=actor.person_id, action="recording:read", looks=[seen])
    return wire.Recordings([_recording(actor, visit, row) for row in rows])


async def open_(connection: Connection, actor: Actor, recording_id: UUID, now: datetime) -> wire.OpenedRecording:
    """What it takes to play it. Each time is in the audit. Errors: RecordingNotFound."""
    visit, row = await _seen(connection, actor, recording_id, "recording:open")
    pieces = await fetch_all(
        connection,
        "SELECT octet_length(content) AS size FROM recording_piece WHERE recording_id = %(id)s ORDER BY number",
        {"id": recording_id},
    )
    await note(connection, actor, visit, "open", recording_id, now)
    return wire.OpenedRecording(
        recording=_recording(actor, visit, row),
        media_type=row["media_type"],
        pieces=[piece["size"] for piece in pieces],
        keys=msgspec.convert(row["keys"], list[wire.SealedKey]),
    )


async def content(connection: Connection, actor: Actor, recording_id: UUID, offset: int) -> bytes:
    """Whole pieces from the one that begins at `offset` on, some megabytes; nothing at the end.

    Errors: RecordingNotFound.
    """
    await _seen(connection, actor, recording_id, "recording:open")
    rows = await fetch_all(
        connection,
        """SELECT content FROM recording_piece
           WHERE recording_id = %(id)s AND starts >= %(offset)s AND starts < %(until)s ORDER BY number""",
        {"id": recording_id, "offset": offset, "until": offset + AT_ONCE},
    )
    return b"".join(bytes(row["content"]) for row in rows)


async def ask_deletion(connection: Connection, actor: Actor, recording_id: UUID, now: datetime) -> wire.Recording:
    """The patient wishes it gone; the clinic sees that, and deletes it. Errors: RecordingNotFound, Forbidden."""
    visit, row = await _seen(connection, actor, recording_id, "recording:read")
    if not allowed(actor, "recording:ask-deletion", target(visit)):
        raise Forbidden
    asked = row["deletion_asked_at"] or now
    await execute(
        connection,
        "UPDATE recording SET deletion_asked_at = %(asked)s WHERE id = %(id)s",
        {"asked": asked, "id": recording_id},
    )
    await note(connection, actor, visit, "ask-deletion", recording_id, now)
    return _recording(actor, visit, {**row, "deletion_asked_at": asked})


async def delete(connection: Connection, actor: Actor, recording_id: UUID, now: datetime) -> UUID:
    """Delete it, pieces and keys; the room's id. Errors: RecordingNotFound, Forbidden."""
    visit, _ = await _seen(connection, actor, recording_id, "recording:read")
    if not allowed(actor, "recording:delete", target(visit)):
        raise Forbidden
    await execute(connection, "DELETE FROM recording WHERE id = %(id)s", {"id": recording_id})
    await note(connection, actor, visit, "delete", recording_id, now)
    found: UUID = visit["id"]
    return found


async def delete_expired(connection: Connection, now: datetime) -> int:
    """Delete what was to be kept until now; how many there were. Each is in the audit."""
    rows = await fetch_all(
        connection,
        """DELETE FROM recording WHERE id IN
               (SELECT id FROM recording WHERE keep_until <= %(now)s
                ORDER BY keep_until LIMIT 100 FOR UPDATE SKIP LOCKED)
           RETURNING id, clinic_id, patient_id""",
        {"now": now},
    )
    for row in rows:
        await record(
            connection,
            at=now,
            actor_id=None,
            action="recording:delete",
            thing="recording",
            thing_id=row["id"],
            clinic_id=row["clinic_id"],
            patient_id=row["patient_id"],
            data={"why": "kept-until"},
        )
    return len(rows)


async def _seen(connection: Connection, actor: Actor, recording_id: UUID, permission: str) -> tuple[Row, Row]:
    row = await fetch_one(connection, "SELECT * FROM recording WHERE id = %(id)s", {"id": recording_id})
    if row is None:
        raise RecordingNotFound
    visit = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": row["room_id"]})
    if visit is None or not allowed(actor, permission, target(visit)):
        raise RecordingNotFound
    return visit, row


def _recording(actor: Actor, visit: Row, row: Any) -> wire.Recording:
    return wire.Recording(
        id=row["id"],
        room_id=row["room_id"],
        provider=Named(visit["provider_id"], visit["provider_name"]),
        patient=Named(visit["patient_id"], visit["patient_name"]),
        started_at=row["started_at"],
        stopped_at=row["stopped_at"],
        stopped_why=row["stopped_why"],
        whole=row["completed_at"] is not None,
        size=row["size"],
        keep_until=row["keep_until"],
        deletion_asked_at=row["deletion_asked_at"],
        may_delete=allowed(actor, "recording:delete", target(visit)),
    )


async def lost(connection: Connection, silent_since: datetime) -> Sequence[UUID]:
    """The rooms of recordings that run, and of which nothing came since then."""
    rows = await fetch_all(
        connection,
        "SELECT room_id FROM recording WHERE stopped_at IS NULL AND heard_at < %(since)s",
        {"since": silent_since},
    )
    return [row["room_id"] for row in rows]
