"""What somebody did with a visit, in the audit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.booking.present import acting
from openvisit.platform.db import Connection


async def note(
    connection: Connection,
    actor: Actor,
    visit: Any,
    action: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    *,
    thing: str = "appointment",
    thing_id: UUID | None = None,
) -> None:
    """Put into the audit what the actor did with the visit, or with a `thing` that belongs to it; as `audit.record`.

    `visit` has the ids of the visit, its clinic, patient and provider.
    """
    role, why = acting(actor, visit)
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action=action,
        thing=thing,
        thing_id=thing_id or visit["id"],
        clinic_id=visit["clinic_id"],
        patient_id=visit["patient_id"],
        acting_as=role,
        reason=why,
        data=data,
    )
