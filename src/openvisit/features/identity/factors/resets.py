"""An admin's reset of a lost second factor: asked for, told to the person, done after a delay unless it is stopped.

The delay is what protects the person: whoever talks an admin into a reset, or an admin who means harm, has to wait
while the person is told by mail and can stop it by the link in it, or by signing in with the factor once.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.identity.errors import UnknownPerson
from openvisit.features.identity.factors import prove, wire
from openvisit.features.identity.factors.errors import NoFactor, NotForOneself, ResetPending, UnknownReset
from openvisit.features.identity.factors.notices import tell_later
from openvisit.features.identity.sessions import end_all_sessions
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.jobs import defer

_SHOWN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ResetRules:
    """How long a reset waits."""

    delay: timedelta


async def ask(
    db: Database, rules: ResetRules, actor: Actor, person_id: UUID, clinic_id: UUID, *, now: datetime
) -> wire.FactorReset:
    """Let a reset wait. Errors: Forbidden, UnknownPerson, NotForOneself, NoFactor, ResetPending."""
    if not allowed(actor, "factor:reset", Target(clinic_id=clinic_id)):
        raise Forbidden
    async with db.transaction(as_system="whether another person has a second factor to reset") as connection:
        await _of_the_clinic(connection, person_id, clinic_id)
        if person_id == actor.person_id:
            raise NotForOneself
        if not (await prove.held(connection, person_id)).factor:
            raise NoFactor
        id_ = new_id()
        asked = await execute(
            connection,
            """INSERT INTO factor_reset (id, person_id, clinic_id, requested_by, requested_at, due_at)
               VALUES (%(id)s, %(person_id)s, %(clinic_id)s, %(by)s, %(now)s, %(due_at)s)
               ON CONFLICT (person_id) WHERE ended_at IS NULL DO NOTHING""",
            {
                "id": id_,
                "person_id": person_id,
                "clinic_id": clinic_id,
                "by": actor.person_id,
                "now": now,
                "due_at": now + rules.delay,
            },
        )
        if not asked:
            raise ResetPending
        await defer(connection, "identity:tell_reset", queue="mail", args={"reset_id": str(id_)})
        await _record(connection, now, actor.person_id, person_id, clinic_id, "asked")
        return _reset(await _one(connection, id_))


async def cancel(db: Database, actor: Actor, person_id: UUID, clinic_id: UUID, *, now: datetime) -> None:
    """Let an admin of the clinic that asked take it back. Errors: Forbidden, UnknownReset."""
    if not allowed(actor, "factor:reset", Target(clinic_id=clinic_id)):
        raise Forbidden
    async with db.transaction() as connection:
        ended = await fetch_one(
            connection,
            """UPDATE factor_reset SET ended_at = %(now)s, ended_how = 'cancelled', ended_by = %(by)s
               WHERE person_id = %(person_id)s AND clinic_id = %(clinic_id)s AND ended_at IS NULL RETURNING id""",
            {"now": now, "by": actor.person_id, "person_id": person_id, "clinic_id": clinic_id},
        )
        if ended is None:
            raise UnknownReset
        await tell_later(connection, person_id, "factor_reset_stopped", now)
        await _record(connection, now, actor.person_id, person_id, clinic_id, "cancelled")


async def stop(db: Database, token: str, *, now: datetime) -> None:
    """Stop a reset by the mailed link. Errors: UnknownReset."""
    async with db.transaction() as connection:
        ended = await fetch_one(
            connection,
            """UPDATE factor_reset SET ended_at = %(now)s, ended_how = 'stopped', ended_by = person_id
               WHERE stop_hash = %(hash)s AND ended_at IS NULL RETURNING person_id, clinic_id""",
            {"now": now, "hash": _digest(token)},
        )
        if ended is None:
            raise UnknownReset
        await tell_later(connection, ended["person_id"], "factor_reset_stopped", now)
        await _record(connection, now, ended["person_id"], ended["person_id"], ended["clinic_id"], "stopped")


async def end_by_sign_in(connection: Connection, person_id: UUID, now: datetime) -> None:
    """The factor is not lost: it was just used. Ends what waits, in the caller's transaction."""
    ended = await fetch_one(
        connection,
        """UPDATE factor_reset SET ended_at = %(now)s, ended_how = 'signed-in', ended_by = person_id
           WHERE person_id = %(person_id)s AND ended_at IS NULL RETURNING clinic_id""",
        {"now": now, "person_id": person_id},
    )
    if ended is not None:
        await tell_later(connection, person_id, "factor_reset_stopped", now)
        await _record(connection, now, person_id, person_id, ended["clinic_id"], "signed-in")


async def do_due(db: Database, *, now: datetime) -> list[UUID]:
    """Do the resets whose time has come, each in a transaction of its own; whose they were."""
    done: list[UUID] = []
    while True:
        async with db.transaction() as connection:
            # The guarded update and the lock let one of several workers do it, and a person who signs in now be first.
            row = await fetch_one(
                connection,
                """UPDATE factor_reset SET ended_at = %(now)s, ended_how = 'done'
                   WHERE id = (SELECT id FROM factor_reset WHERE ended_at IS NULL AND due_at <= %(now)s
                               ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
                   RETURNING person_id, clinic_id, requested_by""",
                {"now": now},
            )
            if row is None:
                return done
            await forget_factors(connection, row["person_id"])
            await end_all_sessions(connection, row["person_id"], "factor-reset", now)
            await tell_later(connection, row["person_id"], "factor_reset_done", now)
            await _record(connection, now, row["requested_by"], row["person_id"], row["clinic_id"], "done")
        done.append(row["person_id"])


async def forget_factors(connection: Connection, person_id: UUID) -> None:
    """Drop every second factor of a person, in the caller's transaction."""
    for table in ("totp", "passkey", "recovery_code", "factor_ticket"):
        await execute(connection, f"DELETE FROM {table} WHERE person_id = %(id)s", {"id": person_id})


async def of_clinic(connection: Connection, actor: Actor, clinic_id: UUID, now: datetime) -> wire.FactorResets:
    """What waits at a clinic, and what ended lately, newest first. Errors: Forbidden."""
    if not allowed(actor, "factor:reset", Target(clinic_id=clinic_id)):
        raise Forbidden
    rows = await fetch_all(
        connection,
        f"""{_RESET} WHERE r.clinic_id = %(clinic_id)s AND (r.ended_at IS NULL OR r.ended_at > %(since)s)
            ORDER BY r.requested_at DESC, r.id LIMIT 200""",
        {"clinic_id": clinic_id, "since": now - _SHOWN},
    )
    return wire.FactorResets([_reset(row) for row in rows])


async def stop_secret(connection: Connection, reset_id: UUID) -> tuple[str, Row] | None:
    """A secret to stop a reset by, in the place of the one before, and the reset; None when it waits no more."""
    secret = secrets.token_urlsafe(32)
    row = await fetch_one(
        connection,
        """UPDATE factor_reset SET stop_hash = %(hash)s FROM clinic
           WHERE factor_reset.id = %(id)s AND ended_at IS NULL AND clinic.id = factor_reset.clinic_id
           RETURNING person_id, due_at, clinic.name AS clinic""",
        {"id": reset_id, "hash": _digest(secret)},
    )
    return (secret, row) if row else None


_RESET = """SELECT r.id, r.person_id, p.full_name AS person, asker.full_name AS requested_by, r.requested_at, r.due_at,
                   r.ended_at, r.ended_how
            FROM factor_reset r JOIN person p ON p.id = r.person_id JOIN person asker ON asker.id = r.requested_by"""


async def _one(connection: Connection, id_: UUID) -> Row:
    row = await fetch_one(connection, f"{_RESET} WHERE r.id = %(id)s", {"id": id_})
    assert row is not None  # noqa: S101 - just inserted
    return row


def _reset(row: Row) -> wire.FactorReset:
    return wire.FactorReset(**row)


async def _of_the_clinic(connection: Connection, person_id: UUID, clinic_id: UUID) -> None:
    """Errors: UnknownPerson for who neither works at the clinic nor is known to it as a patient."""
    row = await fetch_one(
        connection,
        # `clinic_patient` is the directory's, read by its name as in `identity.queries`.
        """SELECT EXISTS (SELECT FROM role WHERE person_id = %(person_id)s AND clinic_id = %(clinic_id)s)
               OR EXISTS (SELECT FROM clinic_patient known JOIN patient ON patient.id = known.patient_id
                          WHERE patient.person_id = %(person_id)s AND known.clinic_id = %(clinic_id)s) AS known""",
        {"person_id": person_id, "clinic_id": clinic_id},
    )
    if row is None or not row["known"]:
        raise UnknownPerson


async def _record(
    connection: Connection, now: datetime, actor_id: UUID, person_id: UUID, clinic_id: UUID, what: str
) -> None:
    await record(
        connection,
        at=now,
        actor_id=actor_id,
        action="factor:reset",
        thing="person",
        thing_id=person_id,
        clinic_id=clinic_id,
        data={"reset": what},
    )


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
