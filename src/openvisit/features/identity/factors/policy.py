"""Whether a person's clinics demand a second factor, and since when."""

from datetime import datetime
from uuid import UUID

from openvisit.platform.db import Connection, fetch_one


async def deadline(connection: Connection, person_id: UUID) -> datetime | None:
    """By when the person must have set up a second factor; None when no clinic demands one.

    The strictest of all clinics and roles counts. Grace begins when the demand was made or the role given, whichever
    is later.
    """
    row = await fetch_one(
        connection,
        """SELECT min(greatest(r.granted_at, p.mfa_required_since) + make_interval(days => p.mfa_grace_days)) AS by
           FROM role r JOIN clinic_policy p ON p.clinic_id = r.clinic_id
           WHERE r.person_id = %(id)s AND r.role = ANY(p.mfa_required_for)""",
        {"id": person_id},
    )
    by: datetime | None = row["by"] if row else None
    return by
