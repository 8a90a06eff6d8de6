"""HTTP of reading appointments: lists, one visit, its history and its calendar file."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from openvisit.core.appointment import Mode, Status
from openvisit.core.errors import Invalid
from openvisit.core.permissions import Actor
from openvisit.features.availability.errors import UnknownProvider
from openvisit.features.booking import errors, queries, wire
from openvisit.features.booking.examples import EXAMPLES as EXAMPLES
from openvisit.features.booking.queries import Filters, moment
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route
from openvisit.platform.web.versions import etag

_TAGS = ["appointments"]
_Text = Annotated[str | None, QueryParameter(max_length=100, pattern="^[^\\x00]*$")]
_Cursor = Annotated[str | None, QueryParameter(max_length=200)]
_Limit = Annotated[int, QueryParameter(ge=1, le=200)]
_MOMENT = "A date, or an instant with an offset"
_From = Annotated[str | None, QueryParameter(name="from", max_length=40, description=_MOMENT)]
_To = Annotated[str | None, QueryParameter(name="to", max_length=40, description=_MOMENT)]


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


ROUTES = [list_appointments, patient_history, provider_history, get_appointment, get_history, get_calendar_file]
