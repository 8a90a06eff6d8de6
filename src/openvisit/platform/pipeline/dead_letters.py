"""What consumers could not take: kept, sealed, until somebody has looked at it."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from openvisit.core.event_types import TYPES
from openvisit.core.ids import new_id
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, execute, fetch_one
from openvisit.platform.pipeline.cloud_events import LARGEST, CloudEvent
from openvisit.platform.pipeline.ports import Dead

BODY = "dead_letter.body"
KEPT = timedelta(days=90)
"""How long a dead letter stays that was replayed or dismissed."""


async def keep(connection: Connection, vault: Vault, dead: Dead, now: datetime) -> None:
    """Write it down; one that waits already is not written twice."""
    id_ = new_id()
    await execute(
        connection,
        """INSERT INTO dead_letter
               (id, consumer, reason, at, event_id, type, subject, clinic_id, size, body, whole, digest)
           VALUES (%(id)s, %(consumer)s, %(reason)s, %(now)s, %(event_id)s, %(type)s, %(subject)s,
               (SELECT clinic_id FROM appointment WHERE id = %(subject)s), %(size)s, %(body)s, %(whole)s, %(digest)s)
           ON CONFLICT (consumer, digest) WHERE replayed_at IS NULL AND dismissed_at IS NULL DO NOTHING""",
        {
            "id": id_,
            "consumer": dead.consumer[:100],
            "reason": dead.reason[:100],
            "now": now,
            **_read(dead.body),
            "size": len(dead.body),
            "body": vault.seal_bytes(dead.body[:LARGEST], BODY, id_),
            "whole": len(dead.body) <= LARGEST,
            "digest": hashlib.sha256(dead.body).digest(),
        },
    )


def _read(body: bytes) -> dict[str, UUID | str | None]:
    """What can be read of a message that may be anything. A type that we do not know may be anybody's words."""
    try:
        event = msgspec.json.decode(body[:LARGEST], type=CloudEvent)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return {"event_id": None, "type": None, "subject": None}
    return {"event_id": event.id, "type": event.type if event.type in TYPES else None, "subject": event.subject}


async def waiting(connection: Connection) -> int:
    """How many nobody has dealt with."""
    row = await fetch_one(
        connection, "SELECT count(*) AS n FROM dead_letter WHERE replayed_at IS NULL AND dismissed_at IS NULL"
    )
    return int(row["n"]) if row else 0


async def sweep(connection: Connection, now: datetime) -> int:
    """Remove what was dealt with long ago."""
    return await execute(
        connection,
        "DELETE FROM dead_letter WHERE COALESCE(replayed_at, dismissed_at) < %(before)s",
        {"before": now - KEPT},
    )
