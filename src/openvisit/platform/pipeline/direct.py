"""The twin of a broker: straight from the outbox into the consumers' inboxes.

Without `EVENTS_URL` nobody is told to publish; this is for what was still to be published when the broker was taken
away.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from openvisit.platform.pipeline.ports import Keep, Message, Take


class Direct:
    """Gives each message to those who hear it, in this process."""

    def __init__(self, takes: Mapping[str, Take]) -> None:
        self._takes = takes

    async def publish(self, message: Message) -> None:
        """Give it to every consumer, or to the one that it is for. Errors: Poison."""
        for name, take in self._takes.items():
            if message.only_for in (None, name):
                await take(message.body)

    @asynccontextmanager
    async def consuming(self, consumer: str, take: Take, keep: Keep) -> AsyncIterator[None]:
        """There is nothing to wait for."""
        yield

    async def reachable(self) -> str:
        """Always."""
        return "no broker: jobs in PostgreSQL"

    async def close(self) -> None:
        """There is nothing to part from."""
