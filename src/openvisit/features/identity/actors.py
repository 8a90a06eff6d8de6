"""Reading the `Actor` behind a session: the one query every request rests on, remembered for a short while."""

from datetime import datetime
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.features.identity.lives import NOT_OVER, Lives
from openvisit.platform.db import Connection, fetch_one


async def load_actor(connection: Connection, session_id: UUID, now: datetime, lives: Lives) -> Actor | None:
    """The person behind a session with all they hold, or None when the session or the person is no longer good.

    `provider` belongs to the directory, `delegation` and `emergency_access` to access, tiers above. What somebody may
    do cannot be told without them, and a port with a query behind it would cost a second round trip on the path of
    every request: so their names are used here, in SQL alone.
    """
    row = await fetch_one(
        connection,
        f"""SELECT p.id AS person_id, p.full_name, p.time_zone, p.language, patient.id AS patient_id,
                  s.authenticated_at, s.enrolling,
                  (SELECT provider.id FROM provider WHERE provider.person_id = p.id AND provider.active) AS provider_id,
                  ARRAY(SELECT role.clinic_id::text || ' ' || held FROM role, unnest(role.role || role.scopes) AS held
                        WHERE role.person_id = p.id) AS roles,
                  ARRAY(SELECT d.patient_id::text || ' ' || array_to_string(d.scopes, ',') FROM delegation d
                        WHERE d.delegate_id = p.id AND d.accepted_at IS NOT NULL AND d.ended_at IS NULL
                              AND d.expires_at > %(now)s) AS delegations,
                  ARRAY(SELECT e.patient_id FROM emergency_access e
                        WHERE e.person_id = p.id AND e.ended_at IS NULL AND e.expires_at > %(now)s) AS emergencies
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
        delegations=_delegations(row["delegations"]),
        emergencies=frozenset(row["emergencies"]),
    )


def _delegations(entries: list[str]) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, frozenset[str]] = {}
    for entry in entries:
        patient_id, _, scopes = entry.partition(" ")
        found[UUID(patient_id)] = found.get(UUID(patient_id), frozenset()) | frozenset(scopes.split(","))
    return found
