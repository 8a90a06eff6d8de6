"""Why a start is not offered. The reverse of `slots.cut`, reason by reason: no reason means `cut` offers it,
and only then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum

from openvisit.core.intervals import Spans, normalise, overlaps
from openvisit.core.openings import Opening, WorkingRules, openings_of_days
from openvisit.core.slots import Pool, PoolsAt, VisitRules, no_pools
from openvisit.core.wallclock import DAY, epoch_day, instants, local_day


class Reason(StrEnum):
    """Why a start is not offered, in the order answered."""

    PAST = "past"
    NOTICE = "notice"
    BEYOND_WINDOW = "beyond-window"
    MODE_NOT_OFFERED = "mode-not-offered"
    HOLIDAY = "holiday"
    CLOSED = "closed"
    """No hours at all on that local date."""
    BREAK = "break"
    OUTSIDE_HOURS = "outside-hours"
    OFF_STEP = "off-step"
    BUSY = "busy"
    HELD = "held"
    ABSENCE = "absence"
    EXTERNAL_BUSY = "external-busy"
    BUFFER = "buffer"
    """The visit itself is free; the buffer before or after it is not."""
    DAILY_CAP = "daily-cap"
    NO_ROOM = "no-room"
    NO_DEVICE = "no-device"


_BUSY_KINDS = {
    "visit": Reason.BUSY,
    "hold": Reason.HELD,
    "absence": Reason.ABSENCE,
    "external": Reason.EXTERNAL_BUSY,
}
_POOL_KINDS = {"room": Reason.NO_ROOM, "device": Reason.NO_DEVICE}


def explain(
    rules: WorkingRules,
    visit: VisitRules,
    openings: Sequence[Opening],
    busy: Mapping[str, Spans],
    mode: str | None,
    start: int,
    now: int,
    booked_by_day: Mapping[date, int] | None = None,
    pools: PoolsAt = no_pools,
) -> list[Reason]:
    """The reasons why a visit in `mode` (None: in any) cannot start at the minute `start`; empty when it can.

    `openings` are those that `cut` gets, at least the ones around `start`; `rules` say why there is none.
    `busy` holds the provider's spans by kind: ``visit``, ``hold``, ``absence``, ``external`` (KeyError for
    another, as for the kind of a pool that is neither ``room`` nor ``device``). The rest as in `cut`; local
    dates are those of ``rules.zone``.
    """
    found = [
        *_too_soon_or_late(rules.zone, visit, start, now),
        *_hours(rules, visit, openings, mode, start),
        *_occupied(visit, busy, start),
        *_capped(rules.zone, visit, booked_by_day or {}, start),
        *_pools_taken(visit, openings, mode, start, pools),
    ]
    return [reason for reason in Reason if reason in found]


def _too_soon_or_late(zone: str, visit: VisitRules, start: int, now: int) -> Iterator[Reason]:
    if start < now:
        yield Reason.PAST
    elif start < now + visit.minimum_notice:
        yield Reason.NOTICE
    if local_day(zone, start) > local_day(zone, now) + visit.booking_window_days:
        yield Reason.BEYOND_WINDOW


def _hours(
    rules: WorkingRules, visit: VisitRules, openings: Sequence[Opening], mode: str | None, start: int
) -> Iterator[Reason]:
    wanted = visit.wanted(mode)
    around = [opening for opening in openings if _fits(opening, visit, start)]
    fitting = [opening for opening in around if opening.modes & wanted]
    if not wanted or (around and not fitting):
        yield Reason.MODE_NOT_OFFERED
    if not around:
        yield _why_shut(rules, visit, start)
    if fitting and not any(_on_grid(opening, visit, start) for opening in fitting):
        yield Reason.OFF_STEP


def _why_shut(rules: WorkingRules, visit: VisitRules, start: int) -> Reason:
    day = local_day(rules.zone, start)
    if day in {epoch_day(holiday) for holiday in rules.holidays}:
        return Reason.HOLIDAY
    date_spans = instants(rules.zone, [(day * DAY, (day + 1) * DAY)])
    unbroken = openings_of_days(replace(rules, breaks=()), day, day)
    if not any(overlaps(date_spans, opening.start, opening.end) for opening in unbroken):
        return Reason.CLOSED
    if any(_fits(opening, visit, start) for opening in unbroken):
        return Reason.BREAK
    return Reason.OUTSIDE_HOURS


def _occupied(visit: VisitRules, busy: Mapping[str, Spans], start: int) -> Iterator[Reason]:
    end = start + visit.duration
    of_kind = {_BUSY_KINDS[kind]: normalise(spans) for kind, spans in busy.items()}
    direct = [reason for reason, spans in of_kind.items() if overlaps(spans, start, end)]
    yield from direct
    first, last = start - visit.buffer_before, end + visit.buffer_after
    if not direct and any(overlaps(spans, first, last) for spans in of_kind.values()):
        yield Reason.BUFFER


def _capped(zone: str, visit: VisitRules, booked_by_day: Mapping[date, int], start: int) -> Iterator[Reason]:
    booked = {epoch_day(day): count for day, count in booked_by_day.items()}
    if visit.daily_cap is not None and booked.get(local_day(zone, start), 0) >= visit.daily_cap:
        yield Reason.DAILY_CAP


def _pools_taken(
    visit: VisitRules, openings: Sequence[Opening], mode: str | None, start: int, pools: PoolsAt
) -> Iterator[Reason]:
    """What is missing, unless some mode and location on whose grid `start` lies lacks nothing."""
    wanted = visit.wanted(mode)
    missing: list[Pool] = []
    for opening in openings:
        if _fits(opening, visit, start) and _on_grid(opening, visit, start):
            for each in sorted(wanted & opening.modes):
                taken = [pool for pool in pools(each, opening.location_id) if not _free(pool, visit, start)]
                if not taken:
                    return
                missing += taken
    yield from {_POOL_KINDS[pool.kind] for pool in missing}


def _free(pool: Pool, visit: VisitRules, start: int) -> bool:
    return any(not overlaps(normalise(member), start, start + visit.duration) for member in pool.members)


def _fits(opening: Opening, visit: VisitRules, start: int) -> bool:
    return opening.start <= start and start + visit.duration <= opening.end


def _on_grid(opening: Opening, visit: VisitRules, start: int) -> bool:
    return (start - opening.start) % visit.step == 0
