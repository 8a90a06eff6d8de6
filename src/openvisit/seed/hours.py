"""When the demonstration's providers work: a handful of patterns, dated exceptions, holidays and absences."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from openvisit.core.appointment import Mode
from openvisit.features.availability.wire import AbsenceBody, Hours, Override, Pause, ScheduleBody, WeeklyHours

ALL = [Mode.IN_PERSON, Mode.TELEHEALTH, Mode.PHONE]
REMOTE = [Mode.TELEHEALTH, Mode.PHONE]
WEEKDAYS = range(1, 6)

Week = tuple[list[WeeklyHours], list[Pause]]
Pattern = Callable[[Sequence[UUID]], Week]


def _at(places: Sequence[UUID], days: Sequence[int], start: str, end: str) -> list[WeeklyHours]:
    return [WeeklyHours(day, start, end, ALL, places[(day - 1) // 3 % len(places)]) for day in days]


def _remote(days: Sequence[int], start: str, end: str) -> list[WeeklyHours]:
    return [WeeklyHours(day, start, end, REMOTE) for day in days]


def _breaks(days: Sequence[int], start: str, end: str) -> list[Pause]:
    return [Pause(day, start, end) for day in days]


def _full_week(places: Sequence[UUID]) -> Week:
    return _at(places, WEEKDAYS, "09:00", "17:00"), _breaks(WEEKDAYS, "12:00", "13:00")


def _early_and_late(places: Sequence[UUID]) -> Week:
    return [*_at(places, (1, 3, 5), "08:00", "12:30"), *_at(places, (2, 4), "13:00", "18:00")], []


def _evenings_by_video(places: Sequence[UUID]) -> Week:
    return [*_at(places, (1, 2, 3, 4), "10:00", "16:00"), *_remote((2, 4), "18:00", "21:00")], _breaks(
        (1, 2, 3, 4), "13:00", "13:45"
    )


def _with_saturday(places: Sequence[UUID]) -> Week:
    return [*_at(places, (2, 3, 4, 5), "10:00", "18:00"), *_at(places, (6,), "09:00", "13:00")], _breaks(
        (2, 3, 4, 5), "14:00", "15:00"
    )


def _mornings_in_afternoons_out(places: Sequence[UUID]) -> Week:
    days = (1, 2, 4, 5)
    return [*_at(places, days, "08:30", "12:30"), *_remote(days, "14:00", "17:00")], []


def _demo_week(places: Sequence[UUID]) -> Week:
    weekend = _remote((6, 7), "10:00", "13:00")
    return [*_at(places[:1], WEEKDAYS, "09:00", "17:00"), *weekend], _breaks(WEEKDAYS, "12:00", "13:00")


PATTERNS: tuple[Pattern, ...] = (
    _full_week,
    _early_and_late,
    _evenings_by_video,
    _with_saturday,
    _mornings_in_afternoons_out,
)


def schedule(random: Random, number: int, zone: str, places: Sequence[UUID], today: date) -> ScheduleBody:
    """The schedule of the provider with this number, with a few exceptions around `today`."""
    weekly, breaks = PATTERNS[number % len(PATTERNS)](places)
    overrides = []
    if number % 4 == 1:
        overrides.append(Override(today + timedelta(days=random.randint(4, 18)), []))
    if number % 4 == 2:
        extra = [Hours("09:00", "12:00", ALL, places[0])]
        overrides.append(Override(today + timedelta(days=random.randint(4, 18)), extra))
    return ScheduleBody(zone, weekly, breaks, overrides, _holidays(today))


def demo_schedule(zone: str, places: Sequence[UUID], today: date) -> ScheduleBody:
    """The demo provider's: hours on every day, and no weekday without free time whenever somebody tries it."""
    weekly, breaks = _demo_week(places)
    short_day = Override(today + timedelta(days=24), [Hours("09:00", "13:00", ALL, places[0])])
    return ScheduleBody(zone, weekly, breaks, [short_day], [])


def absences(random: Random, number: int, zone: str, today: date) -> list[AbsenceBody]:
    """Holidays, courses and free afternoons ahead, for some of the providers."""

    def at(day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), ZoneInfo(zone))

    if number == 0:
        day = today + timedelta(days=17)
        return [AbsenceBody(at(day, 14), at(day, 18), "Training course")]
    begin = today + timedelta(days=random.randint(6, 20))
    if number % 5 == 2:
        return [AbsenceBody(at(begin, 0), at(begin + timedelta(days=5), 0), "Vacation")]
    if number % 5 == 4:
        return [AbsenceBody(at(begin, 13), at(begin, 18), "Conference")]
    return []


def _holidays(today: date) -> list[date]:
    """New Year's Day, Independence Day, Thanksgiving and Christmas Day, last year to next."""
    found = []
    for year in range(today.year - 1, today.year + 3):
        november = date(year, 11, 1)
        thanksgiving = november + timedelta(days=(3 - november.weekday()) % 7 + 21)
        found += [date(year, 1, 1), date(year, 7, 4), thanksgiving, date(year, 12, 25)]
    return found
