"""A browser's side of Web Push: subscribes, and opens what was encrypted for it (RFC 8291, receiving)."""

import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openvisit.platform.channels import WebPush
from openvisit.platform.channels.vapid import base64url


class BrowserSubscription:
    """The keys of one subscription."""

    def __init__(self, endpoint: str) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self._auth = os.urandom(16)
        self.address = WebPush(endpoint, base64url(self._point), base64url(self._auth))

    def opened(self, body: bytes) -> bytes:
        """The content. Raises InvalidTag where it was meant for another."""
        salt, size, theirs = body[:16], body[20], body[21 : 21 + body[20]]
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self._private.exchange(ec.ECDH(), sender)
        material = _hkdf(shared, self._auth, b"WebPush: info\x00" + self._point + theirs, 32)
        key = _hkdf(material, salt, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _hkdf(material, salt, b"Content-Encoding: nonce\x00", 12)
        padded = AESGCM(key).decrypt(nonce, body[21 + size :], None)
        content, delimiter, padding = padded.rpartition(b"\x02")
        assert delimiter
        assert not padding.strip(b"\x00")
        return content

    def read(self, body: bytes) -> dict[str, Any]:
        """The content as the service worker parses it."""
        found: dict[str, Any] = json.loads(self.opened(body))
        return found


def _hkdf(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(material)
