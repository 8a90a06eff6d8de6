"""Who is calling: the bearer token becomes an `Actor`, and every route is closed until it names its permission."""

from typing import Any, Protocol

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from openvisit.core.errors import Forbidden, Unauthenticated
from openvisit.core.permissions import POLICY, Actor, needs_sign_in


class Authenticator(Protocol):
    """Tells who a token belongs to."""

    async def actor(self, token: str) -> Actor:
        """The person behind the access token.

        Errors: Unauthenticated.
        """
        ...


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Litestar guard of every route: find the actor, and refuse the unsigned where the permission needs a person.

    Whether this person may do it with this thing is asked by the command or query, which knows the thing.
    """
    permission: str = handler.opt.get("permission", "")
    if permission not in POLICY:
        raise Forbidden("This address is closed")
    header = connection.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() == "bearer" and token:
        authenticator: Authenticator = connection.app.state.authenticator
        connection.scope["actor"] = await authenticator.actor(token.strip())  # type: ignore[typeddict-unknown-key]
    elif needs_sign_in(permission):
        raise Unauthenticated


def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """Dependency `actor`: the person signed in."""
    actor: Actor | None = request.scope.get("actor")  # type: ignore[assignment]
    if actor is None:
        raise Unauthenticated
    return actor


def provide_caller(request: Request[Any, Any, Any]) -> Actor | None:
    """Dependency `caller`: the person signed in, or None."""
    return request.scope.get("actor")  # type: ignore[return-value]


def refuse_cross_site(request: Request[Any, Any, Any]) -> None:
    """Stand against cross-site request forgery on calls that are authorised by a cookie.

    Browsers say where a request comes from (Fetch Metadata, W3C; Origin, RFC 6454): any other site than our own is
    refused. A client that is not a browser sends neither header and holds no foreign user's cookies.
    Errors: Forbidden.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise Forbidden("This call may only come from OpenVisit's own pages")
        return
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host", ""):
        raise Forbidden("This call may only come from OpenVisit's own pages")
