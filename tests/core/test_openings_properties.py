"""`openings` against a minute-by-minute reading of its definition, around the clock changes of many zones."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from openvisit.core.openings import Break, DatedHours, Opening, WeeklyHours, WorkingRules, openings

WINDOWS = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Madrid", date(2026, 3, 29)),
    ("Europe/Madrid", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Kathmandu", date(2026, 5, 1)),
    ("Pacific/Chatham", date(2026, 4, 5)),
    ("Pacific/Chatham", date(2026, 9, 27)),
    ("America/Santiago", date(2026, 4, 4)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("America/St_Johns", date(2026, 3, 8)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Asia/Beirut", date(2026, 3, 29)),
]
REACH = 2
PLACES = st.tuples(
    st.sampled_from([None, UUID(int=1), UUID(int=2)]),
    st.sampled_from([frozenset({"in-person"}), frozenset({"telehealth"}), frozenset({"in-person", "telehealth"})]),
)
STARTS = st.one_of(st.integers(0, 1439), st.integers(0, 95).map(lambda quarter: quarter * 15))
ENDS = st.one_of(st.integers(0, 1440), st.integers(0, 96).map(lambda quarter: quarter * 15))
WEEKDAYS = st.integers(1, 7)
Walls = list[tuple[int, date, int]]


@cache
def clock(zone: str, centre: date) -> Walls:
    """Every minute around `centre` with the local date and the minute of day that clocks show."""
    info = ZoneInfo(zone)
    noon = int(datetime(centre.year, centre.month, centre.day, 12, tzinfo=UTC).timestamp()) // 60
    reach = (REACH + 2) * 1440
    shown = [(m, datetime.fromtimestamp(m * 60, info)) for m in range(noon - reach, noon + reach)]
    return [(m, wall.date(), wall.hour * 60 + wall.minute) for m, wall in shown]


def weekly_hours() -> st.SearchStrategy[WeeklyHours]:
    return st.builds(lambda d, s, e, p: WeeklyHours(d, s, e, *p), WEEKDAYS, STARTS, ENDS, PLACES)


def dated_hours() -> st.SearchStrategy[DatedHours]:
    return st.builds(lambda s, e, p: DatedHours(s, e, *p), STARTS, ENDS, PLACES)


@st.composite
def working_rules(draw: st.DrawFn) -> tuple[WorkingRules, date]:
    zone, centre = draw(st.sampled_from(WINDOWS))
    dates = st.integers(-REACH - 1, REACH + 1).map(lambda n: centre + timedelta(days=n))
    rules = WorkingRules(
        zone,
        draw(st.lists(weekly_hours(), max_size=8)),
        draw(st.lists(st.builds(Break, WEEKDAYS, STARTS, ENDS), max_size=4)),
        draw(st.dictionaries(dates, st.lists(dated_hours(), max_size=2).map(tuple), max_size=2)),
        draw(st.frozensets(dates, max_size=1)),
    )
    return rules, centre


def worked(rules: WorkingRules, walls: Walls) -> dict[tuple[UUID | None, frozenset[str]], set[int]]:
    """The definition, read minute by minute: the minutes of each place in a span and in no break."""
    lived = {day for _, day, _ in walls}
    spans: dict[tuple[UUID | None, frozenset[str]], set[tuple[date, int]]] = defaultdict(set)
    paused: set[tuple[date, int]] = set()
    for day in lived:
        override = rules.overrides.get(day)
        if override is None:
            for pause in rules.breaks:
                if pause.weekday == day.isoweekday():
                    paused |= expand(day, pause.start, pause.end)
        if day not in rules.holidays:
            weekly = [entry for entry in rules.weekly if entry.weekday == day.isoweekday()]
            for entry in weekly if override is None else override:
                spans[entry.location_id, entry.modes] |= expand(day, entry.start, entry.end)
    minute_of: dict[tuple[date, int], set[int]] = defaultdict(set)
    for minute, day, minute_of_day in walls:
        minute_of[day, minute_of_day].add(minute)
    return {
        place: {minute for wall in inside - paused for minute in minute_of.get(wall, ())}
        for place, inside in spans.items()
    }


def expand(day: date, start: int, end: int) -> set[tuple[date, int]]:
    length = end - start if end > start else end + 1440 - start
    return {(day + timedelta(days=m // 1440), m % 1440) for m in range(start, start + length)}


def minutes_by_place(found: list[Opening], asked: set[int]) -> dict[tuple[UUID | None, frozenset[str]], set[int]]:
    by_place: dict[tuple[UUID | None, frozenset[str]], set[int]] = defaultdict(set)
    for opening in found:
        by_place[opening.location_id, opening.modes] |= asked & set(range(opening.start, opening.end))
    return by_place


@settings(max_examples=150, deadline=None)
@given(working_rules())
def test_openings_are_the_minutes_the_definition_names(case: tuple[WorkingRules, date]) -> None:
    rules, centre = case
    first, last = centre - timedelta(days=REACH), centre + timedelta(days=REACH)
    walls = clock(rules.zone, centre)
    asked = {minute for minute, day, _ in walls if first <= day <= last}
    expected = {place: minutes & asked for place, minutes in worked(rules, walls).items()}
    found = minutes_by_place(openings(rules, first, last), asked)
    assert {p: m for p, m in found.items() if m} == {p: m for p, m in expected.items() if m}


@settings(max_examples=100, deadline=None)
@given(working_rules(), st.integers(-REACH, REACH), st.integers(0, REACH))
def test_openings_are_merged_sorted_and_the_same_from_any_dates(
    case: tuple[WorkingRules, date], offset: int, more: int
) -> None:
    rules, centre = case
    first = centre + timedelta(days=offset)
    last = first + timedelta(days=more)
    wide = openings(rules, first - timedelta(days=20), last + timedelta(days=20))
    assume(all(opening.end - opening.start < 6 * 1440 for opening in wide))
    asked = {minute for minute, day, _ in clock(rules.zone, centre) if first <= day <= last}
    found = openings(rules, first, last)
    touching = [o for o in wide if any(minute in asked for minute in range(o.start, o.end))]
    if last <= centre + timedelta(days=REACH):
        assert found == touching
    assert found == sorted(found, key=lambda opening: (opening.start, opening.end))
    for place in {(opening.location_id, opening.modes) for opening in found}:
        own = [opening for opening in found if (opening.location_id, opening.modes) == place]
        assert all(left.end < right.start for left, right in pairwise(own))


@pytest.mark.parametrize(("zone", "centre"), WINDOWS)
def test_round_the_clock_is_every_minute(zone: str, centre: date) -> None:
    always = tuple(WeeklyHours(day, 0, 1440, None, frozenset({"phone"})) for day in range(1, 8))
    (opening,) = openings(WorkingRules(zone, always, (), {}, frozenset()), centre, centre + timedelta(days=1))
    asked = [m for m, day, _ in clock(zone, centre) if centre <= day <= centre + timedelta(days=1)]
    assert opening.start <= asked[0]
    assert asked[-1] < opening.end
