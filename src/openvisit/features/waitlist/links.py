"""Answering an offer, or what is proposed instead of a visit, by the link in its message and without signing in.

One link does for every answer (`platform.links`; purposes `accept` and `answer`): the page that it leads to asks.
"""

from datetime import datetime
from uuid import UUID

from openvisit.core.errors import NotFound
from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.booking.bearer import BY_LINK, bearer, opened
from openvisit.features.waitlist import wire
from openvisit.features.waitlist.answering import Answer, accept, decline
from openvisit.features.waitlist.away import answering as away_answering
from openvisit.features.waitlist.away import wire as away
from openvisit.features.waitlist.away.errors import ProposalNotFound
from openvisit.features.waitlist.away.queries import PROPOSALS, names_in, proposal
from openvisit.features.waitlist.errors import OfferNotFound
from openvisit.features.waitlist.offering import List
from openvisit.features.waitlist.present import OFFERS, offer
from openvisit.platform.db import Connection, Row, fetch_one
from openvisit.platform.links import Purpose

_WHY = "a link tells by itself what it is about"
_OFFER = f"{OFFERS} WHERE o.id = %(id)s"
_PROPOSAL = f"{PROPOSALS} WHERE r.id = %(id)s"


async def look_at_offer(waitlist: List, text: str, address: str, now: datetime) -> wire.WaitlistOffer:
    """What the link offers. Errors: OfferNotFound, TooManyRequests."""
    async with waitlist.db.connection(as_system=_WHY) as connection:
        actor, row = await _read(connection, waitlist, text, "accept", address, now)
        await _record(connection, actor, row, "waitlist:read", now)
    return offer(row)


async def accept_by(waitlist: List, text: str, address: str, now: datetime) -> wire.OfferAccepted:
    """Take the time. Errors: those of `accept`, TooManyRequests."""
    actor, offer_id = await _bearer(waitlist, text, "accept", address, now)
    return await accept(waitlist, Answer(actor, offer_id, now), wire.OfferAcceptance())


async def decline_by(waitlist: List, text: str, address: str, now: datetime) -> None:
    """Do without it. Errors: those of `decline`, TooManyRequests."""
    actor, offer_id = await _bearer(waitlist, text, "accept", address, now)
    await decline(waitlist, Answer(actor, offer_id, now))


async def look_at_proposal(waitlist: List, text: str, address: str, now: datetime) -> away.AwayProposal:
    """What the link asks. Errors: ProposalNotFound, TooManyRequests."""
    async with waitlist.db.connection(as_system=_WHY) as connection:
        actor, row = await _read(connection, waitlist, text, "answer", address, now)
        await _record(connection, actor, row, "away:read", now)
        return proposal(row, await names_in(connection, [row]), now)


async def answer_by(
    waitlist: List, text: str, body: away.AwayAnswer, address: str, now: datetime
) -> wire.OfferAccepted | None:
    """Errors: those of `away.answering.answer`, TooManyRequests."""
    actor, proposal_id = await _bearer(waitlist, text, "answer", address, now)
    return await away_answering.answer(waitlist, actor, proposal_id, body, now)


async def _bearer(waitlist: List, text: str, purpose: Purpose, address: str, now: datetime) -> tuple[Actor, UUID]:
    async with waitlist.db.connection(as_system=_WHY) as connection:
        actor, row = await _read(connection, waitlist, text, purpose, address, now)
    return actor, row["id"]


async def _read(
    connection: Connection, waitlist: List, text: str, purpose: Purpose, address: str, now: datetime
) -> tuple[Actor, Row]:
    """What the link is about, and whoever it was given to, with no more rights than to book for this patient."""
    missing: type[NotFound] = OfferNotFound if purpose == "accept" else ProposalNotFound
    link = await opened(connection, waitlist.vault, text, purpose, address=address, now=now)
    if link is None:
        raise missing
    row = await fetch_one(connection, _OFFER if purpose == "accept" else _PROPOSAL, {"id": link.subject})
    actor = await bearer(connection, link.person_id, row["patient_id"], BY_LINK, now) if row else None
    if row is None or actor is None or not (actor.patient_id or actor.delegations):
        raise missing
    return actor, row


async def _record(connection: Connection, actor: Actor, row: Row, action: str, now: datetime) -> None:
    """A delegate's look is in the patient's record; their own is not."""
    seen = look(actor, row["clinic_id"], row["patient_id"], provider_id=row["provider_id"])
    if seen is not None:
        await record_looks(connection, at=now, actor_id=actor.person_id, action=action, looks=[seen])
