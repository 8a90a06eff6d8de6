"""After a change to what can be booked: the free starts are worked out again, and open pages look again."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from openvisit.platform.db import Connection, fetch_all
from openvisit.platform.jobs import defer
from openvisit.platform.realtime import Live


async def refresh_free_starts(connection: Connection, provider_ids: Iterable[UUID]) -> list[UUID]:
    """Put a job for each provider in the queue, in the caller's transaction; the answer is who they are.

    Always in the order of the ids: two changes that concern the same providers would otherwise wait for each other.
    """
    ordered = sorted(set(provider_ids))
    async with connection.pipeline():
        for provider_id in ordered:
            await defer(
                connection,
                "availability:refresh_provider",
                queueing_lock=f"refresh:{provider_id}",
                args={"provider_id": str(provider_id)},
            )
    return ordered


def tell_open_pages(live: Live, provider_ids: Iterable[UUID]) -> None:
    """Tell whoever looks at these providers' slots; after the commit."""
    live.publish(*(f"slots:{provider_id}" for provider_id in provider_ids))


async def providers_at(connection: Connection, location_ids: Sequence[UUID]) -> list[UUID]:
    """The providers who see patients at the locations."""
    rows = await fetch_all(
        connection,
        "SELECT DISTINCT provider_id FROM provider_location WHERE location_id = ANY(%(ids)s)",
        {"ids": list(location_ids)},
    )
    return [row["provider_id"] for row in rows]
