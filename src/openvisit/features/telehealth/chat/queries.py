"""Reading conversations: who takes part, under which keys, what was said, how far everybody got."""

from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any

from openvisit.core.permissions import JOIN, Actor
from openvisit.features.telehealth.chat import wire
from openvisit.features.telehealth.chat.access import Part
from openvisit.features.telehealth.chat.readings import readings
from openvisit.features.telehealth.chat.rules import window
from openvisit.platform.db import Connection, fetch_all, fetch_one

PAGE = 100


async def state(part: Part) -> wire.Chat:
    """The conversation as the caller takes part in it."""
    connection, circle, values = part.connection, part.circle, {"id": part.room_id, "you": part.you}
    numbers = await fetch_one(
        connection,
        """SELECT r.last_place, coalesce((SELECT max(m.sequence) FROM chat_message m
                  WHERE m.room_id = r.id AND m.sender = %(you)s), 0) + 1 AS next_sequence
           FROM chat_room r WHERE r.id = %(id)s""",
        values,
    )
    marks = await fetch_all(
        connection, "SELECT participant, delivered, read FROM chat_mark WHERE room_id = %(id)s", values
    )
    open_ = window(part.rules, part.visit, part.now)
    return wire.Chat(
        room_id=part.room_id,
        you=part.you,
        role=part.member.role,
        members=list(circle.members),
        keys=list(circle.known),
        epochs=await _epochs(part),
        marks=[wire.MemberMark(**row) for row in marks],
        last_place=numbers["last_place"] if numbers else 0,
        next_sequence=numbers["next_sequence"] if numbers else 1,
        open=open_.open,
        opens_at=open_.opens_at,
        closes_at=open_.closes_at,
        history=part.rules.history,
        file_bytes=part.rules.file_megabytes * 1_000_000,
        file_kinds=list(wire.FILE_KINDS),
        escrow_key=circle.escrow,
        readings=await _readings(part),
    )


async def _readings(part: Part) -> list[wire.ClinicReading]:
    """Guests and staff are there for a while only; what the clinic's reasons say is not for them."""
    if part.member.role in ("guest", "staff"):
        return []
    return await readings(part.connection, part.vault, part.visit)


async def _epochs(part: Part) -> list[wire.Epoch]:
    """Every epoch with the caller's wraps, and who of the visit itself lacks one: their keys were made later."""
    rows = await fetch_all(
        part.connection,
        """SELECT e.number, e.maker, e.key_id, e.commitment, e.signature, e.readers,
                  ARRAY(SELECT w.participant || ' ' || w.key_id FROM chat_wrap w
                        WHERE w.room_id = e.room_id AND w.number = e.number) AS held
           FROM chat_epoch e WHERE e.room_id = %(id)s ORDER BY e.number""",
        {"id": part.room_id},
    )
    own = await fetch_all(
        part.connection,
        """SELECT number, participant, key_id, wrapped FROM chat_wrap
           WHERE room_id = %(id)s AND participant = %(you)s""",
        {"id": part.room_id, "you": part.you},
    )
    ours = [one for one in part.circle.members if one.role in ("patient", "provider") and one.key_id]
    return [
        wire.Epoch(
            row["number"],
            row["maker"],
            row["key_id"],
            row["commitment"],
            row["signature"],
            row["readers"],
            [wire.Wrap(w["participant"], w["key_id"], w["wrapped"]) for w in own if w["number"] == row["number"]],
            [one.participant for one in ours if f"{one.participant} {one.key_id}" not in row["held"]],
        )
        for row in rows
    ]


async def messages(part: Part, after: int | None, before: int | None) -> wire.Messages:
    """A page of messages: the first ones after a place, or the last ones before one."""
    backward = after is None
    rows = await fetch_all(
        part.connection,
        f"""SELECT place, id, epoch, sender, key_id, sequence, ciphertext, signature, sent_at FROM chat_message
            WHERE room_id = %(id)s AND (%(after)s::int IS NULL OR place > %(after)s)
              AND (%(before)s::int IS NULL OR place < %(before)s)
            ORDER BY place {"DESC" if backward else "ASC"} LIMIT %(limit)s""",
        {"id": part.room_id, "after": after, "before": before, "limit": PAGE + 1},
    )
    page = rows[:PAGE]
    if backward:
        page.reverse()
    return wire.Messages([message(row) for row in page], len(rows) > PAGE)


def message(row: Any) -> wire.Message:
    """A row as the API shows it."""
    ciphertext = urlsafe_b64encode(bytes(row["ciphertext"])).rstrip(b"=").decode()
    fields = ("place", "id", "epoch", "sender", "key_id", "sequence", "signature", "sent_at")
    return wire.Message(**{name: row[name] for name in fields}, ciphertext=ciphertext)


async def unread(connection: Connection, actor: Actor, now: datetime) -> wire.Unread:
    """Conversations in which others wrote what the caller has not read."""
    patients = [patient for patient, scopes in actor.delegations.items() if JOIN in scopes]
    rows = await fetch_all(
        connection,
        """SELECT r.id AS room_id, count(*) AS unread
           FROM chat_room r
           LEFT JOIN chat_mark k ON k.room_id = r.id AND k.participant = %(you)s
           JOIN chat_message m ON m.room_id = r.id AND m.place > coalesce(k.read, 0) AND m.sender <> %(you)s
           WHERE (r.patient_id = ANY(%(patients)s::uuid[]) OR r.provider_id = %(provider)s)
             AND r.last_place > coalesce(k.read, 0)
           GROUP BY r.id ORDER BY r.id LIMIT 200""",
        {
            "you": f"person:{actor.person_id}",
            "patients": [*patients, *([actor.patient_id] if actor.patient_id else [])],
            "provider": actor.provider_id,
        },
    )
    rooms = [wire.UnreadRoom(**row) for row in rows]
    return wire.Unread(sum(room.unread for room in rooms), rooms)
