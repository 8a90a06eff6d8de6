"""HTTP of providers who are away, and of what is proposed to their patients."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor
from openvisit.features.availability.errors import UnknownProvider, UnknownVisitType
from openvisit.features.booking import errors as booking
from openvisit.features.consent.errors import ConsentNeeded, ProcessingRestricted
from openvisit.features.waitlist.away import answering, links, proposing, queries, wire
from openvisit.features.waitlist.away.errors import ProposalNotFound, ProposalOver
from openvisit.features.waitlist.offering import List
from openvisit.features.waitlist.wire import OfferAccepted
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["clinician away"]
_REFUSED = [
    ProposalNotFound,
    ProposalOver,
    Forbidden,
    UnknownProvider,
    UnknownVisitType,
    booking.SlotTaken,
    booking.SlotNotOffered,
    booking.PatientBusy,
    booking.PatientNotFound,
    booking.AppointmentNotFound,
    booking.MoveRefused,
    ConsentNeeded,
    ProcessingRestricted,
]


@route(
    "POST",
    "/providers/{provider_id:uuid}/away",
    permission="away:manage",
    summary="Take a provider off, and propose other times to the patients concerned",
    can_fail=[UnknownProvider, Forbidden],
    status=201,
    tags=_TAGS,
)
async def take_provider_off(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    provider_id: FromPath[UUID],
    data: JSONBody[wire.AwayBody],
) -> wire.Away:
    """Each patient is proposed the visit by video, a colleague's sooner times and the provider's next ones, as they can
    be had; no time is proposed to two. Visits stay until their patients have answered."""
    return await proposing.take_off(waitlist, actor, provider_id, data, now)


@route(
    "GET",
    "/clinics/{clinic_id:uuid}/away",
    permission="away:manage",
    summary="Who is or will be away, and who has not answered",
    can_fail=[Forbidden],
    tags=_TAGS,
)
async def clinic_away(
    db: NamedDependency[Database],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    clinic_id: FromPath[UUID],
) -> wire.AwayList:
    """For the front desk; for providers their own."""
    async with db.connection() as connection:
        return await queries.of_clinic(connection, actor, clinic_id, now)


@route(
    "GET",
    "/me/away-proposals",
    permission="away:own",
    summary="What is proposed to the caller instead of visits that cannot be",
    tags=_TAGS,
)
async def own_proposals(
    db: NamedDependency[Database], now: NamedDependency[datetime], actor: NamedDependency[Actor]
) -> wire.AwayProposals:
    """What waits for an answer, of those they act for too."""
    async with db.connection() as connection:
        return await queries.own(connection, actor, now)


@route(
    "POST",
    "/away-proposals/{proposal_id:uuid}/answer",
    permission="away:answer",
    summary="Take up a proposal, or none",
    can_fail=_REFUSED,
    tags=_TAGS,
)
async def answer_proposal(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    proposal_id: FromPath[UUID],
    data: JSONBody[wire.AwayAnswer],
) -> OfferAccepted | None:
    """Moves the visit in one step. The clinic's notice does not bind here."""
    return await answering.answer(waitlist, actor, proposal_id, data, now)


@route(
    "POST",
    "/away-proposals/link",
    permission="away:answer-by-link",
    summary="What the link in a mail proposes",
    can_fail=[ProposalNotFound],
    tags=_TAGS,
)
async def look_at_proposal_link(
    waitlist: NamedDependency[List], now: NamedDependency[datetime], data: JSONBody[wire.AwayLink]
) -> wire.AwayProposal:
    """Changes nothing."""
    return await links.look_at(waitlist, data.token, now)


@route(
    "POST",
    "/away-proposals/link/answer",
    permission="away:answer-by-link",
    summary="Answer a proposal by the link in a mail",
    can_fail=_REFUSED,
    tags=_TAGS,
)
async def answer_proposal_link(
    waitlist: NamedDependency[List], now: NamedDependency[datetime], data: JSONBody[wire.AwayLinkAnswer]
) -> OfferAccepted | None:
    """Without signing in."""
    return await links.answer_by(waitlist, data.token, wire.AwayAnswer(data.choice), now)


ROUTES: list[HTTPRouteHandler] = [
    take_provider_off, clinic_away, own_proposals, answer_proposal, look_at_proposal_link, answer_proposal_link,
]  # fmt: skip

_PROVIDER = {"id": "0197a3c2-5d12-7b1f-9c3a-1d2e3f4a5b60", "name": "Ada Moreno"}
_PROPOSAL = {
    "id": "0197a3c2-5d41-7c3e-9b1f-3f6f5d7a1c41",
    "appointment_id": "0197a3c2-5d15-7f0b-9c66-7d8e9fa0b1c2",
    "patient": {"id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13", "name": "Ana Flores"},
    "provider": _PROVIDER,
    "visit_type": {"id": "0197a3c2-5d13-7c2a-8d4b-2e3f4a5b6c71", "name": "Consultation"},
    "was": "2027-03-02T09:00:00-05:00",
    "time_zone": "America/New_York",
    "appointment_status": "scheduled",
    "status": "open",
    "choices": [{"kind": "later", "provider": _PROVIDER, "start": "2027-03-04T09:00:00-05:00", "mode": "telehealth"}],
    "chosen": None,
    "answered_at": None,
}
_AWAY = {
    "id": "0197a3c2-5d40-7c3e-9b1f-3f6f5d7a1c40",
    "provider": _PROVIDER,
    "start": "2027-03-02T05:00:00Z",
    "end": "2027-03-03T05:00:00Z",
    "created_at": "2027-03-01T14:00:00Z",
    "proposals": [_PROPOSAL],
    "unanswered": 1,
}
EXAMPLES: dict[str, Any] = {
    "AwayBody": {"start": "2027-03-02T00:00:00-05:00", "end": "2027-03-03T00:00:00-05:00", "video": True},
    "Away": _AWAY,
    "AwayList": {"items": [_AWAY]},
    "AwayProposal": _PROPOSAL,
    "AwayProposals": {"items": [_PROPOSAL]},
    "AwayAnswer": {"choice": 0},
    "AwayLink": {"token": "AZejwl0xfD6bHz9vXXocMQ"},
    "AwayLinkAnswer": {"token": "AZejwl0xfD6bHz9vXXocMQ", "choice": 0},
}
