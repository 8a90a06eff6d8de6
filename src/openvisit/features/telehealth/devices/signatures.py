"""Signatures of browsers (WebCrypto ECDSA on P-256 with SHA-256), and the bytes they are made over.

Whatever is signed begins with words that say what it is, so that a signature made for one purpose is none for another.
`web/src/lib/e2e` has the same in TypeScript; the tests hold both to the same vectors.
"""

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

REGISTRATION = "openvisit/e2e/v1/device-key"
_CURVE = ec.SECP256R1()
_HALF = 32


def framed(*parts: bytes | str) -> bytes:
    """The parts behind each other, each behind its length in four bytes: no two lists of parts give the same."""
    raw = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in raw)


def verified(public_key: bytes, signature: bytes, signed: bytes) -> bool:
    """Whether the signature (r and s, 32 bytes each) is by this key; False for what is no key at all."""
    if len(signature) != 2 * _HALF:
        return False
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public_key)
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def key_id(public_key: bytes) -> bytes:
    """What a key is known by."""
    return hashlib.sha256(public_key).digest()


def from_base64url(text: str) -> bytes:
    """The bytes; the wire types have looked at the letters."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def base64url(raw: bytes) -> str:
    """Without padding, as WebCrypto's own formats have it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
