"""Rows of the waitlist as the API shows them."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from openvisit.core.appointment import Mode
from openvisit.core.intervals import Span
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.waitlist import Place, Times, Urgency, Waiting
from openvisit.features.booking.present import HIDDEN
from openvisit.features.booking.wire import Named
from openvisit.features.booking.wire import Place as VisitPlace
from openvisit.features.waitlist import wire
from openvisit.platform.crypto import Keys, Vault

ENTRIES = f"""
SELECT e.*, c.name AS clinic_name, v.name AS visit_type_name, v.duration_minutes,
       v.modes AS visit_type_modes, person.full_name AS patient_name,
       pt.person_id AS patient_person_id, k.wrapped AS patient_key, a.starts_at AS appointment_start,
       a.time_zone AS appointment_zone, coalesce({HIDDEN}, false) AS hidden,
       ARRAY(SELECT jsonb_build_object('id', p.id, 'name', p.full_name) FROM provider p
             WHERE p.id = ANY(e.provider_ids) ORDER BY p.full_name, p.id) AS providers,
       (SELECT count(*) FROM waitlist_offer o WHERE o.entry_id = e.id) AS offers
FROM waitlist_entry e
JOIN clinic c ON c.id = e.clinic_id
JOIN visit_type v ON v.id = e.visit_type_id
JOIN patient pt ON pt.id = e.patient_id
JOIN person ON person.id = pt.person_id
LEFT JOIN keyring.data_key k ON k.owner = pt.person_id
LEFT JOIN appointment a ON a.id = e.appointment_id
LEFT JOIN clinic_policy rules ON rules.clinic_id = e.clinic_id
"""
"""The columns `entry` below wants; conditions follow."""

OFFERS = f"""
SELECT o.*, s.provider_id, s.visit_type_id, s.mode, s.location_id, s.starts_at, s.ends_at, s.hold_id,
       s.status AS slot_status, e.appointment_id AS moves, e.status AS entry_status,
       c.name AS clinic_name, v.name AS visit_type_name, p.full_name AS provider_name, p.time_zone AS provider_zone,
       person.full_name AS patient_name, pt.person_id AS patient_person_id, person.time_zone AS patient_zone,
       l.name AS location_name, l.address, l.city, l.time_zone AS location_zone, l.phone AS location_phone,
       a.starts_at AS appointment_start, coalesce({HIDDEN}, false) AS hidden
FROM waitlist_offer o
JOIN waitlist_slot s ON s.id = o.slot_id
JOIN waitlist_entry e ON e.id = o.entry_id
JOIN clinic c ON c.id = o.clinic_id
JOIN visit_type v ON v.id = s.visit_type_id
JOIN provider p ON p.id = s.provider_id
JOIN patient pt ON pt.id = o.patient_id
JOIN person ON person.id = pt.person_id
LEFT JOIN location l ON l.id = s.location_id
LEFT JOIN appointment a ON a.id = e.appointment_id
LEFT JOIN clinic_policy rules ON rules.clinic_id = o.clinic_id
"""
"""The columns `offer` below wants; conditions follow."""

LATELY = """
(SELECT count(*) FROM waitlist_offer o WHERE o.patient_id = e.patient_id AND o.clinic_id = e.clinic_id
 AND o.status = 'expired' AND o.offered_at > %(lately)s) AS missed,
(SELECT count(*) FROM waitlist_offer o WHERE o.patient_id = e.patient_id AND o.clinic_id = e.clinic_id
 AND o.status = 'declined' AND o.offered_at > %(lately)s) AS declined"""
"""What fairness goes by: the offers to the entry's patient, at its clinic, that came to nothing since %(lately)s."""

_PURPOSE = "waitlist_entry.near"


def target(row: Any) -> Target:
    """Whose entry or offer it is."""
    return Target(clinic_id=row["clinic_id"], patient_id=row["patient_id"], hidden=row["hidden"])


def times(row: Any) -> Times:
    """When the patient can come."""
    return Times(row["time_zone"], frozenset(row["days"]), [(begin, until) for begin, until in row["windows"]])


def waiting(row: Any) -> Waiting:
    """The entry as the order of turns sees it; wants `LATELY`."""
    weekly = times(row).minutes_a_week()
    return Waiting(row["id"], Urgency(row["urgency"]), row["joined_at"], row["missed"], row["declined"], weekly)


def seal_near(keys: Keys, near: wire.Near | None, entry_id: Any) -> bytes | None:
    """The place, which is mostly somebody's home, under their key."""
    return keys.seal(msgspec.json.encode(near).decode(), _PURPOSE, entry_id) if near else None


def near(keys: Keys, row: Any) -> wire.Near | None:
    """The place again; None once the patient's key is gone."""
    if row["near"] is None or keys.erased:
        return None
    return msgspec.json.decode(keys.open(row["near"], _PURPOSE, row["id"]), type=wire.Near)


def windows_of(spans: Sequence[Span]) -> list[wire.Window]:
    """Wall minutes of a day as times of day."""
    return [wire.Window(f"{s // 60:02}:{s % 60:02}", f"{e // 60:02}:{e % 60:02}") for s, e in spans]


def entry(
    row: Any, vault: Vault, actor: Actor, place: Place | None, offer: wire.WaitlistOffer | None
) -> wire.WaitlistEntry:
    """The entry as the actor may see it. The caller has to have the right to read it."""
    at_clinic = allowed(actor, "waitlist:manage", target(row))
    zone = ZoneInfo(row["appointment_zone"] or row["time_zone"])
    return wire.WaitlistEntry(
        id=row["id"],
        patient=Named(row["patient_id"], row["patient_name"]),
        clinic=Named(row["clinic_id"], row["clinic_name"]),
        visit_type=Named(row["visit_type_id"], row["visit_type_name"]),
        providers=[msgspec.convert(p, Named) for p in row["providers"]],
        specialty=row["specialty"],
        appointment_id=row["appointment_id"],
        appointment_start=row["appointment_start"].astimezone(zone) if row["appointment_start"] else None,
        modes=[Mode(mode) for mode in row["modes"]],
        possible_modes=[Mode(mode) for mode in row["visit_type_modes"]],
        days=row["days"],
        times=windows_of(row["windows"]),
        time_zone=row["time_zone"],
        near=near(vault.of(row["patient_person_id"], row["patient_key"]), row),
        until=row["until"].astimezone(ZoneInfo(row["time_zone"])),
        status=row["status"],
        place=place,
        joined_at=row["joined_at"],
        urgency=Urgency(row["urgency"]) if at_clinic else None,
        offers=row["offers"] if at_clinic else None,
        offer=offer,
    )


def offer(row: Any) -> wire.WaitlistOffer:
    """The offer, its times on the clock of the place for a visit there, else on the patient's."""
    in_person = row["mode"] == Mode.IN_PERSON
    name = (row["location_zone"] or row["provider_zone"]) if in_person else row["patient_zone"]
    zone = ZoneInfo(name)
    return wire.WaitlistOffer(
        id=row["id"],
        entry_id=row["entry_id"],
        patient=Named(row["patient_id"], row["patient_name"]),
        clinic=Named(row["clinic_id"], row["clinic_name"]),
        provider=Named(row["provider_id"], row["provider_name"]),
        visit_type=Named(row["visit_type_id"], row["visit_type_name"]),
        start=row["starts_at"].astimezone(zone),
        end=row["ends_at"].astimezone(zone),
        time_zone=name,
        mode=Mode(row["mode"]),
        location=_place(row) if in_person and row["location_id"] else None,
        offered_at=row["offered_at"],
        expires_at=row["expires_at"],
        status=row["status"],
        replaces=row["appointment_start"].astimezone(zone) if row["moves"] and row["appointment_start"] else None,
        appointment_id=row["appointment_id"],
    )


def _place(row: Any) -> VisitPlace:
    return VisitPlace(
        row["location_id"],
        row["location_name"],
        row["address"],
        row["city"],
        row["location_zone"],
        row["location_phone"],
    )
