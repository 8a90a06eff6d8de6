"""Files of conversations: parts of ciphertext, in the order in which they belong together."""

from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.errors import Invalid
from openvisit.core.ids import new_id
from openvisit.features.telehealth.chat import wire
from openvisit.features.telehealth.chat.access import Caller, Chats, Part, taking_part
from openvisit.features.telehealth.chat.errors import FileNotFound, FileNotWhole
from openvisit.platform.db import Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.rate_limits import spend

AN_HOUR = 60
"""Files that one participant may begin in an hour."""

LEFT_ALONE = timedelta(days=7)
"""How long a file waits for the message that tells of it: one that could not be sent is tried again for so long."""


async def begin(chats: Chats, caller: Caller, room_id: UUID, body: wire.NewFile) -> wire.File:
    """Make room for a file. Errors: ChatNotFound, ChatClosed, Invalid when it is too large, TooManyRequests."""
    async with taking_part(chats, caller, room_id) as part:
        part.write()
        if body.size > part.rules.file_megabytes * 1_000_000:
            raise Invalid(f"Files may have {part.rules.file_megabytes} MB here")
        await spend(part.connection, f"chat-file:{part.you}", limit=AN_HOUR, window_seconds=3600, now=part.now)
        row = await fetch_one(
            part.connection,
            """INSERT INTO chat_file (id, room_id, sender, kind, size, chunks, made_at)
               VALUES (%(id)s, %(room)s, %(you)s, %(kind)s, %(size)s, %(chunks)s, %(now)s) RETURNING *""",
            {
                "id": new_id(),
                "room": room_id,
                "you": part.you,
                "kind": body.kind,
                "size": body.size,
                "chunks": -(-body.size // wire.CHUNK),
                "now": part.now,
            },
        )
        assert row is not None  # noqa: S101 - just written
        return _file(row, [])


async def one(chats: Chats, caller: Caller, room_id: UUID, file_id: UUID) -> wire.File:
    """A file, and which of its parts have arrived. Errors: ChatNotFound, FileNotFound."""
    async with taking_part(chats, caller, room_id) as part:
        row = await _found(part, file_id)
        arrived = await fetch_all(
            part.connection,
            "SELECT number FROM chat_file_chunk WHERE file_id = %(id)s ORDER BY number",
            {"id": file_id},
        )
        return _file(row, [each["number"] for each in arrived])


async def put(chats: Chats, caller: Caller, room_id: UUID, place: tuple[UUID, int], content: bytes) -> None:
    """Keep a part; the same one again changes nothing. `place` is the file and the part's number from 0.

    Errors: ChatNotFound, FileNotFound, FileNotWhole when the file was sent, Invalid for another length than it has.
    """
    file_id, number = place
    async with taking_part(chats, caller, room_id) as part:
        part.write()
        row = await _found(part, file_id)
        if row["sender"] != part.you or number >= row["chunks"]:
            raise FileNotFound
        if row["message_id"] is not None:
            raise FileNotWhole
        last = number == row["chunks"] - 1
        length = (row["size"] - number * wire.CHUNK if last else wire.CHUNK) + wire.OVERHEAD
        if len(content) != length:
            raise Invalid(f"This part has {length} bytes")
        await execute(
            part.connection,
            """INSERT INTO chat_file_chunk (file_id, number, content) VALUES (%(id)s, %(number)s, %(content)s)
               ON CONFLICT (file_id, number) DO UPDATE SET content = excluded.content""",
            {"id": file_id, "number": number, "content": content},
        )


async def chunk(chats: Chats, caller: Caller, room_id: UUID, place: tuple[UUID, int]) -> bytes:
    """A part of a file that a message tells of. Errors: ChatNotFound, FileNotFound."""
    async with taking_part(chats, caller, room_id) as part:
        return await content(part, place)


async def content(part: Part, place: tuple[UUID, int]) -> bytes:
    """A part of a file, for whoever takes part. Errors: FileNotFound."""
    file_id, number = place
    await _found(part, file_id)
    row = await fetch_one(
        part.connection,
        "SELECT content FROM chat_file_chunk WHERE file_id = %(id)s AND number = %(number)s",
        {"id": file_id, "number": number},
    )
    if row is None:
        raise FileNotFound
    return bytes(row["content"])


async def forget_unsent(db: Database, now: datetime) -> None:
    """Remove files that no message ever told of."""
    async with db.transaction(as_system="files that nobody was told of are nobody's") as connection:
        await execute(
            connection,
            "DELETE FROM chat_file WHERE message_id IS NULL AND made_at < %(before)s",
            {"before": now - LEFT_ALONE},
        )


async def _found(part: Part, file_id: UUID) -> Row:
    row = await fetch_one(
        part.connection,
        """SELECT * FROM chat_file WHERE id = %(id)s AND room_id = %(room)s
           AND (message_id IS NOT NULL OR sender = %(you)s)""",
        {"id": file_id, "room": part.room_id, "you": part.you},
    )
    if row is None:
        raise FileNotFound
    return row


def _file(row: Row, arrived: list[int]) -> wire.File:
    return wire.File(row["id"], row["kind"], row["size"], row["chunks"], arrived)
