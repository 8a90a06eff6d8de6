"""What the first release's sealing did, written down anew from its format: version 1, one key from SECRET_KEY."""

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class FirstVault:
    """Seals as the first release did."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def seal(self, text: str, column: str, row: UUID) -> bytes:
        """Version, nonce, ciphertext."""
        nonce = os.urandom(12)
        key = self._key(b"openvisit data key v1")
        return b"\x01" + nonce + AESGCM(key).encrypt(nonce, text.encode(), column.encode() + b"\x00" + row.bytes)

    def blind_index(self, text: str) -> bytes:
        """HMAC-SHA-256."""
        return hmac.digest(self._key(b"openvisit blind index v1"), text.encode(), hashlib.sha256)

    def _key(self, purpose: bytes) -> bytes:
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"openvisit", info=purpose).derive(self._secret)
