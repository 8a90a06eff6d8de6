"""Hands events to RabbitMQ and takes them from there, by FastStream over aio-pika."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

from aio_pika.exceptions import AMQPError
from aiormq.exceptions import AMQPError as ProtocolError
from faststream.exceptions import FastStreamException
from faststream.middlewares import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage

from openvisit.adapters.connected_broker import PAUSE, ConnectedBroker, as_it_came
from openvisit.adapters.rabbitmq import topology
from openvisit.platform import log
from openvisit.platform.pipeline.cloud_events import CONTENT_TYPE, Poison
from openvisit.platform.pipeline.ports import Dead, Keep, Message, Take

_CONSUMER, _REASON = "openvisit-consumer", "openvisit-reason"

_logger = log.get("rabbitmq")


class RabbitEvents(ConnectedBroker[RabbitBroker]):
    """`consumers` are those whose queues have to be there before anything is published: none may miss an event."""

    away = (AMQPError, ProtocolError, FastStreamException, OSError, TimeoutError, RuntimeError)

    def __init__(self, url: str, consumers: Collection[str], *, timeout: float = 10.0) -> None:
        super().__init__(timeout)
        self._url = url
        self._consumers = consumers

    async def _send(self, client: RabbitBroker, message: Message) -> None:
        """RabbitMQ has confirmed it, on disk. To everybody by the exchange; a repeated one straight into its consumer's
        queue."""
        straight = message.only_for is not None
        await client.publish(
            message.body,
            exchange=None if straight else topology.EVENTS,
            routing_key=topology.queue(message.only_for).name if message.only_for else message.type,
            mandatory=True,
            persist=True,
            message_id=message.id,
            message_type=message.type,
            content_type=CONTENT_TYPE,
        )

    async def _told(self, client: RabbitBroker) -> str:
        transport = (await client.connect()).transport
        told: Mapping[str, Any] = getattr(getattr(transport, "connection", None), "server_properties", {}) or {}
        return f"{_text(told.get('product', 'RabbitMQ'))} {_text(told.get('version', ''))}".strip()

    async def _connect(self) -> RabbitBroker:
        client = _new(self._url)
        try:
            await client.connect()
            await client.start()
            await _declare(client, self._consumers)
        except BaseException:
            await self.part(client)
            raise
        return client

    async def _consume(self, consumer: str, take: Take, keep: Keep) -> None:
        """Consume over one connection after the other: one that broke is left, and not mended."""
        while True:
            broken = asyncio.Event()
            broker = _new(self._url, broken)
            _subscribe(broker, consumer, take, keep)
            try:
                async with asyncio.timeout(self.timeout):
                    # Each subscriber declares its queue: one declared before would keep the channel it was declared on,
                    # and with it no limit of messages under way.
                    await broker.start()
                await broken.wait()
                _logger.warning("RabbitMQ went away")
            except self.away as error:
                _logger.warning("waiting for RabbitMQ", error=type(error).__name__)
            finally:
                await self.part(broker)
            await asyncio.sleep(PAUSE)


def _new(url: str, broken: asyncio.Event | None = None) -> RabbitBroker:
    def closed(*_: object) -> None:
        if broken is not None:
            broken.set()

    return RabbitBroker(
        url,
        on_close=[closed],
        app_id="openvisit",
        default_channel=Channel(publisher_confirms=True, on_return_raises=True),
        reconnect_interval=PAUSE,
        decoder=as_it_came,
        apply_types=False,
        logger=None,
    )


async def _declare(broker: RabbitBroker, consumers: Collection[str]) -> None:
    events = await broker.declare_exchange(topology.EVENTS)
    dead = await broker.declare_exchange(topology.DEAD)
    await (await broker.declare_queue(topology.DEAD_QUEUE)).bind(dead)
    for consumer in consumers:
        queue = topology.queue(consumer)
        await (await broker.declare_queue(queue)).bind(events, routing_key=queue.routing())


def _subscribe(broker: RabbitBroker, consumer: str, take: Take, keep: Keep) -> None:
    # One message at a time, or two of one visit could be taken at once and their jobs written in the wrong order.
    one = Channel(prefetch_count=1, channel_number=None)

    @broker.subscriber(
        topology.queue(consumer), topology.EVENTS, channel=one, ack_policy=AckPolicy.NACK_ON_ERROR, no_reply=True
    )
    async def event(message: RabbitMessage) -> None:
        try:
            await take(message.body)
        except Poison as poison:
            await broker.publish(
                message.body,
                exchange=topology.DEAD,
                mandatory=True,
                persist=True,
                headers={_CONSUMER: consumer, _REASON: poison.code},
                content_type="application/octet-stream",
            )
            _logger.warning("message set aside", consumer=consumer, reason=poison.code)

    @broker.subscriber(
        topology.DEAD_QUEUE,
        topology.DEAD,
        channel=Channel(prefetch_count=1),
        ack_policy=AckPolicy.NACK_ON_ERROR,
        no_reply=True,
    )
    async def dead(message: RabbitMessage) -> None:
        consumer, reason = _why(message.headers)
        await keep(Dead(consumer, reason, message.body))


def _why(headers: Mapping[str, Any]) -> tuple[str, str]:
    """Who set a message aside and why: a consumer of ours, or the broker, which says so in `x-death`."""
    if _REASON in headers:
        return str(headers.get(_CONSUMER, "")), str(headers[_REASON])
    deaths = headers.get("x-death") or [{}]
    queue, reason = _text(deaths[0].get("queue", "")), _text(deaths[0].get("reason", "unknown"))
    return topology.consumer_of(queue), reason


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
