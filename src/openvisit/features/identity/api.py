"""HTTP of identity: registering, signing in, one's own account, and the keys that verify tokens."""

import secrets
from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from openvisit.core.errors import Forbidden, InvalidCredentials
from openvisit.core.permissions import Actor
from openvisit.features.identity import (
    api_accounts,
    api_email,
    api_people,
    api_sessions,
    commands,
    cookies,
    queries,
    registration,
    sessions,
    wire,
)
from openvisit.features.identity.edge import attempts_of, entered, signed_in
from openvisit.features.identity.errors import CodeInvalid, NotVerified, SessionEnded, WeakPassword
from openvisit.features.identity.factors import api as factors_api
from openvisit.features.identity.factors import api_resets, api_sign_in
from openvisit.features.identity.factors.examples import EXAMPLES as FACTOR_EXAMPLES
from openvisit.features.identity.factors.wire import FactorDue
from openvisit.features.identity.origins import Origin
from openvisit.features.identity.policies import api as policies_api
from openvisit.features.identity.rules import SignInRules
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.access import refuse_cross_site
from openvisit.platform.web.routes import route

_SIGN_IN = ["sign-in"]
_ME = ["account"]


@route(
    "POST",
    "/auth/register",
    permission="account:open",
    proof="account",
    summary="Open a patient's account; a code is mailed",
    can_fail=[WeakPassword],
    status=202,
    tags=_SIGN_IN,
)
async def register(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    data: JSONBody[wire.Registration],
) -> Response[None]:
    """The answer is the same whether or not the address has an account."""
    browser = secrets.token_urlsafe(32)
    attempts = attempts_of(request, db, vault, sign_in_rules, now)
    await registration.register(db, vault, attempts, data, browser=browser, now=now)
    life = int(registration.REMEMBERED_FOR.total_seconds())
    secure = sign_in_rules.secure_cookies
    kept = cookies.cookie(cookies.registration(secure), browser, life, secure=secure)
    return Response(None, status_code=202, cookies=[kept])


@route(
    "POST",
    "/auth/verify",
    permission="account:open",
    summary="Prove the address by the mailed code, and sign in",
    can_fail=[CodeInvalid, WeakPassword],
    also={202: FactorDue},
    tags=_SIGN_IN,
)
async def verify(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    tokens: NamedDependency[TokenService],
    origin: NamedDependency[Origin],
    data: JSONBody[wire.Verification],
) -> Response[wire.SignedIn]:
    """The code is good for ten minutes (7 days with an invitation), once, and for five attempts. When the address was
    registered twice with different passwords, neither counts unless the code comes from the browser that registered
    last: `user.has_password` is false then."""
    found = await commands.verify(
        db,
        vault,
        sign_in_rules,
        attempts_of(request, db, vault, sign_in_rules, now),
        data,
        browser=request.cookies.get(cookies.registration(sign_in_rules.secure_cookies)),
        origin=origin,
        now=now,
    )
    return await entered(db, vault, tokens, sign_in_rules, found, now)


@route(
    "POST",
    "/auth/resend",
    permission="account:open",
    proof="account",
    summary="Mail a new code to an address that is not proved yet",
    status=202,
    tags=_SIGN_IN,
)
async def resend(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    data: JSONBody[wire.AddressOnly],
) -> None:
    """The answer is the same whether or not the address is known."""
    await commands.resend(db, vault, attempts_of(request, db, vault, sign_in_rules, now), data.email)


@route(
    "POST",
    "/auth/login",
    permission="session:open",
    summary="Sign in by password",
    can_fail=[InvalidCredentials, NotVerified],
    also={202: FactorDue},
    tags=_SIGN_IN,
)
async def login(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    tokens: NamedDependency[TokenService],
    origin: NamedDependency[Origin],
    data: JSONBody[wire.Credentials],
) -> Response[wire.SignedIn]:
    """The refresh token comes as the cookie `openvisit_refresh`, `__Host-openvisit_refresh` by https, which no script
    can read."""
    found = await commands.login(
        db,
        vault,
        sign_in_rules,
        attempts_of(request, db, vault, sign_in_rules, now),
        data,
        origin=origin,
        now=now,
    )
    return await entered(db, vault, tokens, sign_in_rules, found, now)


@route(
    "POST",
    "/auth/refresh",
    permission="session:open",
    summary="A new access token, by the cookie",
    can_fail=[Forbidden, SessionEnded],
    tags=_SIGN_IN,
)
async def refresh(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    tokens: NamedDependency[TokenService],
) -> Response[wire.SignedIn]:
    """The cookie changes at each use; an old one ends the session everywhere, as it may have been stolen."""
    refuse_cross_site(request)
    await attempts_of(request, db, vault, sign_in_rules, now).spend_refresh()
    token = request.cookies.get(cookies.refresh(sign_in_rules.secure_cookies))
    opened = await sessions.refresh(db, tokens, token, now=now, days=sign_in_rules.refresh_days)
    return await signed_in(db, vault, tokens, sign_in_rules, opened, now)


@route(
    "POST",
    "/auth/logout",
    permission="session:end",
    summary="Sign out",
    can_fail=[Forbidden],
    status=204,
    tags=_SIGN_IN,
)
async def logout(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    tokens: NamedDependency[TokenService],
    caller: NamedDependency[Actor | None],
) -> Response[None]:
    """Ends the session of the cookie and that of the access token; does nothing without either."""
    refuse_cross_site(request)
    await sessions.end_session(
        db,
        tokens,
        session_id=caller.session_id if caller else None,
        token=request.cookies.get(cookies.refresh(sign_in_rules.secure_cookies)),
        now=now,
    )
    answer = Response(None, status_code=204)
    cookies.drop_session(answer, secure=sign_in_rules.secure_cookies)
    return answer


@route(
    "POST",
    "/auth/forgot",
    permission="account:open",
    proof="account",
    summary="Mail a code to choose a new password",
    status=202,
    tags=_SIGN_IN,
)
async def forgot(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    data: JSONBody[wire.AddressOnly],
) -> None:
    """The answer is the same whether or not the address is known."""
    await commands.forgot(db, vault, attempts_of(request, db, vault, sign_in_rules, now), data.email)


@route(
    "POST",
    "/auth/reset",
    permission="account:open",
    summary="Choose a new password by the mailed code, and sign in",
    can_fail=[CodeInvalid, WeakPassword],
    also={202: FactorDue},
    tags=_SIGN_IN,
)
async def reset(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    tokens: NamedDependency[TokenService],
    origin: NamedDependency[Origin],
    data: JSONBody[wire.PasswordReset],
) -> Response[wire.SignedIn]:
    """Every other session of the person ends."""
    found = await commands.reset(
        db,
        vault,
        sign_in_rules,
        attempts_of(request, db, vault, sign_in_rules, now),
        tokens,
        data,
        origin=origin,
        now=now,
    )
    return await entered(db, vault, tokens, sign_in_rules, found, now)


@route("GET", "/me", permission="me:read", summary="The person signed in", tags=_ME)
async def me(db: NamedDependency[Database], vault: NamedDependency[Vault], actor: NamedDependency[Actor]) -> wire.User:
    """With the roles held now, not those of sign-in."""
    async with db.connection() as connection:
        return await queries.user(connection, vault, actor.person_id)


@route("PATCH", "/me", permission="me:edit", summary="Change one's name, time zone or language", tags=_ME)
async def change_me(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    now: NamedDependency[datetime],
    tokens: NamedDependency[TokenService],
    actor: NamedDependency[Actor],
    data: JSONBody[wire.UserChanges],
) -> wire.User:
    """What is left out stays as it is."""
    await commands.change_me(db, tokens, actor, data, now=now)
    async with db.connection() as connection:
        return await queries.user(connection, vault, actor.person_id)


@route(
    "GET",
    "/.well-known/jwks.json",
    permission="public:read",
    summary="The keys that verify access tokens (RFC 7517)",
    tags=_SIGN_IN,
)
async def jwks(tokens: NamedDependency[TokenService]) -> Response[wire.KeySet]:
    """Keys change every 30 days; an unknown `kid` is a reason to read this again."""
    keys = wire.KeySet(**await tokens.jwks())
    return Response(keys, headers={"Cache-Control": "public, max-age=300"})


ROUTES: list[HTTPRouteHandler] = [
    register, verify, resend, login, refresh, logout, forgot, reset, me, change_me, *api_sessions.ROUTES,
    *api_email.ROUTES, *api_people.ROUTES, *api_accounts.ROUTES, *factors_api.ROUTES, *api_sign_in.ROUTES,
    *api_resets.ROUTES, *policies_api.ROUTES,
]  # fmt: skip
ROOT_ROUTES: list[HTTPRouteHandler] = [jwks]

_USER = {
    "id": "0197a3c2-5d10-7c3e-9b1f-3f6f5d7a1c02",
    "email": "ana.flores@example.org",
    "full_name": "Ana Flores",
    "roles": ["patient"],
    "patient_id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13",
    "provider_id": None,
    "clinic_roles": [],
    "time_zone": "America/New_York",
    "language": "en",
    "has_password": True,
}
EXAMPLES: dict[str, Any] = {
    "User": _USER,
    "SignedIn": {
        "access_token": "eyJhbGciOiJFZERTQSIsImtpZCI6Ii4uLiJ9.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl",
        "token_type": "Bearer",
        "expires_in": 600,
        "user": _USER,
    },
    "Registration": {
        "email": "ana.flores@example.org",
        "password": "a sentence is easy to remember",
        "full_name": "Ana Flores",
        "time_zone": "America/New_York",
        "language": "en",
    },
    "Verification": {"email": "ana.flores@example.org", "code": "402817"},
    "AddressOnly": {"email": "ana.flores@example.org"},
    "Credentials": {"email": "ana.flores@example.org", "password": "a sentence is easy to remember"},
    "PasswordReset": {
        "email": "ana.flores@example.org",
        "code": "402817",
        "password": "another sentence to remember",
    },
    "UserChanges": {"time_zone": "Europe/Madrid", "language": "es"},
    "KeySet": {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": "EdDSA",
                "use": "sig",
                "kid": "0197a3c2-5d12-7b1a-a3c4-1d2e3f4a5b6c",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            }
        ]
    },
    **api_people.EXAMPLES,
    **api_accounts.EXAMPLES,
    **api_sessions.EXAMPLES,
    **api_email.EXAMPLES,
    **FACTOR_EXAMPLES,
    **policies_api.EXAMPLES,
}
