"""Requests and answers about keys. Everything private in them is sealed before it leaves the browser."""

import hashlib
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

_B64 = "^[A-Za-z0-9_-]+$"
PublicKey = Annotated[
    str,
    Meta(
        min_length=174,
        max_length=174,
        pattern=_B64,
        description="Two points on P-256, to agree with and to verify by: 130 bytes as base64url without padding",
    ),
]
KeyId = Annotated[
    str, Meta(pattern="^[0-9a-f]{32}$", description="The first 16 bytes of the SHA-256 of the public key")
]
Sealed = Annotated[str, Meta(min_length=20, max_length=600, pattern=_B64)]
Salt = Annotated[str, Meta(min_length=20, max_length=60, pattern=_B64)]
Iterations = Annotated[int, Meta(ge=0, le=10_000_000)]
Credential = Annotated[str, Meta(min_length=1, max_length=1400, pattern=_B64)]


class NewSeal(msgspec.Struct):
    """The private keys, sealed under what a phrase or a passkey gives. `iterations` are PBKDF2's, 0 for a passkey."""

    kind: Literal["phrase", "passkey"]
    salt: Salt
    iterations: Iterations
    sealed: Sealed
    credential: Credential | None = None


class Seal(msgspec.Struct):
    """One way to unlock the keys."""

    id: UUID
    kind: Literal["phrase", "passkey"]
    salt: str
    iterations: int
    sealed: str
    credential: str | None
    made_at: datetime


class NewKeys(msgspec.Struct):
    """Keys that the browser made, and the first ways to unlock them."""

    public_key: PublicKey
    seals: Annotated[list[NewSeal], Meta(min_length=1, max_length=5)]


class ReplacedKeys(msgspec.Struct):
    """Other keys in the place of those that nobody can unlock any more."""

    replaces: KeyId
    public_key: PublicKey
    seals: Annotated[list[NewSeal], Meta(min_length=1, max_length=5)]


class Keys(msgspec.Struct):
    """The caller's keys and every way to unlock them."""

    key_id: str
    public_key: str
    made_at: datetime
    seals: list[Seal]


class OwnKeys(msgspec.Struct):
    """The caller's keys, if they have made any."""

    keys: Keys | None


class NewEscrow(msgspec.Struct):
    """A clinic's key, made in an admin's browser, its private part sealed under a phrase that is shown once."""

    public_key: PublicKey
    salt: Salt
    iterations: Iterations
    sealed: Sealed


class Escrow(msgspec.Struct):
    """The clinic's key that conversations are sealed to as well, beside their people's."""

    key_id: str
    public_key: str
    salt: str
    iterations: int
    sealed: str
    made_at: datetime


class ClinicEscrow(msgspec.Struct):
    """Whether the clinic keeps a key of its own, and which."""

    escrow: Escrow | None


def key_id(public_key: str) -> str:
    """The short name of a public key."""
    return hashlib.sha256(urlsafe_b64decode(public_key + "==")).digest()[:16].hex()


def is_public_key(public_key: str) -> bool:
    """Whether both halves are uncompressed points, which begin with 4 (SEC 1 section 2.3.3)."""
    try:
        raw = urlsafe_b64decode(public_key + "==")
    except ValueError:
        return False
    return len(raw) == 130 and raw[0] == 4 and raw[65] == 4
