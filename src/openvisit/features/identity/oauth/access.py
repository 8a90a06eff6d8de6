"""Access tokens of apps, and the `Actor` behind each: a person as one app may act for them, or a clinic's server.

As in `identity.tokens`, what a request rests on is remembered for a short while, and dropped in every process at once
when the live channel says `app:<client id>`, or when `TokenService` drops a person.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core import scopes
from openvisit.core.errors import Unauthenticated
from openvisit.core.permissions import STAFF, STAFF_SCOPES, Actor
from openvisit.features.identity.oauth import store
from openvisit.features.identity.oauth.signing import ACCESS, Signatures
from openvisit.features.identity.tokens import ACTOR_SECONDS, TokenService, header_of
from openvisit.features.identity.tokens import TOPIC as PERSON_TOPIC
from openvisit.platform.background import ended
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row
from openvisit.platform.realtime import Live

TOPIC = "app:"
_MOST = 20_000
_WHY = "what an app may do is what its tokens tell"


class AppTokens:
    """Makes access tokens for apps and tells who one belongs to."""

    def __init__(self, db: Database, vault: Vault, clock: Clock, *, issuer: str, minutes: int) -> None:
        self.life = timedelta(minutes=minutes)
        self.issuer = issuer
        self.audience = f"{issuer}/api"
        self.signatures = Signatures(db, vault, clock, timedelta(hours=1))
        self._db = db
        self._clock = clock
        self._live: Live | None = None
        self._changes: asyncio.Queue[str] = asyncio.Queue()
        self._hearing: asyncio.Task[None] | None = None
        self._verified: OrderedDict[bytes, tuple[UUID, float]] = OrderedDict()
        self._actors: OrderedDict[UUID, tuple[Actor, float]] = OrderedDict()
        self._changed = 0  # counts what was forgotten, so that a read begun before is not remembered after

    async def start(self, live: Live) -> None:
        """Begin to hear which apps changed."""
        self._live = live
        live.subscribe(f"{TOPIC}*", self._changes)
        self._hearing = asyncio.create_task(self._hear())

    async def stop(self) -> None:
        """Stop hearing."""
        if self._live is not None:
            self._live.unsubscribe(f"{TOPIC}*", self._changes)
        await ended(self._hearing)
        self._live = self._hearing = None

    async def issue(
        self,
        connection: Connection,
        authorization: store.Authorization,
        wanted: list[str],
        now: datetime,
    ) -> tuple[str, int]:
        """An access token for what was authorized, or less, and for how many seconds it is good."""
        jti = await store.new_access_token(connection, authorization, wanted, now, self.life)
        issued, seconds = int(now.timestamp()), int(self.life.total_seconds())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": str(authorization.person_id or authorization.client_id),
            "client_id": str(authorization.client_id),
            "scope": " ".join(wanted),
            "jti": str(jti),
            "iat": issued,
            "exp": issued + seconds,
        }
        if authorization.auth_time is not None:
            claims["auth_time"] = int(authorization.auth_time.timestamp())
        return self.signatures.sign(claims, ACCESS), seconds

    async def token_id(self, token: str) -> UUID:
        """The `jti` of an access token of ours that has not expired. Errors: Unauthenticated."""
        now = self._clock().timestamp()
        known = hashlib.sha256(token.encode(errors="replace")).digest()
        if known not in self._verified:
            try:
                claims = await self.signatures.claims(token, ACCESS, self.issuer, self.audience)
                self._verified[known] = UUID(claims["jti"]), float(claims["exp"])
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise Unauthenticated("This is not an access token of ours") from error
            if len(self._verified) > _MOST:
                self._verified.popitem(last=False)
        jti, expires = self._verified[known]
        if expires <= now:
            del self._verified[known]
            raise Unauthenticated("The access token has expired")
        return jti

    async def actor(self, token: str) -> Actor:
        """Whoever is behind the token, with what it gives. Errors: Unauthenticated."""
        jti = await self.token_id(token)
        known = self._actors.get(jti)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        seen = self._changed
        async with self._db.connection(as_gate=_WHY) as connection:
            actor = await _load(connection, jti, self._clock())
        if actor is None:
            raise Unauthenticated("The access token is not good any more")
        if seen == self._changed:
            self._actors[jti] = actor, time.monotonic() + ACTOR_SECONDS
            if len(self._actors) > _MOST:
                self._actors.popitem(last=False)
        return actor

    async def again(self, actor: Actor) -> Actor:
        """As `Authenticator.again`, for an actor behind an app's token."""
        async with self._db.connection(as_gate=_WHY) as connection:
            found = await _load(connection, actor.session_id, self._clock())
        if found is None:
            raise Unauthenticated("The access token is not good any more")
        return found

    def changed(self, client_id: UUID) -> None:
        """Say, after the commit, that tokens of an app ended: every process reads them anew."""
        self.forget(client_id)
        if self._live is not None:
            self._live.publish(f"{TOPIC}{client_id}")

    def forget(self, id_: UUID) -> None:
        """Drop what this process remembers of an app or a person."""
        self._changed += 1
        for jti in [jti for jti, (actor, _) in self._actors.items() if id_ in (actor.app_id, actor.person_id)]:
            del self._actors[jti]

    async def _hear(self) -> None:
        while True:
            topic = await self._changes.get()
            with suppress(ValueError):
                self.forget(UUID(topic.partition(":")[2]))


class Authenticator:
    """Takes both kinds of access token and tells them apart by their type, never by trying."""

    def __init__(self, own: TokenService, apps: AppTokens) -> None:
        self._own = own
        self._apps = apps

    async def actor(self, token: str) -> Actor:
        """The actor behind the token. Errors: Unauthenticated."""
        try:
            kind = header_of(token).get("typ")
        except ValueError as error:
            raise Unauthenticated("This is not an access token of ours") from error
        return await (self._apps.actor(token) if kind == ACCESS else self._own.actor(token))

    async def again(self, actor: Actor) -> Actor:
        """The actor as they are now, read anew; does not count as using the session. Errors: Unauthenticated."""
        return await (self._own.again(actor) if actor.app_id is None else self._apps.again(actor))

    def topics(self, actor: Actor) -> Sequence[str]:
        """The live topics that say when `again` may answer something else."""
        person = f"{PERSON_TOPIC}{actor.person_id}"
        return [person] if actor.app_id is None else [person, f"{TOPIC}{actor.app_id}"]


async def _load(connection: Connection, jti: UUID, now: datetime) -> Actor | None:
    token = await store.access_token(connection, jti, now)
    if token is None:
        return None
    if token["person_id"] is None:
        return _server(token)
    person = await store.app_actor(connection, token["person_id"], token["clinic_id"])
    if person is None:
        return None
    return Actor(
        person_id=token["person_id"],
        session_id=token["id"],
        patient_id=person["patient_id"],
        provider_id=person["provider_id"],
        roles={token["clinic_id"]: frozenset(person["roles"])} if person["roles"] else {},
        full_name=person["full_name"],
        time_zone=person["time_zone"],
        language=person["language"],
        app_id=token["client_id"],
        grants=scopes.grants(token["scopes"]),
    )


def _server(token: Row) -> Actor:
    """A clinic's server on its own: sees its one clinic as staff would, and of that only what its scopes name."""
    return Actor(
        person_id=token["client_id"],
        session_id=token["id"],
        roles={token["clinic_id"]: frozenset({STAFF, *STAFF_SCOPES})},
        full_name=token["name"],
        app_id=token["client_id"],
        grants=scopes.grants(token["scopes"]),
    )
