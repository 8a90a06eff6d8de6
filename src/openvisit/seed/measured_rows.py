"""The measured group's patients and visits as rows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from uuid import UUID

from psycopg.types.json import Jsonb

from openvisit.core.appointment import Status
from openvisit.core.ids import new_id
from openvisit.core.intervals import instant
from openvisit.features.consent.agreed import agree
from openvisit.platform.crypto import Keys, Vault
from openvisit.platform.db import Connection
from openvisit.seed.accounts import insert_persons
from openvisit.seed.measured_providers import ZONES, Measured
from openvisit.seed.measured_visits import Booked, PatientIds
from openvisit.seed.names import some_name
from openvisit.seed.rows import insert
from openvisit.seed.visit_kinds import IN_PERSON, VIDEO
from openvisit.seed.visit_rows import APPOINTMENT


async def insert_patients(
    connection: Connection, vault: Vault, random: Random, group: Measured, count: int, now: datetime
) -> list[PatientIds]:
    """Write so many patients of the group."""
    found = [PatientIds(new_id(), new_id()) for _ in range(count)]
    since = now - timedelta(days=1)
    people = [
        (p.person_id, some_name(random)[0], ZONES[n % len(ZONES)], "en", f"+1 212 555 01{n % 100:02}", since)
        for n, p in enumerate(found)
    ]
    await insert_persons(connection, vault, people, mark=group.id.hex[-8:])
    await insert(connection, "patient", "id, person_id, created_at", ((p.id, p.person_id, since) for p in found))
    await insert(connection, "clinic_patient", "clinic_id, patient_id, since", ((group.id, p.id, since) for p in found))
    await agree(connection, [p.id for p in found], [group.id], since)
    return found


async def insert_appointments(
    connection: Connection, vault: Vault, group: Measured, visits: Sequence[Booked], now: datetime
) -> None:
    """Write the visits and that they were booked."""
    keys = await vault.many(connection, {v.patient.person_id for v in visits})
    await insert(connection, "appointment", APPOINTMENT, _appointments(keys, group, visits, now))
    await insert(
        connection,
        "audit",
        "at, clinic_id, actor_id, acting_as, action, reason, thing, thing_id, patient_id, data",
        (
            (now, group.id, v.patient.person_id, "patient", "appointment:book", "patient-request", "appointment", v.id,
             v.patient.id, Jsonb({"start": _text(v.start), "status": str(Status.SCHEDULED), "mode": _mode(v)}))
            for v in visits
        ),
    )  # fmt: skip


def _appointments(
    keys: Mapping[UUID, Keys], group: Measured, visits: Sequence[Booked], now: datetime
) -> Iterator[tuple[object, ...]]:
    at = now.isoformat()
    for v in visits:
        site = v.provider.site
        place = site.id if v.room_id else None
        own = keys[v.patient.person_id]
        yield (
            v.id, group.id, v.provider.id, v.patient.id, v.kind.id, place, v.room_id, None, _text(v.start),
            _text(v.end), site.zone, _mode(v), Status.SCHEDULED.value, own.seal("", "appointment.reason", v.id),
            own.seal_bytes(b"{}", "appointment.accommodations", v.id), v.kind.price, "USD", v.patient.person_id, at,
            at, None, 1,
        )  # fmt: skip


async def insert_claims(connection: Connection, visits: Sequence[Booked]) -> int:
    """Write what the visits claim; the answer is how many claims that is."""
    return await insert(connection, "claim", "id, resource, during, kind, exclusive, appointment_id", _claims(visits))


def _claims(visits: Sequence[Booked]) -> Iterator[tuple[object, ...]]:
    """In order of resource and time: neighbours go to the same pages of the constraint's index."""
    claims = [(resource, v.start, v.end, v.id) for v in visits for resource in _resources(v)]
    claims.sort()
    for resource, start, end, visit_id in claims:
        yield new_id(), resource, f"[{_text(start)},{_text(end)})", "visit", True, visit_id


def _resources(visit: Booked) -> list[UUID]:
    found = [visit.provider.id, visit.patient.id]
    return [*found, visit.room_id] if visit.room_id else found


def _mode(visit: Booked) -> str:
    return IN_PERSON if visit.room_id else VIDEO


@lru_cache(maxsize=100_000)
def _text(minute: int) -> str:
    """The instant in words that PostgreSQL reads; made once for the many visits that start together."""
    return instant(minute).isoformat()
