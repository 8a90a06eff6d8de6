import re
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvisit.core.intervals import minute_floor
from openvisit.core.wallclock import (
    DAY,
    epoch_day,
    instants,
    is_zone,
    iso_weekday,
    local_day,
    skipped_days,
    stretches,
    wall_minute,
)

LINE = re.compile(r"(?P<zone>\S+)  \w+ (?P<moment>.+?) UT = .* gmtoff=(?P<gmtoff>-?\d+)")


def utc(*parts: int) -> int:
    return minute_floor(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type,misc]


def wall(*parts: int) -> int:
    """The wall minute of a date and time as a calendar shows it."""
    return utc(*parts)


def zdump_changes(zdump: Path) -> dict[str, list[tuple[int, int]]]:
    """Minute of each change and offset from then on, by zone; zdump prints the second before it as well."""
    changes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for line in zdump.read_text().splitlines():
        match = LINE.match(line)
        assert match, line
        moment = datetime.strptime(match["moment"], "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        if moment.second == 0:
            changes[match["zone"]].append((minute_floor(moment), int(match["gmtoff"]) // 60))
    return changes


@pytest.mark.shared
def test_stretches_change_when_zdump_says_so(shared: Path) -> None:
    start, end = utc(2024, 1, 1), utc(2032, 1, 1)
    for zone, changes in zdump_changes(shared / "corpora" / "tz" / "zdump-2024-2032.txt").items():
        found = [(s.start, s.offset) for s in stretches(zone, start, end) if start < s.start < end]
        assert found == [change for change in changes if start < change[0] < end], zone


@pytest.mark.parametrize(
    ("zone", "first_pass", "second_pass"),
    [
        ("America/New_York", utc(2026, 11, 1, 5), utc(2026, 11, 1, 6)),
        ("Europe/Madrid", utc(2026, 10, 25, 0), utc(2026, 10, 25, 1)),
        ("America/Santiago", utc(2026, 4, 5, 2), utc(2026, 4, 5, 3)),
    ],
)
def test_a_repeated_wall_time_is_two_instants(zone: str, first_pass: int, second_pass: int) -> None:
    shown = wall_minute(zone, first_pass)
    assert instants(zone, [(shown, shown + 30)]) == [
        (first_pass, first_pass + 30),
        (second_pass, second_pass + 30),
    ]


@pytest.mark.parametrize(
    ("zone", "missing"),
    [
        ("America/New_York", (wall(2026, 3, 8, 2), wall(2026, 3, 8, 3))),
        ("Australia/Lord_Howe", (wall(2026, 10, 4, 2), wall(2026, 10, 4, 2, 30))),
        ("Pacific/Chatham", (wall(2026, 9, 27, 2, 45), wall(2026, 9, 27, 3, 45))),
        ("America/Santiago", (wall(2026, 9, 6, 0), wall(2026, 9, 6, 1))),
        ("Pacific/Apia", (wall(2011, 12, 30), wall(2011, 12, 31))),
    ],
)
def test_a_missing_wall_time_is_no_instant_and_its_rims_meet(zone: str, missing: tuple[int, int]) -> None:
    start, end = missing
    assert instants(zone, [missing]) == []
    (around,) = instants(zone, [(start - 60, end + 60)])
    assert around[1] - around[0] == 120


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["America/St_Johns", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "UTC"]),
    st.integers(utc(2000, 1, 1), utc(2037, 1, 1)),
)
def test_wall_minute_is_what_a_datetime_shows(zone: str, minute: int) -> None:
    shown = datetime.fromtimestamp(minute * 60, ZoneInfo(zone))
    assert wall_minute(zone, minute) == wall(*shown.timetuple()[:5])
    assert local_day(zone, minute) == epoch_day(shown.date())
    assert iso_weekday(epoch_day(shown.date())) == shown.isoweekday()
    (own, *rest) = instants(zone, [(wall_minute(zone, minute), wall_minute(zone, minute) + 1)])
    assert (minute, minute + 1) in [own, *rest]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu", "Europe/Madrid"])
def test_every_quarter_day_of_three_years_is_found_from_its_wall_time(zone: str) -> None:
    for minute in range(utc(2025, 1, 1), utc(2028, 1, 1), DAY // 4):
        shown = wall_minute(zone, minute)
        assert (minute, minute + 1) in instants(zone, [(shown, shown + 1)])


def test_the_days_that_zones_skipped() -> None:
    apia = epoch_day(date(2011, 12, 30))
    assert skipped_days("Pacific/Apia", apia - 5, apia + 5) == {apia}
    assert skipped_days("Pacific/Apia", apia, apia) == {apia}
    assert skipped_days("Pacific/Apia", apia + 1, apia + 9) == frozenset()
    kwajalein = epoch_day(date(1993, 8, 21))
    assert skipped_days("Pacific/Kwajalein", kwajalein - 40, kwajalein + 40) == {kwajalein}
    assert skipped_days("America/New_York", epoch_day(date(2026, 1, 1)), epoch_day(date(2026, 12, 31))) == frozenset()


def test_the_rims_of_the_calendar_do_not_fail() -> None:
    last = epoch_day(date.max)
    assert instants("Pacific/Auckland", [(last * DAY, (last + 1) * DAY)])
    assert local_day("Pacific/Kiritimati", last * DAY + DAY - 1) == last + 1
    assert instants("America/New_York", [(epoch_day(date.min) * DAY, (epoch_day(date.min) + 1) * DAY)])


def test_zones_that_are_none() -> None:
    assert is_zone("Europe/Madrid")
    for name in ("Mars/Olympus", "", "America", "../etc/passwd", "europe/madrid "):
        assert not is_zone(name)
    with pytest.raises(ZoneInfoNotFoundError):
        local_day("Mars/Olympus", 0)
