"""HTTP of times that the waitlist offers: the answers of those who sign in, and of those who follow a link."""

from datetime import datetime
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor
from openvisit.features.availability.errors import UnknownProvider, UnknownVisitType
from openvisit.features.booking import errors as booking
from openvisit.features.consent.errors import ConsentNeeded, ProcessingRestricted
from openvisit.features.waitlist import answering, links, queries, wire
from openvisit.features.waitlist.answering import Answer
from openvisit.features.waitlist.errors import OfferGone, OfferNotFound
from openvisit.features.waitlist.examples import EXAMPLES as EXAMPLES
from openvisit.features.waitlist.offering import List
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["waitlist"]
_REFUSED_ACCEPT = [
    OfferNotFound,
    OfferGone,
    booking.SlotTaken,
    booking.SlotNotOffered,
    booking.PatientBusy,
    booking.PatientNotFound,
    booking.NotBookableByYou,
    booking.AppointmentNotFound,
    booking.MoveRefused,
    booking.LateCancellation,
    Forbidden,
    UnknownProvider,
    UnknownVisitType,
    ConsentNeeded,
    ProcessingRestricted,
]


@route(
    "GET",
    "/waitlist/offers/{offer_id:uuid}",
    permission="waitlist:read",
    summary="A time that was offered",
    can_fail=[OfferNotFound],
    tags=_TAGS,
)
async def get_waitlist_offer(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
) -> wire.WaitlistOffer:
    """`status` tells what became of it."""
    async with db.connection() as connection:
        return await queries.one_offer(connection, actor, offer_id, now)


@route(
    "POST",
    "/waitlist/offers/{offer_id:uuid}/accept",
    permission="waitlist:answer",
    summary="Take a time that was offered",
    can_fail=_REFUSED_ACCEPT,
    tags=_TAGS,
)
async def accept_offer(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
    data: JSONBody[wire.OfferAcceptance | None] = None,
) -> wire.OfferAccepted:
    """Books the visit, or moves the one that was to be earlier: then its old time comes free, and is offered in turn.
    Taking it twice gives the same answer."""
    return await answering.accept(waitlist, Answer(actor, offer_id, now), data or wire.OfferAcceptance())


@route(
    "POST",
    "/waitlist/offers/{offer_id:uuid}/decline",
    permission="waitlist:answer",
    summary="Do without a time that was offered",
    can_fail=[OfferNotFound, OfferGone],
    status=204,
    tags=_TAGS,
)
async def decline_offer(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
) -> None:
    """It goes to the next; the caller stays on the waitlist."""
    await answering.decline(waitlist, Answer(actor, offer_id, now))


@route(
    "POST",
    "/waitlist/link",
    permission="waitlist:answer-by-link",
    summary="What the link in a mail offers",
    can_fail=[OfferNotFound],
    tags=_TAGS,
)
async def look_at_offer_link(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    calling_from: NamedDependency[str],
    data: JSONBody[wire.OfferLink],
) -> wire.WaitlistOffer:
    """Changes nothing. The link stands for whoever it was mailed to, and for this offer alone."""
    return await links.look_at_offer(waitlist, data.token, calling_from, now)


@route(
    "POST",
    "/waitlist/link/accept",
    permission="waitlist:answer-by-link",
    summary="Take an offered time by the link in a mail",
    can_fail=_REFUSED_ACCEPT,
    tags=_TAGS,
)
async def accept_offer_link(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    calling_from: NamedDependency[str],
    data: JSONBody[wire.OfferLink],
) -> wire.OfferAccepted:
    """Without signing in. Taking it twice gives the same answer."""
    return await links.accept_by(waitlist, data.token, calling_from, now)


@route(
    "POST",
    "/waitlist/link/decline",
    permission="waitlist:answer-by-link",
    summary="Decline an offered time by the link in a mail",
    can_fail=[OfferNotFound, OfferGone],
    status=204,
    tags=_TAGS,
)
async def decline_offer_link(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    calling_from: NamedDependency[str],
    data: JSONBody[wire.OfferLink],
) -> None:
    """Without signing in."""
    await links.decline_by(waitlist, data.token, calling_from, now)


ROUTES: list[HTTPRouteHandler] = [
    get_waitlist_offer, accept_offer, decline_offer, look_at_offer_link, accept_offer_link, decline_offer_link,
]  # fmt: skip
