"""HTTP of signing in by an identity provider."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor
from openvisit.features.identity.edge import factor_cookie, factor_due, signed_in
from openvisit.features.identity.errors import CodeInvalid
from openvisit.features.identity.factors.gate import FactorDue
from openvisit.features.identity.federation import commands, sessions, wire
from openvisit.features.identity.federation.commands import Federation, Reached, SignIn
from openvisit.features.identity.federation.edge import browser_cookie, sign_in_of
from openvisit.features.identity.federation.errors import (
    FederationCancelled,
    FederationExpired,
    FederationFailed,
    LinkedElsewhere,
    LogoutRefused,
    NoAddress,
    ProviderUnavailable,
    UnknownProvider,
)
from openvisit.features.identity.federation.examples import EXAMPLES as EXAMPLES
from openvisit.features.identity.origins import Origin
from openvisit.features.identity.rules import SignInRules
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.access import refuse_cross_site
from openvisit.platform.web.routes import route

_SIGN_IN = ["sign-in"]
_LONGEST_FORM = 32_768


@route(
    "GET", "/auth/federation", permission="session:open", summary="The identity providers set up here", tags=_SIGN_IN
)
async def identity_providers(federation: NamedDependency[Federation]) -> wire.Providers:
    """None, unless the operator has set some up (OIDC_PROVIDERS)."""
    return wire.Providers([wire.ProviderOffered(p.id, p.kind, p.label) for p in federation.providers.values()])


@route(
    "POST",
    "/auth/federation/{provider:str}/start",
    permission="session:open",
    summary="Begin to sign in by an identity provider",
    can_fail=[UnknownProvider, ProviderUnavailable, FederationFailed, Forbidden],
    tags=_SIGN_IN,
)
async def start_federation(
    request: Request[Any, Any, Any],
    provider: FromPath[str],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    origin: NamedDependency[Origin],
    federation: NamedDependency[Federation],
    data: JSONBody[wire.FederationStart],
) -> Response[wire.FederationRedirect]:
    """Send the browser to the address in the answer. What comes back within ten minutes counts in this browser only:
    it is given a cookie."""
    refuse_cross_site(request)
    by = sign_in_of(request, db, vault, sign_in_rules, origin, now, new=True)
    url = await commands.start(federation, by, provider, data, None)
    return Response(wire.FederationRedirect(url), cookies=[browser_cookie(by)])


@route(
    "POST",
    "/auth/federation/{provider:str}/finish",
    permission="session:open",
    summary="Take up what the identity provider answered",
    can_fail=[
        UnknownProvider,
        ProviderUnavailable,
        FederationFailed,
        FederationExpired,
        FederationCancelled,
        NoAddress,
        LinkedElsewhere,
        Forbidden,
    ],
    tags=_SIGN_IN,
)
async def finish_federation(
    request: Request[Any, Any, Any],
    provider: FromPath[str],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    origin: NamedDependency[Origin],
    tokens: NamedDependency[TokenService],
    federation: NamedDependency[Federation],
    caller: NamedDependency[Actor | None],
    data: JSONBody[wire.ProviderAnswer],
) -> Response[wire.FederationResult]:
    """Each answer counts once, in the browser that began, under the provider it was asked of. A provider's word for an
    address that has an account here signs nobody in: the account has to be proved as well."""
    refuse_cross_site(request)
    by = sign_in_of(request, db, vault, sign_in_rules, origin, now)
    reached = await commands.finish(federation, by, provider, data, caller)
    return await _result(by, tokens, reached)


@route(
    "POST",
    "/auth/federation/{provider:str}/form-post",
    permission="session:open",
    summary="Where a provider posts its answer that does not redirect with it (Apple)",
    can_fail=[UnknownProvider],
    status=303,
    tags=_SIGN_IN,
)
async def federation_form_post(
    request: Request[Any, Any, Any], provider: FromPath[str], federation: NamedDependency[Federation]
) -> Response[None]:
    """The browser is sent on to our own page, which takes the answer up. It stands after the #, and in no log."""
    relying = federation.relying(provider)
    if not relying.provider.posts_back:
        raise UnknownProvider
    told = await _form(request)
    kept = {name: value for name, value in told.items() if name in ("state", "code", "error", "iss")}
    kept["name"] = _apple_name(told.get("user", ""))
    where = f"{federation.public_url.rstrip('/')}/sign-in/with/{provider}#{urlencode(kept)}"
    return Response(None, status_code=303, headers={"Location": where})


@route(
    "POST",
    "/auth/federation/{provider:str}/backchannel-logout",
    permission="session:end",
    summary="Where a provider says that its sessions have ended",
    can_fail=[UnknownProvider, ProviderUnavailable, LogoutRefused],
    tags=_SIGN_IN,
)
async def federation_backchannel_logout(
    request: Request[Any, Any, Any],
    provider: FromPath[str],
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    federation: NamedDependency[Federation],
) -> None:
    """OpenID Connect Back-Channel Logout 1.0. Sessions of ours that the named ones opened end at once."""
    relying = federation.relying(provider)
    token = (await _form(request)).get("logout_token", "")
    await sessions.end_by_provider(db, tokens, relying, token, now=now)


@route(
    "GET",
    "/auth/federation/proof",
    permission="session:open",
    summary="What this browser has proved at a provider, and what is missing",
    tags=_SIGN_IN,
)
async def federation_proof(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    origin: NamedDependency[Origin],
    federation: NamedDependency[Federation],
) -> wire.FederationProof:
    """For half an hour after the provider answered."""
    by = sign_in_of(request, db, vault, sign_in_rules, origin, now)
    return wire.FederationProof(await commands.proved(federation, by))


@route(
    "POST",
    "/auth/federation/code",
    permission="session:open",
    summary="Mail a code that proves the account to connect",
    can_fail=[FederationExpired, Forbidden],
    status=202,
    tags=_SIGN_IN,
)
async def federation_code(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    origin: NamedDependency[Origin],
) -> None:
    """The answer is the same whether or not there is an account."""
    refuse_cross_site(request)
    await commands.mail_code(sign_in_of(request, db, vault, sign_in_rules, origin, now))


@route(
    "POST",
    "/auth/federation/prove",
    permission="session:open",
    summary="Prove the account by the mailed code; connect it, and sign in",
    can_fail=[FederationExpired, CodeInvalid, LinkedElsewhere, Forbidden],
    tags=_SIGN_IN,
)
async def prove_federation(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    origin: NamedDependency[Origin],
    tokens: NamedDependency[TokenService],
    federation: NamedDependency[Federation],
    data: JSONBody[wire.ProveByCode],
) -> Response[wire.FederationResult]:
    """The code is good for ten minutes, once, and for five attempts."""
    refuse_cross_site(request)
    by = sign_in_of(request, db, vault, sign_in_rules, origin, now)
    return await _result(by, tokens, await commands.prove_by_code(federation, by, data.code))


async def _result(by: SignIn, tokens: TokenService, reached: Reached) -> Response[wire.FederationResult]:
    if reached.opened is None:
        outcome = wire.FederationResult(
            "connected" if reached.connected else "prove", reached.next, None, reached.prove
        )
        return Response(outcome)
    if isinstance(reached.opened, FactorDue):
        waits = wire.FederationResult("second-factor", reached.next, factor=factor_due(reached.opened))
        return Response(waits, cookies=[factor_cookie(reached.opened, by.rules)])
    answer = await signed_in(by.db, by.vault, tokens, by.rules, reached.opened, by.now)
    result = wire.FederationResult("signed-in", reached.next, answer.content)
    return Response(result, cookies=answer.cookies)


async def _form(request: Request[Any, Any, Any]) -> dict[str, str]:
    """A small form; what cannot be read is not there."""
    body = await request.body()
    if len(body) > _LONGEST_FORM:
        return {}
    try:
        return dict(parse_qsl(body.decode("ascii"), max_num_fields=20))
    except ValueError:
        return {}


def _apple_name(user: str) -> str:
    """The name in Apple's `user`, which comes with a person's first sign-in only, and unsigned."""
    try:
        name = msgspec.json.decode(user, type=dict[str, Any]).get("name")
    except (msgspec.MsgspecError, RecursionError):
        return ""
    parts = [name.get("firstName"), name.get("lastName")] if isinstance(name, dict) else []
    return " ".join(part for part in parts if isinstance(part, str))[:200]


ROUTES: list[HTTPRouteHandler] = [
    identity_providers,
    start_federation,
    finish_federation,
    federation_form_post,
    federation_backchannel_logout,
    federation_proof,
    federation_code,
    prove_federation,
]
