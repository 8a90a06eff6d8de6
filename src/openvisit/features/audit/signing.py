"""The keys that sign checkpoints of the audit: Ed25519, as JSON Web Signatures (RFC 7515, RFC 8037, RFC 9864).

A key's private half is sealed by the vault, and what is verified is verified with the public half of what the vault
opens: somebody who can write to the database but does not hold the master key cannot slip in a key of their own.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from openvisit.core.ids import new_id
from openvisit.platform.crypto import SealBroken, Vault
from openvisit.platform.db import Connection, execute, fetch_all, fetch_one

ALGORITHM = "Ed25519"
SIGNS_FOR = timedelta(days=365)
_COLUMN = "audit_key.private"
_LOCK = 7_461_002_031  # any number that nobody else uses for an advisory lock


class NotSigned(ValueError):
    """The signature is not by one of our keys, or not of this text."""


async def signing_key(connection: Connection, vault: Vault, now: datetime) -> OKPKey:
    """The key to sign with; makes the first one, and another each year. Call it in a transaction."""
    await execute(connection, "SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": _LOCK})
    row = await fetch_one(
        connection,
        "SELECT id, private FROM audit_key WHERE made_at > %(since)s ORDER BY made_at DESC LIMIT 1",
        {"since": now - SIGNS_FOR},
    )
    if row is not None:
        return _open(vault, row["id"], row["private"])
    id_ = new_id()
    pair = OKPKey.generate_key("Ed25519", {"kid": str(id_), "use": "sig", "alg": ALGORITHM}, private=True)
    private = msgspec.json.encode(pair.as_dict(private=True))
    await execute(
        connection,
        "INSERT INTO audit_key (id, private, made_at) VALUES (%(id)s, %(private)s, %(now)s)",
        {"id": id_, "private": vault.seal_bytes(private, _COLUMN, id_), "now": now},
    )
    return pair


async def keys(connection: Connection, vault: Vault) -> dict[str, OKPKey]:
    """Every key there ever was, by `kid`; one that the vault does not open is not ours and is left out."""
    rows = await fetch_all(connection, "SELECT id, private FROM audit_key ORDER BY made_at")
    found = {}
    for row in rows:
        try:
            found[str(row["id"])] = _open(vault, row["id"], row["private"])
        except SealBroken:
            continue
    return found


def sign(key: OKPKey, payload: Any) -> str:
    """The payload as JSON in a compact JWS."""
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": "openvisit-audit+jws"}
    return jws.serialize_compact(header, msgspec.json.encode(payload), key, algorithms=[ALGORITHM])


def verified(text: str, known: dict[str, OKPKey]) -> bytes:
    """The payload of a JWS that one of the keys has signed. Errors: NotSigned."""
    try:
        kid = jws.extract_compact(text.encode()).headers().get("kid")
        if kid not in known:
            raise NotSigned("signed by a key that is not ours")
        payload: bytes = jws.deserialize_compact(text, known[kid], algorithms=[ALGORITHM]).payload
    except (JoseError, ValueError) as error:
        if isinstance(error, NotSigned):
            raise
        raise NotSigned("the signature does not hold") from None
    return payload


def _open(vault: Vault, id_: UUID, private: bytes) -> OKPKey:
    return OKPKey.import_key(msgspec.json.decode(vault.open_bytes(bytes(private), _COLUMN, id_)))
