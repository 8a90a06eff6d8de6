"""The read model of next free times for the measured group, worked out here instead of a query a provider."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from openvisit.core.intervals import Span, instant, minute_ceil
from openvisit.core.openings import Opening
from openvisit.core.slots import Pool, PoolsAt, VisitRules, first, no_pools
from openvisit.features.availability.read_model import AHEAD_DAYS, KEPT
from openvisit.platform.db import Connection
from openvisit.seed.measured_providers import MODES, Hired
from openvisit.seed.measured_visits import Booked
from openvisit.seed.rows import insert
from openvisit.seed.visit_kinds import IN_PERSON, Kind

Busy = dict[UUID, list[Span]]


async def insert_next_free(
    connection: Connection, hired: Sequence[Hired], visits: Sequence[Booked], now: datetime
) -> None:
    """Write what `read_model.refresh` would find for each of the providers."""
    await insert(
        connection,
        "next_free",
        "provider_id, visit_type_id, mode, starts, location_ids, first_start, refreshed_at",
        _rows(hired, _busy(visits), now),
    )


def _busy(visits: Sequence[Booked]) -> Busy:
    """When providers and rooms are taken; sorted, as the visits are."""
    found: Busy = {}
    for visit in visits:
        found.setdefault(visit.provider.id, []).append((visit.start, visit.end))
        if visit.room_id:
            found.setdefault(visit.room_id, []).append((visit.start, visit.end))
    return found


def _rows(hired: Sequence[Hired], busy: Busy, now: datetime) -> Iterator[tuple[object, ...]]:
    begin = minute_ceil(now)
    end = begin + AHEAD_DAYS * 1440
    for provider in hired:
        modes = frozenset(map(str, MODES))
        open_ = [Opening(opened, closed, provider.site.id, modes) for opened, closed in provider.open]
        for kind in provider.kinds:
            mode = kind.modes[0]
            slots = first(
                open_,
                busy.get(provider.id, []),
                _rules(kind),
                mode,
                begin,
                begin,
                end,
                provider.site.zone,
                pools=_pools(provider, kind, busy),
                limit=KEPT,
            )
            starts = [instant(slot.start) for slot in slots]
            places = [provider.site.id if mode == IN_PERSON else None for _ in slots]
            yield provider.id, kind.id, mode, starts, places, starts[0] if starts else None, now


def _pools(provider: Hired, kind: Kind, busy: Busy) -> PoolsAt:
    if not kind.needs_room:
        return no_pools
    rooms = [Pool("room", [busy.get(room.id, []) for room in provider.site.rooms])]
    return lambda _mode, _location_id: rooms


def _rules(kind: Kind) -> VisitRules:
    return VisitRules(
        duration=kind.duration,
        step=kind.step,
        buffer_before=kind.before,
        buffer_after=kind.after,
        minimum_notice=kind.notice,
        booking_window_days=kind.window,
        daily_cap=kind.cap,
        modes=frozenset(kind.modes),
    )
