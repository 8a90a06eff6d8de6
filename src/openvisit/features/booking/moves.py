"""Confirming, checking in, completing, cancelling...: an appointment's moves other than to another time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.appointment import Mode, Move, MoveNotAllowed, Status, after, check_time
from openvisit.core.cancellation import CancellationPolicy, Verdict, may_cancel, may_reschedule
from openvisit.core.consent import Purpose
from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, allowed
from openvisit.features.booking import wire
from openvisit.features.booking.book import topics
from openvisit.features.booking.errors import AppointmentNotFound, LateCancellation, MoveRefused, ReasonRequired
from openvisit.features.booking.lateness import patients_late
from openvisit.features.booking.present import (
    APPOINTMENTS,
    appointment,
    by_clinic,
    patient_keys,
    target,
    told_by,
)
from openvisit.features.booking.trail import note
from openvisit.features.consent.queries import require
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one
from openvisit.platform.events import Event, Subscriptions, publish
from openvisit.platform.realtime import Live

_EVENT = {
    Move.APPROVE: "appointment.approved",
    Move.DECLINE: "appointment.declined",
    Move.CONFIRM: "appointment.confirmed",
    Move.CANCEL: "appointment.cancelled",
    Move.CHECK_IN: "appointment.checked-in",
    Move.START: "appointment.started",
    Move.COMPLETE: "appointment.completed",
    Move.NO_SHOW: "appointment.no-show",
}
_FREES_THE_TIME = {Status.CANCELLED, Status.NO_SHOW}


async def make(
    db: Database,
    vault: Vault,
    live: Live,
    subscriptions: Subscriptions,
    actor: Actor,
    appointment_id: UUID,
    move: Move,
    now: datetime,
    *,
    reason: str | None = None,
) -> wire.Appointment:
    """Make the move. Cancelling, declining and a no-show give the time back.

    Errors: AppointmentNotFound, Forbidden, MoveRefused, LateCancellation, ReasonRequired, and ConsentNeeded
    to start a visit by video.
    """
    async with db.transaction() as connection:
        moved, changed = await make_in(
            connection, vault, subscriptions, actor, appointment_id, move, now, reason=reason
        )
    live.publish(*changed)
    return moved


async def make_in(
    connection: Connection,
    vault: Vault,
    subscriptions: Subscriptions,
    actor: Actor,
    appointment_id: UUID,
    move: Move,
    now: datetime,
    *,
    reason: str | None = None,
) -> tuple[wire.Appointment, list[str]]:
    """`make` in the caller's transaction; with what changed, for the live channel after it. Errors: as `make`."""
    row = await for_update(connection, actor, appointment_id, f"appointment:{move}")
    status = _next(actor, row, move, now)
    if move is Move.START and row["mode"] == Mode.TELEHEALTH:
        await require(connection, Purpose.VIDEO_VISIT, row["patient_id"], row["clinic_id"])
    if move is Move.CANCEL:
        _refuse_cancel(actor, row, reason, now)
    moved = await _save(connection, vault, row, status, reason, now)
    if status in _FREES_THE_TIME:
        await execute(connection, "DELETE FROM claim WHERE appointment_id = %(id)s", {"id": appointment_id})
    await note(
        connection,
        actor,
        row,
        f"appointment:{move}",
        now,
        {"from": row["status"], "status": str(status), **told_by(actor)},
    )
    await publish(connection, subscriptions, Event(_EVENT[move], appointment_id, now, {"status": str(status)}))
    late = await patients_late(connection, [moved], now)
    return appointment(moved, vault, actor, now, late.get(appointment_id)), topics(row)


async def for_update(connection: Connection, actor: Actor, appointment_id: UUID, permission: str) -> Row:
    """The appointment, locked until the transaction ends. Errors: AppointmentNotFound, Forbidden."""
    row = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s FOR UPDATE OF a", {"id": appointment_id})
    if row is None or not allowed(actor, "appointment:read", target(row)):
        raise AppointmentNotFound
    if not allowed(actor, permission, target(row)):
        raise Forbidden
    return row


def refuse_late(actor: Actor, row: Row, now: datetime) -> None:
    """Patients move visits until the clinic's notice. Errors: LateCancellation."""
    if not may_reschedule(_policy(row), row["starts_at"], now, by_clinic(actor, row)).allowed:
        raise LateCancellation


def _refuse_cancel(actor: Actor, row: Row, reason: str | None, now: datetime) -> None:
    verdict = may_cancel(_policy(row), row["starts_at"], now, by_clinic(actor, row), reason)
    if verdict is Verdict.LATE:
        raise LateCancellation
    if verdict is Verdict.REASON_REQUIRED:
        raise ReasonRequired("Please say why you cancel", errors=[{"path": "body.reason", "message": "is needed"}])


def _policy(row: Row) -> CancellationPolicy:
    return CancellationPolicy(row["cancellation_notice_minutes"], row["cancellation_reason_required"])


def _next(actor: Actor, row: Row, move: Move, now: datetime) -> Status:
    status, start = Status(row["status"]), row["starts_at"]
    try:
        found = after(move, status)
        # The front desk sees who stands there: it may check in and start a visit earlier than a patient may.
        if not (move in (Move.CHECK_IN, Move.START) and by_clinic(actor, row)):
            check_time(move, status, start, now)
    except MoveNotAllowed as error:
        earliest = {"earliest": error.earliest.isoformat()} if error.earliest else {}
        raise MoveRefused(str(error), appointment_status=str(status), **earliest) from None
    return found


async def _save(
    connection: Connection, vault: Vault, row: Row, status: Status, reason: str | None, now: datetime
) -> dict[str, Any]:
    sealed = row["closed_reason"]
    if reason:
        key = await vault.ensure(connection, row["patient_person_id"], row["patient_key"])
        row = {**row, "patient_key": key}
        keys = patient_keys(row, vault)
        sealed = None if keys.erased else keys.seal(reason, "appointment.closed_reason", row["id"])
    moved = {**row, "status": str(status), "closed_reason": sealed, "updated_at": now, "version": row["version"] + 1}
    await execute(
        connection,
        """UPDATE appointment SET status = %(status)s, closed_reason = %(closed_reason)s, updated_at = %(updated_at)s,
               version = %(version)s
           WHERE id = %(id)s""",
        moved,
    )
    return moved
