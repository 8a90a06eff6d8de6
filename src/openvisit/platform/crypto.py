"""The vault: seals what people tell us under a key of their own, and the system's secrets under the system's.

Whose text it is decides the key: contact details are the person's, the reason and the needs of a visit its patient's.

    keys = await vault.keys(connection, person_id)            # makes the key at first use
    keys.seal(text, "appointment.reason", appointment_id)

A statement that reads sealed text fetches the wrapped key along with it, so that it costs no round trip:

    SELECT ..., k.wrapped AS data_key FROM person p LEFT JOIN keyring.data_key k ON k.owner = p.id
    keys = vault.of(person_id, row["data_key"])

Unwrapping costs two microseconds, so unwrapped data keys are not kept: a key that is shredded is gone with the next
statement, in every process. The vault's own `seal` and `open` are for secrets of the system.
"""

import asyncio
import hashlib
import hmac
import os
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from openvisit.core.errors import Unavailable
from openvisit.platform import log
from openvisit.platform.background import alongside
from openvisit.platform.db import Connection, execute, fetch_all, fetch_one
from openvisit.platform.jobs import defer
from openvisit.platform.keyring.masters import LocalMaster, MasterKeyFailed, Masters, derive
from openvisit.platform.keyring.sealing import Keys, KeyShredded, SealBroken
from openvisit.platform.keyring.wrapping import WrappingKeys
from openvisit.platform.realtime import Live

__all__ = ["SYSTEM", "KeyShredded", "Keys", "SealBroken", "Vault"]

SYSTEM = UUID(int=0)
"""The owner of the key for the system's secrets."""

TOPIC = "keyring"
"""The live topic that tells processes of a new key-wrapping key."""

INDEX = UUID(int=1)
"""The owner of the key for digests of codes and of what is counted."""

ADDRESS = UUID(int=2)
"""The owner of the key for the blind index of e-mail addresses, which can be changed for another."""

_logger = log.get("vault")


class Vault:
    """Everybody's keys, by way of the key-wrapping keys."""

    def __init__(self, secret_key: str, database_url: str, masters: Masters | None = None) -> None:
        """`secret_key` opens what releases before the keyring sealed; without `masters` it is the master key too."""
        secret = secret_key.encode()
        self.wrapping = WrappingKeys(masters or Masters(LocalMaster(secret_key)), database_url)
        self._first = AESGCM(derive(secret, b"openvisit data key v1"))
        self._first_index = derive(secret, b"openvisit blind index v1")
        self._system: Keys | None = None
        self._index_key = self._address_key = b""

    async def start(self) -> None:
        """Read the system's keys ahead of the first request; without a database yet, the first one reads them.

        Errors: MasterKeyFailed when the master key is not the one that wrapped the keyring.
        """
        try:
            await asyncio.to_thread(self.load)
        except (Unavailable, psycopg.Error) as error:
            _logger.warning("keyring not read yet", error=type(error).__name__)

    @asynccontextmanager
    async def following(self, live: Live) -> AsyncIterator[None]:
        """Hear of new key-wrapping keys while the context is open, so that what is sealed next is under the newest."""
        told: asyncio.Queue[str] = asyncio.Queue()
        live.subscribe(TOPIC, told)
        try:
            async with alongside(self._hear(told)):
                yield
        finally:
            live.unsubscribe(TOPIC, told)

    async def _hear(self, told: asyncio.Queue[str]) -> None:
        while True:
            await told.get()
            try:
                await asyncio.to_thread(self.wrapping.load)
            except (Unavailable, MasterKeyFailed) as error:  # met again, and said, where the key is needed
                _logger.warning("new key not read", error=str(error))

    def load(self) -> None:
        """Read the key-wrapping keys and the system's data keys; make them on a new database.

        Errors: Unavailable, MasterKeyFailed.
        """
        self.wrapping.load()
        try:
            with self.wrapping.connect() as connection:
                known = connection.execute("SELECT EXISTS (SELECT FROM person)").fetchone()
                # A database from before the keyring goes on with the index key it has: its people are found by it.
                index_key = self._first_index if known and known[0] else os.urandom(32)
                for owner, key in ((SYSTEM, os.urandom(32)), (INDEX, index_key)):
                    connection.execute(
                        "INSERT INTO keyring.data_key (owner, wrapped) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                        (owner, self.wrapping.wrap(key, owner)),
                    )
                found = self._system_keys(connection)
                if ADDRESS not in found:  # people are there already: they go on being found
                    key = found[INDEX] if known and known[0] else os.urandom(32)
                    connection.execute(
                        "INSERT INTO keyring.data_key (owner, wrapped) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                        (ADDRESS, self.wrapping.wrap(key, ADDRESS)),
                    )
                    found = self._system_keys(connection)
        except psycopg.OperationalError as error:
            raise Unavailable from error
        self._index_key, self._address_key = found[INDEX], found[ADDRESS]
        self._system = Keys(SYSTEM, found[SYSTEM], self._first)

    def _system_keys(self, connection: Any) -> dict[UUID, bytes]:
        rows = connection.execute(
            "SELECT owner, wrapped FROM keyring.data_key WHERE owner IN (%s, %s, %s)", (SYSTEM, INDEX, ADDRESS)
        ).fetchall()
        return {owner: self.wrapping.unwrap(bytes(wrapped), owner) for owner, wrapped in rows}

    @property
    def system(self) -> Keys:
        """The system's own keys. Errors: Unavailable."""
        if self._system is None:
            self.load()
        assert self._system is not None  # noqa: S101 - `load` has set it
        return self._system

    def seal(self, text: str, column: str, row: UUID) -> bytes:
        """Encrypt a secret of the system for one column (`table.column`) of one row."""
        return self.system.seal(text, column, row)

    def open(self, sealed: bytes, column: str, row: UUID) -> str:
        """Decrypt what `seal` made for the same column and row. Errors: SealBroken."""
        return self.system.open(sealed, column, row)

    def seal_bytes(self, content: bytes, column: str, row: UUID) -> bytes:
        """Encrypt bytes of the system for one column of one row."""
        return self.system.seal_bytes(content, column, row)

    def open_bytes(self, sealed: bytes, column: str, row: UUID) -> bytes:
        """Decrypt what `seal_bytes` made for the same column and row. Errors: SealBroken."""
        return self.system.open_bytes(sealed, column, row)

    def blind_index(self, text: str) -> bytes:
        """A keyed digest (HMAC-SHA-256) of a code, or of what is counted; addresses have `address_index`."""
        if not self._index_key:
            self.load()
        return hmac.digest(self._index_key, text.encode(), hashlib.sha256)

    def address_index(self, address: str) -> bytes:
        """The blind index of an e-mail address or a telephone, normalised before, under a key of its own.

        That key can be changed for another (`openvisit keys rotate-index`).
        """
        if not self._address_key:
            self.load()
        return address_digest(self._address_key, address)

    def of(self, owner: UUID, wrapped: bytes | None) -> Keys:
        """The owner's keys from the column `keyring.data_key.wrapped`; None where there is no row.

        Errors: SealBroken, Unavailable.
        """
        if wrapped is None:
            return Keys(owner, None, self._first)
        if not wrapped:
            return Keys(owner, None, self._first, erased=True)
        return Keys(owner, self.wrapping.unwrap(bytes(wrapped), owner), self._first)

    def new(self, owner: UUID) -> tuple[Keys, bytes]:
        """A fresh key for an owner who has none, and its wrapped form for `keyring.data_key`: insert both or none."""
        key = os.urandom(32)
        return Keys(owner, key, self._first), self.wrapping.wrap(key, owner)

    async def keys(self, connection: Connection, owner: UUID) -> Keys:
        """The owner's keys; made at first use, in the caller's transaction. Two who ask together get the same."""
        row = await fetch_one(connection, _ONE, {"owner": owner})
        return self.of(owner, await self.ensure(connection, owner, row["wrapped"] if row else None))

    async def ensure(self, connection: Connection, owner: UUID, wrapped: bytes | None) -> bytes:
        """The owner's wrapped key as a statement found it, made now where it found none.

        Only people from before the keyring have none: whoever is entered now gets one in the same statement.
        """
        if wrapped is None:
            _, made = self.new(owner)
            await execute(connection, _MAKE, {"owner": owner, "wrapped": made})
            row = await fetch_one(connection, _ONE, {"owner": owner})
            assert row is not None  # noqa: S101 - ours, or another's that came first
            wrapped = bytes(row["wrapped"])
        return wrapped

    async def many(self, connection: Connection, owners: Collection[UUID]) -> dict[UUID, Keys]:
        """The keys of many owners in one query; those who have none yet come with keys that open nothing new."""
        rows = await fetch_all(
            connection,
            "SELECT owner, wrapped FROM keyring.data_key WHERE owner = ANY(%(owners)s)",
            {"owners": list(set(owners))},
        )
        found = {row["owner"]: row["wrapped"] for row in rows}
        return {owner: self.of(owner, found.get(owner)) for owner in owners}

    async def shred(self, connection: Connection, owner: UUID, now: datetime) -> bool:
        """Destroy the owner's key: what was sealed under it is unreadable from the commit on, in old backups too.

        The answer is whether there was anything left to destroy. It cannot be undone. The key file follows by a job.
        """
        if owner.int < 256:
            raise ValueError("the system's keys are not shredded")
        changed = await execute(
            connection,
            """INSERT INTO keyring.data_key (owner, wrapped, made_at, shredded_at)
               VALUES (%(owner)s, ''::bytea, %(now)s, %(now)s)
               ON CONFLICT (owner) DO UPDATE SET wrapped = excluded.wrapped, shredded_at = excluded.shredded_at
               WHERE keyring.data_key.shredded_at IS NULL""",
            {"owner": owner, "now": now},
        )
        if changed:
            await defer(connection, _KEY_FILE, queueing_lock=_KEY_FILE, args={})
        return changed > 0


def address_digest(key: bytes, address: str) -> bytes:
    """HMAC-SHA-256 of the address."""
    return hmac.digest(key, address.encode(), hashlib.sha256)


_KEY_FILE = "keyring:write_key_file"
_ONE = "SELECT wrapped FROM keyring.data_key WHERE owner = %(owner)s"
_MAKE = "INSERT INTO keyring.data_key (owner, wrapped) VALUES (%(owner)s, %(wrapped)s) ON CONFLICT DO NOTHING"
