"""The keys that sign tokens: made on demand, shared by every process through the database, rotated.

A key signs for 30 days and verifies until the last token it signed has expired. It has one purpose: what signs our own
access tokens never signs for apps, so that neither can pass for the other whatever else is confused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from joserfc.jwk import ECKey, OKPKey
from psycopg.types.json import Jsonb

from openvisit.core.ids import new_id
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, execute, fetch_all, fetch_one

SIGNS_FOR = timedelta(days=30)
SESSION = "session"
"""Our own access tokens, Ed25519."""
OAUTH = {"ES256": "oauth ES256", "EdDSA": "oauth EdDSA"}
"""Tokens for apps, by algorithm (RFC 7518, RFC 8037)."""
_COLUMN = "signing_key.private"
_LOCK = 7_461_002_010  # any number that nobody else uses for an advisory lock


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair that may sign until `signs_until`; `id` is the `kid`."""

    id: UUID
    pair: OKPKey | ECKey
    signs_until: datetime


async def signing_key(
    connection: Connection, vault: Vault, now: datetime, tokens_live: timedelta, purpose: str = SESSION
) -> SigningKey:
    """The key to sign with now; makes the first one, and the next one when the last has done its time.

    Call it in a transaction: a lock held to its end lets processes that ask together agree on one key.
    """
    await execute(connection, "SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})
    row = await fetch_one(
        connection,
        """SELECT id, private, signs_until FROM signing_key
           WHERE signs_until > %(now)s AND purpose = %(purpose)s ORDER BY signs_until DESC LIMIT 1""",
        {"now": now, "purpose": purpose},
    )
    if row is None:
        return await _make(connection, vault, now, tokens_live, purpose)
    private = msgspec.json.decode(vault.open_bytes(bytes(row["private"]), _COLUMN, row["id"]))
    return SigningKey(row["id"], imported(private), row["signs_until"])


async def public_keys(
    connection: Connection, now: datetime, purposes: Sequence[str] = (SESSION,)
) -> dict[str, dict[str, Any]]:
    """Public JWKs (RFC 7517) of the keys for these purposes whose tokens may still be in use, by `kid`."""
    rows = await fetch_all(
        connection,
        """SELECT id, public FROM signing_key WHERE verifies_until > %(now)s AND purpose = ANY(%(purposes)s)
           ORDER BY created_at DESC""",
        {"now": now, "purposes": list(purposes)},
    )
    return {str(row["id"]): row["public"] for row in rows}


def imported(jwk: dict[str, Any]) -> OKPKey | ECKey:
    """One of our keys from its JWK."""
    return ECKey.import_key(jwk) if jwk["kty"] == "EC" else OKPKey.import_key(jwk)


def _generated(id_: UUID, purpose: str) -> OKPKey | ECKey:
    if purpose == OAUTH["ES256"]:
        return ECKey.generate_key("P-256", {"kid": str(id_), "use": "sig", "alg": "ES256"}, private=True)
    return OKPKey.generate_key("Ed25519", {"kid": str(id_), "use": "sig", "alg": "EdDSA"}, private=True)


async def _make(
    connection: Connection, vault: Vault, now: datetime, tokens_live: timedelta, purpose: str
) -> SigningKey:
    id_ = new_id()
    pair = _generated(id_, purpose)
    private: Mapping[str, Any] = pair.as_dict(private=True)
    signs_until = now + SIGNS_FOR
    await execute(
        connection,
        """INSERT INTO signing_key (id, purpose, private, public, created_at, signs_until, verifies_until)
           VALUES (%(id)s, %(purpose)s, %(private)s, %(public)s, %(now)s, %(signs_until)s, %(verifies_until)s)""",
        {
            "id": id_,
            "purpose": purpose,
            "private": vault.seal_bytes(msgspec.json.encode(private), _COLUMN, id_),
            "public": Jsonb(pair.as_dict(private=False)),
            "now": now,
            "signs_until": signs_until,
            "verifies_until": signs_until + tokens_live + timedelta(minutes=1),
        },
    )
    return SigningKey(id_, pair, signs_until)
