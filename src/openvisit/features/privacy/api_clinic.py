"""HTTP of a clinic's side of privacy: requests to answer, rules, retained records, de-identified data."""

from datetime import datetime
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from openvisit.core.errors import Forbidden, NotFound
from openvisit.core.permissions import Actor
from openvisit.features.privacy import analytics, policy, requests, retained, retention, wire
from openvisit.features.privacy.errors import BadAnswer, RequestOver, TooFewPeople, UnknownRequest
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["privacy of a clinic"]


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/privacy-requests",
    permission="privacy-request:answer",
    summary="What the clinic's people asked for, with deadlines",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def list_clinic_privacy_requests(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
) -> wire.ClinicPrivacyRequests:
    """Those that wait for an answer first, then by when they are due."""
    async with db.transaction() as connection:
        return await requests.of_clinic(connection, vault, actor, clinic_id, now)


@route(
    "POST",
    "/clinics/{clinic_id:uuid}/privacy-requests/{request_id:uuid}/answer",
    permission="privacy-request:answer",
    summary="Answer a correction",
    can_fail=[Forbidden, UnknownRequest, BadAnswer, RequestOver],
    tags=_TAGS,
)
async def answer_privacy_request(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    request_id: FromPath[UUID],
    data: JSONBody[wire.PrivacyAnswer],
) -> wire.ClinicPrivacyRequest:
    """The person reads it on their page Privacy, and is mailed that it is there."""
    return await requests.answer(db, vault, live, actor, clinic_id, request_id, data, now=now)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/privacy",
    permission="clinic-privacy:manage",
    summary="How long the clinic keeps what, and its smallest group",
    can_fail=[Forbidden, NotFound],
    tags=_TAGS,
)
async def get_clinic_privacy(
    db: NamedDependency[Database], actor: NamedDependency[Actor], clinic_id: FromPath[UUID]
) -> wire.ClinicPrivacy:
    """Its country's usual rules where the clinic has set none."""
    async with db.connection() as connection:
        return await policy.read(connection, actor, clinic_id)


@route(
    "PUT",
    "/clinics/{clinic_id:uuid}/privacy",
    permission="clinic-privacy:manage",
    summary="Set how long the clinic keeps what, and its smallest group",
    can_fail=[Forbidden, NotFound],
    tags=_TAGS,
    step_up=True,
)
async def set_clinic_privacy(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    data: JSONBody[wire.ClinicPrivacy],
) -> wire.ClinicPrivacy:
    """For admins. `country` is told and not set: it is that of the clinic's location."""
    async with db.transaction() as connection:
        return await policy.change(connection, actor, clinic_id, data, now)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/retention",
    permission="clinic-privacy:manage",
    summary="What the next retention run removes",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def get_retention(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
) -> wire.RetentionReport:
    """A dry run over the clinic's own data."""
    return await retention.report_for(db, actor, clinic_id, now)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/retained-records",
    permission="clinic-privacy:manage",
    summary="Records that the law keeps after their people were erased",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def list_retained(
    db: NamedDependency[Database], actor: NamedDependency[Actor], clinic_id: FromPath[UUID]
) -> wire.RetainedRecords:
    """Without what they hold."""
    async with db.connection() as connection:
        return await retained.listed(connection, actor, clinic_id)


@route(
    "POST",
    "/clinics/{clinic_id:uuid}/retained-records/{record_id:uuid}/open",
    permission="clinic-privacy:manage",
    summary="Read a retained record, with a reason",
    can_fail=[Forbidden, UnknownRequest],
    tags=_TAGS,
    step_up=True,
)
async def open_retained(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    record_id: FromPath[UUID],
    data: JSONBody[wire.OpenRetained],
) -> wire.RetainedContent:
    """The reason stands in the audit trail."""
    async with db.transaction() as connection:
        return await retained.opened(connection, vault, actor, clinic_id, record_id, data, now)


@route(
    "POST",
    "/clinics/{clinic_id:uuid}/analytics-export",
    permission="analytics:export",
    summary="De-identified facts about visits, as CSV",
    can_fail=[Forbidden, TooFewPeople],
    tags=_TAGS,
    media_type="application/zip",
    step_up=True,
)
async def export_analytics(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
    data: JSONBody[wire.AnalyticsWish],
) -> Response[bytes]:
    """HIPAA Safe Harbor and k-anonymity; without those who object, pause the use of their data, or never agreed."""
    content = await analytics.export(db, actor, clinic_id, data, now=now)
    headers = {"Content-Disposition": 'attachment; filename="visits.zip"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/zip", headers=headers)


ROUTES: list[HTTPRouteHandler] = [
    list_clinic_privacy_requests,
    answer_privacy_request,
    get_clinic_privacy,
    set_clinic_privacy,
    get_retention,
    list_retained,
    open_retained,
    export_analytics,
]
