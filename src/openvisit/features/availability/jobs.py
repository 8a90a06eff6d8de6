"""Background work of availability: openings as time moves on, and the read model of next free times."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import procrastinate

from openvisit.core.errors import Unavailable
from openvisit.features.availability.openings import behind, rebuild
from openvisit.features.availability.read_model import outdated, refresh_in
from openvisit.platform import log
from openvisit.platform.background import alongside
from openvisit.platform.clock import Clock
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live

_logger = log.get("availability")


def blueprint(*, db: Database, clock: Clock, horizon_days: int) -> procrastinate.Blueprint:
    """The tasks of availability."""
    tasks = procrastinate.Blueprint()

    @tasks.task(name="refresh_provider", retry=3)
    async def refresh_provider(provider_id: str) -> None:
        await refresh_in(db, UUID(provider_id), clock())

    @tasks.periodic(cron="17 * * * *")
    @tasks.task(name="extend_openings", queueing_lock="extend_openings")
    async def extend_openings(timestamp: int) -> None:
        """Keep openings to the horizon as days pass, a provider a transaction."""
        while True:
            async with db.connection() as connection:
                late = await behind(connection, clock(), horizon_days)
            if not late:
                return
            for provider_id in late:
                async with db.transaction() as connection:
                    await rebuild(connection, provider_id, clock(), horizon_days)

    @tasks.periodic(cron="* * * * *")
    @tasks.task(name="refresh_outdated", queueing_lock="refresh_outdated")
    async def refresh_outdated(timestamp: int) -> None:
        async with db.connection() as connection:
            providers = await outdated(connection, clock())
        for provider_id in providers:
            await refresh_in(db, provider_id, clock())

    return tasks


@asynccontextmanager
async def keeping_next_free(db: Database, live: Live, clock: Clock) -> AsyncIterator[None]:
    """Refresh a provider's next free times shortly after its slots changed, for as long as the context is open.

    Bookings tell the live channel anyway; hearing it there costs the booking nothing. What is missed while no
    worker runs is caught up by `refresh_outdated`.
    """
    async with alongside(_keep(db, live, clock)):
        yield


async def _keep(db: Database, live: Live, clock: Clock) -> None:
    changes: asyncio.Queue[str] = asyncio.Queue(maxsize=10_000)
    live.subscribe("slots:*", changes)
    while True:
        waiting = {await changes.get()}
        await asyncio.sleep(0.2)  # a burst of bookings at one provider is one refresh
        while not changes.empty():
            waiting.add(changes.get_nowait())
        for topic in waiting:
            try:
                await refresh_in(db, UUID(topic.partition(":")[2]), clock())
            except Unavailable:
                _logger.warning("next free times not refreshed, the database is away")
