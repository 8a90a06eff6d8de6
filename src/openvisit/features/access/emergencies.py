"""Breaking the glass: a clinician opens a record that is closed to them, says why, and everybody concerned is told.

The access is to read, for a short while. Whom it concerns: the clinic's privacy officers at once, the patient by mail
and in the list of who looked at their record, and the privacy officer who reviews it afterwards.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.errors import Forbidden, Invalid
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.access import queries, wire
from openvisit.features.access.errors import EmergencyNotFound, NoSuchRecord, TooManyEmergencies
from openvisit.features.audit.commands import record
from openvisit.features.identity.addresses import normalise
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.jobs import defer
from openvisit.platform.realtime import Live


@dataclass(frozen=True, slots=True)
class EmergencyRules:
    """How long a record stays open, and how many one person may break open in 24 hours."""

    minutes: int
    per_day: int


_WHY = "whoever breaks a record open does not have it yet"


async def open_record(
    db: Database,
    vault: Vault,
    live: Live,
    tokens: TokenService,
    rules: EmergencyRules,
    actor: Actor,
    asked: wire.EmergencyRequest,
    *,
    now: datetime,
) -> wire.Emergency:
    """Break a record open. A record that the caller has open already stays as it is.

    Errors: Forbidden, Invalid, NoSuchRecord, TooManyEmergencies.
    """
    if not allowed(actor, "emergency:open", Target(clinic_id=asked.clinic_id)):
        raise Forbidden
    async with db.transaction(as_system=_WHY) as connection:
        # One at a time for each clinician, so that the limit of the day is one.
        await execute(connection, "SELECT FROM person WHERE id = %(id)s FOR NO KEY UPDATE", {"id": actor.person_id})
        await _refuse_too_many(connection, rules, actor, now)
        patient = await _patient(connection, vault, asked)
        there = await fetch_one(
            connection,
            """SELECT id FROM emergency_access WHERE person_id = %(by)s AND patient_id = %(patient_id)s
               AND ended_at IS NULL AND expires_at > %(now)s""",
            {"by": actor.person_id, "patient_id": patient["id"], "now": now},
        )
        emergency_id = there["id"] if there else new_id()
        if there is None:
            await _insert(connection, vault, rules, actor, asked, emergency_id, patient, now)
        row = await queries.emergency_row(connection, emergency_id)
        answer = queries.emergency(row, vault, now, notes=False)
    tokens.changed(actor.person_id)
    live.publish(f"clinic:{asked.clinic_id}", f"person:{patient['person_id']}")
    return answer


async def end(db: Database, tokens: TokenService, actor: Actor, emergency_id: UUID, *, now: datetime) -> None:
    """Close the record again before its time: whoever opened it, or who reviews. Twice is fine.

    Errors: EmergencyNotFound.
    """
    async with db.transaction(as_system=_WHY) as connection:
        row = await queries.emergency_row(connection, emergency_id)
        if row is None or not (
            row["person_id"] == actor.person_id
            or allowed(actor, "emergency:review", Target(clinic_id=row["clinic_id"]))
        ):
            raise EmergencyNotFound
        changed = await execute(
            connection,
            "UPDATE emergency_access SET ended_at = %(now)s WHERE id = %(id)s AND ended_at IS NULL",
            {"id": emergency_id, "now": now},
        )
        if changed:
            await _record(connection, actor, "emergency:end", emergency_id, row["patient_id"], row["clinic_id"], now)
    tokens.changed(row["person_id"])


async def review(
    db: Database,
    vault: Vault,
    tokens: TokenService,
    actor: Actor,
    emergency_id: UUID,
    asked: wire.Review,
    *,
    now: datetime,
) -> wire.Emergency:
    """Say whether it was justified; nobody reviews their own. What is not justified is closed at once.

    Errors: EmergencyNotFound, Forbidden.
    """
    async with db.transaction(as_system=_WHY) as connection:
        row = await queries.emergency_row(connection, emergency_id)
        if row is None or not allowed(actor, "emergency:review", Target(clinic_id=row["clinic_id"])):
            raise EmergencyNotFound
        if row["person_id"] == actor.person_id:
            raise Forbidden("Somebody else has to review what you opened")
        keys = await vault.keys(connection, row["owner"])
        note = None if keys.erased else keys.seal(asked.note, "emergency_access.review_note", emergency_id)
        await execute(
            connection,
            """UPDATE emergency_access
               SET verdict = %(verdict)s, reviewed_at = %(now)s, reviewed_by = %(by)s, review_note = %(note)s,
                   ended_at = CASE WHEN %(verdict)s = 'not-justified' THEN coalesce(ended_at, %(now)s)
                              ELSE ended_at END
               WHERE id = %(id)s""",
            {"id": emergency_id, "verdict": asked.verdict, "now": now, "by": actor.person_id, "note": note},
        )
        await _record(
            connection,
            actor,
            "emergency:review",
            emergency_id,
            row["patient_id"],
            row["clinic_id"],
            now,
            verdict=asked.verdict,
        )
        answer = queries.emergency(await queries.emergency_row(connection, emergency_id), vault, now, notes=True)
    tokens.changed(row["person_id"])
    return answer


async def _patient(connection: Connection, vault: Vault, asked: wire.EmergencyRequest) -> Row:
    """The one patient who fits exactly. Errors: Invalid, NoSuchRecord."""
    if asked.email:
        condition, values = "p.email_index = %(index)s", {"index": vault.address_index(normalise(asked.email))}
    elif asked.full_name and asked.born_on:
        condition = "lower(p.full_name) = lower(%(full_name)s) AND patient.born_on = %(born_on)s"
        values = {"full_name": asked.full_name.strip(), "born_on": asked.born_on}  # type: ignore[dict-item]
    else:
        message = "an e-mail address, or a full name and a date of birth"
        raise Invalid(f"Say who it is: {message}", errors=[{"path": "body", "message": message}])
    rows = await fetch_all(
        connection,
        f"""SELECT patient.id, patient.person_id FROM patient JOIN person p ON p.id = patient.person_id
            WHERE p.active AND {condition} LIMIT 2""",
        values,
    )
    if len(rows) != 1:
        raise NoSuchRecord
    return rows[0]


async def _refuse_too_many(connection: Connection, rules: EmergencyRules, actor: Actor, now: datetime) -> None:
    row = await fetch_one(
        connection,
        "SELECT count(*) AS n FROM emergency_access WHERE person_id = %(id)s AND opened_at > %(since)s",
        {"id": actor.person_id, "since": now - timedelta(hours=24)},
    )
    if row is not None and row["n"] >= rules.per_day:
        raise TooManyEmergencies


async def _insert(
    connection: Connection,
    vault: Vault,
    rules: EmergencyRules,
    actor: Actor,
    asked: wire.EmergencyRequest,
    emergency_id: UUID,
    patient: Row,
    now: datetime,
) -> None:
    keys = await vault.keys(connection, patient["person_id"])
    if keys.erased:
        raise NoSuchRecord
    await execute(
        connection,
        """INSERT INTO emergency_access (id, patient_id, person_id, clinic_id, reason, note, opened_at, expires_at)
           VALUES (%(id)s, %(patient_id)s, %(by)s, %(clinic_id)s, %(reason)s, %(note)s, %(now)s, %(expires_at)s)""",
        {
            "id": emergency_id,
            "patient_id": patient["id"],
            "by": actor.person_id,
            "clinic_id": asked.clinic_id,
            "reason": asked.reason,
            "note": keys.seal(asked.note, "emergency_access.note", emergency_id),
            "now": now,
            "expires_at": now + timedelta(minutes=rules.minutes),
        },
    )
    await _record(
        connection, actor, "emergency:open", emergency_id, patient["id"], asked.clinic_id, now, why=asked.reason
    )
    await defer(connection, "access:tell_of_emergency", queue="mail", args={"emergency_id": str(emergency_id)})


async def _record(
    connection: Connection,
    actor: Actor,
    action: str,
    emergency_id: UUID,
    patient_id: UUID,
    clinic_id: UUID,
    now: datetime,
    **data: str,
) -> None:
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action=action,
        thing="emergency",
        thing_id=emergency_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        acting_as=next((r for r in ("provider", "staff", "admin") if actor.holds(clinic_id, r)), None),
        reason="emergency",
        data=data,
    )
