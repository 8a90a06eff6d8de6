"""HTTP: visit types."""

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
from openvisit.features.directory.commands import visit_types as write
from openvisit.features.directory.queries import visit_types as read
from openvisit.features.directory.wire.visit_types import (
    NewVisitType,
    OfferedVisitTypes,
    VisitType,
    VisitTypeChanges,
    VisitTypePage,
)
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["visit types"]
_CHANGE_FAILS = [NotFound, Forbidden, VersionMismatch]


@route("GET", "/visit-types", permission="directory:read", summary="Visit types, by name", tags=_TAGS)
async def list_visit_types(
    db: NamedDependency[Database],
    caller: NamedDependency[Actor | None],
    clinic: FromQuery[UUID | None] = None,
    include_inactive: IncludeInactive = False,
    cursor: Cursor = None,
    limit: PageSize = 100,
) -> VisitTypePage:
    """Visit types of one clinic or of all."""
    return await read.list_visit_types(
        db, caller, clinic_id=clinic, include_inactive=include_inactive, cursor=cursor, limit=limit
    )


@route(
    "GET",
    "/visit-types/{visit_type_id:uuid}",
    permission="directory:read",
    summary="A visit type",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def get_visit_type(
    db: NamedDependency[Database], caller: NamedDependency[Actor | None], visit_type_id: FromPath[UUID]
) -> Response[VisitType]:
    """A visit type."""
    return versioned(await read.read_visit_type(db, caller, visit_type_id))


@route(
    "GET",
    "/providers/{provider_id:uuid}/visit-types",
    permission="directory:read",
    summary="What a provider offers, with the provider's own fees",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def get_offered(
    db: NamedDependency[Database], caller: NamedDependency[Actor | None], provider_id: FromPath[UUID]
) -> OfferedVisitTypes:
    """What a provider offers."""
    return await read.offered_by(db, caller, provider_id)


@route(
    "POST",
    "/visit-types",
    permission="visit-type:manage",
    summary="Add a visit type and say who offers it",
    can_fail=[Forbidden],
    status=201,
    tags=_TAGS,
)
async def post_visit_type(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    data: JSONBody[NewVisitType],
) -> Response[VisitType]:
    """Add a visit type."""
    return versioned(await write.add_visit_type(db, live, actor, now, data), 201)


@route(
    "PATCH",
    "/visit-types/{visit_type_id:uuid}",
    permission="visit-type:manage",
    summary="Change a visit type or who offers it, or switch it off or on",
    can_fail=_CHANGE_FAILS,
    tags=_TAGS,
)
async def patch_visit_type(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    visit_type_id: FromPath[UUID],
    data: JSONBody[VisitTypeChanges],
    if_match: IfMatch = None,
) -> Response[VisitType]:
    """Change a visit type."""
    expected = version_of(if_match)
    return versioned(await write.change_visit_type(db, live, actor, now, visit_type_id, data, expected))


@route(
    "DELETE",
    "/visit-types/{visit_type_id:uuid}",
    permission="visit-type:manage",
    summary="Switch a visit type off; PATCH with active=true switches it on again",
    can_fail=_CHANGE_FAILS,
    tags=_TAGS,
)
async def delete_visit_type(
    db: NamedDependency[Database],
    live: NamedDependency[Live],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    visit_type_id: FromPath[UUID],
    if_match: IfMatch = None,
) -> Response[VisitType]:
    """Switch a visit type off."""
    off = VisitTypeChanges(active=False)
    return versioned(await write.change_visit_type(db, live, actor, now, visit_type_id, off, version_of(if_match)))


ROUTES: list[Any] = [
    list_visit_types,
    get_visit_type,
    get_offered,
    post_visit_type,
    patch_visit_type,
    delete_visit_type,
]
