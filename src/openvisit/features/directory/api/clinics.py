"""HTTP: clinics."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from openvisit.core.errors import Forbidden, NotFound, VersionMismatch
from openvisit.core.permissions import Actor
from openvisit.features.directory.api.params import Cursor, IfMatch, PageSize, version_of, versioned
from openvisit.features.directory.commands import clinics as write
from openvisit.features.directory.queries import clinics as read
from openvisit.features.directory.wire.clinics import Clinic, ClinicChanges, ClinicPage, NewClinic
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["clinics"]


@route("GET", "/clinics", permission="directory:read", summary="Clinics, by name", tags=_TAGS)
async def list_clinics(db: NamedDependency[Database], cursor: Cursor = None, limit: PageSize = 100) -> ClinicPage:
    """Clinics, by name."""
    return await read.list_clinics(db, cursor=cursor, limit=limit)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}",
    permission="directory:read",
    summary="A clinic",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def get_clinic(db: NamedDependency[Database], clinic_id: FromPath[UUID]) -> Response[Clinic]:
    """A clinic."""
    return versioned(await read.read_clinic(db, clinic_id))


@route(
    "POST",
    "/clinics",
    permission="clinic:add",
    summary="Add a clinic; whoever adds it becomes its admin",
    status=201,
    tags=_TAGS,
)
async def post_clinic(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    data: JSONBody[NewClinic],
) -> Response[Clinic]:
    """Add a clinic."""
    return versioned(await write.add_clinic(db, live, actor, now, data), 201)


@route(
    "PATCH",
    "/clinics/{clinic_id:uuid}",
    permission="clinic:manage",
    summary="Change a clinic",
    can_fail=[NotFound, Forbidden, VersionMismatch],
    tags=_TAGS,
)
async def patch_clinic(
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    clinic_id: FromPath[UUID],
    data: JSONBody[ClinicChanges],
    if_match: IfMatch = None,
) -> Response[Clinic]:
    """Change a clinic."""
    return versioned(await write.change_clinic(db, actor, now, clinic_id, data, version_of(if_match)))


ROUTES: list[Any] = [list_clinics, get_clinic, post_clinic, patch_clinic]
