"""Sessions that a provider's sign-in opened: they end when the provider says so, and can end there too."""

from datetime import datetime, timedelta
from uuid import UUID

from openvisit.features.audit.commands import record
from openvisit.features.identity.federation.errors import FederationFailed, LogoutRefused
from openvisit.features.identity.federation.id_token import check_logout_token
from openvisit.features.identity.federation.protocol import Identified, Relying, digest
from openvisit.features.identity.tokens import Session, TokenService
from openvisit.platform.crypto import Keys, Vault
from openvisit.platform.db import Connection, Database, execute, fetch_all, fetch_one

_COLUMN = "federated_session.id_token"
_TICKET_COLUMN = "federated_ticket.id_token"
_REMEMBERED = timedelta(days=1)  # a logout token lives for minutes


async def tie_session(
    connection: Connection, vault: Vault, session: Session, provider_id: str, identified: Identified
) -> None:
    """Note which provider's session opened ours, in the caller's transaction."""
    keys = await vault.keys(connection, session.person_id)
    told = identified
    await _tie(connection, keys, session, provider_id, told.issuer, told.subject, told.sid, told.id_token)


async def _tie(
    connection: Connection,
    keys: Keys,
    session: Session,
    provider_id: str,
    issuer: str,
    subject: str,
    sid: str | None,
    id_token: str,
) -> None:
    await execute(
        connection,
        """INSERT INTO federated_session (session_id, provider, issuer, subject, sid, id_token)
           VALUES (%(session_id)s, %(provider)s, %(issuer)s, %(subject)s, %(sid)s, %(id_token)s)""",
        {
            "session_id": session.id,
            "provider": provider_id,
            "issuer": issuer,
            "subject": subject,
            "sid": sid,
            "id_token": keys.seal(id_token, _COLUMN, session.id),
        },
    )


async def tie_ticket(
    connection: Connection,
    vault: Vault,
    ticket: str,
    person_id: UUID,
    provider_id: str,
    identified: Identified,
    now: datetime,
) -> None:
    """Note which provider's session the session will be tied to that this ticket opens by a second factor."""
    keys = await vault.keys(connection, person_id)
    await execute(
        connection,
        """INSERT INTO federated_ticket (ticket_hash, provider, issuer, subject, sid, id_token, expires_at)
           VALUES (%(ticket)s, %(provider)s, %(issuer)s, %(subject)s, %(sid)s, %(id_token)s, %(expires_at)s)""",
        {
            "ticket": digest(ticket),
            "provider": provider_id,
            "issuer": identified.issuer,
            "subject": identified.subject,
            "sid": identified.sid,
            "id_token": keys.seal(identified.id_token, _TICKET_COLUMN, person_id),
            "expires_at": now + _REMEMBERED,
        },
    )


async def tie_by_ticket(connection: Connection, vault: Vault, ticket_hash: bytes, session: Session) -> None:
    """Tie the session that a ticket opened, in the caller's transaction; nothing for a ticket of another sign-in."""
    row = await fetch_one(
        connection,
        "DELETE FROM federated_ticket WHERE ticket_hash = %(ticket)s RETURNING *",
        {"ticket": ticket_hash},
    )
    if row is None:
        return
    keys = await vault.keys(connection, session.person_id)
    id_token = keys.open(row["id_token"], _TICKET_COLUMN, session.person_id)
    await _tie(connection, keys, session, row["provider"], row["issuer"], row["subject"], row["sid"], id_token)


async def provider_of(connection: Connection, vault: Vault, session_id: UUID) -> tuple[str, str] | None:
    """The provider that opened the session, and the ID token it gave; None for a session opened here."""
    row = await fetch_one(
        connection,
        """SELECT f.provider, f.id_token, s.person_id, k.wrapped AS data_key
           FROM federated_session f JOIN session s ON s.id = f.session_id
           LEFT JOIN keyring.data_key k ON k.owner = s.person_id
           WHERE f.session_id = %(id)s""",
        {"id": session_id},
    )
    if row is None:
        return None
    return row["provider"], vault.of(row["person_id"], row["data_key"]).shown(row["id_token"], _COLUMN, session_id)


async def end_by_provider(
    db: Database, tokens: TokenService, relying: Relying, logout_token: str, *, now: datetime
) -> None:
    """End the sessions that a logout token names: one by `sid`, all of the subject without.

    Errors: LogoutRefused for a token that is not good or was used before; ProviderUnavailable.
    """
    try:
        claims = await check_logout_token(relying.provider, relying.described, logout_token, now=now)
    except FederationFailed as error:
        raise LogoutRefused(error.reason) from error
    async with db.transaction() as connection:
        fresh = await execute(
            connection,
            """INSERT INTO federation_logout (issuer, jti, expires_at) VALUES (%(issuer)s, %(jti)s, %(expires_at)s)
               ON CONFLICT DO NOTHING""",
            {"issuer": claims["iss"], "jti": claims["jti"], "expires_at": now + _REMEMBERED},
        )
        if not fresh:
            raise LogoutRefused("replayed")
        ended = await fetch_all(
            connection,
            """UPDATE session SET revoked_at = %(now)s, revoked_because = 'provider-logout'
               FROM federated_session f
               WHERE f.session_id = session.id AND session.revoked_at IS NULL AND f.issuer = %(issuer)s
                     AND (%(sid)s::text IS NULL OR f.sid = %(sid)s OR f.sid IS NULL AND %(sub)s::text IS NOT NULL)
                     AND (%(sub)s::text IS NULL OR f.subject = %(sub)s)
               RETURNING session.id, session.person_id""",
            {"now": now, "issuer": claims["iss"], "sid": claims.get("sid"), "sub": claims.get("sub")},
        )
        for session in ended:
            await record(
                connection,
                at=now,
                actor_id=None,
                action="session:end",
                thing="session",
                thing_id=session["id"],
                data={"because": "provider-logout", "provider": relying.provider.id},
            )
    for session in ended:
        tokens.changed(session["person_id"])
