"""HTTP of schedules and slots."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter

from openvisit.core.appointment import Mode
from openvisit.core.errors import Forbidden, Invalid, NotFound, VersionMismatch
from openvisit.core.permissions import Actor
from openvisit.core.years import refuse_year
from openvisit.features.availability import commands, queries, wire
from openvisit.features.availability.errors import BadSchedule, UnknownProvider, UnknownVisitType
from openvisit.features.availability.rules import from_body
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route
from openvisit.platform.web.versions import etag, expected_version

_TAGS = ["availability"]
_Zone = Annotated[str | None, QueryParameter(name="time_zone", max_length=64, description="IANA zone of the asker")]


@route(
    "GET",
    "/providers/{provider_id:uuid}/slots",
    permission="slots:read",
    summary="Free slots of a provider by date, in the asker's zone",
    can_fail=[UnknownProvider, UnknownVisitType],
    tags=_TAGS,
)
async def slots(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    caller: NamedDependency[Actor | None],
    provider_id: FromPath[UUID],
    first: Annotated[date, QueryParameter(name="from")],
    last: Annotated[date, QueryParameter(name="to")],
    visit_type_id: FromQuery[UUID | None] = None,
    mode: FromQuery[Mode | None] = None,
    zone: _Zone = None,
    extra_minutes: Annotated[
        int, QueryParameter(ge=0, le=120, description="Longer than the visit type, in minutes")
    ] = 0,
) -> Response[wire.Slots]:
    """Without `visit_type_id` the provider's default one. Without `time_zone` that of the caller, or the provider's."""
    async with db.connection() as connection:
        body: Any = await queries.slots(
            connection,
            provider_id,
            visit_type_id=visit_type_id,
            first=first,
            last=last,
            mode=mode,
            time_zone=zone or (caller.time_zone if caller else None),
            now=now,
            extra_minutes=extra_minutes,
        )
    return Response(body, media_type="application/json")


@route(
    "GET",
    "/providers/{provider_id:uuid}/slots/explain",
    permission="slots:read",
    summary="Why a time is not offered",
    can_fail=[UnknownProvider, UnknownVisitType],
    tags=_TAGS,
)
async def explain(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    provider_id: FromPath[UUID],
    start: FromQuery[datetime],
    visit_type_id: FromQuery[UUID | None] = None,
    mode: FromQuery[Mode | None] = None,
) -> wire.Explanation:
    """`reasons` are codes such as `busy`, `outside-hours`, `notice`; none means the time is offered."""
    if start.tzinfo is None:
        raise Invalid("`start` needs an offset", errors=[{"path": "query.start", "message": "needs an offset"}])
    refuse_year(start, "query.start")
    async with db.connection() as connection:
        return await queries.why(connection, provider_id, visit_type_id=visit_type_id, start=start, mode=mode, now=now)


@route(
    "GET",
    "/appointments/availability/{provider_id:uuid}/{day:date}",
    permission="slots:read",
    summary="A provider's day at the default visit type, step by step",
    can_fail=[UnknownProvider],
    tags=_TAGS,
)
async def availability(
    db: NamedDependency[Database], now: NamedDependency[datetime], provider_id: FromPath[UUID], day: FromPath[date]
) -> wire.DayAvailability:
    """The date is the provider's own."""
    async with db.connection() as connection:
        return await queries.day(connection, provider_id, day, now)


@route(
    "GET",
    "/providers/{provider_id:uuid}/schedule",
    permission="schedule:read",
    summary="When a provider works",
    can_fail=[UnknownProvider],
    tags=_TAGS,
)
async def schedule(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    vault: NamedDependency[Vault],
    actor: NamedDependency[Actor],
    provider_id: FromPath[UUID],
) -> Response[wire.Schedule]:
    """With the absences ahead; the `ETag` is for `If-Match` on PUT."""
    async with db.connection() as connection:
        found = await queries.schedule(connection, vault, actor, provider_id, now)
    return Response(found, headers={"ETag": etag(found.version)})


@route(
    "PUT",
    "/providers/{provider_id:uuid}/schedule",
    permission="schedule:edit",
    summary="Replace a provider's schedule",
    can_fail=[UnknownProvider, Forbidden, BadSchedule, VersionMismatch],
    tags=_TAGS,
)
async def put_schedule(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    horizon_days: NamedDependency[int],
    vault: NamedDependency[Vault],
    actor: NamedDependency[Actor],
    provider_id: FromPath[UUID],
    data: JSONBody[wire.ScheduleBody],
    if_match: Annotated[str | None, HeaderParameter(name="If-Match", max_length=40)] = None,
) -> Response[wire.Schedule]:
    """With `If-Match`, refused when somebody else changed it since. Booked visits stay where they are."""
    await commands.put_schedule(
        db,
        live,
        actor,
        provider_id,
        data,
        expected=expected_version(if_match) if if_match is not None else None,
        now=now,
        horizon_days=horizon_days,
    )
    async with db.connection() as connection:
        found = await queries.schedule(connection, vault, actor, provider_id, now)
    return Response(found, headers={"ETag": etag(found.version)})


@route(
    "POST",
    "/providers/{provider_id:uuid}/schedule/preview",
    permission="schedule:read",
    summary="The slots that a schedule not saved yet would give",
    can_fail=[UnknownProvider, UnknownVisitType, BadSchedule],
    tags=_TAGS,
)
async def preview(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    vault: NamedDependency[Vault],
    actor: NamedDependency[Actor],
    provider_id: FromPath[UUID],
    data: JSONBody[wire.ScheduleBody],
    first: Annotated[date, QueryParameter(name="from")],
    last: Annotated[date, QueryParameter(name="to")],
    visit_type_id: FromQuery[UUID | None] = None,
) -> Response[wire.Slots]:
    """In the schedule's own zone; nothing is stored."""
    commands.refuse_problems(data)
    queries.checked_range(first, last)
    async with db.connection() as connection:
        await queries.schedule(connection, vault, actor, provider_id, now)
        body: Any = await queries.preview(connection, provider_id, from_body(data), visit_type_id, first, last, now)
    return Response(body, media_type="application/json", status_code=200)


@route(
    "POST",
    "/providers/{provider_id:uuid}/absences",
    permission="schedule:edit",
    summary="Take a provider off for a time",
    can_fail=[UnknownProvider, Forbidden],
    status=201,
    tags=_TAGS,
)
async def add_absence(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    provider_id: FromPath[UUID],
    vault: NamedDependency[Vault],
    data: JSONBody[wire.AbsenceBody],
) -> wire.Absence:
    """Visits already booked in that time stay until they are moved."""
    return await commands.add_absence(db, vault, live, actor, provider_id, data, now)


@route(
    "DELETE",
    "/providers/{provider_id:uuid}/absences/{absence_id:uuid}",
    permission="schedule:edit",
    summary="Take an absence back",
    can_fail=[UnknownProvider, Forbidden, NotFound],
    status=204,
    tags=_TAGS,
)
async def remove_absence(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    provider_id: FromPath[UUID],
    absence_id: FromPath[UUID],
) -> None:
    """The provider's hours are open again."""
    await commands.remove_absence(db, live, actor, provider_id, absence_id, now)


ROUTES = [slots, explain, availability, schedule, put_schedule, preview, add_absence, remove_absence]

_HOURS = {
    "weekday": 1,
    "start": "09:00",
    "end": "17:00",
    "modes": ["in-person", "telehealth"],
    "location_id": None,
}
_SCHEDULE = {
    "time_zone": "America/New_York",
    "weekly": [_HOURS],
    "breaks": [{"weekday": 1, "start": "12:00", "end": "13:00"}],
    "overrides": [{"date": "2027-03-05", "hours": [{"start": "09:00", "end": "12:00", "modes": ["telehealth"]}]}],
    "holidays": ["2027-07-05"],
}
_PROVIDER = "01939c4e-7c1b-7f00-9a51-0242ac120002"
_ABSENCE = {
    "start": "2027-03-01T09:00:00-05:00",
    "end": "2027-03-05T17:00:00-05:00",
    "reason": "Conference",
}
EXAMPLES = {
    "ScheduleBody": _SCHEDULE,
    "Schedule": {"provider_id": _PROVIDER, **_SCHEDULE, "absences": [], "version": 3},
    "AbsenceBody": _ABSENCE,
    "Absence": {"id": "01939c4e-7c1b-7f09-9a51-0242ac120002", "provider_id": _PROVIDER, **_ABSENCE},
    "DayAvailability": {
        "provider_id": _PROVIDER,
        "visit_type_id": "01939c4e-7c1b-7f04-9a51-0242ac120002",
        "date": "2027-03-01",
        "time_zone": "America/New_York",
        "slots": [
            {"time": "2027-03-01T09:00:00-05:00", "available": True},
            {"time": "2027-03-01T09:30:00-05:00", "available": False},
        ],
    },
    "Explanation": {"available": False, "reasons": ["busy"]},
    "Slots": {
        "time_zone": "America/New_York",
        "days": [
            {
                "date": "2027-03-01",
                "slots": [
                    {
                        "start": "2027-03-01T09:00:00-05:00",
                        "end": "2027-03-01T09:30:00-05:00",
                        "mode": "telehealth",
                        "location_id": None,
                    }
                ],
            }
        ],
    },
}
