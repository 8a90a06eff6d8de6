"""End-to-end encryption as the browser does it, written once more from its description: what one seals, the other
opens. The web app's own is in `web/src/lib/e2e`."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()


def b64(content: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def context(purpose: str, *fields: str | int | bytes) -> bytes:
    """The purpose and the fields, each after its length in four bytes."""
    told = [f"openvisit/e2e/v1/{purpose}".encode()]
    told += [field if isinstance(field, bytes) else str(field).encode() for field in fields]
    return b"".join(len(field).to_bytes(4, "big") + field for field in told)


@dataclass(frozen=True)
class Keys:
    """An identity: a pair to seal to, and a pair to sign with."""

    agreement: ec.EllipticCurvePrivateKey
    signing: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> str:
        return b64(_point(self.agreement.public_key()) + _point(self.signing.public_key()))

    @property
    def id(self) -> str:
        return key_id(self.public)

    @property
    def secret(self) -> bytes:
        """d, x and y of both."""
        return b"".join(_scalars(pair) for pair in (self.agreement, self.signing))

    def sign(self, what: bytes) -> str:
        r, s = decode_dss_signature(self.signing.sign(what, ec.ECDSA(hashes.SHA256())))
        return b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def make_keys(agreement: int | None = None, signing: int | None = None) -> Keys:
    """Fresh keys, or those of given numbers."""
    return Keys(_pair(agreement), _pair(signing))


def key_id(public: str) -> str:
    """The short name of a public identity."""
    return hashlib.sha256(unb64(public)).digest()[:16].hex()


def verified(public: str, signature: str, what: bytes) -> bool:
    """Whether the signature is that identity's."""
    raw = unb64(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unb64(public)[65:])
    key.verify(der, what, ec.ECDSA(hashes.SHA256()))
    return True


def seal_for(public: str, secret: bytes, place: bytes, ephemeral: int | None = None) -> str:
    """Seal a small secret to an identity."""
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unb64(public)[:65])
    pair = _pair(ephemeral)
    point = _point(pair.public_key())
    key = _sealing_key(pair.exchange(ec.ECDH(), receiver), point, _point(receiver), place)
    return b64(b"\x01" + point + AESGCM(key).encrypt(bytes(12), secret, place))


def open_sealed(keys: Keys, sealed: str, place: bytes) -> bytes:
    """Open what was sealed to these keys."""
    raw = unb64(sealed)
    sender = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw[1:66])
    shared = keys.agreement.exchange(ec.ECDH(), sender)
    key = _sealing_key(shared, raw[1:66], _point(keys.agreement.public_key()), place)
    return AESGCM(key).decrypt(bytes(12), raw[66:], place)


def seal_identity(kind: str, secret: bytes, keys: Keys, *, iterations: int = 0, salt: bytes, iv: bytes) -> str:
    """The private keys sealed under a phrase's bits or a passkey's."""
    stretched = secret
    if kind == "phrase":
        stretched = PBKDF2HMAC(hashes.SHA256(), 32, salt, iterations).derive(secret)
    key = HKDF(hashes.SHA256(), 32, salt, context(f"{kind}-key")).derive(stretched)
    place = context("identity-seal", kind, iterations, unb64(keys.public))
    return b64(iv + AESGCM(key).encrypt(iv, keys.secret, place))


def new_keys(keys: Keys) -> dict[str, Any]:
    """The body that keeps keys, sealed under a phrase."""
    salt = bytes(16)
    sealed = seal_identity("phrase", bytes(16), keys, iterations=1, salt=salt, iv=bytes(12))
    seal = {"kind": "phrase", "salt": b64(salt), "iterations": 1, "sealed": sealed}
    return {"public_key": keys.public, "seals": [seal]}


def make_epoch(
    by: Keys, maker: str, room: str, number: int, readers: dict[str, str], content_key: bytes | None = None
) -> tuple[dict[str, Any], bytes]:
    """The body that starts an epoch, and its content key. `readers` maps participants to public identities."""
    raw = content_key or os.urandom(32)
    commitment = hashlib.sha256(raw).digest()
    named = sorted(f"{participant} {key_id(public)}" for participant, public in readers.items())
    body = {
        "number": number,
        "commitment": b64(commitment),
        "signature": by.sign(context("epoch-signature", room, number, maker, commitment, *named)),
        "wraps": [wrap(room, number, participant, public, raw) for participant, public in readers.items()],
    }
    return body, raw


def wrap(room: str, number: int, participant: str, public: str, raw: bytes) -> dict[str, str]:
    """An epoch's content key for one reader."""
    sealed = seal_for(public, raw, context("content-key", room, number, participant))
    return {"participant": participant, "key_id": key_id(public), "wrapped": sealed}


def seal_message(by: Keys, content_key: bytes, place: dict[str, Any], content: Any, iv: bytes | None = None) -> Any:
    """Ciphertext and signature of a message."""
    iv = iv or os.urandom(12)
    bound = _bound(place)
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 64)
    sealed = iv + AESGCM(content_key).encrypt(iv, text, bound)
    signature = by.sign(context("message-signature", bound, hashlib.sha256(sealed).digest()))
    return {"ciphertext": b64(sealed), "signature": signature}


def open_message(public: str, content_key: bytes, place: dict[str, Any], sealed: dict[str, str]) -> Any:
    """What was said; raises when anything of it is not so."""
    raw, bound = unb64(sealed["ciphertext"]), _bound(place)
    assert verified(public, sealed["signature"], context("message-signature", bound, hashlib.sha256(raw).digest()))
    return json.loads(AESGCM(content_key).decrypt(raw[:12], raw[12:], bound))


def encrypt_chunk(key: bytes, chunk: bytes, of: str, index: int, last: bool) -> bytes:
    """One chunk of a file."""
    iv = os.urandom(12)
    return iv + AESGCM(key).encrypt(iv, chunk, context("file-chunk", of, index, "last" if last else "more"))


def _bound(place: dict[str, Any]) -> bytes:
    return context("message", *(place[name] for name in ("id", "room", "epoch", "sender", "key_id", "sequence")))


def _sealing_key(shared: bytes, sender: bytes, receiver: bytes, place: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, sender + receiver, context("sealed-to", place)).derive(shared)


def _pair(number: int | None) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(CURVE) if number is None else ec.derive_private_key(number, CURVE)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _scalars(pair: ec.EllipticCurvePrivateKey) -> bytes:
    numbers = pair.private_numbers()
    public = numbers.public_numbers
    return b"".join(n.to_bytes(32, "big") for n in (numbers.private_value, public.x, public.y))
