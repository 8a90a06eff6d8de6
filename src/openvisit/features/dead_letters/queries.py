"""Reading dead letters: an admin sees those of their clinics' visits, and those that name no visit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import ADMIN, Actor, allowed
from openvisit.features.audit.commands import record
from openvisit.features.dead_letters import wire
from openvisit.features.dead_letters.errors import DeadLetterNotFound
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one
from openvisit.platform.pipeline.dead_letters import BODY

_COLUMNS = """id, consumer, reason, at, event_id, type, subject, clinic_id, size, whole,
    CASE WHEN replayed_at IS NOT NULL THEN 'replayed' WHEN dismissed_at IS NOT NULL THEN 'dismissed'
         ELSE 'waiting' END AS state,
    COALESCE(replayed_at, dismissed_at) AS closed_at"""
_MINE = "(clinic_id IS NULL OR clinic_id = ANY(%(clinics)s))"


async def letters(
    connection: Connection, actor: Actor, *, state: wire.State | None, after: UUID | None, limit: int
) -> wire.DeadLetters:
    """A page of them, the newest first. Their ids grow with time. Errors: Forbidden."""
    refuse(actor, "dead-letter:read")
    values: dict[str, Any] = {"clinics": actor.clinics(ADMIN), "state": state, "after": after, "limit": limit + 1}
    rows = await fetch_all(
        connection,
        f"""SELECT * FROM (SELECT {_COLUMNS} FROM dead_letter WHERE {_MINE}) letter
            WHERE (%(state)s::text IS NULL OR state = %(state)s) AND (%(after)s::uuid IS NULL OR id < %(after)s)
            ORDER BY id DESC LIMIT %(limit)s""",
        values,
    )
    waiting = await fetch_one(
        connection,
        f"SELECT count(*) AS n FROM dead_letter WHERE {_MINE} AND replayed_at IS NULL AND dismissed_at IS NULL",
        values,
    )
    page = [shown(row) for row in rows[:limit]]
    return wire.DeadLetters(page, waiting["n"] if waiting else 0, page[-1].id if len(rows) > limit else None)


async def body(connection: Connection, vault: Vault, actor: Actor, id_: UUID, now: datetime) -> wire.DeadLetterBody:
    """The message itself; that it was looked at is in the audit. Errors: DeadLetterNotFound."""
    row = await one(connection, actor, "dead-letter:read", id_)
    sealed = await fetch_one(connection, "SELECT body FROM dead_letter WHERE id = %(id)s", {"id": id_})
    if sealed is None:
        raise DeadLetterNotFound
    await note(connection, actor, "dead-letter:read", row, now)
    opened = vault.open_bytes(sealed["body"], BODY, id_)
    return wire.DeadLetterBody(id_, opened.decode("utf-8", errors="replace").replace("\x00", "\ufffd"))


async def one(connection: Connection, actor: Actor, permission: str, id_: UUID) -> Row:
    """A dead letter the actor may see, locked until the transaction ends. Errors: Forbidden, DeadLetterNotFound."""
    refuse(actor, permission)
    row = await fetch_one(
        connection,
        f"SELECT {_COLUMNS} FROM dead_letter WHERE id = %(id)s AND {_MINE} FOR UPDATE",
        {"id": id_, "clinics": actor.clinics(ADMIN)},
    )
    if row is None:
        raise DeadLetterNotFound
    return row


def refuse(actor: Actor, permission: str) -> None:
    """Errors: Forbidden, for whoever is nobody's admin."""
    if not allowed(actor, permission):
        raise Forbidden


async def note(connection: Connection, actor: Actor, action: str, row: Row, now: datetime) -> None:
    """Write into the audit what was done with it."""
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action=action,
        thing="dead-letter",
        thing_id=row["id"],
        clinic_id=row["clinic_id"],
        acting_as="admin",
        reason="operations",
        data={"consumer": row["consumer"], "reason": row["reason"]},
    )


def shown(row: Row) -> wire.DeadLetter:
    """A row as it is answered."""
    return wire.DeadLetter(**{name: row[name] for name in wire.DeadLetter.__struct_fields__})
