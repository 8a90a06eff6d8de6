"""HTTP: rooms. They are the clinic's own affair: only its people see them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from openvisit.core.errors import Forbidden, NotFound, VersionMismatch
from openvisit.core.permissions import Actor
from openvisit.features.directory.api.params import (
    Cursor,
    IfMatch,
    IncludeInactive,
    PageSize,
    version_of,
    versioned,
)
from openvisit.features.directory.commands import places as write
from openvisit.features.directory.queries import places as read
from openvisit.features.directory.wire.places import NewRoom, Room, RoomChanges, RoomPage
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["rooms"]
_CHANGE_FAILS = [NotFound, Forbidden, VersionMismatch]


@route("GET", "/rooms", permission="room:read", summary="Rooms of the own clinics, by name", tags=_TAGS)
async def list_rooms(
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    location: FromQuery[UUID | None] = None,
    include_inactive: IncludeInactive = False,
    cursor: Cursor = None,
    limit: PageSize = 100,
) -> RoomPage:
    """Rooms of one location, or of all of the actor's clinics."""
    return await read.list_rooms(
        db, actor, location_id=location, include_inactive=include_inactive, cursor=cursor, limit=limit
    )


@route(
    "GET",
    "/rooms/{room_id:uuid}",
    permission="room:read",
    summary="A room",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def get_room(
    db: NamedDependency[Database], actor: NamedDependency[Actor], room_id: FromPath[UUID]
) -> Response[Room]:
    """A room."""
    return versioned(await read.read_room(db, actor, room_id))


@route(
    "POST",
    "/rooms",
    permission="room:manage",
    summary="Add a room to a location",
    status=201,
    tags=_TAGS,
)
async def post_room(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    data: JSONBody[NewRoom],
) -> Response[Room]:
    """Add a room."""
    return versioned(await write.add_room(db, live, actor, now, data), 201)


@route(
    "PATCH",
    "/rooms/{room_id:uuid}",
    permission="room:manage",
    summary="Change a room, or switch it off or on",
    can_fail=_CHANGE_FAILS,
    tags=_TAGS,
)
async def patch_room(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    room_id: FromPath[UUID],
    data: JSONBody[RoomChanges],
    if_match: IfMatch = None,
) -> Response[Room]:
    """Change a room."""
    return versioned(await write.change_room(db, live, actor, now, room_id, data, version_of(if_match)))


@route(
    "DELETE",
    "/rooms/{room_id:uuid}",
    permission="room:manage",
    summary="Switch a room off; PATCH with active=true switches it on again",
    can_fail=_CHANGE_FAILS,
    tags=_TAGS,
)
async def delete_room(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    room_id: FromPath[UUID],
    if_match: IfMatch = None,
) -> Response[Room]:
    """Switch a room off."""
    off = RoomChanges(active=False)
    return versioned(await write.change_room(db, live, actor, now, room_id, off, version_of(if_match)))


ROUTES: list[Any] = [list_rooms, get_room, post_room, patch_room, delete_room]
