"""A consumer's side: each event becomes the consumer's jobs, once, in the order it came."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import psycopg

from openvisit.core.errors import Unavailable
from openvisit.platform import log
from openvisit.platform.clock import Clock
from openvisit.platform.db import Connection, Database, execute
from openvisit.platform.events import Event, Hearer, Subscriptions, tell
from openvisit.platform.pipeline.cloud_events import Poison, decode

KEPT = timedelta(days=60)
"""How long it is remembered that an event was taken: longer than brokers keep messages."""

LONGEST_WAIT = 30.0

_logger = log.get("pipeline")


@dataclass(frozen=True, slots=True)
class Consumer:
    """Somebody who hears events from the broker; its jobs wait in the queue of its name."""

    name: str
    heard: Subscriptions


async def take(db: Database, consumer: Consumer, body: bytes, clock: Clock) -> None:
    """Turn a message into jobs. A database that is away is waited for, so that nothing overtakes.

    Errors: Poison.
    """
    event = decode(body)
    try:
        await patiently(lambda: _take(db, consumer, event, clock()))
    except psycopg.DataError:
        raise Poison("not_an_event") from None
    except Exception as error:
        # A fault of ours: set aside and replayed when it is mended, it holds up nobody meanwhile.
        _logger.exception("message not taken", event_id=str(event.id))
        raise Poison("not_taken") from error


async def patiently(act: Callable[[], Awaitable[None]]) -> None:
    """Do it again, with longer and longer pauses, for as long as the database is what stands in the way."""
    wait = 0.1
    while True:
        try:
            return await act()
        except (Unavailable, psycopg.OperationalError, OSError) as error:
            _logger.warning("waiting for the database", error=type(error).__name__, seconds=wait)
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)


async def _take(db: Database, consumer: Consumer, event: Event, now: datetime) -> None:
    async with db.transaction() as connection:
        if await first(connection, consumer.name, event.id, now):
            for hearer in consumer.heard.hearers(event):
                await tell(connection, Hearer(hearer.task, consumer.name), event)


async def first(connection: Connection, consumer: str, event_id: UUID, now: datetime) -> bool:
    """Whether a consumer takes an event for the first time; it is remembered that it did."""
    # A second copy taken at the same time waits here for the first one's commit.
    return bool(
        await execute(
            connection,
            """INSERT INTO consumed_event (consumer, event_id, at) VALUES (%(consumer)s, %(event_id)s, %(now)s)
               ON CONFLICT DO NOTHING""",
            {"consumer": consumer, "event_id": event_id, "now": now},
        )
    )


async def sweep(connection: Connection, now: datetime) -> int:
    """Forget what was taken long ago."""
    return await execute(connection, "DELETE FROM consumed_event WHERE at < %(before)s", {"before": now - KEPT})
