"""Everything a booking or a hold has to know before it writes, read in one statement: the cheap look.

It decides nothing: what it finds free may be taken a moment later. The constraint `no_double_booking` decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from openvisit.features.availability.errors import UnknownProvider, UnknownVisitType
from openvisit.platform.db import Connection, Row, fetch_one


@dataclass(frozen=True, slots=True)
class Wish:
    """The slot somebody wants."""

    provider_id: UUID
    visit_type_id: UUID
    start: datetime
    mode: str
    extra_minutes: int = 0
    location_id: UUID | None = None
    wheelchair_access: bool = False
    patient_id: UUID | None = None
    hold_token_hash: bytes | None = None
    idempotency_key: str | None = None
    person_id: UUID | None = None
    apart_from: UUID | None = None  # an appointment whose own claims are no obstacle: it is being moved


_LOOK = """
SELECT p.clinic_id, p.full_name AS provider_name, p.person_id AS provider_person_id,
       COALESCE(s.time_zone, p.time_zone) AS zone,
       c.name AS clinic_name, c.cancellation_notice_minutes, c.cancellation_reason_required,
       v.name AS visit_type_name, v.duration_minutes, v.step_minutes, v.buffer_before_minutes,
       v.buffer_after_minutes, v.minimum_notice_minutes, v.booking_window_days, v.daily_cap, v.modes,
       v.needs_room AND %(in_person)s AS needs_room, v.needs_device AND %(in_person)s AS needs_device,
       v.approval_needed, v.bookable_by, COALESCE(pv.fee_minor, v.price_minor) AS price_minor,
       COALESCE(pv.fee_currency, v.price_currency) AS price_currency,
       pv.provider_id IS NOT NULL AND v.active AS offered,
       t.ends_at, t.claim_start, t.claim_end,
       o.location_id AS opening_location_id, o.starts_at IS NOT NULL AS opened,
       l.id AS location_id, l.name AS location_name, l.address, l.city, l.time_zone AS location_zone,
       l.phone AS location_phone,
       room.id AS room_id, room.name AS room_name, device.id AS device_id, device.name AS device_name,
       EXISTS (SELECT FROM claim k WHERE k.exclusive AND k.resource = p.id
               AND k.during && tstzrange(t.claim_start, t.claim_end)
               AND (k.expires_at IS NULL OR k.expires_at > %(now)s)
               AND (k.hold_id IS NULL OR k.hold_id IS DISTINCT FROM h.id)
               AND (k.appointment_id IS NULL OR k.appointment_id IS DISTINCT FROM %(apart_from)s)
               OFFSET 0) AS provider_taken,
       EXISTS (SELECT FROM claim k WHERE NOT k.exclusive AND k.resource = p.id
               AND k.during && tstzrange(t.claim_start, t.claim_end)
               AND (k.appointment_id IS NULL OR k.appointment_id IS DISTINCT FROM %(apart_from)s)
               OFFSET 0) AS provider_away,
       EXISTS (SELECT FROM claim k WHERE k.exclusive AND k.resource = %(patient_id)s
               AND k.during && tstzrange(%(start)s, t.ends_at)
               AND (k.appointment_id IS NULL OR k.appointment_id IS DISTINCT FROM %(apart_from)s)
               OFFSET 0) AS patient_taken,
       pt.person_id AS patient_person_id, person.full_name AS patient_name, dk.wrapped AS patient_key,
       EXISTS (SELECT FROM clinic_patient cp WHERE cp.clinic_id = p.clinic_id
               AND cp.patient_id = %(patient_id)s) AS linked,
       pt.restricted_at IS NOT NULL AS restricted,
       ARRAY(SELECT co.kind FROM consent co WHERE co.patient_id = %(patient_id)s AND co.clinic_id = p.clinic_id
             AND co.given) AS consents,
       h.id AS hold_id, h.room_id AS hold_room_id, h.device_id AS hold_device_id,
       h.provider_id = p.id AND h.visit_type_id = v.id AND h.starts_at = %(start)s AND h.mode = %(mode)s
           AND h.ends_at = t.ends_at AS hold_fits,
       i.fingerprint, i.status AS first_status, i.body AS first_body, i.row_id AS first_row_id
FROM provider p
JOIN clinic c ON c.id = p.clinic_id
LEFT JOIN schedule s ON s.provider_id = p.id
LEFT JOIN visit_type v ON v.id = %(visit_type_id)s
LEFT JOIN provider_visit_type pv ON pv.provider_id = p.id AND pv.visit_type_id = v.id
CROSS JOIN LATERAL (
    SELECT %(start)s + make_interval(mins => v.duration_minutes + %(extra)s) AS ends_at,
           %(start)s - make_interval(mins => v.buffer_before_minutes) AS claim_start,
           %(start)s + make_interval(mins => v.duration_minutes + %(extra)s + v.buffer_after_minutes) AS claim_end) t
LEFT JOIN LATERAL (
    SELECT o.location_id, o.starts_at FROM opening o
    WHERE o.provider_id = p.id AND o.starts_at <= %(start)s AND o.ends_at >= t.ends_at AND %(mode)s = ANY(o.modes)
      AND mod((date_part('epoch', %(start)s - o.starts_at) / 60)::int, v.step_minutes) = 0
      AND (%(location_id)s::uuid IS NULL OR o.location_id = %(location_id)s OR NOT %(in_person)s)
    ORDER BY o.starts_at DESC LIMIT 1) o ON true
LEFT JOIN location l ON %(in_person)s AND l.id = COALESCE(%(location_id)s, o.location_id)
{members}
LEFT JOIN patient pt ON pt.id = %(patient_id)s
LEFT JOIN person ON person.id = pt.person_id
LEFT JOIN keyring.data_key dk ON dk.owner = pt.person_id
LEFT JOIN hold h ON h.token_hash = %(hold_token_hash)s AND h.person_id = %(person_id)s AND h.expires_at > %(now)s
LEFT JOIN idempotency i ON i.person_id = %(person_id)s AND i.key = %(idempotency_key)s
WHERE p.id = %(provider_id)s AND p.active"""

_MEMBER = """
LEFT JOIN LATERAL (
    SELECT m.id, m.name FROM (
        SELECT m.id, m.name FROM {kind} m
        WHERE m.location_id = l.id AND m.active AND NOT (m.id = ANY(%(lost)s::uuid[])) {condition}
        -- Each provider has an order of preference of its own: mostly the same one, and rarely another's.
        ORDER BY uuid_hash_extended(m.id, uuid_hash(p.id)) OFFSET 0) m
    WHERE NOT EXISTS (
        SELECT FROM claim k WHERE k.exclusive AND k.resource = m.id AND k.during && tstzrange(%(start)s, t.ends_at)
          AND (k.expires_at IS NULL OR k.expires_at > %(now)s)
          AND (k.appointment_id IS NULL OR k.appointment_id IS DISTINCT FROM %(apart_from)s) OFFSET 0)
    LIMIT 1) {kind} ON v.needs_{kind} AND %(in_person)s"""
_WHEELCHAIR = "AND (m.wheelchair_accessible OR NOT %(wheelchair)s)"
_LOOK = _LOOK.replace(
    "{members}",
    _MEMBER.format(kind="room", condition=_WHEELCHAIR) + _MEMBER.format(kind="device", condition=""),
)


async def look(connection: Connection, wish: Wish, now: datetime, lost: Iterable[UUID] = ()) -> Row:
    """One row with all there is to know about the wish, and a room and a device that look free where it needs them.

    `lost` are rooms and devices that another booking was quicker to take.

    Errors: UnknownProvider, UnknownVisitType.
    """
    row = await fetch_one(
        connection,
        _LOOK,
        {
            "provider_id": wish.provider_id,
            "visit_type_id": wish.visit_type_id,
            "start": wish.start,
            "mode": wish.mode,
            "in_person": wish.mode == "in-person",
            "extra": wish.extra_minutes,
            "location_id": wish.location_id,
            "patient_id": wish.patient_id,
            "person_id": wish.person_id,
            "hold_token_hash": wish.hold_token_hash,
            "idempotency_key": wish.idempotency_key,
            "apart_from": wish.apart_from,
            "wheelchair": wish.wheelchair_access,
            "lost": list(lost),
            "now": now,
        },
    )
    if row is None:
        raise UnknownProvider
    if not row["offered"]:
        raise UnknownVisitType
    return row


def too_early_or_late(row: Row, start: datetime, now: datetime) -> list[str]:
    """`past`, `notice` or `beyond-window`, as the visit type's rules have it."""
    if start < now:
        return ["past"]
    if start < now + timedelta(minutes=row["minimum_notice_minutes"]):
        return ["notice"]
    zone = ZoneInfo(row["zone"])
    window = timedelta(days=row["booking_window_days"])
    if start.astimezone(zone).date() > now.astimezone(zone).date() + window:
        return ["beyond-window"]
    return []
