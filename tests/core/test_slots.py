"""Slots by example, each a promise of `core.slots`. Minutes are counted from a Monday's midnight in UTC."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from openvisit.core import slots
from openvisit.core.intervals import Spans, minute_floor
from openvisit.core.openings import Opening
from openvisit.core.slots import Pool, Slot, VisitRules, cut

MONDAY = date(2026, 6, 1)
ZERO = minute_floor(datetime(2026, 6, 1, tzinfo=UTC))
DAY = 1440
NORTH, SOUTH = UUID(int=1), UUID(int=2)
VIDEO, ROOM = frozenset({"telehealth"}), frozenset({"in-person"})
BOTH = VIDEO | ROOM
VISIT = VisitRules(
    duration=30,
    step=30,
    buffer_before=0,
    buffer_after=0,
    minimum_notice=0,
    booking_window_days=60,
    daily_cap=None,
    modes=BOTH,
)


def opening(start: int, end: int, at: UUID | None = NORTH, modes: frozenset[str] = VIDEO) -> Opening:
    return Opening(ZERO + start, ZERO + end, at, modes)


def busy(*spans: tuple[int, int]) -> Spans:
    return [(ZERO + start, ZERO + end) for start, end in spans]


def offered(
    openings: list[Opening],
    taken: Spans = (),
    visit: VisitRules = VISIT,
    mode: str | None = "telehealth",
    now: int = 0,
    until: int = 30 * DAY,
    booked: dict[date, int] | None = None,
    zone: str = "UTC",
    pools: slots.PoolsAt = slots.no_pools,
) -> list[Slot]:
    return cut(openings, taken, visit, mode, ZERO + now, ZERO, ZERO + until, zone, booked, pools)


def starts(found: list[Slot]) -> list[int]:
    return [slot.start - ZERO for slot in found]


MORNING = opening(540, 660)


def test_the_grid_of_an_opening() -> None:
    assert offered([MORNING])[0] == Slot(ZERO + 540, ZERO + 570, "telehealth", NORTH)
    assert starts(offered([MORNING])) == [540, 570, 600, 630]
    assert starts(offered([opening(545, 660)])) == [545, 575, 605]
    assert starts(offered([MORNING], visit=replace(VISIT, step=45))) == [540, 585, 630]
    assert starts(offered([opening(540, 569)])) == []


def test_a_busy_span_takes_the_starts_that_would_touch_it() -> None:
    assert starts(offered([MORNING], busy((570, 600)))) == [540, 600, 630]
    assert starts(offered([MORNING], busy((569, 571)))) == [600, 630]
    assert starts(offered([MORNING], busy((500, 545), (650, 700)))) == [570, 600]
    assert starts(offered([MORNING], busy((600, 610), (570, 605)))) == [540, 630]


def test_buffers_keep_clear_of_busy_time_but_may_hang_over_the_edge() -> None:
    buffered = replace(VISIT, buffer_before=10, buffer_after=15)
    assert starts(offered([MORNING], visit=buffered)) == [540, 570, 600, 630]
    assert starts(offered([MORNING], busy((585, 590)), buffered)) == [540, 600, 630]
    assert starts(offered([MORNING], busy((584, 591)), buffered)) == [630]
    assert starts(offered([MORNING], busy((670, 700), (500, 531)), buffered)) == [570, 600]


def test_notice_counts_from_now() -> None:
    assert starts(offered([MORNING], now=570)) == [570, 600, 630]
    assert starts(offered([MORNING], visit=replace(VISIT, minimum_notice=31), now=570)) == [630]


def test_the_window_ends_with_a_local_date() -> None:
    days = [opening(540 + day * DAY, 570 + day * DAY) for day in range(4)]
    window = replace(VISIT, booking_window_days=2)
    assert len(offered(days, visit=window)) == 3
    assert len(offered(days, visit=replace(VISIT, booking_window_days=0))) == 1
    # In Auckland it is 1 June from noon UTC on 31 May: Monday 14:00 UTC is already Tuesday.
    assert len(offered(days, visit=window, now=1, zone="Pacific/Auckland")) == 3
    assert len(offered(days, visit=window, now=841, zone="Pacific/Auckland")) == 3
    assert starts(offered(days, visit=window, now=841, zone="UTC")) == [540 + DAY, 540 + 2 * DAY]


def test_a_date_that_comes_back_is_in_the_window() -> None:
    # St John's went from 00:01 on 7 November 2010 back to 23:01 on the 6th.
    midnight = minute_floor(datetime(2010, 11, 7, 2, 30, tzinfo=UTC))
    late = [Opening(midnight + 10, midnight + 40, None, VIDEO)]
    today_only = replace(VISIT, booking_window_days=0)
    assert cut(late, [], today_only, None, midnight, midnight, midnight + DAY, "America/St_Johns")


def test_the_cap_closes_a_local_date() -> None:
    days = [opening(540 + day * DAY, 600 + day * DAY) for day in range(2)]
    capped = replace(VISIT, daily_cap=3)
    assert starts(offered(days, visit=capped, booked={MONDAY: 3})) == [540 + DAY, 570 + DAY]
    assert len(offered(days, visit=capped, booked={MONDAY: 2})) == 4
    assert offered(days, visit=replace(VISIT, daily_cap=0)) == []
    assert len(offered(days, booked={MONDAY: 99})) == 4
    evening = [opening(20 * 60, 24 * 60)]
    found = offered(evening, visit=capped, booked={MONDAY: 3}, zone="Europe/Madrid")
    assert starts(found) == [22 * 60, 22 * 60 + 30, 23 * 60, 23 * 60 + 30]


def test_modes_of_visit_and_opening_both_count() -> None:
    mixed = [opening(540, 570, modes=BOTH), opening(600, 630, modes=ROOM)]
    assert [(s.start - ZERO, s.mode) for s in offered(mixed, mode=None)] == [
        (540, "in-person"),
        (540, "telehealth"),
        (600, "in-person"),
    ]
    assert starts(offered(mixed)) == [540]
    assert offered(mixed, mode="phone") == []
    assert starts(offered(mixed, visit=replace(VISIT, modes=VIDEO), mode=None)) == [540]


def test_overlapping_openings_interleave_without_repeats() -> None:
    two_grids = [opening(540, 630), opening(555, 615, modes=BOTH), opening(570, 630, modes=BOTH)]
    assert starts(offered(two_grids)) == [540, 555, 570, 585, 600]
    two_places = [opening(540, 600), opening(540, 600, at=SOUTH)]
    assert [(s.start - ZERO, s.location_id) for s in offered(two_places)] == [
        (540, NORTH),
        (540, SOUTH),
        (570, NORTH),
        (570, SOUTH),
    ]


def test_one_free_member_of_each_pool_is_enough() -> None:
    rooms = Pool("room", [busy((540, 600)), busy((590, 640))])
    devices = Pool("device", [busy((0, 545))])

    def at_north(mode: str, location_id: UUID | None) -> list[Pool]:
        return [rooms, devices] if (mode, location_id) == ("in-person", NORTH) else []

    north, south = opening(540, 660, modes=BOTH), opening(540, 570, at=SOUTH, modes=ROOM)
    assert starts(offered([north], mode="in-person", pools=lambda *_: [rooms])) == [540, 600, 630]
    assert starts(offered([north], mode="in-person", pools=at_north)) == [600, 630]
    assert starts(offered([north], mode="telehealth", pools=at_north)) == [540, 570, 600, 630]
    assert starts(offered([south], mode="in-person", pools=at_north)) == [540]
    assert offered([north], pools=lambda *_: [Pool("room", [])]) == []


def test_a_room_may_be_used_without_the_visits_buffers() -> None:
    buffered = replace(VISIT, buffer_before=30, buffer_after=30)
    rooms = [Pool("room", [busy((570, 600))])]
    assert starts(offered([MORNING], visit=buffered, pools=lambda *_: rooms)) == [540, 600, 630]


def test_the_range_is_half_open() -> None:
    assert starts(offered([MORNING], until=600)) == [540, 570]
    assert starts(offered([MORNING], until=601)) == [540, 570, 600]
    assert offered([MORNING], until=0) == []


def test_the_first_slots_are_the_first_of_all() -> None:
    openings = [
        opening(540, 900, modes=BOTH),
        opening(555, 800, at=SOUTH, modes=BOTH),
        opening(DAY, DAY + 90),
    ]
    everything = offered(openings, mode=None)
    for limit in (0, 1, 2, 5, 7, len(everything), len(everything) + 1):
        found = slots.first(openings, [], VISIT, None, ZERO, ZERO, ZERO + 9 * DAY, "UTC", limit=limit)
        assert found == everything[:limit]


@pytest.mark.parametrize(
    "fault",
    [
        {"duration": 0},
        {"step": 0},
        {"buffer_before": -1},
        {"buffer_after": -1},
        {"minimum_notice": -1},
        {"booking_window_days": -1},
        {"daily_cap": -1},
    ],
)
def test_impossible_rules_are_refused(fault: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"must be positive|cannot be negative"):
        replace(VISIT, **fault)  # type: ignore[arg-type]
