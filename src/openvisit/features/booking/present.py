"""A row of `APPOINTMENTS` as the API shows it to one person."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from openvisit.core.appointment import Mode, Move, Status
from openvisit.core.appointment import allowed as possible
from openvisit.core.permissions import ADMIN, CLINICAL, FRONT_DESK, HEALTH, PROVIDER, Actor, Target, allowed
from openvisit.features.audit import vocabulary
from openvisit.features.booking import wire
from openvisit.platform.crypto import Keys, Vault

HIDDEN = """CASE
    WHEN pt.born_on + make_interval(years => coalesce(rules.adolescent_from_age, 12)) <= a.starts_at
         AND pt.born_on + make_interval(years => coalesce(rules.adolescent_until_age, 18)) > a.starts_at
    THEN CASE coalesce(rules.proxies_see, 'not-private') WHEN 'nothing' THEN true WHEN 'all' THEN false
         ELSE a.private END
    ELSE a.private END"""
"""Whether a visit is hidden from those who act for its patient: what the patient keeps private, and of adolescents
what the clinic's policy says. `a`, `pt` and `rules` are the appointment, its patient and the clinic's policy."""

APPOINTMENTS = f"""
SELECT a.*, c.name AS clinic_name, c.cancellation_notice_minutes, c.cancellation_reason_required,
       p.full_name AS provider_name, p.person_id AS provider_person_id,
       person.full_name AS patient_name, pt.person_id AS patient_person_id,
       v.name AS visit_type_name, v.duration_minutes,
       l.name AS location_name, l.address, l.city, l.time_zone AS location_zone, l.phone AS location_phone,
       r.name AS room_name, d.name AS device_name, k.wrapped AS patient_key,
       {HIDDEN} AS hidden
FROM appointment a
JOIN clinic c ON c.id = a.clinic_id
JOIN provider p ON p.id = a.provider_id
JOIN patient pt ON pt.id = a.patient_id
JOIN person ON person.id = pt.person_id
LEFT JOIN keyring.data_key k ON k.owner = pt.person_id
JOIN visit_type v ON v.id = a.visit_type_id
LEFT JOIN location l ON l.id = a.location_id
LEFT JOIN room r ON r.id = a.room_id
LEFT JOIN device d ON d.id = a.device_id
LEFT JOIN clinic_policy rules ON rules.clinic_id = a.clinic_id
"""
"""The columns `appointment` below wants; conditions follow."""

WHY = "audit.why"
"""What the reason for an overbooking is sealed for, in the trail's data."""

_PERMISSION = {move: f"appointment:{move}" for move in Move}
_PATIENT_MAY_NOT_LATE = {Move.CANCEL, Move.RESCHEDULE}


def target(row: Any) -> Target:
    """Whose appointment it is."""
    return Target(
        clinic_id=row["clinic_id"],
        patient_id=row["patient_id"],
        provider_id=row["provider_id"],
        hidden=row["hidden"],
    )


def acting(actor: Actor, row: Any) -> tuple[str, str]:
    """As whom the actor deals with the appointment, and why: the codes for the audit."""
    role, reason = vocabulary.acting(
        actor, row["clinic_id"], patient_id=row["patient_id"], provider_id=row["provider_id"]
    )
    return role.value, reason.value


def told_by(actor: Actor) -> dict[str, str]:
    """How the actor came, for the audit, where they did not sign in."""
    return {"via": actor.via} if actor.via else {}


def by_clinic(actor: Actor, row: Any) -> bool:
    """Whether the actor acts for the clinic here: its staff, its admin or the visit's own provider."""
    return actor.provider_id == row["provider_id"] or actor.holds(row["clinic_id"], "staff", "admin")


def appointment(
    row: Any, vault: Vault, actor: Actor, now: datetime, late: wire.SaidLate | None = None
) -> wire.Appointment:
    """The appointment, its sealed texts opened; `late` is what its patient said of being late.

    The caller has to have the right to read it.
    """
    keys = patient_keys(row, vault)
    told = may_read_health(actor, row)
    zone = ZoneInfo(row["time_zone"])
    notice = timedelta(minutes=row["cancellation_notice_minutes"])
    return wire.Appointment(
        id=row["id"],
        clinic=wire.Named(row["clinic_id"], row["clinic_name"]),
        provider=wire.Named(row["provider_id"], row["provider_name"]),
        patient=wire.Named(row["patient_id"], row["patient_name"]),
        visit_type=wire.VisitTypeRef(row["visit_type_id"], row["visit_type_name"], row["duration_minutes"]),
        start=row["starts_at"].astimezone(zone),
        end=row["ends_at"].astimezone(zone),
        time_zone=row["time_zone"],
        mode=Mode(row["mode"]),
        status=Status(row["status"]),
        location=_place(row),
        room=_named(row, "room"),
        device=_named(row, "device"),
        reason=keys.shown(row["reason"], "appointment.reason", row["id"]) if told else "",
        accommodations=accommodations(row, keys) if told else {},
        price=None if row["price_minor"] is None else wire.Price(row["price_minor"], row["price_currency"]),
        overbooked=row["overbooked"],
        policy=wire.Policy((row["starts_at"] - notice).astimezone(zone), row["cancellation_reason_required"]),
        moves=moves(row, actor, now),
        closed_reason=keys.shown(row["closed_reason"], "appointment.closed_reason", row["id"]) if told else "",
        private=row["private"],
        patient_late=late,
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        version=row["version"],
    )


def may_read_health(actor: Actor, row: Any) -> bool:
    """Whether the actor is told what the visit is about: everybody who may read it but delegates without that scope,
    and those who see to the money."""
    if actor.patient_id == row["patient_id"] or row["patient_id"] in actor.emergencies:
        return True
    if actor.provider_id == row["provider_id"] or actor.holds(row["clinic_id"], PROVIDER, FRONT_DESK, CLINICAL, ADMIN):
        return True
    return HEALTH in actor.delegations.get(row["patient_id"], ())


def patient_keys(row: Any, vault: Vault) -> Keys:
    """The keys that the visit's health text is sealed under: its patient's."""
    return vault.of(row["patient_person_id"], row["patient_key"])


def accommodations(row: Any, keys: Keys) -> dict[str, Any]:
    """What the patient needs; nothing once their key is gone, or when it was kept long enough."""
    if keys.erased or not row["accommodations"]:
        return {}
    needs: dict[str, Any] = msgspec.json.decode(
        keys.open_bytes(row["accommodations"], "appointment.accommodations", row["id"])
    )
    return needs


def moves(row: Any, actor: Actor, now: datetime) -> list[str]:
    """The moves that status, clock, policy and permission table leave this person."""
    clinic = by_clinic(actor, row)
    status, start = Status(row["status"]), row["starts_at"]
    found = possible(status, start, now)
    if clinic:
        # Patients come early; the front desk sees them standing there.
        found |= {m for m in (Move.CHECK_IN, Move.START) if m in possible(status, start, max(now, start))}
    elif now > start - timedelta(minutes=row["cancellation_notice_minutes"]):
        found -= _PATIENT_MAY_NOT_LATE
    subject = target(row)
    return sorted(str(move) for move in found if allowed(actor, _PERMISSION[move], subject))


def _place(row: Any) -> wire.Place | None:
    if row["location_id"] is None:
        return None
    return wire.Place(
        row["location_id"],
        row["location_name"],
        row["address"],
        row["city"],
        row["location_zone"],
        row["location_phone"],
    )


def _named(row: Any, thing: str) -> wire.Named | None:
    return None if row[f"{thing}_id"] is None else wire.Named(row[f"{thing}_id"], row[f"{thing}_name"])
