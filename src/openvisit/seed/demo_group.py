"""The clinic group to try OpenVisit on."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from random import Random

from openvisit.adapters.master_keys import vault_of
from openvisit.core.errors import Forbidden
from openvisit.features.availability.read_model import refresh
from openvisit.platform.clock import system_clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute, fetch_one
from openvisit.platform.principal import SYSTEM, become
from openvisit.seed import accounts, afterwards, clinic, doctors, open_matters, patients, visit_rows
from openvisit.seed.model import Doctor, Patient
from openvisit.seed.names import Namer
from openvisit.seed.planning import Planner
from openvisit.seed.stories import Teller
from openvisit.seed.timetable import Timetable
from openvisit.seed.visit_kinds import IN_PERSON, VIDEO
from openvisit.settings import Settings

Say = Callable[[str], None]

FILLED = "person, patient, provider, opening, claim, appointment, audit, next_free, scheduled_reminder"


def demo(settings: Settings, *, say: Say, now: datetime | None = None, seed: int = 20260) -> None:
    """Make a clinic group with its people, three months of past visits and three weeks of future ones.

    What people see of it follows from `seed` and `now` alone; ids differ. All or nothing: one transaction. No mail is
    sent and no job deferred. Where the demo accounts are already, it does nothing.
    Errors: Forbidden in the production profile, for the password of the demo accounts is known to everybody.
    """
    if not settings.development:
        raise Forbidden("The demo accounts have a known password: they are made in the development profile only")
    asyncio.run(_demo(settings, say, now or system_clock(), Random(seed)))  # noqa: S311 - not for secrets


async def _demo(settings: Settings, say: Say, now: datetime, random: Random) -> None:
    become(SYSTEM)
    db, vault = Database(settings.database_url, size=1, as_owner=True), vault_of(settings)
    await db.open()
    try:
        async with db.transaction() as connection:
            index = vault.address_index("patient@demo.test")
            there = "SELECT id FROM person WHERE email_index = %(index)s"
            if await fetch_one(connection, there, {"index": index}) is not None:
                say("The demo accounts are there already: nothing added.")
                return
            await _fill(connection, vault, random, say, now, settings.horizon_days)
            await execute(connection, f"ANALYZE {FILLED}")
    finally:
        await db.close()


async def _fill(
    connection: Connection, vault: Vault, random: Random, say: Say, now: datetime, horizon_days: int
) -> None:
    namer = Namer(random)
    group = await clinic.found(connection, now)
    say(f"{clinic.NAME}: {len(group.sites)} locations, {len(group.kinds)} visit types")
    people = await accounts.open_accounts(connection, vault, namer, group, now)
    staff = await doctors.hire(connection, vault, random, namer, group, people, now, horizon_days)
    say(f"{len(staff)} providers with their hours for {horizon_days} days")
    everybody = await patients.register(connection, vault, random, namer, group, people, now)
    say(f"{len(everybody)} patients")

    planner = Planner(random, Timetable(group), now, patients.panels(random, staff, everybody))
    _place_demo_visits(planner, staff, everybody[0])
    for doctor in staff:
        planner.fill(doctor)
    planner.visits.sort(key=lambda visit: visit.start)
    teller = Teller(random, people.desk, now)
    told = [(visit, teller.tell(visit)) for visit in planner.visits]
    await visit_rows.write(connection, vault, random, group, told, now)
    await afterwards.write(connection, vault, random, group, told, people, now)
    counted = Counter(story.status for _, story in told)
    say(f"{len(told)} visits: " + ", ".join(f"{count} {status}" for status, count in counted.most_common()))

    away = await open_matters.take_somebody_off(connection, vault, group, staff[0], told, people.desk[0], now)
    say(f"{away.name} is away, and their patients have yet to answer" if away else "Nobody is away")
    for doctor in staff:
        await refresh(connection, doctor.id, now)
    waited_for = await open_matters.list_waiters(connection, random, group, staff, everybody, now)
    await refresh(connection, waited_for.id, now)
    say("Next free times worked out")


def _place_demo_visits(planner: Planner, staff: list[Doctor], patient: Patient) -> None:
    """The demo patient's own visits: a few behind her, three ahead, none of them tomorrow; and one by video, to
    which she can go now."""
    own = staff[0]
    planner.fit_in(own, next(o for o in own.offers if o.kind.name == "Short follow-up"), VIDEO, patient)
    dermatologist = next(d for d in staff if d.practice.code == "207N00000X")
    dietitian = next(d for d in staff if d.practice.code == "133V00000X")
    for doctor, key, mode, days, hour in (
        (own, "New patient visit", IN_PERSON, -76, 9),
        (dermatologist, "Video consultation", VIDEO, -58, 9),
        (own, "Follow-up", IN_PERSON, -41, 10),
        (dietitian, "Video consultation", VIDEO, -27, 9),
        (own, "Short follow-up", VIDEO, -12, 14),
        (own, "Video consultation", VIDEO, 3, 10),
        (dermatologist, "Minor procedure", IN_PERSON, 8, 9),
        (own, "Follow-up", IN_PERSON, 15, 13),
    ):
        offered = next(o for o in doctor.offers if o.kind.name == key)
        planner.place(doctor, offered, mode, patient, days=days, hour=hour)
