"""Who has checked what before a visit."""

from datetime import datetime
from uuid import UUID

import msgspec

from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.telehealth.checks import wire
from openvisit.features.telehealth.checks.commands import visit_of
from openvisit.platform.db import Connection, fetch_all


async def of_visit(connection: Connection, actor: Actor, visit_id: UUID, now: datetime) -> wire.VisitChecks:
    """The latest check of each person, for whoever holds the visit. Errors: AppointmentNotFound."""
    visit = await visit_of(connection, actor, visit_id, "visit-check:read")
    rows = await fetch_all(
        connection,
        """SELECT c.person_id, person.full_name, c.steps, c.checked_at
           FROM visit_check c JOIN person ON person.id = c.person_id
           WHERE c.appointment_id = %(visit_id)s ORDER BY c.checked_at DESC""",
        {"visit_id": visit_id},
    )
    seen = look(
        actor,
        visit["clinic_id"],
        visit["patient_id"],
        appointment_id=visit_id,
        provider_id=visit["provider_id"],
    )
    if seen and rows:
        await record_looks(connection, at=now, actor_id=actor.person_id, action="visit-check:read", looks=[seen])
    return wire.VisitChecks(
        [
            wire.VisitCheck(
                row["person_id"],
                row["full_name"],
                msgspec.convert(row["steps"], wire.CheckSteps),
                row["checked_at"],
            )
            for row in rows
        ]
    )
