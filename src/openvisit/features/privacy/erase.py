"""Erasing a person (GDPR article 17), step by step.

Each step is one transaction that also writes down how far it came, so that a job that is killed goes on where it
stopped. Visits stay as facts about nobody; the person's key is destroyed, so that what was sealed under it cannot be
read any more, in backups neither. What a clinic has to keep by law is set aside first, sealed, for that time alone.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from openvisit.core.ids import new_id
from openvisit.features.audit.commands import record
from openvisit.features.booking.withdrawn import cancel_upcoming
from openvisit.features.identity.sessions import end_all_sessions
from openvisit.features.identity.tokens import TOPIC
from openvisit.features.privacy.erase_plan import ClinicKeeps, plan_of
from openvisit.features.privacy.errors import ErasureBlocked
from openvisit.features.privacy.gather import owner_values
from openvisit.features.privacy.sources import SOURCES
from openvisit.platform import log
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Keys, Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.events import Subscriptions
from openvisit.platform.jobs import defer
from openvisit.platform.realtime import Live

_logger = log.get("privacy")


@dataclass(frozen=True, slots=True)
class Eraser:
    """What erasing works with."""

    db: Database
    vault: Vault
    live: Live
    subscriptions: Subscriptions
    clock: Clock


async def erase(eraser: Eraser, request_id: UUID) -> None:
    """Do what is left of an erasure whose days for second thoughts are over; safe to run again, and at once twice."""
    for name, step in STEPS:
        if not await _one_step(eraser, request_id, name, step):
            return


Step = Callable[[Eraser, Connection, Row, datetime], Awaitable[list[str]]]


async def _one_step(eraser: Eraser, request_id: UUID, name: str, step: Step) -> bool:
    """Whether to go on: the step was done, now or earlier."""
    now = eraser.clock()
    order = [known for known, _ in STEPS]
    async with eraser.db.transaction() as connection:
        row = await fetch_one(
            connection,
            """SELECT * FROM privacy_request WHERE id = %(id)s AND kind = 'erase' AND runs_at <= %(now)s
               AND status IN ('waiting', 'running') FOR UPDATE""",
            {"id": request_id, "now": now},
        )
        if row is None:
            return False
        if row["step"] and order.index(row["step"]) >= order.index(name):
            return True
        try:
            topics = await step(eraser, connection, row, now)
        except ErasureBlocked:  # asked for again every hour (`jobs.due`), until somebody else is an admin too
            _logger.warning("erasure waits", request_id=str(request_id))
            return False
        last = name == order[-1]
        await execute(
            connection,
            """UPDATE privacy_request SET step = %(name)s, progress = %(percent)s,
                   status = CASE WHEN %(last)s THEN 'done' ELSE 'running' END,
                   done_at = CASE WHEN %(last)s THEN %(now)s::timestamptz END
               WHERE id = %(id)s""",
            {
                "id": request_id,
                "name": name,
                "percent": (order.index(name) + 1) * 100 // len(order),
                "last": last,
                "now": now,
            },
        )
    eraser.live.publish(*topics, f"person:{row['person_id']}", *(f"clinic:{clinic}" for clinic in row["clinics"]))
    _logger.info("erasure step done", request_id=str(request_id), step=name)
    return True


async def erase_again(db: Database, vault: Vault, now: datetime) -> int:
    """Blank anew the rows of people whose key is destroyed, which a backup has brought back; how many people.

    Nobody is told: those concerned were, when it was done the first time. Safe to run again.
    """
    async with db.connection() as connection:
        rows = await fetch_all(
            connection,
            """SELECT p.id FROM person p JOIN keyring.data_key k ON k.owner = p.id
               WHERE k.shredded_at IS NOT NULL ORDER BY p.id""",
        )
    for row in rows:
        async with db.transaction() as connection:
            owner = await owner_values(connection, row["id"])
            if owner["patient_id"] is not None:
                await cancel_upcoming(connection, Subscriptions(), owner["patient_id"], now)
            await _blank_rows(connection, owner | {"now": now, "nobody": vault.blind_index(f"erased {row['id']}")})
    return len(rows)


async def _set_aside(eraser: Eraser, connection: Connection, row: Row, now: datetime) -> list[str]:
    """What the law keeps, and whom to tell in the end."""
    person_id: UUID = row["person_id"]
    plan = await plan_of(connection, person_id, now)
    if plan.blocked:
        raise ErasureBlocked
    person = await fetch_one(
        connection,
        """SELECT p.*, pt.id AS patient_id, pt.born_on FROM person p LEFT JOIN patient pt ON pt.person_id = p.id
           WHERE p.id = %(id)s""",
        {"id": person_id},
    )
    assert person is not None  # noqa: S101 - the request refers to them
    keys = await eraser.vault.keys(connection, person_id)
    email = keys.open(bytes(person["email"]), "person.email", person_id)
    contact = {name: person[name] for name in ("full_name", "language", "time_zone")} | {"email": email}
    for keeps in plan.keeps:
        await _retain(eraser.vault, connection, row, person, keeps, now)
    facts = {
        "erased": plan.counts,
        "kept": [
            {"clinic_id": str(k.clinic_id), "clinic": k.name, "visits": k.visits, "until": k.until.isoformat()}
            for k in plan.keeps
        ],
    }
    sealed = eraser.vault.seal_bytes(msgspec.json.encode(contact), "privacy_request.contact", row["id"])
    await execute(
        connection,
        "UPDATE privacy_request SET contact = %(contact)s, facts = %(facts)s WHERE id = %(id)s",
        {"id": row["id"], "contact": sealed, "facts": Jsonb(facts)},
    )
    return []


async def _retain(
    vault: Vault, connection: Connection, row: Row, person: Row, keeps: ClinicKeeps, now: datetime
) -> None:
    id_ = new_id()
    await execute(
        connection,
        """INSERT INTO retained_record (id, clinic_id, request_id, content, visits, retained_at, keep_until)
           VALUES (%(id)s, %(clinic_id)s, %(request_id)s, %(content)s, %(visits)s, %(now)s, %(until)s)
           ON CONFLICT (request_id, clinic_id) DO NOTHING""",
        {
            "id": id_,
            "clinic_id": keeps.clinic_id,
            "request_id": row["id"],
            "content": vault.seal_bytes(
                msgspec.json.encode(await _record_of(vault, connection, person, keeps)), "retained_record.content", id_
            ),
            "visits": keeps.visits,
            "now": now,
            "until": keeps.until,
        },
    )


async def _record_of(vault: Vault, connection: Connection, person: Row, keeps: ClinicKeeps) -> dict[str, Any]:
    visits = await fetch_all(
        connection,
        """SELECT a.id, a.starts_at, a.ends_at, a.mode, a.status, a.reason, a.price_minor, a.price_currency,
                  p.full_name AS provider, v.name AS visit_type
           FROM appointment a JOIN provider p ON p.id = a.provider_id JOIN visit_type v ON v.id = a.visit_type_id
           WHERE a.patient_id = %(patient_id)s AND a.clinic_id = %(clinic_id)s
             AND a.status IN ('completed', 'in-progress') ORDER BY a.starts_at""",
        {"patient_id": person["patient_id"], "clinic_id": keeps.clinic_id},
    )
    keys = await vault.keys(connection, person["id"])
    reason = "appointment.reason"
    notes = await _notes_of(connection, keys, [visit["id"] for visit in visits])
    return {
        "name": person["full_name"],
        "born_on": person["born_on"],
        "visits": [
            {**v, "reason": keys.open(bytes(v["reason"]), reason, v["id"]), "notes": notes.get(v["id"], [])}
            for v in visits
        ],
    }


async def _notes_of(connection: Connection, keys: Keys, visits: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """What providers wrote of the visits, finished or not, and added later."""
    rows = await fetch_all(
        connection,
        """SELECT appointment_id, id, 'visit_note.notes' AS place, notes AS text, updated_at AS at FROM visit_note
           WHERE appointment_id = ANY(%(visits)s)
           UNION ALL SELECT appointment_id, id, 'visit_note.summary', summary, updated_at FROM visit_note
           WHERE appointment_id = ANY(%(visits)s)
           UNION ALL SELECT appointment_id, id, 'visit_addendum.text', text, at FROM visit_addendum
           WHERE appointment_id = ANY(%(visits)s) ORDER BY at""",
        {"visits": visits},
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        text = keys.open(bytes(row["text"]), row["place"], row["id"])
        found.setdefault(row["appointment_id"], []).append({"what": row["place"], "at": row["at"], "text": text})
    return found


async def _cancel(eraser: Eraser, connection: Connection, row: Row, now: datetime) -> list[str]:
    owner = await owner_values(connection, row["person_id"])
    if owner["patient_id"] is None:
        return []
    return await cancel_upcoming(connection, eraser.subscriptions, owner["patient_id"], now)


async def _sign_out(eraser: Eraser, connection: Connection, row: Row, now: datetime) -> list[str]:
    await end_all_sessions(connection, row["person_id"], "erased", now)
    # Nor can an admin who had switched the account off switch it on again.
    await execute(
        connection,
        "UPDATE person SET active = false, switched_off_by = NULL WHERE id = %(id)s",
        {"id": row["person_id"]},
    )
    return [f"{TOPIC}{row['person_id']}"]


async def _blank(eraser: Eraser, connection: Connection, row: Row, now: datetime) -> list[str]:
    values = await owner_values(connection, row["person_id"])
    await _blank_rows(connection, values | {"now": now, "nobody": eraser.vault.blind_index(f"erased {row['id']}")})
    return [f"{TOPIC}{row['person_id']}"]


async def _blank_rows(connection: Connection, values: dict[str, Any]) -> None:
    await execute(
        connection,
        """DELETE FROM claim WHERE hold_id IN (SELECT id FROM hold WHERE person_id = %(person_id)s)""",
        {"person_id": values["person_id"]},
    )
    for source in SOURCES:
        if source.erase:
            await execute(connection, source.erase, {name: values[name] for name in _named(source.erase, values)})


def _named(query: str, values: dict[str, Any]) -> list[str]:
    return [name for name in values if f"%({name})s" in query]


async def _shred(eraser: Eraser, connection: Connection, row: Row, now: datetime) -> list[str]:
    await eraser.vault.shred(connection, row["person_id"], now)
    return []


async def _certify(eraser: Eraser, connection: Connection, row: Row, now: datetime) -> list[str]:
    certificate = f"{now:%Y}-{row['id'].hex[-12:].upper()}"
    await execute(
        connection,
        "UPDATE privacy_request SET facts = facts || %(more)s WHERE id = %(id)s",
        {"id": row["id"], "more": Jsonb({"certificate": certificate, "certified_at": now.isoformat()})},
    )
    args = {"request_id": str(row["id"]), "letter": "privacy_erased"}
    await defer(connection, "privacy:tell", queue="mail", args=args)
    for clinic_id in row["clinics"] or [None]:
        await record(
            connection,
            at=now,
            actor_id=None,
            action="privacy:erase",
            thing="person",
            thing_id=row["person_id"],
            clinic_id=clinic_id,
            data={"certificate": certificate, "request": str(row["id"])},
        )
    return []


STEPS: tuple[tuple[str, Step], ...] = (
    ("set-aside", _set_aside),
    ("visits", _cancel),
    ("sign-out", _sign_out),
    ("blank", _blank),
    ("shred", _shred),
    ("certificate", _certify),
)
"""In this order; the name of the last one done stands in the request."""
