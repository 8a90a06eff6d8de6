"""Whether a clinic allows recording: read and changed. Where nothing was said, it does not."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.telehealth.recording import wire
from openvisit.platform.db import Connection, execute, fetch_one


@dataclass(frozen=True, slots=True)
class Rules:
    """A clinic's rules."""

    allowed: bool = False
    keep_days: int = 365


async def rules_of(connection: Connection, clinic_id: UUID) -> Rules:
    """The clinic's rules."""
    row = await fetch_one(connection, "SELECT * FROM recording_rules WHERE clinic_id = %(id)s", {"id": clinic_id})
    return Rules(row["allowed"], row["keep_days"]) if row else Rules()


async def told(connection: Connection, actor: Actor, clinic_id: UUID) -> wire.RecordingRules:
    """The rules, for who works there. Errors: Forbidden."""
    _refuse(actor, clinic_id, "recording-rules:read")
    rules = await rules_of(connection, clinic_id)
    return wire.RecordingRules(rules.allowed, rules.keep_days)


async def change(
    connection: Connection, actor: Actor, clinic_id: UUID, body: wire.RecordingRules, now: datetime
) -> wire.RecordingRules:
    """Set the rules, in the caller's transaction. Recordings that are kept already stay as long as was told then.

    Errors: Forbidden.
    """
    _refuse(actor, clinic_id, "recording-rules:edit")
    await execute(
        connection,
        """INSERT INTO recording_rules (clinic_id, allowed, keep_days)
           VALUES (%(clinic_id)s, %(allowed)s, %(keep_days)s)
           ON CONFLICT (clinic_id) DO UPDATE SET allowed = excluded.allowed, keep_days = excluded.keep_days""",
        {"clinic_id": clinic_id, "allowed": body.allowed, "keep_days": body.keep_days},
    )
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="recording-rules:edit",
        thing="clinic",
        thing_id=clinic_id,
        clinic_id=clinic_id,
        data={"allowed": body.allowed, "keep_days": body.keep_days},
    )
    return body


def _refuse(actor: Actor, clinic_id: UUID, permission: str) -> None:
    if not allowed(actor, permission, Target(clinic_id=clinic_id)):
        raise Forbidden
