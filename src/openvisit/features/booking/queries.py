"""Lists of appointments, one appointment, and what happened to it. Every list starts from what the caller may see."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from openvisit.core.appointment import Mode, Status
from openvisit.core.errors import Invalid
from openvisit.core.permissions import ADMIN, BILLING, CLINICAL, FRONT_DESK, PROVIDER, SEE, Actor, Target, allowed
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.availability.errors import UnknownProvider
from openvisit.features.booking import wire
from openvisit.features.booking.errors import AppointmentNotFound, PatientNotFound
from openvisit.features.booking.lateness import patients_late
from openvisit.features.booking.present import APPOINTMENTS, HIDDEN, WHY, appointment, patient_keys, target
from openvisit.platform.crypto import Keys, Vault
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one
from openvisit.platform.ics import VisitFacts, calendar
from openvisit.platform.links import room


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list. Unset parts do not narrow."""

    statuses: tuple[Status, ...] = ()
    mode: Mode | None = None
    begin: datetime | None = None
    end: datetime | None = None
    text: str | None = None
    patient_id: UUID | None = None
    provider_id: UUID | None = None
    clinic_id: UUID | None = None
    location_id: UUID | None = None
    newest_first: bool = False
    cursor: str | None = None
    limit: int = 50
    scope: dict[str, Any] = field(default_factory=dict)


_LIST = (
    APPOINTMENTS
    + """
WHERE (a.patient_id = %(own_patient)s OR a.provider_id = %(own_provider)s OR a.clinic_id = ANY(%(clinics)s::uuid[])
       OR a.patient_id = ANY(%(emergencies)s::uuid[])
       OR (a.patient_id = ANY(%(delegated)s::uuid[]) AND NOT {hidden}))
  AND (%(statuses)s::text[] IS NULL OR a.status = ANY(%(statuses)s))
  AND (%(mode)s::text IS NULL OR a.mode = %(mode)s)
  AND (%(begin)s::timestamptz IS NULL OR a.ends_at > %(begin)s)
  AND (%(end)s::timestamptz IS NULL OR a.starts_at < %(end)s)
  AND (%(patient_id)s::uuid IS NULL OR a.patient_id = %(patient_id)s)
  AND (%(provider_id)s::uuid IS NULL OR a.provider_id = %(provider_id)s)
  AND (%(clinic_id)s::uuid IS NULL OR a.clinic_id = %(clinic_id)s)
  AND (%(location_id)s::uuid IS NULL OR a.location_id = %(location_id)s)
  AND (%(text)s::text IS NULL OR person.full_name ILIKE %(text)s OR p.full_name ILIKE %(text)s
       OR v.name ILIKE %(text)s)
  AND (%(after_start)s::timestamptz IS NULL OR (a.starts_at, a.id) {beyond} (%(after_start)s, %(after_id)s))
ORDER BY a.starts_at {order}, a.id {order} LIMIT %(limit)s"""
)


async def listed(
    connection: Connection,
    vault: Vault,
    actor: Actor,
    filters: Filters,
    now: datetime,
    permission: str = "appointment:list",
) -> wire.Appointments:
    """A page of the caller's appointments: their own, their schedule's, and their clinics'.

    Other people's are in the audit by then, under the permission: one entry a patient.
    Errors: Invalid for a foreign cursor.
    """
    after_start, after_id = _decode(filters.cursor) if filters.cursor else (None, None)
    order, beyond = ("DESC", "<") if filters.newest_first else ("ASC", ">")
    rows = await fetch_all(
        connection,
        _LIST.format(order=order, beyond=beyond, hidden=HIDDEN),
        {
            "own_patient": actor.patient_id,
            "own_provider": actor.provider_id,
            "clinics": actor.clinics(FRONT_DESK, CLINICAL, BILLING, ADMIN),
            "emergencies": [],
            "delegated": [patient for patient, scopes in actor.delegations.items() if SEE in scopes],
            "statuses": [str(status) for status in filters.statuses] or None,
            "mode": str(filters.mode) if filters.mode else None,
            "begin": filters.begin,
            "end": filters.end,
            "text": _like(filters.text) if filters.text else None,
            "patient_id": filters.patient_id,
            "provider_id": filters.provider_id,
            "clinic_id": filters.clinic_id,
            "location_id": filters.location_id,
            "after_start": after_start,
            "after_id": after_id,
            "limit": filters.limit + 1,
            **filters.scope,
        },
    )
    page = rows[: filters.limit]
    await _record_looks(connection, actor, permission, page, now)
    cursor = _encode(page[-1]) if len(rows) > filters.limit else None
    late = await patients_late(connection, page, now)
    return wire.Appointments([appointment(row, vault, actor, now, late.get(row["id"])) for row in page], cursor)


async def one(
    connection: Connection, vault: Vault, actor: Actor, appointment_id: UUID, now: datetime
) -> wire.Appointment:
    """Errors: AppointmentNotFound, for other people's too."""
    row = await readable(connection, actor, appointment_id, now)
    late = await patients_late(connection, [row], now)
    return appointment(row, vault, actor, now, late.get(appointment_id))


async def readable(connection: Connection, actor: Actor, appointment_id: UUID, now: datetime) -> Row:
    """The appointment's row, when the caller may read it; who is not its patient is in the audit by then.

    Errors: AppointmentNotFound.
    """
    row = await fetch_one(connection, f"{APPOINTMENTS} WHERE a.id = %(id)s", {"id": appointment_id})
    if row is None or not allowed(actor, "appointment:read", target(row)):
        raise AppointmentNotFound
    await _record_looks(connection, actor, "appointment:read", [row], now, visit=True)
    return row


async def _record_looks(
    connection: Connection, actor: Actor, action: str, rows: Sequence[Row], now: datetime, *, visit: bool = False
) -> None:
    """Write down whose appointments the caller is shown; with `visit`, which one."""
    looks = [
        look(
            actor,
            row["clinic_id"],
            row["patient_id"],
            provider_id=row["provider_id"],
            appointment_id=row["id"] if visit else None,
        )
        for row in rows
    ]
    seen = [each for each in looks if each]
    await record_looks(connection, at=now, actor_id=actor.person_id, action=action, looks=seen)


async def calendar_file(
    connection: Connection, actor: Actor, appointment_id: UUID, public_url: str, now: datetime
) -> bytes:
    """The visit as an iCalendar file for the caller's own calendar. Errors: AppointmentNotFound."""
    row = await readable(connection, actor, appointment_id, now)
    own = row["patient_person_id"] == actor.person_id
    in_person = row["mode"] == Mode.IN_PERSON
    place = ", ".join(filter(None, (row["location_name"], row["address"], row["city"]))) if in_person else ""
    facts = VisitFacts(
        id=appointment_id,
        version=row["version"],
        start=row["starts_at"],
        end=row["ends_at"],
        time_zone=row["time_zone"],
        status=row["status"],
        mode=row["mode"],
        with_whom=row["provider_name"] if own else row["patient_name"],
        place=place,
        link=f"{public_url}/visits/{appointment_id}",
        join=room(public_url, appointment_id),
        language=actor.language,
    )
    return calendar(facts, "PUBLISH", now)


async def history(
    connection: Connection, vault: Vault, actor: Actor, appointment_id: UUID, now: datetime
) -> wire.History:
    """What happened to the visit, oldest first. Errors: AppointmentNotFound."""
    keys = patient_keys(await readable(connection, actor, appointment_id, now), vault)
    rows = await fetch_all(
        connection,
        """SELECT t.at, t.action, COALESCE(openvisit_name(t.actor_id), 'OpenVisit') AS by, t.data
           FROM audit t
           WHERE t.thing = 'appointment' AND t.thing_id = %(id)s AND t.action NOT LIKE '%%:read' ORDER BY t.id""",
        {"id": appointment_id},
    )
    return wire.History(
        [wire.HistoryEntry(r["at"], r["action"], r["by"], _opened(r["data"], keys, appointment_id)) for r in rows]
    )


def _opened(data: dict[str, Any], keys: Keys, appointment_id: UUID) -> dict[str, Any]:
    """The entry's data, the reason for an overbooking readable again."""
    if "why" not in data:
        return data
    try:
        why = keys.shown(base64.b64decode(data["why"], validate=True), WHY, appointment_id)
    except ValueError:  # an entry from before reasons were sealed
        why = data["why"]
    return {**data, "why": why}


async def of_patient(
    connection: Connection, vault: Vault, actor: Actor, patient_id: UUID, filters: Filters, now: datetime
) -> wire.Appointments:
    """A patient's appointments: all for the patient, those of the caller's clinics for their members.

    Errors: PatientNotFound.
    """
    rows = await fetch_all(
        connection, "SELECT clinic_id FROM clinic_patient WHERE patient_id = %(id)s", {"id": patient_id}
    )
    clinics: list[UUID | None] = [row["clinic_id"] for row in rows]
    targets = [Target(clinic_id=clinic, patient_id=patient_id) for clinic in clinics or [None]]
    if not any(allowed(actor, "patient-history:read", each) for each in targets):
        raise PatientNotFound
    scope = {
        "clinics": actor.clinics(PROVIDER, CLINICAL, ADMIN),
        "emergencies": list(actor.emergencies & {patient_id}),
    }
    filters = replace(filters, patient_id=patient_id, scope=scope)
    return await listed(connection, vault, actor, filters, now, "patient-history:read")


async def of_provider(
    connection: Connection, vault: Vault, actor: Actor, provider_id: UUID, filters: Filters, now: datetime
) -> wire.Appointments:
    """A provider's appointments, for the provider and the clinic's staff. Errors: UnknownProvider."""
    row = await fetch_one(connection, "SELECT clinic_id FROM provider WHERE id = %(id)s", {"id": provider_id})
    if row is None or not allowed(
        actor, "provider-history:read", Target(clinic_id=row["clinic_id"], provider_id=provider_id)
    ):
        raise UnknownProvider
    filters = replace(filters, provider_id=provider_id)
    return await listed(connection, vault, actor, filters, now, "provider-history:read")


def moment(text: str, zone: str, field_name: str, *, end: bool = False) -> datetime:
    """A query's DATE (the start of that day in the zone, or its end) or instant with an offset. Errors: Invalid."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text) + timedelta(days=1 if end else 0)
            return datetime.combine(day, time(), ZoneInfo(zone))
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None or not 1900 <= found.year <= 2300:
        message = "a date, or an instant with an offset"
        raise Invalid(f"`{field_name}` is not {message}", errors=[{"path": f"query.{field_name}", "message": message}])
    return found


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _encode(row: Row) -> str:
    return base64.urlsafe_b64encode(f"{row['starts_at'].isoformat()}|{row['id']}".encode()).decode()


def _decode(cursor: str) -> tuple[datetime, UUID]:
    try:
        start, _, row_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        found = datetime.fromisoformat(start), UUID(row_id)
    except (ValueError, binascii.Error):
        found = None
    if found is None or found[0].tzinfo is None:
        raise Invalid("The cursor is not one of ours", errors=[{"path": "query.cursor", "message": "not a cursor"}])
    return found
