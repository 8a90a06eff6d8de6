"""Whom messages for a patient go to: the patient, or, where they have no address of their own, who books for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openvisit.platform.db import Connection, fetch_all

# Of several who may book for a child the one who did so last is told; of those who never did, who was let first.
_WHOM = """
SELECT pt.id, pt.person_id,
       CASE WHEN p.email IS NOT NULL OR n.phone_verified_at IS NOT NULL THEN pt.person_id ELSE d.delegate_id END AS told
FROM patient pt
JOIN person p ON p.id = pt.person_id
LEFT JOIN notification_preference n ON n.person_id = p.id
LEFT JOIN LATERAL (
    SELECT g.delegate_id FROM delegation g JOIN person dp ON dp.id = g.delegate_id AND dp.active
    WHERE g.patient_id = pt.id AND 'book' = ANY(g.scopes) AND g.accepted_at IS NOT NULL AND g.ended_at IS NULL
      AND g.expires_at > %(now)s AND p.email IS NULL AND n.phone_verified_at IS NULL
    ORDER BY (SELECT max(a.created_at) FROM appointment a WHERE a.patient_id = pt.id AND a.booked_by = g.delegate_id)
             DESC NULLS LAST, g.accepted_at, g.id
    LIMIT 1) d ON true
WHERE pt.id = ANY(%(patients)s)"""


@dataclass(frozen=True, slots=True)
class Reached:
    """`told` gets the messages that are for the patient, whose own account is `person_id`."""

    person_id: UUID
    told: UUID

    @property
    def by_another(self) -> bool:
        """Whether somebody else is told in the patient's place."""
        return self.told != self.person_id

    def of_visit(self, *, hidden: bool) -> UUID:
        """Who is told of a visit: those who act for the patient hear nothing of one that is hidden from them."""
        return self.person_id if hidden else self.told


async def whom_to_tell(connection: Connection, patients: Collection[UUID], now: datetime) -> dict[UUID, Reached]:
    """Who is told in the place of each patient; the patients themselves where nobody books for them either."""
    rows = await fetch_all(connection, _WHOM, {"patients": list(patients), "now": now})
    return {row["id"]: Reached(row["person_id"], row["told"] or row["person_id"]) for row in rows}
