"""What every step of a sign-in by a provider takes from its request, and the cookie its browser is known by."""

import re
from datetime import datetime
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from openvisit.features.identity import cookies
from openvisit.features.identity.edge import attempts_of
from openvisit.features.identity.federation.commands import SignIn
from openvisit.features.identity.federation.protocol import new_secret
from openvisit.features.identity.origins import Origin
from openvisit.features.identity.rules import SignInRules
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database

_COOKIE_SECONDS = 3600
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def sign_in_of(
    request: Request[Any, Any, Any],
    db: Database,
    vault: Vault,
    rules: SignInRules,
    origin: Origin,
    now: datetime,
    *,
    new: bool = False,
) -> SignIn:
    """What the steps take. `new` gives a browser that has none a secret to be known by."""
    given = request.cookies.get(cookies.federation(rules.secure_cookies), "")
    browser = given if _SECRET.fullmatch(given) else new_secret() if new else None
    return SignIn(db, vault, rules, attempts_of(request, db, vault, rules, now), browser, origin, now)


def browser_cookie(by: SignIn) -> Cookie:
    """Our own page sends it, not the provider's redirect: so it need not cross sites."""
    secure = by.rules.secure_cookies
    return cookies.cookie(cookies.federation(secure), by.browser or "", _COOKIE_SECONDS, secure=secure)
