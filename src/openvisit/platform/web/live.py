"""The browser's one WebSocket: it says which topics it shows and is told when they change.

Nothing is told to a session that has ended. What a person may hear is asked again when the live channel says that
something about them changed, and every few minutes besides, for time-outs that nobody announces.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect

from openvisit.core.errors import Unauthenticated, Unavailable
from openvisit.core.permissions import Actor
from openvisit.platform import metrics
from openvisit.platform.authenticator import Authenticator
from openvisit.platform.realtime import Live

MOST_TOPICS = 50
MOST_MESSAGE_BYTES = 8_192
ASKED_AGAIN = 240.0  # seconds
POLICY_VIOLATION = 1008  # RFC 6455 section 7.4.1

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
        self,
        socket: WebSocket[Any, Any, Any],
        live: Live,
        authenticator: Authenticator,
        may_subscribe: MaySubscribe,
        asked_again: float = ASKED_AGAIN,
    ) -> None:
        self._socket = socket
        self._live = live
        self._authenticator = authenticator
        self._may_subscribe = may_subscribe
        self._asked_again = asked_again
        self._changes: asyncio.Queue[str] = asyncio.Queue(maxsize=200)
        self._about_me: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
        self._my_topics: Sequence[str] = ()
        self._ended = False
        self._topic_of: dict[str, str] = {}  # channel -> topic as the browser named it
        # A client that is not a browser may sign in by the header of its handshake.
        self._actor: Actor | None = socket.scope.get("actor")  # type: ignore[assignment]

    async def run(self) -> None:
        """Serve the connection until either side ends it."""
        await self._socket.accept()
        await self._send({"type": "ready"})
        metrics.live_sockets.inc()
        if self._actor is not None:
            self._follow(self._actor)
        hearing, watching, _ = tasks = [
            asyncio.create_task(work) for work in (self._listen(), self._watch(), self._tell())
        ]
        try:
            await asyncio.wait((hearing, watching), return_when=asyncio.FIRST_COMPLETED)
            if self._ended:
                await self._close(hearing)
            else:
                (hearing if hearing.done() else watching).result()
        finally:
            for task in tasks:
                task.cancel()
            self._forget_topics()
            for topic in self._my_topics:
                self._live.unsubscribe(topic, self._about_me)
            metrics.live_sockets.dec()

    async def _listen(self) -> None:
        with suppress(WebSocketDisconnect):
            while not self._ended:
                await self._hear(await self._socket.receive_data(mode="text"))

    async def _close(self, hearing: asyncio.Task[None]) -> None:
        """Close it from our side. The server's close waits for a reader, which therefore has to go first."""
        hearing.cancel()
        await asyncio.wait((hearing,))
        with suppress(WebSocketDisconnect, RuntimeError):  # the browser may be closing it as well
            await self._socket.close(code=POLICY_VIOLATION, reason="The session has ended")

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
        self._follow(actor)
        # A session that ended between the token's check and the following would never be told of.
        if await self._review():
            await self._send({"type": "authenticated"})

    async def _subscribe(self, topics: list[str]) -> None:
        taken = []
        for topic in topics:
            channel = await self._may_subscribe(self._actor, topic)
            if channel is None:  # nor may it be heard any longer, where it was
                self._unsubscribe([topic])
            if channel is None or (len(self._topic_of) >= MOST_TOPICS and channel not in self._topic_of):
                await self._send({"type": "error", "code": "not_allowed", "topic": topic[:100]})
                continue
            self._topic_of[channel] = topic
            self._live.subscribe(channel, self._changes)
            taken.append(topic)
        await self._send({"type": "subscribed", "topics": taken})

    def _unsubscribe(self, topics: list[str]) -> None:
        for channel in [c for c, topic in self._topic_of.items() if topic in topics]:
            self._drop(channel)

    def _follow(self, actor: Actor) -> None:
        self._actor = actor
        for topic in self._my_topics:
            self._live.unsubscribe(topic, self._about_me)
        self._my_topics = self._authenticator.topics(actor)
        for topic in self._my_topics:
            self._live.subscribe(topic, self._about_me)

    async def _watch(self) -> None:
        """Ask again who this is: when something about them changed, and now and then."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._asked_again):
                    await self._about_me.get()
            with suppress(Unavailable):  # the database is away: nothing changes there, and the next round asks again
                if not await self._review():
                    return

    async def _review(self) -> bool:
        """Leave only what the person may hear now; whether the socket goes on, which without a session it does not."""
        asked = self._actor
        if asked is None:
            return True
        try:
            found: Actor | None = await self._authenticator.again(asked)
        except Unauthenticated:
            found = None
        if self._actor is not asked:
            return True  # somebody signed in meanwhile, and was asked about then
        self._actor = found
        if found is None or found.enrolling:
            self._forget_topics()
            self._ended = True
            return False
        for channel, topic in list(self._topic_of.items()):
            if await self._may_subscribe(self._actor, topic) != channel:
                self._drop(channel)
        return True

    def _forget_topics(self) -> None:
        for channel in list(self._topic_of):
            self._drop(channel)

    def _drop(self, channel: str) -> None:
        self._topic_of.pop(channel, None)
        self._live.unsubscribe(channel, self._changes)

    async def _tell(self) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                channel = await self._changes.get()
                if channel in self._topic_of:
                    await self._send({"type": "changed", "topic": self._topic_of[channel]})

    async def _send(self, message: dict[str, Any]) -> None:
        await self._socket.send_data(msgspec.json.encode(message).decode(), mode="text")
