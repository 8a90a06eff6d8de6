"""Telling the next patients of a provider that it will be later."""

from datetime import datetime, timedelta

from openvisit.core.appointment import UPCOMING, Status
from openvisit.core.errors import Forbidden, NotFound
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.reminders.planner import Why
from openvisit.features.audit.commands import record
from openvisit.features.booking.present import APPOINTMENTS, acting
from openvisit.features.notifications.reminders import queries, wire
from openvisit.features.notifications.reminders.reading import Known, read
from openvisit.platform.db import Connection, Database, Row, fetch_all, fetch_one

TOLD_LATE = [str(status) for status in (*UPCOMING, Status.CHECKED_IN)]
"""Whoever waits in the waiting room already is told, too."""


async def running_late(db: Database, actor: Actor, asked: wire.RunningLate, *, now: datetime) -> wire.LateTold:
    """Tell the next patients of a provider that it will be later. Saying the same twice tells nobody twice.

    It is part of the visit they booked: it needs no consent to reminders, and comes in quiet hours. Errors: NotFound,
    Forbidden.
    """
    async with db.transaction() as connection:
        provider = await fetch_one(
            connection, "SELECT clinic_id FROM provider WHERE id = %(id)s", {"id": asked.provider_id}
        )
        if provider is None:
            raise NotFound
        clinic_id = provider["clinic_id"]
        if not allowed(actor, "running-late:tell", Target(clinic_id=clinic_id, provider_id=asked.provider_id)):
            raise Forbidden
        visits = await fetch_all(
            connection,
            f"""{APPOINTMENTS} WHERE a.provider_id = %(provider_id)s AND a.status = ANY(%(statuses)s)
                AND a.starts_at > %(now)s AND a.starts_at <= %(until)s ORDER BY a.starts_at, a.id""",
            {
                "provider_id": asked.provider_id,
                "statuses": TOLD_LATE,
                "now": now,
                "until": now + timedelta(minutes=asked.ahead),
            },
        )
        known = await read(connection, [(visit["patient_id"], clinic_id) for visit in visits], now)
        told = []
        for visit in visits:
            one = known[visit["patient_id"], clinic_id]
            if visit["hidden"] and one.by_another:  # from those who act for the patient
                continue
            if (reminder := await _tell_late(connection, actor, visit, one, asked, now)) is not None:
                told.append(reminder)
    return wire.LateTold(sum(one.status == "pending" for one in told), told)


async def _tell_late(
    connection: Connection, actor: Actor, visit: Row, known: Known, asked: wire.RunningLate, now: datetime
) -> wire.Reminder | None:
    row = await fetch_one(
        connection,
        """INSERT INTO scheduled_reminder
               (id, type, appointment_id, patient_id, clinic_id, person_id, provider_id, starts_at, minutes, due_at,
                until, status, why, channels, next_at, created_at, updated_at)
           VALUES (%(new_id)s, 'running-late', %(id)s, %(patient_id)s, %(clinic_id)s, %(told)s,
                   %(provider_id)s, %(starts_at)s, %(minutes)s, %(now)s, %(ends_at)s,
                   CASE WHEN %(why)s::text IS NULL THEN 'pending' ELSE 'skipped' END, %(why)s, %(channels)s, %(now)s,
                   %(now)s, %(now)s)
           ON CONFLICT (appointment_id, type, minutes, starts_at) WHERE event_id IS NULL DO NOTHING RETURNING id""",
        {
            **visit,
            "new_id": new_id(),
            "told": known.person_id,
            "minutes": asked.minutes,
            "why": None if known.way.channels else str(Why.NO_CHANNEL),
            "channels": list(known.way.channels),
            "now": now,
        },
    )
    if row is None:
        return None
    role, why = acting(actor, visit)
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="running-late:tell",
        thing="appointment",
        thing_id=visit["id"],
        clinic_id=visit["clinic_id"],
        patient_id=visit["patient_id"],
        acting_as=role,
        reason=why,
        data={"minutes": asked.minutes},
    )
    return await queries.one(connection, row["id"])
