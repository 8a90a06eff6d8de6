"""Slots as JSON text, without a datetime or a struct per slot: the strings of a day's minutes are made once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from uuid import UUID

from openvisit.core.intervals import instant
from openvisit.core.slots import Slot
from openvisit.core.wallclock import DAY, epoch_day, stretches

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_TIME = [f"T{minute // 60:02}:{minute % 60:02}:00" for minute in range(DAY)]


@lru_cache(maxsize=4096)
def _date(day: int) -> str:
    return date.fromordinal(day + _EPOCH_ORDINAL).isoformat()


@lru_cache(maxsize=256)
def _offset(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def slots_json(slots: Sequence[Slot], zone: str, first: date, last: date) -> bytes:
    """`{"time_zone", "days": [{"date", "slots": [{start, end, mode, location_id}]}]}` for the dates asked for.

    `slots` by rising start. Telehealth and phone visits have no location; the same start offered from two locations
    is said once.
    """
    from_day, to_day = epoch_day(first), epoch_day(last)
    days: dict[int, dict[str, None]] = {day: {} for day in range(from_day, to_day + 1)}
    clock = iter(stretches(zone, (from_day - 2) * DAY, (to_day + 4) * DAY))
    stretch = next(clock)
    offset = _offset(stretch.offset)
    places: dict[tuple[str, UUID | None], str] = {}
    for start, end, mode, location_id in slots:
        while start >= stretch.end:
            stretch = next(clock)
            offset = _offset(stretch.offset)
        day, time = divmod(start + stretch.offset, DAY)
        if day not in days:
            continue
        rest = places.get((mode, location_id))
        if rest is None:
            rest = places[mode, location_id] = _rest(mode, location_id)
        end_day, end_time = divmod(end + stretch.offset, DAY)
        until = f"{_date(end_day)}{_TIME[end_time]}{offset}" if end < stretch.end else _text(end, zone)
        days[day][f'{{"start":"{_date(day)}{_TIME[time]}{offset}","end":"{until}",{rest}'] = None
    listed = ",".join(f'{{"date":"{_date(day)}","slots":[{",".join(found)}]}}' for day, found in days.items())
    return f'{{"time_zone":"{zone}","days":[{listed}]}}'.encode()


def _rest(mode: str, location_id: UUID | None) -> str:
    place = f'"{location_id}"' if location_id is not None and mode == "in-person" else "null"
    return f'"mode":"{mode}","location_id":{place}}}'


def _text(minute: int, zone: str) -> str:
    return local_datetime(minute, zone).isoformat()


def local_datetime(minute: int, zone: str) -> datetime:
    """The minute as a datetime that carries the zone's offset."""
    stretch = next(s for s in stretches(zone, minute, minute + 1) if minute < s.end)
    return instant(minute).astimezone(timezone(timedelta(minutes=stretch.offset)))
