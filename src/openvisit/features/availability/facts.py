"""Everything the slots of one provider and visit type follow from, read in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from openvisit.core.intervals import Span, instant
from openvisit.core.openings import Opening
from openvisit.core.slots import Pool, PoolsAt, VisitRules, no_pools
from openvisit.features.availability.errors import UnknownProvider, UnknownVisitType
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one

IN_PERSON = "in-person"
_MARGIN = 2 * 1440  # minutes read on either side: the longest visit with buffers, and shifts past midnight

# Claims are asked for in two parts so that each finds its own index; holds that ran out claim nothing any more.
BUSY = """
    SELECT lower(c.during) AS s, upper(c.during) AS e, c.kind FROM claim c
    WHERE c.exclusive AND c.resource = {resource} AND c.during && tstzrange(%(from)s, %(to)s)
      AND (c.expires_at IS NULL OR c.expires_at > %(now)s)
    UNION ALL
    SELECT lower(c.during), upper(c.during), c.kind FROM claim c
    WHERE NOT c.exclusive AND c.resource = {resource} AND c.during && tstzrange(%(from)s, %(to)s)"""

_FACTS = f"""
SELECT p.time_zone AS provider_zone, p.clinic_id, p.full_name AS provider_name, s.time_zone AS zone,
       v.duration_minutes, v.step_minutes, v.buffer_before_minutes, v.buffer_after_minutes,
       v.minimum_notice_minutes, v.booking_window_days, v.daily_cap, v.modes, v.needs_room, v.needs_device,
       pv.provider_id IS NOT NULL AND v.active AS offered,
       o.starts AS opening_starts, o.ends AS opening_ends, o.places AS opening_places, o.modes AS opening_modes,
       b.starts AS busy_starts, b.ends AS busy_ends
FROM provider p
LEFT JOIN schedule s ON s.provider_id = p.id
LEFT JOIN visit_type v ON v.id = COALESCE(%(visit_type_id)s, p.default_visit_type_id)
LEFT JOIN provider_visit_type pv ON pv.provider_id = p.id AND pv.visit_type_id = v.id
CROSS JOIN LATERAL (
    SELECT array_agg((date_part('epoch', starts_at) / 60)::int ORDER BY starts_at, ends_at) AS starts,
           array_agg((date_part('epoch', ends_at) / 60)::int ORDER BY starts_at, ends_at) AS ends,
           array_agg(location_id ORDER BY starts_at, ends_at) AS places,
           array_agg(array_to_string(modes, ',') ORDER BY starts_at, ends_at) AS modes
    FROM opening WHERE provider_id = p.id AND starts_at < %(to)s AND ends_at > %(from)s) o
CROSS JOIN LATERAL (
    SELECT array_agg(floor(date_part('epoch', s) / 60)::int) AS starts,
           array_agg(ceil(date_part('epoch', e) / 60)::int) AS ends
    FROM ({BUSY.format(resource="p.id")}) busy) b
WHERE p.id = %(provider_id)s AND p.active"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What `core.slots.cut` needs, for the minutes `first..last`."""

    clinic_id: UUID
    zone: str
    rules: VisitRules
    openings: Sequence[Opening]
    busy: Sequence[Span]
    booked_by_day: Mapping[date, int]
    pools: PoolsAt


async def facts(
    connection: Connection,
    provider_id: UUID,
    visit_type_id: UUID | None,
    first: int,
    last: int,
    now: datetime,
    *,
    apart_from: UUID | None = None,
    extra_minutes: int = 0,
) -> Facts:
    """The facts for slots that start in minutes ``[first, last)``.

    `visit_type_id` None is the provider's default one. `apart_from` is an appointment whose own claims do not
    count: the one that is being moved. `extra_minutes` lengthen the visit (an accommodation).
    Errors: UnknownProvider, UnknownVisitType.
    """
    values = {
        "provider_id": provider_id,
        "visit_type_id": visit_type_id,
        "from": instant(first - _MARGIN),
        "to": instant(last + _MARGIN),
        "now": now,
    }
    row = await fetch_one(connection, _FACTS, values)
    if row is None:
        raise UnknownProvider
    if not row["offered"]:
        raise UnknownVisitType
    zone = row["zone"] or row["provider_zone"]
    busy = _spans(row["busy_starts"], row["busy_ends"])
    if apart_from is not None:
        own = await _own_claim(connection, apart_from, provider_id)
        busy = [span for span in busy if span != own]
    booked: Mapping[date, int] = {}
    if row["daily_cap"] is not None:
        booked = await booked_by_day(connection, {**values, "zone": zone, "apart_from": apart_from})
    pools: PoolsAt = no_pools
    if row["needs_room"] or row["needs_device"]:
        length = row["duration_minutes"] + extra_minutes
        around = {"from": instant(first - length), "to": instant(last + length), "apart_from": apart_from}
        pools = await _pools(connection, row, {**values, **around})
    return Facts(row["clinic_id"], zone, visit_rules(row, extra_minutes), _openings(row), busy, booked, pools)


def visit_rules(row: Row, extra_minutes: int = 0) -> VisitRules:
    """The core's rules of a row of `visit_type`."""
    return VisitRules(
        duration=row["duration_minutes"] + extra_minutes,
        step=row["step_minutes"],
        buffer_before=row["buffer_before_minutes"],
        buffer_after=row["buffer_after_minutes"],
        minimum_notice=row["minimum_notice_minutes"],
        booking_window_days=row["booking_window_days"],
        daily_cap=row["daily_cap"],
        modes=frozenset(row["modes"]),
    )


@lru_cache(maxsize=64)
def _modes(joined: str) -> frozenset[str]:
    return frozenset(joined.split(","))


def _openings(row: Row) -> list[Opening]:
    if row["opening_starts"] is None:
        return []
    return [
        Opening(start, end, place, _modes(modes))
        for start, end, place, modes in zip(
            row["opening_starts"],
            row["opening_ends"],
            row["opening_places"],
            row["opening_modes"],
            strict=True,
        )
    ]


def _spans(starts: list[int] | None, ends: list[int] | None) -> list[Span]:
    return [] if starts is None or ends is None else list(zip(starts, ends, strict=True))


async def _own_claim(connection: Connection, appointment_id: UUID, provider_id: UUID) -> Span | None:
    row = await fetch_one(
        connection,
        """SELECT floor(date_part('epoch', lower(during)) / 60)::int AS s,
                  ceil(date_part('epoch', upper(during)) / 60)::int AS e
           FROM claim WHERE appointment_id = %(appointment_id)s AND resource = %(provider_id)s""",
        {"appointment_id": appointment_id, "provider_id": provider_id},
    )
    return (row["s"], row["e"]) if row else None


async def booked_by_day(connection: Connection, values: Mapping[str, Any]) -> dict[date, int]:
    """Visits and holds of the type by the provider's local date; cancelled ones do not count."""
    rows = await fetch_all(
        connection,
        """SELECT (taken.starts_at AT TIME ZONE %(zone)s)::date AS day, count(*)::int AS booked
           FROM provider p CROSS JOIN LATERAL openvisit_taken_starts(
               p.id, COALESCE(%(visit_type_id)s, p.default_visit_type_id), %(from)s, %(to)s, %(now)s, %(apart_from)s
           ) AS taken(starts_at)
           WHERE p.id = %(provider_id)s GROUP BY 1""",
        values,
    )
    return {row["day"]: row["booked"] for row in rows}


async def _pools(connection: Connection, row: Row, values: Mapping[str, Any]) -> PoolsAt:
    """Rooms and devices at the provider's locations, with when each is taken. Only visits in person need them."""
    rows = await fetch_all(
        connection,
        """SELECT m.kind, m.id, m.location_id,
                  array_agg(floor(date_part('epoch', lower(c.during)) / 60)::int)
                      FILTER (WHERE c.id IS NOT NULL) AS starts,
                  array_agg(ceil(date_part('epoch', upper(c.during)) / 60)::int)
                      FILTER (WHERE c.id IS NOT NULL) AS ends
           FROM (SELECT 'room' AS kind, id, location_id FROM room WHERE active
                 UNION ALL SELECT 'device', id, location_id FROM device WHERE active) m
           LEFT JOIN claim c ON c.exclusive AND c.resource = m.id AND c.during && tstzrange(%(from)s, %(to)s)
                AND (c.expires_at IS NULL OR c.expires_at > %(now)s)
                AND c.appointment_id IS DISTINCT FROM %(apart_from)s
           WHERE m.location_id IN (SELECT location_id FROM opening WHERE provider_id = %(provider_id)s
                                   AND starts_at < %(to)s AND ends_at > %(from)s)
           GROUP BY m.kind, m.id, m.location_id""",
        values,
    )
    needed = [kind for kind in ("room", "device") if row[f"needs_{kind}"]]
    members: dict[tuple[str, UUID | None], list[list[Span]]] = {}
    for found in rows:
        place = (found["kind"], found["location_id"])
        members.setdefault(place, []).append(sorted(_spans(found["starts"], found["ends"])))

    def pools_at(mode: str, location_id: UUID | None) -> list[Pool]:
        if mode != IN_PERSON:
            return []
        return [Pool(kind, members.get((kind, location_id), [])) for kind in needed]

    return pools_at
