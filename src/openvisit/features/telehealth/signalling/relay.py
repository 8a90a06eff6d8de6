"""Frames for peers whose sockets another process holds: by NOTIFY, and through a table where they are too long.

Nothing is kept: a frame for a peer that is nowhere is lost, as it would be with its socket. What must not be lost (who
is admitted, that something was written) is in tables, and is read again.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import msgspec
import psycopg

from openvisit.core.ids import new_id
from openvisit.platform import log
from openvisit.platform.background import ended
from openvisit.platform.db import Database, execute, fetch_one

CHANNEL = "openvisit_rooms"
_MOST_NOTICE = 7_000  # bytes; NOTIFY carries under 8,000
_WHY = "frames between two processes of the server"
_logger = log.get("rooms")


class Parcel(msgspec.Struct):
    """A frame on its way: from which process, into which room, to whom (`to`, or everybody but `apart`)."""

    origin: UUID
    room_id: UUID
    text: str
    to: UUID | None = None
    apart: UUID | None = None


class _Notice(msgspec.Struct, omit_defaults=True):
    parcel: Parcel | None = None
    kept: UUID | None = None  # where it lies in `visit_relay`


_decode = msgspec.json.Decoder(_Notice).decode
Deliver = Callable[[Parcel], None]


class Relay:
    """One process's end."""

    def __init__(self, db: Database, process: UUID, deliver: Deliver) -> None:
        self._db = db
        self._process = process
        self._deliver = deliver
        self._waiting: asyncio.Queue[Parcel] = asyncio.Queue(maxsize=10_000)
        self._tasks: list[asyncio.Task[None]] = []
        self.listening = asyncio.Event()

    async def start(self) -> None:
        """Begin to listen and to send."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._forward())]

    async def stop(self) -> None:
        """Stop both."""
        await ended(*self._tasks)
        self._tasks = []

    def send(self, parcel: Parcel) -> None:
        """Send it to the other processes, in order; never waits."""
        with suppress(asyncio.QueueFull):
            self._waiting.put_nowait(parcel)

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._db.url, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.listening.set()
                    async for notice in connection.notifies():
                        await self._take(_decode(notice.payload))
            except (psycopg.Error, OSError) as error:
                self.listening.clear()
                _logger.warning("relay of rooms lost, trying again", error=type(error).__name__)
            await asyncio.sleep(0.5)

    async def _take(self, notice: _Notice) -> None:
        parcel = notice.parcel
        if notice.kept is not None:
            async with self._db.connection(as_system=_WHY) as connection:
                row = await fetch_one(connection, "SELECT body FROM visit_relay WHERE id = %(id)s", {"id": notice.kept})
            parcel = msgspec.json.decode(row["body"], type=Parcel) if row else None
        if parcel is not None and parcel.origin != self._process:
            self._deliver(parcel)

    async def _forward(self) -> None:
        while True:
            parcel = await self._waiting.get()
            try:
                async with await psycopg.AsyncConnection.connect(self._db.url, autocommit=True) as connection:
                    while True:
                        payload = msgspec.json.encode(_Notice(parcel))
                        if len(payload) > _MOST_NOTICE:
                            payload = msgspec.json.encode(_Notice(kept=await self._keep(parcel)))
                        await connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload.decode()))
                        parcel = await self._waiting.get()
            except (psycopg.Error, OSError) as error:
                _logger.warning("relay of rooms cannot send, trying again", error=type(error).__name__)
                await asyncio.sleep(0.5)

    async def _keep(self, parcel: Parcel) -> UUID:
        id_ = new_id()
        async with self._db.connection(as_system=_WHY) as connection:
            await execute(
                connection,
                "INSERT INTO visit_relay (id, body, at) VALUES (%(id)s, %(body)s, clock_timestamp())",
                {"id": id_, "body": msgspec.json.encode(parcel).decode()},
            )
        return id_
