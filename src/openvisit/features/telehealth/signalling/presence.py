"""Who waits and who is in, as the database tells it: one row a participant, good while its process lives.

A process says every few seconds that it lives, by the database's own clock, which all processes share; when it does
not, those whose sockets it held are gone with it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, execute, fetch_all, fetch_one

LEASE = timedelta(seconds=15)
RELAYED = timedelta(minutes=1)
"""How long a frame that went through the table is kept for those who were told of it."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who came. `alive`: their tab is open."""

    room_id: UUID
    participant: str
    role: str
    state: str
    peer: UUID
    name: str
    alive: bool
    came_at: datetime

    def told(self) -> dict[str, Any]:
        """As browsers are told of them."""
        return {"participant": self.participant, "role": self.role, "name": self.name, "peer": self.peer}


ALIVE = "EXISTS (SELECT FROM visit_process v WHERE v.id = p.process AND v.lease_until > clock_timestamp())"
"""Whether the tab of a presence `p` is open."""


async def present(connection: Connection, vault: Vault, room_ids: Collection[UUID]) -> list[Present]:
    """Everybody who came to these rooms since their visits were last moved."""
    rows = await fetch_all(
        connection,
        f"""SELECT p.room_id, p.participant, p.role, p.state, p.peer, p.came_at, {ALIVE} AS alive, p.guest_id,
                   person.full_name, g.name AS sealed,
                   patient.person_id AS owner, k.wrapped
            FROM visit_presence p
            JOIN visit_room r ON r.id = p.room_id AND r.revision = p.revision
            LEFT JOIN person ON person.id = p.person_id
            LEFT JOIN visit_guest g ON g.id = p.guest_id
            LEFT JOIN patient ON g.id IS NOT NULL AND patient.id = r.patient_id
            LEFT JOIN keyring.data_key k ON k.owner = patient.person_id
            WHERE p.room_id = ANY(%(rooms)s)
            ORDER BY p.room_id, p.admitted_at, p.came_at""",
        {"rooms": list(room_ids)},
    )
    return [
        Present(
            room_id=row["room_id"],
            participant=row["participant"],
            role=row["role"],
            state=row["state"],
            peer=row["peer"],
            name=_name(vault, row),
            alive=row["alive"],
            came_at=row["came_at"],
        )
        for row in rows
    ]


def _name(vault: Vault, row: Row) -> str:
    if row["sealed"] is None:
        return str(row["full_name"] or "")
    return vault.of(row["owner"], row["wrapped"]).shown(row["sealed"], "visit_guest.name", row["guest_id"])


async def renew(connection: Connection, process: UUID) -> bool:
    """Say that the process lives; whether it was taken for dead, or is new."""
    row = await fetch_one(
        connection,
        """INSERT INTO visit_process AS v (id, lease_until) VALUES (%(id)s, clock_timestamp() + %(lease)s)
           ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until RETURNING v.xmax = 0 AS fresh""",
        {"id": process, "lease": LEASE},
    )
    return bool(row and row["fresh"])


def hints(room_id: UUID, provider_id: UUID, clinic_id: UUID) -> list[str]:
    """What changed, for the live channel, when somebody came, was let in or has gone."""
    return [f"room:{room_id}", f"agenda:{provider_id}", f"clinic:{clinic_id}"]


async def bury(connection: Connection, now: datetime) -> list[str]:
    """Forget processes that are dead, and what they relayed; the answer is what changed, for the live channel."""
    await execute(connection, "DELETE FROM visit_relay WHERE at < clock_timestamp() - %(kept)s", {"kept": RELAYED})
    rows = await fetch_all(
        connection,
        """WITH dead AS (DELETE FROM visit_process WHERE lease_until < clock_timestamp() RETURNING id)
           UPDATE visit_presence p SET process = NULL, left_at = %(now)s FROM visit_room r
           WHERE p.process IN (SELECT id FROM dead) AND r.id = p.room_id
           RETURNING r.id, r.provider_id, r.clinic_id""",
        {"now": now},
    )
    return [hint for row in rows for hint in hints(row["id"], row["provider_id"], row["clinic_id"])]


async def restore(connection: Connection, process: UUID, seats: Sequence[tuple[UUID, str, UUID]]) -> None:
    """Take back the places (room, participant, peer) of a process that was taken for dead, where nobody else sits."""
    await execute(
        connection,
        """UPDATE visit_presence p SET process = %(process)s, left_at = NULL
           FROM unnest(%(rooms)s::uuid[], %(participants)s::text[], %(peers)s::uuid[]) AS s(room, participant, peer)
           WHERE p.room_id = s.room AND p.participant = s.participant AND p.peer = s.peer AND p.process IS NULL""",
        {
            "process": process,
            "rooms": [seat[0] for seat in seats],
            "participants": [seat[1] for seat in seats],
            "peers": [seat[2] for seat in seats],
        },
    )


async def gone(
    connection: Connection, process: UUID, seat: tuple[UUID, str, UUID], by_wish: bool, now: datetime
) -> bool:
    """A tab (room, participant, peer) was closed; whether it still had the place.

    Who left by wish knocks again when they come back; who only lost the connection is let in.
    """
    return bool(
        await execute(
            connection,
            """UPDATE visit_presence SET process = NULL, left_at = %(now)s,
                   state = CASE WHEN %(by_wish)s AND state = 'admitted' THEN 'waiting' ELSE state END
               WHERE room_id = %(room)s AND participant = %(participant)s AND peer = %(peer)s
                   AND process = %(process)s""",
            {
                "now": now,
                "room": seat[0],
                "participant": seat[1],
                "peer": seat[2],
                "process": process,
                "by_wish": by_wish,
            },
        )
    )


async def counted(connection: Connection) -> tuple[int, int]:
    """Rooms in which somebody is, and people who wait to be let in."""
    row = await fetch_one(
        connection,
        f"""SELECT count(DISTINCT p.room_id) FILTER (WHERE p.state = 'admitted') AS open,
                   count(*) FILTER (WHERE p.state = 'waiting') AS waiting
            FROM visit_presence p JOIN visit_room r ON r.id = p.room_id AND r.revision = p.revision WHERE {ALIVE}""",
    )
    return (row["open"], row["waiting"]) if row else (0, 0)
