"""What somebody wishes to wait for, checked: the visit, with whom, and when they can come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from openvisit.core.appointment import UPCOMING, Mode, Status
from openvisit.core.errors import Invalid
from openvisit.core.intervals import Span
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.wallclock import is_zone
from openvisit.features.availability.errors import UnknownProvider, UnknownVisitType
from openvisit.features.booking.errors import MoveRefused, NotBookableByYou, PatientNotFound
from openvisit.features.booking.present import target as visit_target
from openvisit.features.booking.queries import readable
from openvisit.features.directory import taxonomy
from openvisit.features.waitlist import wire
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one

LONGEST = timedelta(days=400)
USUAL = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose wish, for what. `until` is when it ends by itself."""

    patient: Row
    clinic_id: UUID
    visit_type_id: UUID
    provider_ids: Sequence[UUID]
    specialty: str | None
    appointment_id: UUID | None
    modes: Sequence[str]
    minutes: int
    until: datetime | None = None


async def wish(connection: Connection, actor: Actor, body: wire.NewWaitlistEntry, now: datetime) -> Wish:
    """What the body asks for, when the actor may ask for it.

    Errors: AppointmentNotFound, MoveRefused, PatientNotFound, UnknownProvider, UnknownVisitType, NotBookableByYou,
    Invalid.
    """
    if body.appointment_id is not None:
        return await _earlier(connection, actor, body.appointment_id, now)
    if body.visit_type_id is None:
        raise invalid("body.visit_type_id", "is needed, or `appointment_id`")
    kind = await fetch_one(
        connection, "SELECT * FROM visit_type WHERE id = %(id)s AND active", {"id": body.visit_type_id}
    )
    if kind is None:
        raise UnknownVisitType
    patient_id = body.patient_id or actor.patient_id
    if patient_id is None:
        raise invalid("body.patient_id", "is needed: you are not a patient yourself")
    patient = await _patient(connection, actor, patient_id, kind["clinic_id"])
    if "patient" not in kind["bookable_by"]:
        raise NotBookableByYou
    await _refuse_nobody(connection, body, kind)
    return Wish(
        patient,
        kind["clinic_id"],
        kind["id"],
        sorted(set(body.provider_ids)),
        body.specialty,
        None,
        kind["modes"],
        kind["duration_minutes"],
    )


async def _earlier(connection: Connection, actor: Actor, appointment_id: UUID, now: datetime) -> Wish:
    visit = await readable(connection, actor, appointment_id, now)
    subject = visit_target(visit)
    if not allowed(actor, "waitlist:join", subject):
        raise PatientNotFound
    if Status(visit["status"]) not in (*UPCOMING, Status.REQUESTED) or visit["starts_at"] <= now:
        raise MoveRefused("This visit cannot be had earlier any more", appointment_status=visit["status"])
    kind = await fetch_one(
        connection, "SELECT modes FROM visit_type WHERE id = %(id)s AND active", {"id": visit["visit_type_id"]}
    )
    if kind is None:
        raise UnknownVisitType
    patient = await _patient(connection, actor, visit["patient_id"], visit["clinic_id"])
    length = (visit["ends_at"] - visit["starts_at"]) // timedelta(minutes=1)
    modes = [visit["mode"], *(mode for mode in kind["modes"] if mode != visit["mode"])]
    return Wish(
        patient,
        visit["clinic_id"],
        visit["visit_type_id"],
        [visit["provider_id"]],
        None,
        appointment_id,
        modes,
        length,
        visit["starts_at"],
    )


async def _patient(connection: Connection, actor: Actor, patient_id: UUID, clinic_id: UUID) -> Row:
    row = await fetch_one(
        connection,
        """SELECT pt.id, pt.person_id, person.time_zone, pt.restricted_at IS NOT NULL AS restricted,
                  ARRAY(SELECT co.kind FROM consent co WHERE co.patient_id = pt.id AND co.clinic_id = %(clinic_id)s
                        AND co.given) AS consents
           FROM patient pt JOIN person ON person.id = pt.person_id WHERE pt.id = %(id)s""",
        {"id": patient_id, "clinic_id": clinic_id},
    )
    if row is None or not allowed(actor, "waitlist:join", Target(clinic_id=clinic_id, patient_id=patient_id)):
        raise PatientNotFound
    return row


async def _refuse_nobody(connection: Connection, body: wire.NewWaitlistEntry, kind: Row) -> None:
    """Somebody has to offer this. Errors: Invalid, UnknownProvider, UnknownVisitType."""
    if bool(body.provider_ids) == (body.specialty is not None):
        raise invalid("body.provider_ids", "name providers or a specialty, one of the two")
    if body.specialty is not None and taxonomy.unknown([body.specialty]):
        raise invalid("body.specialty", "not a specialty code of ours")
    rows = await fetch_all(
        connection,
        """SELECT p.id, EXISTS (SELECT FROM provider_visit_type pv
                                WHERE pv.provider_id = p.id AND pv.visit_type_id = %(type_id)s) AS offers
           FROM provider p WHERE p.active AND p.clinic_id = %(clinic_id)s
             AND (p.id = ANY(%(ids)s::uuid[]) OR %(specialty)s::text = ANY(p.specialties))""",
        {
            "type_id": kind["id"],
            "clinic_id": kind["clinic_id"],
            "ids": body.provider_ids,
            "specialty": body.specialty,
        },
    )
    if body.provider_ids and len(rows) < len(set(body.provider_ids)):
        raise UnknownProvider
    offering = [row for row in rows if row["offers"]]
    if not offering or (body.provider_ids and len(offering) < len(rows)):
        raise UnknownVisitType


def checked_modes(wanted: Sequence[Mode] | None, possible: Sequence[str], usual: Sequence[str]) -> list[str]:
    """The ways to meet, the one liked best first. Errors: Invalid for one that this visit has not."""
    if wanted is None:
        return list(usual)
    if foreign := [mode for mode in wanted if mode not in possible]:
        raise invalid("body.modes", f"{foreign[0]} is not a way to have this visit")
    return [str(mode) for mode in dict.fromkeys(wanted)]


def checked_windows(times: Sequence[wire.Window], minutes: int) -> list[Span]:
    """Times of day in wall minutes. Errors: Invalid for one that the visit does not fit in."""
    spans = sorted((_minute(window.start), _minute(window.end)) for window in times)
    if any(until - begin < minutes for begin, until in spans):
        raise invalid("body.times", f"each has to begin before it ends, and to leave {minutes} minutes for the visit")
    return spans


def checked_zone(zone: str) -> str:
    """Errors: Invalid."""
    if not is_zone(zone):
        raise invalid("body.time_zone", "not an IANA time zone")
    return zone


def checked_until(day: date | None, zone: str, now: datetime) -> datetime:
    """The end of the day in the zone; three months from now for none. Errors: Invalid."""
    if day is None:
        return now + USUAL
    today = now.astimezone(ZoneInfo(zone)).date()
    if not today <= day <= today + LONGEST:
        raise invalid("body.until", f"from today, at most {LONGEST.days} days ahead")
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))


async def refuse_unplaced(connection: Connection, near: wire.Near | None, clinic_id: UUID) -> None:
    """Nobody waits near a place for a clinic that is nowhere on the map: no time there could ever suit.

    Errors: Invalid.
    """
    if near is None:
        return
    placed = await fetch_one(
        connection,
        "SELECT FROM location WHERE clinic_id = %(id)s AND active AND latitude IS NOT NULL LIMIT 1",
        {"id": clinic_id},
    )
    if placed is None:
        raise invalid("body.near", "none of the clinic's places is on the map")


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def invalid(path: str, message: str) -> Invalid:
    """The error for one field."""
    return Invalid(message, errors=[{"path": path, "message": message}])
