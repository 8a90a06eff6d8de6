"""The planner against an oracle that walks the clock minute by minute, over zones and their changes."""

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from openvisit.core.appointment import Mode, Status
from openvisit.core.reminders.planner import Type, Visit, plan
from openvisit.core.reminders.wishes import Quiet, Way
from tests.core.reminders.oracle import is_quiet, told, utc

# Hours forward and back in both hemispheres, half an hour (Lord Howe), a day skipped (Apia 2011), no change at all.
CHANGES = [
    ("Europe/Madrid", utc(2027, 3, 28, 1)),
    ("Europe/Madrid", utc(2027, 10, 31, 1)),
    ("America/New_York", utc(2027, 3, 14, 7)),
    ("America/New_York", utc(2027, 11, 7, 6)),
    ("America/Santiago", utc(2027, 4, 4, 3)),
    ("America/Santiago", utc(2027, 9, 5, 4)),
    ("Australia/Lord_Howe", utc(2027, 4, 3, 15)),
    ("Australia/Lord_Howe", utc(2027, 10, 2, 15, 30)),
    ("Pacific/Apia", utc(2011, 12, 30, 10)),
    ("Asia/Kathmandu", utc(2027, 6, 1)),
]

# Quarters of an hour are likelier than other minutes, as in life: that is where rules meet.
minute_of_day = st.one_of(st.integers(0, 95).map(lambda quarter: quarter * 15), st.integers(0, 1439))
start_minutes = st.one_of(st.integers(-200, 340).map(lambda quarter: quarter * 15), st.integers(-3000, 5100))
offsets = st.lists(st.sampled_from([5, 15, 30, 45, 60, 120, 180, 360, 720, 1440, 2880]), unique=True, max_size=6)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, datetime, list[Visit], Way]:
    zone, change = draw(st.sampled_from(CHANGES))
    now = change + timedelta(minutes=draw(st.integers(-3000, 600)), seconds=draw(st.integers(0, 59)))
    starts = draw(st.lists(start_minutes, min_size=1, max_size=4))
    visits = [
        Visit(
            UUID(int=number + 1),
            begin := change + timedelta(minutes=minutes),
            begin + timedelta(minutes=draw(st.sampled_from([15, 30, 60]))),
            draw(st.sampled_from(list(Mode))),
            draw(st.sampled_from([Status.SCHEDULED, Status.CONFIRMED, Status.RESCHEDULED, *Status])),
        )
        for number, minutes in enumerate(starts)
    ]
    quiet = draw(st.one_of(st.none(), st.builds(Quiet, minute_of_day, minute_of_day)))
    wanted = tuple(sorted(draw(offsets), reverse=True))
    return zone, now, visits, Way(("email",), wanted, quiet, join_link=10, follow_up=1440)


@settings(max_examples=400, deadline=None)
@given(cases())
def test_reminders_are_those_of_the_oracle(case: tuple[str, datetime, list[Visit], Way]) -> None:
    zone, now, visits, way = case
    planned = [one for one in plan(visits, way, zone, now) if one.type is Type.REMINDER]
    groups = {(one.minutes, one.due, one.visit.id): {one.visit.id} for one in planned if one.why is None}
    for one in planned:
        if one.merged_into is not None:
            [key] = [k for k in groups if k[0] == one.minutes and k[2] == one.merged_into]
            groups[key].add(one.visit.id)
    found = {(minutes, due, frozenset(ids)) for (minutes, due, _), ids in groups.items()}
    assert found == told(visits, way, zone, now)


@settings(max_examples=400, deadline=None)
@given(cases())
def test_whatever_is_planned_is_in_time(case: tuple[str, datetime, list[Visit], Way]) -> None:
    zone, now, visits, way = case
    for one in plan(visits, way, zone, now):
        if one.why is not None:
            continue
        assert now <= one.due < one.until
        if one.type is Type.FOLLOW_UP:
            assert one.visit.status == Status.COMPLETED
            assert one.due >= one.visit.end
        else:
            assert one.due < one.visit.start
            assert one.until <= one.visit.start
        if one.type is not Type.JOIN_LINK:
            assert not is_quiet(way.quiet, zone, one.due)


@settings(max_examples=200, deadline=None)
@given(cases(), st.integers(0, 4000))
def test_planning_again_later_brings_no_new_times(case: tuple[str, datetime, list[Visit], Way], minutes: int) -> None:
    """What was planned and is still to come stays: whoever plans again moves nothing but what quiet hours moved."""
    zone, now, visits, way = case
    later = now + timedelta(minutes=minutes)
    calm = Way(way.channels, way.offsets, None, way.join_link, way.follow_up)
    before = {
        (one.visit.id, one.type, one.minutes, one.due) for one in plan(visits, calm, zone, now) if one.why is None
    }
    after = {(one.visit.id, one.type, one.minutes, one.due) for one in plan(visits, calm, zone, later)}
    assert {one for one in before if one[3] >= later} <= after
