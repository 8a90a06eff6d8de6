"""HTTP of the second step of signing in, and of signing in by a passkey alone."""

from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from openvisit.core.errors import Forbidden
from openvisit.features.identity import cookies
from openvisit.features.identity.edge import attempts_of, signed_in
from openvisit.features.identity.factors import gate, wire
from openvisit.features.identity.factors.challenges import RelyingParty
from openvisit.features.identity.factors.errors import PasskeyUnknown, ProofWrong, TicketInvalid
from openvisit.features.identity.origins import Origin
from openvisit.features.identity.rules import SignInRules
from openvisit.features.identity.tokens import TokenService
from openvisit.features.identity.wire import SignedIn
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.web.access import refuse_cross_site
from openvisit.platform.web.routes import route

_TAGS = ["sign-in"]


@route(
    "POST",
    "/auth/factor",
    permission="session:open",
    summary="Finish signing in by the second factor",
    can_fail=[TicketInvalid, ProofWrong, Forbidden],
    tags=_TAGS,
)
async def second_factor(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    relying_party: NamedDependency[RelyingParty],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    tokens: NamedDependency[TokenService],
    origin: NamedDependency[Origin],
    data: JSONBody[wire.FactorProof],
) -> Response[SignedIn]:
    """The ticket of the first factor is good once, for five minutes and five tries, in the browser it was given to.
    A person has ten wrong proofs in an hour."""
    refuse_cross_site(request)
    await attempts_of(request, db, vault, sign_in_rules, now).spend("factor")
    secure = sign_in_rules.secure_cookies
    opened = await gate.complete(
        db,
        vault,
        relying_party,
        data,
        browser=request.cookies.get(cookies.factor(secure)),
        origin=origin,
        days=sign_in_rules.refresh_days,
        now=now,
    )
    answer = await signed_in(db, vault, tokens, sign_in_rules, opened, now)
    answer.set_cookie(cookies.cookie(cookies.factor(secure), "", 0, secure=secure))
    return answer


@route(
    "POST",
    "/auth/factor/options",
    permission="session:open",
    summary="What the browser asks for a passkey by, as a second factor",
    can_fail=[TicketInvalid, Forbidden],
    tags=_TAGS,
)
async def second_factor_options(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    relying_party: NamedDependency[RelyingParty],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    data: JSONBody[wire.TicketOnly],
) -> wire.PasskeyOptions:
    """The challenge in it is good once, for five minutes, for this sign-in."""
    refuse_cross_site(request)
    await attempts_of(request, db, vault, sign_in_rules, now).spend("factor")
    browser = request.cookies.get(cookies.factor(sign_in_rules.secure_cookies))
    return wire.PasskeyOptions(await gate.options(db, relying_party, data.ticket, browser=browser, now=now))


@route(
    "POST",
    "/auth/passkey/options",
    permission="session:open",
    summary="What the browser asks for a passkey by, to sign in by it alone",
    tags=_TAGS,
)
async def passkey_options(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    relying_party: NamedDependency[RelyingParty],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
) -> wire.PasskeyOptions:
    """The same for everybody, as it names no account: the browser offers the passkeys that it holds for this site."""
    await attempts_of(request, db, vault, sign_in_rules, now).spend("passkey-options")
    return wire.PasskeyOptions(await gate.passkey_options(db, relying_party, now=now))


@route(
    "POST",
    "/auth/passkey",
    permission="session:open",
    summary="Sign in by a passkey alone",
    can_fail=[PasskeyUnknown, Forbidden],
    tags=_TAGS,
)
async def sign_in_by_passkey(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    relying_party: NamedDependency[RelyingParty],
    now: NamedDependency[datetime],
    sign_in_rules: NamedDependency[SignInRules],
    tokens: NamedDependency[TokenService],
    origin: NamedDependency[Origin],
    data: JSONBody[wire.PasskeySignIn],
) -> Response[SignedIn]:
    """The authenticator must have verified its user, by finger, face or PIN: what one has and what one is or knows are
    two factors, so that no other is asked for."""
    refuse_cross_site(request)
    await attempts_of(request, db, vault, sign_in_rules, now).spend("login")
    opened = await gate.enter_by_passkey(
        db, relying_party, data.passkey, origin=origin, days=sign_in_rules.refresh_days, now=now
    )
    return await signed_in(db, vault, tokens, sign_in_rules, opened, now)


ROUTES: list[HTTPRouteHandler] = [second_factor, second_factor_options, passkey_options, sign_in_by_passkey]
