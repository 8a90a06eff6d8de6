"""Telling the next patients of a provider that it will be later."""

from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.appointment import UPCOMING, Status
from openvisit.core.errors import Forbidden, NotFound
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.reminders.planner import Why
from openvisit.features.booking.lateness import BY_PROVIDER
from openvisit.features.booking.present import APPOINTMENTS
from openvisit.features.booking.trail import note
from openvisit.features.notifications.reminders import queries, wire
from openvisit.features.notifications.reminders.reading import Known, read
from openvisit.platform.db import Connection, Database, Row, fetch_all, fetch_one
from openvisit.platform.events import Event, Subscriptions, publish

TOLD_LATE = [str(status) for status in (*UPCOMING, Status.CHECKED_IN)]
"""Whoever waits in the waiting room already is told, too."""


async def running_late(
    db: Database, subscriptions: Subscriptions, actor: Actor, asked: wire.RunningLate, *, now: datetime
) -> wire.LateTold:
    """Tell the next patients of a provider that it will be later, and the rooms in which they wait. Saying the same
    twice tells nobody twice.

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
                fact = Event(BY_PROVIDER, visit["id"], now, {"minutes": asked.minutes, "told": True})
                await publish(connection, subscriptions, fact)
    return wire.LateTold(sum(one.status == "pending" for one in told), told)


async def pass_on(db: Database, appointment_id: UUID, minutes: int, now: datetime) -> bool:
    """Tell the patient of one visit what was said of it in its room, which they are not in; whether that is to be."""
    async with db.transaction(as_system="what one side of a visit says is passed on to the other") as connection:
        visit = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": appointment_id})
        if visit is None or visit["status"] not in TOLD_LATE:
            return False
        pair = (visit["patient_id"], visit["clinic_id"])
        known = (await read(connection, [pair], now)).get(pair)
        if known is None or (visit["hidden"] and known.by_another):
            return False
        return await _write(connection, visit, known, minutes, now) is not None


async def _tell_late(
    connection: Connection, actor: Actor, visit: Row, known: Known, asked: wire.RunningLate, now: datetime
) -> wire.Reminder | None:
    reminder_id = await _write(connection, visit, known, asked.minutes, now)
    if reminder_id is None:
        return None
    await note(connection, actor, visit, "running-late:tell", now, {"minutes": asked.minutes})
    return await queries.one(connection, reminder_id)


async def _write(connection: Connection, visit: Row, known: Known, minutes: int, now: datetime) -> UUID | None:
    """Have the message sent; the id of it, and none where the same was said before."""
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
            "minutes": minutes,
            "why": None if known.way.channels else str(Why.NO_CHANNEL),
            "channels": list(known.way.channels),
            "now": now,
        },
    )
    return row["id"] if row else None
