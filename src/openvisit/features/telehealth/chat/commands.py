"""Writing in conversations: messages, epochs, keys that are handed on, and how far somebody got."""

from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.features.booking.trail import note
from openvisit.features.telehealth.chat import queries, wire
from openvisit.features.telehealth.chat.access import Caller, Chats, Part, taking_part
from openvisit.features.telehealth.chat.errors import FileNotWhole, NotAReader, OutOfStep, RekeyNeeded
from openvisit.platform.db import Row, execute, fetch_all, fetch_one
from openvisit.platform.jobs import defer
from openvisit.platform.rate_limits import spend

TELL_AFTER = timedelta(minutes=1)
"""How long a message may wait to be read before those who are not there are told that there is one."""

TASK = "chat:tell_unread"
A_MINUTE = 30
"""Messages that one participant may send in a minute."""


async def send(chats: Chats, caller: Caller, room_id: UUID, body: wire.NewMessage) -> wire.Message:
    """Keep a message. The same `id` again answers with the message as it was kept.

    Errors: ChatNotFound, ChatClosed, RekeyNeeded, OutOfStep, FileNotWhole, TooManyRequests.
    """
    async with taking_part(chats, caller, room_id) as part:
        part.write()
        await spend(part.connection, f"chat:{part.you}", limit=A_MINUTE, window_seconds=60, now=part.now)
        room = await _locked(part)
        known = await fetch_one(
            part.connection,
            "SELECT * FROM chat_message WHERE room_id = %(room)s AND id = %(id)s AND sender = %(you)s",
            {"room": room_id, "id": body.id, "you": part.you},
        )
        if known is not None:
            return queries.message(known)
        await _in_step(part, room, body)
        row = await _insert(part, room, body)
        await _attach(part, body.files, body.id)
        await defer(
            part.connection,
            TASK,
            queue="events",
            queueing_lock=f"chat:{room_id}",
            at=part.now + TELL_AFTER,
            args={"room_id": str(room_id)},
        )
        await _note(part, caller.actor, "chat:write")
    chats.live.publish(*part.topics())
    return queries.message(row)


async def start_epoch(chats: Chats, caller: Caller, room_id: UUID, body: wire.NewEpoch) -> wire.Chat:
    """Begin the next epoch, for exactly those who read along now.

    Errors: ChatNotFound, ChatClosed, RekeyNeeded when another was quicker, NotAReader.
    """
    async with taking_part(chats, caller, room_id) as part:
        part.write()
        room = await _locked(part)
        if body.number != room["last_epoch"] + 1 or part.member.key_id is None:
            raise RekeyNeeded(epoch=room["last_epoch"])
        readers = part.circle.readers()
        if {wrap.participant: wrap.key_id for wrap in body.wraps} != readers or len(body.wraps) != len(readers):
            raise NotAReader
        await execute(
            part.connection,
            """INSERT INTO chat_epoch (room_id, number, maker, key_id, commitment, signature, readers, made_at)
               VALUES (%(room)s, %(number)s, %(you)s, %(key_id)s, %(commitment)s, %(signature)s, %(readers)s, %(now)s)
            """,
            {
                "room": room_id,
                "number": body.number,
                "you": part.you,
                "key_id": part.member.key_id,
                "commitment": body.commitment,
                "signature": body.signature,
                "readers": _named(readers),
                "now": part.now,
            },
        )
        await _wrap(part, body.number, body.wraps)
        await execute(
            part.connection,
            "UPDATE chat_room SET last_epoch = %(number)s WHERE id = %(id)s",
            {"id": room_id, "number": body.number},
        )
        answer = await queries.state(part)
    chats.live.publish(*part.topics())
    return answer


async def hand_on(chats: Chats, caller: Caller, room_id: UUID, body: wire.HandedOn) -> wire.Chat:
    """Let others read an epoch that the caller can read.

    Who holds the visit, or is its patient, gets what was said before their first key; to anybody else the provider
    hands it on, where the clinic's rules let them. Errors: ChatNotFound, NotAReader.
    """
    async with taking_part(chats, caller, room_id) as part:
        held = await fetch_one(
            part.connection,
            """SELECT FROM chat_wrap WHERE room_id = %(room)s AND number = %(number)s AND participant = %(you)s
               AND key_id = %(key_id)s""",
            {"room": room_id, "number": body.number, "you": part.you, "key_id": part.member.key_id},
        )
        if held is None or not all(_may_have(part, wrap) for wrap in body.wraps):
            raise NotAReader
        await _wrap(part, body.number, body.wraps)
        if any(not _of_the_visit(part, wrap) for wrap in body.wraps):
            await _note(part, caller.actor, "chat:share-history")
        answer = await queries.state(part)
    chats.live.publish(*part.topics())
    return answer


async def mark(chats: Chats, caller: Caller, room_id: UUID, body: wire.Mark) -> None:
    """Note how far the caller got; never back. Errors: ChatNotFound."""
    async with taking_part(chats, caller, room_id) as part:
        moved = await execute(
            part.connection,
            """INSERT INTO chat_mark AS known (room_id, participant, delivered, read, at)
               SELECT r.id, %(you)s, least(greatest(%(delivered)s, %(read)s), r.last_place),
                      least(%(read)s, r.last_place), %(now)s
               FROM chat_room r WHERE r.id = %(room)s
               ON CONFLICT (room_id, participant) DO UPDATE SET at = excluded.at,
                   delivered = greatest(known.delivered, excluded.delivered),
                   read = greatest(known.read, excluded.read)
               WHERE known.delivered < excluded.delivered OR known.read < excluded.read""",
            {"room": room_id, "you": part.you, "delivered": body.delivered, "read": body.read, "now": part.now},
        )
    if moved:
        chats.live.publish(*part.topics())


async def _locked(part: Part) -> Row:
    """The conversation's row, so that messages get their places one after the other."""
    row = await fetch_one(part.connection, "SELECT * FROM chat_room WHERE id = %(id)s FOR UPDATE", {"id": part.room_id})
    assert row is not None  # noqa: S101 - made on the way in
    return row


async def _in_step(part: Part, room: Row, body: wire.NewMessage) -> None:
    epoch = await fetch_one(
        part.connection,
        "SELECT readers FROM chat_epoch WHERE room_id = %(id)s AND number = %(number)s",
        {"id": part.room_id, "number": room["last_epoch"]},
    )
    readers = _named(part.circle.readers())
    if epoch is None or body.epoch != room["last_epoch"] or epoch["readers"] != readers:
        raise RekeyNeeded(epoch=room["last_epoch"])
    if body.key_id != part.member.key_id:
        raise NotAReader
    last = await fetch_one(
        part.connection,
        "SELECT coalesce(max(sequence), 0) AS n FROM chat_message WHERE room_id = %(id)s AND sender = %(you)s",
        {"id": part.room_id, "you": part.you},
    )
    expected = (last["n"] if last else 0) + 1
    if body.sequence != expected:
        raise OutOfStep(next_sequence=expected)


async def _insert(part: Part, room: Row, body: wire.NewMessage) -> Row:
    place = room["last_place"] + 1
    ciphertext = urlsafe_b64decode(body.ciphertext + "=" * (-len(body.ciphertext) % 4))
    row = await fetch_one(
        part.connection,
        """WITH counted AS (UPDATE chat_room SET last_place = %(place)s WHERE id = %(room)s)
           INSERT INTO chat_message (room_id, place, id, epoch, sender, key_id, sequence, ciphertext, signature,
                                     sent_at)
           VALUES (%(room)s, %(place)s, %(id)s, %(epoch)s, %(you)s, %(key_id)s, %(sequence)s, %(ciphertext)s,
                   %(signature)s, %(now)s)
           RETURNING *""",
        {
            "room": part.room_id,
            "place": place,
            "id": body.id,
            "epoch": body.epoch,
            "you": part.you,
            "key_id": body.key_id,
            "sequence": body.sequence,
            "ciphertext": ciphertext,
            "signature": body.signature,
            "now": part.now,
        },
    )
    assert row is not None  # noqa: S101 - just written
    return row


async def _attach(part: Part, files: Collection[UUID], message_id: UUID) -> None:
    """Give the files to the message that tells of them: only whole ones of the sender's own."""
    if not files:
        return
    whole = await fetch_all(
        part.connection,
        """UPDATE chat_file f SET message_id = %(message)s
           WHERE f.id = ANY(%(files)s) AND f.room_id = %(room)s AND f.sender = %(you)s AND f.message_id IS NULL
             AND (SELECT count(*) FROM chat_file_chunk c WHERE c.file_id = f.id) = f.chunks
           RETURNING f.id""",
        {"files": list(files), "room": part.room_id, "you": part.you, "message": message_id},
    )
    if len(whole) != len(set(files)):
        raise FileNotWhole


async def _wrap(part: Part, number: int, wraps: Collection[wire.Wrap]) -> None:
    for wrap in wraps:
        await execute(
            part.connection,
            """INSERT INTO chat_wrap (room_id, number, participant, key_id, wrapped, made_by, made_at)
               VALUES (%(room)s, %(number)s, %(participant)s, %(key_id)s, %(wrapped)s, %(you)s, %(now)s)
               ON CONFLICT DO NOTHING""",
            {
                "room": part.room_id,
                "number": number,
                "participant": wrap.participant,
                "key_id": wrap.key_id,
                "wrapped": wrap.wrapped,
                "you": part.you,
                "now": part.now,
            },
        )


def _may_have(part: Part, wrap: wire.Wrap) -> bool:
    if part.circle.readers().get(wrap.participant) != wrap.key_id:
        return False
    return _of_the_visit(part, wrap) or (part.member.role == "provider" and part.rules.history == "provider")


def _of_the_visit(part: Part, wrap: wire.Wrap) -> bool:
    member = part.circle.member(wrap.participant)
    return member is not None and member.role in ("patient", "provider") and member.first_key


def _named(readers: Mapping[str, str]) -> list[str]:
    return sorted(f"{participant} {key_id}" for participant, key_id in readers.items())


async def _note(part: Part, actor: Actor | None, action: str) -> None:
    """That somebody wrote, or let another read on, is in the audit; never what."""
    if actor is None:
        return
    await note(part.connection, actor, part.visit, action, part.now, thing="chat", thing_id=part.room_id)
