"""Signing out at an app's wish (OpenID Connect RP-Initiated Logout 1.0); the person decides."""

from datetime import datetime
from typing import Any
from uuid import UUID

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import InvalidRequestError

from openvisit.core.permissions import Actor
from openvisit.features.identity.oauth import clients, wire
from openvisit.features.identity.oauth.requests import fields_of
from openvisit.features.identity.oauth.service import OAuthServer
from openvisit.features.identity.oauth.signing import IDENTITY


async def look(oauth: OAuthServer, actor: Actor | None, query: str, now: datetime) -> wire.EndSessionStep:
    """Who asks, and where to go afterwards: an address that the app registered, and only with an ID token of ours."""
    try:
        fields = fields_of(query)
    except InvalidRequestError:
        return wire.EndSessionStep(None, own=False, redirect_to=None)
    claims = await _hint(oauth, fields.get("id_token_hint"))
    named = fields.get("client_id")
    if claims is not None and named not in (None, claims["aud"]):
        claims = named = None
    async with oauth.db.connection(as_gate="what an app may do is what its tokens tell") as connection:
        client = await clients.find(connection, claims["aud"] if claims else named)
    if client is None:
        return wire.EndSessionStep(None, own=False, redirect_to=None)
    location = None
    wanted = fields.get("post_logout_redirect_uri")
    if claims is not None and wanted in client.post_logout_redirect_uris:
        state = fields.get("state")
        location = add_params_to_uri(wanted, [("state", state)]) if state else wanted
    own = claims is not None and actor is not None and UUID(claims["sub"]) == actor.person_id
    return wire.EndSessionStep(client.name, own=own, redirect_to=location)


async def _hint(oauth: OAuthServer, token: str | None) -> dict[str, Any] | None:
    """The claims of an ID token of ours, expired or not."""
    if token is None:
        return None
    try:
        claims = await oauth.tokens.signatures.claims(token, IDENTITY, oauth.issuer)
        UUID(claims["sub"])
        return claims if isinstance(claims["aud"], str) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
