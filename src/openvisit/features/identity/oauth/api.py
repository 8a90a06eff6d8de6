"""HTTP for apps: the authorization server's own endpoints, with the errors of OAuth 2.0, and discovery."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from openvisit.core.errors import Unauthenticated
from openvisit.core.permissions import Actor
from openvisit.features.identity.oauth import api_apps, asking, discovery, forms, store, wire
from openvisit.features.identity.oauth.server import Answer
from openvisit.features.identity.oauth.service import OAuthServer
from openvisit.features.identity.oauth.userinfo import claims_of
from openvisit.platform.web.routes import route

_TAGS = ["apps: OAuth 2.0"]
_SHOWN = {"token": "8xLOxBtZp8"}


@route(
    "POST",
    "/oauth/token",
    permission="app:token",
    summary="Tokens for a code, a refresh token or an app's own key (RFC 6749 section 3.2)",
    tags=_TAGS,
    oauth_form=forms.form(forms.TOKEN, "grant_type", grant_type="authorization_code", code="SplxlOBeZQQYbYS6WxSbIA"),
)
async def oauth_token(
    request: Request[Any, Any, Any], oauth: NamedDependency[OAuthServer], now: NamedDependency[datetime]
) -> Response[wire.Tokens]:
    """Codes need the verifier of PKCE (S256). A refresh token is good once; the answer has the next one."""
    return _sent(await oauth.answer("token", await request.body(), request.headers, now))


@route(
    "POST",
    "/oauth/revoke",
    permission="app:token",
    summary="End a token (RFC 7009)",
    tags=_TAGS,
    oauth_form=forms.form(forms.TOKEN_ONLY, "token", **_SHOWN),
)
async def oauth_revoke(
    request: Request[Any, Any, Any], oauth: NamedDependency[OAuthServer], now: NamedDependency[datetime]
) -> Response[dict[str, Any]]:
    """With a refresh token all end that came of the same consent; an access token ends alone. At once, everywhere."""
    return _sent(await oauth.answer("revocation", await request.body(), request.headers, now))


@route(
    "POST",
    "/oauth/introspect",
    permission="app:token",
    summary="Whether a token of one's own is good (RFC 7662)",
    tags=_TAGS,
    oauth_form=forms.form(forms.TOKEN_ONLY, "token", **_SHOWN),
)
async def oauth_introspect(
    request: Request[Any, Any, Any], oauth: NamedDependency[OAuthServer], now: NamedDependency[datetime]
) -> Response[wire.Introspected]:
    """For apps that can prove who they are, about tokens that they were given."""
    return _sent(await oauth.answer("introspection", await request.body(), request.headers, now))


@route(
    "POST",
    "/oauth/par",
    permission="app:token",
    summary="Hand in an authorization request ahead of the browser (RFC 9126)",
    status=201,
    tags=_TAGS,
    oauth_form=forms.form(
        forms.PUSH, "response_type", response_type="code", scope="openid", code_challenge_method="S256"
    ),
)
async def oauth_push(
    request: Request[Any, Any, Any], oauth: NamedDependency[OAuthServer], now: NamedDependency[datetime]
) -> Response[wire.Pushed]:
    """Then send the browser to the authorization page with `client_id` and the `request_uri` alone."""
    return _sent(await asking.pushed(oauth, await request.body(), request.headers, now))


@route(
    "GET",
    "/oauth/userinfo",
    permission="userinfo:read",
    summary="Who the person is (OpenID Connect)",
    tags=_TAGS,
)
async def oauth_userinfo(oauth: NamedDependency[OAuthServer], actor: NamedDependency[Actor]) -> wire.UserInfo:
    """By an app's access token with the scope `openid`; `profile`, `email` and `fhirUser` tell more."""
    return await _userinfo(oauth, actor)


@route(
    "POST",
    "/oauth/userinfo",
    permission="userinfo:read",
    summary="Who the person is (OpenID Connect), by POST",
    tags=_TAGS,
)
async def oauth_userinfo_by_post(oauth: NamedDependency[OAuthServer], actor: NamedDependency[Actor]) -> wire.UserInfo:
    """As by GET."""
    return await _userinfo(oauth, actor)


@route(
    "GET",
    "/.well-known/openid-configuration",
    permission="public:read",
    summary="What the OpenID Provider can do",
    tags=_TAGS,
)
async def openid_configuration(oauth: NamedDependency[OAuthServer]) -> Response[dict[str, Any]]:
    """OpenID Connect Discovery 1.0."""
    return _published(discovery.metadata(oauth.issuer))


@route(
    "GET",
    "/.well-known/oauth-authorization-server",
    permission="public:read",
    summary="What the authorization server can do",
    tags=_TAGS,
)
async def oauth_metadata(oauth: NamedDependency[OAuthServer]) -> Response[dict[str, Any]]:
    """RFC 8414; the same document as for OpenID Connect."""
    return _published(discovery.metadata(oauth.issuer))


@route(
    "GET",
    "/.well-known/smart-configuration",
    permission="public:read",
    summary="What SMART apps can do",
    tags=_TAGS,
)
async def smart_configuration(oauth: NamedDependency[OAuthServer]) -> Response[dict[str, Any]]:
    """SMART App Launch 2.2."""
    return _published(discovery.smart(oauth.issuer))


async def _userinfo(oauth: OAuthServer, actor: Actor) -> wire.UserInfo:
    async with oauth.db.connection(as_gate="what an app may do is what its tokens tell") as connection:
        person = await store.person_facts(connection, actor.person_id)
        given = await store.scopes_of(connection, actor.session_id) if actor.app_id else []
    if person is None:
        raise Unauthenticated
    return wire.UserInfo(**claims_of(person, given, oauth.vault, oauth.issuer))


def _sent(answer: Answer) -> Response[Any]:
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-type"}
    return Response(
        msgspec.json.encode(answer.body), status_code=answer.status, media_type="application/json", headers=headers
    )


def _published(document: dict[str, Any]) -> Response[dict[str, Any]]:
    return Response(document, headers={"Cache-Control": "public, max-age=300"})


ROUTES: list[HTTPRouteHandler] = api_apps.ROUTES
ROOT_ROUTES: list[HTTPRouteHandler] = [
    oauth_token, oauth_revoke, oauth_introspect, oauth_push, oauth_userinfo, oauth_userinfo_by_post,
    openid_configuration, oauth_metadata, smart_configuration,
]  # fmt: skip
_ISSUER = "https://visits.example.org"
EXAMPLES: dict[str, Any] = {
    "Tokens": {
        "access_token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl",
        "token_type": "Bearer",
        "expires_in": 600,
        "scope": "openid offline_access patient/Appointment.rs",
        "refresh_token": "8xLOxBtZp8",
    },
    "Introspected": {"active": False},
    "Pushed": {"request_uri": f"{asking.REQUEST_URI}6f1c1a3e-54f0-4a58-9d0e-3a3b2c1d0e9f", "expires_in": 90},
    "UserInfo": {"sub": "0197a3c2-5d10-7c3e-9b1f-3f6f5d7a1c02", "name": "Ana Flores", "locale": "en"},
    "oauth_revoke": {},
    "openid_configuration": discovery.metadata(_ISSUER),
    "oauth_metadata": discovery.metadata(_ISSUER),
    "smart_configuration": discovery.smart(_ISSUER),
    **api_apps.EXAMPLES,
}
