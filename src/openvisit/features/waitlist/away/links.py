"""Answering a proposal by the link in its mail, without signing in."""

from datetime import datetime
from uuid import UUID

from openvisit.core.permissions import BOOK, SEE, Actor
from openvisit.features.waitlist.away import wire
from openvisit.features.waitlist.away.answering import answer
from openvisit.features.waitlist.away.errors import ProposalNotFound
from openvisit.features.waitlist.away.queries import PROPOSALS, names_in, proposal
from openvisit.features.waitlist.offering import List
from openvisit.features.waitlist.wire import OfferAccepted
from openvisit.platform.db import fetch_one
from openvisit.platform.links import read

WHY = "the link was mailed to whoever may answer for this patient"


async def look_at(waitlist: List, text: str, now: datetime) -> wire.AwayProposal:
    """What the link asks. Errors: ProposalNotFound."""
    _, proposal_id = await _bearer(waitlist, text, now)
    async with waitlist.db.connection(as_system=WHY) as connection:
        row = await fetch_one(connection, f"{PROPOSALS} WHERE r.id = %(id)s", {"id": proposal_id})
        if row is None:
            raise ProposalNotFound
        return proposal(row, await names_in(connection, [row]), now)


async def answer_by(waitlist: List, text: str, body: wire.AwayAnswer, now: datetime) -> OfferAccepted | None:
    """Errors: as `answer`."""
    actor, proposal_id = await _bearer(waitlist, text, now)
    return await answer(waitlist, actor, proposal_id, body, now)


async def _bearer(waitlist: List, text: str, now: datetime) -> tuple[Actor, UUID]:
    """Whoever the link was mailed to, with no more rights than to answer for this patient. Errors: ProposalNotFound."""
    link = read(waitlist.vault.blind_index, text)
    if link is None or link.purpose != "answer":
        raise ProposalNotFound
    async with waitlist.db.connection(as_system=WHY) as connection:
        row = await fetch_one(
            connection,
            """SELECT r.patient_id, pt.person_id = p.id AS own, p.full_name, p.language, p.time_zone,
                      EXISTS (SELECT FROM delegation d WHERE d.patient_id = r.patient_id AND d.delegate_id = p.id
                              AND d.accepted_at IS NOT NULL AND d.ended_at IS NULL AND d.expires_at > %(now)s
                              AND 'book' = ANY(d.scopes)) AS delegate
               FROM away_proposal r JOIN patient pt ON pt.id = r.patient_id
               JOIN person p ON p.id = %(person_id)s AND p.active
               WHERE r.id = %(id)s""",
            {"id": link.subject, "person_id": link.person_id, "now": now},
        )
    if row is None or not (row["own"] or row["delegate"]):
        raise ProposalNotFound
    actor = Actor(
        link.person_id,
        link.subject,
        patient_id=row["patient_id"] if row["own"] else None,
        full_name=row["full_name"],
        time_zone=row["time_zone"],
        language=row["language"],
        delegations={} if row["own"] else {row["patient_id"]: frozenset({BOOK, SEE})},
    )
    return actor, link.subject
