"""Every reason by example; that explain and cut never disagree is in test_slots_properties."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from openvisit.core.explain import Reason, explain
from openvisit.core.intervals import Spans, minute_floor
from openvisit.core.openings import Break, WeeklyHours, WorkingRules, openings
from openvisit.core.slots import Pool, PoolsAt, VisitRules, no_pools

MONDAY, SUNDAY, HOLIDAY = date(2026, 6, 1), date(2026, 6, 7), date(2026, 6, 2)
ZERO = minute_floor(datetime(2026, 6, 1, tzinfo=UTC))
DAY = 1440
NORTH = UUID(int=1)
VIDEO, BOTH = frozenset({"telehealth"}), frozenset({"telehealth", "in-person"})
RULES = WorkingRules(
    "UTC",
    (
        *(WeeklyHours(day, 540, 1020, NORTH, BOTH) for day in range(1, 6)),
        WeeklyHours(6, 540, 720, NORTH, VIDEO),
    ),
    tuple(Break(day, 720, 780) for day in range(1, 6)),
    {},
    frozenset({HOLIDAY}),
)
OPENINGS = openings(RULES, MONDAY, SUNDAY)
VISIT = VisitRules(
    duration=30,
    step=30,
    buffer_before=10,
    buffer_after=10,
    minimum_notice=60,
    booking_window_days=5,
    daily_cap=4,
    modes=BOTH,
)


def why(
    start: int,
    mode: str | None = "in-person",
    *,
    now: int = 0,
    visit: VisitRules = VISIT,
    busy: dict[str, Spans] | None = None,
    booked: dict[date, int] | None = None,
    pools: PoolsAt = no_pools,
) -> list[Reason]:
    spans = {kind: [(ZERO + s, ZERO + e) for s, e in some] for kind, some in (busy or {}).items()}
    return explain(RULES, visit, OPENINGS, spans, mode, ZERO + start, ZERO + now, booked, pools)


def test_no_reason_against_a_free_time() -> None:
    assert why(600) == []
    assert why(600, None) == []
    assert why(600, busy={"visit": [(640, 700)], "external": [(500, 590)]}, booked={MONDAY: 3}) == []


@pytest.mark.parametrize(
    ("start", "now", "reasons"),
    [
        (600, 601, [Reason.PAST]),
        (600, 600, [Reason.NOTICE]),
        (600, 541, [Reason.NOTICE]),
        (600, 540, []),
        (600 + 5 * DAY, 0, [Reason.MODE_NOT_OFFERED]),
        (600 + 6 * DAY, 0, [Reason.BEYOND_WINDOW, Reason.CLOSED]),
        (600 + DAY, 0, [Reason.HOLIDAY]),
        (720, 0, [Reason.BREAK]),
        (700, 0, [Reason.BREAK]),
        (510, 0, [Reason.OUTSIDE_HOURS]),
        (1000, 0, [Reason.OUTSIDE_HOURS]),
        (610, 0, [Reason.OFF_STEP]),
        (780, 0, []),
    ],
)
def test_reasons_of_time(start: int, now: int, reasons: list[Reason]) -> None:
    assert why(start, now=now) == reasons


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("visit", Reason.BUSY),
        ("hold", Reason.HELD),
        ("absence", Reason.ABSENCE),
        ("external", Reason.EXTERNAL_BUSY),
    ],
)
def test_reasons_of_busy_time(kind: str, reason: Reason) -> None:
    assert why(600, busy={kind: [(629, 640)]}) == [reason]
    assert why(600, busy={kind: [(630, 640)]}) == [Reason.BUFFER]
    assert why(600, busy={kind: [(590, 600)]}) == [Reason.BUFFER]
    assert why(600, busy={kind: [(640, 650)]}) == []


def test_every_kind_of_busy_time_is_told_and_buffers_only_alone() -> None:
    both = {"visit": [(600, 610)], "absence": [(0, DAY)], "hold": [(630, 640)]}
    assert why(600, busy=both) == [Reason.BUSY, Reason.ABSENCE]
    with pytest.raises(KeyError):
        why(600, busy={"lunch": []})


def test_modes() -> None:
    assert why(600, "phone") == [Reason.MODE_NOT_OFFERED]
    assert why(600 + 5 * DAY, "telehealth") == []
    assert why(600 + 5 * DAY, None) == []
    assert why(600 + DAY, "phone") == [Reason.MODE_NOT_OFFERED, Reason.HOLIDAY]


def test_the_cap() -> None:
    assert why(600, booked={MONDAY: 4}) == [Reason.DAILY_CAP]
    assert why(600 + 2 * DAY, booked={MONDAY: 4}) == []
    assert why(600, visit=replace(VISIT, daily_cap=0)) == [Reason.DAILY_CAP]
    assert why(600, visit=replace(VISIT, daily_cap=None), booked={MONDAY: 99}) == []


def test_rooms_and_devices() -> None:
    taken = [(ZERO + 600, ZERO + 605)]
    pools = [Pool("room", [taken, []]), Pool("device", [taken])]
    assert why(600, pools=lambda *_: pools[:1]) == []
    assert why(600, pools=lambda *_: pools) == [Reason.NO_DEVICE]
    assert why(600, pools=lambda *_: [Pool("room", [taken]), *pools]) == [Reason.NO_ROOM, Reason.NO_DEVICE]
    assert why(600, pools=lambda *_: [Pool("room", [])]) == [Reason.NO_ROOM]
    assert why(600, None, pools=lambda mode, _: [Pool("room", [])] if mode == "in-person" else []) == []


def test_the_last_day_of_the_calendar_is_answered() -> None:
    start = minute_floor(datetime(9999, 12, 31, 23, 30, tzinfo=UTC))
    kiritimati = replace(RULES, zone="Pacific/Kiritimati")
    found = explain(kiritimati, VISIT, [], {}, "in-person", start, ZERO)
    assert found[0] is Reason.BEYOND_WINDOW
