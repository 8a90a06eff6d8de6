"""Codes and tokens in the database. Every function runs in the caller's transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core import scopes
from openvisit.core.ids import new_id
from openvisit.features.audit.commands import record
from openvisit.features.identity.oauth.clients import Client, digest
from openvisit.platform.db import Connection, Row, execute, fetch_one

CODE_LIFE = timedelta(minutes=1)
LONGEST_LIFE = timedelta(days=180)
"""After so long an app asks the person again, however often it renewed its token."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """What one person (or, without one, an app's own clinic) let an app do at one time; the head of its tokens."""

    id: UUID
    client_id: UUID
    person_id: UUID | None
    scopes: tuple[str, ...]
    created_at: datetime
    redirect_uri: str | None = None
    code_challenge: str | None = None
    nonce: str | None = None
    auth_time: datetime | None = None
    amr: tuple[str, ...] = ()

    code_challenge_method = "S256"

    def get_redirect_uri(self) -> str | None:
        """For Authlib: where the code was sent."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """For Authlib: all that was given."""
        return " ".join(self.scopes)

    def check_client(self, client: Client) -> bool:
        """For Authlib: whether it was given to this app."""
        return client.id == self.client_id


_COLUMNS = """a.id, a.client_id, a.person_id, a.scopes, a.created_at, a.redirect_uri, a.code_challenge, a.nonce,
    a.auth_time, a.amr"""
# The person and the consent are still good; what was not given for good ends with the session it was given in.
_STANDS = """a.revoked_at IS NULL AND c.active AND (a.person_id IS NULL OR EXISTS (
    SELECT FROM person p JOIN oauth_consent k ON k.id = a.consent_id
    WHERE p.id = a.person_id AND p.active AND k.revoked_at IS NULL AND ('offline_access' = ANY(a.scopes) OR EXISTS (
        SELECT FROM session s WHERE s.id = a.session_id AND s.revoked_at IS NULL AND s.expires_at > %(now)s))))"""


async def redeem_code(connection: Connection, code: str, client: Client, now: datetime) -> Authorization | None:
    """What the code stands for; the code is spent whatever comes of it.

    A code that comes a second time was copied: all tokens that came of it end (RFC 6749 section 4.1.2).
    """
    row = await fetch_one(
        connection,
        f"""SELECT {_COLUMNS}, a.code_used_at, a.code_expires_at, ({_STANDS}) AS stands
            FROM oauth_authorization a JOIN oauth_client c ON c.id = a.client_id
            WHERE a.code_hash = %(code)s AND a.client_id = %(client_id)s FOR UPDATE OF a""",
        {"code": digest(code), "client_id": client.id, "now": now},
    )
    if row is None:
        return None
    if row["code_used_at"] is not None:
        await revoke_authorization(connection, row["id"], "code used twice", now)
        return None
    await execute(
        connection,
        "UPDATE oauth_authorization SET code_used_at = %(now)s WHERE id = %(id)s",
        {"id": row["id"], "now": now},
    )
    return _authorization(row) if row["stands"] and row["code_expires_at"] > now else None


async def redeem_refresh_token(
    connection: Connection, token: str, client: Client, now: datetime
) -> Authorization | None:
    """What the refresh token stands for, its row locked. One that was used before ends them all (RFC 9700 4.14.2)."""
    row = await fetch_one(
        connection,
        f"""SELECT {_COLUMNS}, t.used_at, t.expires_at, ({_STANDS}) AS stands
            FROM oauth_refresh_token t JOIN oauth_authorization a ON a.id = t.authorization_id
            JOIN oauth_client c ON c.id = a.client_id
            WHERE t.token_hash = %(token)s FOR UPDATE OF t""",
        {"token": digest(token), "now": now},
    )
    if row is None or row["client_id"] != client.id:
        return None
    if row["used_at"] is not None:
        await revoke_authorization(connection, row["id"], "refresh token used twice", now)
        return None
    return _authorization(row) if row["stands"] and row["expires_at"] > now else None


async def spend_refresh_token(connection: Connection, token: str, now: datetime) -> None:
    """Mark the token as used."""
    await execute(
        connection,
        "UPDATE oauth_refresh_token SET used_at = %(now)s WHERE token_hash = %(token)s",
        {"token": digest(token), "now": now},
    )


async def for_server(connection: Connection, client: Client, wanted: Sequence[str], now: datetime) -> Authorization:
    """A new authorization of the app on its own, audited at its clinic."""
    found = Authorization(new_id(), client.id, None, tuple(wanted), now)
    await execute(
        connection,
        """INSERT INTO oauth_authorization (id, client_id, scopes, created_at)
           VALUES (%(id)s, %(client_id)s, %(scopes)s, %(now)s)""",
        {"id": found.id, "client_id": client.id, "scopes": list(wanted), "now": now},
    )
    await record(
        connection,
        at=now,
        actor_id=client.id,
        action="app:token",
        thing="oauth_client",
        thing_id=client.id,
        clinic_id=client.clinic_id,
        data={"scopes": list(wanted)},
    )
    return found


async def new_access_token(
    connection: Connection, authorization: Authorization, wanted: Sequence[str], now: datetime, life: timedelta
) -> UUID:
    """The `jti` of a new access token; notes that the app was used."""
    id_ = new_id()
    await execute(
        connection,
        """WITH used AS (
               UPDATE oauth_consent SET last_used_at = %(now)s FROM oauth_authorization a
               WHERE a.id = %(authorization_id)s AND oauth_consent.id = a.consent_id)
           INSERT INTO oauth_access_token (id, authorization_id, scopes, issued_at, expires_at)
           VALUES (%(id)s, %(authorization_id)s, %(scopes)s, %(now)s, %(expires_at)s)""",
        {
            "id": id_,
            "authorization_id": authorization.id,
            "scopes": list(wanted),
            "now": now,
            "expires_at": now + life,
        },
    )
    return id_


async def new_refresh_token(
    connection: Connection, authorization: Authorization, now: datetime, life: timedelta
) -> str:
    """A refresh token, good for `life` and never past the longest life of the authorization."""
    token = secrets.token_urlsafe(32)
    await execute(
        connection,
        """INSERT INTO oauth_refresh_token (token_hash, authorization_id, issued_at, expires_at)
           VALUES (%(hash)s, %(authorization_id)s, %(now)s, %(expires_at)s)""",
        {
            "hash": digest(token),
            "authorization_id": authorization.id,
            "now": now,
            "expires_at": min(now + life, authorization.created_at + LONGEST_LIFE),
        },
    )
    return token


async def revoke_authorization(connection: Connection, id_: UUID, because: str, now: datetime) -> None:
    """End an authorization with every token that came of it; audited."""
    row = await fetch_one(
        connection,
        """UPDATE oauth_authorization SET revoked_at = %(now)s, revoked_because = %(because)s
           WHERE id = %(id)s AND revoked_at IS NULL RETURNING client_id, person_id""",
        {"id": id_, "because": because, "now": now},
    )
    if row is None:
        return
    await record(
        connection,
        at=now,
        actor_id=row["person_id"] or row["client_id"],
        action="connected-app:revoke",
        thing="oauth_client",
        thing_id=row["client_id"],
        data={"because": because},
    )


async def end_authorizations(connection: Connection, person_id: UUID, because: str, now: datetime) -> None:
    """End all that a person let apps do, with every token that came of it; their consents stay, so that an app which
    asks again is let in by who signs in again. Call `TokenService.changed` after the commit."""
    await execute(
        connection,
        """UPDATE oauth_authorization SET revoked_at = %(now)s, revoked_because = %(because)s
           WHERE person_id = %(person_id)s AND revoked_at IS NULL""",
        {"person_id": person_id, "because": because, "now": now},
    )


async def revoke_access_token(connection: Connection, id_: UUID, now: datetime) -> None:
    """End one access token."""
    await execute(
        connection,
        "UPDATE oauth_access_token SET revoked_at = %(now)s WHERE id = %(id)s AND revoked_at IS NULL",
        {"id": id_, "now": now},
    )


async def access_token(connection: Connection, id_: UUID, now: datetime) -> Row | None:
    """An access token that is good now: whose, of which app and clinic, its scopes and times."""
    return await fetch_one(
        connection,
        f"""SELECT t.id, t.scopes, t.issued_at, t.expires_at, a.id AS authorization_id, a.client_id, a.person_id,
                   a.session_id, c.clinic_id, c.name
            FROM oauth_access_token t JOIN oauth_authorization a ON a.id = t.authorization_id
            JOIN oauth_client c ON c.id = a.client_id
            WHERE t.id = %(id)s AND t.revoked_at IS NULL AND t.expires_at > %(now)s AND {_STANDS}""",
        {"id": id_, "now": now},
    )


async def refresh_token(connection: Connection, token: str, now: datetime) -> Row | None:
    """A refresh token that is good now, as `access_token`."""
    return await fetch_one(
        connection,
        f"""SELECT a.scopes, t.issued_at, t.expires_at, a.id AS authorization_id, a.client_id, a.person_id
            FROM oauth_refresh_token t JOIN oauth_authorization a ON a.id = t.authorization_id
            JOIN oauth_client c ON c.id = a.client_id
            WHERE t.token_hash = %(token)s AND t.used_at IS NULL AND t.expires_at > %(now)s AND {_STANDS}""",
        {"token": digest(token), "now": now},
    )


async def first_use(connection: Connection, client: Client, jti: str, expires_at: datetime) -> bool:
    """Whether this assertion (RFC 7523 section 3) comes for the first time."""
    added = await execute(
        connection,
        """INSERT INTO oauth_assertion (client_id, jti_hash, expires_at)
           VALUES (%(client_id)s, %(hash)s, %(expires_at)s) ON CONFLICT DO NOTHING""",
        {"client_id": client.id, "hash": digest(jti), "expires_at": expires_at},
    )
    return added == 1


async def sweep(connection: Connection, now: datetime) -> None:
    """Delete what nobody can use any more; authorizations stay 30 days after their last token, so that the reuse of
    an old one is still seen."""
    values = {"now": now, "old": now - timedelta(days=30)}
    await execute(connection, "DELETE FROM oauth_assertion WHERE expires_at < %(now)s", values)
    await execute(connection, "DELETE FROM oauth_request WHERE expires_at < %(now)s", values)
    await execute(connection, "DELETE FROM oauth_access_token WHERE expires_at < %(now)s", values)
    await execute(connection, "DELETE FROM oauth_refresh_token WHERE expires_at < %(old)s", values)
    await execute(
        connection,
        """DELETE FROM oauth_authorization a
           WHERE a.created_at < %(old)s
                 AND NOT EXISTS (SELECT FROM oauth_refresh_token t WHERE t.authorization_id = a.id)
                 AND NOT EXISTS (SELECT FROM oauth_access_token t WHERE t.authorization_id = a.id)""",
        values,
    )


async def person_facts(connection: Connection, person_id: UUID) -> Row | None:
    """What an ID token and userinfo can say of a person; the address is sealed."""
    return await fetch_one(
        connection,
        """SELECT p.id, p.full_name, p.email, k.wrapped AS data_key, p.verified_at, p.time_zone, p.language,
                  patient.id AS patient_id,
                  (SELECT provider.id FROM provider WHERE provider.person_id = p.id AND provider.active) AS provider_id
           FROM person p LEFT JOIN patient ON patient.person_id = p.id
           LEFT JOIN keyring.data_key k ON k.owner = p.id
           WHERE p.id = %(id)s AND p.active""",
        {"id": person_id},
    )


async def app_actor(connection: Connection, person_id: UUID, clinic_id: UUID) -> Row | None:
    """What a person is at the app's clinic: an app of one clinic does not reach into another through its people."""
    return await fetch_one(
        connection,
        """SELECT p.full_name, p.time_zone, p.language, patient.id AS patient_id,
                  (SELECT provider.id FROM provider WHERE provider.person_id = p.id AND provider.active
                                                          AND provider.clinic_id = %(clinic_id)s) AS provider_id,
                  ARRAY(SELECT held FROM role, unnest(role.role || role.scopes) AS held
                        WHERE role.person_id = p.id AND role.clinic_id = %(clinic_id)s) AS roles
           FROM person p LEFT JOIN patient ON patient.person_id = p.id WHERE p.id = %(id)s AND p.active""",
        {"id": person_id, "clinic_id": clinic_id},
    )


async def scopes_of(connection: Connection, token_id: UUID) -> list[str]:
    """All that an access token gives."""
    row = await fetch_one(connection, "SELECT scopes FROM oauth_access_token WHERE id = %(id)s", {"id": token_id})
    return list(row["scopes"]) if row else []


def offline(wanted: Sequence[str]) -> bool:
    """Whether the app may stay connected."""
    return scopes.OFFLINE in wanted


def _authorization(row: Row) -> Authorization:
    return Authorization(
        id=row["id"],
        client_id=row["client_id"],
        person_id=row["person_id"],
        scopes=tuple(row["scopes"]),
        created_at=row["created_at"],
        redirect_uri=row["redirect_uri"],
        code_challenge=row["code_challenge"],
        nonce=row["nonce"],
        auth_time=row["auth_time"],
        amr=tuple(row["amr"]),
    )
