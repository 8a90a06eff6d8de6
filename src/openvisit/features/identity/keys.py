"""The keys that sign access tokens: made on demand, shared by every process through the database, rotated.

A key signs for 30 days and verifies until the last token it signed has expired.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from joserfc.jwk import OKPKey
from psycopg.types.json import Jsonb

from openvisit.core.ids import new_id
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, execute, fetch_all, fetch_one

SIGNS_FOR = timedelta(days=30)
_COLUMN = "signing_key.private"
_LOCK = 7_461_002_010  # any number that nobody else uses for an advisory lock


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair that may sign until `signs_until`; `id` is the `kid`."""

    id: UUID
    pair: OKPKey
    signs_until: datetime


async def signing_key(connection: Connection, vault: Vault, now: datetime, tokens_live: timedelta) -> SigningKey:
    """The key to sign with now; makes the first one, and the next one when the last has done its time.

    Call it in a transaction: a lock held to its end lets processes that ask together agree on one key.
    """
    await execute(connection, "SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})
    row = await fetch_one(
        connection,
        """SELECT id, private, signs_until FROM signing_key
           WHERE signs_until > %(now)s ORDER BY signs_until DESC LIMIT 1""",
        {"now": now},
    )
    if row is None:
        return await _make(connection, vault, now, tokens_live)
    private = msgspec.json.decode(vault.open_bytes(bytes(row["private"]), _COLUMN, row["id"]))
    return SigningKey(row["id"], OKPKey.import_key(private), row["signs_until"])


async def public_keys(connection: Connection, now: datetime) -> dict[str, dict[str, Any]]:
    """Public JWKs (RFC 7517) of all keys whose tokens may still be in use, by `kid`."""
    rows = await fetch_all(
        connection,
        "SELECT id, public FROM signing_key WHERE verifies_until > %(now)s ORDER BY created_at DESC",
        {"now": now},
    )
    return {str(row["id"]): row["public"] for row in rows}


async def _make(connection: Connection, vault: Vault, now: datetime, tokens_live: timedelta) -> SigningKey:
    id_ = new_id()
    pair = OKPKey.generate_key("Ed25519", {"kid": str(id_), "use": "sig", "alg": "EdDSA"}, private=True)
    private: Mapping[str, Any] = pair.as_dict(private=True)
    signs_until = now + SIGNS_FOR
    await execute(
        connection,
        """INSERT INTO signing_key (id, private, public, created_at, signs_until, verifies_until)
           VALUES (%(id)s, %(private)s, %(public)s, %(now)s, %(signs_until)s, %(verifies_until)s)""",
        {
            "id": id_,
            "private": vault.seal_bytes(msgspec.json.encode(private), _COLUMN, id_),
            "public": Jsonb(pair.as_dict(private=False)),
            "now": now,
            "signs_until": signs_until,
            "verifies_until": signs_until + tokens_live + timedelta(minutes=1),
        },
    )
    return SigningKey(id_, pair, signs_until)
