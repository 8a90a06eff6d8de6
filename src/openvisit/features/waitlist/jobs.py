"""Background work of the waitlist: looking at what came free, and passing on what ran out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import procrastinate

from openvisit.core.errors import Unavailable
from openvisit.features.waitlist.away.proposing import let_go
from openvisit.features.waitlist.away.taking_off import propose_all
from openvisit.features.waitlist.entries import end_pointless
from openvisit.features.waitlist.offering import WHY, List, look, overdue, run_out, waited_for
from openvisit.features.waitlist.stale import withdraw_stale
from openvisit.platform import log
from openvisit.platform.background import alongside
from openvisit.platform.clock import Clock
from openvisit.platform.db import fetch_one
from openvisit.platform.events import Subscriptions

NAMESPACE = "waitlist"
CHANGED = ("appointment.cancelled", "appointment.declined", "appointment.rescheduled", "appointment.no-show")

_logger = log.get("waitlist")


def subscribe(subscriptions: Subscriptions) -> None:
    """Hear of visits whose time came free."""
    subscriptions.add(f"{NAMESPACE}:visit_changed", *CHANGED)


def blueprint(waitlist: List, clock: Clock) -> procrastinate.Blueprint:
    """The tasks of the waitlist. All are safe to run twice and at the same time."""
    tasks = procrastinate.Blueprint()

    @tasks.task(name="visit_changed", queue="events", retry=5)
    async def visit_changed(event_id: str, type: str, subject: str, data: dict[str, Any]) -> None:
        await end_pointless(waitlist, UUID(subject), clock())
        await let_go(waitlist, UUID(subject), clock())
        async with waitlist.db.connection(as_system=WHY) as connection:
            row = await fetch_one(
                connection, "SELECT provider_id FROM appointment WHERE id = %(id)s", {"id": UUID(subject)}
            )
        if row is not None:
            await look(waitlist, row["provider_id"], clock())

    @tasks.task(name="look_for", queue="events", retry=5)
    async def look_for(provider_id: str) -> None:
        await look(waitlist, UUID(provider_id), clock())

    @tasks.task(name="run_out", queue="events", retry=5)
    async def run_out_(slot_id: str) -> None:
        await run_out(waitlist, UUID(slot_id), clock())

    @tasks.task(name="propose_all", queue="events", retry=5)
    async def propose_all_(away_id: str) -> None:
        await propose_all(waitlist, UUID(away_id), clock())

    @tasks.periodic(cron="* * * * *")
    @tasks.task(name="go_round", queueing_lock="waitlist_go_round")
    async def go_round(timestamp: int) -> None:
        """Catch up with what was missed: offers that ran out, times that came free without a word, quiet hours that
        ended, absences that were taken back."""
        await catch_up(waitlist, clock)

    return tasks


async def catch_up(waitlist: List, clock: Clock) -> None:
    """Bring every list up to date."""
    async with waitlist.db.connection(as_system=WHY) as connection:
        slots = await overdue(connection, clock())
    for slot_id in slots:
        await run_out(waitlist, slot_id, clock())
    await end_pointless(waitlist, None, clock())
    await let_go(waitlist, None, clock())
    await propose_all(waitlist, None, clock())
    async with waitlist.db.connection(as_system=WHY) as connection:
        providers = await waited_for(connection, None, clock())
    for provider_id in providers:
        await withdraw_stale(waitlist, provider_id, clock())
        await look(waitlist, provider_id, clock())


@asynccontextmanager
async def watching(waitlist: List, clock: Clock) -> AsyncIterator[None]:
    """Look at a provider's free times soon after they changed, while the context is open: holds that were given back or
    ran out, absences taken back, new hours. What is missed is caught up every minute."""
    async with alongside(_watch(waitlist, clock)):
        yield


async def _watch(waitlist: List, clock: Clock) -> None:
    changes: asyncio.Queue[str] = asyncio.Queue(maxsize=10_000)
    waitlist.live.subscribe("slots:*", changes)
    while True:
        changed = {await changes.get()}
        await asyncio.sleep(0.5)  # a burst of bookings at one provider is one look
        while not changes.empty():
            changed.add(changes.get_nowait())
        try:
            async with waitlist.db.connection(as_system=WHY) as connection:
                ids = [UUID(topic.partition(":")[2]) for topic in changed]
                providers = await waited_for(connection, ids, clock())
            for provider_id in providers:
                await withdraw_stale(waitlist, provider_id, clock())
                await look(waitlist, provider_id, clock())
        except Unavailable:
            _logger.warning("free times not looked at, the database is away")
