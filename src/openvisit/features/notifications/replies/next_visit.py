"""Whose telephone it is, and which visit an answer is about."""

from datetime import datetime
from uuid import UUID

from openvisit.features.booking.present import HIDDEN
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one

_OWNERS = """
SELECT p.id, coalesce(n.language, p.language) AS language, p.time_zone
FROM notification_preference n JOIN person p ON p.id = n.person_id AND p.active
WHERE n.phone_index = %(index)s AND n.phone_verified_at IS NOT NULL
ORDER BY n.phone_verified_at, p.id"""

_VISITS = f"""
SELECT a.id, a.starts_at, a.ends_at, a.time_zone, a.mode, a.status, a.clinic_id, a.patient_id,
       c.name AS clinic_name, c.phone AS clinic_phone, c.cancellation_reason_required, l.phone AS location_phone,
       p.id AS person_id, p.time_zone AS zone, coalesce(n.language, p.language) AS language
FROM appointment a
JOIN patient pt ON pt.id = a.patient_id
LEFT JOIN clinic_policy rules ON rules.clinic_id = a.clinic_id
JOIN person p ON p.id = ANY(%(people)s) AND (p.id = pt.person_id OR p.id IN (
    -- Whoever may book for a patient answers for them, too.
    SELECT d.delegate_id FROM delegation d
    WHERE d.patient_id = pt.id AND 'book' = ANY(d.scopes) AND d.accepted_at IS NOT NULL AND d.ended_at IS NULL
      AND d.expires_at > %(now)s AND NOT {HIDDEN}))
LEFT JOIN notification_preference n ON n.person_id = p.id
JOIN clinic c ON c.id = a.clinic_id
LEFT JOIN location l ON l.id = a.location_id
WHERE {{which}}
ORDER BY a.starts_at, a.id, p.id = pt.person_id DESC LIMIT 1"""

_NEXT = _VISITS.format(which="a.starts_at > %(now)s AND a.status IN ('scheduled', 'confirmed', 'rescheduled')")
_THIS = _VISITS.format(which="a.id = %(id)s")


async def owners(connection: Connection, index: bytes) -> list[Row]:
    """The people who proved this number; a family may share one. Nobody: the number is unknown to us."""
    return await fetch_all(connection, _OWNERS, {"index": index})


async def next_visit(connection: Connection, people: list[UUID], now: datetime) -> Row | None:
    """The next visit of any of them, or of whom they book for: what an answer is about, and what it names.

    `person_id` is who answers.
    """
    return await fetch_one(connection, _NEXT, {"people": people, "now": now})


async def visit_of(connection: Connection, people: list[UUID], appointment_id: UUID, now: datetime) -> Row | None:
    """This visit, as `next_visit` tells one; None when it is none of theirs."""
    return await fetch_one(connection, _THIS, {"people": people, "id": appointment_id, "now": now})
