"""HTTP of holds and appointments."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter

from openvisit.core.appointment import Mode, Move, Status
from openvisit.core.errors import Forbidden, Invalid
from openvisit.core.permissions import Actor
from openvisit.features.availability.errors import UnknownProvider, UnknownVisitType
from openvisit.features.booking import errors, holds, moves, queries, wire
from openvisit.features.booking.book import book as book_visit
from openvisit.features.booking.examples import EXAMPLES as EXAMPLES
from openvisit.features.booking.privacy import set_private
from openvisit.features.booking.queries import Filters, moment
from openvisit.features.booking.reschedule import reschedule as move_visit
from openvisit.features.consent.errors import ConsentNeeded, ProcessingRestricted
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.events import Subscriptions
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route
from openvisit.platform.web.versions import etag

_TAGS = ["appointments"]
_REFUSED_SLOT = [errors.SlotTaken, errors.SlotNotOffered, UnknownProvider, UnknownVisitType]
_REFUSED_MOVE = [errors.AppointmentNotFound, Forbidden, errors.MoveRefused]
_REFUSED_CONSENT = [ConsentNeeded, ProcessingRestricted]
_Text = Annotated[str | None, QueryParameter(max_length=100, pattern="^[^\\x00]*$")]
_Cursor = Annotated[str | None, QueryParameter(max_length=200)]
_Limit = Annotated[int, QueryParameter(ge=1, le=200)]
_MOMENT = "A date, or an instant with an offset"
_From = Annotated[str | None, QueryParameter(name="from", max_length=40, description=_MOMENT)]
_To = Annotated[str | None, QueryParameter(name="to", max_length=40, description=_MOMENT)]


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


def _filters(
    actor: Actor,
    status: str | None,
    mode: Mode | None,
    begin: str | None,
    end: str | None,
    q: str | None,
    cursor: str | None,
    limit: int,
    **more: Any,
) -> Filters:
    try:
        statuses = tuple(Status(part.strip()) for part in status.split(",")) if status else ()
    except ValueError:
        raise Invalid(
            "`status` is not one we know", errors=[{"path": "query.status", "message": ", ".join(Status)}]
        ) from None
    return Filters(
        statuses,
        mode,
        moment(begin, actor.time_zone, "from") if begin else None,
        moment(end, actor.time_zone, "to", end=True) if end else None,
        q,
        cursor=cursor,
        limit=limit,
        **more,
    )


@route(
    "GET",
    "/appointments",
    permission="appointment:list",
    summary="The caller's visits: own, of the own schedule, and of the clinics the caller works for",
    tags=_TAGS,
)
async def list_appointments(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    status: Annotated[str | None, QueryParameter(max_length=200, description="One or more, with commas")] = None,
    mode: FromQuery[Mode | None] = None,
    begin: _From = None,
    end: _To = None,
    q: _Text = None,
    patient_id: FromQuery[UUID | None] = None,
    provider_id: FromQuery[UUID | None] = None,
    clinic_id: FromQuery[UUID | None] = None,
    location_id: FromQuery[UUID | None] = None,
    order: Annotated[str, QueryParameter(pattern="^(asc|desc)$")] = "asc",
    cursor: _Cursor = None,
    limit: _Limit = 50,
) -> wire.Appointments:
    """By start; `q` is looked for in the names of patient, provider and visit type."""
    filters = _filters(
        actor,
        status,
        mode,
        begin,
        end,
        q,
        cursor,
        limit,
        patient_id=patient_id,
        provider_id=provider_id,
        clinic_id=clinic_id,
        location_id=location_id,
        newest_first=order == "desc",
    )
    async with db.connection() as connection:
        return await queries.listed(connection, vault, actor, filters, now)


@route(
    "GET",
    "/appointments/patient/{patient_id:uuid}",
    permission="patient-history:read",
    summary="A patient's visits, newest first",
    can_fail=[errors.PatientNotFound],
    tags=_TAGS,
)
async def patient_history(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    patient_id: FromPath[UUID],
    status: Annotated[str | None, QueryParameter(max_length=200)] = None,
    mode: FromQuery[Mode | None] = None,
    begin: _From = None,
    end: _To = None,
    q: _Text = None,
    cursor: _Cursor = None,
    limit: _Limit = 50,
) -> wire.Appointments:
    """Members of a clinic see the visits at their clinic."""
    filters = _filters(actor, status, mode, begin, end, q, cursor, limit, newest_first=True)
    async with db.connection() as connection:
        return await queries.of_patient(connection, vault, actor, patient_id, filters, now)


@route(
    "GET",
    "/appointments/doctor/{provider_id:uuid}",
    permission="provider-history:read",
    summary="A provider's visits, newest first",
    can_fail=[UnknownProvider],
    tags=_TAGS,
)
async def provider_history(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    provider_id: FromPath[UUID],
    status: Annotated[str | None, QueryParameter(max_length=200)] = None,
    mode: FromQuery[Mode | None] = None,
    begin: _From = None,
    end: _To = None,
    q: _Text = None,
    cursor: _Cursor = None,
    limit: _Limit = 50,
) -> wire.Appointments:
    """For the provider and the clinic's staff."""
    filters = _filters(actor, status, mode, begin, end, q, cursor, limit, newest_first=True)
    async with db.connection() as connection:
        return await queries.of_provider(connection, vault, actor, provider_id, filters, now)


@route(
    "GET",
    "/appointments/{appointment_id:uuid}",
    permission="appointment:read",
    summary="One visit",
    can_fail=[errors.AppointmentNotFound],
    tags=_TAGS,
)
async def get_appointment(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
) -> Response[wire.Appointment]:
    """For its patient, its provider and the clinic's staff."""
    async with db.connection() as connection:
        found = await queries.one(connection, vault, actor, appointment_id, now)
    return Response(found, headers={"ETag": etag(found.version)})


@route(
    "GET",
    "/appointments/{appointment_id:uuid}/history",
    permission="appointment:read",
    summary="What happened to a visit",
    can_fail=[errors.AppointmentNotFound],
    tags=_TAGS,
)
async def get_history(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
) -> wire.History:
    """Oldest first, with who did it."""
    async with db.connection() as connection:
        return await queries.history(connection, vault, actor, appointment_id, now)


@route(
    "GET",
    "/appointments/{appointment_id:uuid}/calendar.ics",
    permission="appointment:read",
    summary="A visit as an iCalendar file",
    can_fail=[errors.AppointmentNotFound],
    tags=_TAGS,
    media_type="text/calendar",
)
async def get_calendar_file(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    public_url: NamedDependency[str],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
) -> Response[bytes]:
    """RFC 5545, with the zone's rules; taking it in again after a change replaces the entry."""
    async with db.connection() as connection:
        content = await queries.calendar_file(connection, actor, appointment_id, public_url, now)
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"'}
    return Response(content, media_type="text/calendar", headers=headers)


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
    list_appointments,
    patient_history,
    provider_history,
    get_appointment,
    get_history,
    get_calendar_file,
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
