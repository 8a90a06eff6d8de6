"""The providers of the measured group: ten at a location, most of them on weekdays, the rest over the weekend."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb

from openvisit.core.appointment import Mode
from openvisit.core.ids import new_id
from openvisit.core.intervals import Span, instant
from openvisit.core.openings import openings
from openvisit.features.availability.rules import columns, from_body
from openvisit.features.availability.wire import Pause, ScheduleBody, WeeklyHours
from openvisit.platform.db import Connection
from openvisit.seed.doctors import PLANS
from openvisit.seed.model import Site
from openvisit.seed.names import some_name
from openvisit.seed.practice import PRACTICES
from openvisit.seed.rows import insert
from openvisit.seed.visit_kinds import Kind

ZONES = ("America/New_York", "America/Chicago", "America/Los_Angeles")
"""Zones whose offsets are whole hours, so that all visits of the group begin on one grid of half hours."""

HIRED_PER_LOCATION = 10
MODES = [Mode.IN_PERSON, Mode.TELEHEALTH]


@dataclass(frozen=True, slots=True)
class Measured:
    """The group: its places and its two visit types."""

    id: UUID
    sites: tuple[Site, ...]
    video: Kind
    office: Kind


@dataclass(frozen=True, slots=True)
class Hired:
    """A provider. `open` are the openings in minutes; all of them are at the one location."""

    id: UUID
    site: Site
    weekend: bool
    kinds: tuple[Kind, ...]
    open: Sequence[Span]


def hire(random: Random, group: Measured, count: int, days: int, now: datetime) -> list[Hired]:
    """The providers; two of three offer visits in person beside those by video."""
    hired = []
    for number in range(count):
        site = group.sites[number // HIRED_PER_LOCATION]
        weekend = random.random() < 0.3
        today = now.astimezone(ZoneInfo(site.zone)).date()
        kinds = (group.video,) if number % 3 == 2 else (group.video, group.office)
        hired.append(Hired(new_id(), site, weekend, kinds, _openings(site.zone, weekend, today, days)))
    return hired


def _body(zone: str, weekend: bool, place: UUID | None) -> ScheduleBody:
    days, start, end, noon = (range(3, 8), "10:00", "18:00", 13) if weekend else (range(1, 6), "09:00", "17:00", 12)
    weekly = [WeeklyHours(day, start, end, MODES, place) for day in days]
    return ScheduleBody(zone, weekly, [Pause(day, f"{noon}:00", f"{noon + 1}:00") for day in days])


@cache
def _openings(zone: str, weekend: bool, today: date, days: int) -> tuple[Span, ...]:
    """The openings of everybody with these hours: a thousand providers share a few patterns."""
    found = openings(from_body(_body(zone, weekend, None)), today, today + timedelta(days=days - 1))
    return tuple((opening.start, opening.end) for opening in found)


async def insert_providers(
    connection: Connection, random: Random, group: Measured, hired: Sequence[Hired], days: int, now: datetime
) -> None:
    """Write the providers with what they offer, their schedules and openings."""
    await insert(
        connection,
        "provider",
        "id, clinic_id, full_name, title, bio, time_zone, specialties, languages, insurance_plans,"
        " default_visit_type_id",
        (_profile(random, group, number, provider) for number, provider in enumerate(hired)),
    )
    await insert(connection, "provider_location", "provider_id, location_id", ((p.id, p.site.id) for p in hired))
    await insert(
        connection,
        "provider_visit_type",
        "provider_id, visit_type_id",
        ((p.id, kind.id) for p in hired for kind in p.kinds),
    )
    await insert(
        connection,
        "schedule",
        "provider_id, time_zone, weekly, breaks, overrides, holidays, materialised_until",
        (_schedule(provider, days, now) for provider in hired),
    )
    await insert(connection, "opening", "provider_id, starts_at, ends_at, location_id, modes", _opening_rows(hired))


def _profile(random: Random, group: Measured, number: int, provider: Hired) -> tuple[object, ...]:
    name, origin = some_name(random)
    practice = PRACTICES[number % len(PRACTICES)]
    languages = ["en", origin.language] if origin.language else ["en"]
    plans = [plan for plan in PLANS if random.random() < 0.5]
    bio = f"Special interest: {random.choice(practice.interests)}."
    return (provider.id, group.id, name, practice.title, bio, provider.site.zone, [practice.code], languages, plans,
            group.video.id)  # fmt: skip


def _schedule(provider: Hired, days: int, now: datetime) -> tuple[object, ...]:
    zone = provider.site.zone
    plain = columns(_body(zone, provider.weekend, provider.site.id))
    last = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=days - 1)
    return (provider.id, zone, Jsonb(plain["weekly"]), Jsonb(plain["breaks"]), Jsonb(plain["overrides"]), [], last)


def _opening_rows(hired: Sequence[Hired]) -> Iterable[tuple[object, ...]]:
    modes = sorted(map(str, MODES))
    for provider in hired:
        for start, end in provider.open:
            yield provider.id, instant(start), instant(end), provider.site.id, modes
