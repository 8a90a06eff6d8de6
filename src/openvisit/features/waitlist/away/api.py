"""HTTP of providers who are away, and of what is proposed to their patients."""

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
from openvisit.features.waitlist import links
from openvisit.features.waitlist.away import answering, marks, queries, taking_off, wire
from openvisit.features.waitlist.away.errors import ProposalChanged, ProposalNotFound, ProposalOver, RemindedLately
from openvisit.features.waitlist.away.examples import EXAMPLES as EXAMPLES
from openvisit.features.waitlist.offering import List
from openvisit.features.waitlist.wire import OfferAccepted
from openvisit.platform.db import Database
from openvisit.platform.web.routes import route

_TAGS = ["clinician away"]
_REFUSED = [
    ProposalNotFound,
    ProposalOver,
    ProposalChanged,
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
    be had; these times are kept for them. Visits stay until their patients have answered."""
    return await taking_off.take_off(waitlist, actor, provider_id, data, now)


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
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    calling_from: NamedDependency[str],
    data: JSONBody[wire.AwayLink],
) -> wire.AwayProposal:
    """Changes nothing."""
    return await links.look_at_proposal(waitlist, data.token, calling_from, now)


@route(
    "POST",
    "/away-proposals/link/answer",
    permission="away:answer-by-link",
    summary="Answer a proposal by the link in a mail",
    can_fail=_REFUSED,
    tags=_TAGS,
)
async def answer_proposal_link(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    calling_from: NamedDependency[str],
    data: JSONBody[wire.AwayLinkAnswer],
) -> OfferAccepted | None:
    """Without signing in."""
    return await links.answer_by(waitlist, data.token, wire.AwayAnswer(data.choice), calling_from, now)


@route(
    "POST",
    "/away-proposals/{proposal_id:uuid}/remind",
    permission="away:manage",
    summary="Ask a patient again who has not answered",
    can_fail=[ProposalNotFound, ProposalOver, RemindedLately],
    tags=_TAGS,
)
async def remind_of_proposal(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    proposal_id: FromPath[UUID],
) -> wire.AwayProposal:
    """With the times that are free now, which are kept for them anew; at most once an hour."""
    return await marks.remind(waitlist, actor, proposal_id, now)


@route(
    "PUT",
    "/away-proposals/{proposal_id:uuid}/call",
    permission="away:manage",
    summary="Note that a patient was rung about a proposal",
    can_fail=[ProposalNotFound, ProposalOver],
    tags=_TAGS,
)
async def mark_proposal_call(
    waitlist: NamedDependency[List],
    now: NamedDependency[datetime],
    actor: NamedDependency[Actor],
    proposal_id: FromPath[UUID],
    data: JSONBody[wire.CallMark],
) -> wire.AwayProposal:
    """Or that they were not, after all."""
    return await marks.mark_call(waitlist, actor, proposal_id, data.called, now)


ROUTES: list[HTTPRouteHandler] = [
    take_provider_off, clinic_away, own_proposals, answer_proposal, look_at_proposal_link, answer_proposal_link,
    remind_of_proposal, mark_proposal_call,
]  # fmt: skip
