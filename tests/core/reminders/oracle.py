"""The rules of reminders told a second time, minute by minute and without cleverness."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from openvisit.core.reminders.planner import Visit
from openvisit.core.reminders.wishes import Quiet, Way

MINUTE = timedelta(minutes=1)
AGREED = ("scheduled", "confirmed", "rescheduled")


def is_quiet(quiet: Quiet | None, zone: str, at: datetime) -> bool:
    """Whether the clock on the wall shows a quiet time."""
    if quiet is None or quiet.start == quiet.end:
        return False
    wall = at.astimezone(ZoneInfo(zone))
    minute = wall.hour * 60 + wall.minute
    if quiet.start < quiet.end:
        return quiet.start <= minute < quiet.end
    return minute >= quiet.start or minute < quiet.end


def sent_at(due: datetime, latest: datetime, way: Way, zone: str, now: datetime) -> datetime | None:
    """Walk from the due minute to where it is loud: on, or else back."""
    if not is_quiet(way.quiet, zone, due):
        return due
    after = due
    while is_quiet(way.quiet, zone, after):
        after += MINUTE
    if latest - after >= (latest - due) / 2:
        return after
    before = due
    while is_quiet(way.quiet, zone, before):
        before -= MINUTE
    begin = before + MINUTE
    for lead in (15, 1):
        at = max(begin - lead * MINUTE, now)
        if now < begin and not is_quiet(way.quiet, zone, at):
            return at
    return None


def reminders(visit: Visit, way: Way, zone: str, now: datetime) -> dict[int, datetime]:
    """The reminders of one visit that are sent, by the minutes they were wanted before it."""
    found: dict[int, datetime] = {}
    if visit.status not in AGREED:
        return found
    taken: set[datetime] = set()
    for minutes in sorted(way.offsets):  # of those that fall together, the one wanted latest stays
        due = visit.start - minutes * MINUTE
        at = None if due < now else sent_at(due, visit.start, way, zone, now)
        if at is not None and at not in taken:
            taken.add(at)
            found[minutes] = at
    return found


def told(visits: list[Visit], way: Way, zone: str, now: datetime) -> set[tuple[int, datetime, frozenset[object]]]:
    """Every message: its minutes, its time, and the visits it tells of."""
    sent: set[tuple[int, datetime, frozenset[object]]] = set()
    each = [(visit, reminders(visit, way, zone, now)) for visit in sorted(visits, key=lambda v: (v.start, v.id))]
    for minutes in way.offsets:
        left = [(visit, at[minutes]) for visit, at in each if minutes in at]
        while left:
            first, at = left[0]
            day = first.start.astimezone(ZoneInfo(zone)).date()
            group = [
                visit
                for visit, _ in left
                if visit.start.astimezone(ZoneInfo(zone)).date() == day
                and visit.start <= first.start + minutes * MINUTE
            ]
            sent.add((minutes, at, frozenset(visit.id for visit in group)))
            left = [(visit, at) for visit, at in left if visit not in group]
    return sent


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
