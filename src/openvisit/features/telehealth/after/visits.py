"""Looks at what comes after a visit, written down."""

from datetime import datetime

from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.platform.db import Connection, Row


async def looked(connection: Connection, actor: Actor, visit: Row, permission: str, now: datetime) -> None:
    """Write down that the caller looked, where it is not their own record."""
    found = look(
        actor,
        visit["clinic_id"],
        visit["patient_id"],
        provider_id=visit["provider_id"],
        appointment_id=visit["id"],
    )
    if found is not None:
        await record_looks(connection, at=now, actor_id=actor.person_id, action=permission, looks=[found])
