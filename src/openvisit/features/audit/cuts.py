"""Taking old entries out of the trail without breaking it: a chain is cut at a link whose hash is signed.

Nothing is taken out by itself: laws ask for years (HIPAA 164.316: six) and some clinics keep everything.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from joserfc.jwk import OKPKey

from openvisit.features.audit import signing
from openvisit.features.audit.commands import record
from openvisit.features.audit.links import START
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, execute, fetch_all, fetch_one


class Cut(msgspec.Struct, frozen=True):
    """What is signed."""

    chain: UUID
    seq: int  # the last link taken out
    hash: str  # of that link, hexadecimal
    before: datetime
    at: datetime


async def starts(
    connection: Connection, chains: Collection[UUID], known: dict[str, OKPKey]
) -> dict[UUID, tuple[int, bytes]]:
    """Where each chain begins now, for those that were cut: the last link taken out and its hash.

    A cut whose signature does not hold is none: the links before it are missing then.
    """
    rows = await fetch_all(
        connection,
        "SELECT chain_id, seq, jws FROM audit_cut WHERE chain_id = ANY(%(chains)s) ORDER BY seq",
        {"chains": list(chains)},
    )
    found = {}
    for row in rows:
        try:
            cut = msgspec.json.decode(signing.verified(row["jws"], known), type=Cut)
        except (signing.NotSigned, msgspec.DecodeError):
            continue
        if (cut.chain, cut.seq) == (row["chain_id"], row["seq"]):
            found[cut.chain] = (cut.seq, bytes.fromhex(cut.hash))
    return found


async def prune(db: Database, vault: Vault, clinic_id: UUID, before: datetime, now: datetime) -> int:
    """Take the clinic's entries from before that moment out, each chain up to its first younger one.

    Whoever calls has verified the chains. The answer is how many entries went; that they did is an entry itself.
    Needs the tables' owner.
    """
    async with db.transaction() as connection:
        known = signing.keys(connection, vault)
        key = await signing.signing_key(connection, vault, now)
        rows = await fetch_all(
            connection, "SELECT id FROM audit_chain WHERE clinic_id = %(clinic)s ORDER BY id", {"clinic": clinic_id}
        )
        begun = await starts(connection, [row["id"] for row in rows], await known)
        gone = 0
        await execute(connection, "SET LOCAL openvisit.audit_prune = 'on'")
        for row in rows:
            gone += await _prune(connection, key, row["id"], begun.get(row["id"], (0, START))[0], before, now)
        if gone:
            await record(
                connection,
                at=now,
                actor_id=None,
                action="audit:prune",
                thing="clinic",
                thing_id=clinic_id,
                clinic_id=clinic_id if clinic_id.int else None,
                data={"before": before.isoformat(), "entries": gone},
            )
    return gone


async def _prune(
    connection: Connection, key: OKPKey, chain_id: UUID, begun: int, before: datetime, now: datetime
) -> int:
    last = await fetch_one(
        connection,
        """SELECT l.seq, l.hash FROM audit_link l
           WHERE l.chain_id = %(chain)s AND l.seq < COALESCE(
               (SELECT min(y.seq) FROM audit_link y JOIN audit t ON t.id = y.entry_id
                WHERE y.chain_id = %(chain)s AND t.at >= %(before)s),
               (SELECT c.seq + 1 FROM audit_chain c WHERE c.id = %(chain)s))
           ORDER BY l.seq DESC LIMIT 1""",
        {"chain": chain_id, "before": before},
    )
    if last is None or last["seq"] <= begun:
        return 0
    jws = signing.sign(key, Cut(chain_id, last["seq"], bytes(last["hash"]).hex(), before, now))
    values = {"chain": chain_id, "seq": last["seq"], "at": now, "jws": jws}
    await execute(
        connection,
        "INSERT INTO audit_cut (chain_id, seq, at, jws) VALUES (%(chain)s, %(seq)s, %(at)s, %(jws)s)",
        values,
    )
    await execute(
        connection,
        """DELETE FROM audit WHERE id IN
           (SELECT entry_id FROM audit_link WHERE chain_id = %(chain)s AND seq <= %(seq)s)""",
        values,
    )
    return await execute(connection, "DELETE FROM audit_link WHERE chain_id = %(chain)s AND seq <= %(seq)s", values)
