"""Live updates: after a commit, the topics that changed are told to every process by NOTIFY, and on to sockets.

Only ids travel. Telling happens after the commit, from a connection of its own and in batches: NOTIFY inside the
booking's transaction would make all commits queue for one lock. A process that dies between its commit and the
telling loses that one hint; clients refetch when they reconnect or come into view.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

import psycopg

from openvisit.platform import log
from openvisit.platform.background import ended

CHANNEL = "openvisit_live"
_BATCH_BYTES = 7_000  # NOTIFY carries under 8,000
_logger = log.get("realtime")

Listener = Callable[[str], Awaitable[None] | None]


class Live:
    """One process's end of the live channel."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: set[str] = set()
        self._wake = asyncio.Event()
        self._subscribers: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)
        self._kinds: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)
        self._tasks: list[asyncio.Task[None]] = []
        self.listening = asyncio.Event()

    async def start(self) -> None:
        """Begin to listen and to tell."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._tell())]

    async def stop(self) -> None:
        """Stop both ends; what was still waiting to be told is told first."""
        if self._tasks:
            await ended(self._tasks[1])
            with suppress(psycopg.Error, OSError):
                await self._flush_once()
        await ended(*self._tasks)
        self._tasks = []

    def publish(self, *topics: str) -> None:
        """Tell that topics changed. Call it after the commit; it never fails or waits."""
        self._waiting.update(topics)
        self._wake.set()

    def subscribe(self, topic: str, queue: asyncio.Queue[str]) -> None:
        """Put the topic's name into the queue each time it changes; `slots:*` means every topic of that kind."""
        self._queues(topic)[topic].add(queue)

    def unsubscribe(self, topic: str, queue: asyncio.Queue[str]) -> None:
        """Undo `subscribe`."""
        queues = self._queues(topic).get(topic)
        if queues is not None:
            queues.discard(queue)
            if not queues:
                del self._queues(topic)[topic]

    def _queues(self, topic: str) -> dict[str, set[asyncio.Queue[str]]]:
        return self._kinds if topic.endswith(":*") else self._subscribers

    def _deliver(self, topics: Iterable[str]) -> None:
        for topic in topics:
            kind = topic.partition(":")[0] + ":*"
            for queue in (*self._subscribers.get(topic, ()), *self._kinds.get(kind, ())):
                with suppress(asyncio.QueueFull):  # a slow reader refetches everything anyway
                    queue.put_nowait(topic)

    async def _listen(self) -> None:
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.listening.set()
                    async for notice in connection.notifies():
                        self._deliver(notice.payload.split(" "))
            except (psycopg.Error, OSError) as error:
                self.listening.clear()
                _logger.warning("live channel lost, trying again", error=type(error).__name__)
            await asyncio.sleep(0.5)

    async def _tell(self) -> None:
        while True:
            await self._wake.wait()
            try:
                async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
                    while True:
                        await self._wake.wait()
                        await self._flush(connection)
                        # A burst of bookings becomes a few notices; 20 ms are not seen by a person.
                        await asyncio.sleep(0.02)
            except (psycopg.Error, OSError) as error:
                _logger.warning("live channel cannot tell, trying again", error=type(error).__name__)
                await asyncio.sleep(0.5)

    async def _flush_once(self) -> None:
        if self._waiting:
            async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
                await self._flush(connection)

    async def _flush(self, connection: psycopg.AsyncConnection) -> None:
        topics, self._waiting = self._waiting, set()
        self._wake.clear()
        try:
            for payload in _batches(topics):
                await connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
        except (psycopg.Error, OSError):
            self._waiting |= topics
            self._wake.set()
            raise


def _batches(topics: Iterable[str]) -> Iterable[str]:
    batch: list[str] = []
    size = 0
    for topic in sorted(topics):
        if batch and size + len(topic) + 1 > _BATCH_BYTES:
            yield " ".join(batch)
            batch, size = [], 0
        batch.append(topic)
        size += len(topic) + 1
    if batch:
        yield " ".join(batch)
