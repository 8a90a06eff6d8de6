"""HTTP of the check before a visit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from openvisit.core.permissions import Actor
from openvisit.features.booking.errors import AppointmentNotFound
from openvisit.features.telehealth.checks import commands, queries, wire
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["video visits"]


@route(
    "PUT",
    "/telehealth/checks/{appointment_id:uuid}",
    permission="visit-check:keep",
    summary="Tell how the check before a visit went",
    can_fail=[AppointmentNotFound],
    status=204,
    tags=_TAGS,
)
async def keep_visit_check(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
    data: JSONBody[wire.CheckSteps],
) -> None:
    """At any time before the visit; the latest one counts."""
    async with db.transaction() as connection:
        await commands.keep(connection, actor, appointment_id, data, now)


@route(
    "GET",
    "/telehealth/checks/{appointment_id:uuid}",
    permission="visit-check:read",
    summary="How the checks before a visit went",
    can_fail=[AppointmentNotFound],
    tags=_TAGS,
)
async def visit_checks(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    appointment_id: FromPath[UUID],
) -> wire.VisitChecks:
    """For the provider, and whoever helps at visits."""
    async with db.transaction() as connection:
        return await queries.of_visit(connection, actor, appointment_id, now)


ROUTES: list[HTTPRouteHandler] = [keep_visit_check, visit_checks]

_STEPS = {"browser": "passed", "secure": "passed", "camera": "passed", "microphone": "failed", "speaker": "skipped"}
EXAMPLES: dict[str, Any] = {
    "CheckSteps": _STEPS,
    "VisitChecks": {
        "items": [
            {
                "person_id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13",
                "name": "Ana Flores",
                "steps": _STEPS,
                "checked_at": "2027-03-03T18:05:00Z",
            }
        ]
    },
}
