"""How a room stands: its door, and where its patient is in the queue of the provider."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openvisit.core.visit_room import Door, Hours, door
from openvisit.platform.db import Connection, fetch_all


@dataclass(frozen=True, slots=True)
class Standing:
    """A room at one moment."""

    room_id: UUID
    door: Door
    start: datetime
    end: datetime
    time_zone: str
    position: int
    minutes: int | None

    def told(self) -> dict[str, Any]:
        """As browsers are told of it."""
        return {"id": self.room_id, "start": self.start, "end": self.end, "time_zone": self.time_zone}


async def standings(connection: Connection, room_ids: Collection[UUID], now: datetime) -> dict[UUID, Standing]:
    """How these rooms stand."""
    rows = await fetch_all(
        connection,
        """SELECT r.id, a.mode, a.status, a.starts_at, a.ends_at, a.time_zone,
                  coalesce(rules.opens_before_minutes, 15) AS before, coalesce(rules.closes_after_minutes, 60) AS after
           FROM visit_room r
           JOIN appointment a ON a.id = r.id
           LEFT JOIN visit_rules rules ON rules.clinic_id = a.clinic_id
           WHERE r.id = ANY(%(rooms)s)""",
        {"rooms": list(room_ids)},
    )
    found = {}
    for row in rows:
        hours = Hours(timedelta(minutes=row["before"]), timedelta(minutes=row["after"]))
        how = door(row["mode"], row["status"], row["starts_at"], row["ends_at"], hours, now)
        found[row["id"]] = Standing(row["id"], how, row["starts_at"], row["ends_at"], row["time_zone"], 1, None)
    return found
