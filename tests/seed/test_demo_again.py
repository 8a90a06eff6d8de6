"""The same seed makes the same demonstration, on another database and in another process."""

import os
import subprocess
import sys
from typing import Any

import psycopg

from openvisit.platform.crypto import Vault
from openvisit.settings import Settings
from tests.seed.conftest import NOW, SECRET, database

_PROGRAM = """
import sys
from datetime import datetime
from openvisit import seed
from openvisit.settings import Settings
url, secret, now = sys.argv[1:]
settings = Settings(database_url=url, secret_key=secret, horizon_days=60)
seed.demo(settings, say=print, now=datetime.fromisoformat(now))
"""

_VISITS = """
SELECT a.id, a.reason, k.owner, k.wrapped,
       p.full_name, person.full_name, v.name, l.name, r.name, d.name, a.starts_at, a.ends_at,
       a.time_zone, a.mode, a.status, a.price_minor, a.created_at, a.updated_at, a.version
FROM appointment a JOIN provider p ON p.id = a.provider_id JOIN patient t ON t.id = a.patient_id
JOIN person ON person.id = t.person_id JOIN keyring.data_key k ON k.owner = person.id
JOIN visit_type v ON v.id = a.visit_type_id
LEFT JOIN location l ON l.id = a.location_id LEFT JOIN room r ON r.id = a.room_id
LEFT JOIN device d ON d.id = a.device_id
ORDER BY a.starts_at, p.full_name, a.created_at"""

_PROFILES = """
SELECT p.full_name, p.title, p.bio, p.time_zone, p.specialties, p.languages, p.insurance_plans,
       array_agg(v.name || coalesce(o.fee_minor::text, '') ORDER BY v.name)
FROM provider p JOIN provider_visit_type o ON o.provider_id = p.id JOIN visit_type v ON v.id = o.visit_type_id
GROUP BY p.id ORDER BY p.full_name"""

_PEOPLE = """
SELECT id, email, wrapped, full_name, time_zone, language, verified_at, created_at
FROM person JOIN keyring.data_key ON owner = id ORDER BY full_name"""

_OPENINGS = """
SELECT p.full_name, o.starts_at, o.ends_at, l.name, o.modes FROM opening o JOIN provider p ON p.id = o.provider_id
LEFT JOIN location l ON l.id = o.location_id ORDER BY 1, 2, 3, 5"""


_BESIDE = """
SELECT 'rating', p.full_name, g.score::text, g.rated_at, g.moderation
FROM visit_rating g JOIN patient t ON t.id = g.patient_id JOIN person p ON p.id = t.person_id
UNION ALL SELECT 'note', p.full_name, n.version::text, n.finished_at, ''
FROM visit_note n JOIN patient t ON t.id = n.patient_id JOIN person p ON p.id = t.person_id
UNION ALL SELECT 'message', p.full_name, s.status, s.sent_at, coalesce(s.error, '')
FROM scheduled_reminder s JOIN person p ON p.id = s.person_id
UNION ALL SELECT 'waits', p.full_name, e.urgency, e.joined_at, e.status
FROM waitlist_entry e JOIN patient t ON t.id = e.patient_id JOIN person p ON p.id = t.person_id
UNION ALL SELECT 'offer', '', o.status, s.starts_at, '' FROM waitlist_offer o JOIN waitlist_slot s ON s.id = o.slot_id
UNION ALL SELECT 'away', p.full_name, jsonb_array_length(r.choices)::text, r.was, r.choices -> 0 ->> 'start'
FROM away_proposal r JOIN patient t ON t.id = r.patient_id JOIN person p ON p.id = t.person_id
ORDER BY 1, 2, 4, 3"""


def visible(settings: Settings) -> dict[str, list[Any]]:
    """What people see of the demonstration: no ids, sealed text opened."""
    vault = Vault(SECRET, settings.database_url)
    with psycopg.connect(settings.database_url) as connection:
        return {
            "visits": [
                (vault.of(owner, key).open(sealed, "appointment.reason", id_), *shown)
                for id_, sealed, owner, key, *shown in connection.execute(_VISITS)
            ],
            "people": [
                (vault.of(id_, key).open(sealed, "person.email", id_), *shown)
                for id_, sealed, key, *shown in connection.execute(_PEOPLE)
            ],
            "profiles": connection.execute(_PROFILES).fetchall(),
            "beside": connection.execute(_BESIDE).fetchall(),
            "openings": connection.execute(_OPENINGS).fetchall(),
        }


def test_the_same_seed_shows_the_same(seeded: Settings, server_url: str, template: str) -> None:
    first = visible(seeded)
    with database(server_url, template) as other:
        # Sets of strings come out in another order there.
        environment = {**os.environ, "PYTHONHASHSEED": "1"}
        program = [sys.executable, "-c", _PROGRAM, other.database_url, SECRET, NOW.isoformat()]
        subprocess.run(program, check=True, env=environment, capture_output=True)
        second = visible(other)
    assert len(first["visits"]) > 1500
    for name in first:
        assert first[name] == second[name], name
