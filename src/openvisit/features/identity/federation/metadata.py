"""What a provider says of itself: its description and its keys, fetched when needed and kept for a while."""

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, RSAKey

from openvisit.features.identity.federation.errors import FederationFailed, ProviderUnavailable
from openvisit.features.identity.federation.providers import Provider
from openvisit.platform import log
from openvisit.platform.outgoing import Answer, Outgoing, OutgoingFailed, OutgoingRefused

_LEAST_RSA_BITS = 2048
KEPT_FOR = 3600.0  # seconds
RETRIED_AFTER = 30.0  # seconds, when a newer description could not be had
READS_A_MINUTE = 4  # of the keys: anybody can send a logout token with a made-up `kid`
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures that are taken: public keys only. `none` and HMAC are never among them (RFC 8725 section 3.1)."""

_logger = log.get("federation")


@dataclass(frozen=True, slots=True)
class Description:
    """The parts of a provider's description that we use (OpenID Connect Discovery 1.0 section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    algorithms: tuple[str, ...]
    auth_methods: tuple[str, ...]
    says_issuer: bool  # RFC 9207


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key that may verify the provider's signatures; `issuer` where the provider says for which one (Microsoft)."""

    key: Key
    kid: str | None
    algorithm: str | None
    issuer: str | None


class Described:
    """One provider's description and keys, in this process's memory."""

    def __init__(self, provider: Provider, outgoing: Outgoing) -> None:
        self._provider = provider
        self._outgoing = outgoing
        self._description: Description | None = None
        self._description_until = float("-inf")
        self._keys: list[PublishedKey] = []
        self._keys_read = float("-inf")
        self._reads: deque[float] = deque(maxlen=READS_A_MINUTE)
        self._turn = asyncio.Lock()

    async def description(self) -> Description:
        """The description; an old one serves when a newer cannot be had. Errors: ProviderUnavailable,
        FederationFailed for one that is not this issuer's."""
        async with self._turn:
            if self._description is None or time.monotonic() >= self._description_until:
                try:
                    self._description = _described(self._provider, await self._get(self._provider.discovery))
                    self._description_until = time.monotonic() + KEPT_FOR
                except ProviderUnavailable:
                    if self._description is None:
                        raise
                    self._description_until = time.monotonic() + RETRIED_AFTER
            return self._description

    async def keys(self, kid: str | None) -> list[PublishedKey]:
        """The keys of that id (all, when none is named). Keys change: an unknown id is a reason to read them anew, but
        not more than a few times a minute. Errors: ProviderUnavailable, FederationFailed."""
        uri = (await self.description()).jwks_uri
        async with self._turn:
            fitting = self._of(kid)
            if (not fitting or time.monotonic() - self._keys_read >= KEPT_FOR) and self._may_read():
                try:
                    self._keys = _published(await self._get(uri))
                    self._keys_read = time.monotonic()
                except ProviderUnavailable:
                    if not fitting:
                        raise
                fitting = self._of(kid)
            return fitting

    def _may_read(self) -> bool:
        """Whether the keys may be read now; counts it."""
        now = time.monotonic()
        if len(self._reads) == READS_A_MINUTE and now - self._reads[0] < 60:
            return False
        self._reads.append(now)
        return True

    def _of(self, kid: str | None) -> list[PublishedKey]:
        return [key for key in self._keys if kid is None or key.kid == kid]

    async def _get(self, url: str) -> dict[str, Any]:
        answer = await call(self._outgoing, self._provider, "GET", url, redirects=2)
        if answer.status != 200:
            raise ProviderUnavailable
        try:
            return answer.json()
        except OutgoingFailed as error:
            raise ProviderUnavailable from error


async def call(outgoing: Outgoing, provider: Provider, method: str, url: str, **options: Any) -> Answer:
    """One call to a provider. Errors: ProviderUnavailable; FederationFailed for an address we do not call."""
    try:
        return await outgoing.send(method, url, **options)
    except OutgoingRefused as error:
        _logger.warning("provider's address refused", provider=provider.id, because=str(error))
        raise FederationFailed("address") from error
    except OutgoingFailed as error:
        _logger.warning("provider does not answer", provider=provider.id, because=str(error))
        raise ProviderUnavailable from error


def _described(provider: Provider, said: Mapping[str, Any]) -> Description:
    if said.get("issuer") != provider.issuer:
        _logger.warning("description of another issuer", provider=provider.id)
        raise FederationFailed("issuer")
    return Description(
        issuer=provider.issuer,
        authorization_endpoint=_text(said, "authorization_endpoint"),
        token_endpoint=_text(said, "token_endpoint"),
        jwks_uri=_text(said, "jwks_uri"),
        userinfo_endpoint=_optional(said, "userinfo_endpoint"),
        end_session_endpoint=_optional(said, "end_session_endpoint"),
        algorithms=tuple(
            name for name in _names(said, "id_token_signing_alg_values_supported", ["RS256"]) if name in ALGORITHMS
        ),
        auth_methods=_names(said, "token_endpoint_auth_methods_supported", ["client_secret_basic"]),
        says_issuer=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _published(said: Mapping[str, Any]) -> list[PublishedKey]:
    """The keys that can verify a signature; those of kinds that we do not know are left out (RFC 7517 section 5), and
    RSA keys too short for RS256 (RFC 7518 section 3.3)."""
    found = []
    listed = said.get("keys")
    for jwk in listed if isinstance(listed, list) else []:
        if not isinstance(jwk, dict) or jwk.get("kty") not in ("RSA", "EC") or jwk.get("use", "sig") != "sig":
            continue
        public = {name: value for name, value in jwk.items() if name in ("kty", "n", "e", "crv", "x", "y")}
        try:
            key = JWKRegistry.import_key(public)
        except (JoseError, ValueError, TypeError):
            continue
        if isinstance(key, RSAKey) and key.raw_value.key_size < _LEAST_RSA_BITS:
            continue
        found.append(PublishedKey(key, _optional(jwk, "kid"), _optional(jwk, "alg"), _optional(jwk, "issuer")))
    return found


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise FederationFailed("description")
    return value


def _optional(said: Mapping[str, Any], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) and value else None


def _names(said: Mapping[str, Any], name: str, usual: list[str]) -> tuple[str, ...]:
    value = said.get(name, usual)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else tuple(usual)
