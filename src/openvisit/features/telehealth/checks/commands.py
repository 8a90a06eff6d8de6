"""Keeping how a check went."""

from datetime import datetime
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from openvisit.core.appointment import Mode
from openvisit.core.permissions import Actor
from openvisit.features.booking import visible
from openvisit.features.booking.errors import AppointmentNotFound
from openvisit.features.telehealth.checks import wire
from openvisit.platform.db import Connection, Row, execute


async def keep(connection: Connection, actor: Actor, visit_id: UUID, steps: wire.CheckSteps, now: datetime) -> None:
    """Put the caller's latest check in place of an earlier one. Errors: AppointmentNotFound."""
    await visit_of(connection, actor, visit_id, "visit-check:keep")
    await execute(
        connection,
        """INSERT INTO visit_check (appointment_id, person_id, steps, checked_at)
           VALUES (%(visit_id)s, %(person_id)s, %(steps)s, %(now)s)
           ON CONFLICT (appointment_id, person_id) DO UPDATE SET
               steps = excluded.steps, checked_at = excluded.checked_at""",
        {
            "visit_id": visit_id,
            "person_id": actor.person_id,
            "steps": Jsonb(msgspec.to_builtins(steps)),
            "now": now,
        },
    )


async def visit_of(connection: Connection, actor: Actor, visit_id: UUID, permission: str) -> Row:
    """A visit by video, to somebody with this permission on it. Errors: AppointmentNotFound."""
    row = await visible.visit_of(connection, actor, visit_id, permission)
    if row["mode"] != Mode.TELEHEALTH:
        raise AppointmentNotFound
    return row
