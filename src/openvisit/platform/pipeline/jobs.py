"""Background work of the pipeline: handing events over, and forgetting what is long past."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import procrastinate
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from openvisit.platform import log
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, fetch_one
from openvisit.platform.events import Event, Hearer
from openvisit.platform.pipeline import dead_letters, failed, inbox
from openvisit.platform.pipeline.cloud_events import decode, encode
from openvisit.platform.pipeline.ports import Broker, BrokerAway, Message

NAMESPACE = "pipeline"
PUBLISH = f"{NAMESPACE}:publish"
REPLAY = f"{NAMESPACE}:replay"
QUEUE = "pipeline"
PAUSE_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 60

_logger = log.get("pipeline")


def blueprint(
    *, db: Database, vault: Vault, clock: Clock, broker: Broker, source: str, hearers: Mapping[str, Hearer]
) -> procrastinate.Blueprint:
    """The tasks of the pipeline. `source` names this installation in every event; `hearers` are the tasks that hear
    events, by their names."""
    tasks = procrastinate.Blueprint()
    sparing = Sparing(broker)

    # The job's lock is the event's subject: what is told of one visit leaves in the order of what happened.
    @tasks.task(name="publish", queue=QUEUE, retry=Forever())
    async def publish(event_id: str, type: str, subject: str, data: dict[str, Any]) -> None:
        async with db.connection() as connection:
            event = await _event(connection, UUID(event_id))
        if event is not None:
            await sparing.publish(Message(event_id, type, subject, encode(event, source)))

    @tasks.task(name="replay", queue=QUEUE, retry=Forever())
    async def replay(dead_letter_id: str) -> None:
        async with db.transaction() as connection:
            message = await _dead(connection, vault, UUID(dead_letter_id))
            if message is not None and (hearer := hearers.get(message.only_for or "")) is not None:
                await failed.tell_again(connection, UUID(dead_letter_id), hearer, decode(message.body), clock())
                return
        if message is not None:
            await sparing.publish(message)

    @tasks.periodic(cron="* * * * *")
    @tasks.task(name="set_aside_failed", queueing_lock="set_aside_failed")
    async def set_aside_failed(timestamp: int) -> None:
        async with db.transaction() as connection:
            await failed.set_aside(connection, vault, source, clock())

    @tasks.periodic(cron="23 4 * * *")
    @tasks.task(name="forget_taken", queueing_lock="forget_taken")
    async def forget_taken(timestamp: int) -> None:
        async with db.connection() as connection:
            await inbox.sweep(connection, clock())
            await dead_letters.sweep(connection, clock())

    return tasks


class Sparing:
    """Leaves a broker in peace for a moment after it did not answer: all that waits would only stand in line for it."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._closed_until = 0.0

    async def publish(self, message: Message) -> None:
        """Hand the message over. Errors: BrokerAway."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._closed_until:
            raise BrokerAway("it did not answer a moment ago")
        try:
            await self._broker.publish(message)
        except BrokerAway as error:
            if loop.time() >= self._closed_until:
                _logger.warning("broker is away", error=str(error))
            self._closed_until = loop.time() + PAUSE_SECONDS
            raise


class Forever(BaseRetryStrategy):
    """Tries again after a second, then twice as long each time, at most a minute, and never gives up."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """When to run the job again."""
        return RetryDecision(retry_in={"seconds": wait_seconds(job.attempts)})


def wait_seconds(attempts: int) -> int:
    """How long to wait after `attempts` earlier tries."""
    return min(1 << min(attempts, 6), LONGEST_WAIT_SECONDS)


async def _event(connection: Connection, event_id: UUID) -> Event | None:
    row = await fetch_one(connection, "SELECT type, subject, at, data FROM event WHERE id = %(id)s", {"id": event_id})
    return Event(row["type"], row["subject"], row["at"], row["data"], event_id) if row else None


async def _dead(connection: Connection, vault: Vault, id_: UUID) -> Message | None:
    row = await fetch_one(
        connection, "SELECT consumer, type, subject, body FROM dead_letter WHERE id = %(id)s", {"id": id_}
    )
    if row is None:
        return None
    body = vault.open_bytes(row["body"], dead_letters.BODY, id_)
    return Message(str(id_), row["type"] or "replayed", str(row["subject"] or id_), body, only_for=row["consumer"])
