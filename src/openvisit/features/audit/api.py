"""HTTP of the audit: who looked at my record, and the privacy officer's search."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor
from openvisit.features.audit import queries, wire
from openvisit.features.audit.commands import record
from openvisit.features.audit.examples import EXAMPLES as EXAMPLES
from openvisit.features.audit.export import MEDIA, lines
from openvisit.features.audit.queries import Filters
from openvisit.features.audit.vocabulary import Reason, Role
from openvisit.platform.db import Connection, Database
from openvisit.platform.web.routes import route

_TAGS = ["audit"]
_Cursor = Annotated[str | None, QueryParameter(max_length=200)]
_Limit = Annotated[int, QueryParameter(ge=1, le=200)]
_Name = Annotated[str | None, QueryParameter(max_length=100, pattern="^[^\\x00]*$", description="Part of a name")]
_Action = Annotated[str | None, QueryParameter(max_length=60, pattern="^[a-z:-]+$", description="As patient:read")]
_From = Annotated[date | None, QueryParameter(name="from", description="From this day on, in UTC")]
_To = Annotated[date | None, QueryParameter(name="to", description="To the end of this day, in UTC")]


@route(
    "GET",
    "/me/record-access",
    permission="me:read",
    summary="Who looked at the caller's record, and why",
    tags=["me"],
)
async def record_access(
    db: NamedDependency[Database], actor: NamedDependency[Actor], cursor: _Cursor = None, limit: _Limit = 50
) -> wire.RecordAccess:
    """Newest first. What one person saw in the same way within a quarter of an hour is one entry."""
    async with db.connection() as connection:
        return await queries.record_access(connection, actor, cursor=cursor, limit=limit)


@route(
    "GET",
    "/audit",
    permission="audit:search",
    summary="Search a clinic's audit",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def search_audit(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromQuery[UUID],
    by: _Name = None,
    by_id: FromQuery[UUID | None] = None,
    patient: _Name = None,
    patient_id: FromQuery[UUID | None] = None,
    action: _Action = None,
    kind: FromQuery[Literal["looks", "changes"] | None] = None,
    begin: _From = None,
    end: _To = None,
    cursor: _Cursor = None,
    limit: _Limit = 50,
) -> wire.AuditEntries:
    """Newest first. That it was searched, and for whom, is an entry itself."""
    filters = _filters(clinic_id, by, by_id, patient, patient_id, action, kind, begin, end)
    queries.refuse(actor, clinic_id)
    async with db.transaction() as connection:
        found = await queries.search(connection, filters, cursor=cursor, limit=limit)
        if cursor is None:
            await _record(connection, actor, "audit:search", filters, now)
    return found


@route(
    "GET",
    "/audit/state",
    permission="audit:search",
    summary="Whether a clinic's audit is what was written",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def audit_state(
    db: NamedDependency[Database], actor: NamedDependency[Actor], clinic_id: FromQuery[UUID]
) -> wire.AuditState:
    """As the last check of its chains found it: what is new each hour, everything each night."""
    queries.refuse(actor, clinic_id)
    async with db.connection() as connection:
        return await queries.state(connection, clinic_id)


@route(
    "GET",
    "/audit/export",
    permission="audit:export",
    summary="A clinic's audit as a file",
    can_fail=[Forbidden],
    tags=_TAGS,
    media_type="application/jsonl",
    step_up=True,
)
async def export_audit(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromQuery[UUID],
    form: Annotated[Literal["csv", "jsonl"], QueryParameter(name="format")] = "jsonl",
    by: _Name = None,
    by_id: FromQuery[UUID | None] = None,
    patient: _Name = None,
    patient_id: FromQuery[UUID | None] = None,
    action: _Action = None,
    kind: FromQuery[Literal["looks", "changes"] | None] = None,
    begin: _From = None,
    end: _To = None,
) -> Stream:
    """The same filters as the search. The last line is the newest checkpoint with its signature."""
    filters = _filters(clinic_id, by, by_id, patient, patient_id, action, kind, begin, end)
    queries.refuse(actor, clinic_id)
    async with db.transaction() as connection:
        await _record(connection, actor, "audit:export", filters, now, {"format": form})
    headers = {"Content-Disposition": f'attachment; filename="audit-{now:%Y-%m-%d}.{form}"'}
    return Stream(lines(db, filters, form), media_type=MEDIA[form], headers=headers)


def _filters(
    clinic_id: UUID,
    by: str | None,
    by_id: UUID | None,
    patient: str | None,
    patient_id: UUID | None,
    action: str | None,
    kind: str | None,
    begin: date | None,
    end: date | None,
) -> Filters:
    return Filters(
        clinic_id,
        actor=by,
        actor_id=by_id,
        patient=patient,
        patient_id=patient_id,
        action=action,
        kind=kind,
        begin=datetime.combine(begin, time(), UTC) if begin else None,
        end=datetime.combine(end, time(), UTC) + timedelta(days=1) if end and end < date.max else None,
    )


async def _record(
    connection: Connection,
    actor: Actor,
    action: str,
    filters: Filters,
    now: datetime,
    data: dict[str, str] | None = None,
) -> None:
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action=action,
        thing="clinic",
        thing_id=filters.clinic_id,
        clinic_id=filters.clinic_id,
        patient_id=filters.patient_id,
        acting_as=Role.PRIVACY,
        reason=Reason.OVERSIGHT,
        data={**filters.used(), **(data or {})},
    )


ROUTES = [record_access, search_audit, audit_state, export_audit]
