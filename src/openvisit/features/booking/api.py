"""HTTP of holds, of booking, and of what is done with appointments."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody

from openvisit.core.appointment import Move
from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor
from openvisit.features.availability.errors import UnknownProvider, UnknownVisitType
from openvisit.features.booking import errors, holds, moves, wire
from openvisit.features.booking.book import book as book_visit
from openvisit.features.booking.examples import EXAMPLES as EXAMPLES
from openvisit.features.booking.privacy import set_private
from openvisit.features.booking.reschedule import reschedule as move_visit
from openvisit.features.consent.errors import ConsentNeeded, ProcessingRestricted
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.events import Subscriptions
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["appointments"]
_REFUSED_SLOT = [errors.SlotTaken, errors.SlotNotOffered, UnknownProvider, UnknownVisitType]
_REFUSED_MOVE = [errors.AppointmentNotFound, Forbidden, errors.MoveRefused]
_REFUSED_CONSENT = [ConsentNeeded, ProcessingRestricted]


@route(
    "POST",
    "/holds",
    permission="hold:place",
    proof="booking",
    summary="Keep a slot for the caller for a few minutes",
    can_fail=[*_REFUSED_SLOT, errors.HoldLimit],
    status=201,
    tags=["holds"],
)
async def place_hold(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    hold_minutes: NamedDependency[int],
    holds_per_person: NamedDependency[int],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.HoldBody],
) -> wire.Hold:
    """While it lasts nobody else gets the slot; `token` turns it into a booking."""
    return await holds.place(db, live, actor, data, now=now, minutes=hold_minutes, most=holds_per_person)


@route(
    "DELETE",
    "/holds/{hold_id:uuid}",
    permission="hold:release",
    summary="Give a held slot back",
    can_fail=[errors.HoldNotFound],
    status=204,
    tags=["holds"],
)
async def release_hold(
    db: NamedDependency[Database], live: NamedDependency[Live], actor: NamedDependency[Actor], hold_id: FromPath[UUID]
) -> None:
    """The slot is free for everyone again."""
    await holds.release(db, live, actor, hold_id)


@route(
    "POST",
    "/appointments",
    permission="appointment:book",
    proof="booking",
    summary="Book a visit",
    can_fail=[
        *_REFUSED_SLOT,
        errors.HoldGone,
        errors.PatientBusy,
        errors.PatientNotFound,
        errors.NotBookableByYou,
        ConsentNeeded,
        ProcessingRestricted,
        errors.HoldMismatch,
        errors.ReasonRequired,
        errors.IdempotencyKeyReused,
    ],
    status=201,
    tags=_TAGS,
)
async def book(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    subscriptions: NamedDependency[Subscriptions],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.BookBody],
    key: Annotated[str | None, HeaderParameter(name="Idempotency-Key", min_length=1, max_length=200)] = None,
) -> Response[wire.Appointment]:
    """Send an `Idempotency-Key`: repeating the request then gives the first answer instead of a second visit."""
    answer = await book_visit(db, vault, live, subscriptions, actor, data, key=key, now=now)
    body: Any = answer.body
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    return Response(body, status_code=answer.status, media_type="application/json", headers=headers)


@route(
    "PUT",
    "/appointments/{appointment_id:uuid}/privacy",
    permission="appointment:hide",
    summary="Keep a visit private from those who act for its patient",
    can_fail=[errors.AppointmentNotFound],
    tags=_TAGS,
)
async def put_privacy(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
    data: JSONBody[wire.PrivacyBody],
) -> wire.Appointment:
    """For the patient and the visit's provider; the time stays taken."""
    return await set_private(db, vault, actor, appointment_id, data.private, now=now)


@route(
    "PUT",
    "/appointments/{appointment_id:uuid}/reschedule",
    permission="appointment:reschedule",
    summary="Move a visit to another time",
    can_fail=[*_REFUSED_MOVE, *_REFUSED_SLOT, errors.LateCancellation, errors.PatientBusy, *_REFUSED_CONSENT],
    tags=_TAGS,
)
async def reschedule(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    subscriptions: NamedDependency[Subscriptions],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
    data: JSONBody[wire.RescheduleBody],
) -> wire.Appointment:
    """It keeps its id, and its old time until the new one is its own."""
    return await move_visit(db, vault, live, subscriptions, actor, appointment_id, data, now)


@route(
    "DELETE",
    "/appointments/{appointment_id:uuid}",
    permission="appointment:cancel",
    summary="Cancel a visit",
    can_fail=[*_REFUSED_MOVE, errors.LateCancellation, errors.ReasonRequired],
    tags=_TAGS,
)
async def cancel(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    subscriptions: NamedDependency[Subscriptions],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
    data: JSONBody[wire.CancelBody | None] = None,
) -> wire.Appointment:
    """The time is free again; the visit stays on record as `cancelled`."""
    reason = data.reason if data else None
    return await moves.make(db, vault, live, subscriptions, actor, appointment_id, Move.CANCEL, now, reason=reason)


def _move_route(move: Move, summary: str) -> Any:
    @route(
        "POST",
        f"/appointments/{{appointment_id:uuid}}/{move}",
        permission=f"appointment:{move}",
        summary=summary,
        can_fail=[*_REFUSED_MOVE, *([ConsentNeeded] if move is Move.START else [])],
        tags=_TAGS,
        operation_id=f"appointment_{move.name.lower()}",
    )
    async def make(
        db: NamedDependency[Database],
        vault: NamedDependency[Vault],
        live: NamedDependency[Live],
        subscriptions: NamedDependency[Subscriptions],
        now: NamedDependency[datetime],
        actor: NamedDependency[Actor],
        appointment_id: FromPath[UUID],
        data: JSONBody[wire.CancelBody | None] = None,
    ) -> wire.Appointment:
        reason = data.reason if data and move is Move.DECLINE else None
        return await moves.make(db, vault, live, subscriptions, actor, appointment_id, move, now, reason=reason)

    return make


ROUTES = [
    place_hold,
    release_hold,
    book,
    put_privacy,
    reschedule,
    cancel,
    _move_route(Move.APPROVE, "Approve a requested visit"),
    _move_route(Move.DECLINE, "Decline a requested visit"),
    _move_route(Move.CONFIRM, "Confirm a visit"),
    _move_route(Move.CHECK_IN, "Check a patient in"),
    _move_route(Move.START, "Start a visit"),
    _move_route(Move.COMPLETE, "Complete a visit"),
    _move_route(Move.NO_SHOW, "Record that the patient did not come"),
]
