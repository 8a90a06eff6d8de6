"""Slots: the start times a visit may be offered at, cut from openings. All times are minutes
(`core.intervals`).

A start is offered when all of this holds:

- it lies on the grid of an opening (``opening.start + k * step``), the visit fits inside the opening, and
  both the opening and the visit allow the mode; buffers may hang over the opening's edge;
- ``[start - buffer_before, end + buffer_after)`` touches no busy span;
- it is at least the minimum notice after `now`, and its local date at most the booking window after that of
  `now`;
- fewer visits than the daily cap are booked on its local date;
- of every pool the visit needs there (rooms, devices) one member is free from start to end.

Everything but the grid is turned into spans of *possible starts* first; the grid is then laid over what is
left. No time zone and no datetime is touched per slot.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from openvisit.core.intervals import Span, Spans, intersect, normalise, subtract
from openvisit.core.openings import Opening
from openvisit.core.wallclock import DAY, epoch_day, instants, local_day


@dataclass(frozen=True, slots=True)
class VisitRules:
    """What a visit type asks of its times: minutes, but for the window (days) and the cap (visits on a local
    date).

    `daily_cap` None is no cap. ValueError when the duration or step is not positive, or another number is
    negative.
    """

    duration: int
    step: int
    buffer_before: int
    buffer_after: int
    minimum_notice: int
    booking_window_days: int
    daily_cap: int | None
    modes: frozenset[str]

    def __post_init__(self) -> None:
        if self.duration <= 0 or self.step <= 0:
            raise ValueError("duration and step must be positive minutes")
        if min(self.buffer_before, self.buffer_after, self.minimum_notice, self.booking_window_days) < 0:
            raise ValueError("buffers, notice and window cannot be negative")
        if self.daily_cap is not None and self.daily_cap < 0:
            raise ValueError("the daily cap cannot be negative")

    def wanted(self, mode: str | None) -> frozenset[str]:
        """The visit's modes that answer to `mode`: that one where the visit has it; all of them for None."""
        return self.modes if mode is None else self.modes & {mode}


class Slot(NamedTuple):
    """A start that is offered. A tuple, for thousands are made a second."""

    start: int
    end: int
    mode: str
    location_id: UUID | None


class Pool(NamedTuple):
    """Things of one `kind` (``room``, ``device``) of which a visit needs any one: the busy spans of each
    member.

    A pool without members is a need that can never be met.
    """

    kind: str
    members: Sequence[Spans]


PoolsAt = Callable[[str, UUID | None], Sequence[Pool]]
"""The pools that a visit in a mode at a location draws on. Asked once for each mode and location of the
openings."""


def no_pools(_mode: str, _location_id: UUID | None) -> Sequence[Pool]:
    """For visits that need neither room nor device."""
    return ()


def cut(
    openings: Sequence[Opening],
    busy: Spans,
    rules: VisitRules,
    mode: str | None,
    now: int,
    first: int,
    last: int,
    zone: str,
    booked_by_day: Mapping[date, int] | None = None,
    pools: PoolsAt = no_pools,
) -> list[Slot]:
    """Every slot that starts in ``[first, last)``, by start; at one start by order of openings, then modes.

    `openings` sorted by start; `busy` spans in any order; `mode` None for every mode of the visit, a slot each;
    `now` from `minute_ceil`, so that a minute already begun is past; `zone` is the provider's, for local
    dates; `booked_by_day` counts by local date, absent ones as 0. No two slots share start, mode and
    location. An unknown zone raises ZoneInfoNotFoundError.
    """
    starts = _Starts(busy, rules, _bookable(rules, now, first, last, zone, booked_by_day or {}), pools)
    runs = _overlapping(_within(openings, first, last))
    return [slot for run in runs for slot in _slots_of(run, rules, mode, starts, None)]


def first(
    openings: Sequence[Opening],
    busy: Spans,
    rules: VisitRules,
    mode: str | None,
    now: int,
    first: int,
    last: int,
    zone: str,
    booked_by_day: Mapping[date, int] | None = None,
    pools: PoolsAt = no_pools,
    *,
    limit: int = 1,
) -> list[Slot]:
    """The first `limit` slots of `cut`, stopping as soon as they are found."""
    starts = _Starts(busy, rules, _bookable(rules, now, first, last, zone, booked_by_day or {}), pools)
    found: list[Slot] = []
    for run in _overlapping(_within(openings, first, last)):
        if len(found) >= limit:
            break
        found += _slots_of(run, rules, mode, starts, limit)
    return found[:limit]


def _bookable(
    rules: VisitRules, now: int, first: int, last: int, zone: str, booked_by_day: Mapping[date, int]
) -> list[Span]:
    """The starts that notice, window and daily cap leave in ``[first, last)``."""
    earliest = max(first, now + rules.minimum_notice)
    if earliest >= last or rules.daily_cap == 0:
        return []
    today = local_day(zone, now)
    # From yesterday, for a clock set back at midnight shows yesterday's date again.
    in_window = instants(zone, [((today - 1) * DAY, (today + rules.booking_window_days + 1) * DAY)])
    starts = intersect([(earliest, last)], in_window)
    if rules.daily_cap is None:
        return starts
    full = [epoch_day(day) for day, count in booked_by_day.items() if count >= rules.daily_cap]
    return subtract(starts, instants(zone, normalise((day * DAY, (day + 1) * DAY) for day in full)))


class _Starts:
    """The possible starts, by mode and location, worked out when first asked for."""

    def __init__(self, busy: Spans, rules: VisitRules, bookable: Spans, pools: PoolsAt) -> None:
        self._duration = rules.duration
        self._pools = pools
        self._free = subtract(bookable, _blocked(busy, rules.duration + rules.buffer_after, rules.buffer_before))
        self._known: dict[tuple[str, UUID | None], list[Span]] = {}

    def of(self, mode: str, location_id: UUID | None) -> list[Span]:
        key = (mode, location_id)
        if key not in self._known:
            free = self._free
            for pool in self._pools(mode, location_id):
                free = subtract(free, self._all_taken(pool))
            self._known[key] = free
        return self._known[key]

    def _all_taken(self, pool: Pool) -> list[Span]:
        """The starts at which no member of `pool` is free for the whole visit."""
        taken: list[Span] = [(min(s for s, _ in self._free), max(e for _, e in self._free))] if self._free else []
        for member in pool.members:
            taken = intersect(taken, _blocked(member, self._duration, 0))
        return taken


def _blocked(busy: Spans, reach: int, before: int) -> list[Span]:
    """The starts from which a visit that reaches `reach` minutes on and `before` back would touch `busy`."""
    return normalise((start - reach + 1, end + before) for start, end in busy if start < end)


def _within(openings: Sequence[Opening], first: int, last: int) -> list[Opening]:
    return [opening for opening in openings if opening.start < last and opening.end > first]


def _overlapping(openings: Sequence[Opening]) -> Iterator[list[Opening]]:
    """Openings in runs that overlap: within a run slots interleave, between runs they do not."""
    run: list[Opening] = []
    until = 0
    for opening in openings:
        if run and opening.start >= until:
            yield run
            run = []
        run.append(opening)
        until = opening.end if len(run) == 1 else max(until, opening.end)
    if run:
        yield run


def _slots_of(
    run: list[Opening], rules: VisitRules, mode: str | None, starts: _Starts, limit: int | None
) -> list[Slot]:
    """The slots of one run of openings in order, each start once per mode and location; at least `limit` if
    there are."""
    wanted = rules.wanted(mode)
    duration = rules.duration
    slots: list[Slot] = []
    parts = 0
    for opening in run:
        for each in sorted(wanted & opening.modes):
            location_id = opening.location_id
            grid = _grid(opening, starts.of(each, location_id), rules, limit)
            slots += [Slot(start, start + duration, each, location_id) for start in grid]
            parts += 1
    if parts > 1:
        slots.sort(key=itemgetter(0))
        if len(run) > 1:
            slots = list(dict.fromkeys(slots))
    return slots


def _grid(opening: Opening, starts: Spans, rules: VisitRules, limit: int | None) -> list[int]:
    """The grid of `opening` laid over the possible `starts`."""
    found: list[int] = []
    step = rules.step
    last = opening.end - rules.duration
    for index in range(bisect_right(starts, opening.start, key=itemgetter(1)), len(starts)):
        begin, until = starts[index]
        if begin > last or (limit is not None and len(found) >= limit):
            break
        skipped = max(begin - opening.start, 0)
        found += range(opening.start + -(-skipped // step) * step, min(until, last + 1), step)
    return found
