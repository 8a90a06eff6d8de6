"""Background work of booking: holds that ran out, and idempotency keys nobody will send again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import procrastinate

from openvisit.core.errors import Unavailable
from openvisit.features.booking.holds import sweep_all
from openvisit.platform.background import alongside
from openvisit.platform.clock import Clock
from openvisit.platform.db import Database, execute
from openvisit.platform.realtime import Live

KEYS_KEPT = timedelta(hours=24)
SWEEP_SECONDS = 2.0


def blueprint(*, db: Database, clock: Clock) -> procrastinate.Blueprint:
    """The tasks of booking."""
    tasks = procrastinate.Blueprint()

    @tasks.periodic(cron="41 * * * *")
    @tasks.task(name="forget_keys", queueing_lock="forget_keys")
    async def forget_keys(timestamp: int) -> None:
        async with db.connection() as connection:
            await execute(connection, "DELETE FROM idempotency WHERE at < %(before)s", {"before": clock() - KEYS_KEPT})

    return tasks


@asynccontextmanager
async def sweeping_holds(db: Database, live: Live, clock: Clock) -> AsyncIterator[None]:
    """Tell open pages that held slots are free again soon after the holds ran out, while the context is open.

    Slots and bookings do not wait for it: they pass over holds that ran out by themselves.
    """
    async with alongside(_sweep(db, live, clock)):
        yield


async def _sweep(db: Database, live: Live, clock: Clock) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        with suppress(Unavailable):
            async with db.connection() as connection:
                providers = await sweep_all(connection, clock())
            live.publish(*(f"slots:{provider_id}" for provider_id in providers))
