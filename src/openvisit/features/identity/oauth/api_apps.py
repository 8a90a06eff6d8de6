"""HTTP of apps for people: the authorization page's questions, registering apps, and the apps one let in."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody

from openvisit.core.errors import VersionMismatch, VersionRequired
from openvisit.core.permissions import Actor
from openvisit.features.identity.oauth import apps, connected, consents, logout, wire
from openvisit.features.identity.oauth.errors import AuthorizationRefused, NoSecret, UnknownApp
from openvisit.features.identity.oauth.service import OAuthServer
from openvisit.platform.web.routes import route
from openvisit.platform.web.versions import etag, expected_version

_APPS = ["apps"]
_CONNECTED = ["connected apps"]
IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", description="The `ETag` that was read, or `*`", max_length=100)
]


@route(
    "POST",
    "/oauth/requests",
    permission="app:authorize",
    summary="What an app asks a person for",
    can_fail=[AuthorizationRefused],
    tags=_CONNECTED,
)
async def look_at_authorization(
    oauth: NamedDependency[OAuthServer],
    now: NamedDependency[datetime],
    caller: NamedDependency[Actor | None],
    data: JSONBody[wire.AuthorizationQuery],
) -> wire.AuthorizationStep:
    """For the authorization page. Where the person agreed before, the answer is already the way back to the app."""
    return await consents.look(oauth, caller, data.query, now)


@route(
    "POST",
    "/oauth/decisions",
    permission="app:consent",
    summary="Let an app in, or not",
    can_fail=[AuthorizationRefused],
    tags=_CONNECTED,
)
async def decide_authorization(
    oauth: NamedDependency[OAuthServer],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.Decision],
) -> wire.AuthorizationStep:
    """For the authorization page, by the person's own access token: no cookie can give consent, and no app."""
    return await consents.decide(oauth, actor, data.query, data.allow, now)


@route(
    "POST",
    "/oauth/end-session",
    permission="app:authorize",
    summary="Which app wants the person signed out",
    tags=_CONNECTED,
)
async def look_at_end_session(
    oauth: NamedDependency[OAuthServer],
    now: NamedDependency[datetime],
    caller: NamedDependency[Actor | None],
    data: JSONBody[wire.EndSession],
) -> wire.EndSessionStep:
    """For the sign-out page, which then asks the person. Signing out itself is `POST /api/auth/logout`."""
    return await logout.look(oauth, caller, data.query, now)


@route("GET", "/apps", permission="app:read", summary="A clinic's registered apps", tags=_APPS)
async def list_apps(
    oauth: NamedDependency[OAuthServer], actor: NamedDependency[Actor], clinic_id: FromQuery[UUID]
) -> wire.Apps:
    """For admins of the clinic."""
    return await apps.listed(oauth, actor, clinic_id)


@route("POST", "/apps", permission="app:manage", summary="Register an app", status=201, step_up=True, tags=_APPS)
async def register_app(
    oauth: NamedDependency[OAuthServer],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.NewApp],
) -> Response[wire.RegisteredApp]:
    """For admins of the clinic. Servers prove themselves best by a key of their own (`private_key_jwt`); a secret of
    ours is shown in this answer alone."""
    answer = await apps.register(oauth, actor, data, now)
    return Response(answer, status_code=201, headers={"ETag": etag(answer.app.version)})


@route("GET", "/apps/{app_id:uuid}", permission="app:read", summary="An app", can_fail=[UnknownApp], tags=_APPS)
async def get_app(
    oauth: NamedDependency[OAuthServer], actor: NamedDependency[Actor], app_id: FromPath[UUID]
) -> Response[wire.App]:
    """For admins of its clinic."""
    answer = await apps.one(oauth, actor, app_id)
    return Response(answer, headers={"ETag": etag(answer.version)})


@route(
    "PATCH",
    "/apps/{app_id:uuid}",
    permission="app:manage",
    summary="Change an app, or switch it off or on",
    can_fail=[UnknownApp, VersionMismatch, VersionRequired],
    step_up=True,
    tags=_APPS,
)
async def change_app(
    oauth: NamedDependency[OAuthServer],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    app_id: FromPath[UUID],
    data: JSONBody[wire.AppChanges],
    if_match: IfMatch = None,
) -> Response[wire.App]:
    """Switched off, or with a scope less, all its tokens end at once."""
    answer = await apps.change(oauth, actor, app_id, data, expected_version(if_match), now)
    return Response(answer, headers={"ETag": etag(answer.version)})


@route(
    "POST",
    "/apps/{app_id:uuid}/secret",
    permission="app:manage",
    summary="Give an app a new secret; the old one ends",
    can_fail=[UnknownApp, NoSecret],
    step_up=True,
    tags=_APPS,
)
async def renew_app_secret(
    oauth: NamedDependency[OAuthServer],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    app_id: FromPath[UUID],
) -> wire.RegisteredApp:
    """The secret is shown in this answer alone."""
    return await apps.new_secret(oauth, actor, app_id, now)


@route("GET", "/me/apps", permission="connected-app:read", summary="The apps one let in", tags=_CONNECTED)
async def list_connected_apps(oauth: NamedDependency[OAuthServer], actor: NamedDependency[Actor]) -> wire.ConnectedApps:
    """With what each may do, and when it was last used."""
    return await connected.listed(oauth, actor)


@route(
    "DELETE",
    "/me/apps/{app_id:uuid}",
    permission="connected-app:revoke",
    summary="Show an app out",
    can_fail=[UnknownApp],
    status=204,
    tags=_CONNECTED,
)
async def revoke_connected_app(
    oauth: NamedDependency[OAuthServer],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    app_id: FromPath[UUID],
) -> None:
    """All its tokens end at once, everywhere; it has to ask again."""
    await connected.revoke(oauth, actor, app_id, now)


ROUTES: list[HTTPRouteHandler] = [
    look_at_authorization, decide_authorization, look_at_end_session, list_apps, register_app, get_app, change_app,
    renew_app_secret, list_connected_apps, revoke_connected_app,
]  # fmt: skip

_APP_ID = "0197a3c2-5d15-7e2f-8c3b-4a5b6c7d8e9f"
_CLINIC_ID = "0197a3c2-5d14-70c1-9d8e-7f6a5b4c3d2e"
_SCOPES = ["openid", "offline_access", "patient/Appointment.rs"]
_QUERY = (
    f"response_type=code&client_id={_APP_ID}&redirect_uri=https%3A%2F%2Fdiary.example%2Fcallback"
    "&scope=openid&state=af0ifjsldkj&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    "&code_challenge_method=S256"
)
_APP = {
    "id": _APP_ID,
    "clinic_id": _CLINIC_ID,
    "name": "Heart Diary",
    "auth_method": "none",
    "scopes": _SCOPES,
    "redirect_uris": ["https://diary.example/callback"],
    "post_logout_redirect_uris": [],
    "jwks": None,
    "jwks_uri": None,
    "id_token_alg": "ES256",
    "active": True,
    "created_at": "2027-01-04T15:30:00Z",
    "connected": 3,
    "version": 1,
}
EXAMPLES: dict[str, Any] = {
    "App": _APP,
    "Apps": {"items": [_APP], "scopes": _SCOPES},
    "RegisteredApp": {"app": _APP, "secret": None},
    "NewApp": {
        "clinic_id": _CLINIC_ID,
        "name": "Heart Diary",
        "auth_method": "none",
        "scopes": _SCOPES,
        "redirect_uris": ["https://diary.example/callback"],
    },
    "AppChanges": {"active": False},
    "AuthorizationQuery": {"query": _QUERY},
    "Decision": {"query": _QUERY, "allow": True},
    "AuthorizationStep": {
        "step": "consent",
        "app": {"id": _APP_ID, "name": "Heart Diary", "clinic_id": _CLINIC_ID, "place": "diary.example"},
        "abilities": ["sign-in", "visits-see:own", "offline"],
        "agreed": [],
        "login_hint": None,
        "resume": None,
        "redirect_to": None,
    },
    "EndSession": {"query": f"client_id={_APP_ID}"},
    "EndSessionStep": {"app_name": "Heart Diary", "own": False, "redirect_to": None},
    "ConnectedApps": {
        "items": [
            {
                "id": _APP_ID,
                "name": "Heart Diary",
                "clinic_name": "Riverside Clinic",
                "scopes": _SCOPES,
                "abilities": ["sign-in", "visits-see:own", "offline"],
                "since": "2027-01-04T15:30:00Z",
                "last_used_at": None,
                "active": True,
            }
        ]
    },
}
