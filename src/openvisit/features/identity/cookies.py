"""The cookies of signing in. Where people come by https their names begin with `__Host-`: browsers then take them from
this host alone, over https, for every path, so that no sister host can plant one (RFC 6265bis section 4.1.3.2).

All are SameSite=Strict, and HttpOnly but for the mark of the refresh token, by which pages see that it was renewed. The
refresh token is sent along to every path, which is why each route that is authorised by it stands against cross-site
requests (`platform.web.access.refuse_cross_site`).
"""

from hashlib import sha256

from litestar import Response
from litestar.datastructures import Cookie

from openvisit.features.identity.sessions import Opened

DEVICE_SECONDS = 400 * 86_400  # the longest that browsers keep a cookie (RFC 6265bis section 5.5)


def refresh(secure: bool) -> str:
    """The name of the cookie with the refresh token."""
    return _named("openvisit_refresh", secure)


def renewal(secure: bool) -> str:
    """The name of the cookie with a mark of the refresh token, which pages may read."""
    return _named("openvisit_renewal", secure)


def registration(secure: bool) -> str:
    """The name of the cookie by which the browser that registered is known when it brings the code."""
    return _named("openvisit_registration", secure)


def factor(secure: bool) -> str:
    """The name of the cookie that ties a sign-in which waits for its second factor to the browser that began it."""
    return _named("openvisit_factor", secure)


def device(secure: bool) -> str:
    """The name of the long-lived cookie by which a browser is known again."""
    return _named("openvisit_device", secure)


def federation(secure: bool) -> str:
    """The name of the cookie by which the browser that left for an identity provider is known when it is back."""
    return _named("openvisit_federation", secure)


def cookie(name: str, value: str, seconds: int, *, secure: bool) -> Cookie:
    """A cookie of one of these names; with 0 seconds the browser drops it."""
    return Cookie(name, value=value, path="/", max_age=seconds, httponly=True, samesite="strict", secure=secure)


def of_session(opened: Opened, days: int, *, secure: bool) -> list[Cookie]:
    """The cookies that go with a session that was opened or renewed."""
    seconds = days * 86_400
    found = [cookie(refresh(secure), opened.refresh_token, seconds, secure=secure)]
    found.append(_readable(renewal(secure), _mark(opened.refresh_token), seconds, secure=secure))
    if opened.browser is not None:
        found.append(cookie(device(secure), opened.browser, DEVICE_SECONDS, secure=secure))
    return found


def drop_session(response: Response[None], *, secure: bool) -> None:
    """Let the browser forget the refresh token."""
    response.set_cookie(cookie(refresh(secure), "", 0, secure=secure))
    response.set_cookie(_readable(renewal(secure), "", 0, secure=secure))


def _readable(name: str, value: str, seconds: int, *, secure: bool) -> Cookie:
    return Cookie(name, value=value, path="/", max_age=seconds, httponly=False, samesite="strict", secure=secure)


def _mark(token: str) -> str:
    """Another one for another token; whoever knows it knows nothing of the token."""
    return sha256(token.encode()).hexdigest()[:8]


def _named(name: str, secure: bool) -> str:
    return f"__Host-{name}" if secure else name
