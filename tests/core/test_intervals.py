from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvisit.core.intervals import (
    Span,
    clip,
    contains,
    instant,
    intersect,
    minute_ceil,
    minute_floor,
    normalise,
    overlaps,
    subtract,
)

raw_spans = st.lists(st.tuples(st.integers(-30, 90), st.integers(-30, 90)), max_size=12)
spans = raw_spans.map(normalise)
ends = st.integers(-40, 100)


def minutes(some: list[Span]) -> set[int]:
    return {minute for start, end in some for minute in range(start, end)}


def is_normal(some: list[Span]) -> bool:
    alive = all(start < end for start, end in some)
    apart = all(left[1] < right[0] for left, right in pairwise(some))
    return alive and apart


@given(raw_spans)
def test_normalise_keeps_the_minutes_in_the_fewest_spans(some: list[Span]) -> None:
    assert minutes(normalise(some)) == minutes(some)
    assert is_normal(normalise(some))


@given(spans, spans)
def test_subtract_and_intersect_are_set_operations(some: list[Span], others: list[Span]) -> None:
    assert minutes(subtract(some, others)) == minutes(some) - minutes(others)
    assert minutes(intersect(some, others)) == minutes(some) & minutes(others)
    assert is_normal(subtract(some, others))
    assert is_normal(intersect(some, others))


@given(spans, ends, ends)
def test_clip_overlaps_and_contains_agree_with_sets(some: list[Span], start: int, end: int) -> None:
    window = set(range(start, end))
    assert minutes(clip(some, start, end)) == minutes(some) & window
    assert is_normal(clip(some, start, end))
    assert overlaps(some, start, end) == bool(minutes(some) & window)
    if window:
        assert contains(some, start, end) == (window <= minutes(some))


def test_touching_spans_merge_and_do_not_overlap() -> None:
    assert normalise([(10, 20), (0, 10)]) == [(0, 20)]
    assert not overlaps([(0, 10)], 10, 20)
    assert not overlaps([(10, 20)], 0, 10)


@given(st.datetimes(timezones=st.just(UTC)))
def test_floor_and_ceil_enclose_the_moment_within_a_minute(moment: datetime) -> None:
    floor, ceil = instant(minute_floor(moment)), instant(minute_ceil(moment))
    assert floor <= moment <= ceil
    assert ceil - floor == (timedelta(0) if moment == floor else timedelta(minutes=1))


def test_minutes_count_from_the_epoch_in_any_offset() -> None:
    assert minute_floor(datetime(1970, 1, 1, 1, 30, tzinfo=UTC)) == 90
    assert minute_floor(datetime(1970, 1, 1, 7, 15, 59, tzinfo=timezone(timedelta(hours=5, minutes=45)))) == 90
    assert instant(-1) == datetime(1969, 12, 31, 23, 59, tzinfo=UTC)


def test_a_naive_datetime_is_refused() -> None:
    naive = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(TypeError):
        minute_floor(naive)
    with pytest.raises(TypeError):
        minute_ceil(naive)
