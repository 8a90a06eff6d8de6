"""Who is calling: the bearer token becomes an `Actor`, and every route is closed until it names its permission."""

from collections.abc import Callable
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from openvisit.core.errors import (
    EnrolmentNeeded,
    Forbidden,
    InsufficientScope,
    StepUpNeeded,
    TooManyRequests,
    Unauthenticated,
)
from openvisit.core.permissions import ADMIN, POLICY, PROVIDER, STAFF, Actor, needs_sign_in
from openvisit.platform.authenticator import Authenticator
from openvisit.platform.principal import GATE, become, of_person

AT_THE_GATE = frozenset(
    {"account:open", "session:open", "session:end", "identity:connect", "app:authorize", "app:consent", "app:token"}
)
"""The permissions of routes by which people sign in and out, prove to be somebody elsewhere, or let an app in: who
they are, and for whom the app may ask, is what these are about to find out."""


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Litestar guard of every route: find the actor, and refuse the unsigned where the permission needs a person, the
    one who must first set up a second factor, and the one who has not proved who they are for a while where the route
    asks for that.

    Whether this person may do it with this thing is asked by the command or query, which knows the thing.
    """
    permission: str = handler.opt.get("permission", "")
    if permission not in POLICY:
        raise Forbidden("This address is closed")
    header = connection.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() == "bearer" and token:
        authenticator: Authenticator = connection.app.state.authenticator
        actor = (await authenticator.actor(token.strip())).within(permission)
        if actor is None:
            raise InsufficientScope
    else:
        actor = None
    if actor is None and needs_sign_in(permission):
        raise Unauthenticated
    if actor is not None and actor.enrolling and not handler.opt.get("while_enrolling"):
        if needs_sign_in(permission):
            raise EnrolmentNeeded
        actor = None  # what is open to everybody is open to them, as to a stranger
    if handler.opt.get("step_up") and actor is not None:
        fresh: Callable[[Actor], bool] = connection.app.state.fresh
        if not fresh(actor):
            raise StepUpNeeded
    if actor is not None:
        connection.scope["actor"] = actor  # type: ignore[typeddict-unknown-key]
        become(of_person(actor))
        _hold_back(connection)
    if permission in AT_THE_GATE:
        become(GATE)
    if purpose := handler.opt.get("proof"):
        await _hold_off_bots(connection, purpose)


def _hold_back(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Errors: TooManyRequests for a person who makes more requests than the limit, from wherever."""
    actor: Actor = connection.scope["actor"]  # type: ignore[typeddict-item]
    if connection.app.state.spared(connection.scope.get("client_address", "")):
        return
    if wait := connection.app.state.person_limit.refuses(str(actor.person_id)):
        raise TooManyRequests(retry_after=wait)


async def _hold_off_bots(connection: ASGIConnection[Any, Any, Any, Any], purpose: str) -> None:
    """Errors: ProofNeeded. Those who work at a clinic have been let in by somebody: they are never asked, and neither
    are apps, which an admin registered and the person connected."""
    actor: Actor | None = connection.scope.get("actor")  # type: ignore[assignment]
    if actor is not None and (actor.app_id is not None or actor.holds_anywhere(PROVIDER, STAFF, ADMIN)):
        return
    address: str = connection.scope.get("client_address", "unknown")  # type: ignore[assignment]
    state = connection.app.state
    if state.spared(address):
        return
    await state.bot_defence.check(
        purpose,
        address=address,
        person=str(actor.person_id) if actor else None,
        solution=connection.headers.get("proof-of-work"),
        now=state.clock(),
    )


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
    if origin is not None and not _own_host(request, origin):
        raise Forbidden("This call may only come from OpenVisit's own pages")


def from_own_pages(connection: ASGIConnection[Any, Any, Any, Any], public_url: str) -> bool:
    """Whether a WebSocket's handshake comes from our own pages, or from a client that is no browser.

    The same-origin policy does not hold for WebSockets; browsers always send Origin with the handshake (RFC 6455
    section 10.2).
    """
    origin = connection.headers.get("origin")
    return origin is None or origin == public_url.rstrip("/") or _own_host(connection, origin)


def _own_host(connection: ASGIConnection[Any, Any, Any, Any], origin: str) -> bool:
    return origin.partition("://")[2] == connection.headers.get("host", "")
