"""A clinic's rules for its rooms: read and changed."""

from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.telehealth.rooms import wire
from openvisit.features.telehealth.rooms.queries import rules_of
from openvisit.platform.db import Connection, execute

_MINUTE = timedelta(minutes=1)


async def told(connection: Connection, actor: Actor, clinic_id: UUID) -> wire.VisitRules:
    """The rules, for those who work there. Errors: Forbidden."""
    if not allowed(actor, "visit-rules:read", Target(clinic_id=clinic_id)):
        raise Forbidden
    rules = await rules_of(connection, clinic_id)
    return wire.VisitRules(
        rules.hours.before // _MINUTE, rules.hours.after // _MINUTE, rules.phone, rules.no_show_minutes
    )


async def change(
    connection: Connection, actor: Actor, clinic_id: UUID, body: wire.VisitRules, now: datetime
) -> wire.VisitRules:
    """Set the rules, in the caller's transaction. Errors: Forbidden."""
    if not allowed(actor, "visit-rules:edit", Target(clinic_id=clinic_id)):
        raise Forbidden
    minutes = {
        "before": body.opens_before_minutes,
        "after": body.closes_after_minutes,
        "no_show": body.no_show_minutes,
    }
    await execute(
        connection,
        """INSERT INTO visit_rules (clinic_id, opens_before_minutes, closes_after_minutes, phone, no_show_minutes)
           VALUES (%(id)s, %(before)s, %(after)s, %(phone)s, %(no_show)s)
           ON CONFLICT (clinic_id) DO UPDATE SET opens_before_minutes = excluded.opens_before_minutes,
               closes_after_minutes = excluded.closes_after_minutes, phone = excluded.phone,
               no_show_minutes = excluded.no_show_minutes""",
        {"id": clinic_id, "phone": body.phone, **minutes},
    )
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="visit-rules:edit",
        thing="clinic",
        thing_id=clinic_id,
        clinic_id=clinic_id,
        data=minutes,
    )
    return await told(connection, actor, clinic_id)
