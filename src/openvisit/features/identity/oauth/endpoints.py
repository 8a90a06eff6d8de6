"""What apps can do with tokens they hold: have them ended (RFC 7009), ask whether they are good (RFC 7662)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from openvisit.core.errors import Unauthenticated
from openvisit.features.identity.oauth import store
from openvisit.features.identity.oauth.clients import Client
from openvisit.features.identity.oauth.grants import PROOFS, equip
from openvisit.features.identity.oauth.server import Server


@dataclass(frozen=True, slots=True)
class Found:
    """A token that is good now."""

    id: UUID | None  # of an access token; None for a refresh token
    authorization_id: UUID
    client_id: UUID
    person_id: UUID | None
    scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime

    def check_client(self, client: Client) -> bool:
        """For Authlib: whether it is this app's."""
        return self.client_id == client.id

    def is_expired(self) -> bool:
        """False: it was looked up among the good ones."""
        return False

    def is_revoked(self) -> bool:
        """False: it was looked up among the good ones."""
        return False


async def find(connection: Any, server: Server, token: str) -> Found | None:
    """The token, whichever kind it is; the hint of the request is not needed to tell."""
    desk = server.desk
    jti = None
    try:
        jti = await desk.tokens.token_id(token)
        row = await store.access_token(connection, jti, desk.now)
    except Unauthenticated:
        row = await store.refresh_token(connection, token, desk.now)
    if row is None:
        return None
    return Found(
        jti,
        row["authorization_id"],
        row["client_id"],
        row["person_id"],
        tuple(row["scopes"]),
        row["issued_at"],
        row["expires_at"],
    )


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """A refresh token ends with all that came of its authorization, an access token alone."""

    CLIENT_AUTH_METHODS = PROOFS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Found | None:
        """The token, if it is good."""
        found: Found | None = self.server.wait(find, self.server, token_string)
        return found

    def revoke_token(self, token: Found, request: Any) -> None:
        """End it."""
        desk = self.server.desk
        if token.id is None:
            self.server.wait(store.revoke_authorization, token.authorization_id, "the app", desk.now)
        else:
            self.server.wait(store.revoke_access_token, token.id, desk.now)
        desk.ended.add(token.client_id)


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    """Apps that can prove who they are may ask about their own tokens."""

    CLIENT_AUTH_METHODS = tuple(method for method in PROOFS if method != "none")

    def query_token(self, token_string: str, token_type_hint: str | None) -> Found | None:
        """The token, if it is good."""
        found: Found | None = self.server.wait(find, self.server, token_string)
        return found

    def check_permission(self, token: Found, client: Client, request: Any) -> bool:
        """Whether the token is the app's own."""
        return token.check_client(client)

    def introspect_token(self, token: Found) -> dict[str, Any]:
        """What there is to know about it."""
        return {
            "active": True,
            "client_id": str(token.client_id),
            "scope": " ".join(token.scopes),
            "sub": str(token.person_id or token.client_id),
            "iss": self.server.issuer,
            "aud": self.server.desk.tokens.audience,
            "iat": int(token.issued_at.timestamp()),
            "exp": int(token.expires_at.timestamp()),
            **({"token_type": "Bearer", "jti": str(token.id)} if token.id else {}),
        }


def whole(server: Server) -> Server:
    """The server with its grants and endpoints."""
    equip(server)
    server.register_endpoint(Revocation)
    server.register_endpoint(Introspection)
    return server
