"""The rules of the waitlist: which times suit whom, who is asked first, for how long, and how far in front one is.

Minutes are those of `core.intervals`; times of day are what clocks show in the zone of whoever waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Any
from uuid import UUID

from openvisit.core.intervals import Span
from openvisit.core.wallclock import DAY, iso_weekday, wall_minute

WEEK = 7 * DAY
SHORTEST_OFFER = timedelta(minutes=5)
"""Nobody is asked who would have less time than this to answer."""
LAST_MOMENT = timedelta(minutes=10)
"""An offer ends at least this long before the visit begins: whoever takes it has to get there."""
LATELY = timedelta(days=30)
"""For how long it is remembered that somebody was asked and did not take the time."""
MISSED_COSTS = timedelta(days=3)
DECLINED_COSTS = timedelta(days=2)
FIT_IS_WORTH = timedelta(days=2)


class Urgency(StrEnum):
    """How soon somebody should be seen, as the clinic says."""

    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"


_BEFORE_OTHERS = {Urgency.URGENT: 0, Urgency.SOON: 1, Urgency.ROUTINE: 2}


@dataclass(frozen=True, slots=True)
class Times:
    """When somebody can come: ISO weekdays (none: any), spans of wall minutes of a day (none: any), in `zone`."""

    zone: str
    days: frozenset[int] = frozenset()
    windows: Sequence[Span] = ()

    def suit(self, start: int, end: int) -> bool:
        """Whether a visit of minutes ``[start, end)`` begins on one of the days and lies inside one of the windows.

        What counts is what the clock shows at the start, and the visit's length from there on: a visit during which
        clocks change is no longer or shorter for it.
        """
        shown = wall_minute(self.zone, start)
        day, minute = divmod(shown, DAY)
        if self.days and iso_weekday(day) not in self.days:
            return False
        last = minute + end - start
        return not self.windows or any(begin <= minute and last <= until for begin, until in self.windows)

    def minutes_a_week(self) -> int:
        """How much of a week suits them: the less, the more a time that does is worth to them."""
        daily = sum(until - begin for begin, until in self.windows) if self.windows else DAY
        return min(daily, DAY) * (len(self.days) or 7)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One of those who wait, as the order sees them. `missed` and `declined` count offers of the last `LATELY`."""

    id: UUID
    urgency: Urgency
    since: datetime
    missed: int
    declined: int
    minutes_a_week: int


def turn(waiting: Waiting, now: datetime) -> tuple[Any, ...]:
    """What to sort by: the smallest is asked first.

    Urgency before all else. Then the wait so far, of which every offer lately that ran out or was declined takes some
    days, so that the same people are not asked again and again before the others; and to which up to two days are added
    for those whom few hours of the week suit. Who joined first breaks ties.
    """
    waited = now - waiting.since
    waited -= waiting.missed * MISSED_COSTS + waiting.declined * DECLINED_COSTS
    waited += FIT_IS_WORTH * (1 - min(waiting.minutes_a_week, WEEK) / WEEK)
    return (_BEFORE_OTHERS[waiting.urgency], -waited.total_seconds(), waiting.since, waiting.id)


class Place(StrEnum):
    """How far in front somebody is, as precisely as can be honestly said: who is next depends on the time that comes
    free."""

    NEXT = "next"
    NEAR_FRONT = "near-front"
    MIDDLE = "middle"
    FURTHER_BACK = "further-back"


def place(ahead: int, waiting: int) -> Place:
    """Where somebody stands with `ahead` of the `waiting` (themselves among them) before them."""
    if ahead <= 0:
        return Place.NEXT
    if ahead <= 2 or ahead * 4 <= waiting:
        return Place.NEAR_FRONT
    return Place.MIDDLE if ahead * 4 <= waiting * 3 else Place.FURTHER_BACK


def offer_until(
    now: datetime, start: datetime, lasts: timedelta, notice: timedelta, *, leave_by: datetime | None = None
) -> datetime | None:
    """Until when a time that begins at `start` is offered; None when it is too late to offer it.

    An offer can be taken until its last moment, so it ends before the visit type's `notice` does, and before
    `leave_by`: until when the visit that would be given up for it may be moved.
    """
    until = min(now + lasts, start - max(notice, LAST_MOMENT), leave_by or now + lasts)
    return until if until - now >= SHORTEST_OFFER else None


def can_wait(start: datetime, notice: timedelta, wakes: datetime) -> bool:
    """Whether somebody who sleeps until `wakes` can still be asked then about a time that begins at `start`.

    Whoever could not is asked at night: better woken than without the time that they wait for.
    """
    return start - max(notice, LAST_MOMENT) - wakes >= SHORTEST_OFFER


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along the surface from one (latitude, longitude) to another, by the haversine formula on a sphere of 6371 km."""
    (lat1, lon1), (lat2, lon2) = ((radians(a), radians(b)) for a, b in (one, other))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * asin(min(1.0, sqrt(h)))
