"""The offer of the waitlist that a yes or no by SMS answers.

Yes and no are about an offer for as long as one is open, and for a day after it was made: a late yes is told that the
time has gone, rather than taken for a confirmation of some visit. Otherwise yes confirms the next visit, as C does; no
asks for nothing. C, R, X and STOP are never about offers. Of several offers that one telephone can answer, for a
family shares one, neither word says which: the links do.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.platform.db import Connection, Row, fetch_all

AnswerOffer = Callable[[Actor, UUID, bool, datetime], Awaitable[None]]
"""Take the offered time, or do without it, as the actor: what the waitlist does. Errors: those of the answer."""

LATELY = timedelta(days=1)

_LATELY_OFFERED = """
SELECT DISTINCT ON (o.id) o.id, o.patient_id, p.id AS person_id, o.offered_at, s.starts_at, s.mode,
       provider.time_zone AS provider_zone, l.time_zone AS location_zone, p.time_zone AS zone,
       coalesce(n.language, p.language) AS language, c.name AS clinic_name,
       o.status = 'open' AND o.expires_at > %(now)s AS open
FROM person p
JOIN waitlist_offer o ON o.offered_at > %(since)s AND (
    EXISTS (SELECT FROM patient pt WHERE pt.id = o.patient_id AND pt.person_id = p.id)
    -- A child without an address of its own is answered for by those who may book for it.
    OR EXISTS (SELECT FROM delegation d JOIN patient pt ON pt.id = d.patient_id
               JOIN person child ON child.id = pt.person_id
               WHERE d.delegate_id = p.id AND d.patient_id = o.patient_id AND 'book' = ANY(d.scopes)
                 AND d.accepted_at IS NOT NULL AND d.ended_at IS NULL AND d.expires_at > %(now)s
                 AND child.email IS NULL))
JOIN waitlist_slot s ON s.id = o.slot_id
JOIN provider ON provider.id = s.provider_id
JOIN clinic c ON c.id = o.clinic_id
LEFT JOIN location l ON l.id = s.location_id
LEFT JOIN notification_preference n ON n.person_id = p.id
WHERE p.id = ANY(%(people)s) AND p.active AND o.status IN ('open', 'expired', 'taken', 'withdrawn')
ORDER BY o.id, p.id"""


async def lately_offered(connection: Connection, people: Sequence[UUID], now: datetime) -> list[Row]:
    """The offers that the people can answer: those that are open, or else the last one that is over."""
    rows = await fetch_all(connection, _LATELY_OFFERED, {"people": list(people), "now": now, "since": now - LATELY})
    return [row for row in rows if row["open"]] or sorted(rows, key=lambda row: row["offered_at"])[-1:]
