"""An app as the authorization server meets it, and what its keys and addresses must be like."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from authlib.oauth2.rfc6749 import ClientMixin
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey, import_key

from openvisit.core import scopes
from openvisit.features.identity.oauth import redirects
from openvisit.platform.db import Connection, Row, fetch_one

PRIVATE_KEY_JWT = "private_key_jwt"
AUTH_METHODS = ("none", PRIVATE_KEY_JWT, "client_secret_basic", "client_secret_post")
ASSERTION_ALGORITHMS = ("ES256", "ES384", "RS256", "RS384", "PS256", "EdDSA", "Ed25519")
"""What apps may sign with when they prove who they are; SMART asks for RS384 and ES384. Nothing symmetric, no none."""
_MOST_KEYS = 10
_LEAST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):  # type: ignore[misc]
    """One registered app; the methods are those that Authlib asks (RFC 6749 section 2)."""

    id: UUID
    clinic_id: UUID
    name: str
    auth_method: str
    secret_hash: bytes | None
    jwks: Mapping[str, Any] | None
    jwks_uri: str | None
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    scopes: frozenset[str]
    id_token_alg: str

    @property
    def client_id(self) -> str:
        """The `client_id`."""
        return str(self.id)

    def get_client_id(self) -> str:
        """The `client_id`."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: a request always says where to go, so that nothing is guessed."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The scopes asked for when the app may have them all, each once; None when it may not."""
        try:
            wanted = scopes.split(scope)
        except scopes.UnknownScope:
            return None
        return " ".join(wanted) if wanted and all(scopes.covered(one, self.scopes) for one in wanted) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether people may be sent there."""
        return redirects.matches(redirect_uri, self.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether this is the app's secret."""
        return self.secret_hash is not None and hmac.compare_digest(self.secret_hash, digest(client_secret))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Whether the app proves itself this way: by its one method, everywhere."""
        return method == self.auth_method

    def check_response_type(self, response_type: str) -> bool:
        """Codes alone: tokens never travel through the browser's address bar."""
        return response_type == "code" and bool(self.redirect_uris)

    def check_grant_type(self, grant_type: str) -> bool:
        """What its registration comes to."""
        if grant_type == "client_credentials":
            return self.auth_method == PRIVATE_KEY_JWT and any(map(scopes.for_servers, self.scopes))
        if grant_type == "refresh_token":
            return scopes.OFFLINE in self.scopes and bool(self.redirect_uris)
        return grant_type == "authorization_code" and bool(self.redirect_uris)


async def find(connection: Connection, client_id: str | None) -> Client | None:
    """The app, when there is one of that id and it is not switched off."""
    try:
        id_ = UUID(client_id or "")
    except ValueError:
        return None
    if str(id_) != client_id:
        return None
    row = await fetch_one(connection, "SELECT * FROM oauth_client WHERE id = %(id)s AND active", {"id": id_})
    return None if row is None else client_of(row)


def client_of(row: Row) -> Client:
    """The app in a row of `oauth_client`."""
    return Client(
        id=row["id"],
        clinic_id=row["clinic_id"],
        name=row["name"],
        auth_method=row["auth_method"],
        secret_hash=bytes(row["secret_hash"]) if row["secret_hash"] is not None else None,
        jwks=row["jwks"],
        jwks_uri=row["jwks_uri"],
        redirect_uris=tuple(row["redirect_uris"]),
        post_logout_redirect_uris=tuple(row["post_logout_redirect_uris"]),
        scopes=frozenset(row["scopes"]),
        id_token_alg=row["id_token_alg"],
    )


def digest(secret: str) -> bytes:
    """What is stored of a secret, code or token: plain SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()


def key_set(jwks: Mapping[str, Any]) -> KeySet:
    """The app's public keys. Errors: ValueError, saying what is wrong with them."""
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not 1 <= len(keys) <= _MOST_KEYS:
        raise ValueError(f"a key set has `keys`, from 1 to {_MOST_KEYS}")
    return KeySet([_public_key(key) for key in keys])


def _public_key(jwk: Any) -> ECKey | RSAKey | OKPKey:
    if not isinstance(jwk, dict) or jwk.get("kty") not in ("EC", "RSA", "OKP"):
        raise ValueError("a key is of kind EC, RSA or OKP")
    if "d" in jwk:
        raise ValueError("this is a private key: keep it, and make another pair now that it has travelled")
    try:
        key = import_key(jwk)
        size = key.raw_value.key_size if isinstance(key, RSAKey) else _LEAST_RSA_BITS
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError("a key cannot be read") from error
    if size < _LEAST_RSA_BITS:
        raise ValueError(f"an RSA key has {_LEAST_RSA_BITS} bits or more")
    assert isinstance(key, ECKey | RSAKey | OKPKey)  # noqa: S101 - by its `kty`
    return key
