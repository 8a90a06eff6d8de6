"""`next_free`: the next few free starts of every provider, visit type and mode. It only ever suggests."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from openvisit.core import slots as core
from openvisit.core.intervals import instant, minute_ceil
from openvisit.features.availability.errors import UnknownProvider, UnknownVisitType
from openvisit.features.availability.facts import facts
from openvisit.platform.db import Connection, Database, execute, fetch_all

AHEAD_DAYS = 60
KEPT = 3


async def refresh(connection: Connection, provider_id: UUID, now: datetime) -> None:
    """Work the provider's rows out anew. Safe to run at any time and by several at once."""
    offered = await fetch_all(
        connection,
        """SELECT pv.visit_type_id, v.modes FROM provider_visit_type pv
           JOIN visit_type v ON v.id = pv.visit_type_id AND v.active
           JOIN provider p ON p.id = pv.provider_id AND p.active
           WHERE pv.provider_id = %(provider_id)s""",
        {"provider_id": provider_id},
    )
    rows = [row for o in offered for row in await _rows(connection, provider_id, o["visit_type_id"], o["modes"], now)]
    await execute(
        connection,
        """WITH found AS (
               SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb)
               AS r(visit_type_id uuid, mode text, starts timestamptz[], places uuid[])
           ), stale AS (
               DELETE FROM next_free n WHERE provider_id = %(provider_id)s AND NOT EXISTS (
                   SELECT 1 FROM found f WHERE f.visit_type_id = n.visit_type_id AND f.mode = n.mode)
           )
           INSERT INTO next_free (provider_id, visit_type_id, mode, starts, location_ids, first_start, refreshed_at)
           SELECT %(provider_id)s, visit_type_id, mode, starts, places, starts[1], %(now)s FROM found
           ON CONFLICT (provider_id, visit_type_id, mode) DO UPDATE SET
               starts = excluded.starts, location_ids = excluded.location_ids,
               first_start = excluded.first_start, refreshed_at = excluded.refreshed_at""",
        {"provider_id": provider_id, "rows": _json(rows), "now": now},
    )


Row = dict[str, object]


async def _rows(
    connection: Connection, provider_id: UUID, visit_type_id: UUID, modes: list[str], now: datetime
) -> list[Row]:
    begin = minute_ceil(now)
    end = begin + AHEAD_DAYS * 1440
    try:
        found = await facts(connection, provider_id, visit_type_id, begin, end, now)
    except (UnknownProvider, UnknownVisitType):
        return []
    rows: list[Row] = []
    for mode in modes:
        slots = core.first(
            found.openings,
            found.busy,
            found.rules,
            mode,
            begin,
            begin,
            end,
            found.zone,
            found.booked_by_day,
            found.pools,
            limit=KEPT,
        )
        rows.append(
            {
                "visit_type_id": str(visit_type_id),
                "mode": mode,
                "starts": [instant(slot.start).isoformat() for slot in slots],
                "places": [str(s.location_id) if s.location_id and mode == "in-person" else None for s in slots],
            }
        )
    return rows


def _json(rows: list[Row]) -> str:
    return msgspec.json.encode(rows).decode()


async def outdated(connection: Connection, now: datetime, most: int = 200) -> list[UUID]:
    """Providers whose first free time has come too near to be booked, or that were last looked at a while ago."""
    rows = await fetch_all(
        connection,
        """SELECT n.provider_id, min(n.refreshed_at) AS oldest
           FROM next_free n JOIN visit_type v ON v.id = n.visit_type_id
           WHERE n.first_start < %(now)s::timestamptz + make_interval(mins => v.minimum_notice_minutes)
              OR n.refreshed_at < %(long_ago)s
           GROUP BY n.provider_id ORDER BY oldest LIMIT %(most)s""",
        {"now": now, "long_ago": now - timedelta(minutes=30), "most": most},
    )
    return [row["provider_id"] for row in rows]


async def refresh_in(db: Database, provider_id: UUID, now: datetime) -> None:
    """`refresh` on a connection of its own."""
    async with db.connection() as connection:
        await refresh(connection, provider_id, now)
