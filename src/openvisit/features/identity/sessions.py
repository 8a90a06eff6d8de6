"""Sessions: opened by signing in, kept alive by a refresh token that changes at each use, ended for good.

The refresh token is 32 random bytes in a cookie; the database knows its digest alone. Each use answers with a new
one. An old one used again means that two parties hold the same cookie: nobody can tell which is the thief, so the
whole session ends (OAuth 2.0 Security Best Current Practice, RFC 9700 section 4.14.2).
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openvisit.core.errors import Unauthenticated
from openvisit.core.ids import new_id
from openvisit.features.audit.commands import record
from openvisit.features.identity.errors import SessionEnded
from openvisit.features.identity.lives import IDLE_FOR, NOT_OVER
from openvisit.features.identity.origins import Origin, printable
from openvisit.features.identity.tokens import Session, TokenService
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one
from openvisit.platform.jobs import defer


@dataclass(frozen=True, slots=True)
class Opened:
    """A session, the refresh token that renews it next, the secret by which the browser is known again, and whose
    session the browser had before, which has ended: call `tokens.changed` for them after the commit."""

    session: Session
    refresh_token: str
    browser: str | None = None
    before: UUID | None = None


async def open_session(
    connection: Connection,
    person_id: UUID,
    *,
    now: datetime,
    days: int,
    user_agent: str = "",
    amr: Sequence[str] = (),
    address: str = "",
    origin: Origin | None = None,
    enrolling: bool = False,
) -> Opened:
    """A new session with an id of its own, in the caller's transaction.

    `amr` tells how the person proved who they are (RFC 8176: `pwd`, `otp`, `hwk`, `mfa`; of our own `email`, a mailed
    code). With an `origin`, which says all that `user_agent` and `address` do, the browser is remembered; a person
    who has signed in before is mailed when theirs is a new one; the session in which the browser was before ends,
    whosever it was. A session that is `enrolling` may only set up a second factor.
    """
    came = origin or Origin(user_agent, address)
    session = Session(new_id(), person_id)
    known = await _browser(connection, person_id, origin, now) if origin else None
    await execute(
        connection,
        """INSERT INTO session (id, person_id, created_at, authenticated_at, last_seen_at, expires_at, amr, enrolling,
                                user_agent, device, place, address)
           VALUES (%(id)s, %(person_id)s, %(now)s, %(now)s, %(now)s, %(expires_at)s, %(amr)s::text[], %(enrolling)s,
                   %(user_agent)s, %(device)s, %(place)s, %(address)s)""",
        {
            "id": session.id,
            "person_id": person_id,
            "now": now,
            "expires_at": now + timedelta(days=days),
            "amr": list(amr),
            "enrolling": enrolling,
            "user_agent": printable(came.user_agent),
            "device": came.device,
            "place": came.place,
            "address": await came.sealed_address(connection, person_id, session.id),
        },
    )
    await record(connection, at=now, actor_id=person_id, action="session:open", thing="session", thing_id=session.id)
    if known is not None and known.worth_a_notice:
        args = {"person_id": str(person_id), "session_id": str(session.id)}
        await defer(connection, "identity:tell_new_device", queue="mail", args=args)
    before = await _end_former(connection, origin.refresh_token, now) if origin and origin.refresh_token else None
    token = await _new_token(connection, session.id, now, days)
    return Opened(session, token, known.secret if known else None, before)


async def _end_former(connection: Connection, refresh_token: str, now: datetime) -> UUID | None:
    """End the session that the browser's cookie is of, which the new one replaces; whose it was."""
    row = await fetch_one(
        connection,
        """SELECT s.id, s.person_id FROM refresh_token t JOIN session s ON s.id = t.session_id
           WHERE t.token_hash = %(token)s AND s.revoked_at IS NULL""",
        {"token": _digest(refresh_token)},
    )
    if row is None:
        return None
    await revoke(connection, row["id"], row["person_id"], "signed-in-again", now)
    person_id: UUID = row["person_id"]
    return person_id


@dataclass(frozen=True, slots=True)
class _Browser:
    secret: str
    worth_a_notice: bool


async def _browser(connection: Connection, person_id: UUID, origin: Origin, now: datetime) -> _Browser:
    """Remember the browser. It is worth a notice when the person signed in before, and never by this one."""
    secret = origin.browser_or_new()
    row = await fetch_one(
        connection,
        """WITH before AS (SELECT EXISTS (SELECT FROM session WHERE person_id = %(person_id)s)
                                  OR EXISTS (SELECT FROM known_device WHERE person_id = %(person_id)s) AS any)
           INSERT INTO known_device (person_id, browser_hash, first_seen_at, last_seen_at)
           VALUES (%(person_id)s, %(hash)s, %(now)s, %(now)s)
           ON CONFLICT (person_id, browser_hash) DO UPDATE SET last_seen_at = excluded.last_seen_at
           RETURNING (xmax = 0) AS new, (SELECT before.any FROM before) AS signed_in_before""",
        {"person_id": person_id, "hash": _digest(secret), "now": now},
    )
    assert row is not None  # noqa: S101 - either branch returns the row
    return _Browser(secret, row["new"] and row["signed_in_before"])


async def refresh(db: Database, tokens: TokenService, token: str | None, *, now: datetime, days: int) -> Opened:
    """Renew the session; the token given is spent.

    Errors: SessionEnded, which says why, for a session that is over; a token spent before ends its session.
    Unauthenticated for a token nobody knows.
    """
    if not token:
        raise Unauthenticated
    async with db.transaction() as connection:
        values = {
            "token": _digest(token),
            "now": now,
            "expires_at": now + timedelta(days=days),
            **tokens.lives.values(),
        }
        # The guarded update lets one of two uses win; the other finds the token spent.
        row = await fetch_one(
            connection,
            f"""WITH spent AS (
                    UPDATE refresh_token SET used_at = %(now)s
                    WHERE token_hash = %(token)s AND used_at IS NULL AND expires_at > %(now)s
                    RETURNING session_id),
                renewed AS (
                    UPDATE session s SET expires_at = %(expires_at)s, last_seen_at = %(now)s
                    FROM spent, person
                    WHERE s.id = spent.session_id AND {NOT_OVER} AND person.id = s.person_id AND person.active
                    RETURNING s.id, s.person_id)
                SELECT renewed.id, renewed.person_id, spent.session_id IS NOT NULL AS spent
                FROM (SELECT) nothing LEFT JOIN spent ON true LEFT JOIN renewed ON true""",
            values,
        )
        if row is not None and row["id"] is not None:
            session = Session(row["id"], row["person_id"])
            return Opened(session, await _new_token(connection, session.id, now, days))
        over = await _over(connection, values)
        if over is None:
            raise Unauthenticated
        because = over["because"] if row is not None and row["spent"] else over["because_of_token"]
        if over["revoked_because"] is None:
            await revoke(connection, over["id"], over["person_id"], because, now)
    tokens.changed(over["person_id"])
    raise SessionEnded(because=over["revoked_because"] or because)


async def _over(connection: Connection, values: Mapping[str, Any]) -> Row | None:
    """The session of a refresh token that did not renew it, and why: by itself, and by the token, which has run out
    or, when it was spent before, may be in two hands."""
    return await fetch_one(
        connection,
        f"""SELECT s.id, s.person_id, s.revoked_because,
                   CASE WHEN s.last_seen_at <= %(now)s - {IDLE_FOR} THEN 'idle' ELSE 'expired' END AS because,
                   CASE WHEN t.used_at IS NOT NULL THEN 'reuse' ELSE 'idle' END AS because_of_token
            FROM refresh_token t JOIN session s ON s.id = t.session_id
            WHERE t.token_hash = %(token)s""",
        values,
    )


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
            await revoke(connection, session["id"], session["person_id"], "logout", now)
    for session in sessions:
        tokens.changed(session["person_id"])


async def end_all_sessions(connection: Connection, person_id: UUID, because: str, now: datetime) -> None:
    """End every session of a person, in the caller's transaction; call `tokens.changed` after it."""
    await _end_begun(connection, person_id)
    await execute(
        connection,
        """UPDATE session SET revoked_at = %(now)s, revoked_because = %(because)s
           WHERE person_id = %(person_id)s AND revoked_at IS NULL""",
        {"person_id": person_id, "because": because, "now": now},
    )


async def end_others(connection: Connection, person_id: UUID, spared: UUID, because: str, now: datetime) -> int:
    """End every session of a person but one, in the caller's transaction; call `tokens.changed` after it."""
    await _end_begun(connection, person_id)
    rows = await fetch_all(
        connection,
        "SELECT id FROM session WHERE person_id = %(person_id)s AND revoked_at IS NULL AND expires_at > %(now)s",
        {"person_id": person_id, "now": now},
    )
    others = [row["id"] for row in rows if row["id"] != spared]
    return sum([await revoke(connection, id_, person_id, because, now) for id_ in others])


async def _end_begun(connection: Connection, person_id: UUID) -> None:
    """End the sign-ins that wait for a second factor. Before the sessions: one that is just becoming a session is
    waited for, and then ended with them."""
    await execute(connection, "DELETE FROM factor_ticket WHERE person_id = %(id)s", {"id": person_id})


async def revoke(connection: Connection, session_id: UUID, person_id: UUID, because: str, now: datetime) -> bool:
    """End one session of the person, in the caller's transaction; whether there was one to end. Call
    `tokens.changed` after it."""
    ended = await execute(
        connection,
        """UPDATE session SET revoked_at = %(now)s, revoked_because = %(because)s
           WHERE id = %(id)s AND person_id = %(person_id)s AND revoked_at IS NULL""",
        {"id": session_id, "person_id": person_id, "because": because, "now": now},
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
    return ended > 0


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
