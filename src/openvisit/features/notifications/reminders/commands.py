"""What people do with reminders: ask for one, set its time, cancel it, send it again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from openvisit.core.appointment import UPCOMING
from openvisit.core.errors import Forbidden, Invalid, OpenVisitError, VersionMismatch
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.reminders.planner import Type
from openvisit.core.reminders.quiet import quiet_around
from openvisit.core.reminders.wishes import LONGEST_OFFSET, SHORTEST_OFFSET
from openvisit.features.booking.errors import AppointmentNotFound
from openvisit.features.booking.present import APPOINTMENTS, target
from openvisit.features.booking.trail import note
from openvisit.features.notifications.news.enlisting import SUPERSEDED
from openvisit.features.notifications.news.standing import look_up, stands
from openvisit.features.notifications.reminders import queries, wire
from openvisit.features.notifications.reminders.errors import (
    NoTimeForReminder,
    QuietThen,
    ReminderGone,
    ReminderNotFound,
    TooManyReminders,
)
from openvisit.features.notifications.reminders.late import TOLD_LATE
from openvisit.features.notifications.reminders.planning import replan
from openvisit.features.notifications.reminders.reading import BY_HAND, Known, read
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one

MOST_ASKED_FOR = 10
"""Reminders beyond those by rule, at one visit."""


async def schedule(db: Database, actor: Actor, asked: wire.NewReminder, *, now: datetime) -> wire.Reminder:
    """Ask for a reminder beyond those by rule. It moves with the visit and keeps quiet hours as they do.

    Errors: AppointmentNotFound, Forbidden, Invalid, NoTimeForReminder, TooManyReminders.
    """
    if (asked.at is msgspec.UNSET) == (asked.minutes is msgspec.UNSET):
        raise Invalid("Say `at` or `minutes`", errors=[{"path": "body", "message": "`at` or `minutes`, not both"}])
    async with db.transaction() as connection:
        visit = await _visit(connection, actor, asked.appointment_id)
        at, minutes = asked.at, asked.minutes
        before = (visit["starts_at"] - at) // timedelta(minutes=1) if isinstance(at, datetime) else minutes
        return await _schedule(connection, actor, visit, int(before), now)  # type: ignore[arg-type]


async def _schedule(connection: Connection, actor: Actor, visit: Row, minutes: int, now: datetime) -> wire.Reminder:
    if visit["status"] not in UPCOMING or not SHORTEST_OFFSET <= minutes <= LONGEST_OFFSET:
        raise NoTimeForReminder
    due = visit["starts_at"] - timedelta(minutes=minutes)
    if due < now:
        raise NoTimeForReminder
    asked = await fetch_one(
        connection,
        """SELECT count(*) AS n FROM scheduled_reminder
           WHERE appointment_id = %(id)s AND starts_at = %(starts_at)s AND type = 'custom' AND minutes <> %(minutes)s
             AND status <> 'cancelled'""",
        {"id": visit["id"], "starts_at": visit["starts_at"], "minutes": minutes},
    )
    if asked and asked["n"] >= MOST_ASKED_FOR:
        raise TooManyReminders
    row = await fetch_one(
        connection,
        """INSERT INTO scheduled_reminder
               (id, type, appointment_id, patient_id, clinic_id, person_id, provider_id, starts_at, minutes, due_at,
                until, status, channels, next_at, created_at, updated_at)
           VALUES (%(new_id)s, 'custom', %(id)s, %(patient_id)s, %(clinic_id)s, %(patient_person_id)s, %(provider_id)s,
                   %(starts_at)s, %(minutes)s, %(due)s, %(starts_at)s, 'pending', '{}', %(due)s, %(now)s, %(now)s)
           ON CONFLICT (appointment_id, type, minutes, starts_at) WHERE event_id IS NULL DO UPDATE
           SET status = CASE WHEN scheduled_reminder.status = 'cancelled' THEN 'pending'
                             ELSE scheduled_reminder.status END,
               why = CASE WHEN scheduled_reminder.status = 'cancelled' THEN NULL ELSE scheduled_reminder.why END,
               updated_at = %(now)s
           RETURNING id""",
        {**visit, "new_id": new_id(), "minutes": minutes, "due": due, "now": now},
    )
    assert row is not None  # noqa: S101 - inserted or updated
    await replan(connection, [(visit["patient_id"], visit["clinic_id"])], now)
    await _audit(connection, actor, visit, "schedule", row["id"], now, {"minutes": minutes})
    return await queries.one(connection, row["id"])


async def change(
    db: Database,
    actor: Actor,
    reminder_id: UUID,
    changes: wire.ReminderChanges,
    *,
    expected: int | None,
    now: datetime,
) -> wire.Reminder:
    """Set the time or the channels of a reminder that waits. Plans leave it alone until its visit moves.

    Errors: ReminderNotFound, Forbidden, VersionMismatch, ReminderGone, NoTimeForReminder, QuietThen, Invalid.
    """
    async with db.transaction() as connection:
        row, visit = await _for_update(connection, actor, reminder_id)
        if expected is not None and expected != row["version"]:
            raise VersionMismatch
        if row["status"] != "pending" or row["attempts"] or row["type"] == Type.NEWS:
            raise ReminderGone(reminder_status=row["status"])
        known = await _known(connection, visit, now)
        at = row["due_at"] if changes.at is msgspec.UNSET else changes.at
        if at != row["due_at"]:
            _check_time(row, known, at, now)
        channels = row["channels"] if changes.channels is msgspec.UNSET else list(dict.fromkeys(changes.channels))
        if unknown := set(channels) - set(known.way.channels):
            message = f"the patient is not reached by {', '.join(sorted(unknown))}"
            raise Invalid(message.capitalize(), errors=[{"path": "body.channels", "message": message}])
        await execute(
            connection,
            """UPDATE scheduled_reminder SET due_at = %(at)s, next_at = %(at)s, channels = %(channels)s, by_hand = true,
                   until = greatest(until, least(%(at)s::timestamptz + interval '1 hour', %(latest)s)),
                   version = version + 1, updated_at = %(now)s
               WHERE id = %(id)s""",
            {"id": reminder_id, "at": at, "latest": _latest(row), "channels": channels, "now": now},
        )
        await _audit(connection, actor, visit, "change", reminder_id, now, {"at": at.isoformat()})
        return await queries.one(connection, reminder_id)


def _latest(row: Row) -> datetime:
    """Until when the message may be sent at all."""
    latest: datetime = row["until"] if row["type"] == Type.FOLLOW_UP else row["starts_at"]
    return latest


def _check_time(row: Row, known: Known, at: datetime, now: datetime) -> None:
    if not now <= at < _latest(row):
        raise NoTimeForReminder
    around = quiet_around(known.way.quiet, known.zone, at) if known.way.quiet else None
    if around and row["type"] != Type.JOIN_LINK:
        raise QuietThen(begin=around[0].isoformat(), end=around[1].isoformat())


async def cancel(db: Database, actor: Actor, reminder_id: UUID, *, now: datetime) -> None:
    """Not send it. Plans do not bring it back while the visit stays where it is.

    Errors: ReminderNotFound, Forbidden, ReminderGone.
    """
    async with db.transaction() as connection:
        await _cancel(connection, actor, reminder_id, now)


async def _cancel(connection: Connection, actor: Actor, reminder_id: UUID, now: datetime) -> None:
    row, visit = await _for_update(connection, actor, reminder_id)
    if row["status"] == "cancelled" and row["why"] == BY_HAND:
        return
    if row["status"] not in ("pending", "skipped"):
        raise ReminderGone(reminder_status=row["status"])
    await execute(
        connection,
        """UPDATE scheduled_reminder SET status = 'cancelled', why = %(why)s, version = version + 1,
               updated_at = %(now)s
           WHERE id = %(id)s""",
        {"id": reminder_id, "why": BY_HAND, "now": now},
    )
    await _audit(connection, actor, visit, "cancel", reminder_id, now, {})
    # Another message may have to tell of what this one would have told.
    await replan(connection, [(visit["patient_id"], visit["clinic_id"])], now)


async def resend(db: Database, actor: Actor, reminder_id: UUID, *, now: datetime) -> wire.Reminder:
    """Send it again now, by the patient's channels from the first. Errors: as `cancel`, NoTimeForReminder."""
    async with db.transaction() as connection:
        return await _resend(connection, actor, reminder_id, now)


async def _resend(connection: Connection, actor: Actor, reminder_id: UUID, now: datetime) -> wire.Reminder:
    row, visit = await _for_update(connection, actor, reminder_id)
    if not allowed(actor, "reminder:ledger", Target(clinic_id=row["clinic_id"])):
        raise Forbidden
    if row["status"] not in ("failed", "sent", "delivered", "skipped"):
        raise ReminderGone(reminder_status=row["status"])
    if row["type"] == Type.NEWS:
        until, channels = await _news_again(connection, row, visit, now)
    else:
        until = _reminds_again(row, visit, now)
        channels = list((await _known(connection, visit, now)).way.channels)
    await execute(
        connection,
        """UPDATE scheduled_reminder
           SET status = 'pending', why = NULL, error = NULL, by_hand = true, merged_into = NULL,
               channels = %(channels)s, channel = NULL, tries = 0, attempts = 0, due_at = %(now)s,
               next_at = %(now)s, until = %(until)s,
               doubtful_at = NULL, delivered_at = NULL, version = version + 1, updated_at = %(now)s
           WHERE id = %(id)s""",
        {"id": reminder_id, "channels": channels, "until": until, "now": now},
    )
    await _audit(connection, actor, visit, "resend", reminder_id, now, {})
    return await queries.one(connection, reminder_id)


def _reminds_again(row: Row, visit: Row, now: datetime) -> datetime:
    """Until when a reminder that is sent again is of use. Errors: NoTimeForReminder."""
    follows = row["type"] == Type.FOLLOW_UP
    until: datetime = max(row["until"], now + timedelta(days=1)) if follows else row["starts_at"]
    if now >= until or (not follows and visit["status"] not in TOLD_LATE) or visit["starts_at"] != row["starts_at"]:
        raise NoTimeForReminder
    return until


async def _news_again(connection: Connection, row: Row, visit: Row, now: datetime) -> tuple[datetime, list[str]]:
    """Until when news that is told again is of use, and by which channels. Errors: NoTimeForReminder."""
    seen = {**row, "visit_status": visit["status"], "visit_start": visit["starts_at"]}
    await look_up(connection, [seen])
    until: datetime = row["until"] if row["subject_id"] else max(row["until"], now + timedelta(days=1))
    if not stands(seen) or now >= until or row["why"] == SUPERSEDED:
        raise NoTimeForReminder
    return until, row["channels"] or ["email"]


async def bulk(db: Database, actor: Actor, asked: wire.Bulk, *, now: datetime) -> wire.BulkDone:
    """Do one thing with many; what cannot be done is told, and keeps nothing else from being done."""
    ids = asked.appointment_ids if isinstance(asked, wire.ScheduleMany) else asked.reminder_ids
    refused: list[wire.RefusedOne] = []
    wanted = sorted(set(ids))  # so that two who ask for the same never wait for each other in a circle
    async with db.transaction() as connection:
        for id_ in wanted:
            try:
                async with connection.transaction():
                    await _one_of_many(connection, actor, asked, id_, now)
            except OpenVisitError as error:
                refused.append(wire.RefusedOne(id_, error.code))
    return wire.BulkDone(len(wanted) - len(refused), refused)


async def _one_of_many(connection: Connection, actor: Actor, asked: wire.Bulk, id_: UUID, now: datetime) -> None:
    if isinstance(asked, wire.ScheduleMany):
        await _schedule(connection, actor, await _visit(connection, actor, id_), asked.minutes, now)
    elif isinstance(asked, wire.CancelMany):
        await _cancel(connection, actor, id_, now)
    else:
        await _resend(connection, actor, id_, now)


async def _visit(connection: Connection, actor: Actor, appointment_id: UUID) -> Row:
    """The visit whose reminders the actor may change. Errors: AppointmentNotFound, Forbidden."""
    row = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s FOR UPDATE OF a", {"id": appointment_id})
    if row is None or not allowed(actor, "reminder:read", target(row)):
        raise AppointmentNotFound
    if not allowed(actor, "reminder:change", target(row)):
        raise Forbidden
    return row


async def _for_update(connection: Connection, actor: Actor, reminder_id: UUID) -> tuple[Row, Row]:
    """The reminder and its visit, locked until the transaction ends. Errors: ReminderNotFound, Forbidden."""
    found = await fetch_one(
        connection, "SELECT appointment_id FROM scheduled_reminder WHERE id = %(id)s", {"id": reminder_id}
    )
    if found is None:
        raise ReminderNotFound
    try:
        visit = await _visit(connection, actor, found["appointment_id"])
    except AppointmentNotFound:
        raise ReminderNotFound from None
    row = await fetch_one(
        connection, "SELECT * FROM scheduled_reminder WHERE id = %(id)s FOR UPDATE", {"id": reminder_id}
    )
    if row is None:
        raise ReminderNotFound
    return row, visit


async def _known(connection: Connection, visit: Row, now: datetime) -> Known:
    pair = (visit["patient_id"], visit["clinic_id"])
    return (await read(connection, [pair], now))[pair]


async def _audit(
    connection: Connection, actor: Actor, visit: Row, act: str, reminder_id: UUID, now: datetime, data: dict[str, Any]
) -> None:
    await note(connection, actor, visit, "reminder:change", now, {"act": act, "reminder": str(reminder_id), **data})
