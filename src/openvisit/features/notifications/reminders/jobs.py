"""Planning in the background: after whatever changes when people are to be told."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import procrastinate
from procrastinate import RetryStrategy

from openvisit.features.booking.lateness import BY_PROVIDER
from openvisit.features.notifications.reminders import late
from openvisit.features.notifications.reminders.planning import replan
from openvisit.features.notifications.reminders.reading import LOOKS_BACK, Pair
from openvisit.platform.clock import Clock
from openvisit.platform.db import Connection, Database, fetch_all
from openvisit.platform.events import Subscriptions
from openvisit.platform.jobs import defer

NAMESPACE = "reminders"
AT_ONCE = 200
"""Patients that one transaction plans for."""

_RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)
_VISITS = tuple(
    f"appointment.{what}"
    for what in ("booked", "approved", "declined", "rescheduled", "cancelled", "completed", "no-show", "checked-in")
)

_OF_VISIT = "SELECT patient_id, clinic_id FROM appointment WHERE id = %(id)s"
_OF_PERSON = """
SELECT DISTINCT a.patient_id, a.clinic_id FROM appointment a JOIN patient p ON p.id = a.patient_id
WHERE a.starts_at > %(since)s AND (p.person_id = %(id)s OR p.id = %(id)s OR p.id IN (
    SELECT d.patient_id FROM delegation d WHERE d.delegate_id = %(id)s AND 'book' = ANY(d.scopes)))"""
_OF_CLINIC = """
SELECT DISTINCT patient_id, clinic_id FROM appointment
WHERE clinic_id = %(id)s AND starts_at > %(since)s AND (patient_id, clinic_id) > (%(after)s, %(id)s)
ORDER BY patient_id LIMIT %(most)s"""
_UNPLANNED = """
SELECT DISTINCT a.patient_id, a.clinic_id FROM appointment a
WHERE a.starts_at > %(now)s AND a.starts_at < %(horizon)s AND a.status IN ('scheduled', 'confirmed', 'rescheduled')
  AND NOT EXISTS (SELECT FROM scheduled_reminder s
                  WHERE s.appointment_id = a.id AND s.starts_at = a.starts_at AND s.event_id IS NULL)
LIMIT %(most)s"""


def subscribe(subscriptions: Subscriptions) -> None:
    """Hear of whatever changes a plan."""
    subscriptions.add(f"{NAMESPACE}:plan_visit", *_VISITS)
    subscriptions.add(f"{NAMESPACE}:plan_patient", "consent.changed")
    subscriptions.add(f"{NAMESPACE}:plan_clinic", "consent.lapsed")
    subscriptions.add(f"{NAMESPACE}:pass_on_late", BY_PROVIDER)


async def preferences_changed(connection: Connection, person_id: UUID) -> None:
    """Plan anew for a person, in a job of the caller's transaction: their wishes or addresses are others now."""
    await _defer(connection, "plan_patient", person_id)


async def rules_changed(connection: Connection, clinic_id: UUID) -> None:
    """Plan anew for everybody with visits at the clinic, in a job of the caller's transaction."""
    await _defer(connection, "plan_clinic", clinic_id)


async def _defer(connection: Connection, task: str, subject: UUID) -> None:
    name = f"{NAMESPACE}:{task}"
    key = f"{name}:{subject}"
    await defer(connection, name, queue="events", lock=key, queueing_lock=key, args={"subject": str(subject)})


def blueprint(*, db: Database, clock: Clock) -> procrastinate.Blueprint:
    """The tasks of planning. Each may run as often as one likes."""
    tasks = procrastinate.Blueprint()

    @tasks.task(name="plan_visit", queue="events", retry=_RETRY)
    async def plan_visit(subject: str, **_: Any) -> None:
        await plan_found(db, _OF_VISIT, {"id": UUID(subject)}, clock())

    @tasks.task(name="plan_patient", queue="events", retry=_RETRY)
    async def plan_patient(subject: str, **_: Any) -> None:
        now = clock()
        await plan_found(db, _OF_PERSON, {"id": UUID(subject), "since": now - LOOKS_BACK}, now)

    @tasks.task(name="plan_clinic", queue="events", retry=_RETRY)
    async def plan_clinic(subject: str, **_: Any) -> None:
        await plan_everybody(db, UUID(subject), clock())

    @tasks.task(name="pass_on_late", queue="events", retry=_RETRY)
    async def pass_on_late(subject: str, data: dict[str, Any], **_: Any) -> None:
        if not data.get("told"):
            await late.pass_on(db, UUID(subject), data["minutes"], clock())

    @tasks.periodic(cron="7 * * * *")
    @tasks.task(name="plan_forgotten", queueing_lock="plan_forgotten")
    async def plan_forgotten(timestamp: int) -> None:
        await plan_unplanned(db, clock())

    return tasks


async def plan_found(db: Database, query: str, values: dict[str, Any], now: datetime) -> int:
    """Plan for those that a query finds, some at a time."""
    async with db.connection() as connection:
        pairs = [_pair(row) for row in await fetch_all(connection, query, values)]
        return await _plan(connection, pairs, now)


async def plan_everybody(db: Database, clinic_id: UUID, now: datetime) -> int:
    """Plan for everybody with visits at a clinic."""
    written, after = 0, UUID(int=0)
    async with db.connection() as connection:
        while True:
            values = {"id": clinic_id, "since": now - LOOKS_BACK, "after": after, "most": AT_ONCE}
            pairs = [_pair(row) for row in await fetch_all(connection, _OF_CLINIC, values)]
            if not pairs:
                return written
            written += await _plan(connection, pairs, now)
            after = pairs[-1][0]


async def plan_unplanned(db: Database, now: datetime) -> int:
    """Plan for visits that nothing is planned for: those from before there were reminders, or brought in otherwise."""
    values = {"now": now, "horizon": now + timedelta(days=60), "most": 10_000}
    return await plan_found(db, _UNPLANNED, values, now)


async def _plan(connection: Connection, pairs: list[Pair], now: datetime) -> int:
    written = 0
    for begin in range(0, len(pairs), AT_ONCE):
        async with connection.transaction():
            written += await replan(connection, pairs[begin : begin + AT_ONCE], now)
    return written


def _pair(row: dict[str, Any]) -> Pair:
    return row["patient_id"], row["clinic_id"]
