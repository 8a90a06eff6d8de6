"""The demonstration's forty providers."""

from datetime import date, datetime
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.types.range import TimestamptzRange

from openvisit.core.ids import new_id
from openvisit.core.intervals import minute_ceil, minute_floor
from openvisit.features.availability import commands as availability
from openvisit.features.availability.rules import at_home, from_body
from openvisit.features.availability.wire import AbsenceBody, ScheduleBody
from openvisit.features.directory.taxonomy import name_of
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection
from openvisit.seed import hours
from openvisit.seed.accounts import Accounts, insert_persons
from openvisit.seed.model import Doctor, Group, Offered, Site
from openvisit.seed.names import Namer, Origin
from openvisit.seed.practice import PRACTICES, Practice
from openvisit.seed.rows import insert

PLANS = (
    "Evergrove Health PPO",
    "Northbell Mutual",
    "Harborline HMO",
    "Solana Care",
    "Copperleaf Choice",
    "Medicare",
    "Medicaid",
)
_LANGUAGE_NAMES = {
    "en": "English", "es": "Spanish", "zh": "Chinese", "hi": "Hindi", "ar": "Arabic", "yo": "Yoruba",
    "vi": "Vietnamese", "ko": "Korean", "pl": "Polish", "tl": "Tagalog", "fr": "French", "ru": "Russian",
    "ht": "Haitian Creole",
}  # fmt: skip
_HABITS = (
    "Explains with pen and paper, and writes down what was agreed.",
    "Takes the time to listen before anything else.",
    "Likes to see people early, before small things grow.",
    "Works closely with the nurses and dietitians of the group.",
    "Answers questions in plain words.",
)
_LEISURE = ("growing tomatoes", "long-distance swimming", "choir singing", "mending bicycles", "chess", "baking bread")

Plan = tuple[Doctor, ScheduleBody, list[AbsenceBody], Origin]


async def hire(
    connection: Connection,
    vault: Vault,
    random: Random,
    namer: Namer,
    group: Group,
    accounts: Accounts,
    now: datetime,
    horizon_days: int,
) -> list[Doctor]:
    """Write the providers with what they offer, their schedules, openings and absences; the demo provider is first."""
    plans = _plans(random, namer, group, accounts, now)
    others = [doctor for doctor, *_ in plans[1:]]
    await insert_persons(
        connection,
        vault,
        [(d.person_id, d.name, d.zone, "en", f"+1 {d.sites[0].area_code} 555 01{n % 60 + 20:02}", accounts.since)
         for n, d in enumerate(others)],
    )  # fmt: skip
    await insert(
        connection,
        "role",
        "person_id, clinic_id, role, granted_at",
        [(d.person_id, group.id, "provider", accounts.since) for d in others],
    )
    await _insert_profiles(connection, random, group, plans)
    for doctor, body, away, _ in plans:
        await availability.save_schedule(connection, doctor.id, body, now, horizon_days)
        await insert_absences(connection, vault, doctor, away, now)
    return [doctor for doctor, *_ in plans]


def _plans(random: Random, namer: Namer, group: Group, accounts: Accounts, now: datetime) -> list[Plan]:
    practices = [practice for practice in PRACTICES for _ in range(practice.providers)]
    return [_plan(random, namer, group, accounts, now, n, practice) for n, practice in enumerate(practices)]


def _plan(
    random: Random, namer: Namer, group: Group, accounts: Accounts, now: datetime, number: int, practice: Practice
) -> Plan:
    sites = [group.sites[number % len(group.sites)]]
    if number % 9 == 4:
        sites.append(group.sites[(number + 1) % len(group.sites)])
    name, origin = namer.draw(spanish=0.3)
    person_id = new_id()
    if number == 0:
        name, origin, person_id = accounts.provider_name, Origin("es", (), ()), accounts.provider
    zone = sites[0].zone
    today = now.astimezone(ZoneInfo(zone)).date()
    body, away = _hours(random, number, zone, sites, today)
    home = min(sites, key=lambda site: site.name).id
    doctor = Doctor(
        id=new_id(),
        person_id=person_id,
        name=name,
        practice=practice,
        zone=zone,
        sites=tuple(sites),
        languages=("en", origin.language) if origin.language else ("en",),
        offers=_offers(random, group, practice, demo=number == 0),
        busyness=0.5 if number == 0 else random.uniform(0.06, 0.18),
        rules=at_home(from_body(body), home),
        away=[(minute_floor(a.start), minute_ceil(a.end)) for a in away],
        spare=60 if number == 0 else 0,
    )
    return doctor, body, away, origin


def _hours(
    random: Random, number: int, zone: str, sites: list[Site], today: date
) -> tuple[ScheduleBody, list[AbsenceBody]]:
    places = [site.id for site in sites]
    away = hours.absences(random, number, zone, today)
    if number == 0:
        return hours.demo_schedule(zone, places, today), away
    return hours.schedule(random, number, zone, places, today), away


def _offers(random: Random, group: Group, practice: Practice, *, demo: bool) -> tuple[Offered, ...]:
    factor = practice.fee_factor * (1 if demo else random.choice((0.9, 1, 1, 1, 1.1)))
    return tuple(
        # Fees are whole dollars.
        Offered(kind, weight, None if factor == 1 else round(kind.price * factor / 100) * 100)
        for kind, weight in ((group.kinds[key], weight) for key, weight in practice.offers)
    )


async def _insert_profiles(connection: Connection, random: Random, group: Group, plans: list[Plan]) -> None:
    doctors = [doctor for doctor, *_ in plans]
    await insert(
        connection,
        "provider",
        "id, clinic_id, person_id, full_name, title, bio, time_zone, specialties, languages, insurance_plans,"
        " default_visit_type_id",
        [
            (d.id, group.id, d.person_id, d.name, d.practice.title, _bio(random, n, d), d.zone, [d.practice.code],
             list(d.languages), [p for p in PLANS if random.random() < 0.6] or [PLANS[0]], d.offers[0].kind.id)
            for n, d in enumerate(doctors)
        ],
    )  # fmt: skip
    await insert(
        connection,
        "provider_location",
        "provider_id, location_id",
        [(d.id, site.id) for d in doctors for site in d.sites],
    )
    await insert(
        connection,
        "provider_visit_type",
        "provider_id, visit_type_id, fee_minor, fee_currency",
        [
            (d.id, offered.kind.id, offered.fee, None if offered.fee is None else "USD")
            for d in doctors
            for offered in d.offers
        ],
    )


def _bio(random: Random, number: int, doctor: Doctor) -> str:
    interests = doctor.practice.interests
    speaks = " and ".join(_LANGUAGE_NAMES[language] for language in doctor.languages)
    return (
        f"{name_of(doctor.practice.code, 'en')}, with a special interest in {interests[number % len(interests)]}. "
        f"{random.choice(_HABITS)} {random.randint(4, 27)} years in practice. Speaks {speaks}. "
        f"Outside the clinic: {random.choice(_LEISURE)}."
    )


async def insert_absences(
    connection: Connection, vault: Vault, doctor: Doctor, away: list[AbsenceBody], now: datetime
) -> list[UUID]:
    """Write the provider's absences; their ids."""
    rows = [(new_id(), absence) for absence in away]
    keys = await vault.keys(connection, doctor.id)
    await insert(
        connection,
        "absence",
        "id, provider_id, starts_at, ends_at, sealed_reason, created_at",
        [
            (id_, doctor.id, each.start, each.end, keys.seal(each.reason, "absence.sealed_reason", id_), now)
            for id_, each in rows
        ],
    )
    await insert(
        connection,
        "claim",
        "id, resource, during, kind, exclusive, absence_id",
        [
            (new_id(), doctor.id, TimestamptzRange(absence.start, absence.end), "absence", False, id_)
            for id_, absence in rows
        ],
    )
    return [id_ for id_, _ in rows]
