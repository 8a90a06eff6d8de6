"""Making a recording: started with everybody's yes, taken piece by piece, stopped."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from openvisit.core.permissions import Actor, allowed
from openvisit.core.recording import AGAINST_CONSENT, Stop, most_made, objection, still_comes
from openvisit.features.booking.present import target
from openvisit.features.telehealth.recording import errors, wire
from openvisit.features.telehealth.recording.consents import (
    WHY,
    answers,
    inside,
    locked,
    note,
    settle,
    stop,
)
from openvisit.features.telehealth.recording.rules import rules_of
from openvisit.features.telehealth.rooms.errors import RoomNotFound
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one

LARGEST_PIECE = 512 * 1024
LARGEST = 8 << 30
"""Bytes of a recording: a day at a good picture."""

CLOSING = 28
"""Bytes of an encrypted piece with nothing in it: nonce and tag. It says that nothing follows."""


async def start(
    db: Database, vault: Vault, actor: Actor, room_id: UUID, body: wire.NewRecording, now: datetime
) -> wire.RecordingPlace:
    """Begin, for the visit's provider who is in the room. The same recording again is no other one.

    Errors: RoomNotFound, NotInRoom, RecordingNotAllowed, ConsentMissing, AlreadyRecording.
    """
    async with db.transaction(as_system=WHY) as connection:
        visit = await locked(connection, room_id)
        if not allowed(actor, "recording:make", target(visit)):
            raise RoomNotFound
        await settle(connection, visit, now)
        rules = await rules_of(connection, visit["clinic_id"])
        if not rules.allowed:
            raise errors.RecordingNotAllowed
        people = {one.participant for one in await inside(connection, vault, room_id)}
        if f"person:{actor.person_id}" not in people:
            raise errors.NotInRoom
        if (against := objection(people, await answers(connection, room_id))) is not None:
            raise errors.ConsentMissing(because=against.value)
        runs = await fetch_one(
            connection,
            "SELECT * FROM recording WHERE room_id = %(room)s AND (stopped_at IS NULL OR id = %(id)s)",
            {"room": room_id, "id": body.id},
        )
        if runs is not None:
            if runs["id"] != body.id or runs["stopped_at"] is not None:
                raise errors.AlreadyRecording(recording_id=str(runs["id"]))
            return _place(runs)
        made = await _make(connection, visit, actor, body, now + timedelta(days=rules.keep_days), now)
        await note(connection, actor, visit, "make", body.id, now)
        return made


async def take(
    db: Database, actor: Actor, recording_id: UUID, offset: int, content: bytes, last: bool, now: datetime
) -> wire.RecordingPlace:
    """Keep the next piece, if everybody in the room still agrees; a piece that is kept already is not kept twice.

    After a stop that nobody's will was behind, what was made before it is taken. Errors: RecordingNotFound,
    RecordingStopped, RecordingOver, WrongOffset, RecordingTooLarge.
    """
    refused: type[errors.RecordingStopped | errors.RecordingOver] | None = None
    async with db.transaction(as_system=WHY) as connection:
        visit, row = await _held(connection, actor, recording_id)
        if not CLOSING <= len(content) <= LARGEST_PIECE or offset + len(content) > LARGEST:
            raise errors.RecordingTooLarge
        kept = await _kept(connection, recording_id, offset, content)
        # That nothing follows may still be said: it holds nothing of anybody.
        closing = last and len(content) == CLOSING and row["completed_at"] is None
        found_against = await settle(connection, visit, now) if row["stopped_at"] is None else row["stopped_why"]
        if not kept and not closing:
            refused = _refusal(row, found_against, now)
        if refused is None and not kept:
            if offset != row["size"]:
                raise errors.WrongOffset(offset=row["size"], pieces=row["pieces"])
            await _append(connection, row, content, last=last, now=now)
        found = await _row(connection, recording_id)
    if refused is not None:  # raised when what was settled is committed
        raise refused(because=found["stopped_why"], offset=found["size"], pieces=found["pieces"])
    return _place(found)


def _refusal(row: Row, why: str | None, now: datetime) -> type[errors.RecordingStopped | errors.RecordingOver] | None:
    """Why a new piece is not taken; `why` is why the recording has stopped, None while it runs."""
    if why is None:
        return None
    if row["completed_at"] is not None or why in AGAINST_CONSENT:
        return errors.RecordingStopped
    return None if still_comes(row["pieces_made"], row["pieces"], row["stopped_at"], now) else errors.RecordingOver


async def place(db: Database, actor: Actor, recording_id: UUID, now: datetime) -> wire.RecordingPlace:
    """Where to go on after a break. Errors: RecordingNotFound."""
    async with db.transaction(as_system=WHY) as connection:
        visit, _ = await _held(connection, actor, recording_id)
        await settle(connection, visit, now)
        row = await _row(connection, recording_id)
    return _place(row)


async def finish(
    db: Database, actor: Actor, recording_id: UUID, made: int | None, now: datetime
) -> tuple[UUID, wire.RecordingPlace]:
    """Stop, after `made` pieces: those that have not arrived yet are still taken. The room's id comes first.

    The first such word counts. Errors: RecordingNotFound.
    """
    async with db.transaction(as_system=WHY) as connection:
        visit, row = await _held(connection, actor, recording_id)
        if await settle(connection, visit, now) is None and row["stopped_at"] is None:
            await stop(connection, visit, recording_id, Stop.STOPPED, now)
        found = await _row(connection, recording_id)
        if made is not None and found["pieces_made"] is None:
            most = most_made(found["started_at"], found["stopped_at"])
            await execute(
                connection,
                "UPDATE recording SET pieces_made = least(%(made)s, %(most)s::integer) WHERE id = %(id)s",
                {"made": made, "most": most, "id": recording_id},
            )
    return visit["id"], _place(found)


async def room_of(db: Database, actor: Actor, recording_id: UUID) -> UUID:
    """The room that the caller's recording is of. Errors: RecordingNotFound."""
    async with db.transaction(as_system=WHY) as connection:
        visit, _ = await _held(connection, actor, recording_id)
    found: UUID = visit["id"]
    return found


async def _held(connection: Connection, actor: Actor, recording_id: UUID) -> tuple[Row, Row]:
    """The visit, locked, and the caller's own recording of it."""
    known = await fetch_one(
        connection,
        "SELECT room_id FROM recording WHERE id = %(id)s AND made_by = %(by)s",
        {"id": recording_id, "by": actor.person_id},
    )
    if known is None:
        raise errors.RecordingNotFound
    visit = await locked(connection, known["room_id"])
    if not allowed(actor, "recording:make", target(visit)):
        raise errors.RecordingNotFound
    row = await fetch_one(connection, "SELECT * FROM recording WHERE id = %(id)s", {"id": recording_id})
    if row is None:
        raise errors.RecordingNotFound
    return visit, row


async def _row(connection: Connection, recording_id: UUID) -> Row:
    row = await fetch_one(connection, "SELECT * FROM recording WHERE id = %(id)s", {"id": recording_id})
    assert row is not None  # noqa: S101 - it is held
    return row


async def _make(
    connection: Connection, visit: Row, actor: Actor, body: wire.NewRecording, keep_until: datetime, now: datetime
) -> wire.RecordingPlace:
    await execute(
        connection,
        """INSERT INTO recording (id, room_id, clinic_id, provider_id, patient_id, made_by, media_type, keys,
               started_at, heard_at, keep_until)
           VALUES (%(recording_id)s, %(id)s, %(clinic_id)s, %(provider_id)s, %(patient_id)s, %(by)s, %(media_type)s,
               %(keys)s, %(now)s, %(now)s, %(keep_until)s)""",
        {
            **visit,
            "recording_id": body.id,
            "by": actor.person_id,
            "media_type": body.media_type,
            "keys": Jsonb(msgspec.to_builtins(body.keys)),
            "keep_until": keep_until,
            "now": now,
        },
    )
    return wire.RecordingPlace(0, 0, None, complete=False)


async def _kept(connection: Connection, recording_id: UUID, offset: int, content: bytes) -> bool:
    """Whether this very piece is there: the answer to the first sending was lost."""
    row = await fetch_one(
        connection,
        "SELECT content = %(content)s AS same FROM recording_piece WHERE recording_id = %(id)s AND starts = %(offset)s",
        {"id": recording_id, "offset": offset, "content": content},
    )
    return bool(row and row["same"])


async def _append(connection: Connection, row: Row, content: bytes, *, last: bool, now: datetime) -> None:
    await execute(
        connection,
        """INSERT INTO recording_piece (recording_id, number, starts, content)
           VALUES (%(id)s, %(number)s, %(starts)s, %(content)s)""",
        {"id": row["id"], "number": row["pieces"], "starts": row["size"], "content": content},
    )
    await execute(
        connection,
        """UPDATE recording SET size = size + %(length)s, pieces = pieces + 1, heard_at = %(now)s,
               completed_at = CASE WHEN %(last)s THEN %(now)s::timestamptz END,
               stopped_at = CASE WHEN %(last)s THEN coalesce(stopped_at, %(now)s) ELSE stopped_at END,
               stopped_why = CASE WHEN %(last)s THEN coalesce(stopped_why, 'stopped') ELSE stopped_why END
           WHERE id = %(id)s""",
        {"id": row["id"], "length": len(content), "now": now, "last": last},
    )


def _place(row: Row) -> wire.RecordingPlace:
    return wire.RecordingPlace(row["size"], row["pieces"], row["stopped_why"], complete=row["completed_at"] is not None)
