"""HTTP of reminders."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter

from openvisit.core.errors import NotFound, VersionMismatch
from openvisit.core.permissions import Actor
from openvisit.features.booking.errors import AppointmentNotFound
from openvisit.features.notifications.reminders import commands, errors, late, queries, wire
from openvisit.features.notifications.reminders.examples import EXAMPLES
from openvisit.platform.db import Database
from openvisit.platform.events import Subscriptions
from openvisit.platform.web.routes import route
from openvisit.platform.web.versions import etag, expected_version

__all__ = ["EXAMPLES", "ROUTES"]

_TAGS = ["reminders"]
IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", max_length=100, description="The ETag that was read; optional")
]


@route(
    "POST",
    "/reminders/schedule",
    permission="reminder:change",
    summary="Ask for a reminder of a visit beyond those by rule",
    can_fail=[AppointmentNotFound, errors.NoTimeForReminder, errors.TooManyReminders],
    status=201,
    tags=_TAGS,
)
async def schedule_reminder(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.NewReminder],
) -> wire.Reminder:
    """It moves with the visit and keeps the patient's quiet hours. Asking twice for the same gives the same."""
    return await commands.schedule(db, actor, data, now=now)


@route(
    "GET",
    "/reminders/appointment/{appointment_id:uuid}",
    permission="reminder:read",
    summary="What is, was and will not be said about a visit",
    can_fail=[AppointmentNotFound],
    tags=_TAGS,
)
async def reminders_of_appointment(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
) -> wire.Reminders:
    """The earliest first, each with its state and why."""
    async with db.transaction() as connection:
        return await queries.of_visit(connection, actor, appointment_id, now)


@route(
    "PUT",
    "/reminders/{reminder_id:uuid}",
    permission="reminder:change",
    summary="Set the time or the channels of a reminder",
    can_fail=[
        errors.ReminderNotFound,
        errors.ReminderGone,
        errors.NoTimeForReminder,
        errors.QuietThen,
        VersionMismatch,
    ],
    tags=_TAGS,
)
async def change_reminder(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    reminder_id: FromPath[UUID],
    data: JSONBody[wire.ReminderChanges],
    if_match: IfMatch = None,
) -> Response[wire.Reminder]:
    """While it waits. What is set by hand stays until the visit moves."""
    expected = expected_version(if_match) if if_match else None
    found = await commands.change(db, actor, reminder_id, data, expected=expected, now=now)
    return Response(found, headers={"ETag": etag(found.version)})


@route(
    "DELETE",
    "/reminders/{reminder_id:uuid}",
    permission="reminder:change",
    summary="Do not send a reminder",
    can_fail=[errors.ReminderNotFound, errors.ReminderGone],
    status=204,
    tags=_TAGS,
)
async def cancel_reminder(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    reminder_id: FromPath[UUID],
) -> None:
    """It does not come back while the visit stays where it is."""
    await commands.cancel(db, actor, reminder_id, now=now)


@route(
    "POST",
    "/reminders/{reminder_id:uuid}/resend",
    permission="reminder:ledger",
    summary="Send a reminder again now",
    can_fail=[errors.ReminderNotFound, errors.ReminderGone, errors.NoTimeForReminder],
    tags=_TAGS,
)
async def resend_reminder(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    reminder_id: FromPath[UUID],
) -> wire.Reminder:
    """For the front desk: by the patient's channels, from the first."""
    return await commands.resend(db, actor, reminder_id, now=now)


@route(
    "POST",
    "/reminders/bulk",
    permission="reminder:change",
    summary="Schedule, cancel or resend many reminders",
    tags=_TAGS,
)
async def bulk_reminders(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.Bulk],
) -> wire.BulkDone:
    """Up to 200. What cannot be done is listed with its code, and the rest is done."""
    return await commands.bulk(db, actor, data, now=now)


@route(
    "GET",
    "/reminders",
    permission="reminder:ledger",
    summary="The front desk's ledger of a clinic's reminders",
    tags=_TAGS,
)
async def reminder_ledger(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromQuery[UUID],
    show: FromQuery[wire.LedgerState] = "all",
    cursor: Annotated[str | None, QueryParameter(max_length=400)] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> wire.Ledger:
    """`due-unsent`: due for five minutes and not sent; `doubtful`: may have come twice."""
    async with db.transaction() as connection:
        return await queries.ledger(connection, actor, clinic_id, show, cursor=cursor, limit=limit, now=now)


@route(
    "POST",
    "/reminders/running-late",
    permission="running-late:tell",
    summary="Tell a provider's next patients that it will be later",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def tell_running_late(
    db: NamedDependency[Database],
    subscriptions: NamedDependency[Subscriptions],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.RunningLate],
) -> wire.LateTold:
    """For the provider and whoever is at the visits. Patients in the rooms of their visits by video read it there, too.
    Saying the same twice tells nobody twice."""
    return await late.running_late(db, subscriptions, actor, data, now=now)


ROUTES: list[HTTPRouteHandler] = [
    schedule_reminder,
    reminders_of_appointment,
    change_reminder,
    cancel_reminder,
    resend_reminder,
    bulk_reminders,
    reminder_ledger,
    tell_running_late,
]
