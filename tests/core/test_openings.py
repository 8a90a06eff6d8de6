"""Openings by example, each a promise of `core.openings`."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from openvisit.core.intervals import instant, minute_floor
from openvisit.core.openings import (
    Break,
    DatedHours,
    Opening,
    WeeklyHours,
    WorkingRules,
    openings,
    parse_wall,
)

NORTH, SOUTH = UUID(int=1), UUID(int=2)
VIDEO, BOTH = frozenset({"telehealth"}), frozenset({"telehealth", "in-person"})
MONDAY = date(2026, 6, 1)


def daily(start: str, end: str, at: UUID | None = None, modes: frozenset[str] = VIDEO) -> tuple[WeeklyHours, ...]:
    return tuple(WeeklyHours(day, parse_wall(start), parse_wall(end), at, modes) for day in range(1, 8))


def rules(
    zone: str,
    *weekly: WeeklyHours,
    breaks: tuple[Break, ...] = (),
    overrides: dict[date, tuple[DatedHours, ...]] | None = None,
    holidays: frozenset[date] = frozenset(),
) -> WorkingRules:
    return WorkingRules(zone, weekly, breaks, overrides or {}, holidays)


def shown(found: list[Opening], zone: str) -> list[tuple[str, str]]:
    """Starts and ends as the clocks of `zone` show them, with their offset."""
    info = ZoneInfo(zone)
    return [
        (f"{instant(o.start).astimezone(info):%d %H:%M%z}", f"{instant(o.end).astimezone(info):%d %H:%M%z}")
        for o in found
    ]


def lengths(found: list[Opening]) -> list[int]:
    return [opening.end - opening.start for opening in found]


def test_a_plain_week_with_a_break_and_a_holiday() -> None:
    madrid = rules(
        "Europe/Madrid",
        *(WeeklyHours(day, 540, 1020, NORTH, BOTH) for day in (1, 2, 3)),
        breaks=(Break(1, 720, 780),),
        holidays=frozenset({MONDAY + timedelta(days=1)}),
    )
    found = openings(madrid, MONDAY, MONDAY + timedelta(days=6))
    assert shown(found, "Europe/Madrid") == [
        ("01 09:00+0200", "01 12:00+0200"),
        ("01 13:00+0200", "01 17:00+0200"),
        ("03 09:00+0200", "03 17:00+0200"),
    ]
    assert {(o.location_id, o.modes) for o in found} == {(NORTH, BOTH)}


def test_hours_in_the_gap_are_lost_and_those_around_it_meet() -> None:
    new_york = rules("America/New_York", *daily("00:00", "04:00"))
    assert lengths(openings(new_york, date(2026, 3, 8), date(2026, 3, 8))) == [180]
    inside = rules("America/New_York", *daily("02:00", "03:00"))
    assert openings(inside, date(2026, 3, 8), date(2026, 3, 8)) == []
    partly = rules("America/New_York", *daily("02:30", "05:00"))
    assert shown(openings(partly, date(2026, 3, 8), date(2026, 3, 8)), "America/New_York") == [
        ("08 03:00-0400", "08 05:00-0400")
    ]


def test_hours_in_the_overlap_count_twice() -> None:
    new_york = rules("America/New_York", *daily("01:00", "02:00"))
    assert lengths(openings(new_york, date(2026, 11, 1), date(2026, 11, 1))) == [120]
    half = rules("America/New_York", *daily("01:30", "02:00"))
    assert shown(openings(half, date(2026, 11, 1), date(2026, 11, 1)), "America/New_York") == [
        ("01 01:30-0400", "01 01:00-0500"),
        ("01 01:30-0500", "01 02:00-0500"),
    ]


def test_gap_and_overlap_in_the_southern_hemisphere() -> None:
    santiago = rules("America/Santiago", *daily("00:00", "02:00"))
    assert lengths(openings(santiago, date(2026, 9, 6), date(2026, 9, 6))) == [60]
    late = rules("America/Santiago", *daily("23:00", "24:00"))
    assert lengths(openings(late, date(2026, 4, 4), date(2026, 4, 4))) == [120]


def test_a_change_of_half_an_hour() -> None:
    lord_howe = rules("Australia/Lord_Howe", *daily("00:00", "06:00"))
    assert lengths(openings(lord_howe, date(2026, 10, 4), date(2026, 10, 4))) == [330]
    assert lengths(openings(lord_howe, date(2026, 4, 5), date(2026, 4, 5))) == [390]


def test_offsets_of_forty_five_minutes() -> None:
    (kathmandu,) = openings(rules("Asia/Kathmandu", *daily("09:00", "17:00")), MONDAY, MONDAY)
    assert instant(kathmandu.start) == datetime(2026, 6, 1, 3, 15, tzinfo=UTC)
    (chatham,) = openings(rules("Pacific/Chatham", *daily("09:00", "17:00")), MONDAY, MONDAY)
    assert instant(chatham.start) == datetime(2026, 5, 31, 20, 15, tzinfo=UTC)


def test_a_skipped_day_has_no_hours_and_starts_no_night() -> None:
    apia = rules("Pacific/Apia", *daily("22:00", "06:00"))
    found = openings(apia, date(2011, 12, 29), date(2011, 12, 31))
    assert shown(found, "Pacific/Apia") == [
        ("28 22:00-1000", "29 06:00-1000"),
        ("29 22:00-1000", "31 00:00+1400"),
        ("31 22:00+1400", "01 06:00+1400"),
    ]
    no_eve = rules("Pacific/Apia", *daily("00:00", "06:00"), breaks=(Break(5, 1320, 120),))
    assert shown(openings(no_eve, date(2011, 12, 31), date(2011, 12, 31)), "Pacific/Apia") == [
        ("31 00:00+1400", "31 06:00+1400")
    ]
    assert openings(rules("Pacific/Apia", *daily("09:00", "17:00")), date(2011, 12, 30), date(2011, 12, 30)) == []


def test_a_night_belongs_to_the_date_it_starts_on() -> None:
    night = (WeeklyHours(1, parse_wall("22:00"), parse_wall("06:00"), None, VIDEO),)
    tuesday = MONDAY + timedelta(days=1)
    whole = [("01 22:00+0000", "02 06:00+0000")]
    closed_after = rules("UTC", *night, overrides={tuesday: ()}, holidays=frozenset({tuesday}))
    assert shown(openings(closed_after, tuesday, tuesday), "UTC") == whole
    closed_before = rules("UTC", *night, holidays=frozenset({MONDAY}))
    assert openings(closed_before, tuesday, tuesday) == []


def test_an_override_replaces_hours_and_breaks_and_a_holiday_wins() -> None:
    long_day = {MONDAY: (DatedHours(600, 900, SOUTH, BOTH),), MONDAY + timedelta(days=1): ()}
    base = rules(
        "UTC",
        *daily("09:00", "17:00"),
        breaks=tuple(Break(d, 720, 780) for d in range(1, 8)),
        overrides=long_day,
    )
    assert shown(openings(base, MONDAY, MONDAY + timedelta(days=2)), "UTC") == [
        ("01 10:00+0000", "01 15:00+0000"),
        ("03 09:00+0000", "03 12:00+0000"),
        ("03 13:00+0000", "03 17:00+0000"),
    ]
    shut = rules("UTC", overrides=long_day, holidays=frozenset({MONDAY}))
    assert openings(shut, MONDAY, MONDAY) == []


def test_pieces_of_one_place_merge_and_those_of_another_do_not() -> None:
    same = rules("UTC", WeeklyHours(1, 540, 720, NORTH, BOTH), WeeklyHours(1, 720, 900, NORTH, BOTH))
    assert lengths(openings(same, MONDAY, MONDAY)) == [360]
    other_place = rules("UTC", WeeklyHours(1, 540, 720, NORTH, BOTH), WeeklyHours(1, 600, 900, SOUTH, BOTH))
    assert lengths(openings(other_place, MONDAY, MONDAY)) == [180, 300]
    other_modes = rules("UTC", WeeklyHours(1, 540, 720, NORTH, BOTH), WeeklyHours(1, 600, 900, NORTH, VIDEO))
    assert lengths(openings(other_modes, MONDAY, MONDAY)) == [180, 300]


def test_an_evening_and_the_next_morning_are_one_opening_from_either_side() -> None:
    split = rules("UTC", WeeklyHours(1, 1320, 1440, None, VIDEO), WeeklyHours(2, 0, 360, None, VIDEO))
    seen_from_monday = openings(split, MONDAY, MONDAY)
    assert shown(seen_from_monday, "UTC") == [("01 22:00+0000", "02 06:00+0000")]
    assert openings(split, MONDAY + timedelta(days=1), MONDAY + timedelta(days=1)) == seen_from_monday


def test_round_the_clock_covers_the_days_asked_for() -> None:
    (always,) = openings(rules("Europe/Madrid", *daily("00:00", "24:00")), MONDAY, MONDAY + timedelta(days=30))
    assert always.start <= minute_floor(datetime(2026, 5, 31, 22, tzinfo=UTC))
    assert always.end >= minute_floor(datetime(2026, 7, 1, 22, tzinfo=UTC))


def test_no_days_no_openings_and_the_last_day_of_the_calendar() -> None:
    utc = rules("UTC", *daily("09:00", "17:00"))
    assert openings(utc, MONDAY, MONDAY - timedelta(days=1)) == []
    assert lengths(openings(utc, date.max, date.max)) == [480]
