"""HTTP of dead letters."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter

from openvisit.core.permissions import Actor
from openvisit.features.dead_letters import commands, queries, wire
from openvisit.features.dead_letters.errors import DeadLetterClosed, DeadLetterCut, DeadLetterNotFound
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["operation"]
_State = Annotated[wire.State | None, QueryParameter(name="state", description="Those alone")]
_Limit = Annotated[int, QueryParameter(ge=1, le=200)]


@route(
    "GET", "/dead-letters", permission="dead-letter:read", summary="Events that a consumer could not take", tags=_TAGS
)
async def list_dead_letters(
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
    only: _State = None,
    after: FromQuery[UUID | None] = None,
    limit: _Limit = 50,
) -> wire.DeadLetters:
    """Newest first: those of the admin's clinics, and those that name no visit."""
    async with db.connection() as connection:
        return await queries.letters(connection, actor, state=only, after=after, limit=limit)


@route(
    "GET",
    "/dead-letters/{dead_letter_id:uuid}/body",
    permission="dead-letter:read",
    summary="The message as it came",
    can_fail=[DeadLetterNotFound],
    tags=_TAGS,
)
async def read_dead_letter(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    dead_letter_id: FromPath[UUID],
) -> wire.DeadLetterBody:
    """It may be anything; ours carry ids alone. That it was read is in the audit."""
    async with db.transaction() as connection:
        return await queries.body(connection, vault, actor, dead_letter_id, now)


@route(
    "POST",
    "/dead-letters/{dead_letter_id:uuid}/replay",
    permission="dead-letter:replay",
    summary="Send it to its consumer again",
    can_fail=[DeadLetterNotFound, DeadLetterClosed, DeadLetterCut],
    tags=_TAGS,
)
async def replay_dead_letter(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    dead_letter_id: FromPath[UUID],
) -> wire.DeadLetter:
    """It is taken at most once, however often it is sent."""
    return await commands.replay(db, actor, dead_letter_id, now)


@route(
    "POST",
    "/dead-letters/{dead_letter_id:uuid}/dismiss",
    permission="dead-letter:dismiss",
    summary="Close it without sending it again",
    can_fail=[DeadLetterNotFound, DeadLetterClosed],
    tags=_TAGS,
)
async def dismiss_dead_letter(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    dead_letter_id: FromPath[UUID],
) -> wire.DeadLetter:
    """What it told of is not acted on."""
    return await commands.dismiss(db, actor, dead_letter_id, now)


ROUTES: list[HTTPRouteHandler] = [list_dead_letters, read_dead_letter, replay_dead_letter, dismiss_dead_letter]

_LETTER = {
    "id": "0197a3c2-5d21-7c3e-9b1f-3f6f5d7a1d01",
    "consumer": "notifications",
    "reason": "unknown_type",
    "at": "2027-03-01T12:00:00Z",
    "event_id": "0197a3c2-5d21-7c3e-9b1f-3f6f5d7a1d02",
    "type": None,
    "subject": "0197a3c2-5d21-7c3e-9b1f-3f6f5d7a1d03",
    "size": 412,
    "whole": True,
    "state": "waiting",
    "closed_at": None,
}
EXAMPLES: dict[str, Any] = {
    "DeadLetter": _LETTER,
    "DeadLetters": {"items": [_LETTER], "waiting": 1, "next": None},
    "DeadLetterBody": {
        "id": _LETTER["id"],
        "body": '{"specversion": "1.0", "type": "appointment.teleported", "id": "0197a3c2"}',
    },
}
