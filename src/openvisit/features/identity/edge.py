"""What the HTTP of identity shares: counting a caller's attempts, and the answer of signing in."""

from datetime import datetime
from typing import Any

from litestar import Request, Response

from openvisit.features.identity import cookies, queries, wire
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
    db: Database, vault: Vault, tokens: TokenService, rules: SignInRules, opened: Opened
) -> Response[wire.SignedIn]:
    """The answer to who has signed in: an access token, and the refresh token as a cookie."""
    token, seconds = await tokens.issue(opened.session)
    async with db.connection() as connection:
        user = await queries.user(connection, vault, opened.session.person_id)
    kept = cookies.of_session(opened, rules.refresh_days, secure=rules.secure_cookies)
    return Response(wire.SignedIn(token, seconds, user), cookies=kept)
