"""Dealing with a dead letter, once."""

from datetime import datetime
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.features.dead_letters import wire
from openvisit.features.dead_letters.errors import DeadLetterClosed, DeadLetterCut
from openvisit.features.dead_letters.queries import note, one, shown
from openvisit.platform.db import Connection, Database, Row, execute
from openvisit.platform.jobs import defer
from openvisit.platform.pipeline.jobs import QUEUE, REPLAY


async def replay(db: Database, actor: Actor, id_: UUID, now: datetime) -> wire.DeadLetter:
    """Send it to its consumer again, by the outbox. What cannot be taken this time either comes back as a new one.

    Errors: DeadLetterNotFound, DeadLetterClosed, DeadLetterCut.
    """
    async with db.transaction() as connection:
        row = await _open(connection, actor, "dead-letter:replay", id_)
        if not row["whole"]:
            raise DeadLetterCut
        await execute(
            connection,
            "UPDATE dead_letter SET replayed_at = %(now)s, replayed_by = %(by)s WHERE id = %(id)s",
            {"id": id_, "by": actor.person_id, "now": now},
        )
        lock = f"pipeline:publish:{row['subject'] or id_}"  # behind what is still to be told of the same visit
        await defer(connection, REPLAY, queue=QUEUE, lock=lock, args={"dead_letter_id": str(id_)})
        await note(connection, actor, "dead-letter:replay", row, now)
        return shown(await one(connection, actor, "dead-letter:read", id_))


async def dismiss(db: Database, actor: Actor, id_: UUID, now: datetime) -> wire.DeadLetter:
    """Close it without more. Errors: DeadLetterNotFound, DeadLetterClosed."""
    async with db.transaction() as connection:
        row = await _open(connection, actor, "dead-letter:dismiss", id_)
        await execute(
            connection,
            "UPDATE dead_letter SET dismissed_at = %(now)s, dismissed_by = %(by)s WHERE id = %(id)s",
            {"id": id_, "by": actor.person_id, "now": now},
        )
        await note(connection, actor, "dead-letter:dismiss", row, now)
        return shown(await one(connection, actor, "dead-letter:read", id_))


async def _open(connection: Connection, actor: Actor, permission: str, id_: UUID) -> Row:
    row = await one(connection, actor, permission, id_)
    if row["state"] != "waiting":
        raise DeadLetterClosed
    return row
