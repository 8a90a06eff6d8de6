"""HTTP of one-tap links."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter

from openvisit.core.errors import Conflict
from openvisit.features.booking.errors import LateCancellation, MoveRefused, ReasonRequired, SlotNotOffered, SlotTaken
from openvisit.features.consent.errors import ConsentNeeded
from openvisit.features.notifications.links import commands, wire
from openvisit.features.notifications.links.errors import LinkOver
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database
from openvisit.platform.events import Subscriptions
from openvisit.platform.realtime import Live
from openvisit.platform.web.routes import route

_TAGS = ["messages"]
Token = Annotated[str, PathParameter(pattern="^[A-Za-z0-9_-]{1,120}$", description="What stands after the # of a link")]


@route(
    "GET",
    "/links/{token:str}",
    permission="link:use",
    summary="What a one-tap link would do; changes nothing",
    can_fail=[LinkOver],
    also={303: wire.LinkElsewhere},
    tags=_TAGS,
)
async def look_at_link(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    subscriptions: NamedDependency[Subscriptions],
    now: NamedDependency[datetime],
    calling_from: NamedDependency[str],
    token: Token,
) -> Response[wire.LinkVisit]:
    """Without signing in. Tells no more than the message that the link came in; of a link that is about something else,
    such as a time that the waitlist offers, the page where it is answered."""
    found = await commands.look(commands.Desk(db, vault, live, subscriptions, calling_from), token, now)
    if isinstance(found, wire.LinkElsewhere):
        elsewhere: Response[Any] = Response(found, status_code=303, headers={"Location": found.page})
        return elsewhere
    return Response(found)


@route(
    "POST",
    "/links/{token:str}",
    permission="link:use",
    summary="Do what a one-tap link is for",
    can_fail=[
        LinkOver,
        MoveRefused,
        LateCancellation,
        ReasonRequired,
        SlotTaken,
        SlotNotOffered,
        ConsentNeeded,
        Conflict,
    ],
    tags=_TAGS,
)
async def use_link(
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    live: NamedDependency[Live],
    subscriptions: NamedDependency[Subscriptions],
    now: NamedDependency[datetime],
    calling_from: NamedDependency[str],
    token: Token,
    data: JSONBody[wire.LinkAnswer],
) -> wire.LinkDone:
    """Without signing in, as the person it was given to: one thing, with one visit, as long as that stands."""
    return await commands.do(commands.Desk(db, vault, live, subscriptions, calling_from), token, data, now)


ROUTES: list[HTTPRouteHandler] = [look_at_link, use_link]

EXAMPLES: dict[str, Any] = {
    "LinkVisit": {
        "purpose": "cancel",
        "done": False,
        "clinic": "Riverside Clinic",
        "clinic_phone": "+1 555 0100",
        "with_whom": "Ana Flores",
        "start": "2027-03-04T14:30:00Z",
        "end": "2027-03-04T15:00:00Z",
        "time_zone": "Europe/Madrid",
        "mode": "telehealth",
        "status": "scheduled",
        "place": "",
        "reason_required": False,
        "language": "en",
        "your_time_zone": "Europe/Madrid",
        "times": [],
    },
    "LinkElsewhere": {"purpose": "accept", "page": "/waitlist/offer#BQGXo8JdIXw"},
    "LinkAnswer": {"reason": "I am away that day"},
    "LinkDone": {
        "purpose": "cancel",
        "status": "cancelled",
        "start": "2027-03-04T14:30:00Z",
        "time_zone": "Europe/Madrid",
    },
}
