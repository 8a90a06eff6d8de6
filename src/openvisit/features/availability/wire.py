"""Requests and answers about schedules and slots."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from openvisit.core.appointment import Mode

WallTime = Annotated[
    str,
    Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$", description="Wall-clock time", examples=["09:00"]),
]
Weekday = Annotated[int, Meta(ge=1, le=7, description="ISO weekday: 1 Monday to 7 Sunday")]
Zone = Annotated[str, Meta(min_length=1, max_length=64, description="IANA time zone", examples=["America/New_York"])]
Modes = Annotated[list[Mode], Meta(min_length=1, max_length=3)]


class Hours(msgspec.Struct, omit_defaults=False):
    """Hours of one date. An end at or before the start runs past midnight."""

    start: WallTime
    end: WallTime
    modes: Modes
    location_id: UUID | None = None


class WeeklyHours(msgspec.Struct):
    """Hours of every week on one weekday, in the schedule's zone. An end at or before the start runs past midnight."""

    weekday: Weekday
    start: WallTime
    end: WallTime
    modes: Modes
    location_id: UUID | None = None


class Pause(msgspec.Struct):
    """A break on one weekday of every week."""

    weekday: Weekday
    start: WallTime
    end: WallTime


class Override(msgspec.Struct):
    """Hours of one date instead of the weekly ones; none at all means closed."""

    date: date
    hours: Annotated[list[Hours], Meta(max_length=20)]


class ScheduleBody(msgspec.Struct):
    """When a provider works."""

    time_zone: Zone
    weekly: Annotated[list[WeeklyHours], Meta(max_length=100)]
    breaks: Annotated[list[Pause], Meta(max_length=100)] = []
    overrides: Annotated[list[Override], Meta(max_length=400)] = []
    holidays: Annotated[list[date], Meta(max_length=400)] = []


class Absence(msgspec.Struct):
    """A time the provider is away."""

    id: UUID
    provider_id: UUID
    start: datetime
    end: datetime
    reason: str


class Schedule(msgspec.Struct):
    """When a provider works, with the absences ahead. `version` is the `ETag`."""

    provider_id: UUID
    time_zone: str
    weekly: list[WeeklyHours]
    breaks: list[Pause]
    overrides: list[Override]
    holidays: list[date]
    absences: list[Absence]
    version: int


class AbsenceBody(msgspec.Struct):
    """A time to be away: instants with an offset."""

    start: Annotated[datetime, Meta(tz=True, examples=["2027-03-01T09:00:00-05:00"])]
    end: Annotated[datetime, Meta(tz=True, examples=["2027-03-05T17:00:00-05:00"])]
    reason: Annotated[str, Meta(max_length=200, pattern="^[^\\x00]*$")] = ""


class SlotAnswer(msgspec.Struct):
    """A time that can be booked."""

    start: datetime
    end: datetime
    mode: Mode
    location_id: UUID | None


class Day(msgspec.Struct):
    """The slots that start on one date of the asker's zone."""

    date: date
    slots: list[SlotAnswer]


class Slots(msgspec.Struct):
    """Free slots by date, in the asker's zone."""

    time_zone: str
    days: list[Day]


class Explanation(msgspec.Struct):
    """Whether a time is offered and, if not, why."""

    available: bool
    reasons: list[str]


class TimeOfDay(msgspec.Struct):
    """One step of the day's grid and whether it is free."""

    time: datetime
    available: bool


class DayAvailability(msgspec.Struct):
    """A provider's day at the default visit type, in the provider's zone."""

    provider_id: UUID
    visit_type_id: UUID | None
    date: date
    time_zone: str
    slots: list[TimeOfDay]
