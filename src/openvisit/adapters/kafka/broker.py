"""Hands events to Kafka and takes them from there, by FastStream over aiokafka."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aiokafka.errors import KafkaError
from faststream.exceptions import FastStreamException
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.middlewares import AckPolicy

from openvisit.adapters.connected_broker import PAUSE, ConnectedBroker, as_it_came
from openvisit.adapters.kafka.address import read_url
from openvisit.platform import log
from openvisit.platform.pipeline.cloud_events import CONTENT_TYPE, Poison
from openvisit.platform.pipeline.ports import BrokerAway, Dead, Keep, Message, Take

EVENTS, DEAD = "openvisit.events", "openvisit.events.dead"
_CONSUMER, _REASON, _ONLY_FOR = "openvisit-consumer", "openvisit-reason", "openvisit-only-for"

_logger = log.get("kafka")


class KafkaEvents(ConnectedBroker[KafkaBroker]):
    """One topic for all events, keyed by what they are about, so that each subject's stay in order."""

    away = (BrokerAway, KafkaError, FastStreamException, OSError, TimeoutError, AssertionError)

    def __init__(self, url: str, *, timeout: float = 15.0) -> None:
        super().__init__(timeout)
        self._address = read_url(url)

    async def _send(self, client: KafkaBroker, message: Message) -> None:
        """All replicas in sync have it (`acks=all`)."""
        headers = {"content-type": CONTENT_TYPE, "ce_id": message.id, "ce_type": message.type}
        if message.only_for:
            headers[_ONLY_FOR] = message.only_for
        await client.publish(message.body, EVENTS, key=message.subject.encode(), headers=headers)

    async def _told(self, client: KafkaBroker) -> str:
        return f"Kafka at {', '.join(self._address.servers)}"

    async def _connect(self) -> KafkaBroker:
        await self._listening()
        client = self._new()
        try:
            await client.start()
        except BaseException:
            await self.part(client)
            raise
        return client

    async def _consume(self, consumer: str, take: Take, keep: Keep) -> None:
        """Begin as soon as Kafka is there; from then on the client finds its way back by itself."""
        while True:
            broker = self._new()
            _subscribe(broker, consumer, take, keep)
            try:
                await self._listening()
                await broker.start()
                await asyncio.Event().wait()  # until we are cancelled
            except self.away as error:
                _logger.warning("waiting for Kafka", error=type(error).__name__)
            finally:
                await self.part(broker)
            await asyncio.sleep(PAUSE)

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
            decoder=as_it_came,
            apply_types=False,
            logger=None,
        )


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
