"""What everybody in a room says to being recorded, and what follows from it for a recording that runs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor
from openvisit.core.recording import Answer, Stop, may_record, objection
from openvisit.features.audit.commands import record
from openvisit.features.booking import trail
from openvisit.features.booking.present import APPOINTMENTS
from openvisit.features.telehealth.recording import wire
from openvisit.features.telehealth.recording.errors import NotInRoom
from openvisit.features.telehealth.recording.rules import rules_of
from openvisit.features.telehealth.rooms.errors import RoomNotFound
from openvisit.features.telehealth.rooms.members import Member
from openvisit.features.telehealth.signalling.presence import ALIVE, Present, present
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one

WHY = "who is in a room, and what they said to being recorded, is asked for everybody in it"


async def locked(connection: Connection, room_id: UUID) -> Row:
    """The room's visit, held: nobody is let in, answers or records until the transaction ends. Errors: RoomNotFound."""
    row = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s FOR UPDATE OF a", {"id": room_id})
    if row is None:
        raise RoomNotFound
    return row


async def state(db: Database, vault: Vault, member: Member, now: datetime) -> wire.RoomRecording:
    """How the room stands, for who takes part. Errors: RoomNotFound."""
    async with db.transaction(as_system=WHY) as connection:
        visit = await locked(connection, member.room_id)
        await settle(connection, visit, now)
        return await _told(connection, vault, visit)


async def answer(db: Database, vault: Vault, member: Member, said: Answer, now: datetime) -> wire.RoomRecording:
    """Say yes or no for oneself; a no ends what is being recorded. In the history and in the audit by then.

    Errors: RoomNotFound, NotInRoom.
    """
    async with db.transaction(as_system=WHY) as connection:
        visit = await locked(connection, member.room_id)
        if member.participant not in {one.participant for one in await inside(connection, vault, member.room_id)}:
            raise NotInRoom
        await _keep(connection, visit, member, said, now)
        await _note_answer(connection, visit, member, said, now)
        await settle(connection, visit, now)
        return await _told(connection, vault, visit)


async def arrived(connection: Connection, room_id: UUID, now: datetime) -> None:
    """Stop the room's recording where whoever just came in has not agreed; in the transaction that lets them in."""
    await settle(connection, await locked(connection, room_id), now)


async def settle(connection: Connection, visit: Row, now: datetime) -> Stop | None:
    """Stop the room's recording where somebody who is or was in the room while it runs has not agreed; why it stopped.

    Called whenever anything about the room is asked or changes, and with every piece that comes. The room is locked.
    """
    running = await fetch_one(
        connection,
        "SELECT id, started_at FROM recording WHERE room_id = %(id)s AND stopped_at IS NULL",
        {"id": visit["id"]},
    )
    if running is None:
        return None
    found = objection(
        await were_inside(connection, visit["id"], running["started_at"]), await answers(connection, visit["id"])
    )
    if found is None and not (await rules_of(connection, visit["clinic_id"])).allowed:
        found = Stop.NOT_ALLOWED
    if found is not None:
        await stop(connection, visit, running["id"], found, now)
    return found


async def stop(connection: Connection, visit: Row, recording_id: UUID, why: Stop, now: datetime) -> None:
    """End a recording that runs. The room is locked."""
    await execute(
        connection,
        "UPDATE recording SET stopped_at = %(now)s, stopped_why = %(why)s WHERE id = %(id)s AND stopped_at IS NULL",
        {"now": now, "why": why, "id": recording_id},
    )
    await record(
        connection,
        at=now,
        actor_id=None,
        action="recording:stop",
        thing="recording",
        thing_id=recording_id,
        clinic_id=visit["clinic_id"],
        patient_id=visit["patient_id"],
        data={"why": why.value},
    )


async def inside(connection: Connection, vault: Vault, room_id: UUID) -> Sequence[Present]:
    """Who is in the room now."""
    everybody = await present(connection, vault, [room_id])
    return [one for one in everybody if one.alive and one.state == "admitted"]


async def were_inside(connection: Connection, room_id: UUID, since: datetime) -> set[str]:
    """Who is in the room, or was at any time since then."""
    rows = await fetch_all(
        connection,
        f"""SELECT p.participant FROM visit_presence p
            JOIN visit_room r ON r.id = p.room_id AND r.revision = p.revision
            WHERE p.room_id = %(room)s AND p.admitted_at IS NOT NULL
              AND (({ALIVE} AND p.state = 'admitted') OR p.admitted_at >= %(since)s OR p.left_at >= %(since)s)""",
        {"room": room_id, "since": since},
    )
    return {row["participant"] for row in rows}


async def answers(connection: Connection, room_id: UUID) -> dict[str, Answer]:
    """What was said in the room as it stands: before a visit was moved nobody agreed to the one after."""
    return {row["participant"]: Answer(row["answer"]) for row in await _said(connection, room_id)}


async def note(connection: Connection, actor: Actor, visit: Row, act: str, recording_id: UUID, now: datetime) -> None:
    """Put what the actor did with a recording of the visit into the audit."""
    await trail.note(connection, actor, visit, f"recording:{act}", now, thing="recording", thing_id=recording_id)


async def _note_answer(connection: Connection, visit: Row, member: Member, said: Answer, now: datetime) -> None:
    if member.actor is not None:
        await trail.note(connection, member.actor, visit, "recording:consent", now, {"answer": said.value})
        return
    await record(
        connection,
        at=now,
        actor_id=None,
        action="recording:consent",
        thing="appointment",
        thing_id=visit["id"],
        clinic_id=visit["clinic_id"],
        patient_id=visit["patient_id"],
        data={"answer": said.value, "participant": member.participant},
    )


async def _keep(connection: Connection, visit: Row, member: Member, said: Answer, now: datetime) -> None:
    values = {
        "id": new_id(),
        "room": visit["id"],
        "participant": member.participant,
        "person_id": member.person_id,
        "answer": said,
        "now": now,
    }
    await execute(
        connection,
        """INSERT INTO recording_consent (room_id, participant, person_id, revision, answer, answered_at)
           SELECT id, %(participant)s, %(person_id)s, revision, %(answer)s, %(now)s FROM visit_room WHERE id = %(room)s
           ON CONFLICT (room_id, participant) DO UPDATE SET
               revision = excluded.revision, answer = excluded.answer, answered_at = excluded.answered_at""",
        values,
    )
    await execute(
        connection,
        """INSERT INTO recording_answer (id, room_id, participant, person_id, answer, answered_at)
           VALUES (%(id)s, %(room)s, %(participant)s, %(person_id)s, %(answer)s, %(now)s)""",
        values,
    )


async def _said(connection: Connection, room_id: UUID) -> list[Row]:
    return await fetch_all(
        connection,
        """SELECT c.participant, c.answer, c.answered_at FROM recording_consent c
           JOIN visit_room r ON r.id = c.room_id AND r.revision = c.revision WHERE c.room_id = %(room)s""",
        {"room": room_id},
    )


async def _told(connection: Connection, vault: Vault, visit: Row) -> wire.RoomRecording:
    rules = await rules_of(connection, visit["clinic_id"])
    people = await inside(connection, vault, visit["id"])
    said = {row["participant"]: row for row in await _said(connection, visit["id"])}
    latest = await fetch_one(
        connection,
        "SELECT id, started_at, stopped_why FROM recording WHERE room_id = %(id)s ORDER BY started_at DESC LIMIT 1",
        {"id": visit["id"]},
    )
    own_key = await fetch_one(
        connection,
        "SELECT FROM clinic_key WHERE clinic_id = %(id)s AND retired_at IS NULL",
        {"id": visit["clinic_id"]},
    )
    runs = latest is not None and latest["stopped_why"] is None
    agreed = may_record([one.participant for one in people], {who: Answer(row["answer"]) for who, row in said.items()})
    return wire.RoomRecording(
        allowed=rules.allowed,
        keep_days=rules.keep_days,
        clinic_plays=own_key is not None,
        people=[_consent(one, said.get(one.participant)) for one in people],
        may_start=rules.allowed and agreed and not runs,
        recording=wire.RunningRecording(latest["id"], latest["started_at"]) if latest and runs else None,
        stopped_why=cast(wire.Why, latest["stopped_why"]) if latest and not runs else None,
    )


def _consent(one: Present, said: Row | None) -> wire.RecordingConsent:
    return wire.RecordingConsent(
        one.participant,
        one.name,
        cast(Any, one.role),
        said["answer"] if said else None,
        said["answered_at"] if said else None,
    )
