"""What a broker does for us. `adapters.rabbitmq` and `adapters.kafka` satisfy it; `direct` stands in for none."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol


class BrokerAway(Exception):
    """The broker did not take the message, or did not say in time that it has: try again later."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is handed over: `body` about `subject`, by which the broker keeps order.

    `only_for` names the one consumer that a repeated message is meant for.
    """

    id: str
    type: str
    subject: str
    body: bytes
    only_for: str | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """A message set aside: by which consumer, why (a code), and what it was."""

    consumer: str
    reason: str
    body: bytes


Take = Callable[[bytes], Awaitable[None]]
"""Takes one message; when it returns, the message is done with. Errors: Poison."""

Keep = Callable[[Dead], Awaitable[None]]
"""Keeps one dead letter; when it returns, the broker may forget it."""


class Broker(Protocol):
    """A message broker."""

    async def publish(self, message: Message) -> None:
        """Return once the broker has written the message down. Errors: BrokerAway."""
        ...

    def consuming(self, consumer: str, take: Take, keep: Keep) -> AbstractAsyncContextManager[None]:
        """While the context is open, give the consumer its messages, one at a time and in order for each subject.

        What `take` refuses as Poison is set aside for `keep`. A broker that is away is waited for.
        """
        ...

    async def reachable(self) -> str:
        """What answers there, in words. Errors: BrokerAway."""
        ...

    async def close(self) -> None:
        """Part from the broker; harmless when there was no connection."""
        ...
