"""Keeping openings materialised: time zones are spent here, once, when rules change and as time moves on."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from openvisit.core.intervals import instant
from openvisit.core.openings import Opening, openings
from openvisit.features.availability.rules import at_home, from_row
from openvisit.platform.db import Connection, execute, fetch_all, fetch_one


async def rebuild(connection: Connection, provider_id: UUID, now: datetime, horizon_days: int) -> None:
    """Write the provider's openings anew, from yesterday to the horizon, in the caller's transaction."""
    row = await fetch_one(
        connection,
        """SELECT s.*, (SELECT l.id FROM provider_location pl JOIN location l ON l.id = pl.location_id AND l.active
                        WHERE pl.provider_id = s.provider_id ORDER BY l.name, l.id LIMIT 1) AS home
           FROM schedule s WHERE s.provider_id = %(provider_id)s""",
        {"provider_id": provider_id},
    )
    if row is None:
        return
    today = now.astimezone(ZoneInfo(row["time_zone"])).date()
    # Yesterday too: a shift past midnight belongs to the day it began on.
    last = today + timedelta(days=horizon_days)
    found = openings(at_home(from_row(row), row["home"]), today - timedelta(days=1), last)
    await execute(connection, "DELETE FROM opening WHERE provider_id = %(id)s", {"id": provider_id})
    await _insert(connection, provider_id, found)
    await _mark(connection, provider_id, last)


async def _insert(connection: Connection, provider_id: UUID, found: list[Opening]) -> None:
    async with (
        connection.cursor() as cursor,
        cursor.copy("COPY opening (provider_id, starts_at, ends_at, location_id, modes) FROM STDIN") as copy,
    ):
        for opening in found:
            await copy.write_row(
                (
                    provider_id,
                    instant(opening.start),
                    instant(opening.end),
                    opening.location_id,
                    sorted(opening.modes),
                )
            )


async def _mark(connection: Connection, provider_id: UUID, until: date) -> None:
    await execute(
        connection,
        "UPDATE schedule SET materialised_until = %(until)s WHERE provider_id = %(id)s",
        {"until": until, "id": provider_id},
    )


async def behind(connection: Connection, now: datetime, horizon_days: int, most: int = 100) -> list[UUID]:
    """Providers whose openings do not reach a week short of the horizon any more."""
    rows = await fetch_all(
        connection,
        """SELECT provider_id FROM schedule
           WHERE materialised_until IS NULL OR materialised_until < %(until)s::date
           ORDER BY materialised_until NULLS FIRST LIMIT %(most)s""",
        {"until": (now + timedelta(days=max(horizon_days - 7, 1))).date(), "most": most},
    )
    return [row["provider_id"] for row in rows]
