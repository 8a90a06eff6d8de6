"""The master key: the one key that is not in the database. Everything else is wrapped by it, directly or not."""

import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class MasterKeyFailed(Exception):
    """The master key could not wrap or unwrap. `permanent`: trying again will not help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class MasterKey(Protocol):
    """Something that wraps a 32-byte key and unwraps it again, both under the same context.

    `name` says which key it is, without giving it away; it is stored beside what was wrapped.
    Errors of both: MasterKeyFailed.
    """

    name: str

    def wrap(self, key: bytes, context: Mapping[str, str]) -> bytes:
        """The key, wrapped."""
        ...

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """What `wrap` was given."""
        ...


class LocalMaster:
    """A master key made from a secret of at least 128 random bits, from the environment or a file."""

    def __init__(self, secret: str) -> None:
        content = secret.encode()
        self._aead = AESGCM(derive(content, b"openvisit master key"))
        self.name = "local:" + hmac.digest(derive(content, b"openvisit master name"), b"", hashlib.sha256)[:6].hex()

    def wrap(self, key: bytes, context: Mapping[str, str]) -> bytes:
        """Nonce (12 bytes), ciphertext and tag."""
        nonce = os.urandom(12)
        return nonce + self._aead.encrypt(nonce, key, _bound(context))

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """Errors: MasterKeyFailed, permanent."""
        try:
            return self._aead.decrypt(wrapped[:12], wrapped[12:], _bound(context))
        except (InvalidTag, ValueError):
            raise MasterKeyFailed("the wrapped key was changed, or belongs to another key", permanent=True) from None


class Masters:
    """The master key that wraps, and former ones that still unwrap."""

    def __init__(self, current: MasterKey, former: Sequence[MasterKey] = ()) -> None:
        self.current = current
        self._by_name = {master.name: master for master in (*former, current)}

    def named(self, name: str) -> MasterKey:
        """Errors: MasterKeyFailed when no configured master key has the name."""
        found = self._by_name.get(name)
        if found is None:
            raise MasterKeyFailed(
                f"keys are wrapped by the master key {name}, which is not configured: "
                "set MASTER_KEY to it, or add it to MASTER_KEY_OLD",
                permanent=True,
            )
        return found

    def has(self, name: str) -> bool:
        """Whether the master key of that name is configured."""
        return name in self._by_name


def derive(secret: bytes, purpose: bytes) -> bytes:
    """32 bytes for one purpose from a secret, by HKDF-SHA-256 (RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"openvisit", info=purpose).derive(secret)


def _bound(context: Mapping[str, str]) -> bytes:
    return "\n".join(f"{name}={context[name]}" for name in sorted(context)).encode()
