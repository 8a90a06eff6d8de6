"""HTTP of a clinic's policies."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, HeaderParameter, JSONBody

from openvisit.core.errors import NotFound, VersionMismatch
from openvisit.core.permissions import Actor
from openvisit.features.identity.policies import commands, queries, wire
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route
from openvisit.platform.web.versions import etag, expected_version

_TAGS = ["clinics"]
IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", max_length=100, description="The ETag that was read; optional")
]


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/policy",
    permission="policy:read",
    summary="What a clinic demands of those who work there",
    can_fail=[NotFound],
    tags=_TAGS,
)
async def get_policy(
    db: NamedDependency[Database], actor: NamedDependency[Actor], clinic_id: FromPath[UUID]
) -> Response[wire.ClinicPolicy]:
    """For providers, staff and admins of the clinic."""
    async with db.connection() as connection:
        return _versioned(await queries.policy(connection, actor, clinic_id))


@route(
    "PUT",
    "/clinics/{clinic_id:uuid}/policy",
    permission="policy:edit",
    summary="Change a clinic's policies",
    can_fail=[NotFound, VersionMismatch],
    step_up=True,
    tags=_TAGS,
)
async def put_policy(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    data: JSONBody[wire.ClinicPolicyChanges],
    if_match: IfMatch = None,
) -> Response[wire.ClinicPolicy]:
    """For admins of the clinic. Of a person who works at several clinics, the strictest policy counts."""
    expected = expected_version(if_match) if if_match else None
    return _versioned(await commands.change_policy(db, actor, clinic_id, data, expected=expected, now=now))


def _versioned(policy: wire.ClinicPolicy) -> Response[wire.ClinicPolicy]:
    return Response(policy, headers={"ETag": etag(policy.version)})


ROUTES: list[HTTPRouteHandler] = [get_policy, put_policy]
EXAMPLES: dict[str, Any] = {
    "ClinicPolicy": {
        "clinic_id": "0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b1",
        "mfa_required_for": ["admin", "provider"],
        "mfa_grace_days": 14,
        "adolescent_from_age": 12,
        "adolescent_until_age": 18,
        "proxies_see": "not-private",
        "version": 3,
    },
    "ClinicPolicyChanges": {"mfa_required_for": ["admin", "provider"], "mfa_grace_days": 14},
}
