"""The booking itself: claims, appointment, audit, event and job in one statement, one round trip.

Claims are inserted in the order of their resources, `ON CONFLICT DO NOTHING`, so that racing bookings neither
deadlock nor wait long. When not all claims were won the statement raises and so takes back those it won.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from openvisit.core.ids import new_id
from openvisit.platform.db import Connection, fetch_one
from openvisit.platform.events import Event, Subscriptions, job_args
from openvisit.platform.jobs import DEFER_SQL, defer_values

REFUSED = "OV001"


@dataclass(frozen=True, slots=True)
class ClaimWish:
    """A time one resource shall be taken for."""

    resource: UUID
    start: datetime
    end: datetime
    exclusive: bool = True
    kind: str = "visit"


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer to keep under an idempotency key."""

    key: str
    fingerprint: bytes
    status: int
    body: bytes


class Lost(Exception):
    """Not written: another transaction has the time of `resources`, or has used the idempotency key first."""

    def __init__(self, resources: frozenset[UUID] = frozenset(), *, key_used: bool = False) -> None:
        super().__init__("another transaction was first")
        self.resources = resources
        self.key_used = key_used


_CLAIMS = """
wished(id, resource, starts_at, ends_at, exclusive, kind, position) AS (VALUES {claims}), won AS (
    INSERT INTO claim (id, resource, during, kind, exclusive, appointment_id)
    SELECT id, resource, tstzrange(starts_at, ends_at), kind, exclusive, %(id)s FROM wished ORDER BY position
    ON CONFLICT DO NOTHING RETURNING resource
)"""
_CLAIM = """(%(claim{n})s::uuid, %(resource{n})s::uuid, %(from{n})s::timestamptz, %(until{n})s::timestamptz,
    %(exclusive{n})s::boolean, %(kind{n})s::text, {n})"""

_HELD = """
, released AS (
    DELETE FROM hold WHERE id = %(hold_id)s AND expires_at > %(now)s AND (SELECT count(*) FROM won) = %(wanted)s
    RETURNING id
), turned AS (
    UPDATE claim SET kind = 'visit', hold_id = NULL, expires_at = NULL, appointment_id = %(id)s
    WHERE hold_id = (SELECT id FROM released) RETURNING resource
)"""

_REST = """
, made AS (
    INSERT INTO appointment (id, clinic_id, provider_id, patient_id, visit_type_id, location_id, room_id, device_id,
        starts_at, ends_at, time_zone, mode, status, reason, accommodations, price_minor, price_currency, overbooked,
        private, booked_by, created_at, updated_at)
    SELECT %(id)s, %(clinic_id)s, %(provider_id)s, %(patient_id)s, %(visit_type_id)s, %(location_id)s, %(room_id)s,
        %(device_id)s, %(starts_at)s, %(ends_at)s, %(time_zone)s, %(mode)s, %(status)s, %(reason)s,
        %(accommodations)s, %(price_minor)s, %(price_currency)s, %(overbooked)s, %(private)s,
        %(booked_by)s, %(now)s, %(now)s
    WHERE {complete}
    RETURNING id
), linked AS (
    INSERT INTO clinic_patient (clinic_id, patient_id, since)
    SELECT %(clinic_id)s, %(patient_id)s, %(now)s FROM made WHERE NOT %(linked)s ON CONFLICT DO NOTHING
), kept AS (
    INSERT INTO idempotency (person_id, key, fingerprint, status, body, row_id, at)
    SELECT %(booked_by)s, %(key)s, %(fingerprint)s, %(kept_status)s, %(kept_body)s, %(id)s, %(now)s
    FROM made WHERE %(key)s::text IS NOT NULL ON CONFLICT DO NOTHING RETURNING key
), trail AS (
    INSERT INTO audit (at, clinic_id, actor_id, acting_as, action, reason, thing, thing_id, patient_id, data)
    SELECT %(now)s, %(clinic_id)s, %(booked_by)s, %(acting_as)s, %(action)s, %(why)s, 'appointment', id,
        %(patient_id)s, %(audit_data)s FROM made
), told AS (
    INSERT INTO event (id, type, subject, at, data)
    SELECT %(event_id)s, %(event_type)s, id, %(now)s, %(event_data)s FROM made
)
SELECT EXISTS (SELECT FROM made) AS made,
       CASE WHEN EXISTS (SELECT FROM made) THEN
            CASE WHEN %(key)s::text IS NOT NULL AND NOT EXISTS (SELECT FROM kept)
                 THEN openvisit_refuse('key', '') END
       ELSE openvisit_refuse('claims', array_to_string(ARRAY(SELECT resource FROM won), ' ')) END AS refused"""

_COMPLETE = "(SELECT count(*) FROM won) = %(wanted)s"
_COMPLETE_HELD = f"{_COMPLETE} AND EXISTS (SELECT FROM turned)"


async def insert(
    connection: Connection,
    columns: dict[str, Any],
    claims: Sequence[ClaimWish],
    *,
    hold_id: UUID | None,
    linked: bool,
    event: Event,
    subscriptions: Subscriptions,
    audit_action: str,
    acting: tuple[str, str],
    audit_data: dict[str, Any],
    kept: Kept | None,
) -> None:
    """Write the appointment (`columns`) with its claims: all of it or nothing.

    With `hold_id` the hold's claims become the visit's, and `claims` are those that come on top of them.
    `acting` is what the audit says of who books: as whom, and why.
    Errors: Lost.
    """
    jobs = {hearer.task: hearer.queue for hearer in subscriptions.hearers(event)}
    ordered = sorted(claims, key=lambda claim: claim.resource)
    values = {
        **columns,
        "wanted": len(ordered),
        "hold_id": hold_id,
        "linked": linked,
        "key": kept.key if kept else None,
        "fingerprint": kept.fingerprint if kept else None,
        "kept_status": kept.status if kept else None,
        "kept_body": kept.body if kept else None,
        "action": audit_action,
        "acting_as": acting[0],
        "why": acting[1],
        "audit_data": Jsonb(audit_data),
        "event_id": event.id,
        "event_type": event.type,
        "event_data": Jsonb(dict(event.data)),
    }
    for n, claim in enumerate(ordered):
        values |= {f"claim{n}": new_id(), f"resource{n}": claim.resource, f"from{n}": claim.start}
        values |= {f"until{n}": claim.end, f"exclusive{n}": claim.exclusive, f"kind{n}": claim.kind}
    if jobs:
        values |= defer_values(jobs, subject=str(event.subject), args=job_args(event))
    try:
        await fetch_one(connection, _statement(len(ordered), held=hold_id is not None, told=bool(jobs)), values)
    except psycopg.DatabaseError as error:
        if error.sqlstate != REFUSED:
            raise
        if error.diag.message_primary == "key":
            raise Lost(key_used=True) from None
        won = {UUID(text) for text in (error.diag.message_detail or "").split()}
        raise Lost(frozenset(claim.resource for claim in ordered if claim.resource not in won)) from None


@cache
def _statement(claims: int, *, held: bool, told: bool) -> str:
    wished = _CLAIMS.format(claims=", ".join(_CLAIM.format(n=n) for n in range(claims)))
    complete = _COMPLETE_HELD if held else _COMPLETE
    job = f",\n       CASE WHEN EXISTS (SELECT FROM made) THEN {DEFER_SQL} END AS jobs" if told else ""
    return f"WITH {wished}{_HELD if held else ''}{_REST.format(complete=complete)}{job}"
