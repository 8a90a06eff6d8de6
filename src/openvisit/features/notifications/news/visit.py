"""News of a visit: booked, requested, approved, declined, moved, cancelled, or that the patient comes late."""

from datetime import datetime, timedelta
from uuid import UUID

from openvisit.features.booking.present import HIDDEN
from openvisit.features.notifications import letters
from openvisit.features.notifications.news.enlisting import News
from openvisit.features.notifications.reaching import whom_to_tell
from openvisit.platform.db import Connection, fetch_one

AT_LEAST = timedelta(days=1)
"""How long news is worth trying to tell, even of a visit that is about to begin."""

_VISIT = f"""
SELECT a.id, a.clinic_id, a.patient_id, a.provider_id, a.starts_at, a.ends_at, {HIDDEN} AS hidden,
       dp.id AS provider_person_id
FROM appointment a
JOIN patient pt ON pt.id = a.patient_id
JOIN provider p ON p.id = a.provider_id
LEFT JOIN clinic_policy rules ON rules.clinic_id = a.clinic_id
LEFT JOIN person dp ON dp.id = p.person_id AND dp.active
WHERE a.id = %(id)s"""


async def news(
    connection: Connection,
    event_id: UUID,
    type_: str,
    appointment_id: UUID,
    now: datetime,
    *,
    was: datetime | None,
    minutes: int,
    whom: UUID | None = None,
) -> list[News]:
    """To the patient, or who books for them; and to the provider, where an account belongs to them. With `whom` to
    nobody else."""
    row = await fetch_one(connection, _VISIT, {"id": appointment_id})
    if row is None:
        return []
    told = await whom_to_tell(connection, [row["patient_id"]], now)
    patient = told[row["patient_id"]].of_visit(hidden=row["hidden"])
    people = {"patient": patient, "provider": row["provider_person_id"]}
    return [
        News(
            event_id,
            letters.kind(type_, role),
            person_id,
            row["patient_id"],
            row["clinic_id"],
            row["provider_id"],
            row["starts_at"],
            max(row["ends_at"], now + AT_LEAST),
            appointment_id,
            was=was,
            minutes=minutes,
        )
        for role, person_id in people.items()
        if person_id is not None and letters.concerns(type_, role) and whom in (None, person_id)
    ]
