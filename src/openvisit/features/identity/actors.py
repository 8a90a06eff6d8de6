"""Reading the `Actor` behind a session: the one query every request rests on, remembered for a short while."""

from datetime import datetime
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.features.identity.lives import NOT_OVER, Lives
from openvisit.platform.db import Connection, fetch_one


async def load_actor(connection: Connection, session_id: UUID, now: datetime, lives: Lives) -> Actor | None:
    """The person behind a session with all they hold, or None when the session or the person is no longer good.

    `provider` belongs to the directory, a tier above. Who somebody is cannot be told without it, and a port with one
    query behind it would cost a second round trip on the path of every request: so its name is used here, in SQL
    alone, for the one column `id`.
    """
    row = await fetch_one(
        connection,
        f"""SELECT p.id AS person_id, p.full_name, p.time_zone, p.language, patient.id AS patient_id,
                  s.authenticated_at, s.enrolling,
                  (SELECT provider.id FROM provider WHERE provider.person_id = p.id AND provider.active) AS provider_id,
                  ARRAY(SELECT role.clinic_id::text || ' ' || role.role FROM role
                        WHERE role.person_id = p.id) AS roles
           FROM session s
           JOIN person p ON p.id = s.person_id
           LEFT JOIN patient ON patient.person_id = p.id
           WHERE s.id = %(session_id)s AND {NOT_OVER} AND p.active""",
        {"session_id": session_id, "now": now, **lives.values()},
    )
    if row is None:
        return None
    held: dict[UUID, set[str]] = {}
    for entry in row["roles"]:
        clinic_id, _, role = entry.partition(" ")
        held.setdefault(UUID(clinic_id), set()).add(role)
    return Actor(
        person_id=row["person_id"],
        session_id=session_id,
        patient_id=row["patient_id"],
        provider_id=row["provider_id"],
        roles={clinic_id: frozenset(roles) for clinic_id, roles in held.items()},
        full_name=row["full_name"],
        time_zone=row["time_zone"],
        language=row["language"],
        authenticated_at=row["authenticated_at"],
        enrolling=row["enrolling"],
    )
