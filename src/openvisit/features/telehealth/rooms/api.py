"""HTTP of rooms."""

from datetime import datetime
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from openvisit.core.permissions import Actor
from openvisit.features.consent.errors import ConsentNeeded, ProcessingRestricted
from openvisit.features.telehealth.rooms import commands, errors, looking, wire
from openvisit.features.telehealth.rooms.examples import EXAMPLES as EXAMPLES
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["telehealth"]


@route(
    "POST",
    "/telehealth/generate-url/{appointment_id:uuid}",
    permission="visit-room:enter",
    summary="A link into the room of a visit",
    can_fail=[
        errors.RoomNotFound,
        errors.NotByVideo,
        errors.RoomOver,
        errors.VisitEnded,
        errors.VisitCancelled,
        errors.VisitNotAgreed,
        ConsentNeeded,
        ProcessingRestricted,
    ],
    tags=_TAGS,
)
async def generate_url(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    public_url: NamedDependency[str],
    appointment_id: FromPath[UUID],
) -> wire.VisitLink:
    """For the caller alone. It can be asked for ahead of time and again; moving or cancelling the visit, and signing
    out, revoke it. Whoever comes by it waits until a host lets them in, unless they are one."""
    return await commands.make_link(db, actor, appointment_id, public_url, now)


@route(
    "GET",
    "/telehealth/room/{room_id:uuid}",
    permission="visit-room:read",
    summary="The room of a visit",
    can_fail=[errors.RoomNotFound],
    tags=_TAGS,
)
async def get_visit_room(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    room_id: FromPath[UUID],
) -> wire.VisitRoom:
    """As the caller may see it. A room has the id of its appointment."""
    async with db.transaction() as connection:
        return await looking.room(connection, actor, room_id, now)


ROUTES: list[HTTPRouteHandler] = [generate_url, get_visit_room]
