"""Time as whole minutes, and the algebra of spans.

Unit: a *minute* is an int, whole minutes since 1970-01-01T00:00Z (leap seconds do not exist here, as in POSIX
time). A *span* is half open, ``(start, end)`` with ``start < end``: nine to ten and ten to eleven touch and
do not overlap. *Spans* are sorted, disjoint and not touching; `normalise` makes them from anything, the other
functions expect them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter

Span = tuple[int, int]
Spans = Sequence[Span]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_end = itemgetter(1)
_start = itemgetter(0)


def minute_floor(moment: datetime) -> int:
    """The minute `moment` lies in. A naive datetime raises TypeError."""
    return (moment - _EPOCH) // _MINUTE


def minute_ceil(moment: datetime) -> int:
    """The first minute that begins at or after `moment`. A naive datetime raises TypeError."""
    return -((_EPOCH - moment) // _MINUTE)


def instant(minute: int) -> datetime:
    """The aware UTC datetime at which `minute` begins."""
    return _EPOCH + minute * _MINUTE


def normalise(spans: Iterable[Span]) -> list[Span]:
    """Sort, drop empty spans, and merge those that overlap or touch."""
    merged: list[Span] = []
    begin, until = 0, 0
    for start, end in sorted(spans):
        if start >= end:
            continue
        if start <= until and merged:
            if end > until:
                until = end
                merged[-1] = (begin, until)
        else:
            begin, until = start, end
            merged.append((start, end))
    return merged


def clip(spans: Spans, start: int, end: int) -> list[Span]:
    """The parts of `spans` inside ``[start, end)``."""
    low = bisect_right(spans, start, key=_end)
    high = bisect_left(spans, end, low, key=_start)
    if low >= high or start >= end:
        return []
    inside = list(spans[low:high])
    if inside[0][0] < start:
        inside[0] = (start, inside[0][1])
    if inside[-1][1] > end:
        inside[-1] = (inside[-1][0], end)
    return inside


def subtract(spans: Spans, removed: Spans) -> list[Span]:
    """The minutes of `spans` that are in none of `removed`."""
    left: list[Span] = []
    index, count = 0, len(removed)
    for start, end in spans:
        while index < count and removed[index][1] <= start:
            index += 1
        at = index
        while at < count and removed[at][0] < end:
            hole_start, hole_end = removed[at]
            if hole_start > start:
                left.append((start, hole_start))
            start = hole_end
            at += 1
        if start < end:
            left.append((start, end))
    return left


def intersect(some: Spans, others: Spans) -> list[Span]:
    """The minutes that are in both."""
    common: list[Span] = []
    i = j = 0
    while i < len(some) and j < len(others):
        start = max(some[i][0], others[j][0])
        end = min(some[i][1], others[j][1])
        if start < end:
            common.append((start, end))
        if some[i][1] < others[j][1]:
            i += 1
        else:
            j += 1
    return common


def overlaps(spans: Spans, start: int, end: int) -> bool:
    """Whether any minute of ``[start, end)`` is in `spans`."""
    index = bisect_right(spans, start, key=_end)
    return start < end and index < len(spans) and spans[index][0] < end


def contains(spans: Spans, start: int, end: int) -> bool:
    """Whether every minute of ``[start, end)`` is in `spans`."""
    index = bisect_right(spans, start, key=_end)
    return index < len(spans) and spans[index][0] <= start and end <= spans[index][1]
