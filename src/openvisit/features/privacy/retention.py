"""Retention: what has been kept long enough goes, by each clinic's rules. A dry run counts the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.retention import years_after
from openvisit.features.audit.commands import record
from openvisit.features.privacy import policy, wire
from openvisit.platform.db import Connection, Database, execute, fetch_all, fetch_one

BATCH = 500
UNPROVED = timedelta(days=30)
CLOSED_REQUESTS = timedelta(days=3 * 365)
EVENTS = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes: rows of `table` for which `old` holds, with %(before)s and, of a clinic, %(clinic_id)s.

    `remove` is what happens to each batch of their ids: a statement over %(ids)s; empty for what needs code.
    """

    name: str
    table: str
    old: str
    remove: Sequence[str]
    key: str = "id"


_OVER = "a.clinic_id = %(clinic_id)s AND a.ends_at < %(before)s AND a.status IN ('completed', 'cancelled', 'no-show')"
_LATEST = """NOT EXISTS (SELECT FROM appointment later WHERE later.patient_id = a.patient_id
                 AND later.clinic_id = a.clinic_id AND later.ends_at >= %(before)s)"""
_CHILD = """NOT EXISTS (SELECT FROM patient pt WHERE pt.id = a.patient_id
                AND pt.born_on + interval '18 years' >= %(before)s)"""

VISIT_TEXT = Rule(
    "visit-text",
    "appointment a",
    # The years count from the last visit at the clinic, for children from when they were of age. Text that is gone
    # already is marked by its emptiness, so that it is not counted again.
    f"{_OVER} AND {_LATEST} AND {_CHILD} AND octet_length(a.reason) > 0",
    (
        """UPDATE appointment SET reason = ''::bytea, accommodations = ''::bytea, closed_reason = NULL
           WHERE id = ANY(%(ids)s)""",
        "DELETE FROM visit_addendum WHERE appointment_id = ANY(%(ids)s)",
        "DELETE FROM visit_note WHERE appointment_id = ANY(%(ids)s)",
        "UPDATE visit_rating SET comment = NULL WHERE appointment_id = ANY(%(ids)s)",
    ),
    "a.id",
)
PRICES = Rule(
    "visit-price",
    "appointment a",
    f"{_OVER} AND a.price_minor IS NOT NULL",
    ("UPDATE appointment SET price_minor = NULL, price_currency = NULL WHERE id = ANY(%(ids)s)",),
    "a.id",
)
MESSAGES = Rule(
    "messages",
    "scheduled_reminder s",
    "s.clinic_id = %(clinic_id)s AND s.due_at < %(before)s",
    ("DELETE FROM scheduled_reminder WHERE id = ANY(%(ids)s)",),
    "s.id",
)
RETAINED = Rule(
    "retained-records",
    "retained_record r",
    "r.clinic_id = %(clinic_id)s AND r.keep_until < %(before)s",
    ("DELETE FROM retained_record WHERE id = ANY(%(ids)s)",),
    "r.id",
)
EXPORTS = Rule(
    "exports",
    "privacy_export e",
    "e.expires_at < %(before)s",
    ("DELETE FROM privacy_export WHERE request_id = ANY(%(ids)s)",),
    "e.request_id",
)
REQUESTS = Rule(
    "closed-requests",
    "privacy_request r",
    """r.status IN ('done', 'cancelled') AND r.done_at < %(before)s
       AND NOT EXISTS (SELECT FROM retained_record k WHERE k.request_id = r.id)""",
    (
        "DELETE FROM privacy_export WHERE request_id = ANY(%(ids)s)",
        "DELETE FROM privacy_request WHERE id = ANY(%(ids)s)",
    ),
    "r.id",
)
PERSONS = Rule(
    "unproved-accounts",
    "person p",
    # Somebody typed an address and never proved it; a clinic's own entries (linked, invited, with visits) stay.
    """p.verified_at IS NULL AND p.active AND p.created_at < %(before)s
       AND NOT EXISTS (SELECT FROM role r WHERE r.person_id = p.id)
       AND NOT EXISTS (SELECT FROM provider v WHERE v.person_id = p.id)
       AND NOT EXISTS (SELECT FROM privacy_request q WHERE q.person_id = p.id)
       AND NOT EXISTS (SELECT FROM email_change e WHERE e.person_id = p.id)
       AND NOT EXISTS (SELECT FROM session s WHERE s.person_id = p.id)
       AND NOT EXISTS (SELECT FROM patient t WHERE t.person_id = p.id
           AND (EXISTS (SELECT FROM clinic_patient c WHERE c.patient_id = t.id)
                OR EXISTS (SELECT FROM consent_event c WHERE c.patient_id = t.id)
                OR EXISTS (SELECT FROM appointment a WHERE a.patient_id = t.id)))""",
    (
        "DELETE FROM email_code WHERE person_id = ANY(%(ids)s)",
        "DELETE FROM patient WHERE person_id = ANY(%(ids)s)",
        # As for somebody erased: the row stays, empty, so that a backup does not bring the address back.
        "UPDATE keyring.data_key SET wrapped = ''::bytea, shredded_at = now() WHERE owner = ANY(%(ids)s)",
        "DELETE FROM person WHERE id = ANY(%(ids)s)",
    ),
    "p.id",
)
PAST_EVENTS = Rule("events", "event e", "e.at < %(before)s", ("DELETE FROM event WHERE id = ANY(%(ids)s)",), "e.id")
CODES = Rule(
    "codes",
    "email_code c",
    "c.expires_at < %(before)s",
    ("DELETE FROM email_code WHERE person_id = ANY(%(ids)s) AND expires_at < %(before)s",),
    "c.person_id",
)
SESSIONS = Rule(
    "sessions",
    "session s",
    "least(s.expires_at, s.revoked_at) < %(before)s",
    (
        "DELETE FROM refresh_token WHERE session_id = ANY(%(ids)s)",
        "DELETE FROM session WHERE id = ANY(%(ids)s)",
    ),
    "s.id",
)

Due = tuple[Rule, UUID | None, datetime]


async def due(connection: Connection, now: datetime) -> list[Due]:
    """Every rule with the clinic it is of and before when."""
    found: list[Due] = []
    for clinic_id, rules in (await policy.of_all(connection)).items():
        found += [
            (VISIT_TEXT, clinic_id, years_after(now, -rules.medical_years)),
            (PRICES, clinic_id, years_after(now, -rules.billing_years)),
            (MESSAGES, clinic_id, now - timedelta(days=30 * rules.message_months)),
            (RETAINED, clinic_id, now),
        ]
    return [
        *found,
        (EXPORTS, None, now),
        (REQUESTS, None, now - CLOSED_REQUESTS),
        (PERSONS, None, now - UNPROVED),
        (PAST_EVENTS, None, now - EVENTS),
        (CODES, None, now - timedelta(days=1)),
        (SESSIONS, None, now - timedelta(days=30)),
    ]


async def report(db: Database, now: datetime, clinic_id: UUID | None = None) -> wire.RetentionReport:
    """What a run would remove now; of one clinic alone when it is named."""
    lines = []
    async with db.connection() as connection:
        for rule, of, before in await due(connection, now):
            if clinic_id is not None and of != clinic_id:
                continue
            row = await fetch_one(
                connection,
                f"SELECT count(*) AS n FROM {rule.table} WHERE {rule.old}",
                _values(rule.old, of, before),
            )
            assert row is not None  # noqa: S101 - an aggregate has a row
            lines.append(wire.RetentionLine(rule.name, of, before, row["n"]))
    return wire.RetentionReport(lines)


async def report_for(db: Database, actor: Actor, clinic_id: UUID, now: datetime) -> wire.RetentionReport:
    """A clinic's own part of the report. Errors: Forbidden."""
    if not allowed(actor, "clinic-privacy:manage", Target(clinic_id=clinic_id)):
        raise Forbidden
    return await report(db, now, clinic_id)


async def run(db: Database, now: datetime) -> wire.RetentionReport:
    """Remove what is due, batch by batch, each in a transaction with its audit entry; the answer is what went."""
    lines = []
    async with db.connection() as connection:
        rules = await due(connection, now)
    for rule, clinic_id, before in rules:
        gone = 0
        while removed := await _batch(db, rule, clinic_id, before, now):
            gone += removed
            if removed < BATCH:
                break
        lines.append(wire.RetentionLine(rule.name, clinic_id, before, gone))
    return wire.RetentionReport(lines)


async def _batch(db: Database, rule: Rule, clinic_id: UUID | None, before: datetime, now: datetime) -> int:
    async with db.transaction() as connection:
        values = {**_values(rule.old, clinic_id, before), "batch": BATCH}
        rows = await fetch_all(
            connection, f"SELECT {rule.key} AS id FROM {rule.table} WHERE {rule.old} LIMIT %(batch)s", values
        )
        if not rows:
            return 0
        ids = [row["id"] for row in rows]
        for statement in rule.remove:
            await execute(connection, statement, {"ids": ids, **_values(statement, clinic_id, before)})
        await record(
            connection,
            at=now,
            actor_id=None,
            action="retention:run",
            thing="rule",
            thing_id=UUID(int=0),
            clinic_id=clinic_id,
            data={"rule": rule.name, "before": before.isoformat(), "count": len(ids)},
        )
    return len(ids)


def _values(query: str, clinic_id: UUID | None, before: datetime) -> dict[str, Any]:
    given = {"clinic_id": clinic_id, "before": before}
    return {name: value for name, value in given.items() if f"%({name})s" in query}
