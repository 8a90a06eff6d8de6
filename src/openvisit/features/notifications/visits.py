"""What a letter about a visit has to know. Never its reason, nor any other health text."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from openvisit.platform.db import Connection, Row, fetch_one

_VISIT = """
SELECT a.id, a.clinic_id, a.version, a.starts_at, a.ends_at, a.time_zone, a.mode, a.status,
       a.price_minor, a.price_currency,
       p.full_name AS provider_name, p.time_zone AS provider_zone,
       c.name AS clinic_name, c.phone AS clinic_phone, c.cancellation_notice_minutes, c.cancellation_reason_required,
       l.name AS location_name, l.address, l.city, l.region, l.postal_code, l.country, l.phone AS location_phone,
       pp.full_name AS patient_name, pp.id AS patient_person_id, pp.email AS patient_email,
       pk.wrapped AS patient_key, dk.wrapped AS provider_key,
       pp.time_zone AS patient_zone, pp.language AS patient_language, pp.active AS patient_active,
       dp.full_name AS provider_person_name, dp.id AS provider_person_id, dp.email AS provider_email,
       dp.language AS provider_language, dp.active AS provider_active
FROM appointment a
JOIN provider p ON p.id = a.provider_id
JOIN clinic c ON c.id = a.clinic_id
JOIN patient pt ON pt.id = a.patient_id
JOIN person pp ON pp.id = pt.person_id
LEFT JOIN keyring.data_key pk ON pk.owner = pt.person_id
LEFT JOIN person dp ON dp.id = p.person_id
LEFT JOIN keyring.data_key dk ON dk.owner = p.person_id
LEFT JOIN location l ON l.id = a.location_id AND a.mode = 'in-person'
WHERE a.id = %(id)s"""

_TRUE_WHILE: Mapping[str, frozenset[str]] = {
    "appointment.requested": frozenset({"requested"}),
    "appointment.declined": frozenset({"cancelled"}),
    "appointment.cancelled": frozenset({"cancelled"}),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone who is told: `role` is patient or provider, `email` sealed under `data_key`, `zone` where they live."""

    role: str
    person_id: UUID
    name: str
    email: bytes
    data_key: bytes | None
    zone: str
    language: str


async def read_visit(connection: Connection, appointment_id: UUID) -> Row | None:
    """The visit as it is now, or None."""
    return await fetch_one(connection, _VISIT, {"id": appointment_id})


def still_true(event_type: str, status: str) -> bool:
    """Whether news is still so: nobody is told that a visit is booked when it has been cancelled meanwhile."""
    statuses = _TRUE_WHILE.get(event_type)
    return status != "cancelled" if statuses is None else status in statuses


def recipients(visit: Row) -> list[Recipient]:
    """The patient, and the provider where an account belongs to them; not those whose account is closed."""
    found = [
        Recipient(
            "patient",
            visit["patient_person_id"],
            visit["patient_name"],
            visit["patient_email"],
            visit["patient_key"],
            visit["patient_zone"],
            visit["patient_language"],
        )
    ] * bool(visit["patient_active"] and visit["patient_email"])
    if visit["provider_active"]:
        found.append(
            Recipient(
                "provider",
                visit["provider_person_id"],
                visit["provider_person_name"],
                visit["provider_email"],
                visit["provider_key"],
                visit["provider_zone"],
                visit["provider_language"],
            )
        )
    return found
