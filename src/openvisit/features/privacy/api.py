"""HTTP of one's own data; a clinic's side is in `api_clinic`."""

from datetime import datetime
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from openvisit.core.permissions import Actor
from openvisit.features.identity.tokens import TokenService
from openvisit.features.privacy import api_clinic, erase_plan, export, own, requests, wire
from openvisit.features.privacy.errors import ErasureBlocked, ExportGone, RequestOpen, RequestOver, UnknownRequest
from openvisit.features.privacy.examples import EXAMPLES as EXAMPLES
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["privacy"]


@route("GET", "/me/details", permission="me:read", summary="One's own details, to put right", tags=_TAGS)
async def get_details(
    db: NamedDependency[Database], vault: NamedDependency[Vault], actor: NamedDependency[Actor]
) -> wire.OwnDetails:
    """Name, phone, date of birth, and since when the use of the data is paused or objected to."""
    async with db.connection() as connection:
        return await own.details(connection, vault, actor.person_id)


@route("PATCH", "/me/details", permission="me:edit", summary="Put one's own details right", tags=_TAGS)
async def change_details(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    tokens: NamedDependency[TokenService],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.OwnDetailsChanges],
) -> wire.OwnDetails:
    """GDPR article 16. What is left out stays."""
    return await own.correct(db, vault, tokens, actor, data, now=now)


@route("GET", "/me/privacy/requests", permission="privacy-request:ask", summary="What one asked for", tags=_TAGS)
async def list_privacy_requests(
    db: NamedDependency[Database], vault: NamedDependency[Vault], actor: NamedDependency[Actor]
) -> wire.PrivacyRequests:
    """With its progress, and the clinic's answer where there is one."""
    async with db.connection() as connection:
        return await requests.own_requests(connection, vault, actor)


@route(
    "POST",
    "/me/privacy/requests",
    permission="privacy-request:ask",
    summary="Ask for an export, erasure, correction or restriction, or object",
    can_fail=[RequestOpen, ErasureBlocked, UnknownRequest],
    status=201,
    tags=_TAGS,
    step_up=True,
)
async def ask_privacy(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.NewPrivacyRequest],
) -> wire.PrivacyRequest:
    """GDPR articles 15 to 21. `restrict` and `object` take effect at once, `resume` and `allow` undo them; an erasure
    begins a week later."""
    return await requests.ask(db, vault, live, actor, data, now=now)


@route(
    "POST",
    "/me/privacy/requests/{request_id:uuid}/undo",
    permission="privacy-request:ask",
    summary="Take a request back",
    can_fail=[UnknownRequest, RequestOver],
    tags=_TAGS,
)
async def undo_privacy_request(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    request_id: FromPath[UUID],
) -> wire.PrivacyRequest:
    """An erasure within its week, a correction before it is answered."""
    return await requests.take_back(db, vault, live, actor, request_id, now=now)


@route(
    "GET",
    "/me/privacy/requests/{request_id:uuid}/file",
    permission="privacy-request:ask",
    summary="Download an export",
    can_fail=[ExportGone],
    tags=_TAGS,
    media_type="application/zip",
    step_up=True,
)
async def download_export(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    request_id: FromPath[UUID],
) -> Response[bytes]:
    """A ZIP with `data.json` and `record.html`, for seven days."""
    async with db.transaction() as connection:
        content = await export.download(connection, vault, actor, request_id, now)
    headers = {"Content-Disposition": 'attachment; filename="openvisit-export.zip"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/zip", headers=headers)


@route(
    "GET",
    "/me/privacy/erasure",
    permission="privacy-request:ask",
    summary="What erasing one's account would do",
    tags=_TAGS,
)
async def plan_erasure(
    db: NamedDependency[Database], now: NamedDependency[datetime], actor: NamedDependency[Actor]
) -> wire.ErasurePlan:
    """What goes, and what the law keeps until when."""
    async with db.connection() as connection:
        plan = await erase_plan.plan_of(connection, actor.person_id, now)
    return erase_plan.told(plan, requests.DAYS_TO_UNDO)


ROUTES: list[HTTPRouteHandler] = [
    get_details,
    change_details,
    list_privacy_requests,
    ask_privacy,
    undo_privacy_request,
    download_export,
    plan_erasure,
    *api_clinic.ROUTES,
]
