"""The ways to a token: codes with PKCE, refresh tokens that change at each use, and an app's own key."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    grants,
    scope_to_list,
)
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from openvisit.core import scopes
from openvisit.features.identity.oauth import clients, store
from openvisit.features.identity.oauth.clients import PRIVATE_KEY_JWT, Client
from openvisit.features.identity.oauth.server import Server, time_of
from openvisit.features.identity.oauth.signing import IDENTITY, Pinned, half_hash
from openvisit.features.identity.oauth.userinfo import claims_of

PROOFS = (PRIVATE_KEY_JWT, "client_secret_basic", "client_secret_post", "none")
# SMART asks apps for five minutes, widely used libraries take an hour. Each is good once, however long it lives.
_LONGEST_ASSERTION = timedelta(hours=1)


class _OurTokens:
    """What both kinds of grant for people share: tokens from an authorization."""

    server: Server
    request: Any

    def _tokens(self, authorization: store.Authorization, scope: str | None, refresh: bool) -> dict[str, Any]:
        desk = self.server.desk
        wanted = list(dict.fromkeys(scope_to_list(scope) or authorization.scopes))
        token, seconds = self.server.wait(desk.tokens.issue, authorization, wanted, desk.now)
        answer: dict[str, Any] = {
            "token_type": "Bearer",
            "access_token": token,
            "expires_in": seconds,
            "scope": " ".join(wanted),
        }
        if refresh and store.offline(authorization.scopes):
            answer["refresh_token"] = self.server.wait(
                store.new_refresh_token, authorization, desk.now, desk.refresh_life
            )
        if authorization.person_id is not None and _knows_patient(wanted):
            person = self.server.wait(store.person_facts, authorization.person_id)
            if person is not None and person["patient_id"] is not None:
                answer["patient"] = str(person["patient_id"])
        return answer

    def authenticate_user(self, authorization: store.Authorization) -> Any:
        """The person's row, while the person is one of ours."""
        assert authorization.person_id is not None  # noqa: S101 - these grants are for people
        return self.server.wait(store.person_facts, authorization.person_id)


def _knows_patient(wanted: list[str]) -> bool:
    """Whether the app is told which record is the person's own (SMART App Launch 2.2, launch context)."""
    return scopes.LAUNCH_PATIENT in wanted or any(scope.startswith("patient/") for scope in wanted)


class CodeGrant(_OurTokens, grants.AuthorizationCodeGrant):  # type: ignore[misc]
    """Codes (RFC 6749 section 4.1). `consents.give_code` gives them, in one statement with the consent: the library
    saves none."""

    TOKEN_ENDPOINT_AUTH_METHODS = PROOFS

    def query_authorization_code(self, code: str, client: Client) -> store.Authorization | None:
        """Spend the code."""
        desk = self.server.desk
        found: store.Authorization | None = self.server.wait(store.redeem_code, code, client, desk.now)
        if found is None:
            desk.ended.add(client.id)
        return found

    def delete_authorization_code(self, authorization_code: store.Authorization) -> None:
        """Nothing: it was spent when it was shown."""

    def generate_token(self, user: Any = None, scope: Any = None, **_: Any) -> dict[str, Any]:
        """The tokens."""
        return self._tokens(self.request.authorization_code, scope, refresh=True)


class RefreshGrant(_OurTokens, grants.RefreshTokenGrant):  # type: ignore[misc]
    """Refresh tokens (RFC 6749 section 6), a new one at each use."""

    TOKEN_ENDPOINT_AUTH_METHODS = PROOFS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> store.Authorization | None:
        """What it stands for."""
        desk, client = self.server.desk, self.request.client
        found: store.Authorization | None = self.server.wait(
            store.redeem_refresh_token, refresh_token, client, desk.now
        )
        if found is None:
            desk.ended.add(client.id)
        return found

    def revoke_old_credential(self, refresh_token: store.Authorization) -> None:
        """Spend the one that came."""
        self.server.wait(store.spend_refresh_token, self.request.form["refresh_token"], self.server.desk.now)

    def generate_token(self, user: Any = None, scope: Any = None, **_: Any) -> dict[str, Any]:
        """The tokens."""
        return self._tokens(self.request.refresh_token, scope, refresh=True)


class ServerGrant(grants.ClientCredentialsGrant):  # type: ignore[misc]
    """An app on its own (RFC 6749 section 4.4; SMART Backend Services): by its key alone, `system/` scopes alone."""

    TOKEN_ENDPOINT_AUTH_METHODS = (PRIVATE_KEY_JWT,)

    def create_token_response(self) -> Any:
        """The token. Errors: InvalidScopeError."""
        scope = self.client.get_allowed_scope(self.request.payload.scope)
        if scope is None or not all(map(scopes.for_servers, scope.split(" "))):
            raise InvalidScopeError
        desk = self.server.desk
        wanted = scope.split(" ")
        authorization = self.server.wait(store.for_server, self.client, wanted, desk.now)
        token, seconds = self.server.wait(desk.tokens.issue, authorization, wanted, desk.now)
        answer = {"token_type": "Bearer", "access_token": token, "expires_in": seconds, "scope": scope}
        return 200, answer, self.TOKEN_RESPONSE_HEADER


class OnlyS256(CodeChallenge):  # type: ignore[misc]
    """PKCE (RFC 7636) for every app, and of its two methods the one that hides the verifier."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)
    CODE_CHALLENGE_METHODS = MappingProxyType({"S256": CodeChallenge.CODE_CHALLENGE_METHODS["S256"]})

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Errors: InvalidRequestError without a challenge, or by another method."""
        asked = grant.request.payload.data
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("'code_challenge' is needed, with 'code_challenge_method' S256")
        super().validate_code_challenge(grant, redirect_uri)


class IdToken(OpenIDCode):  # type: ignore[misc]
    """ID tokens beside access tokens (OpenID Connect Core 1.0 section 3.1.3.3)."""

    LIFE = timedelta(hours=1)

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        """False: the nonce is for the app to check; a code is spent once whatever its nonce."""
        return False

    def encode_id_token(self, token: dict[str, Any], request: Any) -> str:
        """The signed ID token."""
        client: Client = request.client
        authorization: store.Authorization = request.authorization_code
        server: Server = request.server
        desk = server.desk
        issued = int(desk.now.timestamp())
        claims = {
            "iss": server.issuer,
            "aud": client.client_id,
            "iat": issued,
            "exp": issued + int(self.LIFE.total_seconds()),
            "auth_time": time_of(authorization.auth_time),
            "at_hash": half_hash(token["access_token"], client.id_token_alg),
            **claims_of(request.user, set(token["scope"].split(" ")), desk.vault, server.issuer),
        }
        if authorization.nonce:
            claims["nonce"] = authorization.nonce
        if authorization.amr:
            claims["amr"] = list(authorization.amr)
        return desk.tokens.signatures.sign(claims, IDENTITY, client.id_token_alg)


class Assertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """An app proves itself by a signed statement (RFC 7523, `private_key_jwt`), each statement once."""

    CLIENT_AUTH_METHOD = PRIVATE_KEY_JWT

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server = server
        self._client: Client | None = None

    def resolve_client_public_key(self, client: Client) -> KeySet:
        """The app's keys. Errors: InvalidClientError when it has none, or they could not be fetched."""
        self._client = client
        if client.jwks is not None:
            return clients.key_set(client.jwks)
        try:
            return self._server.desk.keys[client.id]
        except KeyError:
            raise InvalidClientError(description="The keys of this app cannot be had") from None

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> Any:
        """The claims, by the algorithms we take and our own clock. Errors: InvalidClientError."""
        try:
            token = jwt.decode(assertion, resolve_key, registry=Pinned(clients.ASSERTION_ALGORITHMS))
            self._check(token.claims)
        except OAuth2Error:
            raise
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise InvalidClientError(description="The assertion is not good") from error
        return token.claims

    def _check(self, claims: dict[str, Any]) -> None:
        now = self._server.desk.now
        issuer = self._server.issuer
        audiences = [issuer, *(f"{issuer}/oauth/{name}" for name in ("token", "revoke", "introspect", "par"))]
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=30,
            iss={"essential": True},
            sub={"essential": True},
            aud={"essential": True, "values": audiences},
            exp={"essential": True},
            jti={"essential": True},
        ).validate(claims)
        client = self._client
        if client is None or not claims["iss"] == claims["sub"] == client.client_id:
            raise InvalidClientError(description="'iss' and 'sub' are the client_id")
        expires = datetime.fromtimestamp(claims["exp"], UTC)
        if expires > now + _LONGEST_ASSERTION + timedelta(seconds=30):
            raise InvalidClientError(description="An assertion is good for an hour at most")
        jti = claims["jti"]
        if not isinstance(jti, str) or not jti:
            raise InvalidClientError(description="'jti' is text")
        until = expires + timedelta(minutes=1)
        if not self._server.wait(store.first_use, client, jti, until):
            raise InvalidClientError(description="This assertion was used before")


def equip(server: Server) -> Server:
    """The server with all its grants."""
    server.register_client_auth_method(PRIVATE_KEY_JWT, Assertion(server))
    server.register_grant(CodeGrant, [OnlyS256(required=True), IdToken()])
    server.register_grant(RefreshGrant)
    server.register_grant(ServerGrant)
    return server
