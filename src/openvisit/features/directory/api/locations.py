"""HTTP: locations."""

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
from openvisit.features.directory.wire.places import Location, LocationChanges, LocationPage, NewLocation
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["locations"]
_CHANGE_FAILS = [NotFound, Forbidden, VersionMismatch]


@route("GET", "/locations", permission="directory:read", summary="Locations, by name", tags=_TAGS)
async def list_locations(
    db: NamedDependency[Database],
    caller: NamedDependency[Actor | None],
    clinic: FromQuery[UUID | None] = None,
    include_inactive: IncludeInactive = False,
    cursor: Cursor = None,
    limit: PageSize = 100,
) -> LocationPage:
    """Locations of one clinic or of all."""
    return await read.list_locations(
        db, caller, clinic_id=clinic, include_inactive=include_inactive, cursor=cursor, limit=limit
    )


@route(
    "GET",
    "/locations/{location_id:uuid}",
    permission="directory:read",
    summary="A location",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def get_location(
    db: NamedDependency[Database], caller: NamedDependency[Actor | None], location_id: FromPath[UUID]
) -> Response[Location]:
    """A location."""
    return versioned(await read.read_location(db, caller, location_id))


@route(
    "POST",
    "/locations",
    permission="location:manage",
    summary="Add a location to a clinic",
    can_fail=[Forbidden],
    status=201,
    tags=_TAGS,
)
async def post_location(
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    data: JSONBody[NewLocation],
) -> Response[Location]:
    """Add a location."""
    return versioned(await write.add_location(db, actor, now, data), 201)


@route(
    "PATCH",
    "/locations/{location_id:uuid}",
    permission="location:manage",
    summary="Change a location, or switch it off or on",
    can_fail=_CHANGE_FAILS,
    tags=_TAGS,
)
async def patch_location(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    location_id: FromPath[UUID],
    data: JSONBody[LocationChanges],
    if_match: IfMatch = None,
) -> Response[Location]:
    """Change a location."""
    expected = version_of(if_match)
    return versioned(await write.change_location(db, live, actor, now, location_id, data, expected))


@route(
    "DELETE",
    "/locations/{location_id:uuid}",
    permission="location:manage",
    summary="Switch a location off; PATCH with active=true switches it on again",
    can_fail=_CHANGE_FAILS,
    tags=_TAGS,
)
async def delete_location(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    location_id: FromPath[UUID],
    if_match: IfMatch = None,
) -> Response[Location]:
    """Switch a location off."""
    off = LocationChanges(active=False)
    return versioned(await write.change_location(db, live, actor, now, location_id, off, version_of(if_match)))


ROUTES: list[Any] = [list_locations, get_location, post_location, patch_location, delete_location]
