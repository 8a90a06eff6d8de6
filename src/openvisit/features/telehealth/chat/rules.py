"""Each clinic's rules for conversations, and whether one can be written in now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from openvisit.core.appointment import Mode
from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.telehealth.chat import wire
from openvisit.platform.db import Connection, execute, fetch_one

OVER = frozenset({"cancelled", "no-show", "requested"})
"""Visits in whose conversation nothing is written: called off, never held, or not agreed to yet."""


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when one can write."""

    opens_at: datetime | None
    closes_at: datetime
    open: bool


def window(rules: wire.ChatRules, visit: Any, now: datetime) -> Window:
    """When the visit's conversation is open. The bounds belong to it."""
    before = rules.hours_before
    opens_at = None if before is None else visit["starts_at"] - timedelta(hours=before)
    closes_at = visit["ends_at"] + timedelta(hours=rules.hours_after)
    held = visit["mode"] == Mode.TELEHEALTH and visit["status"] not in OVER
    return Window(opens_at, closes_at, held and (opens_at is None or opens_at <= now) and now <= closes_at)


async def rules_of(connection: Connection, clinic_id: UUID) -> wire.ChatRules:
    """The clinic's rules, the usual ones where it set none."""
    row = await fetch_one(
        connection,
        """SELECT hours_before, hours_after, history, file_megabytes FROM chat_rules
           WHERE clinic_id = %(id)s""",
        {"id": clinic_id},
    )
    return wire.ChatRules(**row) if row else wire.ChatRules()


async def told(connection: Connection, actor: Actor, clinic_id: UUID) -> wire.ChatRules:
    """The rules, for the clinic's people. Errors: Forbidden."""
    _refuse(actor, clinic_id, "chat-rules:read")
    return await rules_of(connection, clinic_id)


async def change(
    connection: Connection, actor: Actor, clinic_id: UUID, body: wire.ChatRules, now: datetime
) -> wire.ChatRules:
    """Set the rules, in the caller's transaction. Errors: Forbidden."""
    _refuse(actor, clinic_id, "chat-rules:edit")
    values = msgspec.structs.asdict(body)
    await execute(
        connection,
        """INSERT INTO chat_rules (clinic_id, hours_before, hours_after, history, file_megabytes)
           VALUES (%(clinic_id)s, %(hours_before)s, %(hours_after)s, %(history)s, %(file_megabytes)s)
           ON CONFLICT (clinic_id) DO UPDATE SET hours_before = excluded.hours_before,
               hours_after = excluded.hours_after, history = excluded.history,
               file_megabytes = excluded.file_megabytes""",
        {"clinic_id": clinic_id, **values},
    )
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="chat-rules:edit",
        thing="clinic",
        thing_id=clinic_id,
        clinic_id=clinic_id,
        data=values,
    )
    return await told(connection, actor, clinic_id)


def _refuse(actor: Actor, clinic_id: UUID, permission: str) -> None:
    if not allowed(actor, permission, Target(clinic_id=clinic_id)):
        raise Forbidden
