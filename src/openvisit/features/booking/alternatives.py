"""The nearest free times to one that could not be had."""

from datetime import datetime
from uuid import UUID

from openvisit.core.appointment import Mode
from openvisit.core.intervals import minute_floor
from openvisit.features.availability.encode import local_datetime
from openvisit.features.availability.facts import facts
from openvisit.features.availability.queries import cut
from openvisit.features.availability.wire import SlotAnswer
from openvisit.platform.db import Connection

_HOUR = 60
_REACHES = ((12, 24), (72, 168), (168, 504))  # hours back and ahead: near first, further when that gives too few


async def nearest(
    connection: Connection,
    provider_id: UUID,
    visit_type_id: UUID,
    start: datetime,
    mode: str,
    now: datetime,
    *,
    extra_minutes: int = 0,
    most: int = 5,
) -> list[SlotAnswer]:
    """Up to `most` free slots of the same kind, the nearest to `start` first, in the provider's zone."""
    wanted = minute_floor(start)
    found = []
    for back, ahead in _REACHES:
        begin, end = max(wanted - back * _HOUR, minute_floor(now)), wanted + ahead * _HOUR
        if begin >= end:
            continue
        known = await facts(connection, provider_id, visit_type_id, begin, end, now, extra_minutes=extra_minutes)
        found = cut(known, mode, now, begin, end)
        if len(found) >= most:
            break
    found.sort(key=lambda slot: (abs(slot.start - wanted), slot.start))
    return [
        SlotAnswer(
            local_datetime(slot.start, known.zone),
            local_datetime(slot.end, known.zone),
            Mode(slot.mode),
            slot.location_id if slot.mode == Mode.IN_PERSON else None,
        )
        for slot in found[:most]
    ]
