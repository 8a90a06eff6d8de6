"""Hands events to Kafka and takes them from there, by FastStream over aiokafka."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka.errors import KafkaError
from faststream.exceptions import FastStreamException
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.middlewares import AckPolicy

from openvisit.adapters.kafka.address import read_url
from openvisit.platform import log
from openvisit.platform.pipeline.cloud_events import CONTENT_TYPE, Poison
from openvisit.platform.pipeline.ports import BrokerAway, Dead, Keep, Message, Take

EVENTS, DEAD = "openvisit.events", "openvisit.events.dead"
_CONSUMER, _REASON, _ONLY_FOR = "openvisit-consumer", "openvisit-reason", "openvisit-only-for"
_AWAY = (BrokerAway, KafkaError, FastStreamException, OSError, TimeoutError, AssertionError)
_PAUSE = 1.0
_PARTING = 15.0

_logger = log.get("kafka")


class KafkaEvents:
    """One topic for all events, keyed by what they are about, so that each subject's stay in order."""

    def __init__(self, url: str, *, timeout: float = 15.0) -> None:
        self._address = read_url(url)
        self._timeout = timeout
        self._open: KafkaBroker | None = None
        self._opening = asyncio.Lock()

    async def publish(self, message: Message) -> None:
        """Return once all replicas in sync have the message (`acks=all`). Errors: BrokerAway."""
        headers = {"content-type": CONTENT_TYPE, "ce_id": message.id, "ce_type": message.type}
        if message.only_for:
            headers[_ONLY_FOR] = message.only_for
        try:
            async with asyncio.timeout(self._timeout):
                broker = await self._broker()
                await broker.publish(message.body, EVENTS, key=message.subject.encode(), headers=headers)
        except _AWAY as error:
            await self.close()  # what is left of a broken connection is not to be trusted: the next one is new
            raise BrokerAway(type(error).__name__) from error

    @asynccontextmanager
    async def consuming(self, consumer: str, take: Take, keep: Keep) -> AsyncIterator[None]:
        """Give the consumer its messages, and what was set aside to `keep`, while the context is open."""
        running = asyncio.create_task(self._consume(consumer, take, keep))
        try:
            yield
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def reachable(self) -> str:
        """What answers there. Errors: BrokerAway."""
        try:
            async with asyncio.timeout(self._timeout):
                await self._broker()
        except _AWAY as error:
            await self.close()
            raise BrokerAway(type(error).__name__) from error
        return f"Kafka at {', '.join(self._address.servers)}"

    async def close(self) -> None:
        """Part from Kafka."""
        broker, self._open = self._open, None
        if broker is not None:
            await _part(broker)

    async def _broker(self) -> KafkaBroker:
        async with self._opening:
            if self._open is None:
                await self._listening()
                broker = self._new()
                try:
                    await broker.start()
                except BaseException:
                    await _part(broker)
                    raise
                self._open = broker
            return self._open

    async def _consume(self, consumer: str, take: Take, keep: Keep) -> None:
        """Begin as soon as Kafka is there; from then on the client finds its way back by itself."""
        while True:
            broker = self._new()
            _subscribe(broker, consumer, take, keep)
            try:
                await self._listening()
                await broker.start()
                await asyncio.Event().wait()  # until we are cancelled
            except _AWAY as error:
                _logger.warning("waiting for Kafka", error=type(error).__name__)
            finally:
                await _part(broker)
            await asyncio.sleep(_PAUSE)

    async def _listening(self) -> None:
        """Look whether anybody is there first: the client leaves a producer behind that could not begin."""
        for server in self._address.servers:
            host, _, port = server.rpartition(":")
            with suppress(OSError):
                _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
                writer.close()
                return
        raise BrokerAway("nobody listens")

    def _new(self) -> KafkaBroker:
        return KafkaBroker(
            self._address.servers,
            security=self._address.security,
            client_id="openvisit",
            acks="all",
            enable_idempotence=True,
            request_timeout_ms=10_000,
            decoder=_as_it_came,
            apply_types=False,
            logger=None,
        )


async def _part(broker: KafkaBroker) -> None:
    with suppress(*_AWAY):
        async with asyncio.timeout(_PARTING):
            await broker.stop()


async def _as_it_came(message: Any) -> Any:
    # Handlers are given the message itself: what is in it is ours to judge.
    return message


def _subscribe(broker: KafkaBroker, consumer: str, take: Take, keep: Keep) -> None:
    @broker.subscriber(
        EVENTS,
        group_id=f"openvisit.{consumer}",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        no_reply=True,
    )
    async def event(message: KafkaMessage) -> None:
        if message.headers.get(_ONLY_FOR, consumer) != consumer:
            return
        try:
            await take(message.body)
        except Poison as poison:
            headers = {_CONSUMER: consumer, _REASON: poison.code}
            await broker.publish(message.body, DEAD, headers=headers)
            _logger.warning("message set aside", consumer=consumer, reason=poison.code)

    @broker.subscriber(
        DEAD,
        group_id="openvisit.dead",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        no_reply=True,
    )
    async def dead(message: KafkaMessage) -> None:
        await keep(_read(message.headers, message.body))


def _read(headers: Mapping[str, Any], body: bytes) -> Dead:
    return Dead(str(headers.get(_CONSUMER, "")), str(headers.get(_REASON, "unknown")), body)
