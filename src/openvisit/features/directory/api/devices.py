"""HTTP: devices. They are the clinic's own affair: only its people see them."""

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
from openvisit.features.directory.wire.places import Device, DeviceChanges, DevicePage, NewDevice
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["devices"]
_CHANGE_FAILS = [NotFound, Forbidden, VersionMismatch]


@route("GET", "/devices", permission="device:read", summary="Devices of the own clinics, by name", tags=_TAGS)
async def list_devices(
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    location: FromQuery[UUID | None] = None,
    include_inactive: IncludeInactive = False,
    cursor: Cursor = None,
    limit: PageSize = 100,
) -> DevicePage:
    """Devices of one location, or of all of the actor's clinics."""
    return await read.list_devices(
        db, actor, location_id=location, include_inactive=include_inactive, cursor=cursor, limit=limit
    )


@route(
    "GET",
    "/devices/{device_id:uuid}",
    permission="device:read",
    summary="A device",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def get_device(
    db: NamedDependency[Database], actor: NamedDependency[Actor], device_id: FromPath[UUID]
) -> Response[Device]:
    """A device."""
    return versioned(await read.read_device(db, actor, device_id))


@route(
    "POST",
    "/devices",
    permission="device:manage",
    summary="Add a device to a location",
    status=201,
    tags=_TAGS,
)
async def post_device(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    data: JSONBody[NewDevice],
) -> Response[Device]:
    """Add a device."""
    return versioned(await write.add_device(db, live, actor, now, data), 201)


@route(
    "PATCH",
    "/devices/{device_id:uuid}",
    permission="device:manage",
    summary="Change a device, or switch it off or on",
    can_fail=_CHANGE_FAILS,
    tags=_TAGS,
)
async def patch_device(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    device_id: FromPath[UUID],
    data: JSONBody[DeviceChanges],
    if_match: IfMatch = None,
) -> Response[Device]:
    """Change a device."""
    return versioned(await write.change_device(db, live, actor, now, device_id, data, version_of(if_match)))


@route(
    "DELETE",
    "/devices/{device_id:uuid}",
    permission="device:manage",
    summary="Switch a device off; PATCH with active=true switches it on again",
    can_fail=_CHANGE_FAILS,
    tags=_TAGS,
)
async def delete_device(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    device_id: FromPath[UUID],
    if_match: IfMatch = None,
) -> Response[Device]:
    """Switch a device off."""
    off = DeviceChanges(active=False)
    return versioned(await write.change_device(db, live, actor, now, device_id, off, version_of(if_match)))


ROUTES: list[Any] = [list_devices, get_device, post_device, patch_device, delete_device]
