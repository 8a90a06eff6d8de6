"""HTTP of one's own sessions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from openvisit.core.permissions import Actor
from openvisit.features.identity import links, own_sessions, wire
from openvisit.features.identity.errors import LinkInvalid, UnknownSession
from openvisit.features.identity.tokens import TokenService
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["account"]


@route("GET", "/me/sessions", permission="me:read", summary="Where the person is signed in", tags=_TAGS)
async def list_sessions(
    db: NamedDependency[Database],
    tokens: NamedDependency[TokenService],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
) -> wire.OwnSessions:
    """The present session first. `last_seen_at` is right to a minute or so."""
    async with db.connection() as connection:
        return wire.OwnSessions(await own_sessions.own_sessions(connection, tokens, actor, now))


@route(
    "DELETE",
    "/me/sessions/{session_id:uuid}",
    permission="me:edit",
    summary="Sign out one device",
    can_fail=[UnknownSession],
    step_up=True,
    status=204,
    tags=_TAGS,
)
async def end_session(
    db: NamedDependency[Database],
    tokens: NamedDependency[TokenService],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    session_id: FromPath[UUID],
) -> None:
    """It is signed out at once, wherever it is used; also the present one."""
    await own_sessions.end_one(db, tokens, actor, session_id, now=now)


@route(
    "POST",
    "/me/sessions/end-others",
    permission="me:edit",
    summary="Sign out every other device",
    step_up=True,
    tags=_TAGS,
)
async def end_others(
    db: NamedDependency[Database],
    tokens: NamedDependency[TokenService],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
) -> wire.SessionsEnded:
    """All sessions of the person but the present one."""
    return wire.SessionsEnded(await own_sessions.end_all_others(db, tokens, actor, now=now))


@route(
    "POST",
    "/auth/not-me",
    permission="session:end",
    summary="Sign out everywhere and lock the password, by the link of a notice",
    can_fail=[LinkInvalid],
    status=204,
    tags=["sign-in"],
)
async def not_me(
    db: NamedDependency[Database],
    tokens: NamedDependency[TokenService],
    now: NamedDependency[datetime],
    data: JSONBody[wire.NoticeLink],
) -> None:
    """For a sign-in that was a stranger's. A code to choose a new password is mailed."""
    await links.not_me(db, tokens, data.token, now=now)


ROUTES: list[HTTPRouteHandler] = [list_sessions, end_session, end_others, not_me]

EXAMPLES: dict[str, Any] = {
    "OwnSessions": {
        "items": [
            {
                "id": "0197a3c2-5d14-7c3e-9b1f-3f6f5d7a1c02",
                "current": True,
                "device": "Firefox on Windows",
                "place": "Albany, United States",
                "amr": ["pwd", "otp", "mfa"],
                "signed_in_at": "2027-03-01T09:12:00Z",
                "authenticated_at": "2027-03-01T09:12:00Z",
                "last_seen_at": "2027-03-01T11:40:00Z",
            }
        ]
    },
    "SessionsEnded": {"ended": 2},
    "NoticeLink": {"token": "Zm9yIGV4YW1wbGUgb25seSwgbm90IGEgc2VjcmV0ISE"},
}
