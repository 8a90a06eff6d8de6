"""What brokers have in common: one connection to publish by, which is given up when anything about it fails."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from openvisit.platform.background import alongside
from openvisit.platform.pipeline.ports import BrokerAway, Keep, Message, Take

PAUSE = 1.0
"""Seconds between two tries to connect."""

_PARTING = 15.0  # for messages under way to be finished


class Stoppable(Protocol):
    """A client of FastStream."""

    async def stop(self) -> None:
        """Part."""
        ...


Client = TypeVar("Client", bound=Stoppable)
T = TypeVar("T")


class ConnectedBroker(ABC, Generic[Client]):
    """A broker by a client of FastStream. `away` are the errors that say that it cannot be reached."""

    away: ClassVar[tuple[type[BaseException], ...]]

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._client: Client | None = None
        self._opening = asyncio.Lock()

    @abstractmethod
    async def _connect(self) -> Client:
        """A new client, connected."""

    @abstractmethod
    async def _send(self, client: Client, message: Message) -> None:
        """Return once the broker keeps the message."""

    @abstractmethod
    async def _told(self, client: Client) -> str:
        """What answers there, in words."""

    @abstractmethod
    async def _consume(self, consumer: str, take: Take, keep: Keep) -> None:
        """Take messages until cancelled, over whatever happens to the broker."""

    async def publish(self, message: Message) -> None:
        """Return once the broker keeps the message. Errors: BrokerAway."""
        await self._with_client(lambda client: self._send(client, message))

    async def reachable(self) -> str:
        """What answers there. Errors: BrokerAway."""
        return await self._with_client(self._told)

    @asynccontextmanager
    async def consuming(self, consumer: str, take: Take, keep: Keep) -> AsyncIterator[None]:
        """Give the consumer its messages, and what was set aside to `keep`, while the context is open."""
        async with alongside(self._consume(consumer, take, keep)):
            yield

    async def close(self) -> None:
        """Part from the broker."""
        client, self._client = self._client, None
        if client is not None:
            await self.part(client)

    async def part(self, client: Client) -> None:
        """Give up a client, whatever state it is in."""
        with suppress(*self.away):
            async with asyncio.timeout(_PARTING):
                await client.stop()

    async def _with_client(self, work: Callable[[Client], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self.timeout):
                async with self._opening:
                    if self._client is None:
                        self._client = await self._connect()
                    client = self._client
                return await work(client)
        except self.away as error:
            await self.close()  # what is left of a broken connection is not to be trusted: the next one is new
            raise BrokerAway(type(error).__name__) from error


async def as_it_came(message: Any) -> Any:
    """A decoder that does nothing: handlers are given the message itself, and what is in it is ours to judge."""
    return message
