"""JSON Web Tokens for apps: access tokens (RFC 9068) and ID tokens (OpenID Connect Core 1.0 section 2)."""

import asyncio
import hashlib
import time
from base64 import urlsafe_b64encode
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSRegistry

from openvisit.features.identity.keys import OAUTH, SigningKey, imported, public_keys, signing_key
from openvisit.features.identity.tokens import header_of
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database

ACCESS, IDENTITY = "at+jwt", "JWT"
_LONGEST = 4_000
_READ_KEYS_EVERY = 1.0  # seconds
_HASH = {"ES256": hashlib.sha256, "EdDSA": hashlib.sha512}


class Pinned(JWSRegistry):
    """Takes these algorithms alone, whatever a token's header says (RFC 8725 section 3.1), and warns of none."""

    def __init__(self, algorithms: Collection[str]) -> None:
        super().__init__(algorithms=algorithms)

    def get_alg(self, name: str) -> Any:
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError(f"{name} is not taken here")
        return self.algorithms[name]


class Signatures:
    """Signs with the keys for apps and checks what was signed with them."""

    def __init__(self, db: Database, vault: Vault, clock: Clock, life: timedelta) -> None:
        self._db = db
        self._vault = vault
        self._clock = clock
        self._life = life
        self._signers: dict[str, SigningKey] = {}
        self._signing = asyncio.Lock()
        self._public: dict[str, OKPKey | ECKey] = {}
        self._public_read = float("-inf")
        self._reading = asyncio.Lock()

    async def ready(self, now: datetime) -> None:
        """Have a key of each algorithm to sign with; opens a transaction of its own where one must be made."""
        async with self._signing:
            for algorithm, purpose in OAUTH.items():
                known = self._signers.get(algorithm)
                if known is None or known.signs_until <= now:
                    async with self._db.transaction(as_gate="what an app may do is what its tokens tell") as connection:
                        known = await signing_key(connection, self._vault, now, self._life, purpose)
                    self._signers[algorithm] = known
                    self._public[str(known.id)] = known.pair

    def sign(self, claims: dict[str, Any], kind: str, algorithm: str = "ES256") -> str:
        """A token of this kind (`typ`); `ready` has been awaited."""
        key = self._signers[algorithm]
        header = {"alg": algorithm, "kid": str(key.id), "typ": kind}
        return jwt.encode(header, claims, key.pair, registry=Pinned([algorithm]))

    async def claims(self, token: str, kind: str, issuer: str, audience: str | None = None) -> dict[str, Any]:
        """The claims of a token of this kind that we signed for this audience, expired or not. Errors: ValueError."""
        if len(token) > _LONGEST:
            raise ValueError("too long for one of ours")
        header = header_of(token)
        algorithm, kid = header.get("alg"), header.get("kid")
        if header.get("typ") != kind or algorithm not in OAUTH or not isinstance(kid, str):
            raise ValueError("not a token of this kind")
        key = await self._key(kid)
        if key.get("alg") != algorithm:
            raise ValueError("not the algorithm of its key")
        try:
            claims = jwt.decode(token, key, registry=Pinned([algorithm])).claims
        except (JoseError, TypeError) as error:
            raise ValueError("the signature is not ours") from error
        if claims.get("iss") != issuer or (audience is not None and claims.get("aud") != audience):
            raise ValueError("for somebody else")
        return claims

    async def _key(self, kid: str) -> OKPKey | ECKey:
        """Unknown ones are looked up, as another process may have made them; at most once a second for all who ask."""
        if kid not in self._public:
            asked = time.monotonic()
            async with self._reading:
                if kid not in self._public and self._public_read < asked:  # nobody read while this one waited
                    await asyncio.sleep(max(0.0, self._public_read + _READ_KEYS_EVERY - time.monotonic()))
                    async with self._db.connection(as_gate="what an app may do is what its tokens tell") as connection:
                        found = await public_keys(connection, self._clock(), tuple(OAUTH.values()))
                    self._public = {kid: imported(jwk) for kid, jwk in found.items()}
                    self._public_read = time.monotonic()
        if kid not in self._public:
            raise ValueError("not a key of ours")
        return self._public[kid]


def half_hash(token: str, algorithm: str) -> str:
    """`at_hash`: the left half of the token's digest (OpenID Connect Core 1.0 section 3.1.3.6)."""
    whole = _HASH[algorithm](token.encode()).digest()
    return urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()
