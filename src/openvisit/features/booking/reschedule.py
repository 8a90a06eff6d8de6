"""Moving an appointment: the new time is won before the old one is lost, in one transaction.

Moves of one provider, patient, room or device take turns (advisory locks in the order of ids). Within a move the
resources are handled in the order of their ids, like the claims of a booking, so that moves and bookings cannot wait
for each other in a circle, not even when two visits swap times or a visit moves by less than its length.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from psycopg.types.range import TimestamptzRange

from openvisit.core.appointment import Mode, Move, MoveNotAllowed, Status, after
from openvisit.core.consent import visit_purpose
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor
from openvisit.features.booking import wire
from openvisit.features.booking.book import refuse_seconds, topics
from openvisit.features.booking.context import Wish, look
from openvisit.features.booking.errors import MoveRefused
from openvisit.features.booking.holds import sweep
from openvisit.features.booking.lateness import patients_late
from openvisit.features.booking.moves import for_update, refuse_late
from openvisit.features.booking.present import accommodations, appointment, patient_keys, told_by
from openvisit.features.booking.refusals import lock_resources, refuse_past_cap, refuse_slot, taken
from openvisit.features.booking.trail import note
from openvisit.features.booking.visit import claims_of
from openvisit.features.booking.write import ClaimWish
from openvisit.features.consent.queries import refuse
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.events import Event, Subscriptions, publish
from openvisit.platform.realtime import Live

_TRIES = 6


class _Lost(Exception):
    def __init__(self, resource: UUID) -> None:
        super().__init__("another transaction was first")
        self.resource = resource


async def reschedule(
    db: Database,
    vault: Vault,
    live: Live,
    subscriptions: Subscriptions,
    actor: Actor,
    appointment_id: UUID,
    body: wire.RescheduleBody,
    now: datetime,
) -> wire.Appointment:
    """Move the visit to another time; it keeps its id, and its old time until the new one is its own.

    Errors: AppointmentNotFound, Forbidden, MoveRefused, LateCancellation, SlotTaken and SlotNotOffered (with
    alternatives), PatientBusy, ConsentNeeded for the way they shall meet.
    """
    async with db.connection() as connection:
        moved, changed = await reschedule_in(connection, vault, subscriptions, actor, appointment_id, body, now)
    live.publish(*changed)
    return moved


async def reschedule_in(
    connection: Connection,
    vault: Vault,
    subscriptions: Subscriptions,
    actor: Actor,
    appointment_id: UUID,
    body: wire.RescheduleBody,
    now: datetime,
) -> tuple[wire.Appointment, list[str]]:
    """`reschedule` on the caller's connection, in its transaction where it has one; with what changed, for the live
    channel after the commit. Errors: as `reschedule`."""
    refuse_seconds(body.start)
    lost: set[UUID] = set()
    for _ in range(_TRIES):
        try:
            async with connection.transaction():
                row = await for_update(connection, actor, appointment_id, "appointment:reschedule")
                status = _next(row)
                if body.start == row["starts_at"] and body.mode in (msgspec.UNSET, row["mode"]):
                    late = await patients_late(connection, [row], now)
                    return appointment(row, vault, actor, now, late.get(appointment_id)), []
                wish = _wish(vault, row, body)
                moved = await _move(connection, subscriptions, actor, row, wish, status, lost, now)
        except _Lost as error:
            # The next look says who has the time, if not a hold that has run out; another room may do.
            await sweep(connection, [error.resource], now)
            lost |= {error.resource} - {row["provider_id"], row["patient_id"]}
        else:
            return appointment(moved, vault, actor, now), topics(moved)
    raise await taken(connection, wish, now)


def _next(row: Row) -> Status:
    try:
        return after(Move.RESCHEDULE, Status(row["status"]))
    except MoveNotAllowed as error:
        raise MoveRefused(str(error), appointment_status=row["status"]) from None


def _wish(vault: Vault, row: Row, body: wire.RescheduleBody) -> Wish:
    length = (row["ends_at"] - row["starts_at"]) // timedelta(minutes=1)
    needs = accommodations(row, patient_keys(row, vault))
    mode = row["mode"] if body.mode is msgspec.UNSET else str(body.mode)
    return Wish(
        row["provider_id"],
        row["visit_type_id"],
        body.start,
        mode,
        max(0, length - row["duration_minutes"]),
        None,
        bool(needs.get("wheelchair_access")),
        row["patient_id"],
        person_id=None,
        apart_from=row["id"],
    )


async def _move(
    connection: Connection,
    subscriptions: Subscriptions,
    actor: Actor,
    row: Row,
    wish: Wish,
    status: Status,
    lost: set[UUID],
    now: datetime,
) -> dict[str, Any]:
    refuse_late(actor, row, now)
    seen = await look(connection, wish, now, lost)
    refuse(visit_purpose(wish.mode), seen["consents"], seen["clinic_id"])
    await refuse_slot(connection, actor, wish, seen, None, now)
    members = await _members(connection, wish, seen, now)
    visit = {**row, **members, "starts_at": wish.start, "ends_at": seen["ends_at"], "overbooked": False}
    claims = {claim.resource: claim for claim in claims_of(visit, seen)}
    old = await _old_resources(connection, row["id"])
    await lock_resources(connection, *claims, *old)
    if seen["daily_cap"] is not None:
        await refuse_past_cap(connection, wish, seen, now)
    for resource in sorted({*claims, *old}):
        await _swap(connection, row["id"], resource, claims.get(resource))
    return await _record(connection, subscriptions, actor, row, visit, seen, wish, status, now)


async def _members(connection: Connection, wish: Wish, seen: Row, now: datetime) -> dict[str, Any]:
    for kind in ("room", "device"):
        if seen[f"needs_{kind}"] and seen[f"{kind}_id"] is None:
            raise await taken(connection, wish, now)
    return {name: seen[name] for name in ("room_id", "room_name", "device_id", "device_name")}


async def _old_resources(connection: Connection, appointment_id: UUID) -> list[UUID]:
    rows = await fetch_all(
        connection, "SELECT resource FROM claim WHERE appointment_id = %(id)s", {"id": appointment_id}
    )
    return [row["resource"] for row in rows]


async def _swap(connection: Connection, appointment_id: UUID, resource: UUID, claim: ClaimWish | None) -> None:
    """Give up what the visit had of the resource and take what it needs now. Errors: _Lost."""
    values: dict[str, Any] = {"appointment_id": appointment_id, "resource": resource}
    await execute(
        connection,
        "DELETE FROM claim WHERE appointment_id = %(appointment_id)s AND resource = %(resource)s",
        values,
    )
    if claim is None:
        return
    won = await fetch_one(
        connection,
        """INSERT INTO claim (id, resource, during, kind, exclusive, appointment_id)
           VALUES (%(id)s, %(resource)s, %(during)s, 'visit', true, %(appointment_id)s)
           ON CONFLICT DO NOTHING RETURNING id""",
        {**values, "id": new_id(), "during": TimestamptzRange(claim.start, claim.end)},
    )
    if won is None:
        raise _Lost(resource)


async def _record(
    connection: Connection,
    subscriptions: Subscriptions,
    actor: Actor,
    row: Row,
    visit: dict[str, Any],
    seen: Row,
    wish: Wish,
    status: Status,
    now: datetime,
) -> dict[str, Any]:
    zone = seen["location_zone"] if wish.mode == Mode.IN_PERSON and seen["location_zone"] else seen["zone"]
    place = {name: seen[name] for name in ("location_id", "location_name", "address", "city")}
    place |= {"location_zone": seen["location_zone"], "location_phone": seen["location_phone"]}
    moved = {**visit, **place, "time_zone": zone, "mode": wish.mode, "status": str(status), "updated_at": now}
    moved["version"] = row["version"] + 1
    await execute(
        connection,
        """UPDATE appointment SET starts_at = %(starts_at)s, ends_at = %(ends_at)s, time_zone = %(time_zone)s,
               mode = %(mode)s, status = %(status)s, location_id = %(location_id)s, room_id = %(room_id)s,
               device_id = %(device_id)s, overbooked = false, updated_at = %(updated_at)s, version = %(version)s
           WHERE id = %(id)s""",
        moved,
    )
    data = {"from": row["starts_at"].isoformat(), "to": wish.start.isoformat(), "status": str(status)}
    await note(connection, actor, row, "appointment:reschedule", now, {**data, **told_by(actor)})
    await publish(connection, subscriptions, Event("appointment.rescheduled", row["id"], now, data))
    return moved
