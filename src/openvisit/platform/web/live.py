"""The browser's one WebSocket: it says which topics it shows and is told when they change."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect

from openvisit.core.errors import Unauthenticated
from openvisit.core.permissions import Actor
from openvisit.platform import metrics
from openvisit.platform.realtime import Live
from openvisit.platform.web.access import Authenticator

MOST_TOPICS = 50
MOST_MESSAGE_BYTES = 8_192

MaySubscribe = Callable[[Actor | None, str], Awaitable[str | None]]
"""Tells the channel behind a topic for this person (`me` becomes `person:<id>`), or None when it is not theirs."""


class Message(msgspec.Struct):
    """What a browser sends: `auth` with a token, `subscribe` and `unsubscribe` with topics (or one), `ping`."""

    type: str
    token: str = ""
    topics: list[str] = []
    topic: str | None = None

    def named(self) -> list[str]:
        """The topics it is about."""
        return self.topics if self.topic is None else [*self.topics, self.topic]


_decode = msgspec.json.Decoder(Message).decode


class LiveSocket:
    """One open connection."""

    def __init__(
        self, socket: WebSocket[Any, Any, Any], live: Live, authenticator: Authenticator, may_subscribe: MaySubscribe
    ) -> None:
        self._socket = socket
        self._live = live
        self._authenticator = authenticator
        self._may_subscribe = may_subscribe
        self._changes: asyncio.Queue[str] = asyncio.Queue(maxsize=200)
        self._topic_of: dict[str, str] = {}  # channel -> topic as the browser named it
        # A client that is not a browser may sign in by the header of its handshake.
        self._actor: Actor | None = socket.scope.get("actor")  # type: ignore[assignment]

    async def run(self) -> None:
        """Serve the connection until either side ends it."""
        await self._socket.accept()
        await self._send({"type": "ready"})
        metrics.live_sockets.inc()
        telling = asyncio.create_task(self._tell())
        try:
            while True:
                await self._hear(await self._socket.receive_data(mode="text"))
        except WebSocketDisconnect:
            return
        finally:
            telling.cancel()
            for channel in self._topic_of:
                self._live.unsubscribe(channel, self._changes)
            metrics.live_sockets.dec()

    async def _hear(self, raw: str | bytes) -> None:
        try:
            message = _decode(raw) if len(raw) <= MOST_MESSAGE_BYTES else None
        except msgspec.DecodeError:
            message = None
        if message is None:
            await self._send({"type": "error", "code": "bad_message"})
        elif message.type == "auth":
            await self._sign_in(message.token)
        elif message.type == "subscribe":
            await self._subscribe(message.named())
        elif message.type == "unsubscribe":
            self._unsubscribe(message.named())
        elif message.type == "ping":
            await self._send({"type": "pong"})
        else:
            await self._send({"type": "error", "code": "unknown_type"})

    async def _sign_in(self, token: str) -> None:
        try:
            actor = await self._authenticator.actor(token)
        except Unauthenticated:
            await self._send({"type": "error", "code": "not_signed_in"})
            return
        if actor.enrolling:
            await self._send({"type": "error", "code": "enrolment-needed"})
            return
        self._actor = actor
        await self._send({"type": "authenticated"})

    async def _subscribe(self, topics: list[str]) -> None:
        taken = []
        for topic in topics:
            channel = await self._may_subscribe(self._actor, topic)
            if channel is None or (len(self._topic_of) >= MOST_TOPICS and channel not in self._topic_of):
                await self._send({"type": "error", "code": "not_allowed", "topic": topic[:100]})
                continue
            self._topic_of[channel] = topic
            self._live.subscribe(channel, self._changes)
            taken.append(topic)
        await self._send({"type": "subscribed", "topics": taken})

    def _unsubscribe(self, topics: list[str]) -> None:
        for channel in [c for c, topic in self._topic_of.items() if topic in topics]:
            del self._topic_of[channel]
            self._live.unsubscribe(channel, self._changes)

    async def _tell(self) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                channel = await self._changes.get()
                if channel in self._topic_of:
                    await self._send({"type": "changed", "topic": self._topic_of[channel]})

    async def _send(self, message: dict[str, Any]) -> None:
        await self._socket.send_data(msgspec.json.encode(message).decode(), mode="text")
