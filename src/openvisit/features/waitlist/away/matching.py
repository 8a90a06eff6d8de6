"""What can be had instead of a visit whose provider is away: at which times, with whom, and how."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from openvisit.core.appointment import Mode
from openvisit.core.consent import missing, visit_purpose
from openvisit.core.intervals import Span, instant, minute_ceil, minute_floor
from openvisit.features.availability.errors import UnknownProvider, UnknownVisitType
from openvisit.features.availability.facts import facts
from openvisit.features.availability.queries import cut
from openvisit.features.waitlist.away.wire import ChoiceKind
from openvisit.platform.db import Connection, Row, fetch_all

AHEAD = timedelta(days=42)
_LOOKED_AT = 12

CONCERNED = """
SELECT r.id AS proposal_id, r.status AS proposal_status, r.asked_at, r.reminders, r.was, w.ends_at AS away_until,
       w.video, a.*, v.duration_minutes, v.modes,
       ARRAY(SELECT co.kind FROM consent co WHERE co.patient_id = a.patient_id AND co.clinic_id = a.clinic_id
             AND co.given) AS consents,
       ARRAY(SELECT o.id FROM provider o
             JOIN provider_visit_type pv ON pv.provider_id = o.id AND pv.visit_type_id = a.visit_type_id
             WHERE o.clinic_id = a.clinic_id AND o.active AND o.id <> a.provider_id AND o.specialties && p.specialties
             ORDER BY o.full_name, o.id LIMIT 20) AS colleagues
FROM away_proposal r
JOIN away w ON w.id = r.away_id
JOIN appointment a ON a.id = r.appointment_id
JOIN provider p ON p.id = a.provider_id
JOIN visit_type v ON v.id = a.visit_type_id
"""
"""The columns that the functions below want of a visit; conditions follow."""


class Option(NamedTuple):
    """One way to have the visit after all."""

    kind: ChoiceKind
    provider_id: UUID
    start: datetime
    mode: str


def extra_minutes(visit: Row) -> int:
    """By how much the visit is longer than its type says."""
    length: timedelta = visit["ends_at"] - visit["starts_at"]
    return max(0, length // timedelta(minutes=1) - int(visit["duration_minutes"]))


def by_video(visit: Row) -> Option | None:
    """The visit at its own time, by video, where that is possible and agreed to."""
    agreed = not missing(visit_purpose(Mode.TELEHEALTH), set(visit["consents"]))
    if visit["video"] and visit["mode"] != Mode.TELEHEALTH and Mode.TELEHEALTH in visit["modes"] and agreed:
        return Option("video", visit["provider_id"], visit["starts_at"], Mode.TELEHEALTH)
    return None


async def later(connection: Connection, visit: Row, now: datetime) -> list[Option]:
    """The same provider's first times after they are back."""
    back = visit["away_until"]
    id_ = visit["provider_id"]
    return [Option("later", id_, at, visit["mode"]) async for at in _free(connection, visit, id_, back, None, now)]


async def sooner(connection: Connection, visit: Row, before: datetime | None, now: datetime) -> list[Option]:
    """Colleagues' times, of the same specialty, sooner than `before`; the nearest to the visit's own time first."""
    found = [
        Option("colleague", id_, at, visit["mode"])
        for id_ in visit["colleagues"]
        async for at in _free(connection, visit, id_, now, before or visit["away_until"] + AHEAD, now)
    ]
    return sorted(found, key=lambda each: (abs(each.start - visit["starts_at"]), each.start))


async def _free(
    connection: Connection, visit: Row, provider_id: UUID, begin: datetime, end: datetime | None, now: datetime
) -> AsyncIterator[datetime]:
    """The provider's first few free times for this visit, at which its patient is free too."""
    first, last = minute_ceil(max(begin, now)), minute_floor(end or begin + AHEAD)
    if first >= last:
        return
    try:
        known = await facts(
            connection, provider_id, visit["visit_type_id"], first, last, now, extra_minutes=extra_minutes(visit)
        )
    except (UnknownProvider, UnknownVisitType):
        return
    busy = await _busy(connection, visit, instant(first), instant(last))
    left = _LOOKED_AT
    for slot in cut(known, visit["mode"], now, first, last):
        if any(a < slot.end and slot.start < b for a, b in busy):
            continue
        yield instant(slot.start)
        left -= 1
        if not left:
            return


async def _busy(connection: Connection, visit: Mapping[str, Any], begin: datetime, end: datetime) -> list[Span]:
    rows = await fetch_all(
        connection,
        """SELECT lower(during) AS s, upper(during) AS e FROM claim
           WHERE exclusive AND resource = %(patient)s AND during && tstzrange(%(begin)s, %(end)s)
             AND appointment_id IS DISTINCT FROM %(id)s""",
        {"patient": visit["patient_id"], "id": visit["id"], "begin": begin, "end": end + timedelta(days=1)},
    )
    return [(minute_floor(row["s"]), minute_ceil(row["e"])) for row in rows]
