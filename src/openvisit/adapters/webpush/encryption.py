"""Message encryption for Web Push (RFC 8291), in one record of the content coding aes128gcm (RFC 8188)."""

import os
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openvisit.platform.channels import WebPush
from openvisit.platform.channels.vapid import from_base64url

RECORD = 4096
LONGEST = RECORD - 86 - 17
"""Bytes of content in one record: less the header, and less the delimiter and the tag of the cipher."""


def encrypt(
    content: bytes,
    to: WebPush,
    *,
    ours: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push. `ours` and `salt` are made for each message; the RFC's example gives its own.

    Errors: ValueError for keys that are none, or content that is too long.
    """
    if len(content) > LONGEST:
        raise ValueError("too long for one push")
    ours = ours or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(16)
    theirs, secret = from_base64url(to.p256dh), from_base64url(to.auth)
    if len(secret) != 16:
        raise ValueError("the authentication secret has 16 bytes")
    mine = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = ours.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    material = _hkdf(shared, secret, b"WebPush: info\x00" + theirs + mine, 32)
    key = _hkdf(material, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _hkdf(material, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + struct.pack("!IB", RECORD, len(mine)) + mine
    return header + AESGCM(key).encrypt(nonce, content + b"\x02", None)


def _hkdf(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(material)
