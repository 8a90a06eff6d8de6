"""Access tokens: short-lived JWTs (RFC 7519) signed with Ed25519 (RFC 8037), and the `Actor` behind each.

`actor` runs on every request, so what it learnt is remembered: a verified token until it expires (checking a
signature costs more than the rest of a read), the Actor for at most 30 seconds, and dropped in every process at once
when the live channel says `actor:<person id>`.
"""

import asyncio
import hashlib
import time
from base64 import urlsafe_b64decode
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSRegistry

from openvisit.core.errors import Unauthenticated, Unavailable
from openvisit.core.permissions import Actor
from openvisit.features.identity.actors import load_actor
from openvisit.features.identity.keys import OAUTH, SESSION, SigningKey, imported, public_keys, signing_key
from openvisit.features.identity.lives import Lives
from openvisit.platform.background import ended
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, execute
from openvisit.platform.realtime import Live

AUDIENCE = "openvisit"
ALGORITHM = "EdDSA"
TOPIC = "actor:"
ACTOR_SECONDS = 30.0
_MOST_TOKENS = 20_000
_MOST_ACTORS = 20_000
_LONGEST_TOKEN = 2_000
_WHY = "who is asking is what tokens tell"
_READ_KEYS_EVERY = 1.0  # seconds
_NOTE_SEEN_EVERY = 5.0  # seconds


class _OnlyEdDSA(JWSRegistry):
    """Pins the algorithm, whatever a token's header says (RFC 8725 section 3.1).

    The library would warn of the name `EdDSA`, which RFC 9864 splits into one name a curve; our keys are of the one
    curve Ed25519, and `EdDSA` is what other JWT libraries know.
    """

    def get_alg(self, name: str) -> Any:
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(f"only {ALGORITHM} is taken")
        return self.algorithms[ALGORITHM]


_registry = _OnlyEdDSA()

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Session:
    """An open session: whose it is."""

    id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True)
class _Claims:
    session: Session
    expires: float  # Unix time


class TokenService:
    """Issues access tokens and tells who one belongs to."""

    def __init__(
        self, db: Database, vault: Vault, clock: Clock, *, issuer: str, minutes: int, lives: Lives | None = None
    ) -> None:
        self.lives = lives or Lives()
        self._db = db
        self._vault = vault
        self._clock = clock
        self._issuer = issuer
        self._life = timedelta(minutes=minutes)
        self._live: Live | None = None
        self._changes: asyncio.Queue[str] = asyncio.Queue()
        self._hearing: asyncio.Task[None] | None = None
        self._seeing: asyncio.Task[None] | None = None
        self._seen: dict[UUID, datetime] = {}
        self._signer: SigningKey | None = None
        self._signing = asyncio.Lock()
        self._public: dict[str, OKPKey | ECKey] = {}
        self._public_read = float("-inf")
        self._reading: asyncio.Task[None] | None = None
        self._verified: OrderedDict[bytes, _Claims] = OrderedDict()
        self._actors: OrderedDict[UUID, tuple[Actor, float]] = OrderedDict()
        self._followers: list[Callable[[UUID], None]] = []
        self._changed = 0  # counts what was forgotten, so that a read begun before is not remembered after

    async def start(self, live: Live) -> None:
        """Begin to hear which people changed; asks nothing of the database yet."""
        self._live = live
        live.subscribe(f"{TOPIC}*", self._changes)
        self._hearing = asyncio.create_task(self._hear())
        self._seeing = asyncio.create_task(self._note_seen())

    async def stop(self) -> None:
        """Stop hearing."""
        if self._live is not None:
            self._live.unsubscribe(f"{TOPIC}*", self._changes)
        await ended(self._hearing, self._seeing, self._reading)
        self._live = self._hearing = self._seeing = self._reading = None
        with suppress(Unavailable):
            await self.note_seen()

    async def issue(self, session: Session) -> tuple[str, int]:
        """A token for the session, and for how many seconds it is good."""
        now = self._clock()
        key = await self._key_to_sign(now)
        issued = int(now.timestamp())
        seconds = int(self._life.total_seconds())
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(session.person_id),
            "sid": str(session.id),
            "iat": issued,
            "exp": issued + seconds,
        }
        header = {"alg": ALGORITHM, "kid": str(key.id)}
        return jwt.encode(header, claims, key.pair, registry=_registry), seconds

    async def actor(self, token: str) -> Actor:
        """The person behind the access token, with the roles they hold now.

        Errors: Unauthenticated for a token that is not ours, has expired, or whose session has ended.
        """
        now = self._clock()
        digest = hashlib.sha256(token.encode()).digest()
        claims = self._verified.get(digest)
        if claims is None:
            claims = await self._verify(token, now)
            _remember(self._verified, digest, claims, _MOST_TOKENS)
        if claims.expires <= now.timestamp():
            self._verified.pop(digest, None)
            raise Unauthenticated("The access token has expired")
        known = self._actors.get(claims.session.id)
        if known is not None and known[1] > time.monotonic() and known[0].person_id == claims.session.person_id:
            return known[0]
        return await self._load(claims.session, now)

    async def again(self, actor: Actor) -> Actor:
        """The actor of the same session as they are now, read anew; does not count as using it.

        Errors: Unauthenticated when the session has ended.
        """
        async with self._db.connection(as_gate=_WHY) as connection:
            found = await load_actor(connection, actor.session_id, self._clock(), self.lives)
        if found is None:
            raise Unauthenticated("The session has ended")
        return found

    def changed(self, person_id: UUID) -> None:
        """Say, after the commit, that a person's sessions, roles or details changed: every process reads them anew."""
        self.forget(person_id)
        if self._live is not None:
            self._live.publish(f"{TOPIC}{person_id}")

    def follow(self, forget: Callable[[UUID], None]) -> None:
        """Let others who remember people drop them at the same moment."""
        self._followers.append(forget)

    def forget(self, person_id: UUID) -> None:
        """Drop what this process remembers of a person."""
        for follower in self._followers:
            follower(person_id)
        self._changed += 1
        for session_id in [s for s, (actor, _) in self._actors.items() if actor.person_id == person_id]:
            del self._actors[session_id]

    async def jwks(self) -> dict[str, Any]:
        """The JSON Web Key Set (RFC 7517 section 5) that verifies our tokens."""
        now = self._clock()
        await self._key_to_sign(now)
        async with self._db.connection(as_gate=_WHY) as connection:
            return {"keys": list((await public_keys(connection, now, (SESSION, *OAUTH.values()))).values())}

    async def note_seen(self) -> None:
        """Write down when sessions were last used, those that this process met since the last time.

        An Actor is read anew every 30 seconds while it is in use, so that this tells a session's last use to a minute
        or so, and no request waits for a write.
        """
        if not self._seen:
            return
        seen, self._seen = self._seen, {}
        async with self._db.connection(as_gate=_WHY) as connection:
            await execute(
                connection,
                """UPDATE session SET last_seen_at = seen.at
                   FROM unnest(%(ids)s::uuid[], %(times)s::timestamptz[]) AS seen (id, at)
                   WHERE session.id = seen.id AND session.last_seen_at <= seen.at - interval '1 minute'""",
                {"ids": list(seen), "times": list(seen.values())},
            )

    async def _note_seen(self) -> None:
        while True:
            await asyncio.sleep(_NOTE_SEEN_EVERY)
            with suppress(Unavailable):
                await self.note_seen()

    async def _load(self, session: Session, now: datetime) -> Actor:
        seen = self._changed
        async with self._db.connection(as_gate=_WHY) as connection:
            actor = await load_actor(connection, session.id, now, self.lives)
        if actor is None or actor.person_id != session.person_id:
            raise Unauthenticated("The session has ended")
        self._seen[session.id] = now
        if seen == self._changed:
            _remember(self._actors, session.id, (actor, time.monotonic() + ACTOR_SECONDS), _MOST_ACTORS)
        return actor

    async def _verify(self, token: str, now: datetime) -> _Claims:
        if len(token) > _LONGEST_TOKEN:
            raise Unauthenticated("This is not an access token of ours")
        try:
            header = header_of(token)
            key = await self._key_to_verify(str(header.get("kid")))
            decoded = jwt.decode(token, key, registry=_registry)
            # No leeway: the clock that issues is the clock that checks.
            jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=0,
                iss={"essential": True, "value": self._issuer},
                aud={"essential": True, "value": AUDIENCE},
                exp={"essential": True},
                iat={"essential": True},
            ).validate(decoded.claims)
            session = Session(UUID(decoded.claims["sid"]), UUID(decoded.claims["sub"]))
            return _Claims(session, float(decoded.claims["exp"]))
        except (JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unauthenticated("This is not an access token of ours, or it has expired") from error

    async def _key_to_sign(self, now: datetime) -> SigningKey:
        async with self._signing:
            if self._signer is None or self._signer.signs_until <= now:
                async with self._db.transaction(as_gate=_WHY) as connection:
                    self._signer = await signing_key(connection, self._vault, now, self._life)
                self._public[str(self._signer.id)] = self._signer.pair
            return self._signer

    async def _key_to_verify(self, kid: str) -> OKPKey | ECKey:
        """Errors: KeyError. Another process may have made the key a moment ago, so unknown ones are looked up: at most
        once a second for all who ask, since anybody can send tokens with made-up ones."""
        if kid not in self._public:
            if self._reading is None or self._reading.done():
                wait = self._public_read + _READ_KEYS_EVERY - time.monotonic()
                self._reading = asyncio.create_task(self._read_keys(max(0.0, wait)))
            await asyncio.shield(self._reading)
        return self._public[kid]

    async def _read_keys(self, wait: float) -> None:
        await asyncio.sleep(wait)
        async with self._db.connection(as_gate=_WHY) as connection:
            found = await public_keys(connection, self._clock())
        self._public = {kid: imported(jwk) for kid, jwk in found.items()}
        self._public_read = time.monotonic()

    async def _hear(self) -> None:
        while True:
            topic = await self._changes.get()
            if topic.startswith(TOPIC):
                with suppress(ValueError):
                    self.forget(UUID(topic.removeprefix(TOPIC)))


def header_of(token: str) -> dict[str, Any]:
    """The header of a compact JWS, not verified yet: it only names the key. Errors: ValueError."""
    return _part(token, 0)


def payload_of(token: str) -> dict[str, Any]:
    """The claims of a compact JWS, not verified: good for finding out whose key would verify it. Errors: ValueError."""
    return _part(token, 1)


def _part(token: str, number: int) -> dict[str, Any]:
    part = [*token.split("."), "", ""][number]
    return msgspec.json.decode(urlsafe_b64decode(part + "=" * (-len(part) % 4)), type=dict[str, Any])


def _remember(known: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    known[key] = value
    if len(known) > most:
        known.popitem(last=False)
