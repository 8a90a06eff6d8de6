"""A software authenticator: makes passkeys and answers challenges as a device does (WebAuthn level 3, section 6).

ES256 keys, attestation `none`. What a test wants to be wrong (origin, rpId, counter, flags) it says in a call.
"""

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN = "http://localhost:8000"
_PRESENT, _VERIFIED, _BACKUP_ELIGIBLE, _BACKED_UP, _ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


@dataclass
class Credential:
    """One passkey on the device."""

    id: bytes
    key: ec.EllipticCurvePrivateKey
    rp_id: str
    handle: bytes
    count: int = 0


@dataclass
class Authenticator:
    """A device. `verifies` asks for a finger; `synced` says that its passkeys live on several devices."""

    origin: str = ORIGIN
    verifies: bool = True
    synced: bool = False
    counts: bool = True
    credentials: list[Credential] = field(default_factory=list)

    def create(self, options: dict[str, Any], **wrong: Any) -> dict[str, Any]:
        """The answer of `navigator.credentials.create`."""
        made = Credential(
            os.urandom(32),
            ec.generate_private_key(ec.SECP256R1()),
            options["rp"]["id"],
            _decoded(options["user"]["id"]),
        )
        self.credentials.append(made)
        numbers = made.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(made.id).to_bytes(2) + made.id + cbor2.dumps(cose)
        rp_id = wrong.get("rp_id", made.rp_id)
        data = self._data(rp_id, made.count, _ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"], wrong.get("origin", self.origin))
        return {
            "id": _encoded(made.id),
            "rawId": _encoded(made.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": _encoded(client),
                "attestationObject": _encoded(statement),
                "transports": ["internal"],
            },
        }

    def get(self, options: dict[str, Any], **wrong: Any) -> dict[str, Any]:
        """The answer of `navigator.credentials.get`, by the newest passkey that fits."""
        allowed = {_decoded(one["id"]) for one in options.get("allowCredentials") or []}
        fitting = [c for c in self.credentials if c.rp_id == options["rpId"] and (not allowed or c.id in allowed)]
        used = fitting[-1]
        if self.counts:
            used.count += 1
        count = wrong.get("count", used.count)
        data = self._data(wrong.get("rp_id", used.rp_id), count, 0)
        challenge = wrong.get("challenge", options["challenge"])
        client = self._client(wrong.get("type", "webauthn.get"), challenge, wrong.get("origin", self.origin))
        key = wrong.get("key", used.key)
        signature = key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "id": _encoded(used.id),
            "rawId": _encoded(used.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": _encoded(client),
                "authenticatorData": _encoded(data),
                "signature": _encoded(signature),
                "userHandle": _encoded(wrong.get("handle", used.handle)),
            },
        }

    def _data(self, rp_id: str, count: int, more: int) -> bytes:
        """Authenticator data (section 6.1): the hash of the rpId, flags, the counter."""
        flags = _PRESENT | more
        flags |= _VERIFIED if self.verifies else 0
        flags |= _BACKUP_ELIGIBLE | _BACKED_UP if self.synced else 0
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + count.to_bytes(4)

    @staticmethod
    def _client(kind: str, challenge: str, origin: str) -> bytes:
        """Collected client data (section 5.8.1)."""
        return msgspec.json.encode({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False})


def stranger() -> ec.EllipticCurvePrivateKey:
    """A key that nobody registered."""
    return ec.generate_private_key(ec.SECP256R1())


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
