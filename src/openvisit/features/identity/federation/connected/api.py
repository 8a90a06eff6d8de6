"""HTTP of the accounts at identity providers that people have connected."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from openvisit.core.permissions import Actor
from openvisit.features.identity.federation import commands, identities, sessions, wire
from openvisit.features.identity.federation.commands import Federation
from openvisit.features.identity.federation.edge import browser_cookie, sign_in_of
from openvisit.features.identity.federation.errors import (
    AnotherAccount,
    FederationExpired,
    FederationFailed,
    LastWayIn,
    LinkedElsewhere,
    ProviderUnavailable,
    UnknownIdentity,
    UnknownProvider,
)
from openvisit.features.identity.federation.examples import EXAMPLES as EXAMPLES
from openvisit.features.identity.origins import Origin
from openvisit.features.identity.rules import SignInRules
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.access import refuse_cross_site
from openvisit.platform.web.routes import route

_ME = ["account"]


@route("GET", "/me/identities", permission="identity:list", summary="Connected accounts", tags=_ME)
async def my_identities(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    actor: NamedDependency[Actor],
    federation: NamedDependency[Federation],
) -> wire.Identities:
    """Accounts elsewhere that sign in to this one."""
    async with db.connection() as connection:
        return await identities.identities(connection, vault, actor, federation.providers)


@route(
    "POST",
    "/me/identities/{provider:str}/start",
    permission="identity:connect",
    summary="Begin to connect an account elsewhere",
    can_fail=[UnknownProvider, ProviderUnavailable, FederationFailed],
    step_up=True,
    tags=_ME,
)
async def start_connecting(
    request: Request[Any, Any, Any],
    provider: FromPath[str],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    origin: NamedDependency[Origin],
    federation: NamedDependency[Federation],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.FederationStart],
) -> Response[wire.FederationRedirect]:
    """As beginning to sign in; what comes back is connected to the person who asks here, if still signed in then."""
    by = sign_in_of(request, db, vault, sign_in_rules, origin, now, new=True)
    url = await commands.start(federation, by, provider, data, actor)
    return Response(wire.FederationRedirect(url), cookies=[browser_cookie(by)])


@route(
    "POST",
    "/me/identities",
    permission="identity:connect",
    summary="Connect what this browser proved at a provider",
    can_fail=[FederationExpired, AnotherAccount, LinkedElsewhere],
    tags=_ME,
)
async def connect_identity(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    origin: NamedDependency[Origin],
    actor: NamedDependency[Actor],
    federation: NamedDependency[Federation],
) -> wire.FederationResult:
    """For a sign-in that met an account with the same address: once that account is signed in to, this joins them."""
    refuse_cross_site(request)
    by = sign_in_of(request, db, vault, sign_in_rules, origin, now)
    return wire.FederationResult("connected", await commands.connect_proved(federation, by, actor))


@route(
    "DELETE",
    "/me/identities/{identity_id:uuid}",
    permission="identity:disconnect",
    summary="Take a connected account away",
    can_fail=[UnknownIdentity, LastWayIn],
    step_up=True,
    status=204,
    tags=_ME,
)
async def disconnect_identity(
    identity_id: FromPath[UUID],
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    federation: NamedDependency[Federation],
) -> None:
    """It signs in no more; the last way into an account stays."""
    await identities.disconnect(db, actor, identity_id, federation.providers, now=now)


@route(
    "GET",
    "/me/provider-sign-out",
    permission="me:read",
    summary="Where to sign out of the provider that opened this session",
    can_fail=[ProviderUnavailable, FederationFailed],
    tags=_ME,
)
async def provider_sign_out(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    actor: NamedDependency[Actor],
    federation: NamedDependency[Federation],
) -> wire.ProviderSignOut:
    """Ask before signing out, go there after (OpenID Connect RP-Initiated Logout 1.0)."""
    async with db.connection() as connection:
        opened_by = await sessions.provider_of(connection, vault, actor.session_id)
    if opened_by is None or opened_by[0] not in federation.providers:
        return wire.ProviderSignOut(None)
    return wire.ProviderSignOut(await federation.relying(opened_by[0]).logout_url(opened_by[1]))


ROUTES: list[HTTPRouteHandler] = [
    my_identities, start_connecting, connect_identity, disconnect_identity, provider_sign_out,
]  # fmt: skip
