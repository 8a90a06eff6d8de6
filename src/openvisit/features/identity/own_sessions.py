"""Where a person is signed in, and ending it there."""

from datetime import datetime
from uuid import UUID

from openvisit.core.permissions import Actor
from openvisit.features.identity import wire
from openvisit.features.identity.errors import UnknownSession
from openvisit.features.identity.lives import NOT_OVER
from openvisit.features.identity.sessions import end_others, revoke
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.db import Connection, Database, fetch_all


async def own_sessions(
    connection: Connection, tokens: TokenService, actor: Actor, now: datetime
) -> list[wire.OwnSession]:
    """The caller's sessions that are good now, the present one first, then by last use."""
    rows = await fetch_all(
        connection,
        f"""SELECT s.id, s.created_at, s.authenticated_at, s.device, s.place, s.amr,
                   CASE WHEN s.id = %(present)s THEN %(now)s ELSE s.last_seen_at END AS last_seen_at
            FROM session s WHERE s.person_id = %(person_id)s AND {NOT_OVER}
            ORDER BY s.id = %(present)s DESC, s.last_seen_at DESC, s.id""",
        {"person_id": actor.person_id, "present": actor.session_id, "now": now, **tokens.lives.values()},
    )
    return [
        wire.OwnSession(
            id=row["id"],
            current=row["id"] == actor.session_id,
            device=row["device"],
            place=row["place"],
            amr=row["amr"],
            signed_in_at=row["created_at"],
            authenticated_at=row["authenticated_at"],
            last_seen_at=row["last_seen_at"],
        )
        for row in rows
    ]


async def end_one(db: Database, tokens: TokenService, actor: Actor, session_id: UUID, *, now: datetime) -> None:
    """End one of the caller's sessions, in every process at once. Errors: UnknownSession."""
    async with db.transaction() as connection:
        if not await revoke(connection, session_id, actor.person_id, "revoked", now):
            raise UnknownSession
    tokens.changed(actor.person_id)


async def end_all_others(db: Database, tokens: TokenService, actor: Actor, *, now: datetime) -> int:
    """End all of the caller's sessions but the present one; how many there were."""
    async with db.transaction() as connection:
        ended = await end_others(connection, actor.person_id, actor.session_id, "revoked", now)
    tokens.changed(actor.person_id)
    return ended
