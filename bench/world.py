"""The database that is measured: a thousand providers seeded by the product, and lists of free slots to book."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import psycopg
from psycopg.rows import class_row

from openvisit import seed
from openvisit.core.ids import new_id
from openvisit.main.events import subscriptions
from openvisit.platform import migrate
from openvisit.platform.events import Event
from openvisit.platform.postgres import EmbeddedPostgres
from openvisit.settings import Settings

SECRET = "the secret of the benchmark's own database"
ROOMS_EACH = 30


@dataclass(frozen=True)
class FreeSlot:
    """A slot nobody has, with a patient and a room that are free then."""

    provider_id: UUID
    visit_type_id: UUID
    starts_at: datetime
    ends_at: datetime
    location_id: UUID


@dataclass(frozen=True)
class Patient:
    """Somebody who books."""

    patient_id: UUID
    person_id: UUID


@contextmanager
def database(folder: Path, providers: int, days: int) -> Iterator[str]:
    """A durable server of its own, seeded; the URL of its database."""
    os.chmod(folder, 0o711)
    with EmbeddedPostgres(folder / "pg") as server:
        server.create_database("bench")
        url = server.url("bench")
        migrate.upgrade(url)
        seed.many(
            settings(url, folder), providers=providers, days=days, say=lambda words: print("   ", words, flush=True)
        )
        _prepare(url)
        yield url


def settings(url: str, folder: Path) -> Settings:
    """The settings of the servers that are measured: what `openvisit up` gives, with the log at warnings."""
    return Settings(database_url=url, openvisit_data_dir=str(folder), secret_key=SECRET, log_level="warning")


def _prepare(url: str) -> None:
    """Every location has rooms enough, so that a slot is lost to another booking only; statistics are fresh."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            """INSERT INTO room (id, clinic_id, location_id, name)
               SELECT gen_random_uuid(), l.clinic_id, l.id, 'Bench ' || lpad(g::text, 2, '0')
               FROM location l, generate_series(1, %s) g""",
            (ROOMS_EACH,),
        )
        connection.execute("VACUUM ANALYZE")


def free_slots(url: str, seed_number: int) -> list[FreeSlot]:
    """Free starts of in-person openings of all providers from tomorrow on, in a shuffled order."""
    with psycopg.connect(url, row_factory=class_row(FreeSlot)) as connection:
        found = connection.execute(
            """SELECT o.provider_id, v.id AS visit_type_id, o.location_id, s AS starts_at,
                      s + make_interval(mins => v.duration_minutes) AS ends_at
               FROM opening o
               JOIN provider_visit_type pv ON pv.provider_id = o.provider_id
               JOIN visit_type v ON v.id = pv.visit_type_id AND v.needs_room
               CROSS JOIN LATERAL generate_series(o.starts_at,
                   o.ends_at - make_interval(mins => v.duration_minutes), make_interval(mins => v.duration_minutes)) s
               WHERE 'in-person' = ANY(o.modes) AND o.location_id IS NOT NULL AND s > now() + interval '1 day'
                 AND s < now() + make_interval(days => v.booking_window_days)
                 AND NOT EXISTS (SELECT FROM claim c WHERE c.exclusive AND c.resource = o.provider_id
                     AND c.during && tstzrange(s - interval '30 min', s + interval '90 min'))"""
        ).fetchall()
    random.Random(seed_number).shuffle(found)
    return found


def seats(url: str, slots: list[FreeSlot], people: list[Patient]) -> list[int]:
    """For each slot the number of a patient who is free then, so that a booking can only fail for its slot."""
    busy: set[tuple[int, int]] = set()
    number_of = {person.patient_id: number for number, person in enumerate(people)}
    with psycopg.connect(url) as connection:
        for resource, start, end in connection.execute(
            """SELECT resource, date_part('epoch', lower(during))::bigint, date_part('epoch', upper(during))::bigint
               FROM claim WHERE exclusive"""
        ):
            if resource in number_of:
                busy.update((number_of[resource], quarter) for quarter in range(start // 900, -(-end // 900)))
    found = []
    turn = 0
    for slot in slots:
        start, end = int(slot.starts_at.timestamp()), int(slot.ends_at.timestamp())
        quarters = range(start // 900, -(-end // 900))
        while any((turn % len(people), quarter) in busy for quarter in quarters):
            turn += 1
        number = turn % len(people)
        busy.update((number, quarter) for quarter in quarters)
        found.append(number)
        turn += 1
    return found


def patients(url: str) -> list[Patient]:
    """Every patient."""
    with psycopg.connect(url, row_factory=class_row(Patient)) as connection:
        return connection.execute("SELECT id AS patient_id, person_id FROM patient ORDER BY id").fetchall()


def body(slot: FreeSlot, reason: str = "Cough since Monday, a little fever at night") -> bytes:
    """The body of a booking."""
    return msgspec.json.encode(
        {
            "provider_id": slot.provider_id,
            "visit_type_id": slot.visit_type_id,
            "start": slot.starts_at,
            "mode": "in-person",
            "reason": reason,
            "accommodations": {"language": "es"},
        }
    )


def limit_slots(url: str, slots: list[FreeSlot], people: list[Patient], seated: list[int]) -> None:
    """The table that `limit.sql` books from: each row a slot, a patient and a room of their own, and as many jobs as a
    booking leaves."""
    with psycopg.connect(url, autocommit=True) as connection:
        rooms: dict[UUID, list[UUID]] = {}
        for location_id, room_id in connection.execute("SELECT location_id, id FROM room ORDER BY name").fetchall():
            rooms.setdefault(location_id, []).append(room_id)
        clinic = connection.execute("SELECT clinic_id FROM provider LIMIT 1").fetchone()
        assert clinic is not None
        booked = Event("appointment.booked", new_id(), now(), {"mode": "in-person"})
        jobs = [f"bench:nobody-{n}" for n, _ in enumerate(subscriptions(settings(url, Path())).hearers(booked))]
        connection.execute(
            """DROP TABLE IF EXISTS bench_slot;
               DROP SEQUENCE IF EXISTS bench_slot_n;
               CREATE TABLE bench_slot (n bigint PRIMARY KEY, clinic_id uuid, provider_id uuid, patient_id uuid,
                   person_id uuid, visit_type_id uuid, location_id uuid, room_id uuid, starts_at timestamptz,
                   ends_at timestamptz, action text, tasks text[]);
               CREATE SEQUENCE bench_slot_n"""
        )
        with connection.cursor() as cursor, cursor.copy("COPY bench_slot FROM STDIN") as copy:
            for number, slot in enumerate(slots, 1):
                person = people[seated[number - 1]]
                room = rooms[slot.location_id][number % len(rooms[slot.location_id])]
                copy.write_row(
                    (
                        number,
                        clinic[0],
                        slot.provider_id,
                        person.patient_id,
                        person.person_id,
                        slot.visit_type_id,
                        slot.location_id,
                        room,
                        slot.starts_at,
                        slot.ends_at,
                        "appointment:book",  # pgbench would take a colon in its script for a variable
                        jobs,
                    )
                )
        connection.execute("ANALYZE bench_slot")


def idempotency_header() -> str:
    """A fresh key, as every browser sends one."""
    return f"Idempotency-Key: {new_id()}"


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)
