"""Sessions: opened by signing in, kept alive by a refresh token that changes at each use, ended for good.

The refresh token is 32 random bytes in a cookie; the database knows its digest alone. Each use answers with a new
one. An old one used again means that two parties hold the same cookie: nobody can tell which is the thief, so the
whole session ends (OAuth 2.0 Security Best Current Practice, RFC 9700 section 4.14.2).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.errors import Unauthenticated
from openvisit.core.ids import new_id
from openvisit.features.audit.commands import record
from openvisit.features.identity.tokens import Session, TokenService
from openvisit.platform.db import Connection, Database, execute, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class Opened:
    """A session and the refresh token that renews it next."""

    session: Session
    refresh_token: str


async def open_session(connection: Connection, person_id: UUID, *, now: datetime, days: int, user_agent: str) -> Opened:
    """A new session with an id of its own, in the caller's transaction."""
    session = Session(new_id(), person_id)
    await execute(
        connection,
        """INSERT INTO session (id, person_id, created_at, expires_at, user_agent)
           VALUES (%(id)s, %(person_id)s, %(now)s, %(expires_at)s, %(user_agent)s)""",
        {
            "id": session.id,
            "person_id": person_id,
            "now": now,
            "expires_at": now + timedelta(days=days),
            "user_agent": "".join(c for c in user_agent if c.isprintable())[:200],
        },
    )
    await record(connection, at=now, actor_id=person_id, action="session:open", thing="session", thing_id=session.id)
    return Opened(session, await _new_token(connection, session.id, now, days))


async def refresh(db: Database, tokens: TokenService, token: str | None, *, now: datetime, days: int) -> Opened:
    """Renew the session; the token given is spent.

    Errors: Unauthenticated when there is no such session any more; a token spent before ends the session.
    """
    if not token:
        raise Unauthenticated
    async with db.transaction() as connection:
        values = {"token": _digest(token), "now": now, "expires_at": now + timedelta(days=days)}
        # The guarded update lets one of two uses win; the other finds the token spent.
        spent = await fetch_one(
            connection,
            """WITH spent AS (
                   UPDATE refresh_token SET used_at = %(now)s
                   WHERE token_hash = %(token)s AND used_at IS NULL AND expires_at > %(now)s
                   RETURNING session_id)
               UPDATE session SET expires_at = %(expires_at)s
               FROM spent, person
               WHERE session.id = spent.session_id AND session.revoked_at IS NULL AND session.expires_at > %(now)s
                     AND person.id = session.person_id AND person.active
               RETURNING session.id, session.person_id""",
            values,
        )
        if spent is not None:
            session = Session(spent["id"], spent["person_id"])
            return Opened(session, await _new_token(connection, session.id, now, days))
        reused = await fetch_one(
            connection,
            """SELECT s.id, s.person_id FROM refresh_token t JOIN session s ON s.id = t.session_id
               WHERE t.token_hash = %(token)s AND t.used_at IS NOT NULL""",
            values,
        )
        if reused is not None:
            await _revoke(connection, reused["id"], reused["person_id"], "reuse", now)
    if reused is not None:
        tokens.changed(reused["person_id"])
    raise Unauthenticated("The session has ended")


async def end_session(
    db: Database, tokens: TokenService, *, session_id: UUID | None, token: str | None, now: datetime
) -> None:
    """End the session of the access token and the session of the refresh token; harmless when there is none."""
    async with db.transaction() as connection:
        sessions = await fetch_all(
            connection,
            """SELECT id, person_id FROM session WHERE id = %(session_id)s
               UNION
               SELECT s.id, s.person_id FROM refresh_token t JOIN session s ON s.id = t.session_id
               WHERE t.token_hash = %(token)s""",
            {"session_id": session_id, "token": _digest(token or "")},
        )
        for session in sessions:
            await _revoke(connection, session["id"], session["person_id"], "logout", now)
    for session in sessions:
        tokens.changed(session["person_id"])


async def end_all_sessions(connection: Connection, person_id: UUID, because: str, now: datetime) -> None:
    """End every session of a person, in the caller's transaction; call `tokens.changed` after it."""
    await execute(
        connection,
        """UPDATE session SET revoked_at = %(now)s, revoked_because = %(because)s
           WHERE person_id = %(person_id)s AND revoked_at IS NULL""",
        {"person_id": person_id, "because": because, "now": now},
    )


async def _revoke(connection: Connection, session_id: UUID, person_id: UUID, because: str, now: datetime) -> None:
    ended = await execute(
        connection,
        """UPDATE session SET revoked_at = %(now)s, revoked_because = %(because)s
           WHERE id = %(id)s AND revoked_at IS NULL""",
        {"id": session_id, "because": because, "now": now},
    )
    if ended:
        await record(
            connection,
            at=now,
            actor_id=person_id,
            action="session:end",
            thing="session",
            thing_id=session_id,
            data={"because": because},
        )


async def _new_token(connection: Connection, session_id: UUID, now: datetime, days: int) -> str:
    token = secrets.token_urlsafe(32)
    await execute(
        connection,
        """INSERT INTO refresh_token (token_hash, session_id, issued_at, expires_at)
           VALUES (%(hash)s, %(session_id)s, %(now)s, %(expires_at)s)""",
        {"hash": _digest(token), "session_id": session_id, "now": now, "expires_at": now + timedelta(days=days)},
    )
    return token


def _digest(token: str) -> bytes:
    # Plain SHA-256 is enough for 256 random bits; slow hashes are for what people choose.
    return hashlib.sha256(token.encode()).digest()
