"""Checkpoints: the heads of a clinic's chains at a moment, signed. Whoever holds one can tell later whether the trail
up to it is still the same, even when every hash after a change was computed anew.

A checkpoint names the one before it by its hash, so that none can go missing in between.
"""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from joserfc.jwk import OKPKey

from openvisit.features.audit import signing
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_all, fetch_one

NO_CLINIC = UUID(int=0)
"""Stands for a clinic where an entry belongs to none."""


class Head(msgspec.Struct, frozen=True):
    """A chain's last link."""

    seq: int
    hash: str  # hexadecimal


class Checkpoint(msgspec.Struct, frozen=True):
    """What is signed."""

    clinic: UUID
    number: int
    at: datetime
    previous: str | None  # SHA-256 of the checkpoint before, hexadecimal
    chains: dict[str, Head]


class Kept(msgspec.Struct, frozen=True):
    """A checkpoint as it is exported."""

    clinic: UUID
    number: int
    at: datetime
    jws: str


class Export(msgspec.Struct, frozen=True):
    """A file of checkpoints. `keys` are for other programs: we believe our own alone."""

    checkpoints: list[Kept]
    keys: list[dict[str, Any]] = []


def digest_of(jws: str) -> str:
    """What the next checkpoint says of this one."""
    return hashlib.sha256(jws.encode()).hexdigest()


async def clinics(connection: Connection) -> list[UUID]:
    """Every clinic that has entries, or should have; NO_CLINIC among them."""
    rows = await fetch_all(
        connection,
        """SELECT clinic_id FROM audit_chain UNION SELECT clinic_id FROM audit_checkpoint
           UNION SELECT COALESCE(clinic_id, %(none)s) FROM audit ORDER BY clinic_id""",
        {"none": NO_CLINIC},
    )
    return [row["clinic_id"] for row in rows]


async def heads(connection: Connection, clinic_id: UUID) -> dict[str, Head]:
    """The heads of the clinic's chains, all of one moment."""
    rows = await fetch_all(
        connection,
        "SELECT id, seq, hash FROM audit_chain WHERE clinic_id = %(clinic)s ORDER BY id",
        {"clinic": clinic_id},
    )
    return {str(row["id"]): Head(row["seq"], bytes(row["hash"]).hex()) for row in rows}


async def sign(db: Database, vault: Vault, clinic_id: UUID, found: Mapping[str, Head], now: datetime) -> bool:
    """Sign the heads, unless the last checkpoint has the same. The answer is whether there is a new one."""
    async with db.transaction() as connection:
        key = await signing.signing_key(connection, vault, now)  # holds a lock: one signs at a time
        last = await _last(connection, clinic_id)
        if last and _heads_in(last["jws"], await signing.keys(connection, vault)) == found:
            return False
        number = last["number"] + 1 if last else 1
        checkpoint = Checkpoint(clinic_id, number, now, digest_of(last["jws"]) if last else None, dict(found))
        await execute(
            connection,
            """INSERT INTO audit_checkpoint (clinic_id, number, at, jws)
               VALUES (%(clinic)s, %(number)s, %(at)s, %(jws)s)""",
            {"clinic": clinic_id, "number": number, "at": now, "jws": signing.sign(key, checkpoint)},
        )
        return True


def read(jws: str, known: dict[str, OKPKey]) -> Checkpoint:
    """The checkpoint in a JWS. Errors: NotSigned."""
    try:
        return msgspec.json.decode(signing.verified(jws, known), type=Checkpoint)
    except msgspec.DecodeError:
        raise signing.NotSigned("signed, but not a checkpoint") from None


async def kept(connection: Connection, clinics: Collection[UUID] | None = None) -> list[Kept]:
    """The checkpoints of some clinics, or of all, oldest first."""
    rows = await fetch_all(
        connection,
        """SELECT clinic_id, number, at, jws FROM audit_checkpoint
           WHERE %(clinics)s::uuid[] IS NULL OR clinic_id = ANY(%(clinics)s) ORDER BY clinic_id, number""",
        {"clinics": None if clinics is None else list(clinics)},
    )
    return [Kept(row["clinic_id"], row["number"], row["at"], row["jws"]) for row in rows]


async def last(connection: Connection, clinic_id: UUID) -> Kept | None:
    """The clinic's newest checkpoint."""
    row = await _last(connection, clinic_id)
    return Kept(clinic_id, row["number"], row["at"], row["jws"]) if row else None


async def export(connection: Connection, vault: Vault, clinics: Collection[UUID] | None = None) -> bytes:
    """The checkpoints as a file, with the public keys that verify them."""
    public = [key.as_dict(private=False) for key in (await signing.keys(connection, vault)).values()]
    return msgspec.json.format(msgspec.json.encode(Export(await kept(connection, clinics), public)), indent=1) + b"\n"


def _heads_in(jws: str, known: dict[str, OKPKey]) -> Mapping[str, Head] | None:
    try:
        return read(jws, known).chains
    except signing.NotSigned:
        return None  # verifying says so; the next one is signed all the same


async def _last(connection: Connection, clinic_id: UUID) -> Row | None:
    return await fetch_one(
        connection,
        "SELECT number, at, jws FROM audit_checkpoint WHERE clinic_id = %(clinic)s ORDER BY number DESC LIMIT 1",
        {"clinic": clinic_id},
    )
