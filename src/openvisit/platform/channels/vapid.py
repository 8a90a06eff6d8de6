"""Who we are to push services: a key of our own, and what it signs (VAPID, RFC 8292)."""

import base64
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

_LIFE = timedelta(hours=12)  # at most 24 hours, RFC 8292 section 2


class VapidKey:
    """A key pair on P-256. Browsers subscribe for its public half, so that nobody else can send to them."""

    def __init__(self, secret: bytes) -> None:
        """`secret` is the private number, 32 bytes. Errors: ValueError."""
        self._private = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
        self.public = base64url(self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    @staticmethod
    def make() -> bytes:
        """A new secret."""
        made = ec.generate_private_key(ec.SECP256R1())
        return made.private_numbers().private_value.to_bytes(32, "big")

    def authorization(self, endpoint: str, contact: str, now: datetime) -> str:
        """The Authorization header for a push to that endpoint; `contact` is a mailto: or https: address."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + _LIFE).timestamp()),
            "sub": contact,
        }
        token = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, ECKey.import_key(self._private))
        return f"vapid t={token}, k={self.public}"


def base64url(content: bytes) -> str:
    """Without padding, as the Web Push standards have it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Errors: ValueError."""
    if not text.isascii() or not text.replace("-", "").replace("_", "").isalnum():
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
