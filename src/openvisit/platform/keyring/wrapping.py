"""The key-wrapping keys in memory: unwrapped once by the master key, they unwrap data keys without asking anybody.

Few and numbered. Reading them takes a short connection of its own and, with a key management service, one call for
each key; so it is done when a process starts, and again when a data key turns up that a newer one wrapped.
"""

import os
import threading
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from openvisit.core.errors import Unavailable
from openvisit.platform.keyring.masters import MasterKeyFailed, Masters
from openvisit.platform.keyring.sealing import SealBroken
from openvisit.platform.principal import SETTING, SYSTEM

_LOCK = 7_461_002_020  # any number that nobody else uses for an advisory lock
_CONNECT_SECONDS = 5

Sync = psycopg.Connection[Any]


class WrappingKeys:
    """Wraps data keys under the newest key-wrapping key, and unwraps them under any.

    A wrapped data key is `number of the wrapping key (4 bytes) || nonce (12) || ciphertext and tag (48)`.
    """

    def __init__(self, masters: Masters, database_url: str) -> None:
        self.masters = masters
        self.database_url = database_url
        self._keys: dict[int, AESGCM] = {}
        self._newest = 0
        self._loading = threading.Lock()

    def connect(self) -> Sync:
        """A connection of its own, in autocommit, that row-level security lets see everything."""
        return psycopg.connect(
            self.database_url,
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS,
            options=f"-c {SETTING}={SYSTEM.text}",
        )

    @property
    def newest(self) -> int:
        """The number of the key that wraps; the first one is made where there is none."""
        if not self._newest:
            self.load()
        return self._newest

    def load(self) -> None:
        """Read every key that is not known yet; make the first one. Errors: Unavailable, MasterKeyFailed."""
        try:
            with self._loading, self.connect() as connection:
                rows = connection.execute("SELECT id, master, wrapped FROM keyring.wrapping_key").fetchall()
                if not rows:
                    rows = [_add(connection, self.masters, first=True)]
                newest = max(number for number, *_ in rows)
                for number, master, wrapped in rows:
                    # A former master key may have been put away: nobody misses it until something is found under it.
                    if number not in self._keys and (number == newest or self.masters.has(master)):
                        self._keys[number] = unwrap_wrapping_key(self.masters, number, master, bytes(wrapped))
                self._newest = newest
        except psycopg.OperationalError as error:
            raise Unavailable from error
        except MasterKeyFailed as error:
            if error.permanent:
                raise
            raise Unavailable from error

    def forget(self) -> None:
        """Forget the keys read so far: the keyring in the database was replaced."""
        self._keys, self._newest = {}, 0

    def add(self) -> int:
        """A new key-wrapping key under the present master key; from now on it wraps. The answer is its number."""
        with self.connect() as connection:
            number, *_ = _add(connection, self.masters)
        self.load()
        return number

    def wrap(self, key: bytes, owner: UUID) -> bytes:
        """The data key, wrapped for its owner. Errors: Unavailable."""
        number, nonce = self.newest, os.urandom(12)
        return number.to_bytes(4) + nonce + self._keys[number].encrypt(nonce, key, _owned(owner))

    def rewrap(self, wrapped: bytes, owner: UUID) -> bytes:
        """The same data key under the newest key-wrapping key. Errors: as `unwrap`."""
        return self.wrap(self.unwrap(wrapped, owner), owner)

    def unwrap(self, wrapped: bytes, owner: UUID) -> bytes:
        """The owner's data key. Errors: SealBroken when it is another's or was changed; Unavailable."""
        number = int.from_bytes(wrapped[:4])
        aead = self._keys.get(number)
        if aead is None:  # wrapped anew since this process read them
            self.load()
            aead = self._keys.get(number)
        if aead is None:
            raise SealBroken(
                f"a data key is wrapped under key {number}: its master key is not configured, or it is gone"
            )
        return unwrap_with(aead, wrapped, owner)


def unwrap_wrapping_key(masters: Masters, number: int, master: str, wrapped: bytes) -> AESGCM:
    """The key-wrapping key of that number. Errors: MasterKeyFailed."""
    return AESGCM(masters.named(master).unwrap(wrapped, _context(number)))


def unwrap_with(wrapping: AESGCM, wrapped: bytes, owner: UUID) -> bytes:
    """The owner's data key. Errors: SealBroken when it is another's or was changed."""
    try:
        return wrapping.decrypt(wrapped[4:16], wrapped[16:], _owned(owner))
    except (InvalidTag, ValueError):
        raise SealBroken("the wrapped data key is another's or was changed") from None


def _add(connection: Sync, masters: Masters, *, first: bool = False) -> tuple[int, str, bytes]:
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        row = connection.execute(
            "SELECT id, master, wrapped FROM keyring.wrapping_key ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if first and row is not None:  # another process was first
            return row[0], row[1], row[2]
        number = row[0] + 1 if row else 1
        wrapped = masters.current.wrap(os.urandom(32), _context(number))
        connection.execute(
            "INSERT INTO keyring.wrapping_key (id, master, wrapped) VALUES (%s, %s, %s)",
            (number, masters.current.name, wrapped),
        )
        return number, masters.current.name, wrapped


def _context(number: int) -> Mapping[str, str]:
    return {"product": "openvisit", "wrapping_key": str(number)}


def _owned(owner: UUID) -> bytes:
    return b"openvisit data key\x00" + owner.bytes
