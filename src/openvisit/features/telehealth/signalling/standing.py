"""How a room stands: its door, where its patient is in the provider's queue, and who said that they are late."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openvisit.core.visit_room import Door, Hours, door
from openvisit.core.waiting import Place, Queued, place
from openvisit.features.booking.lateness import said_late
from openvisit.features.telehealth.signalling.presence import ALIVE
from openvisit.platform.db import Connection, fetch_all

NEAR = timedelta(hours=12)
"""A queue is made of visits that begin so near to now."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A room at one moment. `late` maps `provider` and `patient` to the minutes that they said."""

    room_id: UUID
    door: Door
    start: datetime
    end: datetime
    time_zone: str
    place: Place
    late: Mapping[str, int]

    def told(self) -> dict[str, Any]:
        """As browsers are told of it."""
        return {"id": self.room_id, "start": self.start, "end": self.end, "time_zone": self.time_zone}


async def standings(connection: Connection, room_ids: Collection[UUID], now: datetime) -> dict[UUID, Standing]:
    """How these rooms stand."""
    rows = await fetch_all(
        connection,
        """SELECT r.id, a.provider_id, a.mode, a.status, a.starts_at, a.ends_at, a.time_zone,
                  coalesce(rules.opens_before_minutes, 15) AS before, coalesce(rules.closes_after_minutes, 60) AS after
           FROM visit_room r
           JOIN appointment a ON a.id = r.id
           LEFT JOIN visit_rules rules ON rules.clinic_id = a.clinic_id
           WHERE r.id = ANY(%(rooms)s)""",
        {"rooms": list(room_ids)},
    )
    queues = await _queues(connection, {row["provider_id"] for row in rows}, now)
    late = await said_late(connection, room_ids, now)
    found = {}
    for row in rows:
        hours = Hours(timedelta(minutes=row["before"]), timedelta(minutes=row["after"]))
        how = door(row["mode"], row["status"], row["starts_at"], row["ends_at"], hours, now)
        own = Queued(row["id"], row["starts_at"], row["ends_at"])
        said = {who: one.minutes for who, one in late.get(row["id"], {}).items()}
        by_provider = timedelta(minutes=said["provider"]) if "provider" in said else None
        where = place(own, queues[row["provider_id"]], by_provider, now)
        found[row["id"]] = Standing(row["id"], how, own.starts_at, own.ends_at, row["time_zone"], where, said)
    return found


async def _queues(connection: Connection, provider_ids: Collection[UUID], now: datetime) -> Mapping[UUID, list[Queued]]:
    """The visits of each provider that are in progress, and those whose patients wait: at the clinic, or in a room."""
    rows = await fetch_all(
        connection,
        f"""SELECT a.id, a.provider_id, a.starts_at, a.ends_at, a.status = 'in-progress' AS in_progress
            FROM appointment a
            WHERE a.provider_id = ANY(%(providers)s) AND a.starts_at BETWEEN %(since)s AND %(until)s
              AND (a.status = 'in-progress'
                   OR (a.status = 'checked-in' AND a.mode <> 'telehealth')
                   OR (a.status IN ('scheduled', 'confirmed', 'rescheduled', 'checked-in') AND EXISTS (
                       SELECT FROM visit_presence p JOIN visit_room r ON r.id = p.room_id AND r.revision = p.revision
                       WHERE p.room_id = a.id AND p.role = 'patient' AND p.state = 'waiting' AND {ALIVE})))""",
        {"providers": list(provider_ids), "since": now - NEAR, "until": now + NEAR},
    )
    found: dict[UUID, list[Queued]] = defaultdict(list)
    for row in rows:
        found[row["provider_id"]].append(Queued(row["id"], row["starts_at"], row["ends_at"], row["in_progress"]))
    return found
