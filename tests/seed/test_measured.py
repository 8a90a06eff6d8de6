"""The large group, in small."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from openvisit import seed
from openvisit.core.errors import Invalid
from openvisit.features.availability.read_model import refresh_in
from openvisit.platform.db import Database
from openvisit.settings import Settings
from tests.seed.conftest import NOW, database, silent

DAYS = 30


@pytest.fixture(scope="module")
def measured(server_url: str, template: str) -> Iterator[Settings]:
    """Two groups: the second is added to the first."""
    with database(server_url, template) as settings:
        seed.many(settings, providers=5, days=DAYS, say=silent, now=NOW)
        seed.many(settings, providers=13, days=DAYS, say=silent, now=NOW)
        yield settings


def all_of(settings: Settings, query: str, *values: object) -> list[Any]:
    with psycopg.connect(settings.database_url) as connection:
        return connection.execute(query, values).fetchall()


def test_a_second_group_is_added(measured: Settings) -> None:
    groups = all_of(
        measured,
        """SELECT count(DISTINCT p.id), count(DISTINCT l.id), count(DISTINCT cp.patient_id) FROM clinic c
           JOIN provider p ON p.clinic_id = c.id JOIN location l ON l.clinic_id = c.id
           JOIN clinic_patient cp ON cp.clinic_id = c.id
           WHERE c.name = 'Measured Group' GROUP BY c.id ORDER BY 1""",
    )
    assert groups == [(5, 1, 2000), (13, 2, 2000)]


def test_openings_cover_the_days_asked_for(measured: Settings) -> None:
    days = "SELECT min(starts_at), max(ends_at), count(DISTINCT provider_id) FROM opening"
    ((first, last, providers),) = all_of(measured, days)
    assert first.date() == NOW.date()
    assert timedelta(days=DAYS - 3) < last - first < timedelta(days=DAYS + 1)
    assert providers == 18


def test_about_half_is_booked_soon_and_less_later(measured: Settings) -> None:
    shares = all_of(
        measured,
        """WITH slot AS (
               SELECT o.provider_id, s AS start FROM opening o,
                      generate_series(o.starts_at, o.ends_at - interval '30 min', interval '30 min') s
               WHERE s >= %s)
           SELECT start >= %s AS later, avg((a.id IS NOT NULL)::int)::float FROM slot
           LEFT JOIN appointment a ON a.provider_id = slot.provider_id AND a.starts_at = slot.start
           GROUP BY 1 ORDER BY 1""",
        NOW,
        NOW + timedelta(days=14),
    )
    (_, soon), (_, later) = shares
    assert 0.45 < soon < 0.55
    assert 0.1 < later < 0.2


def test_every_visit_has_its_claims(measured: Settings) -> None:
    ((visits, rooms),) = all_of(measured, "SELECT count(*), count(room_id) FROM appointment")
    ((claims,),) = all_of(
        measured,
        """SELECT count(*) FROM claim c JOIN appointment a ON a.id = c.appointment_id
           WHERE c.resource IN (a.provider_id, a.patient_id, a.room_id)
             AND c.during = tstzrange(a.starts_at, a.ends_at) AND c.exclusive""",
    )
    assert visits > 1000
    assert rooms > 100
    assert claims == 2 * visits + rooms


def test_next_free_times_are_those_that_the_product_works_out(measured: Settings) -> None:
    found = """SELECT provider_id, visit_type_id, mode, starts, location_ids, first_start FROM next_free
               ORDER BY 1, 2, 3"""
    before = all_of(measured, found)
    assert before

    async def refresh() -> None:
        db = Database(measured.database_url, size=1)
        await db.open()
        for (provider_id,) in all_of(measured, "SELECT id FROM provider"):
            await refresh_in(db, provider_id, NOW)
        await db.close()

    asyncio.run(refresh())
    assert all_of(measured, found) == before


def test_a_group_needs_providers_and_days() -> None:
    for providers, days in ((0, 60), (5, 0), (5, 401)):
        with pytest.raises(Invalid):
            seed.many(Settings(), providers=providers, days=days, say=silent)
