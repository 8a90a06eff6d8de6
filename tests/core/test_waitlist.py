"""The rules of the waitlist, as properties."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from openvisit.core.intervals import instant
from openvisit.core.waitlist import (
    DECLINED_COSTS,
    FIT_IS_WORTH,
    LAST_MOMENT,
    MISSED_COSTS,
    SHORTEST_OFFER,
    WEEK,
    Place,
    Times,
    Urgency,
    Waiting,
    can_wait,
    kilometres,
    offer_until,
    place,
    turn,
)

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
ZONES = st.sampled_from(["America/New_York", "Europe/Madrid", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"])
MINUTES = st.integers(30_000_000, 31_500_000)  # 2027 to 2029
SPANS = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda span: span[0] < span[1])


@st.composite
def people(draw: st.DrawFn) -> Waiting:
    return Waiting(
        UUID(int=draw(st.integers(1, 10**9))),
        draw(st.sampled_from(Urgency)),
        NOW - timedelta(minutes=draw(st.integers(0, 200_000))),
        draw(st.integers(0, 5)),
        draw(st.integers(0, 5)),
        draw(st.integers(0, WEEK)),
    )


@given(ZONES, st.frozensets(st.integers(1, 7)), st.lists(SPANS, max_size=3), MINUTES, st.integers(1, 240))
def test_a_time_suits_when_the_clock_on_the_wall_says_so(
    zone: str, days: frozenset[int], windows: list[tuple[int, int]], start: int, length: int
) -> None:
    """Against the calendar itself: what day and time a clock in the zone shows at the start."""
    shown = instant(start).astimezone(ZoneInfo(zone))
    minute = shown.hour * 60 + shown.minute
    inside = not windows or any(a <= minute and minute + length <= b for a, b in windows)
    wanted = (not days or shown.isoweekday() in days) and inside
    assert Times(zone, days, windows).suit(start, start + length) is wanted


@given(st.lists(people(), min_size=2, max_size=20, unique_by=lambda w: w.id))
def test_turns_are_an_order_in_which_urgency_comes_before_all(crowd: list[Waiting]) -> None:
    order = sorted(crowd, key=lambda w: turn(w, NOW))
    rank = [Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE]
    assert [rank.index(w.urgency) for w in order] == sorted(rank.index(w.urgency) for w in order)
    assert order == sorted([*crowd[1:], crowd[0]], key=lambda w: turn(w, NOW))
    assert all(turn(a, NOW) < turn(b, NOW) for a, b in pairwise(order))


@given(people(), st.integers(1, 200_000))
def test_the_longer_wait_goes_first_all_else_equal(one: Waiting, earlier: int) -> None:
    before = Waiting(
        one.id, one.urgency, one.since - timedelta(minutes=earlier), one.missed, one.declined, one.minutes_a_week
    )
    assert turn(before, NOW) < turn(one, NOW)


@given(people(), st.integers(1, 3), st.integers(0, 3))
def test_who_did_not_take_what_was_offered_lately_steps_back_and_never_forward(
    one: Waiting, missed: int, declined: int
) -> None:
    again = Waiting(one.id, one.urgency, one.since, one.missed + missed, one.declined + declined, one.minutes_a_week)
    assert turn(again, NOW) > turn(one, NOW)
    cost = missed * MISSED_COSTS + declined * DECLINED_COSTS
    as_if = Waiting(one.id, one.urgency, one.since + cost, one.missed, one.declined, one.minutes_a_week)
    assert turn(again, NOW)[:2] == turn(as_if, NOW)[:2]


@given(people(), people())
def test_fit_never_weighs_more_than_two_days(one: Waiting, other: Waiting) -> None:
    a = Waiting(one.id, Urgency.ROUTINE, NOW - timedelta(days=30), 0, 0, one.minutes_a_week)
    b = Waiting(other.id, Urgency.ROUTINE, a.since + FIT_IS_WORTH + timedelta(minutes=1), 0, 0, other.minutes_a_week)
    assert turn(a, NOW) < turn(b, NOW)


@given(st.integers(0, 400), st.integers(1, 400))
def test_places_are_told_in_order_and_only_the_first_is_next(ahead: int, waiting: int) -> None:
    order = [Place.NEXT, Place.NEAR_FRONT, Place.MIDDLE, Place.FURTHER_BACK]
    here, behind = place(ahead, waiting), place(ahead + 1, waiting)
    assert order.index(here) <= order.index(behind)
    assert (here is Place.NEXT) == (ahead == 0)
    assert order.index(place(ahead, waiting + 1)) <= order.index(here)


@given(st.integers(0, 20_000), st.integers(5, 1440), st.integers(0, 5000), st.none() | st.integers(0, 20_000))
def test_an_offer_can_be_taken_until_its_last_moment(start: int, lasts: int, notice: int, leave: int | None) -> None:
    begins = NOW + timedelta(minutes=start)
    leave_by = NOW + timedelta(minutes=leave) if leave is not None else None
    until = offer_until(NOW, begins, timedelta(minutes=lasts), timedelta(minutes=notice), leave_by=leave_by)
    latest = min(
        NOW + timedelta(minutes=lasts), begins - timedelta(minutes=notice), begins - LAST_MOMENT, leave_by or begins
    )
    assert until == (latest if latest - NOW >= SHORTEST_OFFER else None)


@given(st.integers(-2000, 2000), st.integers(0, 600))
def test_who_sleeps_is_woken_only_for_what_cannot_wait(start: int, notice: int) -> None:
    """Against the offer itself: it can wait when there would still be time to answer after they wake."""
    begins, lead = NOW + timedelta(minutes=start), timedelta(minutes=notice)
    later = offer_until(NOW, begins, timedelta(days=30), lead)
    assert can_wait(begins, lead, NOW) is (later is not None)


def test_kilometres_between_cities() -> None:
    madrid, lisbon = (40.4168, -3.7038), (38.7223, -9.1393)
    assert abs(kilometres(madrid, lisbon) - 503) < 3
    assert kilometres(madrid, madrid) == 0
