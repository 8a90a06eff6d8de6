"""HTTP of platforms: where a clinic holds its visits, and the way in to one."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, HeaderParameter, JSONBody

from openvisit.core.errors import NotFound, VersionMismatch, VersionRequired
from openvisit.core.permissions import Actor
from openvisit.features.telehealth.platforms import choosing, entering, wire
from openvisit.features.telehealth.platforms.choosing import Rooms
from openvisit.features.telehealth.platforms.errors import NotLetIn, PlatformAway, RoomNotReady
from openvisit.features.telehealth.rooms import errors as room_errors
from openvisit.features.telehealth.rooms.members import HEADER, Members
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route
from openvisit.platform.web.versions import etag, expected_version

_TAGS = ["telehealth"]
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", max_length=100, description="The ETag that was read")]


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/video-rules",
    permission="video-rules:manage",
    summary="On which platforms a clinic holds its video visits",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def get_video_rules(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    video_rooms: NamedDependency[Rooms],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
) -> Response[wire.VideoRules]:
    """For its admins."""
    async with db.connection() as connection:
        return _versioned(await choosing.shown(connection, vault, video_rooms, actor, clinic_id))


@route(
    "PUT",
    "/clinics/{clinic_id:uuid}/video-rules",
    permission="video-rules:manage",
    summary="Choose on which platforms a clinic holds its video visits",
    can_fail=[NotFound, VersionMismatch, VersionRequired],
    tags=_TAGS,
)
async def put_video_rules(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    video_rooms: NamedDependency[Rooms],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    data: JSONBody[wire.VideoRulesChange],
    if_match: IfMatch = None,
) -> Response[wire.VideoRules]:
    """For visits booked from now on: those that are booked stay where people were told that they are."""
    expected = expected_version(if_match)
    changed = await choosing.change(db, vault, video_rooms, actor, clinic_id, data, expected=expected, now=now)
    return _versioned(changed)


@route(
    "GET",
    "/telehealth/rooms/{room_id:uuid}/platform",
    permission="visit-room:read",
    summary="On which platform a visit is held",
    can_fail=[room_errors.RoomNotFound],
    tags=_TAGS,
)
async def get_platform(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    actor: NamedDependency[Actor],
    room_id: FromPath[UUID],
) -> wire.VisitPlatform:
    """Where it is, not how to get in."""
    async with db.connection() as connection:
        return await entering.platform_of(connection, vault, actor, room_id)


@route(
    "POST",
    "/telehealth/rooms/{room_id:uuid}/way-in",
    permission="visit-room:by-link",
    summary="The way in to a visit, for whoever has been let in",
    can_fail=[
        room_errors.RoomNotFound,
        room_errors.NotByVideo,
        room_errors.RoomNotOpen,
        room_errors.RoomOver,
        room_errors.VisitEnded,
        room_errors.VisitCancelled,
        room_errors.VisitNotAgreed,
        room_errors.LinkNotGood,
        room_errors.LinkRevoked,
        NotLetIn,
        RoomNotReady,
        PlatformAway,
    ],
    tags=_TAGS,
)
async def get_way_in(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    video_rooms: NamedDependency[Rooms],
    members: NamedDependency[Members],
    now: NamedDependency[datetime],
    caller: NamedDependency[Actor | None],
    room_id: FromPath[UUID],
    room_token: Annotated[str | None, HeaderParameter(name=HEADER, max_length=200)] = None,
) -> wire.VisitWayIn:
    """Asked for at each entry: addresses and tokens of some platforms are good for a short while. Guests send the token
    of their link."""
    return await entering.way_in(db, vault, video_rooms, await members.of(caller, room_token, room_id), now)


def _versioned(found: wire.VideoRules) -> Response[wire.VideoRules]:
    return Response(found, headers={"ETag": etag(found.version)})


ROUTES: list[HTTPRouteHandler] = [get_video_rules, put_video_rules, get_platform, get_way_in]

_CHOICE = {
    "platform": "built-in",
    "provider_id": None,
    "visit_type_id": "0197a3c2-5d21-7c3e-9b1f-3f6f5d7a1c11",
    "host": "",
    "link": "",
    "names_visit_type": False,
}
EXAMPLES: dict[str, Any] = {
    "VideoRules": {"choices": [_CHOICE], "platforms": ["built-in", "external"], "version": 1},
    "VideoRulesChange": {"choices": [{**_CHOICE, "visit_type_id": None}]},
    "VisitPlatform": {"platform": "built-in", "making": False, "fell_back": False},
    "VisitWayIn": {"platform": "built-in", "kind": "built-in", "link": "", "server": "", "room": "", "token": ""},
}
