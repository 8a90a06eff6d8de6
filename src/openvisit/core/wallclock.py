"""Between wall-clock time and instants, for any IANA zone, in whole minutes.

A *wall minute* counts the minutes a local calendar shows since 1970-01-01 00:00 on that calendar, so wall
minute // 1440 is the local *epoch day*. A zone's clock is a row of *stretches* with one offset each; wall
time is ``minute + offset``. In a gap (clocks go forward) some wall minutes belong to no instant, in an
overlap (clocks go back) to two.

Offsets with seconds (none since 1972) are rounded down to the minute. Two changes of one zone within one UTC
day would be seen as one; no zone has done that in the era of clinics with web sites.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from openvisit.core.intervals import Span, Spans, clip, normalise

DAY = 1440
"""Wall minutes in a calendar day."""

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_BLOCK_DAYS = 366
_MIN_SECOND = int(datetime(1, 1, 2, tzinfo=UTC).timestamp())
_MAX_SECOND = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())


class Stretch(NamedTuple):
    """Minutes ``[start, end)`` through which a zone keeps one `offset`, in minutes east of UTC."""

    start: int
    end: int
    offset: int


def epoch_day(day: date) -> int:
    """Days from 1970-01-01 to `day`."""
    return day.toordinal() - _EPOCH_ORDINAL


def iso_weekday(day: int) -> int:
    """1 for Monday to 7 for Sunday, of an epoch day (1970-01-01 was a Thursday)."""
    return (day + 3) % 7 + 1


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA zone this machine knows."""
    return name in _zone_names()


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def wall_minute(zone: str, minute: int) -> int:
    """What the clocks of `zone` show at `minute`. An unknown zone raises ZoneInfoNotFoundError."""
    return minute + _offset(ZoneInfo(zone), minute)


def local_day(zone: str, minute: int) -> int:
    """The epoch day of the local date of `minute` in `zone`."""
    return wall_minute(zone, minute) // DAY


def instants(zone: str, wall: Spans) -> list[Span]:
    """The minutes at which the clocks of `zone` show a time in the wall spans `wall`.

    A wall time that the zone skips gives nothing, one that it repeats gives both passes.
    """
    if not wall:
        return []
    found: list[Span] = []
    for start, end, offset in stretches(zone, wall[0][0] - DAY, wall[-1][1] + DAY):
        found += [(s - offset, e - offset) for s, e in clip(wall, start + offset, end + offset)]
    return normalise(found)


def skipped_days(zone: str, first: int, last: int) -> frozenset[int]:
    """The epoch days in ``first..last`` that never were in `zone`, as 2011-12-30 in Pacific/Apia."""
    skipped: set[int] = set()
    clock = stretches(zone, (first - 2) * DAY, (last + 3) * DAY)
    for before, after in pairwise(clock):
        left = before.end + before.offset
        resumed = after.start + after.offset
        skipped.update(range(-(-left // DAY), resumed // DAY))
    return frozenset(day for day in skipped if first <= day <= last)


def stretches(zone: str, start: int, end: int) -> list[Stretch]:
    """The stretches of `zone` that cover at least the minutes ``[start, end)``, in order."""
    block = _BLOCK_DAYS * DAY
    clock: list[Stretch] = []
    for number in range(start // block, -(-end // block)):
        for stretch in _block(zone, number):
            if clock and clock[-1].offset == stretch.offset:
                clock[-1] = Stretch(clock[-1].start, stretch.end, stretch.offset)
            else:
                clock.append(stretch)
    return clock


@lru_cache(maxsize=2048)
def _block(zone: str, number: int) -> tuple[Stretch, ...]:
    """The stretches of one block of 366 UTC days; a change of offset is searched only in a day that has
    one."""
    info = ZoneInfo(zone)
    begin = number * _BLOCK_DAYS * DAY
    until = begin + _BLOCK_DAYS * DAY
    clock: list[Stretch] = []
    offset = _offset(info, begin)
    for day_end in range(begin + DAY, until + DAY, DAY):
        next_offset = _offset(info, day_end)
        if next_offset != offset:
            change = _change(info, day_end - DAY, day_end, offset)
            if change >= until:
                break
            clock.append(Stretch(begin, change, offset))
            begin, offset = change, next_offset
    clock.append(Stretch(begin, until, offset))
    return tuple(clock)


def _change(info: ZoneInfo, low: int, high: int, before: int) -> int:
    """The first minute after `low` and up to `high` whose offset is no longer `before`."""
    return low + bisect_left(range(low, high), True, key=lambda minute: _offset(info, minute) != before)


def _offset(info: ZoneInfo, minute: int) -> int:
    # Dates at the very rim of what datetime can hold may be asked for; there the nearest offset is right
    # enough.
    second = min(max(minute * 60, _MIN_SECOND), _MAX_SECOND)
    offset = datetime.fromtimestamp(second, info).utcoffset()
    return 0 if offset is None else int(offset.total_seconds() // 60)
