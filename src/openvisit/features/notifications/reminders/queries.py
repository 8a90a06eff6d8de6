"""Reading reminders: of a visit, and the front desk's ledger."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.booking.errors import AppointmentNotFound
from openvisit.features.booking.present import APPOINTMENTS, target
from openvisit.features.directory import paging
from openvisit.features.notifications.reminders import wire
from openvisit.features.notifications.reminders.errors import ReminderNotFound
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one

OVERDUE = timedelta(minutes=5)
"""What is due for longer than this and not sent is somebody's business."""

_LOOKS_BACK = timedelta(days=7)

_LEDGER = """
SELECT s.*, n.email_dead_at, n.email_dead_because, n.phone_dead_at, n.phone_dead_because,
       person.full_name AS patient_name, v.full_name AS provider_name, coalesce(a.time_zone, 'UTC') AS time_zone
FROM scheduled_reminder s
JOIN patient ON patient.id = s.patient_id
JOIN person ON person.id = patient.person_id
LEFT JOIN notification_preference n ON n.person_id = patient.person_id
JOIN provider v ON v.id = s.provider_id
LEFT JOIN appointment a ON a.id = s.appointment_id
WHERE s.clinic_id = %(clinic_id)s AND {state}
  AND (%(after_due)s::timestamptz IS NULL OR (s.due_at, s.id) < (%(after_due)s, %(after_id)s::uuid))
ORDER BY s.due_at DESC, s.id DESC LIMIT %(limit)s"""

_UNSENT = "s.status IN ('pending', 'sending') AND s.due_at < %(overdue)s"
_STATES: dict[wire.LedgerState, str] = {
    "due-unsent": _UNSENT,
    "failed": "s.status = 'failed'",
    "doubtful": "s.doubtful_at IS NOT NULL",
    "upcoming": "s.status = 'pending' AND s.due_at >= %(now)s",
    "all": "true",
}

_COUNTS = f"""
SELECT count(*) FILTER (WHERE {_UNSENT}) AS due_unsent,
       count(*) FILTER (WHERE s.status = 'failed') AS failed,
       count(*) FILTER (WHERE s.doubtful_at IS NOT NULL) AS doubtful
FROM scheduled_reminder s WHERE s.clinic_id = %(clinic_id)s AND s.due_at > %(since)s AND s.due_at <= %(now)s"""


class _Place(msgspec.Struct, array_like=True):
    due_at: Annotated[datetime, Meta(tz=True)]
    id: UUID


async def of_visit(connection: Connection, actor: Actor, appointment_id: UUID, now: datetime) -> wire.Reminders:
    """Every reminder of a visit, in the audit by then for others than the patient.

    Errors: AppointmentNotFound.
    """
    row = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": appointment_id})
    if row is None or not allowed(actor, "reminder:read", target(row)):
        raise AppointmentNotFound
    seen = look(
        actor,
        row["clinic_id"],
        row["patient_id"],
        appointment_id=appointment_id,
        provider_id=row["provider_id"],
    )
    if seen:
        await record_looks(connection, at=now, actor_id=actor.person_id, action="reminder:read", looks=[seen])
    return wire.Reminders(await listed(connection, [appointment_id]))


async def listed(connection: Connection, appointments: list[UUID]) -> list[wire.Reminder]:
    """The reminders of these visits; whoever calls has asked for permission."""
    rows = await fetch_all(
        connection,
        # What the provider is told is no message to the patient.
        """SELECT * FROM scheduled_reminder
           WHERE appointment_id = ANY(%(ids)s) AND coalesce(kind, '') NOT LIKE '%%provider'
           ORDER BY due_at, minutes DESC, id""",
        {"ids": appointments},
    )
    return [reminder(row) for row in rows]


async def one(connection: Connection, reminder_id: UUID) -> wire.Reminder:
    """A reminder; whoever calls has asked for permission. Errors: ReminderNotFound."""
    row = await fetch_one(connection, "SELECT * FROM scheduled_reminder WHERE id = %(id)s", {"id": reminder_id})
    if row is None:
        raise ReminderNotFound
    return reminder(row)


async def ledger(
    connection: Connection,
    actor: Actor,
    clinic_id: UUID,
    state: wire.LedgerState,
    *,
    cursor: str | None,
    limit: int,
    now: datetime,
) -> wire.Ledger:
    """A page of a clinic's reminders; whose they are is in the audit by then. Errors: Forbidden, Invalid."""
    if not allowed(actor, "reminder:ledger", Target(clinic_id=clinic_id)):
        raise Forbidden
    after: _Place | None = paging.read(cursor, _Place) if cursor else None
    values: dict[str, Any] = {
        "clinic_id": clinic_id,
        "now": now,
        "overdue": now - OVERDUE,
        "after_due": after.due_at if after else None,
        "after_id": after.id if after else None,
        "limit": limit + 1,
    }
    rows = await fetch_all(connection, _LEDGER.format(state=_STATES[state]), values)
    page = rows[:limit]
    looks = [look(actor, clinic_id, row["patient_id"]) for row in page]
    await record_looks(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="reminder:ledger",
        looks=[seen for seen in looks if seen],
    )
    counts = await fetch_one(connection, _COUNTS, {**values, "since": now - _LOOKS_BACK})
    assert counts is not None  # noqa: S101 - aggregates
    lines = [
        wire.LedgerLine(reminder(row), row["patient_name"], row["provider_name"], row["time_zone"], _dead(row))
        for row in page
    ]
    following = paging.write(_Place(page[-1]["due_at"], page[-1]["id"])) if len(rows) > limit else None
    return wire.Ledger(lines, following, counts["due_unsent"], counts["failed"], counts["doubtful"])


def _dead(row: Row) -> list[wire.DeadAddress]:
    kinds: tuple[Literal["email", "phone"], ...] = ("email", "phone")
    return [wire.DeadAddress(kind, row[f"{kind}_dead_because"] or "") for kind in kinds if row[f"{kind}_dead_at"]]


async def due_unsent(connection: Connection, now: datetime) -> int:
    """How many reminders of all clinics have been due for five minutes and are not sent: the alarm's number."""
    row = await fetch_one(
        connection,
        f"SELECT count(*) AS n FROM scheduled_reminder s WHERE {_UNSENT}",
        {"overdue": now - OVERDUE},
    )
    return int(row["n"]) if row else 0


def reminder(row: Row) -> wire.Reminder:
    """A row of `scheduled_reminder` as it is sent."""
    waiting = row["status"] in ("pending", "sending")
    return wire.Reminder(
        id=row["id"],
        appointment_id=row["appointment_id"],
        patient_id=row["patient_id"],
        type=row["type"],
        kind=row["kind"],
        minutes=row["minutes"],
        start=row["starts_at"],
        due_at=row["due_at"],
        status=row["status"],
        why=row["why"],
        by_hand=row["by_hand"],
        merged_into=row["merged_into"],
        channels=row["channels"],
        channel=row["channel"],
        attempts=row["attempts"],
        next_try_at=row["next_at"] if waiting else None,
        vendor=row["vendor"],
        vendor_message_id=row["vendor_message_id"],
        error=row["error"],
        doubtful_at=row["doubtful_at"],
        sent_at=row["sent_at"],
        delivered_at=row["delivered_at"],
        version=row["version"],
    )
