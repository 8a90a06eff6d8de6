"""Sealing text at rest: AES-256-GCM, the place of the text (table, column, row) bound in as associated data.

A sealed value is `version (1 byte) || nonce (12) || ciphertext and tag`. The data key is derived from the master
secret by HKDF (RFC 5869); the version byte leaves room for wrapped data keys to follow.
"""

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"


class SealBroken(ValueError):
    """The sealed value was changed, moved to another row, or sealed under another key."""


class Vault:
    """Seals and opens text, and makes blind indexes for look-up of what is sealed."""

    def __init__(self, master_secret: str) -> None:
        secret = master_secret.encode()
        self._aead = AESGCM(_derive(secret, b"openvisit data key v1"))
        self._index_key = _derive(secret, b"openvisit blind index v1")

    def seal(self, text: str, column: str, row: UUID) -> bytes:
        """Encrypt text for one column (`table.column`) of one row."""
        return self.seal_bytes(text.encode(), column, row)

    def open(self, sealed: bytes, column: str, row: UUID) -> str:
        """Decrypt what `seal` made for the same column and row.

        Errors: SealBroken.
        """
        return self.open_bytes(sealed, column, row).decode()

    def seal_bytes(self, content: bytes, column: str, row: UUID) -> bytes:
        """Encrypt bytes for one column of one row."""
        nonce = os.urandom(12)
        return _VERSION + nonce + self._aead.encrypt(nonce, content, _place(column, row))

    def open_bytes(self, sealed: bytes, column: str, row: UUID) -> bytes:
        """Decrypt what `seal_bytes` made for the same column and row.

        Errors: SealBroken.
        """
        if sealed[:1] != _VERSION:
            raise SealBroken("sealed under an unknown version")
        try:
            return self._aead.decrypt(sealed[1:13], sealed[13:], _place(column, row))
        except InvalidTag:
            raise SealBroken("the sealed value does not belong here or was changed") from None

    def blind_index(self, text: str) -> bytes:
        """A keyed digest (HMAC-SHA-256) that finds equal text without storing it."""
        return hmac.digest(self._index_key, text.encode(), hashlib.sha256)


def _place(column: str, row: UUID) -> bytes:
    return column.encode() + b"\x00" + row.bytes


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"openvisit", info=purpose).derive(secret)
