"""Quiet hours on a zone's clocks, its changes included."""

from datetime import UTC, datetime, timedelta

from openvisit.core.intervals import Span
from openvisit.core.reminders.wishes import Quiet
from openvisit.core.wallclock import DAY, instants, local_day

LEAD = timedelta(minutes=15)
"""How long before quiet hours begin a message is sent that they would have kept back."""

HARMLESS = timedelta(hours=4)
"""How long before a visit it is early enough to hear that it was booked, moved or cancelled."""


def quiet_around(quiet: Quiet, zone: str, at: datetime) -> tuple[datetime, datetime] | None:
    """The quiet hours that `at` lies in, as [begin, end) in UTC; None when it is not quiet then.

    Where clocks go back, hours that are shown twice are quiet twice; where they go forward, the night is shorter.
    """
    if quiet.start == quiet.end:
        return None
    minute = _minute(at)
    today = local_day(zone, minute)
    length = (quiet.end - quiet.start) % DAY
    # Two days either way: a night may have begun yesterday, and a zone may have skipped a day.
    walls = [(day * DAY + quiet.start, day * DAY + quiet.start + length) for day in range(today - 2, today + 3)]
    for begin, end in instants(zone, walls):
        if begin <= minute < end:
            return _instant((begin, end))
    return None


def settle(due: datetime, latest: datetime, quiet: Quiet | None, zone: str, now: datetime) -> datetime | None:
    """When a message due at `due`, about something at `latest`, is sent; None when quiet hours leave no good time.

    At the end of the quiet hours, where that keeps at least half of the time that was wanted. Otherwise shortly before
    they begin, if that is still to come.
    """
    if quiet is None or (around := quiet_around(quiet, zone, due)) is None:
        return due
    begin, end = around
    if latest - end >= (latest - due) / 2:
        return end
    if now >= begin:
        return None
    before = max(begin - LEAD, now)
    # Whoever leaves less than that between two nights is told in the last minute that is loud.
    return before if quiet_around(quiet, zone, before) is None else max(begin - timedelta(minutes=1), now)


def loud_for_news(now: datetime, start: datetime, quiet: Quiet | None, zone: str) -> datetime:
    """When it is told what happened to a visit at `start`: at once, or when quiet hours end, where waiting is harmless.

    It is where the visit begins no sooner than `HARMLESS` after they end.
    """
    around = quiet_around(quiet, zone, now) if quiet else None
    return around[1] if around and start - around[1] >= HARMLESS else now


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


def _instant(span: Span) -> tuple[datetime, datetime]:
    begin, end = span
    return datetime.fromtimestamp(begin * 60, UTC), datetime.fromtimestamp(end * 60, UTC)
