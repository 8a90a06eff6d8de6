"""What the HTTP of identity shares: counting a caller's attempts, and the answer of signing in."""

from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from openvisit.features.identity import cookies, queries, wire
from openvisit.features.identity.factors import gate
from openvisit.features.identity.factors import wire as factors
from openvisit.features.identity.rules import Attempts, SignInRules
from openvisit.features.identity.sessions import Opened
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database


def attempts_of(
    request: Request[Any, Any, Any], db: Database, vault: Vault, rules: SignInRules, now: datetime
) -> Attempts:
    """The counter of this caller's attempts."""
    address: str = request.scope.get("client_address") or (request.client.host if request.client else "unknown")  # type: ignore[assignment]
    return Attempts(db, vault, rules.limit_for(address), address, now)


async def signed_in(
    db: Database, vault: Vault, tokens: TokenService, rules: SignInRules, opened: Opened, now: datetime
) -> Response[wire.SignedIn]:
    """The answer to who has signed in: an access token, and the refresh token as a cookie."""
    if opened.before is not None:
        tokens.changed(opened.before)
    token, seconds = await tokens.issue(opened.session)
    async with db.connection() as connection:
        standing, news = await gate.review(connection, opened.session, now)
        user = await queries.user(connection, vault, opened.session.person_id)
    if news:
        tokens.changed(opened.session.person_id)
    kept = cookies.of_session(opened, rules.refresh_days, secure=rules.secure_cookies)
    content = wire.SignedIn(token, seconds, user, enrolling=standing.enrolling, factor_due_at=standing.due_at)
    return Response(content, cookies=kept)


async def entered(
    db: Database,
    vault: Vault,
    tokens: TokenService,
    rules: SignInRules,
    found: Opened | gate.FactorDue,
    now: datetime,
) -> Response[Any]:
    """The answer to a first factor that was right: a session, or 202 with a ticket for the second."""
    if isinstance(found, Opened):
        return await signed_in(db, vault, tokens, rules, found, now)
    return Response(factor_due(found), status_code=202, cookies=[factor_cookie(found, rules)])


def factor_due(due: gate.FactorDue) -> factors.FactorDue:
    """What the browser needs to go on to the second factor; `factor_cookie` goes with it."""
    return factors.FactorDue(due.ticket, int(gate.LIFE.total_seconds()), due.factors)


def factor_cookie(due: gate.FactorDue, rules: SignInRules) -> Cookie:
    """What ties the ticket to this browser."""
    secure, seconds = rules.secure_cookies, int(gate.LIFE.total_seconds())
    return cookies.cookie(cookies.factor(secure), due.browser, seconds, secure=secure)
