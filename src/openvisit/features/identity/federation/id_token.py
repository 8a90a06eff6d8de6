"""Checking what a provider signed: ID tokens (OpenID Connect Core 1.0 section 3.1.3.7) and logout tokens."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jws import JWSRegistry

from openvisit.features.identity.federation.errors import FederationFailed
from openvisit.features.identity.federation.metadata import Described
from openvisit.features.identity.federation.providers import Provider

LEEWAY = 60  # seconds that clocks may differ
_LONGEST = 16_384
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_BY_CLAIM = {"iss": "issuer", "aud": "audience", "azp": "audience", "nonce": "nonce", "at_hash": "access-token"}


async def check_id_token(
    provider: Provider,
    described: Described,
    token: str,
    *,
    nonce: str,
    access_token: str | None,
    begun_at: datetime,
    now: datetime,
) -> dict[str, Any]:
    """The claims of an ID token that came back for the authorization request with this nonce, begun at `begun_at`.

    Errors: FederationFailed, with the check that refused it; ProviderUnavailable.
    """
    header, claims = await _verified(provider, described, token)
    told = CodeIDToken(
        claims,
        header,
        options={"iss": {"essential": True, "value": provider.issuer_of(claims) or ""}, "aud": _for(provider)},
        params={"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
    )
    try:
        told.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, AttributeError) as error:
        raise FederationFailed(_reason(error)) from error
    if claims["iat"] < begun_at.timestamp() - LEEWAY:
        raise FederationFailed("expired")  # made before it was asked for
    _check_subject(claims)
    return claims


async def check_logout_token(provider: Provider, described: Described, token: str, *, now: datetime) -> dict[str, Any]:
    """The claims of a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.6).

    Errors: FederationFailed, ProviderUnavailable.
    """
    header, claims = await _verified(provider, described, token)
    kind = header.get("typ")
    if str(kind).lower().removeprefix("application/") != "logout+jwt" and not (
        provider.untyped_logout and (kind is None or str(kind).lower() == "jwt")
    ):
        raise FederationFailed("type")  # or another token of the provider's might pass for one
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer_of(claims) or ""},
        aud=_for(provider),
        iat={"essential": True},
        exp={"essential": True},
        jti={"essential": True},
    )
    try:
        registry.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise FederationFailed(_reason(error)) from error
    if not 0 < len(claims["jti"]) <= 255:
        raise FederationFailed("jti")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT_EVENT), dict):
        raise FederationFailed("events")
    if "nonce" in claims:
        raise FederationFailed("nonce")  # an ID token is no logout token
    if not any(isinstance(claims.get(name), str) and claims[name] for name in ("sub", "sid")):
        raise FederationFailed("subject")
    return claims


async def _verified(provider: Provider, described: Described, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims under a signature of the provider's. Errors: FederationFailed, ProviderUnavailable."""
    header = _header(token)
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in (await described.description()).algorithms:
        raise FederationFailed("algorithm")
    if kid is not None and not isinstance(kid, str):
        raise FederationFailed("key")
    keys = [key for key in await described.keys(kid) if key.algorithm in (None, algorithm)]
    if kid is None and len(keys) != 1:
        raise FederationFailed("key")  # without a name, only the one key can be meant
    if not keys:
        raise FederationFailed("key")
    try:
        registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        decoded = jwt.decode(token, keys[0].key, registry=registry)
    except (JoseError, ValueError, TypeError) as error:
        raise FederationFailed("signature") from error
    claims = dict(decoded.claims)
    if keys[0].issuer is not None and keys[0].issuer.replace("{tenantid}", str(claims.get("tid"))) != claims.get("iss"):
        raise FederationFailed("key")  # a key that speaks for another tenant
    return header, claims


def _header(token: str) -> dict[str, Any]:
    """The header, not verified yet: it only names key and algorithm. Errors: FederationFailed."""
    if len(token) > _LONGEST or token.count(".") != 2:
        raise FederationFailed("token")
    part = token.partition(".")[0]
    try:
        return msgspec.json.decode(urlsafe_b64decode(part + "=" * (-len(part) % 4)), type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise FederationFailed("token") from error


def _check_subject(claims: Mapping[str, Any]) -> None:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise FederationFailed("subject")


def _for(provider: Provider) -> Any:
    return {"essential": True, "value": provider.client_id}


def _reason(error: Exception) -> str:
    if isinstance(error, ExpiredTokenError):
        return "expired"
    if isinstance(error, (InvalidClaimError, MissingClaimError)):
        named = str(getattr(error, "claim", ""))
        return _BY_CLAIM.get(named, named or "claims")
    return "claims"
