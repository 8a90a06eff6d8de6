"""Sign-ins that are on the way: begun in one browser, taken up once, by the same one, within ten minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from openvisit.core.ids import new_id
from openvisit.features.identity.addresses import normalise
from openvisit.features.identity.federation.errors import FederationExpired
from openvisit.features.identity.federation.protocol import Identified, digest
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one

ATTEMPT_LIVES = timedelta(minutes=10)
PROOF_LIVES = timedelta(minutes=30)
_COLUMN = "federation_proof.identity"


class Beginner(msgspec.Struct, frozen=True):
    """What a new account starts with, besides what the provider tells."""

    time_zone: str
    language: str


@dataclass(frozen=True, slots=True)
class Proof:
    """An identity whose owner is at this browser, and which is not connected to an account yet."""

    id: UUID
    provider: str
    identified: Identified
    beginner: Beginner
    email: str
    email_index: bytes
    vouched: bool
    next: str


class _Sealed(msgspec.Struct):
    issuer: str
    subject: str
    email: str
    vouched: bool
    name: str
    locale: str
    amr: tuple[str, ...]
    sid: str | None
    id_token: str
    time_zone: str
    language: str


async def begin(
    db: Database,
    *,
    state: str,
    browser: str,
    provider: str,
    person_id: UUID | None,
    next_path: str,
    beginner: Beginner,
    now: datetime,
) -> None:
    """Remember a request that is sent to the provider. `person_id` is who wants to connect, None for signing in."""
    async with db.connection() as connection:
        await execute(
            connection,
            """INSERT INTO federation_attempt
                   (state_hash, browser_hash, provider, person_id, next, time_zone, language, begun_at, expires_at)
               VALUES (%(state)s, %(browser)s, %(provider)s, %(person_id)s, %(next)s, %(time_zone)s, %(language)s,
                       %(now)s, %(expires_at)s)""",
            {
                "state": digest(state),
                "browser": digest(browser),
                "provider": provider,
                "person_id": person_id,
                "next": next_path,
                "time_zone": beginner.time_zone,
                "language": beginner.language,
                "now": now,
                "expires_at": now + ATTEMPT_LIVES,
            },
        )


async def take_up(db: Database, *, state: str, browser: str | None, provider: str, now: datetime) -> Row:
    """The attempt that an answer belongs to; it cannot be taken up again, whatever becomes of it.

    An answer in another browser, or under another provider's redirect URI, finds nothing, and spends nothing: whoever
    sends it knows the state only. Errors: FederationExpired.
    """
    async with db.connection() as connection:
        row = await fetch_one(
            connection,
            """DELETE FROM federation_attempt
               WHERE state_hash = %(state)s AND browser_hash = %(browser)s AND provider = %(provider)s
                     AND expires_at > %(now)s
               RETURNING *""",
            {"state": digest(state), "browser": digest(browser or ""), "provider": provider, "now": now},
        )
    if row is None:
        raise FederationExpired
    return row


async def keep_proof(
    connection: Connection,
    vault: Vault,
    identified: Identified,
    *,
    browser: str,
    provider: str,
    email: str,
    beginner: Beginner,
    next_path: str,
    now: datetime,
) -> None:
    """Remember who is at this browser until the account is proved too; in the place of the one before."""
    id_ = new_id()
    sealed = _Sealed(
        issuer=identified.issuer,
        subject=identified.subject,
        email=email,
        vouched=identified.vouched,
        name=identified.name,
        locale=identified.locale,
        amr=identified.amr,
        sid=identified.sid,
        id_token=identified.id_token,
        time_zone=beginner.time_zone,
        language=beginner.language,
    )
    await execute(
        connection,
        """INSERT INTO federation_proof
               (id, browser_hash, provider, identity, email_index, vouched, next, expires_at)
           VALUES (%(id)s, %(browser)s, %(provider)s, %(identity)s, %(index)s, %(vouched)s, %(next)s, %(expires_at)s)
           ON CONFLICT (browser_hash) DO UPDATE SET
               id = excluded.id, provider = excluded.provider, identity = excluded.identity,
               email_index = excluded.email_index, vouched = excluded.vouched, next = excluded.next,
               expires_at = excluded.expires_at""",
        {
            "id": id_,
            "browser": digest(browser),
            "provider": provider,
            "identity": vault.seal_bytes(msgspec.json.encode(sealed), _COLUMN, id_),
            "index": vault.address_index(email),
            "vouched": identified.vouched,
            "next": next_path,
            "expires_at": now + PROOF_LIVES,
        },
    )


async def proof_of(connection: Connection, vault: Vault, browser: str | None, now: datetime) -> Proof:
    """What this browser has proved at a provider. Errors: FederationExpired."""
    row = await fetch_one(
        connection,
        "SELECT * FROM federation_proof WHERE browser_hash = %(browser)s AND expires_at > %(now)s",
        {"browser": digest(browser or ""), "now": now},
    )
    if row is None:
        raise FederationExpired
    told = msgspec.json.decode(vault.open_bytes(bytes(row["identity"]), _COLUMN, row["id"]), type=_Sealed)
    identified = Identified(
        told.issuer,
        told.subject,
        told.email,
        told.vouched,
        told.name,
        told.locale,
        told.amr,
        told.sid,
        told.id_token,
    )
    return Proof(
        id=row["id"],
        provider=row["provider"],
        identified=identified,
        beginner=Beginner(told.time_zone, told.language),
        email=normalise(told.email),
        email_index=bytes(row["email_index"]),
        vouched=row["vouched"],
        next=row["next"],
    )


async def use_up(connection: Connection, proof: Proof) -> None:
    """Use the proof, in the caller's transaction. Errors: FederationExpired when another was faster."""
    if not await execute(connection, "DELETE FROM federation_proof WHERE id = %(id)s", {"id": proof.id}):
        raise FederationExpired


async def sweep(connection: Connection, now: datetime) -> None:
    """Delete what nobody can use any more."""
    for table in ("federation_attempt", "federation_proof", "federated_ticket", "federation_logout"):
        await execute(connection, f"DELETE FROM {table} WHERE expires_at < %(now)s", dict[str, Any](now=now))
