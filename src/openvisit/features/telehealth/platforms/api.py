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
from openvisit.features.telehealth.platforms import choosing, wire
from openvisit.features.telehealth.platforms.choosing import Rooms
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


def _versioned(found: wire.VideoRules) -> Response[wire.VideoRules]:
    return Response(found, headers={"ETag": etag(found.version)})


ROUTES: list[HTTPRouteHandler] = [get_video_rules, put_video_rules]

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
