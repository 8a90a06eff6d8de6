"""`cut`, `first` and `explain` against a naive reading of the rule, on real openings around clock changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from openvisit.core import slots
from openvisit.core.explain import explain
from openvisit.core.intervals import Span, Spans, minute_floor, normalise
from openvisit.core.openings import Break, Opening, WeeklyHours, WorkingRules, openings
from openvisit.core.slots import Pool, Slot, VisitRules, cut

DAYS = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Madrid", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Asia/Kathmandu", date(2026, 5, 1)),
    ("Pacific/Chatham", date(2026, 9, 27)),
    ("America/Santiago", date(2026, 4, 4)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("America/St_Johns", date(2010, 11, 7)),
]
MODES = ["in-person", "phone", "telehealth"]
PLACES: list[UUID | None] = [None, UUID(int=1), UUID(int=2)]
KINDS = ["visit", "hold", "absence", "external"]
SPAN = 3 * 1440
some_modes = st.sampled_from([frozenset(MODES), frozenset(MODES[1:]), frozenset({"phone"}), frozenset(MODES)])
lengths = st.one_of(st.sampled_from([5, 10, 15, 20, 30, 45, 60]), st.integers(1, 90))


@dataclass(frozen=True)
class Case:
    rules: WorkingRules
    openings: list[Opening]
    busy: dict[str, Spans]
    visit: VisitRules
    mode: str | None
    now: int
    first: int
    last: int
    booked: dict[date, int]
    pools: dict[tuple[str, UUID | None], Sequence[Pool]]

    def pools_at(self, mode: str, location_id: UUID | None) -> Sequence[Pool]:
        return self.pools.get((mode, location_id), ())

    def cut(self) -> list[Slot]:
        return cut(*self._asked(), self.booked, self.pools_at)

    def first_slots(self, limit: int) -> list[Slot]:
        return slots.first(*self._asked(), self.booked, self.pools_at, limit=limit)

    def _asked(self) -> tuple[list[Opening], Spans, VisitRules, str | None, int, int, int, str]:
        busy = [span for spans in self.busy.values() for span in spans]
        return (
            self.openings, busy, self.visit, self.mode, self.now, self.first, self.last, self.rules.zone,
        )  # fmt: skip


def spans_after(base: int) -> st.SearchStrategy[list[Span]]:
    span = st.builds(lambda s, n: (base + s, base + s + n), st.integers(-200, SPAN), lengths)
    return st.lists(span, max_size=8)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, centre = draw(st.sampled_from(DAYS))
    base = minute_floor(datetime(centre.year, centre.month, centre.day, tzinfo=ZoneInfo(zone)) - timedelta(days=1))
    weekly = st.builds(
        WeeklyHours,
        st.integers(1, 7),
        st.integers(0, 95).map(lambda quarter: quarter * 15),
        st.integers(0, 1440),
        st.sampled_from(PLACES),
        some_modes,
    )
    breaks = st.builds(lambda day, start: Break(day, start, start + 45), st.integers(1, 7), st.integers(0, 1300))
    dates = st.integers(-2, 3).map(lambda n: centre + timedelta(days=n))
    rules = WorkingRules(
        zone,
        draw(st.lists(weekly, min_size=4, max_size=9)),
        draw(st.lists(breaks, max_size=3)),
        {},
        draw(st.frozensets(dates, max_size=1)),
    )
    pool = st.builds(
        Pool,
        st.sampled_from(["room", "device"]),
        st.lists(spans_after(base).map(normalise), min_size=1, max_size=3),
    )
    places = st.tuples(st.sampled_from(MODES), st.sampled_from(PLACES))
    return Case(
        rules=rules,
        openings=openings(rules, centre - timedelta(days=3), centre + timedelta(days=4)),
        busy=draw(st.dictionaries(st.sampled_from(KINDS), spans_after(base), max_size=3)),
        visit=draw(visits()),
        mode=draw(st.sampled_from([None, None, *MODES])),
        now=base + draw(st.sampled_from([-3000, -1000, -60, 0, 1, 500, 1439])),
        first=base + draw(st.integers(-200, 200)),
        last=base + draw(st.integers(SPAN // 2, SPAN)),
        booked=draw(st.dictionaries(dates, st.integers(0, 3), max_size=3)),
        pools=draw(st.dictionaries(places, st.lists(pool, min_size=1, max_size=2), max_size=3)),
    )


def visits() -> st.SearchStrategy[VisitRules]:
    return st.builds(
        VisitRules,
        duration=lengths,
        step=lengths,
        buffer_before=st.sampled_from([0, 0, 5, 17]),
        buffer_after=st.sampled_from([0, 0, 10, 23]),
        minimum_notice=st.sampled_from([0, 0, 60, 1440]),
        booking_window_days=st.sampled_from([60, 2, 1, 3, 0, 60]),
        daily_cap=st.sampled_from([None, None, 1, 2, 3]),
        modes=some_modes,
    )


def expected(case: Case) -> set[Slot]:
    """The rule read start by start, with sets of busy minutes and real datetimes."""
    visit, info = case.visit, ZoneInfo(case.rules.zone)
    taken = {minute for spans in case.busy.values() for start, end in spans for minute in range(start, end)}
    last_date = datetime.fromtimestamp(case.now * 60, info).date() + timedelta(days=visit.booking_window_days)
    found: set[Slot] = set()
    for opening in case.openings:
        for start in range(opening.start, opening.end - visit.duration + 1, visit.step):
            end = start + visit.duration
            day = datetime.fromtimestamp(start * 60, info).date()
            if (
                case.first <= start < case.last
                and start >= case.now + visit.minimum_notice
                and day <= last_date
                and (visit.daily_cap is None or case.booked.get(day, 0) < visit.daily_cap)
                and taken.isdisjoint(range(start - visit.buffer_before, end + visit.buffer_after))
            ):
                found |= {
                    Slot(start, end, mode, opening.location_id)
                    for mode in visit.modes & opening.modes
                    if case.mode in {None, mode} and all(
                        any(all(end <= s or e <= start for s, e in member) for member in pool.members)
                        for pool in case.pools_at(mode, opening.location_id)
                    )
                }  # fmt: skip
    return found


@settings(max_examples=300, deadline=None)
@given(cases())
def test_cut_offers_exactly_what_the_rule_allows(case: Case) -> None:
    found = case.cut()
    assert set(found) == expected(case)
    assert len(found) == len(set(found))
    assert [slot.start for slot in found] == sorted(slot.start for slot in found)


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(1, 6))
def test_the_first_are_the_head_of_the_cut(case: Case, limit: int) -> None:
    assert case.first_slots(limit) == case.cut()[:limit]


@settings(max_examples=200, deadline=None)
@given(cases(), st.data())
def test_explain_is_silent_exactly_where_cut_offers(case: Case, data: st.DataObject) -> None:
    offered = {slot.start for slot in case.cut()}
    grids = [
        start
        for o in case.openings
        for start in range(o.start, o.end, case.visit.step)
        if case.first <= start < case.last
    ]
    anywhere = st.integers(case.first, case.last - 1)
    tried = data.draw(
        st.lists(st.one_of(anywhere, st.sampled_from(grids)) if grids else anywhere, min_size=5, max_size=5)
    )
    for start in [*tried, *sorted(offered)[:3]]:
        reasons = explain(
            case.rules,
            case.visit,
            case.openings,
            case.busy,
            case.mode,
            start,
            case.now,
            case.booked,
            case.pools_at,
        )
        assert (not reasons) == (start in offered), reasons
