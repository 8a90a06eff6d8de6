"""A large clinic group to measure with: many providers, weeks of openings, a good part of them booked."""

import asyncio
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from openvisit.adapters.master_keys import vault_of
from openvisit.core.errors import Invalid
from openvisit.core.ids import new_id
from openvisit.platform.clock import system_clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute
from openvisit.platform.principal import SYSTEM, become
from openvisit.seed import measured_next_free, measured_rows, measured_visits
from openvisit.seed.clinic import insert_kinds, insert_rooms
from openvisit.seed.measured_providers import HIRED_PER_LOCATION, ZONES, Measured, hire, insert_providers
from openvisit.seed.model import Room, Site
from openvisit.seed.rows import insert
from openvisit.seed.visit_kinds import IN_PERSON, VIDEO, Kind
from openvisit.settings import Settings

NAME = "Measured Group"
LONGEST_DAYS = 400
_ROOMS = 8
_LEAST_PATIENTS = 2000
_FILLED = "person, patient, clinic_patient, provider, schedule, opening, appointment, claim, audit, next_free"

Say = Callable[[str], None]


def many(
    settings: Settings, *, providers: int, days: int, say: Say, now: datetime | None = None, seed: int = 20260
) -> None:
    """Add a group of so many providers with openings for so many days, today the first; each time another group.

    About half of the slots of the first 14 days are booked, and 15 % of those after. There is a location with eight
    rooms for every ten providers, and nobody can sign in. One transaction, all or nothing.
    Errors: Invalid for fewer than one provider, or days outside 1 to 400.
    """
    if providers < 1 or not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"At least one provider, and 1 to {LONGEST_DAYS} days")
    random = Random(seed)  # noqa: S311 - not for secrets
    asyncio.run(_many(settings, providers, days, say, now or system_clock(), random))


async def _many(settings: Settings, providers: int, days: int, say: Say, now: datetime, random: Random) -> None:
    become(SYSTEM)
    db, vault = Database(settings.database_url, size=1, as_owner=True), vault_of(settings)
    await db.open()
    try:
        async with db.transaction() as connection:
            await _fill(connection, vault, random, providers, days, say, now)
        say("Sorting the tables out (VACUUM, ANALYZE)")
        async with db.connection() as connection:
            await execute(connection, f"VACUUM (ANALYZE) {_FILLED}")
    finally:
        await db.close()


async def _fill(
    connection: Connection, vault: Vault, random: Random, providers: int, days: int, say: Say, now: datetime
) -> None:
    group = await _found(connection, providers, days, now)
    hired = hire(random, group, providers, days, now)
    await insert_providers(connection, random, group, hired, days, now)
    say(f"{NAME}: {providers} providers at {len(group.sites)} locations, openings for {days} days")
    # Twice as many patients as providers, at least: whoever is not in a visit can be given the next one.
    patients = await measured_rows.insert_patients(
        connection, vault, random, group, max(_LEAST_PATIENTS, 2 * providers), now
    )
    say(f"{len(patients)} patients")
    visits = measured_visits.plan(random, hired, patients, now)
    say(f"{len(visits)} visits planned; writing them takes the longest")
    await measured_rows.insert_appointments(connection, vault, group, visits, now)
    say("Visits written; claiming their times")
    claimed = await measured_rows.insert_claims(connection, visits)
    say(f"{claimed} claims written")
    await measured_next_free.insert_next_free(connection, hired, visits, now)
    say("Next free times worked out")


async def _found(connection: Connection, providers: int, days: int, now: datetime) -> Measured:
    """The clinic with its locations, rooms and visit types."""
    window = max(60, days)
    video = Kind("Video visit", "Half an hour by video.", 30, 30, (VIDEO,), 9000, notice=0, window=window)
    office = Kind(
        "Office visit", "Half an hour in a room.", 30, 30, (IN_PERSON,), 12000, notice=0, window=window, needs_room=True
    )
    sites = tuple(_site(n) for n in range(math.ceil(providers / HIRED_PER_LOCATION)))
    group = Measured(new_id(), sites, video, office)
    await insert(
        connection,
        "clinic",
        "id, name, time_zone, cancellation_notice_minutes, created_at",
        [(group.id, NAME, ZONES[0], 0, now - timedelta(days=1))],
    )
    await insert(
        connection,
        "location",
        "id, clinic_id, name, address, city, country, latitude, longitude, time_zone",
        [
            (site.id, group.id, site.name, f"{n} Gauge Street", site.city, "US", 32 + n % 13, -118 + n % 41, site.zone)
            for n, site in enumerate(sites, 1)
        ],
    )
    await insert_rooms(connection, group.id, sites)
    await insert_kinds(connection, group.id, [video, office])
    return group


def _site(number: int) -> Site:
    rooms = tuple(Room(new_id()) for _ in range(_ROOMS))
    zone = ZONES[number % len(ZONES)]
    return Site(new_id(), f"Location {number + 1}", f"Measureton {number + 1}", zone, "212", rooms, ())
