"""VTIMEZONE (RFC 5545 section 3.6.5) for one moment: every change of the clock a year before and after it.

Written out from the zone's own data, change by change, instead of as yearly rules: zones whose rules are no rules
(Morocco, a government's decree for next spring) come out right too, in either hemisphere and however far ahead.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vDatetime

AROUND = timedelta(days=366)
_STEP = timedelta(days=7)  # no zone changes its clock twice within a week
_SECOND = timedelta(seconds=1)


def vtimezone(zone_name: str, around: datetime) -> Timezone:
    """The component for an IANA zone, good from a year before `around` to a year after it.

    Errors: ZoneInfoNotFoundError.
    """
    zone = ZoneInfo(zone_name)
    first = (around.astimezone(UTC) - AROUND).replace(microsecond=0)
    made = Timezone()
    made.add("TZID", zone_name)
    made.add_component(_observance(zone, first, before=first))
    for onset in changes(zone, first, first + 2 * AROUND):
        made.add_component(_observance(zone, onset, before=onset - _SECOND))
    return made


def changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The instants in UTC, after `start` and until `end`, from which the zone's clock shows something else."""
    low = start
    while low < end:
        high = min(low + _STEP, end)
        if _clock(zone, low) != _clock(zone, high):
            yield _change_between(zone, low, high)
        low = high


def _change_between(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = _clock(zone, low)
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        low, high = (middle, high) if _clock(zone, middle) == before else (low, middle)
    return high


def _clock(zone: ZoneInfo, at: datetime) -> tuple[timedelta | None, bool, str | None]:
    local = at.astimezone(zone)
    return local.utcoffset(), bool(local.dst()), local.tzname()


def _observance(zone: ZoneInfo, onset: datetime, *, before: datetime) -> TimezoneStandard | TimezoneDaylight:
    offset_from, _, _ = _clock(zone, before)
    offset_to, summer, name = _clock(zone, onset)
    made = TimezoneDaylight() if summer else TimezoneStandard()
    # The onset is told in the wall time that the change ends (TZOFFSETFROM), not in the one it begins.
    made["DTSTART"] = vDatetime(onset.replace(tzinfo=None) + (offset_from or timedelta()))
    made.add("TZOFFSETFROM", offset_from)
    made.add("TZOFFSETTO", offset_to)
    if name:
        made.add("TZNAME", name)
    return made
